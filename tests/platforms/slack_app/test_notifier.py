"""Alerts into Slack: what arrives, and what each failure means for the next try."""

import asyncio
import logging

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
        ("restricted_action", Permanent),
        ("restricted_action_read_only_channel", Permanent),
        ("some_new_error", Permanent),
        ("token_revoked", TokenRevoked),
        ("account_inactive", TokenRevoked),
        ("invalid_auth", TokenRevoked),
        ("missing_scope", TokenRevoked),
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
    assert type(await failure(workspace, read_only.id)) is Permanent
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
    with pytest.raises(TokenRevoked):
        await SlackNotifier([workspace]).send(Address(Platform.SLACK, "slack:T0OTHER", "C1"), STORY)


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
