"""Requests to the bot's own server that are not what they say, and secrets that must stay with it."""

import json
from typing import Any

import aiohttp

from tests.end_to_end.audience import AMINATA, TEAM_CHANNEL, TEAM_PERSON, Audience, page_address
from tests.end_to_end.stage import Stage, stage
from tests.end_to_end.waiting import until
from tests.end_to_end.web_reader import WebReader
from tests.faults.raises import MODULE as RAISES
from tests.faults.result import Result, expect_all_ended
from tests.faults.sources import QUIET, let_poll, rss, visit_all, visits_ended
from tests.peers.bot_api import BadGateway, Close, Refuse
from tests.peers.slack_api import faults as slack_faults
from tests.peers.slack_api.events import Signature, sign

REASONS: dict[str, str] = {
    "f39_no_secret_is_ever_said": "besides, every row of this table ends by looking for the tokens in all that its "
    "processes said",
}
_SECRET = "a-secret-of-our-own_0123456789"
_SLACK_HTTP = {"SLACK_MODE": "http", "SLACK_APP_TOKEN": "", "TELEGRAM_BOT_TOKEN": ""}
_PASSWORD = "correct-horse-battery"


async def f36_requests_that_slack_did_not_send() -> Result:
    """Forged, unsigned, old and repeated requests are answered 401 and change nothing; the right one is heard once."""
    forged = (Signature.FORGED, Signature.MISSING, Signature.STALE)
    result = Result(len(forged) + 1)
    async with stage() as scene:
        await _hear_slack(scene)
        for signature in forged:
            await scene.slack.command(TEAM_CHANNEL, TEAM_PERSON, "/crisis", "follow mali", signature)
            status = scene.slack.deliveries[-1].status
            result.expect(status == 401, f"{signature.value}: {status}")
        kept = scene.rows.one("SELECT count(*) FROM subscriptions")
        result.expect(kept == 0, "a forged command was carried out")
        await scene.slack.command(TEAM_CHANNEL, TEAM_PERSON, "/crisis", "follow mali")
        right = scene.slack.deliveries[-1]
        result.expect(right.status == 200, f"the right one: {right.status}")
        again = await scene.slack.http.replay(right)
        result.expect(again.status == 401, f"the same once more: {again.status}")
        await scene.rows.until("SELECT count(*) = 1 FROM subscriptions", 5)
    return result


async def f48_slack_timestamps_that_are_no_numbers() -> Result:
    """They are answered 401, never 500, and the process goes on."""
    stamps = (None, "", "abc", "1e9", "-1", "0x10", "9" * 40, "１２３", "nan", "12 34")
    result = Result(len(stamps))
    async with stage() as scene:
        address = await _hear_slack(scene)
        body = b"command=%2Fcrisis&text=follow+mali"
        for stamp in stamps:
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            headers |= {} if stamp is None else sign(scene.slack.signing_secret, body, stamp)
            status = await _post(f"{address}/slack/events", body, headers)
            result.expect(status == 401, f"{stamp!r}: {status}")
        result.expect("Traceback" not in scene.processes[0].output, "an error was logged")
        result.expect(await scene.slack.http.verify_url(), "the process no longer hears Slack")
    return result


async def f37_updates_that_telegram_did_not_send() -> Result:
    """Without the secret they are answered 401 and change nothing; what is no update is 400; the right one is heard."""
    wrong: tuple[str | None, ...] = (None, "", "wrong", _SECRET[:-1], _SECRET + "x", _SECRET.upper(), "ключ")
    result = Result(len(wrong) + 2)
    async with stage() as scene:
        Audience.settle(scene)
        hook = {"TELEGRAM_MODE": "webhook", "TELEGRAM_WEBHOOK_URL": "https://bot.example"}
        bot = await scene.begin("run", TELEGRAM_WEBHOOK_SECRET=_SECRET, **hook, **QUIET)
        await bot.says("Listening on")
        url = f"{page_address(bot)}/telegram/webhook"
        body = json.dumps(_update(7, "/follow mali")).encode()
        for secret in wrong:
            status = await _post(url, body, {} if secret is None else {_HEADER: secret})
            result.expect(status == 401, f"{secret!r}: {status}")
        result.expect(scene.telegram.sent == [], "a forged update was answered")
        for nonsense in (b"", b"[]", b'{"update_id": "x"}', b"\xff\xfe"):
            status = await _post(url, nonsense, {_HEADER: _SECRET})
            result.expect(status == 400, f"{nonsense!r}: {status}")
        status = await _post(url, body, {_HEADER: _SECRET})
        result.expect(status == 200, f"the right one: {status}")
        await scene.telegram.wait_for(lambda sent: "now follows 🇲🇱 Mali" in sent.text)
        result.expect(_SECRET not in bot.output, "the secret was said")
    return result


