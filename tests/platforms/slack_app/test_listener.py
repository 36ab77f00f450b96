"""What people do in Slack, by Socket Mode, and what they are shown."""

import asyncio
import time

import aiohttp
import pytest

from bot.core.chat import ChatKind, Platform
from bot.core.commands import Command, Verb
from bot.core.message import Link, Message, Press, Reply, Showing, Span, line
from bot.platforms.slack.listener import SlackListener
from bot.platforms.slack.notifier import SlackNotifier
from bot.platforms.slack.workspace import Workspace, open_workspace
from tests.peers.slack_api import SlackApi, faults
from tests.platforms.slack_app.conftest import CountedTurn, Listening, Pipeline, Watch, to

LIST = Message(lines=(line("This chat follows:"),), rows=((Press("✕ Mali", "unfollow mali"),),))


async def test_a_command_reaches_the_pipeline_with_who_and_where(
    slack: SlackApi, listening: Listening, pipeline: Pipeline
) -> None:
    ann, desk = slack.add_person("ann"), slack.add_channel("desk")
    await listening()
    answer = await slack.command(desk, ann, "/crisis", "follow mali &amp; niger")
    assert answer.acked
    await answer.wait_for()
    [(command, sighting, asker)] = pipeline.asked
    assert command == Command(Verb.FOLLOW, "mali & niger")
    assert (sighting.address.platform, sighting.address.lane) == (Platform.SLACK, f"slack:{slack.workspace.id}")
    assert (sighting.address.chat, sighting.kind, sighting.title) == (desk.id, ChatKind.TEAM, "desk")
    assert (asker.name, asker.may_change) == ("ann", True)


@pytest.mark.parametrize(("text", "seen_by_all"), [("follow mali", True), ("list", False)])
async def test_what_changes_a_channel_is_told_to_all_and_the_rest_to_the_asker(
    slack: SlackApi, listening: Listening, text: str, seen_by_all: bool
) -> None:
    ann, desk = slack.add_person("ann"), slack.add_channel("desk")
    await listening()
    [post] = await (await slack.command(desk, ann, "/crisis", text)).wait_for()
    assert post.ephemeral_to == ("" if seen_by_all else ann.id)
    assert post.via == "response_url"


async def test_slack_never_waits_for_the_work(slack: SlackApi, listening: Listening, pipeline: Pipeline) -> None:
    ann, desk = slack.add_person("ann"), slack.add_channel("desk")
    pipeline.seconds["mali"] = 0.6
    await listening()
    answer = await slack.command(desk, ann, "/crisis", "latest mali")
    assert answer.acked
    assert answer.handed.seconds < 0.3
    assert answer.handed.attempts == 1
    await answer.wait_for()
    assert len(pipeline.asked) == 1


async def test_an_empty_command_asks_for_help(slack: SlackApi, listening: Listening, pipeline: Pipeline) -> None:
    ann, desk = slack.add_person("ann"), slack.add_channel("desk")
    await listening()
    await (await slack.command(desk, ann, "/crisis")).wait_for()
    assert pipeline.asked[0][0].verb is Verb.HELP


@pytest.mark.parametrize("private", [False, True])
async def test_a_channel_without_the_bot_is_told_how_to_invite_it(
    slack: SlackApi, listening: Listening, pipeline: Pipeline, private: bool
) -> None:
    ann, desk = slack.add_person("ann"), slack.add_channel("desk", member=False, private=private)
    await listening()
    [post] = await (await slack.command(desk, ann, "/crisis", "follow mali")).wait_for()
    assert post.reading.plain.startswith("I am not in this channel. Type /invite @crisisbot here") or (
        "`/invite @crisisbot`" in str(post.blocks)
    )
    assert post.ephemeral_to == ann.id
    assert pipeline.asked == []


async def test_what_needs_no_presence_works_in_any_channel(
    slack: SlackApi, listening: Listening, pipeline: Pipeline
) -> None:
    ann, desk = slack.add_person("ann"), slack.add_channel("desk", member=False)
    await listening()
    for text in ("latest mali", "list", "unfollow mali", "pause"):
        await (await slack.command(desk, ann, "/crisis", text)).wait_for()
    assert len(pipeline.asked) == 4


