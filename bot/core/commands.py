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

MANNERS = HOURS | {Verb.LOUD, Verb.PAUSE, Verb.RESUME, Verb.PREVIEW}
"""Of these, what says when and how alerts come, and not what about."""

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
_SETTINGS_WORDS = {
    Verb.DIGEST: r"\bdigests?\b",
    Verb.TIMEZONE: r"\btime\s?zones?\b",
    Verb.LIMIT: r"\b(?:messages?|alerts?)\s+(?:a|per|each|every)\s+day\b|\bdaily\s+limit\b",
    Verb.QUIET: r"\bquiet\s+(?:hours?|time|at\s+night|during|from|between)\b",
    Verb.MUTE: r"\b(?:un)?mute\s+(?:me|you|it|this|them|the\s+bot|alerts?|notifications?|for|until|on|off)\b",
    Verb.SETTINGS: r"\b(?:my|your|the|change|show|open)\s+settings\W*$",
}
"""How plain words speak of a setting; narrow, for quiet diplomacy, mute swans and humanitarian settings are news."""
_COMMAND = re.compile(r"/?(?P<name>[^\W\d_]+)(?:@\w+)?(?:\s+(?P<argument>.*))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Command:
    """A verb and what follows it; of an unknown one what was typed, and in `near` the likely command, complete."""

    verb: Verb
    argument: str = ""
    near: str = ""


def setting_in(text: str) -> Verb | None:
    """Return the command about when alerts come that plain words speak of."""
    spoken = (verb for verb, words in _SETTINGS_WORDS.items() if re.search(words, text, re.IGNORECASE))
    return next(spoken, None)


def refusal(verb: Verb) -> str:
    """Return the key of what a member of a group is told who may not change that."""
    return "only-admins-hours" if verb in MANNERS else "only-admins"


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
