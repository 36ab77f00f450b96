"""What Slack tells us, as commands: slash commands, presses, mentions, direct messages.

https://docs.slack.dev/reference/interaction-payloads, https://docs.slack.dev/apis/events-api
"""

from dataclasses import dataclass
from typing import Any

from bot.core.chat import Address, Asker, ChatKind, Platform, Sighting
from bot.core.commands import Command, parse
from bot.platforms.slack.mrkdwn import said

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a command came from, and so how it is answered: through `url` where there is one, else by a post."""

    url: str = ""
    """A response_url: five answers within 30 minutes."""
    pressed: bool = False
    ephemeral: bool = False
    """Whether the pressed message is one that a single person sees."""
    text: str = ""
    blocks: tuple[Body, ...] = ()
    """The pressed message's own; Slack tells them only of messages that everybody sees."""
    person: str = ""
    thread: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """One command. `key` is the same when Slack tells of it again."""

    key: str
    command: Command
    sighting: Sighting
    asker: Asker
    origin: Origin
    maybe_outside: bool = False
    """Whether the bot may not be in the chat: slash commands and buttons work everywhere."""


def slash_command(body: Body, team: str) -> Heard:
    """Read a slash command; its name is the workspace's affair, its text is the command."""
    origin = Origin(body["response_url"], person=body["user_id"])
    return Heard(
        key=body.get("trigger_id") or "",
        command=parse(said(body.get("text") or "") or "help", bare=True),
        sighting=_sighting(team, body["channel_id"], body.get("channel_name") or ""),
        asker=Asker(body.get("user_name") or ""),
        origin=origin,
        maybe_outside=True,
    )


def press(body: Body, team: str) -> Heard | None:
    """Read a press on one of our buttons; None for what only opens a page."""
    action = body["actions"][0]
    command = action.get("value") if action.get("type") == "button" else None
    place = body.get("channel") or {}
    if not command or not place.get("id") or not body.get("response_url"):
        return None
    message, person = body.get("message") or {}, body.get("user") or {}
    return Heard(
        key=body.get("trigger_id") or "",
        command=parse(command, bare=True),
        sighting=_sighting(team, place["id"], place.get("name") or ""),
        asker=Asker(person.get("name") or person.get("username") or ""),
        origin=Origin(
            url=body["response_url"],
            pressed=True,
            ephemeral=bool((body.get("container") or {}).get("is_ephemeral")),
            text=message.get("text") or "",
            blocks=tuple(message.get("blocks") or ()),
            person=person.get("id") or "",
            thread=message.get("thread_ts") or "",
        ),
        maybe_outside=True,
    )


def mention(body: Body, team: str, bot: str) -> Heard:
    """Read a message in a channel that names the bot: what is left of it is the command."""
    told = body["event"]
    return _message(body, team, told.get("text", "").replace(f"<@{bot}>", " "))


def direct_message(body: Body, team: str) -> Heard | None:
    """Read a message to the bot itself; None for edits, joins, files and what bots write."""
    told = body["event"]
    if told.get("subtype") or told.get("bot_id") or told.get("channel_type") != "im" or not told.get("user"):
        return None
    return _message(body, team, told.get("text") or "")


def _message(body: Body, team: str, text: str) -> Heard:
    told = body["event"]
    return Heard(
        key=body.get("event_id") or "",
        command=parse(said(text) or "help", bare=True),
        sighting=_sighting(team, told["channel"], ""),
        asker=Asker(),
        origin=Origin(person=told.get("user") or "", thread=told.get("thread_ts") or ""),
    )


def address(team: str, chat: str) -> Address:
    """Return a channel's address; its lane is the workspace."""
    return Address(Platform.SLACK, f"slack:{team}", chat)


def _sighting(team: str, chat: str, name: str) -> Sighting:
    kind = ChatKind.PRIVATE if chat.startswith("D") else ChatKind.TEAM
    # Slack gives these two in place of a name.
    title = "" if name in ("directmessage", "privategroup") or kind is ChatKind.PRIVATE else name
    return Sighting(address(team, chat), kind, title)
