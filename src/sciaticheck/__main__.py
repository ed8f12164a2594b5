"""The entry point, also for `python -m sciaticheck`. Ctrl-C ends it without a traceback, even during imports."""

import sys


def main() -> None:
    """Runs the command line."""
    try:
        from sciaticheck.cli import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