async def test_a_talk_between_two_people_is_told_that_the_bot_cannot_write_there(
    slack: SlackApi, listening: Listening, pipeline: Pipeline
) -> None:
    ann = slack.add_person("ann")
    talk = slack.add_channel("talk", id="D0000TALK", direct_with=slack.add_person("bob").id, member=False)
    await listening()
    [post] = await (await slack.command(talk, ann, "/crisis", "follow mali")).wait_for()
    assert "I cannot write in this conversation" in post.text
    assert pipeline.asked == []


async def test_a_question_slack_cannot_answer_refuses_nobody(
    slack: SlackApi, listening: Listening, pipeline: Pipeline
) -> None:
    ann, desk = slack.add_person("ann"), slack.add_channel("desk")
    await listening()
    slack.fault(faults.bad_gateway(), "conversations.info")
    await (await slack.command(desk, ann, "/crisis", "follow mali")).wait_for()
    assert pipeline.asked[0][0].verb is Verb.FOLLOW


async def test_a_press_gives_its_command_and_replaces_the_message(
    slack: SlackApi, listening: Listening, pipeline: Pipeline
) -> None:
    ann, desk = slack.add_person("ann"), slack.add_channel("desk")
    await listening()
    pipeline.answer = lambda command: Reply(LIST, Showing.REPLACE)
    [shown] = await (await slack.command(desk, ann, "/crisis", "list")).wait_for()
    pipeline.answer = lambda command: Reply(Message(lines=(line("Nothing."),)), Showing.REPLACE)
    pressed = await slack.press(desk, shown.ts, "✕ Mali", ann)
    assert pressed.acked
    await pressed.wait_for()
    assert pipeline.asked[1][0] == Command(Verb.UNFOLLOW, "mali")
    assert [(m.text, m.labels, m.edits) for m in desk.ephemeral] == [("Nothing.", [], 1)]


async def test_a_change_pressed_in_a_message_for_one_is_told_to_all(
    slack: SlackApi, listening: Listening, pipeline: Pipeline
) -> None:
    ann, desk = slack.add_person("ann"), slack.add_channel("desk")
    await listening()
    pipeline.answer = lambda command: Reply(LIST)
    [shown] = await (await slack.command(desk, ann, "/crisis", "list")).wait_for()
    gone = Message(lines=(line("This chat follows nothing any more."),))
    pipeline.answer = lambda command: Reply(gone, Showing.REPLACE, public=True)
    await (await slack.press(desk, shown.ts, "✕ Mali", ann)).wait_for()
    assert desk.ephemeral == []
    assert [m.text for m in desk.messages] == ["This chat follows nothing any more."]


async def test_only_the_buttons_change_where_the_reply_says_so(
    slack: SlackApi, listening: Listening, workspace: Workspace, pipeline: Pipeline
) -> None:
    ann, desk = slack.add_person("ann"), slack.add_channel("desk")
    await listening()
    story = Message(Span("Mali"), (line("Words & more"),), ((Press("Share", "share 12"),),))
    await SlackNotifier([workspace]).send(to(workspace, desk.id), story)
    opened = Message(lines=(line("unused"),), rows=((Press("« Back", "share 12 close"),),))
    pipeline.answer = lambda command: Reply(opened, Showing.BUTTONS)
    await (await slack.press(desk, desk.messages[0], "Share", ann)).wait_for()
    [message] = desk.messages
    assert message.labels == ["« Back"]
    assert [b["type"] for b in message.blocks] == ["header", "section", "actions"]
    assert "Words & more" in message.reading.plain
    assert pipeline.asked[0][0] == Command(Verb.SHARE, "12")


async def test_a_link_that_is_pressed_is_acknowledged_and_asks_nothing(
    slack: SlackApi, listening: Listening, workspace: Workspace, pipeline: Pipeline
) -> None:
    ann, desk = slack.add_person("ann"), slack.add_channel("desk")
    await listening()
    await SlackNotifier([workspace]).send(
        to(workspace, desk.id), Message(Span("Mali"), rows=((Link("Read", "https://example.org"),),))
    )
    assert (await slack.press(desk, desk.messages[0], "Read", ann)).acked
    await asyncio.sleep(0.05)
    assert pipeline.asked == []


