"""A process whose errors hold secrets: `python -m tests.faults.raises`, with the bot's settings and its log."""

import asyncio
import logging

from bot.cli.main import secrets_of
from bot.observe import configure_logging
from bot.settings import load

MODULE = "tests.faults.raises"


async def _forgotten(secret: str) -> None:
    raise RuntimeError(f"https://api.example/bot{secret}/sendMessage")


async def _raise(secrets: list[str]) -> None:
    for secret in secrets:
        logging.getLogger("bot").info("told %s", secret)
        logging.getLogger("aiohttp.client").warning("https://user:%s@host/%s", secret, secret)
        try:
            raise ValueError(f"Authorization: Bearer {secret}")
        except ValueError:
            logging.getLogger("any.library").exception("failed with %r", {"token": secret})
        task = asyncio.create_task(_forgotten(secret))
        await asyncio.sleep(0)
        del task  # asyncio itself says what nobody asked about


def main() -> None:
    """Log and raise each secret in every way there is, and end with an error that nobody catches."""
    settings = load()
    secrets = secrets_of(settings)
    configure_logging(settings.log_level, secrets)
    asyncio.run(_raise(secrets))
    print(f"{len(secrets)} secrets", flush=True)
    raise SystemError(f"{settings!r} {secrets}")


if __name__ == "__main__":
    main()
