"""Signed HTTP and response_urls: the peer against an app that is ten lines of aiohttp, and against Bolt."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from tests.peers.slack_api import Signature, SlackApi, Timing

Json = dict[str, Any]
TIMING = Timing(ack=0.1, scale=0.0001)


class Clock:
    def __init__(self) -> None:
        self.now = 1_770_000_000.0

    def __call__(self) -> float:
        return self.now


class App:
    """An app that answers what it is told to and keeps what came; it checks no signature."""

    def __init__(self) -> None:
        self.answers: list[web.Response | float] = []
        self.bodies: list[bytes] = []
        self.headers: list[Any] = []

    async def handle(self, request: web.Request) -> web.Response:
        self.bodies.append(await request.read())
        self.headers.append(request.headers)
        answer = self.answers.pop(0) if self.answers else web.Response()
        if isinstance(answer, float):
            await asyncio.sleep(answer)
            return web.Response()
        return answer


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def listen() -> AsyncIterator[Callable[[Any], Awaitable[str]]]:
    runners: list[web.AppRunner] = []

    async def start(handler: Any) -> str:
        served = web.Application()
        served.add_routes([web.post("/slack/events", handler)])
        runners.append(web.AppRunner(served, access_log=None, shutdown_timeout=0.1))
        await runners[-1].setup()
        await web.TCPSite(runners[-1], "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{runners[-1].addresses[0][1]}/slack/events"

    yield start
    for runner in runners:
        await runner.cleanup()


@pytest.fixture
def app() -> App:
    return App()


@pytest.fixture
async def slack(app: App, clock: Clock, listen: Callable[[Any], Awaitable[str]]) -> AsyncIterator[SlackApi]:
    async with SlackApi(timing=TIMING, clock=clock) as peer:
        peer.http.url = await listen(app.handle)
        peer.add_channel("desk", id="C1")
        peer.add_person("amina", id="U1")
        yield peer


def door(bolt: AsyncApp) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await bolt.async_dispatch(await to_bolt_request(request)))

    return answer


async def say(url: str, payload: Json) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.post(url, json=payload) as got:
        return got.status, await got.text()


async def test_a_command_is_a_signed_form(slack: SlackApi, app: App) -> None:
    await slack.command("C1", "amina", "/crisis", "follow mali")
    fields = {name: values[0] for name, values in parse_qs(app.bodies[0].decode()).items()}
    assert (fields["command"], fields["text"], fields["channel_name"]) == ("/crisis", "follow mali", "desk")
    assert fields["team_id"] == slack.workspace.id
    sent = slack.deliveries[0].headers
    expected = SignatureVerifier(slack.signing_secret).generate_signature(
        timestamp=sent["X-Slack-Request-Timestamp"], body=app.bodies[0]
    )
    assert sent["X-Slack-Signature"] == expected


async def test_a_timestamp_may_be_no_number(slack: SlackApi, app: App) -> None:
    await slack.command("C1", "amina", "/crisis", signature=Signature.NON_NUMERIC)
    assert app.headers[0]["X-Slack-Request-Timestamp"] == "yesterday"


async def test_a_private_channels_name_is_not_told(slack: SlackApi, app: App) -> None:
    slack.add_channel("secret", id="C2", private=True)
    await slack.command("C2", "amina", "/crisis")
    assert b"channel_name=privategroup" in app.bodies[0]


async def test_an_event_is_retried_three_times_and_says_why(slack: SlackApi, app: App) -> None:
    app.answers = [web.Response(status=500), 0.3, web.Response(status=404), web.Response(status=500)]
    handed = await slack.event({"type": "app_mention"})
    assert (handed.acked, handed.attempts) == (False, 4)
    assert [h.get("X-Slack-Retry-Num") for h in app.headers] == [None, "1", "2", "3"]
    assert [h.get("X-Slack-Retry-Reason") for h in app.headers] == [None, "http_error", "http_timeout", "http_error"]
    assert len({json.loads(body)["event_id"] for body in app.bodies}) == 1


async def test_an_event_that_is_taken_is_not_repeated(slack: SlackApi, app: App) -> None:
    app.answers = [web.Response(status=500)]
    assert (await slack.event({"type": "app_mention"})).attempts == 2


async def test_an_app_may_say_that_it_wants_no_retry(slack: SlackApi, app: App) -> None:
    app.answers = [web.Response(status=500, headers={"X-Slack-No-Retry": "1"})]
    assert (await slack.event({"type": "app_mention"})).attempts == 1


async def test_a_late_answer_is_a_timeout_and_its_delay_is_written_down(slack: SlackApi, app: App) -> None:
    app.answers = [0.2]
    answer = await slack.command("C1", "amina", "/crisis", "list")
    assert (answer.acked, answer.error) == (False, "operation_timeout")
    await asyncio.sleep(0.15)
    assert slack.deliveries[0].seconds >= 0.2
    assert (slack.deliveries[0].status, slack.deliveries[0].ok) == (200, False)


async def test_an_app_that_is_down_is_a_failed_command(slack: SlackApi) -> None:
    slack.http.url = "http://127.0.0.1:9/slack/events"
    assert (await slack.command("C1", "amina", "/crisis")).error == "dispatch_failed"


async def test_without_any_connection_a_command_says_so(slack: SlackApi) -> None:
    slack.http.url = ""
    with pytest.raises(AssertionError, match="not connected"):
        await slack.command("C1", "amina", "/crisis")


async def test_the_url_is_verified_by_its_echo(slack: SlackApi, listen: Callable[[Any], Awaitable[str]]) -> None:
    assert not await slack.http.verify_url()

    async def echo(request: web.Request) -> web.Response:
        return web.json_response({"challenge": (await request.json())["challenge"]})

    slack.http.url = await listen(echo)
    assert await slack.http.verify_url()


async def test_an_answer_in_the_body_is_shown_as_text_or_message(slack: SlackApi, app: App) -> None:
    app.answers = [web.Response(text="plain"), web.json_response({"text": "rich", "response_type": "in_channel"})]
    answers = [await slack.command("C1", "amina", "/crisis") for _ in range(2)]
    assert [a.posts[0].text for a in answers] == ["plain", "rich"]
    assert [a.posts[0].ephemeral_to for a in answers] == ["U1", ""]


async def test_a_response_url_is_good_five_times(slack: SlackApi) -> None:
    answer = await slack.command("C1", "amina", "/crisis")
    got = [await say(answer.reply.url, {"text": str(n)}) for n in range(6)]
    assert got == [(200, "ok")] * 5 + [(404, "used_url")]
    assert [p.text for p in answer.posts] == ["0", "1", "2", "3", "4"]


async def test_a_response_url_is_good_for_half_an_hour(slack: SlackApi, clock: Clock) -> None:
    answer = await slack.command("C1", "amina", "/crisis")
    clock.now += 1800
    assert (await say(answer.reply.url, {"text": "x"}))[0] == 200
    clock.now += 1
    assert await say(answer.reply.url, {"text": "x"}) == (404, "expired_url")
    assert await say(answer.reply.url + "x", {"text": "x"}) == (404, "no_service")


async def test_a_response_url_takes_only_what_a_channel_would(slack: SlackApi) -> None:
    answer = await slack.command("C1", "amina", "/crisis")
    assert await say(answer.reply.url, {"blocks": [{"type": "header"}]}) == (400, "invalid_blocks")
    assert await say(answer.reply.url, {}) == (400, "no_text")
    assert await say(answer.reply.url, {"text": "x", "response_type": "all"}) == (400, "invalid_payload")
    assert answer.posts == []
    assert "missing required field: text" in slack.requests[-3].reasons[0]


async def test_an_ephemeral_answer_is_replaced_and_deleted_through_a_press(slack: SlackApi, app: App) -> None:
    element = {"type": "button", "text": {"type": "plain_text", "text": "More"}, "action_id": "more"}
    body = {"text": "x", "blocks": [{"type": "actions", "elements": [element]}]}
    app.answers = [web.json_response(body)]
    shown = (await slack.command("C1", "amina", "/crisis")).posts[0]
    pressed = await slack.press("C1", shown.ts, "more", "amina")
    payload = json.loads(parse_qs(app.bodies[-1].decode())["payload"][0])
    assert "message" not in payload
    assert payload["container"]["is_ephemeral"] is True
    assert await say(pressed.reply.url, {"text": "y", "replace_original": True}) == (200, "ok")
    assert [m.text for m in slack.channel("C1").ephemeral] == ["y"]
    assert await say(pressed.reply.url, {"delete_original": True}) == (200, "ok")
    assert slack.channel("C1").ephemeral == []


async def test_an_overflow_option_is_chosen_by_its_label(slack: SlackApi, app: App) -> None:
    options = [
        {"text": {"type": "plain_text", "text": name}, "value": name.lower(), "url": "https://example.org/" + name}
        for name in ("X", "WhatsApp")
    ]
    menu = {"type": "overflow", "action_id": "share", "options": options}
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "Mali"}, "accessory": menu}
    app.answers = [web.json_response({"blocks": [section], "response_type": "in_channel"})]
    shown = (await slack.command("C1", "amina", "/crisis")).posts[0]
    await slack.press("C1", shown.ts, "WhatsApp", "amina")
    payload = json.loads(parse_qs(app.bodies[-1].decode())["payload"][0])
    assert payload["actions"][0]["selected_option"]["value"] == "whatsapp"
    assert payload["message"]["ts"] == shown.ts


@pytest.mark.parametrize("limit", [3, 4])
async def test_a_trigger_opens_a_view_once_and_for_three_seconds(
    slack: SlackApi, app: App, clock: Clock, limit: int
) -> None:
    await slack.command("C1", "amina", "/crisis")
    trigger = parse_qs(app.bodies[0].decode())["trigger_id"][0]
    title = {"type": "plain_text", "text": "Follow"}
    view = {"type": "modal", "title": title, "blocks": [{"type": "divider"}]}
    clock.now += limit
    words = []
    headers = {"Authorization": f"Bearer {slack.bot_token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        for _ in range(2):
            async with session.post(slack.url + "views.open", json={"trigger_id": trigger, "view": view}) as got:
                words.append((await got.json()).get("error"))
    assert words == ([None, "exchanged_trigger_id"] if limit == 3 else ["expired_trigger_id"] * 2)


async def test_uninstalling_revokes_the_token_and_says_so(slack: SlackApi, app: App) -> None:
    await slack.uninstall()
    assert [json.loads(body)["event"]["type"] for body in app.bodies] == ["tokens_revoked", "app_uninstalled"]
    assert slack.workspace.token_error == "token_revoked"


async def test_bolt_takes_the_right_signature_and_refuses_the_others(listen: Callable[[Any], Awaitable[str]]) -> None:
    async with SlackApi(timing=Timing(scale=0)) as slack:
        slack.add_channel("desk", id="C1")
        slack.add_person("amina", id="U1")
        client = AsyncWebClient(slack.bot_token, base_url=slack.url, retry_handlers=[])
        bolt = AsyncApp(client=client, signing_secret=slack.signing_secret)

        @bolt.command("/crisis")
        async def crisis(ack: Any) -> None:
            await ack("heard")

        slack.http.url = await listen(door(bolt))
        answer = await slack.command("C1", "amina", "/crisis")
        assert [p.text for p in answer.posts] == ["heard"]
        for signature in (Signature.FORGED, Signature.STALE, Signature.MISSING):
            refused = await slack.command("C1", "amina", "/crisis", signature=signature)
            assert refused.error == "dispatch_failed"
            assert slack.deliveries[-1].status == 401
        assert (await slack.http.replay(slack.deliveries[0])).status == 200
