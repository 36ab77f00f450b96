"""Signed HTTP: only Slack is heard, once, and never waits."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.slack.signatures import Signatures
from tests.peers.slack_api import Signature, SlackApi, sign
from tests.platforms.slack_app.conftest import Listening, Pipeline, Watch

NOW = datetime(2026, 2, 6, 12, 0, tzinfo=UTC)
STAMP = str(int(NOW.timestamp()))
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
BODY = b"command=%2Fcrisis&text=follow+mali"


def judge(secret: str = SECRET, now: datetime = NOW) -> Signatures:
    return Signatures(secret, lambda: now)


async def test_commands_presses_and_events_work_over_signed_http(
    slack: SlackApi, listening: Listening, pipeline: Pipeline
) -> None:
    ann, desk = slack.add_person("ann"), slack.add_channel("desk")
    await listening(http=True)
    assert await slack.http.verify_url()
    answer = await slack.command(desk, ann, "/crisis", "follow mali")
    assert answer.error == ""
    [shown] = await answer.wait_for()
    assert (await slack.press(desk, shown.ts, "Again", ann)).acked
    told = {"type": "app_mention", "channel": desk.id, "user": ann.id, "text": "<@U1> latest mali", "ts": "1.1"}
    assert (await slack.event(told)).acked
    assert await pipeline.finished(3) == ["mali", "", "mali"]


async def test_slack_is_answered_before_the_work_is_done(
    slack: SlackApi, listening: Listening, pipeline: Pipeline
) -> None:
    ann, desk = slack.add_person("ann"), slack.add_channel("desk")
    pipeline.seconds["mali"] = 0.6
    await listening(http=True)
    answer = await slack.command(desk, ann, "/crisis", "latest mali")
    assert (answer.error, answer.handed.seconds < 0.3) == ("", True)
    await answer.wait_for()


@pytest.mark.parametrize("signature", [s for s in Signature if s is not Signature.RIGHT])
async def test_a_request_that_is_not_slacks_is_refused_with_401(
    slack: SlackApi, listening: Listening, pipeline: Pipeline, signature: Signature
) -> None:
    ann, desk = slack.add_person("ann"), slack.add_channel("desk")
    await listening(http=True)
    await slack.command(desk, ann, "/crisis", "follow mali", signature)
    assert [delivery.status for delivery in slack.deliveries] == [401]
    assert pipeline.asked == []


async def test_a_replay_within_the_window_is_refused_with_401(
    slack: SlackApi, listening: Listening, pipeline: Pipeline
) -> None:
    ann, desk = slack.add_person("ann"), slack.add_channel("desk")
    await listening(http=True)
    await (await slack.command(desk, ann, "/crisis", "follow mali")).wait_for()
    assert (await slack.http.replay(slack.deliveries[0])).status == 401
    assert len(pipeline.asked) == 1


async def test_a_replay_after_the_window_is_refused_with_401(
    slack: SlackApi, listening: Listening, pipeline: Pipeline, watch: Watch
) -> None:
    ann, desk = slack.add_person("ann"), slack.add_channel("desk")
    await listening(http=True)
    await (await slack.command(desk, ann, "/crisis", "follow mali")).wait_for()
    watch.ahead = 301
    assert (await slack.http.replay(slack.deliveries[0])).status == 401
    assert len(pipeline.asked) == 1


async def test_an_event_slack_repeats_is_taken_and_done_once(
    slack: SlackApi, listening: Listening, pipeline: Pipeline
) -> None:
    ann, desk = slack.add_person("ann"), slack.add_channel("desk")
    await listening(http=True)
    event = {"type": "app_mention", "channel": desk.id, "user": ann.id, "text": "<@U1> list", "ts": "1.1"}
    payload: dict[str, Any] = {
        "type": "event_callback",
        "team_id": slack.workspace.id,
        "event_id": "Ev0TWICE",
        "event": event,
    }
    assert (await slack.redeliver(payload)).acked
    # The same words signed a second later, as Slack does it.
    payload["event_time"] = 1
    assert (await slack.redeliver(payload)).acked
    await pipeline.finished(1)
    assert len(pipeline.asked) == 1


async def test_an_event_nobody_listens_to_is_answered_with_200(slack: SlackApi, listening: Listening) -> None:
    await listening(http=True)
    handed = await slack.event({"type": "reaction_added", "user": "U1"})
    assert (handed.acked, handed.attempts) == (True, 1)
    assert (await slack.redeliver({"type": "view_closed", "team": {"id": slack.workspace.id}})).acked


async def test_in_socket_mode_there_is_no_http_door(listening: Listening) -> None:
    assert (await listening()).routes() == []


def test_a_right_signature_is_accepted_once() -> None:
    signatures = judge()
    headers = sign(SECRET, BODY, STAMP)
    assert signatures.accepts(headers, BODY)
    assert not signatures.accepts(headers, BODY)


def test_without_a_secret_nothing_is_accepted() -> None:
    assert not judge(secret="").accepts(sign("", BODY, STAMP), BODY)


@pytest.mark.parametrize(
    ("stamp", "accepted"),
    [
        (str(int(STAMP) - 300), True),
        (str(int(STAMP) - 301), False),
        (str(int(STAMP) + 300), True),
        (str(int(STAMP) + 301), False),
        ("", False),
        ("abc", False),
        ("-1", False),
        ("1e9", False),
        (STAMP + ".0", False),
        ("٣" * 10, False),
        ("9" * 400, False),
    ],
)
def test_only_a_timestamp_within_five_minutes_is_accepted(stamp: str, accepted: bool) -> None:
    assert judge().accepts(sign(SECRET, BODY, stamp), BODY) is accepted


def test_another_body_another_secret_and_missing_headers_are_refused() -> None:
    headers = sign(SECRET, BODY, STAMP)
    assert not judge().accepts(headers, BODY + b"&x=1")
    assert not judge(secret="other").accepts(headers, BODY)
    assert not judge().accepts({}, BODY)
    assert not judge().accepts({"X-Slack-Signature": headers["X-Slack-Signature"]}, BODY)
    assert not judge().accepts({"X-Slack-Request-Timestamp": STAMP}, BODY)


@given(st.text(max_size=30), st.text(max_size=80), st.binary(max_size=50))
def test_no_header_however_strange_raises_or_passes(stamp: str, signature: str, body: bytes) -> None:
    headers = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature}
    assert not judge().accepts(headers, body)


def test_a_replay_of_a_request_from_the_future_is_remembered_as_long_as_it_counts() -> None:
    moment = [NOW.timestamp()]
    signatures = Signatures(SECRET, lambda: datetime.fromtimestamp(moment[0], UTC))
    headers = sign(SECRET, BODY, str(int(moment[0]) + 290))
    assert signatures.accepts(headers, BODY)
    moment[0] += 580
    assert not signatures.accepts(headers, BODY)
