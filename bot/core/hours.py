"""What the bot answers about when alerts come: what was set, what it means, and buttons to change it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.chat import Chat, ChatState
from bot.core.commands import Verb
from bot.core.message import Button, Line, Message, Reply, Showing, Span, rows_of
from bot.core.offers import clock, hours, offers, press, zone_button
from bot.core.replies import Followed, Replies
from bot.core.rhythm import Every, Rhythm, local, next_message, silent_until
from bot.core.times import HIGHEST_LIMIT, LONGEST_WINDOW
from bot.core.zones import city_of, near_zones

_SETTINGS = (
    Verb.DIGEST,
    Verb.QUIET,
    Verb.MUTE,
    Verb.TIMEZONE,
    Verb.BUNDLE,
    Verb.LIMIT,
    Verb.THREADS,
    Verb.LOUD,
    Verb.PREVIEW,
)
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Hours:
    """Answers about one chat's hours, as they are at a moment."""

    replies: Replies
    chat: Chat
    now: datetime
    held: int = 0
    """How many stories a change just made have their time decided anew."""

    @property
    def rhythm(self) -> Rhythm:
        return self.chat.rhythm.at_present(self.now)

    @property
    def is_paused(self) -> bool:
        return self.chat.state is ChatState.PAUSED

    @property
    def zone(self) -> str:
        return self.chat.zone or "UTC"

    def settings(self, follows: Iterable[Followed]) -> Reply:
        """Show all that is set, in words, with a button for each."""
        loud = [self.replies.describe(each.filter) for each in follows if each.loud]
        paused = [self._line("list-paused")] if self.is_paused else []
        lines = [
            *paused,
            self.state(Verb.DIGEST),
            *([self.state(Verb.MUTE)] if self.rhythm.muted_until else []),
            *(self.state(verb) for verb in (Verb.QUIET, Verb.BUNDLE, Verb.LIMIT)),
            self._line("state-loud", filters=", ".join(loud)) if loud else self._line("state-loud-none"),
            self.state(Verb.THREADS),
            self._line(f"state-preview-{_switch(self.chat.link_preview)}"),
            self.state(Verb.TIMEZONE),
        ]
        buttons = [press(self.replies, f"button-{verb}", verb) for verb in _SETTINGS]
        title = Span(self.replies.speaker.text("settings-title"), bold=True)
        return Reply(Message(title, tuple(lines), rows_of(buttons, 3)), Showing.REPLACE)

    def state(self, verb: Verb) -> Line:
        """Return how one thing is set."""
        rhythm = self.rhythm
        match verb:
            case Verb.DIGEST:
                return self._line(f"state-digest-{rhythm.every or 'none'}", **self._digest_values())
            case Verb.QUIET if rhythm.quiet:
                return self._line("state-quiet", **hours(rhythm.quiet))
            case Verb.MUTE if rhythm.muted_until:
                return self._line("state-muted", until=self.until(rhythm.muted_until))
            case Verb.BUNDLE if rhythm.window:
                return self._counted("state-bundle", rhythm.window)
            case Verb.LIMIT if rhythm.limit:
                return self._counted("state-limit", rhythm.limit)
            case Verb.THREADS:
                return self._line(f"state-threads-{_switch(self.chat.threads)}")
            case Verb.TIMEZONE:
                return self._line("state-zone" if self.chat.zone else "state-zone-none", **self._zone_values())
        return self._line(f"state-{verb}-none")

    def ask(self, verb: Verb) -> Reply:
        """Say how one thing is set, and offer what it may be."""
        return self._offer(verb, [self.state(verb), self._line(f"{_KEYS.get(verb, verb)}-ask")])

    def unreadable(self, verb: Verb, typed: str) -> Reply:
        """Say what cannot be read, with an example and what is offered."""
        most = {Verb.BUNDLE: LONGEST_WINDOW, Verb.LIMIT: HIGHEST_LIMIT}.get(verb, 0)
        return self._offer(verb, [self._line(f"{verb}-unreadable", typed=typed, most=most)], Showing.NEW)

    def no_zone(self, typed: str, *, offset: bool) -> Reply:
        """Say that a zone is not known, and which are near it."""
        near = [] if offset else near_zones(typed)
        if not near:
            key = "zone-offset" if offset else "zone-unknown"
            return self._offer(Verb.TIMEZONE, [self._line(key, typed=typed)], Showing.NEW)
        told = self._line("zone-unknown-near", typed=typed, near=self.replies.one_of(map(city_of, near)))
        return Reply(Message(None, (told,), rows_of([zone_button(self.replies, zone) for zone in near], 3)))

    def which_zone(self, place: str, zones: Iterable[str]) -> Reply:
        """Ask which of a country's zones is meant."""
        told = self._line("zone-several", place=place)
        return Reply(Message(None, (told,), rows_of([zone_button(self.replies, zone) for zone in zones], 3)))

    def digest_set(self, before: Rhythm) -> Reply:
        """Say what a digest means from now on."""
        rhythm = self.rhythm
        if rhythm.every is None:
            return self._changed([self._line("digest-off"), *(self._released() if before.every else [])])
        lines = [self._line(f"digest-{rhythm.every}", **self._digest_values()), *self._next_digest()]
        return self._changed(lines, timed=rhythm.every is not Every.HOURLY, off=Verb.DIGEST)

    def quiet_set(self) -> Reply:
        """Say what quiet hours mean from now on."""
        if self.rhythm.quiet is None:
            return self._changed([self._line("quiet-off"), *(self._released() if self.held else [])])
        told = self._line("quiet-on", zone=self.zone, **hours(self.rhythm.quiet))
        return self._changed([told, *self._kept("quiet-kept")], timed=True, off=Verb.QUIET)

    def muted(self) -> Reply:
        """Say until when it is silent."""
        end = self.rhythm.muted_until or self.now
        buttons = [press(self.replies, "button-unmute", Verb.UNMUTE)]
        told = self._line("muted", until=self.until(end))
        return self._changed([told, *self._kept("muted-kept")], timed=True, buttons=buttons)

    def unmuted(self) -> Reply:
        """Say that a mute is over."""
        return self._changed([self._line("mute-over" if self.is_paused else "unmuted"), *self._released()])

    def resumed(self) -> Reply:
        """Say that a pause is over, and what keeps alerts from coming still."""
        over = self._line("pause-over" if self.rhythm.muted_until else "resumed")
        return Reply(Message(None, (over, *self.notes())), public=True)

    def zone_set(self) -> Reply:
        """Say what time it is in the chat's zone now."""
        values = self._zone_values()
        return self._changed([self._line("zone-set", **values), *self._next_digest()])

    def bundle_set(self) -> Reply:
        """Say what becomes of bursts from now on."""
        if not self.rhythm.window:
            return self._changed([self._line("bundle-off")])
        return self._changed([self._counted("bundle-on", self.rhythm.window)], off=Verb.BUNDLE)

    def limit_set(self) -> Reply:
        """Say how many messages come in a day from now on."""
        if not self.rhythm.limit:
            return self._changed([self._line("limit-off")])
        told = self._counted("limit-on", self.rhythm.limit, zone=self.zone)
        return self._changed([told], timed=True, off=Verb.LIMIT)

    def threads_set(self) -> Reply:
        """Say what becomes of follow-ups from now on."""
        return self._changed([self._line(f"threads-{_switch(self.chat.threads)}")])

    def loud(self, follows: Sequence[Followed], first: Iterable[Line] = ()) -> Reply:
        """List filters with a button for each that makes it loud, or no longer; `first` says what has just changed."""
        first = tuple(first)
        if first and self.is_paused:
            first = (*first, self._line("while-paused"))
        numbered = [Line((Span(f"{n}. {self.replies.told(each)}"),)) for n, each in enumerate(follows, 1)]
        buttons = [self._loud_button(each) for each in follows]
        lines = (*first, self._line("loud-ask"), *numbered)
        return Reply(Message(None, lines, rows_of(buttons, 2)), Showing.REPLACE, public=bool(first))

    def notes(self) -> list[Line]:
        """Return what keeps new alerts from coming, where something does."""
        if self.is_paused:
            return [self._line("while-paused")]
        if self.rhythm.muted_until:
            return [self._line("while-muted", until=self.until(self.rhythm.muted_until))]
        return self._next_digest()

    def until(self, moment: datetime) -> str:
        """Return a moment as the end of something: tomorrow at 08:00 (Africa/Bamako)."""
        return self._moment("until", moment)

    def _moment(self, kind: str, moment: datetime) -> str:
        shown, today = local(moment, self.chat.zone), local(self.now, self.chat.zone).date()
        days = (shown.date() - today).days
        which = "today" if days == 0 else "tomorrow" if days == 1 else "weekday" if 0 < days < 7 else "date"
        return self.replies.speaker.text(
            f"{kind}-{which}",
            time=f"{shown:%H:%M}",
            zone=self.zone,
            day=self._day(shown.weekday()),
            date=f"{shown.day} {shown:%b}",
        )

    def _next_digest(self) -> list[Line]:
        awaited = self.rhythm.every and not self.is_paused
        due = next_message(self.rhythm, self.chat.zone, self.now) if awaited else None
        if due is None:
            return []
        return [self._line("digest-next", when=self._moment("when", due))]

    def _kept(self, key: str) -> list[Line]:
        return [] if self.is_paused else [self._line(key)]

    def _released(self) -> list[Line]:
        """Say how much of what was held comes now, or what else holds it still; of a pause every change tells."""
        if self.is_paused:
            return []
        comes = self.held and not silent_until(self.rhythm, self.chat.zone, self.now)
        return self.notes() or ([self._counted("held-now", self.held)] if comes else [])

    def _changed(
        self, lines: Iterable[Line], *, timed: bool = False, off: Verb | None = None, buttons: Iterable[Button] = ()
    ) -> Reply:
        """Confirm a change to everybody, with what a pause makes of it; a `timed` one without a zone says which is
        taken.
        """
        paused = [self._line("while-paused")] if self.is_paused else []
        hint = [self._line("zone-hint")] if timed and not self.chat.zone else []
        shown = [*buttons, *([press(self.replies, "button-off", off, "off")] if off else [])]
        shown.append(press(self.replies, "button-settings", Verb.SETTINGS))
        return Reply(Message(None, (*lines, *paused, *hint), rows_of(shown, 2)), public=True)

    def _offer(self, verb: Verb, lines: Iterable[Line], showing: Showing = Showing.REPLACE) -> Reply:
        return Reply(
            Message(
                None, tuple(lines), rows_of(offers(self.replies, verb, muted=self.rhythm.muted_until is not None), 2)
            ),
            showing,
        )

    def _loud_button(self, followed: Followed) -> Button:
        key, wish = ("button-not-loud", " off") if followed.loud else ("button-be-loud", "")
        return press(
            self.replies, key, Verb.LOUD, f"#{followed.id}{wish}", filter=self.replies.describe(followed.filter)
        )

    def _digest_values(self) -> dict[str, str]:
        return {"time": clock(self.rhythm.at), "day": self._day(self.rhythm.weekday)}

    def _zone_values(self) -> dict[str, str]:
        return {"zone": self.zone, "time": f"{local(self.now, self.chat.zone):%H:%M}"}

    def _day(self, weekday: int) -> str:
        return self.replies.speaker.text(f"day-{weekday}")

    def _counted(self, key: str, count: int, **values: str) -> Line:
        """Say a sentence with a number in it, which has a form of its own for one."""
        return self._line(f"{key}-one" if count == 1 else key, count=count, **values)

    def _line(self, key: str, **values: str | int) -> Line:
        return self.replies.speaker.fill(key, values)


_KEYS = {Verb.TIMEZONE: "zone"}
"""Commands whose sentences are called otherwise."""


def _switch(on: bool) -> str:
    return "on" if on else "off"
