"""Carries out what people ask: one command, one answer, the same on every platform."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from bot.core.alert import closed_share, opened_share
from bot.core.chat import Asker, Chat, ChatKind, ChatState, Platform, Sighting
from bot.core.commands import CHANGES, HOURS, Command, Verb, parse, refusal, setting_in
from bot.core.filters.grammar import read_wish
from bot.core.filters.names import Names
from bot.core.filters.questions import without_question
from bot.core.filters.tree import Either, Filter, FilterError, tidy
from bot.core.filters.wishes import is_list, is_talk, stop_in, wish_in
from bot.core.message import Message, Press, Reply, Showing
from bot.core.ports import Clock
from bot.core.readback import read_back
from bot.core.replies import Replies
from bot.core.sentences import Speaker
from bot.core.stores import Chats, Stories
from bot.pipeline.following import Following
from bot.pipeline.hours import Timetable
from bot.pipeline.latest import Latest

_TALKATIVE = frozenset({ChatKind.PRIVATE, ChatKind.TRIAL})
"""Chats in which plain words are meant for the bot."""
_CHANNEL = re.compile(r"@\w+")
_FOR_CHANNELS = HOURS | {Verb.FOLLOW, Verb.UNFOLLOW, Verb.LIST, Verb.SETTINGS}
_NUMBER = re.compile(r"(?:\d{1,3})?\s*(?:on|off)?")


@dataclass(frozen=True, slots=True)
class Asked:
    """A command in its chat, with the voice to answer in."""

    command: Command
    chat: Chat
    replies: Replies

    @property
    def argument(self) -> str:
        return self.command.argument


class Desk:
    """Fulfils `bot.core.ports.Execute`."""

    def __init__(
        self,
        *,
        chats: Chats,
        stories: Stories,
        following: Following,
        timetable: Timetable,
        latest: Latest,
        names: Names,
        clock: Clock,
        sources: str,
    ) -> None:
        self._chats = chats
        self._stories = stories
        self._following = following
        self._timetable = timetable
        self._latest = latest
        self._names = names
        self._clock = clock
        self._sources = sources
        self._verbs: dict[Verb, Callable[[Asked], Awaitable[Reply]]] = {
            Verb.START: self._start,
            Verb.HELP: self._help,
            Verb.FOLLOW: self._follow,
            Verb.UNFOLLOW: lambda asked: following.stop(asked.chat, asked.argument, asked.replies),
            Verb.LIST: lambda asked: following.listing(asked.chat, asked.replies),
            Verb.LATEST: lambda asked: latest.answer(asked.chat, wish_in(asked.argument, names), asked.replies),
            Verb.PAUSE: self._pause,
            Verb.RESUME: self._resume,
            Verb.PREVIEW: self._preview,
            Verb.SETTINGS: self._settings,
            Verb.LOUD: lambda asked: following.loud(asked.chat, asked.argument, asked.replies),
            **dict.fromkeys(HOURS, self._hours),
            Verb.SHARE: self._share,
            Verb.SAY: self._say,
            Verb.UNKNOWN: self._unknown,
        }

    async def execute(self, command: Command, sighting: Sighting, asker: Asker) -> Reply:
        """Answer a command given in a chat; a filter that cannot be read is answered with what to write instead."""
        chat = await self._chats.seen(sighting, self._clock.now())
        replies = Replies(Speaker(sighting.address.platform), self._names)
        command = self._completed(command, chat)
        if command.verb in CHANGES and command.verb is not Verb.SAY and not asker.may_change:
            return replies.say(refusal(command.verb))
        if chat.asked and command.verb is not Verb.SHARE:
            await self._chats.set_asked(chat.id, "")
        try:
            return _elsewhere(command, replies) or await self._verbs[command.verb](Asked(command, chat, replies))
        except FilterError as error:
            return replies.unreadable(error, Verb.FOLLOW if command.verb is Verb.SAY else command.verb)

    async def _start(self, asked: Asked) -> Reply:
        return asked.replies.start(self._sources, trial=asked.chat.kind is ChatKind.TRIAL)

    async def _help(self, asked: Asked) -> Reply:
        return asked.replies.help(alone=asked.chat.kind in _TALKATIVE)

    async def _follow(self, asked: Asked) -> Reply:
        if asked.argument:
            return await self._following.start(asked.chat, asked.argument, asked.replies)
        await self._chats.set_asked(asked.chat.id, Verb.FOLLOW)
        return asked.replies.ask_follow(listens=asked.chat.kind in _TALKATIVE)

    async def _hours(self, asked: Asked) -> Reply:
        return await self._timetable.answer(asked.command, asked.chat, asked.replies)

    async def _settings(self, asked: Asked) -> Reply:
        told = self._timetable.told(asked.chat, asked.replies)
        return told.settings(await self._following.followed(asked.chat))

    async def _pause(self, asked: Asked) -> Reply:
        # Whoever says for how long means silence that ends, and nobody expects to lose what comes meanwhile.
        if muted := await self._timetable.mute(asked.chat, asked.argument, asked.replies):
            return muted
        if asked.chat.state is ChatState.PAUSED:
            return asked.replies.say("already-paused")
        await self._chats.set_state(asked.chat.id, ChatState.PAUSED)
        reply = asked.replies.say("paused", public=True, buttons=[_plain_press(asked, "button-resume", Verb.RESUME)])
        until = (asked.replies.speaker.line("paused-until"),) if asked.argument else ()
        return replace(reply, message=replace(reply.message, lines=(*reply.message.lines, *until)))

    async def _resume(self, asked: Asked) -> Reply:
        if asked.chat.rhythm.is_muted(self._clock.now()) and asked.chat.state is ChatState.ACTIVE:
            return await self._timetable.answer(Command(Verb.UNMUTE), asked.chat, asked.replies)
        if asked.chat.state is ChatState.ACTIVE:
            return asked.replies.say("not-paused")
        await self._chats.set_state(asked.chat.id, ChatState.ACTIVE)
        return self._timetable.told(replace(asked.chat, state=ChatState.ACTIVE), asked.replies).resumed()

    async def _preview(self, asked: Asked) -> Reply:
        if asked.chat.kind is ChatKind.TRIAL:
            return asked.replies.say("preview-none")
        wish = asked.argument.lower()
        if wish not in ("on", "off"):
            keys = (("button-on", "on"), ("button-off", "off"))
            buttons = [button for key, value in keys for button in asked.replies.press(key, Verb.PREVIEW, value)]
            return asked.replies.say("preview-ask", buttons=buttons)
        await self._chats.set_preview(asked.chat.id, wish == "on")
        return asked.replies.say(f"preview-{wish}", public=True)

    async def _share(self, asked: Asked) -> Reply:
        number, _, rest = asked.argument.partition(" ")
        story = await self._stories.one(int(number)) if number.isdecimal() and len(number) < 16 else None
        if story is None:
            return asked.replies.say("share-gone")
        rows = closed_share if rest == "close" else opened_share
        return Reply(Message(rows=rows(asked.replies.speaker, story)), Showing.BUTTONS)

    async def _say(self, asked: Asked) -> Reply:
        if not asked.argument or asked.chat.kind not in _TALKATIVE:
            return await self._help(asked)
        if is_talk(asked.argument):
            return await self._help(asked)
        if setting := self._setting(asked.argument):
            return await self._verbs[setting](replace(asked, command=Command(setting)))
        wanted = without_question(read_wish(asked.argument, self._names), self._names)
        readback = read_back(asked.replies, wanted)
        return asked.replies.offer(_any_of(wanted.filters), readback.notes, readback.buttons)

    async def _unknown(self, asked: Asked) -> Reply:
        if near := asked.command.near:
            verb, _, rest = near.partition(" ")
            buttons = asked.replies.press("button-near", Verb(verb), rest, command=near)
            return asked.replies.say("unknown-command-near", typed=asked.argument, near=near, buttons=buttons)
        return asked.replies.say("unknown-command", typed=asked.argument)

    def _completed(self, command: Command, chat: Chat) -> Command:
        """Return plain words as the command they are without its slash, or as the answer to our last question."""
        if command.verb is not Verb.SAY:
            return command
        bare = _spoken(command.argument)
        is_command = is_list(command.argument) or (bare.verb in (Verb.FOLLOW, Verb.UNFOLLOW) and bare.argument)
        if chat.asked and not is_command and not is_talk(command.argument):
            return replace(command, verb=Verb(chat.asked))
        bare = self._for_a_while(bare)
        means_it = self._timetable.understands(bare, self._names) and _is_whole(bare)
        return bare if chat.kind in _TALKATIVE and means_it else command

    def _setting(self, text: str) -> Verb | None:
        """Return the setting that a sentence speaks of, unless it names a place or an actor too."""
        setting = setting_in(text)
        try:
            named = setting and read_wish(text, self._names).named
        except FilterError:
            named = ()
        return None if named else setting

    def _for_a_while(self, bare: Command) -> Command:
        """Return “stop for an hour” as the mute that it is."""
        muting = Command(Verb.MUTE, bare.argument)
        for_a_while = bare.verb is Verb.UNFOLLOW and bare.argument.lower().startswith(("for ", "until ", "till "))
        return muting if for_a_while and self._timetable.understands(muting, self._names) else bare


def _elsewhere(command: Command, replies: Replies) -> Reply | None:
    """Return where channels are set up, for who tries to on the web; None for all else."""
    named = _CHANNEL.match(command.argument) if command.verb in _FOR_CHANNELS else None
    if named is None or replies.speaker.platform is not Platform.WEBCHAT:
        return None
    return replies.say("channels-on-telegram", channel=named.group(), verb=command.verb.value)


def _spoken(text: str) -> Command:
    """Return the command that plain words are, in short (“unfollow mali”) or as a sentence."""
    if is_list(text):
        return Command(Verb.LIST)
    bare, leaving = parse(text, bare=True), stop_in(text)
    asks_to_stop = leaving is not None and bare.verb in (Verb.SAY, Verb.UNFOLLOW)
    return Command(Verb.UNFOLLOW, leaving or "") if asks_to_stop else bare


def _is_whole(command: Command) -> bool:
    """Return whether words after these two commands belong to them: “loud protests” are a wish."""
    if command.verb is Verb.LOUD:
        return _NUMBER.fullmatch(command.argument) is not None
    return command.verb is not Verb.SETTINGS or not command.argument


def _any_of(filters: tuple[Filter, ...]) -> Filter:
    return Filter(tidy(Either(tuple(each.tree for each in filters))))


def _plain_press(asked: Asked, key: str, verb: Verb) -> Press:
    return Press(asked.replies.speaker.text(key), verb.value)