async def test_a_mention_with_words_is_a_command(slack: SlackApi, listening: Listening, pipeline: Pipeline) -> None:
    ann, desk = slack.add_person("ann"), slack.add_channel("desk")
    await listening()
    bot = slack.workspace.bot_person
    told = {"type": "app_mention", "channel": desk.id, "user": ann.id, "text": f"<@{bot}> follow mali", "ts": "1.1"}
    assert (await slack.event(told)).acked
    await slack.wait_for(1)
    assert pipeline.asked[0][0] == Command(Verb.FOLLOW, "mali")
    assert [(m.text, m.ephemeral_to) for m in desk.messages] == [("follow: mali", "")]
    thread = desk.messages[0].ts
    await slack.event({**told, "text": f"<@{bot}> list", "thread_ts": thread})
    await slack.wait_for(2)
    assert [(m.ephemeral_to, m.thread_ts) for m in desk.ephemeral] == [(ann.id, thread)]


async def test_an_answer_that_all_see_takes_a_turn_of_the_lane_and_others_have_limits_of_their_own(
    slack: SlackApi, listening: Listening
) -> None:
    ann, desk, turn = slack.add_person("ann"), slack.add_channel("desk"), CountedTurn()
    await listening(turn=turn)
    bot, direct = slack.workspace.bot_person, slack.channel(ann.id)
    mention = {"type": "app_mention", "channel": desk.id, "user": ann.id, "ts": "1.1"}
    slack.fault(faults.rate_limited(1))
    await slack.event({**mention, "text": f"<@{bot}> follow mali"})
    await slack.event({**mention, "text": f"<@{bot}> list"})
    written = {"type": "message", "channel_type": "im", "channel": direct.id, "user": ann.id, "ts": "1.2"}
    await slack.event({**written, "text": "list"})
    await (await slack.command(desk, ann, "/crisis", "follow mali")).wait_for()
    await slack.wait_for(4)
    expected = [(desk.id, ChatKind.TEAM), (desk.id, ChatKind.TEAM), (direct.id, ChatKind.PRIVATE)]
    assert sorted(turn.passed) == sorted(expected)
    assert turn.halted == [(1.0, None)]


async def test_a_direct_message_is_a_command_or_plain_words(
    slack: SlackApi, listening: Listening, pipeline: Pipeline
) -> None:
    ann = slack.add_person("ann")
    direct = slack.channel(ann.id)
    await listening()
    told = {"type": "message", "channel": direct.id, "channel_type": "im", "user": ann.id, "ts": "1.1"}
    await slack.event({**told, "text": "follow mali"})
    await slack.event({**told, "text": "west africa"})
    await slack.wait_for(2)
    assert [asked[0] for asked in pipeline.asked] == [Command(Verb.FOLLOW, "mali"), Command(Verb.SAY, "west africa")]
    assert pipeline.asked[0][1].kind is ChatKind.PRIVATE
    assert len(direct.messages) == 2


async def test_the_bot_answers_neither_itself_nor_edits(
    slack: SlackApi, listening: Listening, pipeline: Pipeline
) -> None:
    ann = slack.add_person("ann")
    direct = slack.channel(ann.id)
    await listening()
    told = {"type": "message", "channel": direct.id, "channel_type": "im", "ts": "1.1", "text": "follow mali"}
    assert (await slack.event({**told, "bot_id": slack.workspace.bot_id})).acked
    assert (await slack.event({**told, "user": ann.id, "subtype": "message_changed"})).acked
    assert (await slack.event({**told, "user": slack.workspace.bot_person})).acked
    await asyncio.sleep(0.05)
    assert pipeline.asked == []


async def test_coming_and_going_is_noted(slack: SlackApi, listening: Listening, pipeline: Pipeline) -> None:
    desk, bot, ann = slack.add_channel("desk"), slack.workspace.bot_person, slack.add_person("ann")
    await listening()
    for told in (
        {"type": "member_left_channel", "user": ann.id, "channel": desk.id},
        {"type": "member_left_channel", "user": bot, "channel": desk.id},
        {"type": "member_joined_channel", "user": ann.id, "channel": desk.id},
        {"type": "member_joined_channel", "user": bot, "channel": desk.id},
        {"type": "channel_left", "channel": desk.id},
        {"type": "group_left", "channel": desk.id},
        {"type": "channel_archive", "channel": desk.id},
        {"type": "channel_unarchive", "channel": desk.id},
        {"type": "channel_deleted", "channel": desk.id},
        {"type": "channel_id_changed", "old_channel_id": desk.id, "new_channel_id": "C0NEW"},
    ):
        assert (await slack.event(told)).acked
    notes = await pipeline.noted(8)
    assert [(what, chat) for what, chat, _ in notes] == [
        ("gone", desk.id),
        ("back", desk.id),
        ("gone", desk.id),
        ("gone", desk.id),
        ("gone", desk.id),
        ("back", desk.id),
        ("gone", desk.id),
        ("moved", desk.id),
    ]
    assert notes[0][2] == "slack: member_left_channel"


