"""What the bot answers, from facts to neutral messages. The words are in `bot.core.sentences`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.core.chat import Platform
from bot.core.commands import Verb
from bot.core.describe import describe
from bot.core.filters.names import Names
from bot.core.filters.tree import Filter, FilterError
from bot.core.message import COMMAND_BYTES, Button, Line, Message, Press, Reply, Showing, Span, line, rows_of
from bot.core.sentences import Speaker
from bot.core.share import cut_graphemes
from bot.core.story import Story

POPULAR = ("SD", "PS", "UA", "CD", "MM", "HT", "ML", "YE", "SY", "AF", "BD", "sahel")
"""Places a newcomer is offered: long crises and the publication's usual ground."""

_HELP = (
    "help-what",
    "help-follow",
    "help-more",
    "help-fields",
    "help-unfollow",
    "help-list",
    "help-latest",
    "help-when",
    "help-digest",
    "help-quiet",
    "help-pause",
    "help-settings",
)
_LABEL_CHARS = 40


@dataclass(frozen=True, slots=True)
class Followed:
    """A filter of a chat with the number of its subscription."""

    id: int
    filter: Filter
    loud: bool = False


@dataclass(frozen=True, slots=True)
class Replies:
    """Answers in one language, for one platform."""

    speaker: Speaker
    names: Names

    def start(self, sources: str, *, trial: bool) -> Reply:
        lines = [self._say("welcome-what", sources=sources), self._say("welcome-how")]
        if trial:
            lines.append(self.speaker.line("trial", small=True))
        title = Span(self.speaker.text("welcome"), bold=True)
        return Reply(Message(title, tuple(lines), self._popular()))

    def help(self, *, alone: bool = True) -> Reply:
        """List the commands; `alone` is a chat with one person, from where a channel can be set up."""
        on_telegram = self.speaker.platform is Platform.TELEGRAM
        keys = [*_HELP, *(["help-group"] * on_telegram), *(["help-channel"] * (on_telegram and alone))]
        title = Span(self.speaker.text("help-title"), bold=True)
        return Reply(Message(title, tuple(map(self._say, keys))))

    def ask_follow(self, *, listens: bool = True) -> Reply:
        """Ask what to follow; `listens` is a chat in which plain words are heard as the answer."""
        listens = listens and self.speaker.platform is not Platform.SLACK
        key = "ask-follow" if listens else "ask-follow-typed"
        return Reply(Message(None, (self._say(key),), self._popular()))

    def offer(self, wanted: Filter, notes: Iterable[Line] = (), others: Iterable[Button] = ()) -> Reply:
        """Offer what plain words ask for; `notes` say how they were read, `others` what else they may mean."""
        label = self.describe(wanted)
        buttons = [
            *self._press("button-follow", Verb.FOLLOW, wanted),
            *self._press("button-latest", Verb.LATEST, wanted),
        ]
        lines = [self._say("offer", filter=label), *notes]
        if not buttons:
            lines.append(self._say("offer-typed"))
        return Reply(Message(None, tuple(lines), rows_of(buttons, 2) + rows_of(others, 1)))

    def followed(
        self,
        outcomes: Sequence[tuple[Filter, bool]],
        notes: Iterable[Line],
        latest: Story | None,
        buttons: Iterable[Button],
    ) -> Reply:
        """Answer a follow: for each filter whether it is new, how it was understood, what matched last."""
        lines = [self._say("following" if new else "already", filter=self.describe(f)) for f, new in outcomes]
        lines.extend(notes)
        if latest:
            lines += [self.speaker.line("latest-match", small=True), _headline(latest)]
        elif any(new for _, new in outcomes):
            lines.append(self.speaker.line("no-match-yet", small=True))
        return Reply(Message(None, tuple(lines), rows_of(buttons, 1)), public=any(new for _, new in outcomes))

    def listing(
        self,
        follows: Sequence[Followed],
        *,
        paused: bool,
        first: Iterable[Line] = (),
        public: bool | None = None,
        muted: str = "",
    ) -> Reply:
        """List what a chat follows, with a button to stop each; `muted` is until when alerts are.

        `first` says what has just happened, and makes the reply public unless `public` says otherwise.
        """
        first = tuple(first)
        public = bool(first) if public is None else public
        if not follows:
            lines = (*first, self._say("follows-nothing-now" if first else "follows-nothing"))
            return Reply(Message(None, lines, self._popular()), Showing.REPLACE, public)
        numbered = [line(f"{n}. {self.told(each)}") for n, each in enumerate(follows, 1)]
        lines = (*first, self._say("list-title"), *numbered, self.speaker.line("list-hint", small=True))
        buttons = [
            Press(self._label("button-unfollow", each.filter), f"{Verb.UNFOLLOW} #{each.id}") for each in follows
        ]
        if paused:
            lines = (*lines, self._say("list-paused"))
        elif muted:
            lines = (*lines, self._say("list-muted", until=muted))
        return Reply(Message(None, lines, rows_of(buttons, 2)), Showing.REPLACE, public)

    def unfollowed(self, wanted: Iterable[Filter]) -> list[Line]:
        return [self._say("unfollowed", filter=self.describe(each)) for each in wanted]

    def left_all(self, count: int) -> Reply:
        """Answer who stopped all there was, so many filters."""
        lines = (self._say("unfollowed-all", count=count), self._say("follow-again"))
        return Reply(Message(None, lines, self._popular()), Showing.REPLACE, public=True)

    def latest(self, stories: Sequence[Story], wanted: Filter | None) -> Reply:
        about = {"filter": self.describe(wanted)} if wanted else {}
        suffix = "" if wanted else "-chat"
        buttons = self._press("button-follow", Verb.FOLLOW, wanted) if wanted else []
        if not stories:
            return Reply(Message(None, (self._say(f"latest-none{suffix}", **about),), rows_of(buttons, 1)))
        title = Span(self.speaker.text(f"latest-title{suffix}", **about), bold=True)
        lines = tuple(each for story in stories for each in (_headline(story), _meta(story)))
        return Reply(Message(title, lines, rows_of(buttons, 1)))

    def say(self, key: str, *, public: bool = False, buttons: Iterable[Button] = (), **values: str | int) -> Reply:
        """Answer with one sentence."""
        return Reply(Message(None, (self._say(key, **values),), rows_of(buttons, 2)), public=public)

    def unreadable(self, error: FilterError, verb: Verb = Verb.FOLLOW) -> Reply:
        """Say what cannot be read, with a button for each thing near it that completes the command."""
        near = {"near": self.one_of(each.name for each in error.near)} if error.near else {}
        buttons = [
            button for each in error.near for button in self.press("button-near", verb, each.text, command=each.label)
        ]
        return Reply(Message(None, (self.speaker.fill(error.sentence, error.values | near),), rows_of(buttons, 3)))

    def one_of(self, names: Iterable[str]) -> str:
        """Return names as a choice: Mali, Malawi or Malaysia."""
        *others, last = names
        return f" {self.speaker.text('or')} ".join([", ".join(others), last] if others else [last])

    def told(self, followed: Followed) -> str:
        """Return a filter in words, with a mark where it is loud."""
        name = self.describe(followed.filter)
        return self.speaker.text("list-loud", filter=name) if followed.loud else name

    def describe(self, wanted: Filter) -> str:
        return describe(self.speaker, self.names, wanted)

    def press(self, key: str, verb: Verb, typed: str, **values: str) -> list[Button]:
        """Return a button that gives a command, or none where the command is too long for one."""
        command = f"{verb} {typed}"
        fits = len(command.encode()) <= COMMAND_BYTES
        return [Press(cut_graphemes(self.speaker.text(key, **values), _LABEL_CHARS), command)] if fits else []

    def _press(self, key: str, verb: Verb, wanted: Filter) -> list[Button]:
        return self.press(key, verb, wanted.canonical, filter=self.describe(wanted))

    def _label(self, key: str, wanted: Filter) -> str:
        return cut_graphemes(self.speaker.text(key, filter=self.describe(wanted)), _LABEL_CHARS)

    def _popular(self) -> tuple[tuple[Button, ...], ...]:
        places = [self.names.places[code] for code in POPULAR]
        buttons = [Press(f"{p.flag} {p.name}".strip(), f"{Verb.FOLLOW} {p.name}") for p in places]
        return rows_of(buttons, 3)

    def _say(self, key: str, **values: str | int) -> Line:
        return self.speaker.fill(key, values)


def _headline(story: Story) -> Line:
    return line(Span(story.title, bold=True, link=story.link))


def _meta(story: Story) -> Line:
    return line(f"{story.source} · {story.published.day} {story.published:%b %Y}", small=True)
