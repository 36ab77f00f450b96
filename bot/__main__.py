"""`python -m bot`, the same as `crisis-bot`."""

import sys


def main() -> int:
    """Run a command line; a Ctrl-C or a closed pipe is no error, however early it comes."""
    try:
        from bot.cli import main as run

        return run()
    except (KeyboardInterrupt, BrokenPipeError):
        return 130


if __name__ == "__main__":
    sys.exit(main())
