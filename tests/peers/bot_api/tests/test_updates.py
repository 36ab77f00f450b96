import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from tests.peers.bot_api import BotApi
from tests.peers.bot_api.tests.conftest import READER, Call


async def texts(call: Call, **params: Any) -> list[str]:
    return [update["message"]["text"] for update in (await call("getUpdates", **params))["result"]]


async def test_updates_stay_until_an_offset_confirms_them(api: BotApi, call: Call) -> None:
    for text in ("a", "b", "c"):
        api.say(READER, text=text)
    assert await texts(call, limit=2) == ["a", "b"]
    assert await texts(call) == ["a", "b", "c"]
    first = (await call("getUpdates"))["result"][0]["update_id"]
    assert await texts(call, offset=first + 1) == ["b", "c"]
    assert await texts(call, offset=-1) == ["c"]
    assert await texts(call) == ["c"]


async def test_a_long_poll_waits_for_the_next_update(api: BotApi, call: Call) -> None:
    poll = asyncio.create_task(texts(call, timeout=5))
    await api.wait_until(lambda: bool(api.requests))
    await asyncio.sleep(0.02)
    assert not poll.done()
    api.say(READER, text="/list")
    assert await asyncio.wait_for(poll, 1) == ["/list"]


async def test_a_second_poll_ends_the_first_with_a_conflict(api: BotApi, call: Call) -> None:
    first = asyncio.create_task(call("getUpdates", timeout=5))
    await asyncio.sleep(0.05)
    second = asyncio.create_task(call("getUpdates", timeout=5))
    lost = await asyncio.wait_for(first, 1)
    assert lost["error_code"] == 409
    assert lost["description"].startswith("Conflict: terminated by other getUpdates request")
    api.say(READER, text="a")
    assert (await asyncio.wait_for(second, 1))["ok"]


async def test_only_allowed_kinds_are_kept_and_the_choice_is_remembered(api: BotApi, call: Call) -> None:
    await call("getUpdates", allowed_updates=["message"])
    api.block(READER)
    api.say(READER, text="a")
    assert [sorted(update)[0] for update in (await call("getUpdates"))["result"]] == ["message"]
    await call("getUpdates", allowed_updates=[])
    api.block(READER)
    assert "my_chat_member" in (await call("getUpdates", offset=-1))["result"][0]


async def test_a_membership_update_says_old_and_new_status(api: BotApi, call: Call) -> None:
    api.block(READER)
    api.unblock(READER)
    changes = [update["my_chat_member"] for update in (await call("getUpdates"))["result"]]
    seen = [(one["old_chat_member"]["status"], one["new_chat_member"]["status"]) for one in changes]
    assert seen == [("member", "kicked"), ("kicked", "member")]


@asynccontextmanager
async def receiver(statuses: list[int]) -> AsyncIterator[tuple[str, list[tuple[str | None, Any]]]]:
    """A bot's webhook that answers with these statuses, then 200, and keeps (secret, update)."""
    got: list[tuple[str | None, Any]] = []

    async def take(request: web.Request) -> web.Response:
        got.append((request.headers.get("X-Telegram-Bot-Api-Secret-Token"), await request.json()))
        return web.Response(status=statuses.pop(0) if statuses else 200)

    app = web.Application()
    app.router.add_post("/hook", take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook", got
    finally:
        await runner.cleanup()


async def until(holds: Any) -> None:
    async with asyncio.timeout(3):
        while not holds():  # noqa: ASYNC110 -- the receiver is no part of the peer
            await asyncio.sleep(0.01)


async def test_a_webhook_gets_each_update_with_the_secret_and_again_until_it_says_yes(api: BotApi, call: Call) -> None:
    async with receiver([500, 503]) as (url, got):
        api.say(READER, text="before")
        assert (await call("setWebhook", url=url, secret_token="s3cret_-"))["ok"]
        await until(lambda: len(got) == 3)
        api.say(READER, text="after")
        await until(lambda: len(got) == 4)
        await until(lambda: not api.updates.pending)
    assert [update["message"]["text"] for _, update in got] == ["before"] * 3 + ["after"]
    assert {secret for secret, _ in got} == {"s3cret_-"}
    assert [status for _, status in api.webhook.attempts] == [500, 503, 200, 200]


async def test_a_webhook_and_polling_exclude_each_other(api: BotApi, call: Call) -> None:
    async with receiver([]) as (url, _):
        poll = asyncio.create_task(call("getUpdates", timeout=5))
        await asyncio.sleep(0.05)
        await call("setWebhook", url=url)
        assert (await poll)["description"] == "Conflict: terminated by setWebhook request"
        refused = await call("getUpdates")
        assert "can't use getUpdates method while webhook is active" in refused["description"]
        assert (await call("getWebhookInfo"))["result"]["url"] == url
        await call("deleteWebhook")
        assert (await call("getUpdates"))["ok"]


async def test_a_webhook_url_must_be_https_and_the_secret_plain(call: Call) -> None:
    wrong = [
        {"url": "http://a.org/hook"},
        {"url": "https://a.org:8080/hook"},
        {"url": "https://a.org/hook", "secret_token": "a b"},
        {"url": "https://a.org/hook", "secret_token": "a" * 257},
    ]
    for params in wrong:
        assert (await call("setWebhook", **params))["error_code"] == 400


async def test_pending_updates_can_be_dropped(api: BotApi, call: Call) -> None:
    api.say(READER, text="a")
    await call("deleteWebhook", drop_pending_updates=True)
    assert (await call("getUpdates"))["result"] == []


async def test_a_failing_webhook_is_reported(api: BotApi, call: Call) -> None:
    async with receiver([500] * 100) as (url, got):
        await call("setWebhook", url=url)
        api.say(READER, text="a")
        await until(lambda: len(got) >= 2)
        info = (await call("getWebhookInfo"))["result"]
        assert info["last_error_message"].startswith("Wrong response from the webhook: 500")
        assert info["pending_update_count"] == 1
        await call("deleteWebhook")