async def f39_no_secret_is_ever_said() -> Result:
    """No token or password is in any byte of the log, tracebacks at DEBUG included, nor on a page."""
    async with stage() as scene:
        pages = await _live_through_misfortunes(scene)
        nowhere = "http://127.0.0.1:1"
        ways: tuple[dict[str, str], ...] = (
            {"TELEGRAM_API_URL": nowhere, "SLACK_API_URL": f"{nowhere}/api/"},
            {"DATABASE_URL": f"postgresql://crisis:{_PASSWORD}@127.0.0.1:1/crisis"},
            {"DATABASE_URL": f"postgresql://crisis:{_PASSWORD}@[::1/crisis"},
            {"TELEGRAM_BOT_TOKEN": scene.telegram.token.replace(":", ";")},
        )
        result = Result(len(ways) + 2)
        checks = [await scene.begin("check", LOG_LEVEL="DEBUG", **settings) for settings in ways]
        checks.append(await scene.begin(module=RAISES, LOG_LEVEL="DEBUG", DATABASE_URL=ways[1]["DATABASE_URL"]))
        # It would go on trying for a while, and say the same again.
        await until(lambda: "out of reach" in checks[1].output or not checks[1].running, 60)
        await checks[1].kill()
        for process in checks:
            await process.ends(60)
        await checks[-1].says("4 secrets", 0)
        said = "".join(process.output for process in scene.processes) + "".join(pages)
        tokens = [*scene.secrets, scene.telegram.token.partition(":")[2], _PASSWORD]
        leaked = [secret[:6] for secret in tokens if secret in said]
        result.expect(not leaked, f"secrets that begin with {leaked} were said")
        tracebacks = said.count("Traceback")
        result.expect(tracebacks > 8, f"only {tracebacks} tracebacks: it shows nothing")
        result.remarks.append(f"{len(said)} characters of logs and pages, {tracebacks} tracebacks")
    return result


async def _live_through_misfortunes(scene: Stage) -> list[str]:
    """Let a bot meet whatever makes it speak of errors; return its pages."""
    Audience.settle(scene)
    let_poll(scene, {"news": scene.web.serve("/news", rss())})
    bot = await scene.begin("run", LOG_LEVEL="DEBUG")
    await scene.slack.connected(timeout=15)
    await visits_ended(scene)
    audience = Audience(scene, WebReader("", ""))
    for place in ("reader", "team"):
        await audience.ask(place, "follow mali")
    scene.rows.run("ALTER TABLE feeds RENAME TO feeds_away")
    await bot.says("trouble while")
    scene.rows.run("ALTER TABLE feeds_away RENAME TO feeds")
    for misfortune in (Close(applied=False), BadGateway(), Refuse(500)):
        scene.telegram.fault(misfortune, method="getUpdates")
    scene.telegram.fault(Refuse(400, "Bad Request: nobody knows"))
    scene.slack.fault(slack_faults.bad_gateway())
    scene.web.serve("/news", rss("Mali, told with difficulty"))
    await visit_all(scene)
    scene.telegram.revoke_token()
    scene.slack.workspace.token_error = "token_revoked"
    scene.web.serve("/news", rss("Mali, told to nobody", "Mali, told with difficulty"))
    scene.rows.make_feeds_due()
    await bot.says("the token is no longer accepted", 15)
    pages = [await _get(page_address(bot) + path) for path in ("/healthz", "/metrics", "/")]
    await bot.stop()
    return pages


async def f46_no_library_repeats_a_post() -> Result:
    """A post that Slack took without an answer arrives once: no library repeats it, and we find it before we would."""
    result = Result(2)
    async with stage() as scene:
        Audience.settle(scene)
        let_poll(scene, {"news": scene.web.serve("/news", rss())})
        titles = ["Mali, parked", "Mali, resent"]
        for number, (policy, wanted) in enumerate((("park", 1), ("resend", 1))):
            bot = await scene.begin("run", TELEGRAM_BOT_TOKEN="", ON_UNCERTAIN=policy)
            await scene.slack.connected(timeout=15)
            await visits_ended(scene)
            audience = Audience(scene, WebReader("", ""))
            await audience.ask("team", "follow mali")
            scene.slack.fault(slack_faults.accept_then_close())
            scene.web.serve("/news", rss(*reversed(titles[: number + 1])))
            await visit_all(scene)
            await scene.rows.delivered()
            arrived = audience.got(titles[number])["team"]
            attempts = scene.rows.one("SELECT max(attempts) FROM deliveries WHERE state = 'sent'") if number else 1
            result.remarks.append(f"{policy}: {arrived} arrivals")
            result.expect(arrived == wanted, f"{policy}: {arrived} arrivals, {attempts} attempts")
            await bot.stop()
            await until(lambda: not scene.slack.sockets.open)
        expect_all_ended(result, scene)
    return result


_HEADER = "X-Telegram-Bot-Api-Secret-Token"


async def _hear_slack(scene: Stage) -> str:
    """Start a bot that hears Slack by signed HTTP; return its server's address."""
    Audience.settle(scene)
    bot = await scene.begin("run", SLACK_SIGNING_SECRET=scene.slack.signing_secret, **_SLACK_HTTP)
    await bot.says("Listening on")
    address = page_address(bot)
    scene.slack.http.url = f"{address}/slack/events"
    for _ in range(100):
        if await scene.slack.http.verify_url():
            break
    return address


def _update(number: int, text: str) -> dict[str, Any]:
    person = {"id": AMINATA, "is_bot": False, "first_name": "Aminata", "language_code": "en"}
    chat = {"id": AMINATA, "type": "private", "first_name": "Aminata"}
    entities = [{"type": "bot_command", "offset": 0, "length": text.index(" ")}]
    message = {"message_id": number, "date": 1_770_000_000, "from": person, "chat": chat, "text": text}
    return {"update_id": number, "message": message | {"entities": entities}}


async def _post(url: str, body: bytes, headers: dict[str, str]) -> int:
    async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers) as answer:
        return answer.status


async def _get(url: str) -> str:
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return await answer.text()
