"""The platform answers with a refusal, too late, or not at all."""

import asyncio

from tests.end_to_end.audience import CHANNEL, FORUM, GROUP, MOUSSA, TEAM_CHANNEL, TOPIC, Audience
from tests.end_to_end.crowd import settle_crowd
from tests.end_to_end.stage import Stage, stage
from tests.end_to_end.waiting import until
from tests.end_to_end.web_reader import WebReader
from tests.faults.result import REPEAT, Result, expect_all_ended
from tests.peers.bot_api import BadGateway, Close, Refuse
from tests.peers.slack_api import faults as slack_faults

_QUIET = {"SLACK_BOT_TOKEN": "", "SLACK_APP_TOKEN": ""}
_GONE = ("blocked", "deactivated")
_RETRY_AFTER = 3


async def f20_a_chat_is_gone_and_nobody_said_so() -> Result:
    """One refusal is enough: what waits for the chat is cancelled, its subscriptions are kept, others get theirs."""
    result = Result(len(_GONE))
    async with stage() as scene:
        await settle_crowd(scene, 3)
        await scene.bot(**_QUIET)
        for person, state in enumerate(_GONE, 1):
            scene.telegram.chat(person).state = state
        titles = [scene.news.publish(f"Mali, part {number}").title for number in range(3)]
        await scene.poll()
        result.count([(3, title) for title in titles], scene.telegram.sent)
        for person in range(1, len(_GONE) + 1):
            asked = _asked(scene, person)
            result.expect(asked == 1, f"chat {person} was tried {asked} times")
        states = scene.rows.states()
        result.expect(states == {"sent": 3, "cancelled": 3 * len(_GONE)}, f"deliveries are {states}")
        kept = scene.rows.one("SELECT count(*) FROM subscriptions")
        result.expect(kept == 3, f"{kept} subscriptions are left")
    return result


async def f20_a_place_is_shut_and_opened_again() -> Result:
    """Kicked, closed, muted, archived: each place is tried once and rests, and is told again once it is open."""
    places = ("group", "topic", "channel", "team")
    result = Result(len(places))
    async with stage(limits=None) as scene:
        Audience.settle(scene)
        await scene.bot()
        audience = Audience(scene, WebReader("", ""))
        for place in places:
            await audience.ask(place, "follow mali")
        _shut(scene)
        refused = len(scene.telegram.refused)
        for number in range(2):
            scene.news.publish(f"Mali, behind a shut door {number}")
            await scene.poll()
        tried = len(scene.telegram.refused) - refused
        result.expect(tried == 3, f"three places of Telegram were tried {tried} times")
        states = scene.rows.states()
        result.expect(states == {"cancelled": len(places)}, f"deliveries are {states}")
        await _open(scene)
        await until(lambda: scene.rows.one("SELECT count(*) FROM chats WHERE state <> 'active'") == 0)
        title = scene.news.publish("Mali, after the doors were opened").title
        await scene.poll()
        for place in places:
            _count(result, audience.got(title)[place])
        expect_all_ended(result, scene)
    return result


def _shut(scene: Stage) -> None:
    telegram = scene.telegram
    telegram.set_member(GROUP, telegram.world.bot, "kicked")
    telegram.chat(FORUM).topics[TOPIC].closed = True
    telegram.set_member(CHANNEL, telegram.world.bot, "administrator", rights={"can_post_messages": False})
    scene.slack.channel(TEAM_CHANNEL).archived = True


async def _open(scene: Stage) -> None:
    scene.telegram.member_update(GROUP, "member", MOUSSA)
    scene.telegram.close_topic(FORUM, TOPIC, closed=False)
    scene.telegram.member_update(CHANNEL, "administrator", MOUSSA, rights={"can_post_messages": True})
    team = scene.slack.channel(TEAM_CHANNEL)
    team.archived = False
    await scene.slack.event({"type": "channel_unarchive", "channel": team.id})


async def f21_a_group_became_a_supergroup_and_nobody_said_so() -> Result:
    """The refusal names the new address: what waits goes there, each story once."""
    result = Result(1)
    new = -1009999999999
    async with stage() as scene:
        Audience.settle(scene)
        await scene.bot(**_QUIET)
        await Audience(scene, WebReader("", "")).ask("group", "follow mali")
        old = scene.telegram.chat(GROUP)
        scene.telegram.add_group(new, old.title)
        old.state, old.upgraded_to = "upgraded", new
        titles = [scene.news.publish(f"Mali, part {number}").title for number in range(3)]
        await scene.poll()
        result.count([(new, title) for title in titles], scene.telegram.sent)
        addresses = [chat for (chat,) in scene.rows.run("SELECT chat FROM chats")]
        result.expect(addresses == [str(new)], f"the chats are {addresses}")
        refused = sum("upgraded" in (request.reason or "") for request in scene.telegram.refused)
        result.expect(refused == 1, f"the old address was tried {refused} times")
        expect_all_ended(result, scene)
    return result


