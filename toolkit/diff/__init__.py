"""Two reports become the list of their changes."""
