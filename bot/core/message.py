"""The neutral message: what we say before any platform gives it a form."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

COMMAND_BYTES = 64
"""A button's command fits Telegram's callback data, the smallest of the platforms' limits."""


@dataclass(frozen=True, slots=True)
class Span:
    """A run of plain text in one style; platforms escape it, so it may hold anything."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    link: str = ""
    """An absolute http(s) URL, or empty."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line or paragraph. A small line is secondary: Slack's context, muted text on the web."""

    spans: tuple[Span, ...]
    small: bool = False
    badge: bool = False
    """Whether it stands out where a platform has a way to show that."""

    @property
    def text(self) -> str:
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True, slots=True)
class Link:
    """A button that opens a page (http, https or mailto)."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Press:
    """A button that gives a command, just as if somebody had typed it. At most `COMMAND_BYTES` of UTF-8."""

    label: str
    command: str


@dataclass(frozen=True, slots=True)
class Copy:
    """A button that copies text."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Menu:
    """A button that opens more buttons. `command` asks the bot for them where a platform cannot hold them closed."""

    label: str
    command: str
    options: tuple[Link | Copy, ...]


Button = Link | Press | Copy | Menu


@dataclass(frozen=True, slots=True)
class Message:
    """A title, lines, rows of buttons. `preview` asks for the platform's own preview of the title's link."""

    title: Span | None = None
    lines: tuple[Line, ...] = ()
    rows: tuple[tuple[Button, ...], ...] = ()
    preview: bool = False

    @property
    def text(self) -> str:
        """The words alone, a line each: for notifications, terminals and platforms that refuse markup."""
        return "\n".join(([self.title.text] if self.title else []) + [line.text for line in self.lines])


class Showing(StrEnum):
    """How a reply is shown."""

    NEW = "new"
    """As a message of its own."""
    REPLACE = "replace"
    """In place of the message whose button was pressed; as a new one where none was."""
    BUTTONS = "buttons"
    """Only the pressed message's buttons change; the message's own words stay."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the bot answers to a command. `public` replies concern everybody in the chat (a filter changed)."""

    message: Message
    showing: Showing = Showing.NEW
    public: bool = False


def line(*parts: str | Span, small: bool = False) -> Line:
    """Return a line of the given parts; plain strings become plain spans."""
    return Line(tuple(part if isinstance(part, Span) else Span(part) for part in parts if part), small)


def rows_of(buttons: Iterable[Button], width: int) -> tuple[tuple[Button, ...], ...]:
    """Return buttons in rows of at most `width`."""
    flat = list(buttons)
    return tuple(tuple(flat[i : i + width]) for i in range(0, len(flat), width))
