"""Carries out what people ask about when alerts come: digests, quiet hours, mutes, bursts, limits, zones."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.core.chat import Chat
from bot.core.commands import Command, Verb
from bot.core.filters.names import Names
from bot.core.hours import Hours
from bot.core.message import Reply
from bot.core.ports import Clock
from bot.core.replies import Replies
from bot.core.stores import Chats
from bot.core.times import (
    is_off,
    read_digest,
    read_limit,
    read_mute,
    read_quiet,
    read_switch,
    read_window,
)
from bot.core.zones import is_offset, without_please, zone_named, zones_of

_READERS: dict[Verb, Callable[[str, datetime], object]] = {
    Verb.DIGEST: lambda typed, _: read_digest(typed),
    Verb.QUIET: lambda typed, _: read_quiet(typed),
    Verb.MUTE: lambda typed, now: read_mute(typed, "", now),
    Verb.TIMEZONE: lambda typed, _: zone_named(typed),
    Verb.BUNDLE: lambda typed, _: read_window(typed),
    Verb.LIMIT: lambda typed, _: read_limit(typed),
    Verb.THREADS: lambda typed, _: read_switch(typed),
}


class Timetable:
    """A chat's hours, as people speak of them."""

    def __init__(self, chats: Chats, clock: Clock) -> None:
        self._chats = chats
        self._clock = clock
        self._verbs: dict[Verb, Callable[[Chat, str, Replies], Awaitable[Reply]]] = {
            Verb.DIGEST: self._digest,
            Verb.QUIET: self._quiet,
            Verb.MUTE: self._mute,
            Verb.TIMEZONE: self._zone,
            Verb.BUNDLE: self._bundle,
            Verb.LIMIT: self._limit,
            Verb.THREADS: self._threads,
        }

    async def answer(self, command: Command, chat: Chat, replies: Replies) -> Reply:
        """Carry out one of `HOURS`; without an argument, say what is set and offer what may be."""
        if command.verb is Verb.UNMUTE:
            return await self._unmute(chat, replies)
        if not command.argument:
            return self.told(chat, replies).ask(command.verb)
        return await self._verbs[command.verb](chat, command.argument, replies)

    async def mute(self, chat: Chat, typed: str, replies: Replies) -> Reply | None:
        """Mute for as long as was typed, or return None where that is no time."""
        end = read_mute(typed, chat.zone, self._clock.now())
        if end is None:
            return None
        return (await self._set(chat, replies, muted_until=end)).muted()

    def told(self, chat: Chat, replies: Replies) -> Hours:
        """Return what can be said about a chat's hours now."""
        return Hours(replies, chat, self._clock.now())

    def understands(self, command: Command, names: Names) -> bool:
        """Return whether plain words that begin as one of `HOURS` are that, and not a wish that begins alike."""
        verb, typed = command.verb, command.argument
        if verb not in _READERS or not typed or is_off(typed):
            return True
        if verb is Verb.TIMEZONE and (place := names.places.named(without_please(typed))):
            return bool(zones_of(place.code, self._clock.now()))
        return _READERS[verb](typed, self._clock.now()) is not None

    async def _digest(self, chat: Chat, typed: str, replies: Replies) -> Reply:
        found = read_digest(typed)
        if found is None:
            return self.told(chat, replies).unreadable(Verb.DIGEST, typed)
        every, at, weekday = found
        return (await self._set(chat, replies, every=every, at=at, weekday=weekday)).digest_set(chat.rhythm)

    async def _quiet(self, chat: Chat, typed: str, replies: Replies) -> Reply:
        quiet = None if is_off(typed) else read_quiet(typed)
        if quiet is None and not is_off(typed):
            return self.told(chat, replies).unreadable(Verb.QUIET, typed)
        return (await self._set(chat, replies, quiet=quiet)).quiet_set()

    async def _mute(self, chat: Chat, typed: str, replies: Replies) -> Reply:
        if is_off(typed):
            return await self._unmute(chat, replies)
        return await self.mute(chat, typed, replies) or self.told(chat, replies).unreadable(Verb.MUTE, typed)

    async def _unmute(self, chat: Chat, replies: Replies) -> Reply:
        if not chat.rhythm.is_muted(self._clock.now()):
            return replies.say("not-muted")
        return (await self._set(chat, replies, muted_until=None)).unmuted()

    async def _zone(self, chat: Chat, typed: str, replies: Replies) -> Reply:
        zone, told = zone_named(typed), self.told(chat, replies)
        if zone is None:
            place = replies.names.places.named(without_please(typed))
            zones = zones_of(place.code, self._clock.now()) if place else []
            if place and len(zones) > 1:
                return told.which_zone(place.name, zones)
            if not zones:
                return told.no_zone(typed, offset=is_offset(typed))
            zone = zones[0]
        return (await self._set(replace(chat, zone=zone or "UTC"), replies)).zone_set()

    async def _bundle(self, chat: Chat, typed: str, replies: Replies) -> Reply:
        window = read_window(typed)
        if window is None:
            return self.told(chat, replies).unreadable(Verb.BUNDLE, typed)
        return (await self._set(chat, replies, window=window)).bundle_set()

    async def _limit(self, chat: Chat, typed: str, replies: Replies) -> Reply:
        limit = read_limit(typed)
        if limit is None:
            return self.told(chat, replies).unreadable(Verb.LIMIT, typed)
        return (await self._set(chat, replies, limit=limit)).limit_set()

    async def _threads(self, chat: Chat, typed: str, replies: Replies) -> Reply:
        on = read_switch(typed)
        if on is None:
            return self.told(chat, replies).ask(Verb.THREADS)
        await self._chats.set_threads(chat.id, on)
        return self.told(replace(chat, threads=on), replies).threads_set()

    async def _set(self, chat: Chat, replies: Replies, **changed: Any) -> Hours:
        """Keep a chat's zone and its rhythm with what is changed of it; return what can be said about it."""
        now = self._clock.now()
        kept = replace(chat, rhythm=replace(chat.rhythm, **changed).at_present(now))
        held = await self._chats.set_hours(chat.id, kept.rhythm, kept.zone, now)
        return Hours(replies, kept, now, held)
