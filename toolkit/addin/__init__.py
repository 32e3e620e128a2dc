"""The ribbon add-in for desktop Excel: built, put in its place, looked after, taken away."""
