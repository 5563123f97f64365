"""The console: PySide6 widgets, the library's first customer."""