async def f22_the_tokens_are_revoked() -> Result:
    """The lanes stop and say so once; what waits is kept and sent when there is a token again."""
    result = Result(2)
    async with stage() as scene:
        Audience.settle(scene)
        bot = await scene.bot()
        audience = Audience(scene, WebReader("", ""))
        for place in ("reader", "team"):
            await audience.ask(place, "follow mali")
        scene.telegram.revoke_token()
        scene.slack.workspace.token_error = "token_revoked"
        title = scene.news.publish("Mali, after the revocation").title
        scene.rows.make_feeds_due()
        await until(lambda: bot.output.count("the token is no longer accepted") >= 2)
        before = len(scene.telegram.requests), _slack_posts_asked(scene)
        await asyncio.sleep(4)
        calls = len(scene.telegram.requests) - before[0], _slack_posts_asked(scene) - before[1]
        result.remarks.append(f"in 4 s after that {calls[0]} calls of Telegram, {calls[1]} posts to Slack")
        result.expect(calls[0] <= 4, f"Telegram was called {calls[0]} times in 4 s")
        result.expect(calls[1] == 0, f"Slack was asked to post {calls[1]} times in 4 s")
        result.expect(scene.rows.states() == {"queued": 2}, f"deliveries are {scene.rows.states()}")
        scene.telegram.restore_token()
        scene.slack.workspace.token_error = ""
        await bot.stop()
        scene.rows.make_deliveries_due()
        await scene.bot()
        await scene.rows.delivered()
        for place in ("reader", "team"):
            _count(result, audience.got(title)[place])
        expect_all_ended(result, scene)
    return result


async def f23_telegram_says_wait() -> Result:
    """Nothing is sent until the time named is over; then everything is, and no attempt was used up."""
    result = Result(1)
    readers = 45
    async with stage() as scene:
        await settle_crowd(scene, readers)
        await scene.bot(**_QUIET)
        wait = {"retry_after": _RETRY_AFTER}
        flood = Refuse(429, f"Too Many Requests: retry after {_RETRY_AFTER}", wait)
        scene.telegram.fault(flood, when=lambda request: request.params["chat_id"] == "10")
        title = scene.news.publish("Mali, too fast").title
        await scene.poll()
        result.count([(reader, title) for reader in range(1, readers + 1)], scene.telegram.sent)
        refused = next(request.at for request in scene.telegram.refused)
        # What left at the same moment as the refused one cannot be called back.
        early = [
            request.at - refused
            for request in scene.telegram.requests
            if request.method == "sendMessage" and 0.1 < request.at - refused < _RETRY_AFTER
        ]
        result.expect(
            not early, f"{len(early)} were sent during the wait, the first after {min(early, default=0):.2f} s"
        )
        attempts = scene.rows.one("SELECT max(attempts) FROM deliveries")
        result.expect(attempts <= 1, f"a delivery used up {attempts} attempts")
        result.expect(len(scene.telegram.refused) == 1, f"{len(scene.telegram.refused)} were refused")
        expect_all_ended(result, scene)
    return result


async def f24_the_answer_never_comes() -> Result:
    """By default it is sent again and says so, once for each time; with `park` it is kept aside for the operator.

    Where the platform tells whether it arrived, as Slack does an app that may read the channel, nothing is repeated.
    """
    result = Result(7, bound=2)
    # A 429 between an answer and an alert would take the misfortune's place.
    async with stage(limits=None) as scene:
        Audience.settle(scene)
        bot = await scene.bot()
        audience = Audience(scene, WebReader("", ""))
        for place in ("reader", "group", "team"):
            await audience.ask(place, "follow mali")
        title = await _unheard(scene, "Mali, unheard")
        _count_all(result, audience, title)
        result.expect(REPEAT in audience.alerts("group")[-1], "the repeat in the group does not say so")
        result.expect(REPEAT not in audience.alerts("team")[-1], "what Slack has is called a repeat")
        scene.slack.workspace.scopes -= {"channels:history", "groups:history"}
        scene.slack.fault(slack_faults.accept_then_close())
        title = scene.news.publish("Mali, unheard by an app that cannot look").title
        await scene.poll()
        _count_all(result, audience, title)
        result.expect(REPEAT in audience.alerts("team")[-1], "the repeat in the team does not say so")
        await bot.stop()
        await scene.bot(ON_UNCERTAIN="park")
        title = await _unheard(scene, "Mali, parked", reader=False)
        _count_all(result, audience, title)
        parked = scene.rows.states().get("uncertain", 0)
        result.expect(parked == 2, f"{parked} deliveries are parked")
        expect_all_ended(result, scene)
    return result


async def _unheard(scene: Stage, title: str, *, reader: bool = True) -> str:
    """Publish a story whose alerts are taken without an answer in group and team, and lost on the reader's way."""
    scene.telegram.fault(Close(), when=lambda request: request.params["chat_id"] == str(GROUP))
    if reader:
        scene.telegram.fault(BadGateway(), when=lambda request: request.params["chat_id"] != str(GROUP))
    scene.slack.fault(slack_faults.accept_then_close())
    published = scene.news.publish(title).title
    await scene.poll()
    return published


def _count_all(result: Result, audience: Audience, title: str) -> None:
    got = audience.got(title)
    result.remarks.append(f"arrivals of {title!r}: {got['reader']} reader, {got['group']} group, {got['team']} team")
    for place in ("reader", "group", "team"):
        _count(result, got[place])


def _count(result: Result, arrived: int) -> None:
    result.lost += arrived == 0
    result.duplicates += max(arrived - 1, 0)


def _asked(scene: Stage, chat: int) -> int:
    asked = (each for each in scene.telegram.requests if each.method == "sendMessage")
    return sum(each.params["chat_id"] == str(chat) for each in asked)


def _slack_posts_asked(scene: Stage) -> int:
    return sum(arrival.method == "chat.postMessage" for arrival in scene.slack.requests)
