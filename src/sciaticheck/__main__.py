"""`python -m sciaticheck`: the same as the command."""

from sciaticheck.cli import main

main()
