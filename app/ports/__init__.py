"""What the inside needs from the outside, as Protocols. Implementations meet in `app.bootstrap` only."""
