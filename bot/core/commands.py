"""What people ask, from what they type. The same words on every platform."""

import re
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum


class Verb(StrEnum):
    """The commands; the value is the name people see."""

    START = "start"
    HELP = "help"
    FOLLOW = "follow"
    UNFOLLOW = "unfollow"
    LIST = "list"
    LATEST = "latest"
    PAUSE = "pause"
    RESUME = "resume"
    PREVIEW = "preview"
    SETTINGS = "settings"
    DIGEST = "digest"
    QUIET = "quiet"
    MUTE = "mute"
    UNMUTE = "unmute"
    TIMEZONE = "timezone"
    BUNDLE = "bundle"
    """Stories of a burst in one message."""
    LIMIT = "limit"
    THREADS = "threads"
    LOUD = "loud"
    """A filter that passes digests, quiet hours and mutes."""
    SHARE = "share"
    """Pressed, not typed: opens or closes an alert's share buttons."""
    SAY = "say"
    """No command: plain words, which may answer our last question."""
    UNKNOWN = "unknown"


MENU = (
    Verb.FOLLOW,
    Verb.UNFOLLOW,
    Verb.LIST,
    Verb.LATEST,
    Verb.DIGEST,
    Verb.QUIET,
    Verb.MUTE,
    Verb.PAUSE,
    Verb.RESUME,
    Verb.SETTINGS,
    Verb.HELP,
)
"""The commands shown in menus, in this order; each has a `menu-…` sentence. The others are a button of `settings`."""

HOURS = frozenset(
    {Verb.DIGEST, Verb.QUIET, Verb.MUTE, Verb.UNMUTE, Verb.TIMEZONE, Verb.BUNDLE, Verb.LIMIT, Verb.THREADS}
)
"""What says when and how alerts come."""

CHANGES = HOURS | {Verb.FOLLOW, Verb.UNFOLLOW, Verb.LOUD, Verb.PAUSE, Verb.RESUME, Verb.PREVIEW, Verb.SAY}
"""What can change a chat, and in a group only admins may: plain words too, for they may answer our question."""

_ALIASES = {
    "sub": Verb.FOLLOW,
    "subscribe": Verb.FOLLOW,
    "add": Verb.FOLLOW,
    "unsub": Verb.UNFOLLOW,
    "unsubscribe": Verb.UNFOLLOW,
    "remove": Verb.UNFOLLOW,
    "stop": Verb.UNFOLLOW,
    "subscriptions": Verb.LIST,
    "news": Verb.LATEST,
    "unpause": Verb.RESUME,
    "silence": Verb.MUTE,
    "snooze": Verb.MUTE,
    "tz": Verb.TIMEZONE,
    "zone": Verb.TIMEZONE,
    "group": Verb.BUNDLE,
    "batch": Verb.BUNDLE,
    "quiethours": Verb.QUIET,
}
_SPOKEN = {verb.value: verb for verb in Verb if verb not in (Verb.SAY, Verb.UNKNOWN)} | _ALIASES
_TYPED = {name: verb for name, verb in _SPOKEN.items() if verb is not Verb.SHARE}
_SHOWN_CHARS = 40
_ON_SLACK = re.compile(
    rf"(?:/crisis\b|crisis(?=\s+(?:{'|'.join((*MENU, *CHANGES - {Verb.SAY}))})\b))(?P<rest>.*)",
    re.DOTALL | re.IGNORECASE,
)
"""What people write on Slack, written elsewhere; without its slash only before a command: a crisis is a word too."""
_COMMAND = re.compile(r"/?(?P<name>[^\W\d_]+)(?:@\w+)?(?:\s+(?P<argument>.*))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Command:
    """A verb and what follows it; of an unknown one what was typed, and in `near` the likely command, complete."""

    verb: Verb
    argument: str = ""
    near: str = ""


def parse(text: str, *, bare: bool = False) -> Command:
    """Read what was typed or pressed. `bare` takes a verb without its slash (Slack's arguments, buttons).

    Without `bare`, text without a slash is plain words.
    """
    text = text.strip()
    if (inner := _ON_SLACK.fullmatch(text)) and (bare or text.startswith("/")):
        text, bare = inner["rest"].strip(), True
    found = _COMMAND.fullmatch(text)
    if not text.startswith("/") and not (bare and found and found["name"].lower() in _SPOKEN):
        return Command(Verb.SAY, text)
    if found is None:
        return Command(Verb.UNKNOWN, text.split(maxsplit=1)[0][:_SHOWN_CHARS])
    name, argument = found["name"].lower(), (found["argument"] or "").strip()
    if verb := _SPOKEN.get(name):
        return Command(verb, argument)
    near = get_close_matches(name, _TYPED, 1)
    meant = f"{_TYPED[near[0]]} {argument}".strip() if near else ""
    return Command(Verb.UNKNOWN, f"/{name}"[:_SHOWN_CHARS], near=meant)
