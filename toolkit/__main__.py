"""python -m toolkit: the same as the command gouji."""

from .cli import main

main()
