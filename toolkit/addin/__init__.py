"""The ribbon add-in for desktop Excel: building, installing, checking, removing."""
