"""conversations.*, users.info and team.info: https://docs.slack.dev/reference/methods"""

from tests.peers.slack_api.calls import Call, Rule
from tests.peers.slack_api.chat_methods import shown
from tests.peers.slack_api.composing import Refused
from tests.peers.slack_api.shapes import Json
from tests.peers.slack_api.world import Channel, Message

READ = ("channels:read", "groups:read", "im:read", "mpim:read")
HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")


def _info(call: Call) -> Json:
    return {"channel": _described(_known(call, "read"))}


def _join(call: Call) -> Json:
    # Errors: https://docs.slack.dev/reference/methods/conversations.join
    channel = call.channel()
    if channel.private or channel.direct_with:
        raise Refused("method_not_supported_for_channel_type")
    if channel.archived:
        raise Refused("is_archived")
    already = {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
    was_member, channel.member = channel.member, True
    return {"channel": _described(channel), **(already if was_member else {})}


def _history(call: Call) -> Json:
    # https://docs.slack.dev/reference/methods/conversations.history: newest first, oldest and latest are exclusive
    # unless inclusive is set; 100 unless told, at most 999. Of threads it shows what was broadcast.
    channel = _read(call)
    found = [m for m in reversed(channel.messages) if (m.broadcast or not m.thread_ts) and _within(call, m)]
    return {**_page(call, found, call.number("limit", 100, 999)), "pin_count": 0}


def _replies(call: Call) -> Json:
    # https://docs.slack.dev/reference/methods/conversations.replies: the thread's first message, then the replies,
    # oldest first; 1000 unless told.
    channel, ts = _read(call), call.required("ts")
    first = channel.thread(ts)
    if first is None:
        raise Refused("thread_not_found")
    replies = [m for m in channel.messages if m.thread_ts == ts and _within(call, m)]
    return _page(call, [first, *replies], call.number("limit", 1000, 1000))


def _known(call: Call, what: str) -> Channel:
    # https://docs.slack.dev/reference/scopes/channels.history and its likes: each kind of conversation has its own.
    channel = call.channel()
    kind = "im" if channel.direct_with else "groups" if channel.private else "channels"
    if f"{kind}:{what}" not in call.team.scopes:
        raise Refused("missing_scope", needed=f"{kind}:{what}", provided=",".join(sorted(call.team.scopes)))
    return channel


def _read(call: Call) -> Channel:
    channel = _known(call, "history")
    if not channel.member:
        raise Refused("not_in_channel")
    return channel


def _page(call: Call, found: list[Message], limit: int) -> Json:
    # Some apps get 15 messages at most, whatever they ask for: https://docs.slack.dev/apis/web-api/rate-limits
    limit = min(limit, call.team.most_history)
    start = int(str(call.args.get("cursor") or "0"), 36)
    page, rest = found[start : start + limit], found[start + limit :]
    more = {"response_metadata": {"next_cursor": _base36(start + limit)}} if rest else {}
    return {"messages": [_with_metadata(call, m) for m in page], "has_more": bool(rest), **more}


def _members(call: Call) -> Json:
    channel = _known(call, "read")
    limit = call.number("limit", 100, 1000)
    members = [*channel.people, *([call.team.bot_person] if channel.member else [])]
    start = int(str(call.args.get("cursor") or "0"), 36)
    rest = members[start + limit :]
    cursor = _base36(start + limit) if rest else ""
    return {"members": members[start : start + limit], "response_metadata": {"next_cursor": cursor}}


def _person(call: Call) -> Json:
    # https://docs.slack.dev/reference/objects/user-object
    person = call.person()
    described = {
        "id": person.id,
        "team_id": person.team,
        "name": person.name,
        "real_name": person.name.title(),
        "deleted": person.deleted,
        "is_admin": person.admin or person.owner,
        "is_owner": person.owner,
        "is_primary_owner": False,
        "is_restricted": False,
        "is_bot": person.id == call.team.bot_person,
        "tz": "Etc/UTC",
        "tz_offset": 0,
        "profile": {"display_name": person.name, "real_name": person.name.title()},
    }
    return {"user": {**described, **({"locale": person.locale} if call.flag("include_locale") else {})}}


def _team(call: Call) -> Json:
    return {"team": {"id": call.team.id, "name": call.team.name, "domain": call.team.domain}}


def _described(channel: Channel) -> Json:
    # https://docs.slack.dev/reference/objects/conversation-object
    described = {
        "id": channel.id,
        "is_channel": not channel.private and not channel.direct_with,
        "is_group": channel.private,
        "is_im": bool(channel.direct_with),
        "is_private": channel.private or bool(channel.direct_with),
        "is_archived": channel.archived,
        "is_member": channel.member,
        "context_team_id": channel.team,
    }
    return {**described, **({"user": channel.direct_with} if channel.direct_with else {"name": channel.name})}


def _within(call: Call, message: Message) -> bool:
    oldest, latest = call.args.get("oldest"), call.args.get("latest")
    if call.flag("inclusive") and message.ts in (oldest, latest):
        return True
    at = float(message.ts)
    return (not oldest or at > float(oldest)) and (not latest or at < float(latest))


def _with_metadata(call: Call, message: Message) -> Json:
    # https://docs.slack.dev/messaging/message-metadata: without include_all_metadata only the event_type is shown.
    found = message.metadata or {}
    if found and not call.flag("include_all_metadata"):
        found = {"event_type": found["event_type"]}
    return {**shown(message, call.team.id), **({"metadata": found} if found else {})}


def _base36(value: int) -> str:
    digits = ""
    while value:
        value, digit = divmod(value, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits or "0"


RULES = {
    "conversations.info": Rule(_info, READ),
    "conversations.join": Rule(_join, ("channels:join",), json=True, post=True),
    "conversations.history": Rule(_history, HISTORY),
    "conversations.replies": Rule(_replies, HISTORY),
    "conversations.members": Rule(_members, READ),
    "users.info": Rule(_person, ("users:read",)),
    "team.info": Rule(_team, ("team:read",)),
}