async def test_an_uninstalled_app_loses_its_lane(
    slack: SlackApi, listening: Listening, workspace: Workspace, pipeline: Pipeline
) -> None:
    await listening()
    assert all(handed.acked for handed in await slack.uninstall())
    notes = await pipeline.noted(2)
    assert notes == [
        ("lost", workspace.lane, "slack: tokens_revoked"),
        ("lost", workspace.lane, "slack: app_uninstalled"),
    ]


async def test_events_nobody_listens_to_are_acknowledged(slack: SlackApi, listening: Listening) -> None:
    await listening()
    handed = await slack.event({"type": "reaction_added", "user": "U1"})
    assert (handed.acked, handed.attempts) == (True, 1)


async def test_an_event_told_twice_is_carried_out_once(
    slack: SlackApi, listening: Listening, pipeline: Pipeline
) -> None:
    ann, desk = slack.add_person("ann"), slack.add_channel("desk")
    await listening()
    event = {"type": "app_mention", "channel": desk.id, "user": ann.id, "text": "<@U1> list", "ts": "1.1"}
    payload = {"type": "event_callback", "team_id": slack.workspace.id, "event_id": "Ev0TWICE", "event": event}
    for _ in range(3):
        assert (await slack.redeliver(payload)).acked
    await pipeline.finished(1)
    await asyncio.sleep(0.05)
    assert len(pipeline.asked) == 1


async def test_one_chats_commands_are_done_in_order_and_hold_up_no_other(
    slack: SlackApi, listening: Listening, pipeline: Pipeline
) -> None:
    ann, desk, other = slack.add_person("ann"), slack.add_channel("desk"), slack.add_channel("other")
    pipeline.seconds["slow"] = 0.3
    await listening()
    await slack.command(desk, ann, "/crisis", "latest slow")
    await slack.command(desk, ann, "/crisis", "latest next")
    await slack.command(other, ann, "/crisis", "latest elsewhere")
    assert await pipeline.finished(3) == ["elsewhere", "slow", "next"]


async def test_a_bug_in_the_pipeline_is_answered_with_regret(
    slack: SlackApi, listening: Listening, pipeline: Pipeline
) -> None:
    ann, desk = slack.add_person("ann"), slack.add_channel("desk")

    def broken(_command: Command) -> Reply:
        raise RuntimeError("bug")

    pipeline.answer = broken
    await listening()
    [post] = await (await slack.command(desk, ann, "/crisis", "follow mali")).wait_for()
    assert post.text.startswith("Something went wrong on my side")
    assert post.ephemeral_to == ann.id


async def test_a_renewed_socket_loses_nothing(slack: SlackApi, listening: Listening, pipeline: Pipeline) -> None:
    ann, desk = slack.add_person("ann"), slack.add_channel("desk")
    await listening()
    await slack.sockets.disconnect("refresh_requested")
    await slack.connected()
    assert (await slack.command(desk, ann, "/crisis", "latest mali")).acked
    await slack.sockets.disconnect("warning", grace=0.3)
    await slack.connected()
    assert (await slack.command(desk, ann, "/crisis", "latest sudan")).acked
    assert await pipeline.finished(2) == ["mali", "sudan"]


async def test_the_next_socket_opens_before_the_announced_end_of_the_last(
    slack: SlackApi, listening: Listening
) -> None:
    await listening()
    await slack.sockets.disconnect("warning", grace=None)
    await slack.connected(2)


