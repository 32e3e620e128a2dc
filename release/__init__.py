"""Makes the files that a release hands out; no part of the package."""
