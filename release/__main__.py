"""`python -m release -o dist`."""

from .build import main

main()
