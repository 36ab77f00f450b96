"""Alerts into Slack: what arrives, and what each failure means for the next try."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from bot.core.chat import Address, Platform
from bot.core.errors import (
    ChatGone,
    ContentRefused,
    Permanent,
    SendError,
    Temporary,
    TokenRevoked,
    Uncertain,
)
from bot.core.message import Link, Message, Span, line
from bot.platforms.slack.notifier import SlackNotifier
from bot.platforms.slack.workspace import Workspace, identify, open_session, open_workspace
from tests.peers.slack_api import Limits, SlackApi, faults
from tests.platforms.slack_app.conftest import to

NOW = datetime.now(UTC)

STORY = Message(
    Span("Mali cuts ties", bold=True, link="https://example.org/mali"),
    (line("A summary <!channel>."),),
    ((Link("Read", "https://example.org/mali"),),),
)


async def failure(workspace: Workspace, chat: str = "C1") -> SendError:
    with pytest.raises(SendError) as caught:
        await SlackNotifier([workspace]).send(to(workspace, chat), STORY)
    return caught.value


async def test_an_alert_arrives_once_with_blocks_and_words_for_notifications(
    slack: SlackApi, workspace: Workspace
) -> None:
    desk = slack.add_channel("desk")
    sent = await SlackNotifier([workspace]).send(to(workspace, desk.id), STORY)
    assert sent == f"{desk.id}:{desk.messages[0].ts}"
    assert desk.messages[0].text == "Mali cuts ties\nA summary &lt;!channel&gt;."
    assert desk.messages[0].reading.mentions == []
    args = slack.posts[0].args
    assert (args["unfurl_links"], args["unfurl_media"], args["link_names"], args["parse"]) == (
        False,
        False,
        False,
        "none",
    )


async def test_a_preview_is_asked_for_where_the_chat_wants_it(slack: SlackApi, workspace: Workspace) -> None:
    desk = slack.add_channel("desk")
    await SlackNotifier([workspace]).send(to(workspace, desk.id), Message(STORY.title, preview=True))
    assert slack.posts[0].args["unfurl_links"] is True


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("channel_not_found", ChatGone),
        ("not_in_channel", ChatGone),
        ("is_archived", ChatGone),
        ("messages_tab_disabled", ChatGone),
        ("restricted_action", ChatGone),
        ("restricted_action_read_only_channel", ChatGone),
        ("restricted_action_thread_only_channel", ChatGone),
        ("some_new_error", Permanent),
        ("token_revoked", TokenRevoked),
        ("account_inactive", TokenRevoked),
        ("invalid_auth", TokenRevoked),
        ("missing_scope", TokenRevoked),
        ("team_access_not_granted", TokenRevoked),
        ("ratelimited", Temporary),
        ("message_limit_exceeded", Temporary),
        ("service_unavailable", Temporary),
        ("fatal_error", Uncertain),
        ("internal_error", Uncertain),
    ],
)
async def test_each_of_slacks_errors_says_what_to_do_next(
    slack: SlackApi, workspace: Workspace, word: str, meaning: type[SendError]
) -> None:
    slack.fault(faults.refuse(word))
    error = await failure(workspace)
    assert type(error) is meaning
    assert error.reason == f"slack: {word}"


async def test_the_states_of_a_channel_are_told_apart(slack: SlackApi, workspace: Workspace) -> None:
    left, shut = slack.add_channel("left", member=False), slack.add_channel("shut", archived=True)
    read_only = slack.add_channel("news", restricted=True)
    assert type(await failure(workspace, left.id)) is ChatGone
    assert type(await failure(workspace, shut.id)) is ChatGone
    assert type(await failure(workspace, read_only.id)) is ChatGone
    assert type(await failure(workspace, "C0NOWHERE")) is ChatGone


async def test_a_missing_scope_names_the_scope(slack: SlackApi, workspace: Workspace) -> None:
    slack.workspace.scopes = frozenset({"commands"})
    error = await failure(workspace, slack.add_channel("desk").id)
    assert (type(error), error.reason) == (TokenRevoked, "slack: missing_scope (chat:write)")


async def test_a_429_halts_the_lane_for_as_long_as_slack_says(slack: SlackApi, workspace: Workspace) -> None:
    slack.fault(faults.rate_limited(7))
    error = await failure(workspace)
    assert isinstance(error, Temporary)
    assert (error.retry_after, error.whole_lane) == (7.0, True)


async def test_too_many_posts_at_once_are_refused_with_a_wait(slack: SlackApi, workspace: Workspace) -> None:
    slack.set_limits(Limits(channel_burst=1))
    desk = slack.add_channel("desk")
    await SlackNotifier([workspace]).send(to(workspace, desk.id), STORY)
    error = await failure(workspace, desk.id)
    assert isinstance(error, Temporary)
    assert error.retry_after == 1.0


@pytest.mark.parametrize("word", ["invalid_blocks", "msg_blocks_too_long", "invalid_arguments", "msg_too_long"])
async def test_content_slack_refuses_goes_once_more_as_plain_text(
    slack: SlackApi, workspace: Workspace, word: str
) -> None:
    desk = slack.add_channel("desk")
    slack.fault(faults.refuse(word))
    await SlackNotifier([workspace]).send(to(workspace, desk.id), STORY)
    assert len(slack.posts) == 1
    assert slack.posts[0].blocks == []
    assert [found.url for found in slack.posts[0].reading.links] == ["https://example.org/mali"]


async def test_content_refused_twice_is_given_up(slack: SlackApi, workspace: Workspace) -> None:
    slack.fault(faults.refuse("invalid_blocks"), times=2)
    error = await failure(workspace)
    assert isinstance(error, Permanent)
    assert not isinstance(error, ContentRefused)
    assert len([r for r in slack.requests if r.method == "chat.postMessage"]) == 2


async def test_a_post_whose_answer_is_lost_is_uncertain_and_sent_once(slack: SlackApi, workspace: Workspace) -> None:
    desk = slack.add_channel("desk")
    slack.fault(faults.accept_then_close())
    assert type(await failure(workspace, desk.id)) is Uncertain
    assert len(desk.messages) == 1


async def test_an_answer_that_comes_too_late_is_uncertain(slack: SlackApi) -> None:
    desk = slack.add_channel("desk")
    async with open_session(0.2) as hasty:
        workspace = await open_workspace(slack.bot_token, slack.url, hasty)
        slack.fault(faults.accept_then_delay(5))
        assert type(await failure(workspace, desk.id)) is Uncertain
    assert len(desk.messages) == 1


@pytest.mark.parametrize(
    ("fault", "meaning"),
    [
        (faults.close(), Uncertain),
        (faults.bad_gateway(), Uncertain),
        (faults.status(500), Uncertain),
        (faults.status(503), Temporary),
        (faults.status(200), Uncertain),
        (faults.status(404), Permanent),
    ],
)
async def test_a_server_in_trouble_is_tried_again_or_marked_uncertain(
    slack: SlackApi, workspace: Workspace, fault: faults.Fault, meaning: type[SendError]
) -> None:
    slack.fault(fault)
    assert type(await failure(workspace)) is meaning


async def test_without_a_connection_the_post_is_simply_tried_again(slack: SlackApi, workspace: Workspace) -> None:
    await slack.stop()
    await asyncio.sleep(0.05)  # until the client has seen that its open connection ended
    error = await failure(workspace)
    assert isinstance(error, Temporary)
    assert error.whole_lane


async def test_a_lane_without_a_token_says_so(workspace: Workspace) -> None:
    notifier, there = SlackNotifier([workspace]), Address(Platform.SLACK, "slack:T0OTHER", "C1")
    for call in (notifier.send(there, STORY), notifier.edit(there, "C1:1.1", STORY), notifier.find(there, "a", NOW)):
        with pytest.raises(TokenRevoked):
            await call


# --- follow-ups --------------------------------------------------------------------------------------------------


async def test_a_follow_up_is_a_reply_that_the_channel_sees_too(slack: SlackApi, workspace: Workspace) -> None:
    desk, notifier = slack.add_channel("desk"), SlackNotifier([workspace])
    first = await notifier.send(to(workspace, desk.id), STORY)
    second = await notifier.send(to(workspace, desk.id), STORY, reply_to=first)
    third = await notifier.send(to(workspace, desk.id), STORY, reply_to=second)
    root = desk.messages[0].ts
    assert [(m.thread_ts, m.broadcast) for m in desk.messages] == [("", False), (root, True), (root, True)]
    assert [second, third] == [f"{desk.id}:{m.ts}:{root}" for m in desk.messages[1:]]


async def test_a_follow_up_on_a_post_that_was_deleted_is_a_post_of_its_own_and_later_ones_answer_it(
    slack: SlackApi, workspace: Workspace
) -> None:
    desk, notifier = slack.add_channel("desk"), SlackNotifier([workspace])
    first = await notifier.send(to(workspace, desk.id), STORY)
    desk.messages.clear()
    second = await notifier.send(to(workspace, desk.id), STORY, reply_to=first)
    assert second == f"{desk.id}:{desk.messages[0].ts}"
    await notifier.send(to(workspace, desk.id), STORY, reply_to=second)
    assert desk.messages[1].thread_ts == desk.messages[0].ts


@pytest.mark.parametrize(
    "word",
    [
        "cannot_reply_to_message",
        "restricted_action_non_threadable_channel",
        "restricted_action_thread_locked",
        "thread_not_found",
    ],
)
async def test_a_thread_that_is_shut_costs_the_follow_up_nothing(
    slack: SlackApi, workspace: Workspace, word: str
) -> None:
    desk, notifier = slack.add_channel("desk"), SlackNotifier([workspace])
    first = await notifier.send(to(workspace, desk.id), STORY, key="a")
    slack.fault(faults.refuse(word))
    await notifier.send(to(workspace, desk.id), STORY, reply_to=first, key="b")
    assert [(m.thread_ts, m.metadata and m.metadata["event_payload"]["key"]) for m in desk.messages] == [
        ("", "a"),
        ("", "b"),
    ]


@pytest.mark.parametrize("word", ["metadata_must_be_sent_from_app", "invalid_metadata_schema"])
async def test_a_key_that_slack_does_not_keep_costs_the_alert_nothing(
    slack: SlackApi, workspace: Workspace, word: str
) -> None:
    desk, notifier = slack.add_channel("desk"), SlackNotifier([workspace])
    first = await notifier.send(to(workspace, desk.id), STORY)
    slack.fault(faults.refuse(word))
    await notifier.send(to(workspace, desk.id), STORY, reply_to=first, key="b")
    assert (desk.messages[1].metadata, desk.messages[1].thread_ts) == (None, desk.messages[0].ts)
    slack.fault(faults.refuse(word))
    with pytest.raises(Permanent):
        await notifier.send(to(workspace, desk.id), STORY)


# --- changes -----------------------------------------------------------------------------------------------------

CHANGED = Message(Span("Mali and its neighbours cut ties", bold=True, link="https://example.org/mali"))


async def test_a_post_is_changed_in_place_and_keeps_its_key(slack: SlackApi, workspace: Workspace) -> None:
    desk, notifier = slack.add_channel("desk"), SlackNotifier([workspace])
    here = to(workspace, desk.id)
    first = await notifier.send(here, STORY, key="a")
    reply = await notifier.send(here, STORY, reply_to=first, key="b")
    for message_id in (first, reply, reply):
        await notifier.edit(here, message_id, CHANGED)
    assert [(m.text, m.edits) for m in desk.messages] == [(CHANGED.text, 1), (CHANGED.text, 2)]
    assert [m.labels for m in desk.messages] == [[], []]
    assert await notifier.find(here, "b", NOW) == reply


async def test_a_change_that_slack_cannot_show_as_blocks_is_made_as_plain_text(
    slack: SlackApi, workspace: Workspace
) -> None:
    desk, notifier = slack.add_channel("desk"), SlackNotifier([workspace])
    first = await notifier.send(to(workspace, desk.id), STORY)
    slack.fault(faults.refuse("invalid_blocks"), "chat.update")
    await notifier.edit(to(workspace, desk.id), first, CHANGED)
    [shown] = desk.messages
    assert (shown.blocks, [found.url for found in shown.reading.links]) == ([], ["https://example.org/mali"])
    slack.fault(faults.refuse("invalid_blocks"), "chat.update", times=2)
    with pytest.raises(Permanent):
        await notifier.edit(to(workspace, desk.id), first, CHANGED)


async def test_a_post_that_cannot_be_changed_any_more_stays_as_it_is(slack: SlackApi, workspace: Workspace) -> None:
    desk, notifier = slack.add_channel("desk"), SlackNotifier([workspace])
    here = to(workspace, desk.id)
    first = await notifier.send(here, STORY)
    slack.workspace.edit_seconds = -1.0
    with pytest.raises(Permanent, match="edit_window_closed"):
        await notifier.edit(here, first, CHANGED)
    desk.messages[0].sender = "U999"
    with pytest.raises(Permanent, match="cant_update_message"):
        await notifier.edit(here, first, CHANGED)
    desk.messages.clear()
    with pytest.raises(Permanent, match="message_not_found"):
        await notifier.edit(here, first, CHANGED)
    desk.archived = True
    with pytest.raises(Permanent):
        await notifier.edit(here, first, CHANGED)


async def test_too_many_changes_are_refused_with_a_wait(slack: SlackApi, workspace: Workspace) -> None:
    desk, notifier = slack.add_channel("desk"), SlackNotifier([workspace])
    here = to(workspace, desk.id)
    first = await notifier.send(here, STORY)
    slack.set_limits(Limits(per_minute={"chat.update": 1}))
    await notifier.edit(here, first, CHANGED)
    with pytest.raises(Temporary) as raised:
        await notifier.edit(here, first, CHANGED)
    assert raised.value.whole_lane
    assert 55 < (raised.value.retry_after or 0) <= 60
    await notifier.send(here, STORY)


# --- what became of a post ---------------------------------------------------------------------------------------


async def lost(slack: SlackApi, workspace: Workspace, chat: str, key: str, reply_to: str = "") -> None:
    """Send something of which nobody says whether it arrived."""
    slack.fault(faults.accept_then_close())
    with pytest.raises(Uncertain):
        await SlackNotifier([workspace]).send(to(workspace, chat), STORY, key=key, reply_to=reply_to)


async def test_a_post_whose_answer_was_lost_is_found_by_its_key_and_one_that_never_came_is_not(
    slack: SlackApi, workspace: Workspace
) -> None:
    desk, notifier = slack.add_channel("desk"), SlackNotifier([workspace])
    here = to(workspace, desk.id)
    await lost(slack, workspace, desk.id, "delivery-7")
    slack.fault(faults.close())
    with pytest.raises(Uncertain):
        await notifier.send(here, STORY, key="delivery-8")
    assert await notifier.find(here, "delivery-7", NOW) == f"{desk.id}:{desk.messages[0].ts}"
    assert await notifier.find(here, "delivery-8", NOW) is None
    assert await notifier.find(here, "delivery-7", datetime.now(UTC) + timedelta(minutes=10)) is None


async def test_a_follow_up_whose_answer_was_lost_is_found_with_its_thread(
    slack: SlackApi, workspace: Workspace
) -> None:
    desk, notifier = slack.add_channel("desk"), SlackNotifier([workspace])
    here = to(workspace, desk.id)
    first = await notifier.send(here, STORY, key="delivery-1")
    await lost(slack, workspace, desk.id, "delivery-2", first)
    found = await notifier.find(here, "delivery-2", NOW)
    assert found == f"{desk.id}:{desk.messages[1].ts}:{desk.messages[0].ts}"


async def test_it_is_found_behind_all_that_was_said_since_within_reason(slack: SlackApi, workspace: Workspace) -> None:
    desk, notifier = slack.add_channel("desk"), SlackNotifier([workspace])
    here = to(workspace, desk.id)
    await lost(slack, workspace, desk.id, "delivery-7")
    slack.workspace.most_history = 15
    for _ in range(70):
        await notifier.send(here, STORY, key="delivery-8")
    assert await notifier.find(here, "delivery-7", NOW)
    for _ in range(15):
        await notifier.send(here, STORY, key="delivery-8")
    with pytest.raises(Permanent):
        await notifier.find(here, "delivery-7", NOW)


async def test_a_broadcast_that_shows_no_key_is_looked_up_in_its_thread(slack: SlackApi, workspace: Workspace) -> None:
    desk, notifier = slack.add_channel("desk"), SlackNotifier([workspace])
    here = to(workspace, desk.id)
    first = await notifier.send(here, STORY, key="delivery-1")
    await notifier.send(here, STORY, reply_to=first, key="delivery-2")
    desk.messages[1].metadata = None
    with pytest.raises(Permanent):
        await notifier.find(here, "delivery-3", NOW)
    desk.messages[1].sender = "B0SOMEBODY"
    assert await notifier.find(here, "delivery-3", NOW) is None


async def test_without_the_scope_for_it_nothing_can_be_told_and_the_lane_goes_on(
    slack: SlackApi, workspace: Workspace
) -> None:
    desk, notifier = slack.add_channel("desk"), SlackNotifier([workspace])
    slack.workspace.scopes = frozenset({"chat:write"})
    with pytest.raises(Permanent, match="missing_scope") as raised:
        await notifier.find(to(workspace, desk.id), "delivery-7", NOW)
    assert not isinstance(raised.value, ChatGone)
    await notifier.send(to(workspace, desk.id), STORY)


async def test_a_look_that_comes_too_soon_is_made_later_and_holds_no_post(
    slack: SlackApi, workspace: Workspace
) -> None:
    desk, notifier = slack.add_channel("desk"), SlackNotifier([workspace])
    here = to(workspace, desk.id)
    slack.fault(faults.rate_limited(60), "conversations.history")
    with pytest.raises(Temporary) as raised:
        await notifier.find(here, "delivery-7", NOW)
    assert (raised.value.retry_after, raised.value.whole_lane) == (60.0, False)
    for number in range(2):
        await notifier.send(here, STORY, key=f"delivery-{number}")
    slack.workspace.most_history = 1
    slack.set_limits(Limits(per_minute={"conversations.history": 1}))
    with pytest.raises(Permanent):
        await notifier.find(here, "delivery-7", NOW)


@pytest.mark.parametrize(
    ("word", "meaning"),
    [("token_revoked", TokenRevoked), ("not_in_channel", ChatGone), ("channel_not_found", ChatGone)],
)
async def test_a_look_that_fails_says_why(
    slack: SlackApi, workspace: Workspace, word: str, meaning: type[SendError]
) -> None:
    slack.fault(faults.refuse(word), "conversations.history")
    with pytest.raises(meaning):
        await SlackNotifier([workspace]).find(to(workspace, "C1"), "delivery-7", NOW)


async def test_two_workspaces_get_their_own_alerts(slack: SlackApi, session: aiohttp.ClientSession) -> None:
    second = slack.add_workspace("Second Desk")
    here, there = slack.add_channel("here"), slack.add_channel("there", workspace=second)
    opened = [await open_workspace(token, slack.url, session) for token in (slack.bot_token, second.bot_token)]
    notifier = SlackNotifier(opened)
    await asyncio.gather(notifier.send(to(opened[0], here.id), STORY), notifier.send(to(opened[1], there.id), STORY))
    assert (len(here.messages), len(there.messages)) == (1, 1)


async def test_identify_says_who_a_token_speaks_as(slack: SlackApi) -> None:
    identity = await identify(slack.bot_token, slack.url)
    assert (identity.team, identity.bot_name, identity.lane) == (
        slack.workspace.id,
        "crisisbot",
        f"slack:{slack.workspace.id}",
    )


async def test_identify_refuses_a_wrong_token_in_words(slack: SlackApi) -> None:
    with pytest.raises(TokenRevoked, match="invalid_auth"):
        await identify("xoxb-wrong", slack.url)


async def test_no_token_is_in_an_error_a_repr_or_a_log(
    slack: SlackApi, workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    slack.fault(faults.accept_then_close())
    slack.fault(faults.refuse("some_new_error"))
    errors = [await failure(workspace), await failure(workspace)]
    seen = caplog.text + "".join(f"{e!r} {e} {e.__cause__!r}" for e in errors) + repr(workspace)
    assert slack.bot_token not in seen


# --- one layer of retries ----------------------------------------------------------------------------------------

_BROKEN = (
    faults.accept_then_close(),
    faults.close(),
    faults.status(500),
    faults.status(503),
    faults.bad_gateway(),
    faults.refuse("internal_error"),
    faults.rate_limited(1),
)


@pytest.mark.parametrize("fault", _BROKEN)
async def test_the_library_says_nothing_twice(slack: SlackApi, workspace: Workspace, fault: faults.Fault) -> None:
    desk, amina = slack.add_channel("desk"), slack.add_person("amina")
    notifier, here = SlackNotifier([workspace]), to(workspace, desk.id)
    first = await notifier.send(here, STORY)
    for method, ask in (
        ("chat.postMessage", lambda: notifier.send(here, STORY)),
        ("chat.update", lambda: notifier.edit(here, first, STORY)),
        ("chat.postEphemeral", lambda: workspace.client.chat_postEphemeral(channel=desk.id, user=amina.id, text="x")),
        ("apps.connections.open", lambda: workspace.client.apps_connections_open(app_token=slack.app_token)),
    ):
        slack.fault(fault, method)
        before = len(slack.requests)
        with pytest.raises(Exception):  # noqa: B017, PT011 - what it is other tests say
            await ask()
        assert [arrival.method for arrival in slack.requests[before:]] == [method]
