"""`crisis-bot outbox`: what may have arrived or was given up, and the operator's word on it."""

import re
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack

from bot.app.foundation import Foundation, lay_foundation, ready_database, used
from bot.core.delivery import State
from bot.core.stores import Parked
from bot.settings import Settings

ALL = "all"
_MOST = 200
_NUMBER = re.compile("[0-9]{1,18}")
_FATE = {State.UNCERTAIN: "may have arrived", State.DEAD: "given up"}


async def listing(settings: Settings) -> int:
    """Print a line for each delivery that waits for the operator."""
    foundation = lay_foundation(settings)
    async with AsyncExitStack() as exits:
        await _open(foundation, exits)
        found = await used(foundation.store.database, foundation.store.outbox.parked(_MOST + 1))
    for parked in found[:_MOST]:
        print(_line(parked))
    if len(found) > _MOST:
        print(f"These are the oldest {_MOST}; there are more.")
    if not found:
        print("Nothing waits for you: every message was sent, or will be.")
    return 0


async def decide(settings: Settings, chosen: Sequence[str], *, resend: bool) -> int:
    """Send parked deliveries again, or give them up; return 1 where one of those named is not parked."""
    ids = _ids(chosen)
    if ids is not None and not ids:
        sys.stderr.write("Name deliveries by the numbers that crisis-bot outbox list shows, or say all.\n")
        return 2
    foundation = lay_foundation(settings)
    async with AsyncExitStack() as exits:
        await _open(foundation, exits)
        resolving = foundation.store.outbox.resolve(ids, resend, foundation.clock.now())
        done = await used(foundation.store.database, resolving)
    print(f"{done} to be sent again, marked as a possible repeat." if resend else f"{done} given up.")
    missing = 0 if ids is None else len(ids) - done
    if missing:
        sys.stderr.write(f"{missing} of those named do not wait for you.\n")
    return 1 if missing else 0


async def _open(foundation: Foundation, exits: AsyncExitStack) -> None:
    exits.push_async_callback(foundation.store.database.close)
    await ready_database(foundation)


def _ids(chosen: Sequence[str]) -> set[int] | None:
    """Return the numbers, nothing where one is none, None for all."""
    if list(chosen) == [ALL]:
        return None
    return {int(each) for each in chosen} if all(map(_NUMBER.fullmatch, chosen)) else set()


def _line(parked: Parked) -> str:
    chat = parked.chat.title or str(parked.chat.address)
    others = f" and {parked.others} more" if parked.others else ""
    since = f"{parked.since:%Y-%m-%d %H:%M}"
    return f"{parked.id:>8}  {since}  {_FATE[parked.state]:16}  {chat}: {parked.title}{others} ({parked.why})"
