"""Starts, stops and lists what a chat follows."""

import re
from dataclasses import replace

from bot.core.chat import Chat, ChatState
from bot.core.commands import Verb
from bot.core.filters.grammar import read_wish
from bot.core.filters.names import Names
from bot.core.filters.tree import FilterError
from bot.core.filters.wishes import is_everything, wish_in
from bot.core.hours import Hours
from bot.core.message import Line, Reply
from bot.core.ports import Clock
from bot.core.readback import read_back
from bot.core.replies import Followed, Replies
from bot.core.stores import Subscriptions
from bot.pipeline.kept import read_kept
from bot.pipeline.latest import Latest

_MOST_TOLD = 3
_NUMBERS = re.compile(r"\d{1,3}(?:(?:[\s,،;&]|and|et|y|و)+\d{1,3})*")
_LOUD = re.compile(r"(?P<name>.*?)\s*\b(?:(?P<off>off|no)|on)?", re.DOTALL | re.IGNORECASE)
MOST_FILTERS = 50
"""A chat's limit; more is a sign that a region or an OR would serve better."""


class Following:
    """A chat's subscriptions, as people speak of them."""

    def __init__(self, subscriptions: Subscriptions, latest: Latest, names: Names, clock: Clock) -> None:
        self._subscriptions = subscriptions
        self._latest = latest
        self._names = names
        self._clock = clock

    async def start(self, chat: Chat, typed: str, replies: Replies) -> Reply:
        """Follow what was typed; say how it was read and offer the other reading."""
        asked = read_wish(typed, self._names)
        had = {each.canonical for each in await self._subscriptions.of(chat.id)}
        if len(had | {each.canonical for each in asked.filters}) > MOST_FILTERS:
            raise FilterError("too-many-filters", limit=MOST_FILTERS)
        now = self._clock.now()
        outcomes = [(f, await self._subscriptions.add(chat.id, f.canonical, now)) for f in asked.filters]
        latest = await self._latest.match(asked.filters, 1)
        readback = read_back(replies, asked)
        notes = [*readback.notes, *Hours(replies, chat, now).notes()]
        buttons = [*readback.buttons]
        if [new for _, new in outcomes] == [True]:
            buttons += replies.press("button-undo", Verb.UNFOLLOW, asked.filters[0].canonical)
        return replies.followed(outcomes, notes, latest[0] if latest else None, buttons)

    async def stop(self, chat: Chat, typed: str, replies: Replies) -> Reply:
        """Stop following what was typed: words, a number of the list, `#id` from a button, or `all`."""
        kept = {each.id: each.canonical for each in await self._subscriptions.of(chat.id)}
        follows = await self.followed(chat)
        if not typed:
            return self._list(chat, follows, replies)
        everything = is_everything(wish_in(typed, self._names))
        leaving = follows if everything else self._meant(typed, follows)
        if not leaving and everything:
            return self._list(chat, follows, replies)
        missing = _missing(typed, follows, replies)
        if not leaving:
            return self._list(chat, follows, replies, missing or [replies.speaker.line("not-followed", typed=typed)])
        staying = [each for each in follows if each not in leaving]
        # By the text as kept, which may be an older spelling of what is read today; "all" takes the unreadable too.
        await self._subscriptions.remove(chat.id, [kept[each.id] for each in leaving] if staying else kept.values())
        if not staying and (everything or len(leaving) > _MOST_TOLD):
            return replies.left_all(len(kept))
        first = [*replies.unfollowed(each.filter for each in leaving), *missing]
        return self._list(chat, staying, replies, first, public=True)

    async def listing(self, chat: Chat, replies: Replies) -> Reply:
        """List what a chat follows."""
        return self._list(chat, await self.followed(chat), replies)

    async def loud(self, chat: Chat, typed: str, replies: Replies) -> Reply:
        """Let what was typed pass the chat's hours: words or a number of the list; with `off` behind it no longer."""
        wish = _LOUD.fullmatch(typed)
        name, on = (wish["name"], not wish["off"]) if wish else (typed, True)
        follows = await self.followed(chat)
        if not follows:
            return self._list(chat, follows, replies)
        hours = Hours(replies, chat, self._clock.now())
        if not typed:
            return hours.loud(follows)
        meant = self._meant(name, follows) if name else [each for each in follows if each.loud]
        if not meant:
            missing = _missing(name, follows, replies) or [replies.speaker.line("not-followed", typed=name)]
            return replace(hours.loud(follows, missing), public=False)
        kept = {each.id: each.canonical for each in await self._subscriptions.of(chat.id)}
        await self._subscriptions.set_loud(chat.id, [kept[each.id] for each in meant], on, self._clock.now())
        key = "loud-on" if on else "loud-off"
        first = [replies.speaker.line(key, filter=replies.describe(each.filter)) for each in meant]
        return hours.loud(await self.followed(chat), first)

    async def followed(self, chat: Chat) -> list[Followed]:
        """Return a chat's filters in the order they were made."""
        return read_kept(await self._subscriptions.of(chat.id), self._names)

    def _meant(self, typed: str, follows: list[Followed]) -> list[Followed]:
        if typed.startswith("#"):
            return [each for each in follows if str(each.id) == typed[1:]]
        if numbers := _numbers(typed):
            return [each for number, each in enumerate(follows, 1) if number in numbers]
        wanted = {each.canonical for each in read_wish(typed, self._names).filters}
        return [each for each in follows if each.filter.canonical in wanted]

    def _list(
        self,
        chat: Chat,
        follows: list[Followed],
        replies: Replies,
        first: list[Line] | None = None,
        *,
        public: bool = False,
    ) -> Reply:
        now = self._clock.now()
        end = chat.rhythm.at_present(now).muted_until
        muted = Hours(replies, chat, now).until(end) if end else ""
        paused = chat.state is ChatState.PAUSED
        return replies.listing(follows, paused=paused, first=first or (), public=public, muted=muted)


def _numbers(typed: str) -> list[int]:
    """Return the numbers of the list somebody names: 1, 3 and 4. A year, say, is a word."""
    return list(map(int, re.findall(r"\d+", typed))) if _NUMBERS.fullmatch(typed) else []


def _missing(typed: str, follows: list[Followed], replies: Replies) -> list[Line]:
    missing = [str(number) for number in dict.fromkeys(_numbers(typed)) if not 0 < number <= len(follows)]
    return [replies.speaker.line("no-such-number", typed=replies.one_of(missing))] if missing else []
