"""Anybody's form turned into an edition file: its grid, its cells, its proposed rules."""
