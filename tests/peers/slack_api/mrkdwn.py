"""What Slack makes of a text: whom it calls, what it links. Used to show that nothing can be smuggled in."""

import html
import re
from dataclasses import dataclass, field
from typing import Any

from tests.peers.slack_api.blocks import walk

# https://docs.slack.dev/messaging/formatting-message-text: everything between < and > is a control sequence.
_SEQUENCE = re.compile(r"<([^<>\n]*)>")
# https://docs.slack.dev/reference/block-kit/composition-objects/text-object (verbatim): otherwise bare addresses
# become links, names of conversations become links, and certain mentions are read out of plain words.
_BARE_ADDRESS = re.compile(r"\b(?:https?://|mailto:)[^\s<>|]+", re.IGNORECASE)
_BARE_NAME = re.compile(r"(?<![\w&/])(?:@(?:here|channel|everyone|group)\b|#[a-z0-9][\w-]*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Linked:
    """An address and the words it hides behind (the address itself where there are none)."""

    url: str
    label: str


@dataclass(slots=True)
class Reading:
    """What was found. `automatic` is what Slack itself may make of plain words unless the text is verbatim."""

    mentions: list[str] = field(default_factory=list)
    links: list[Linked] = field(default_factory=list)
    automatic: list[str] = field(default_factory=list)
    plain: str = ""

    def take(self, other: "Reading") -> None:
        """Add another text's findings to these."""
        self.mentions += other.mentions
        self.links += other.links
        self.automatic += other.automatic
        self.plain = "\n".join(part for part in (self.plain, other.plain) if part)


def read(text: str, *, verbatim: bool = False, link_names: bool = False) -> Reading:
    """Read one mrkdwn text as it is sent, escapes and all. `link_names` makes automatic names real mentions."""
    found = Reading()
    shown, end = [], 0
    for sequence in _SEQUENCE.finditer(text):
        shown += [text[end : sequence.start()], _take_sequence(sequence[1], found)]
        end = sequence.end()
    shown.append(text[end:])
    if not verbatim:
        _take_automatic(_SEQUENCE.sub(" ", text), found, link_names)
    found.plain = html.unescape("".join(shown))
    return found


def read_message(text: str, blocks: Any, *, link_names: bool = False) -> Reading:
    """Read a whole message: its fallback text and every text object; plain_text calls and links nothing."""
    found = read(text, link_names=link_names)
    for one in walk(blocks):
        if one.get("type") == "mrkdwn":
            found.take(read(str(one.get("text", "")), verbatim=bool(one.get("verbatim")), link_names=link_names))
        elif one.get("type") == "plain_text":
            found.take(Reading(plain=str(one.get("text", ""))))
    return found


def _take_sequence(inside: str, found: Reading) -> str:
    target, _, label = inside.partition("|")
    if target[:1] in "@#" and target:
        found.mentions.append(target)
    elif target.startswith("!date^"):
        return label
    elif target.startswith("!"):
        found.mentions.append(target)
    elif target:
        found.links.append(Linked(html.unescape(target), html.unescape(label or target)))
    return label or target


def _take_automatic(outside: str, found: Reading, link_names: bool) -> None:
    addresses = [one[0] for one in _BARE_ADDRESS.finditer(outside)]
    names = [one[0] for one in _BARE_NAME.finditer(_BARE_ADDRESS.sub(" ", outside))]
    found.automatic += [html.unescape(address) for address in addresses] + names
    if link_names:
        found.mentions += names
