"""Where this installation keeps what, and how it looks."""
