"""The returns of a region become its own report, with the source of every number."""
