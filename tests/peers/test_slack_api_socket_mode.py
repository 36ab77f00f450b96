"""Socket Mode in the peer, by raw aiohttp and by Bolt's own handler."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.peers.slack_api import SlackApi, Timing

Json = dict[str, Any]


@pytest.fixture
async def slack() -> AsyncIterator[SlackApi]:
    async with SlackApi(timing=Timing(ack=0.1, scale=0.0001)) as peer:
        peer.add_channel("desk", id="C1")
        peer.add_person("amina", id="U1", admin=True)
        yield peer


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


async def opened(slack: SlackApi, session: aiohttp.ClientSession) -> aiohttp.ClientWebSocketResponse:
    headers = {"Authorization": f"Bearer {slack.app_token}"}
    async with session.post(slack.url + "apps.connections.open", headers=headers) as got:
        url = (await got.json())["url"]
    socket = await session.ws_connect(url)
    assert (await socket.receive_json())["type"] == "hello"
    return socket


async def acking(socket: aiohttp.ClientWebSocketResponse, seen: list[Json], payload: Json | None = None) -> None:
    async for frame in socket:
        envelope = json.loads(frame.data)
        seen.append(envelope)
        if "envelope_id" in envelope:
            answer = {"envelope_id": envelope["envelope_id"], **({"payload": payload} if payload else {})}
            await socket.send_json(answer)


@pytest.fixture
async def bolt(slack: SlackApi) -> AsyncIterator[AsyncApp]:
    client = AsyncWebClient(slack.bot_token, base_url=slack.url, retry_handlers=[])
    app = AsyncApp(client=client, signing_secret=slack.signing_secret)
    handler = AsyncSocketModeHandler(app, slack.app_token, web_client=client)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    await slack.connected()
    yield app
    await handler.close_async()  # type: ignore[no-untyped-call]


async def test_a_ticket_opens_one_socket(slack: SlackApi, session: aiohttp.ClientSession) -> None:
    headers = {"Authorization": f"Bearer {slack.app_token}"}
    async with session.post(slack.url + "apps.connections.open", headers=headers) as got:
        url = (await got.json())["url"]
    async with session.ws_connect(url):
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await session.ws_connect(url.replace("ticket=", "ticket=x"))


async def test_each_envelope_goes_to_one_socket(slack: SlackApi, session: aiohttp.ClientSession) -> None:
    first, second = [], []  # type: ignore[var-annotated]
    tasks = [asyncio.create_task(acking(await opened(slack, session), seen)) for seen in (first, second)]
    for _ in range(4):
        assert (await slack.event({"type": "app_mention"})).acked
    assert (len(first), len(second)) == (2, 2)
    await slack.sockets.drop()
    await asyncio.gather(*tasks)


async def test_the_eleventh_socket_is_turned_away(slack: SlackApi, session: aiohttp.ClientSession) -> None:
    ten = [await opened(slack, session) for _ in range(10)]
    headers = {"Authorization": f"Bearer {slack.app_token}"}
    async with session.post(slack.url + "apps.connections.open", headers=headers) as got:
        eleventh = await session.ws_connect((await got.json())["url"])
    assert (await eleventh.receive_json())["reason"] == "too_many_websockets"
    assert not any(socket.closed for socket in ten)
    assert (await eleventh.receive()).type is aiohttp.WSMsgType.CLOSE


async def test_an_event_nobody_acks_comes_four_times_with_one_event_id(
    slack: SlackApi, session: aiohttp.ClientSession
) -> None:
    socket = await opened(slack, session)
    handed = await slack.event({"type": "app_mention"})
    assert not socket.closed
    sent = slack.sockets.open[0].envelopes
    assert (handed.acked, handed.attempts, handed.error) == (False, 4, "operation_timeout")
    assert [e["retry_attempt"] for e in sent] == [0, 1, 2, 3]
    assert len({e["payload"]["event_id"] for e in sent}) == 1
    assert len({e["envelope_id"] for e in sent}) == 4


async def test_an_ack_that_comes_too_late_does_not_count(slack: SlackApi, session: aiohttp.ClientSession) -> None:
    socket = await opened(slack, session)
    answer = asyncio.create_task(slack.command("C1", "amina", "/crisis", "list"))
    first = await socket.receive_json()
    await asyncio.sleep(0.15)
    await socket.send_json({"envelope_id": first["envelope_id"]})
    assert not (await answer).acked
    assert slack.sockets.late_acks == [first["envelope_id"]]


async def test_an_envelope_on_a_socket_that_closes_goes_to_another(
    slack: SlackApi, session: aiohttp.ClientSession
) -> None:
    seen: list[Json] = []
    doomed = await opened(slack, session)
    healthy = asyncio.create_task(acking(await opened(slack, session), seen))
    pending = asyncio.create_task(slack.event({"type": "app_mention"}))
    await doomed.receive_json()
    await doomed.close()
    assert (await pending).attempts == 2
    assert len(seen) == 1
    healthy.cancel()


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_a_socket_is_told_that_it_ends_before_it_does(
    slack: SlackApi, session: aiohttp.ClientSession, reason: str
) -> None:
    socket = await opened(slack, session)
    leaving = asyncio.create_task(slack.sockets.disconnect(reason, grace=0.02))
    told = await socket.receive_json()
    assert (told["type"], told["reason"]) == ("disconnect", reason)
    assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
    await leaving
    assert slack.sockets.open == []


async def test_a_message_in_the_ack_is_shown_to_who_asked(slack: SlackApi, session: aiohttp.ClientSession) -> None:
    task = asyncio.create_task(acking(await opened(slack, session), [], {"text": "You follow *Mali*."}))
    answer = await slack.command("C1", "amina", "/crisis", "follow mali")
    assert [(p.text, p.via, p.ephemeral_to) for p in answer.posts] == [("You follow *Mali*.", "ack", "U1")]
    task.cancel()


async def test_a_message_slack_would_not_take_in_the_ack_is_an_error(
    slack: SlackApi, session: aiohttp.ClientSession
) -> None:
    task = asyncio.create_task(acking(await opened(slack, session), [], {"blocks": [{"type": "actions"}]}))
    answer = await slack.command("C1", "amina", "/crisis", "list")
    assert (answer.acked, answer.error, answer.posts) == (True, "invalid_command_response", [])
    assert slack.requests[-1].error == "invalid_blocks"
    task.cancel()


async def test_bolt_takes_a_command_and_answers_by_ack_and_later(slack: SlackApi, bolt: AsyncApp) -> None:
    @bolt.command("/crisis")
    async def crisis(ack: Any, respond: Any, command: Json) -> None:
        await ack(f"Heard {command['text']}")
        await respond("And more", response_type="in_channel")

    answer = await slack.command("C1", "U1", "/crisis", "follow mali")
    # Bolt sends the ack when it next looks for it, so the two may come in either order.
    assert {p.text: p.via for p in await answer.wait_for(2)} == {"Heard follow mali": "ack", "And more": "response_url"}
    assert answer.handed.attempts == 1
    assert [m.text for m in slack.channel("desk").messages] == ["And more"]


async def test_bolt_takes_a_press_by_label_and_replaces_the_message(slack: SlackApi, bolt: AsyncApp) -> None:
    @bolt.action("unfollow")
    async def unfollow(ack: Any, respond: Any, action: Json) -> None:
        await ack()
        await respond(text=f"Gone: {action['value']}", replace_original=True)

    element = {
        "type": "button",
        "action_id": "unfollow",
        "value": "mali",
        "text": {"type": "plain_text", "text": "Unfollow"},
    }
    actions = [{"type": "actions", "elements": [element]}]
    sent = await bolt.client.chat_postMessage(channel="C1", text="Mali", blocks=actions)
    answer = await slack.press("C1", sent["ts"], "Unfollow", "amina")
    assert [p.text for p in await answer.wait_for(1)] == ["Gone: mali"]
    assert [(m.text, m.blocks) for m in slack.channel("C1").messages] == [("Gone: mali", [])]
    with pytest.raises(LookupError, match="nothing to press"):
        await slack.press("C1", sent["ts"], "Unfollow", "amina")


async def test_bolt_opens_a_modal_and_takes_its_submission(slack: SlackApi, bolt: AsyncApp) -> None:
    label = {"type": "plain_text", "text": "Place"}
    entry = {"type": "plain_text_input", "action_id": "place"}
    asked = {"type": "input", "block_id": "where", "label": label, "element": entry}
    view = {"type": "modal", "callback_id": "follow", "title": label, "submit": label, "blocks": [asked]}
    taken: list[Json] = []

    @bolt.command("/crisis")
    async def crisis(ack: Any, command: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=command["trigger_id"], view=view)

    @bolt.view("follow")
    async def follow(ack: Any, view: Json) -> None:
        await ack()
        taken.append(view["state"]["values"])

    assert (await slack.command("C1", "amina", "/crisis")).acked
    shown = await slack.ledger.until(lambda: slack.ledger.views[-1] if slack.ledger.views else None, 2)
    values = {"where": {"place": {"type": "plain_text_input", "value": "Mali"}}}
    assert (await slack.submit(shown, values, "amina")).acked
    assert taken == [values]


async def test_bolt_reconnects_when_it_is_asked_to(slack: SlackApi, bolt: AsyncApp) -> None:
    before = slack.sockets.open[0]

    @bolt.event("app_mention")
    async def mention(event: Json) -> None: ...

    await slack.sockets.disconnect("refresh_requested", grace=None)
    again = lambda: True if slack.sockets.open and before not in slack.sockets.open else None  # noqa: E731
    await slack.ledger.until(again, 5, "a new socket")
    assert (await slack.event({"type": "app_mention", "user": "U1", "channel": "C1"})).acked
