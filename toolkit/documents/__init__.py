"""Published reports become Reports: a drawn form is found by its labels, wherever it is."""