async def test_a_dropped_socket_and_a_slack_that_is_down_are_tried_again(
    slack: SlackApi, listening: Listening, pipeline: Pipeline
) -> None:
    ann, desk = slack.add_person("ann"), slack.add_channel("desk")
    await listening()
    slack.fault(faults.bad_gateway(), "apps.connections.open", times=2)
    await slack.sockets.drop()
    await slack.connected()
    assert (await slack.command(desk, ann, "/crisis", "latest mali")).acked


async def test_start_returns_while_slack_is_down_and_stop_is_quick(
    slack: SlackApi, session: aiohttp.ClientSession, workspace: Workspace, pipeline: Pipeline, watch: Watch
) -> None:
    slack.fault(faults.refuse("invalid_auth"), "apps.connections.open", times=100)
    listener = SlackListener(
        [workspace], pipeline.execute, pipeline, session, watch, app_token=slack.app_token, connect_patience=0.2
    )
    began = time.monotonic()
    await listener.start()
    await listener.stop()
    assert time.monotonic() - began < 1.5
    assert len([r for r in slack.requests if r.method == "apps.connections.open"]) < 5


async def test_stop_ends_a_command_that_hangs_within_five_seconds(
    slack: SlackApi, listening: Listening, pipeline: Pipeline
) -> None:
    ann, desk = slack.add_person("ann"), slack.add_channel("desk")
    pipeline.seconds["hang"] = 60
    listener = await listening()
    await slack.command(desk, ann, "/crisis", "latest hang")
    await slack.command(desk, ann, "/crisis", "latest never")
    began = time.monotonic()
    await listener.stop()
    assert time.monotonic() - began < 5
    assert pipeline.done == []


async def test_a_second_workspace_is_served_by_the_same_listener(
    slack: SlackApi, listening: Listening, workspace: Workspace, session: aiohttp.ClientSession, pipeline: Pipeline
) -> None:
    second = slack.add_workspace("Second Desk")
    there = slack.add_channel("there", workspace=second)
    eve = slack.add_person("eve", workspace=second)
    other = await open_workspace(second.bot_token, slack.url, session)
    listener = await listening(workspaces=(workspace, other))
    assert listener.lane == workspace.lane
    await (await slack.command(there, eve, "/crisis", "follow mali")).wait_for()
    assert pipeline.asked[0][1].address == to(other, there.id)


async def test_an_answer_whose_blocks_are_refused_comes_as_plain_text(
    slack: SlackApi, listening: Listening, pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, desk = slack.add_person("ann"), slack.add_channel("desk")
    await listening()
    monkeypatch.setattr("bot.platforms.slack.buttons.LABEL_CHARS", 500)
    pipeline.answer = lambda command: Reply(Message(lines=(line("Words"),), rows=((Press("x" * 400, "list"),),)))
    [post] = await (await slack.command(desk, ann, "/crisis", "list")).wait_for()
    assert (post.text, post.blocks) == ("Words", [])


async def test_an_answer_slack_has_no_time_for_comes_a_little_later(slack: SlackApi, listening: Listening) -> None:
    ann = slack.add_person("ann")
    direct = slack.channel(ann.id)
    await listening()
    slack.fault(faults.rate_limited(1))
    told = {"type": "message", "channel": direct.id, "channel_type": "im", "user": ann.id, "ts": "1.1", "text": "list"}
    await slack.event(told)
    await slack.wait_for(1)
    assert [m.text for m in direct.messages] == ["list:"]


async def test_an_answer_that_cannot_be_shown_is_logged_without_its_address(
    slack: SlackApi, listening: Listening, pipeline: Pipeline, caplog: pytest.LogCaptureFixture
) -> None:
    ann, desk = slack.add_person("ann"), slack.add_channel("desk")
    pipeline.seconds["mali"] = 0.1
    await listening()
    answer = await slack.command(desk, ann, "/crisis", "latest mali")
    answer.reply.uses = 5
    await slack.ledger.until(lambda: next((r for r in slack.requests if r.error == "used_url"), None), 5)
    await asyncio.sleep(0.05)
    assert "was not shown: slack: used_url" in caplog.text
    assert answer.reply.url not in caplog.text


async def test_a_token_in_the_environment_changes_nothing_and_starts_in_silence(
    slack: SlackApi, listening: Listening, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-from-the-environment")
    ann, desk = slack.add_person("ann"), slack.add_channel("desk")
    await listening()
    await (await slack.command(desk, ann, "/crisis", "list")).wait_for()
    assert caplog.messages == []
