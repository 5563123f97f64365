"""Controls that know nothing of tenants. The catalogue with pictures in words is docs/ui.md."""
