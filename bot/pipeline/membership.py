"""Keeps up with what platforms say about chats outside of any command."""

from bot.core.chat import Address
from bot.core.stores import Chats


class Members:
    """Fulfils `bot.core.ports.Membership`."""

    def __init__(self, chats: Chats) -> None:
        self._chats = chats

    async def gone(self, address: Address, reason: str, *, alone: bool = False) -> None:
        await self._chats.gone(address, reason, alone=alone)

    async def back(self, address: Address) -> None:
        await self._chats.back(address)

    async def moved(self, old: Address, new: Address) -> None:
        await self._chats.moved(old, new)
