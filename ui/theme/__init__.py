"""How the console looks: tokens, style sheet, icons; light and dark."""
