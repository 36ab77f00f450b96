"""The peer's rate limits under a clock of the test's own, and its faults."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.peers.slack_api import Limits, SlackApi, faults


class Clock:
    def __init__(self) -> None:
        self.now = 1_770_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def slack(clock: Clock) -> AsyncIterator[SlackApi]:
    async with SlackApi(limits=Limits(), clock=clock) as peer:
        for name in ("C1", "C2"):
            peer.add_channel(name.lower(), id=name)
        yield peer


@pytest.fixture
async def client(slack: SlackApi) -> AsyncIterator[AsyncWebClient]:
    async with aiohttp.ClientSession() as session:
        yield AsyncWebClient(slack.bot_token, base_url=slack.url, session=session, retry_handlers=[])


async def retry_after(client: AsyncWebClient, channel: str = "C1") -> int:
    """Post once; return 0 or the wait that was asked for."""
    try:
        answer = await client.chat_postMessage(channel=channel, text="x")
    except SlackApiError as refused:
        answer = refused.response
    word = (answer.status_code, answer.get("error"))
    assert word in ((200, None), (429, "ratelimited"))
    return int(answer.headers.get("Retry-After", 0))


async def test_a_channel_takes_a_short_burst_and_then_one_post_a_second(client: AsyncWebClient, clock: Clock) -> None:
    assert [await retry_after(client) for _ in range(4)] == [0, 0, 0, 1]
    clock.now += 1
    assert [await retry_after(client) for _ in range(2)] == [0, 1]


async def test_one_busy_channel_does_not_slow_another(client: AsyncWebClient) -> None:
    while not await retry_after(client, "C1"):
        pass
    assert await retry_after(client, "C2") == 0


async def test_a_steady_post_a_second_is_never_refused(client: AsyncWebClient, clock: Clock) -> None:
    for _ in range(30):
        assert await retry_after(client) == 0
        clock.now += 1


async def test_a_workspace_has_a_limit_a_minute_of_its_own(
    slack: SlackApi, client: AsyncWebClient, clock: Clock
) -> None:
    slack.set_limits(Limits(channel_burst=1000, per_minute={"chat.postMessage": 5}))
    other = slack.add_workspace("Field Team")
    slack.add_channel("c9", id="C9", workspace=other)
    assert [await retry_after(client) for _ in range(6)] == [0, 0, 0, 0, 0, 60]
    await client.chat_postMessage(channel="C9", text="x", token=other.bot_token)
    clock.now += 60
    assert await retry_after(client) == 0


async def test_fifty_updates_a_minute_and_no_more(slack: SlackApi, client: AsyncWebClient) -> None:
    ts = (await client.chat_postMessage(channel="C1", text="x"))["ts"]
    for _ in range(50):
        await client.chat_update(channel="C1", ts=ts, text="y")
    with pytest.raises(SlackApiError, match="ratelimited"):
        await client.chat_update(channel="C1", ts=ts, text="z")
    assert slack.requests[-1].status == 429


async def test_limits_can_be_switched_off(slack: SlackApi, client: AsyncWebClient) -> None:
    slack.set_limits(None)
    assert [await retry_after(client) for _ in range(20)] == [0] * 20


async def test_an_accepted_post_whose_connection_closes_has_arrived(slack: SlackApi, client: AsyncWebClient) -> None:
    slack.fault(faults.accept_then_close())
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel="C1", text="once")
    assert [p.text for p in slack.posts] == ["once"]
    assert slack.requests[-1].fault == "accept then close"


async def test_a_connection_closed_before_the_call_brings_nothing(slack: SlackApi, client: AsyncWebClient) -> None:
    slack.fault(faults.close())
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel="C1", text="never")
    assert slack.posts == []
    await client.chat_postMessage(channel="C1", text="well again")


async def test_an_accepted_post_may_be_answered_too_late(slack: SlackApi) -> None:
    slack.fault(faults.accept_then_delay(5))
    impatient = AsyncWebClient(slack.bot_token, base_url=slack.url, retry_handlers=[], timeout=1)
    impatient.timeout = 0.1  # type: ignore[assignment]
    with pytest.raises(TimeoutError):
        await impatient.chat_postMessage(channel="C1", text="late")
    assert [p.text for p in slack.posts] == ["late"]


async def test_errors_of_the_house_bring_nothing(slack: SlackApi) -> None:
    post = {"channel": "C1", "text": "x"}
    headers = {"Authorization": f"Bearer {slack.bot_token}"}
    for fault in (faults.status(500), faults.bad_gateway(), faults.rate_limited(7), faults.refuse("internal_error")):
        slack.fault(fault)
    seen = []
    async with aiohttp.ClientSession(headers=headers) as session:
        for _ in range(4):
            async with session.post(slack.url + "chat.postMessage", data=post) as got:
                seen.append((got.status, got.content_type, got.headers.get("Retry-After")))
    assert seen == [
        (500, "text/plain", None),
        (502, "text/html", None),
        (429, "application/json", "7"),
        (200, "application/json", None),
    ]
    assert slack.posts == []


async def test_a_fault_waits_for_its_method_and_channel(slack: SlackApi, client: AsyncWebClient) -> None:
    slack.fault(faults.refuse("fatal_error"), channel="C2")
    await client.auth_test()
    assert await retry_after(client, "C1") == 0
    with pytest.raises(SlackApiError, match="fatal_error"):
        await client.chat_postMessage(channel="C2", text="x")


async def test_a_slow_answer_trickles_in_whole(slack: SlackApi, client: AsyncWebClient) -> None:
    slack.fault(faults.slow(0.05))
    assert (await client.chat_postMessage(channel="C1", text="x"))["ok"]
