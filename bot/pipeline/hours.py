"""Carries out what people ask about when alerts come: digests, quiet hours, mutes, bursts, limits, zones."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime

from bot.core.chat import Chat
from bot.core.commands import Command, Verb
from bot.core.hours import Hours
from bot.core.message import Reply
from bot.core.ports import Clock
from bot.core.replies import Replies
from bot.core.rhythm import Rhythm
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
from bot.core.zones import is_offset, zone_named

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
        now = self._clock.now()
        end = read_mute(typed, chat.zone, now)
        if end is None:
            return None
        muted = await self._set(chat, replace(chat.rhythm, muted_until=end))
        return self.told(muted, replies).muted()

    def told(self, chat: Chat, replies: Replies) -> Hours:
        """Return what can be said about a chat's hours now."""
        return Hours(replies, chat, self._clock.now())

    def understands(self, command: Command) -> bool:
        """Return whether plain words that begin as one of `HOURS` are that, and not a wish that begins alike."""
        verb, typed = command.verb, command.argument
        if verb not in _READERS or not typed or is_off(typed):
            return True
        return _READERS[verb](typed, self._clock.now()) is not None

    async def _digest(self, chat: Chat, typed: str, replies: Replies) -> Reply:
        found = read_digest(typed)
        if found is None:
            return self.told(chat, replies).unreadable(Verb.DIGEST, typed)
        every, at, weekday = found
        after = await self._set(chat, replace(chat.rhythm, every=every, at=at, weekday=weekday))
        return self.told(after, replies).digest_set(chat.rhythm)

    async def _quiet(self, chat: Chat, typed: str, replies: Replies) -> Reply:
        quiet = None if is_off(typed) else read_quiet(typed)
        if quiet is None and not is_off(typed):
            return self.told(chat, replies).unreadable(Verb.QUIET, typed)
        return self.told(await self._set(chat, replace(chat.rhythm, quiet=quiet)), replies).quiet_set()

    async def _mute(self, chat: Chat, typed: str, replies: Replies) -> Reply:
        if is_off(typed):
            return await self._unmute(chat, replies)
        return await self.mute(chat, typed, replies) or self.told(chat, replies).unreadable(Verb.MUTE, typed)

    async def _unmute(self, chat: Chat, replies: Replies) -> Reply:
        if not chat.rhythm.is_muted(self._clock.now()):
            return replies.say("not-muted")
        return self.told(await self._set(chat, replace(chat.rhythm, muted_until=None)), replies).unmuted()

    async def _zone(self, chat: Chat, typed: str, replies: Replies) -> Reply:
        zone = zone_named(typed)
        if zone is None:
            return self.told(chat, replies).no_zone(typed, offset=is_offset(typed))
        return self.told(await self._set(replace(chat, zone=zone or "UTC"), chat.rhythm), replies).zone_set()

    async def _bundle(self, chat: Chat, typed: str, replies: Replies) -> Reply:
        window = read_window(typed)
        if window is None:
            return self.told(chat, replies).unreadable(Verb.BUNDLE, typed)
        return self.told(await self._set(chat, replace(chat.rhythm, window=window)), replies).bundle_set()

    async def _limit(self, chat: Chat, typed: str, replies: Replies) -> Reply:
        limit = read_limit(typed)
        if limit is None:
            return self.told(chat, replies).unreadable(Verb.LIMIT, typed)
        return self.told(await self._set(chat, replace(chat.rhythm, limit=limit)), replies).limit_set()

    async def _threads(self, chat: Chat, typed: str, replies: Replies) -> Reply:
        on = read_switch(typed)
        if on is None:
            return self.told(chat, replies).ask(Verb.THREADS)
        await self._chats.set_threads(chat.id, on)
        return self.told(replace(chat, threads=on), replies).threads_set()

    async def _set(self, chat: Chat, rhythm: Rhythm) -> Chat:
        now = self._clock.now()
        kept = replace(chat, rhythm=rhythm.at_present(now))
        await self._chats.set_hours(chat.id, kept.rhythm, kept.zone, now)
        return kept
