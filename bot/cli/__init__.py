"""What an operator types."""

from bot.cli.main import main

__all__ = ["main"]
