"""One attempt at a delivery: rendered, sent, and where no answer came, looked for."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.core.delivery import Delivery, OnUncertain, State, Verdict, failed, sent
from bot.core.errors import Permanent, SendError, Temporary, TokenRevoked, Uncertain
from bot.core.filters.names import Names
from bot.core.ports import Clock, Notifier, Observer
from bot.core.telling import tell

LOOK_AGAIN = 3.0
"""Seconds after which a message that was not found is looked for once more: it may have been on its way."""


@dataclass(frozen=True, slots=True)
class Attempts:
    """Sends deliveries of one lane. No attempt raises: how it ended is a verdict."""

    notifier: Notifier
    names: Names
    clock: Clock
    observer: Observer
    on_uncertain: OnUncertain = OnUncertain.RESEND
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def send(self, delivery: Delivery) -> Verdict:
        """Send a delivery's message once."""
        try:
            message, answers = tell(self.names, delivery), delivery.reply_to
            return sent(await self.notifier.send(delivery.to, message, reply_to=answers, key=delivery.key))
        except Uncertain as error:
            return await self._look_for(delivery) or self._failed(delivery, error)
        except SendError as error:
            return self._failed(delivery, error)
        except Exception as error:  # one message that cannot be made must not stop its chat's others
            self.observer.trouble(f"rendering story {delivery.story.id}", error)
            return Verdict(State.DEAD, error=f"could not be sent: {type(error).__name__}")

    async def found(self, delivery: Delivery) -> Verdict | None:
        """Return the verdict on a repeat whose first attempt arrived after all, where the platform can tell."""
        if not delivery.repeat:
            return None
        try:
            message_id = await self._find(delivery)
        except Permanent:
            return None  # nobody can tell: it is sent once more, and says so
        except SendError as error:
            again = error if isinstance(error, Temporary | TokenRevoked) else Temporary(error.reason)
            return self._failed(delivery, again)
        return sent(message_id) if message_id else None

    async def _look_for(self, delivery: Delivery) -> Verdict | None:
        """Return the verdict on a message that arrived though nobody said so, None where it cannot be found."""
        try:
            if message_id := await self._find(delivery):
                return sent(message_id)
            await self.sleep(LOOK_AGAIN)
            message_id = await self._find(delivery)
        except SendError:
            return None
        return sent(message_id) if message_id else None

    async def _find(self, delivery: Delivery) -> str | None:
        return await self.notifier.find(delivery.to, delivery.key, delivery.made_at)

    def _failed(self, delivery: Delivery, error: SendError) -> Verdict:
        return failed(delivery, error, now=self.clock.now(), on_uncertain=self.on_uncertain)
