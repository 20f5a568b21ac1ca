"""`python -m community`: the console script without installing the package."""

from community.cli import main

main()
