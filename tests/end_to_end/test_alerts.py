"""From a feed to every kind of chat, through the real process."""

from tests.end_to_end.audience import CHANNEL, GROUP, IDRISS, MOUSSA, PLACES, Audience, page_address
from tests.end_to_end.sharing import leads_to
from tests.end_to_end.stage import Stage
from tests.end_to_end.web_reader import WebReader

EVERYWHERE = dict.fromkeys(PLACES, 1)
NOWHERE = dict.fromkeys(PLACES, 0)
AMBUSH = "Mali’s army holds < half the north & cuts ties “with Kyiv”"
SHARED_TO = {"wa.me", "t.me", "x.com", "www.facebook.com", "bsky.app", "www.linkedin.com"}


async def test_a_story_reaches_each_chat_that_follows_it_once_and_can_be_shared_from_there(stage: Stage) -> None:
    Audience.settle(stage)
    stage.news.publish("Mali before anybody listened")
    bot = await stage.bot()
    async with WebReader(page_address(bot), "amal") as page:
        audience = Audience(stage, page)
        assert "Only admins" in await audience.ask("group", "follow mali", by=IDRISS)
        answers = await audience.all_ask("follow mali")
        assert all("now follows 🇲🇱 Mali" in answer for answer in answers.values()), answers
        assert all("Mali before anybody listened" in answer for answer in answers.values()), answers

        stage.news.publish("Somalia counts its dead after the floods", "Nobody here follows Somalia.")
        story = stage.news.publish(AMBUSH, "Malian officers blame a “foreign” hand.", kind="analysis")
        await stage.poll()
        await page.wait_for(AMBUSH)
        assert audience.got(AMBUSH) == EVERYWHERE
        assert audience.got("Somalia") == NOWHERE
        assert audience.got("Mali before") == NOWHERE
        assert all("Matched: Mali" in audience.alerts(place)[0] for place in PLACES)

        stage.telegram.press(GROUP, audience.telegram_alert("group", AMBUSH).message_id, "Share", by=IDRISS)
        await stage.telegram.wait_until(lambda: bool(stage.telegram.edits))
        for place in ("group", "team", "page"):
            links = [url for url in audience.share_links(place, AMBUSH) if url != story.link]
            assert {url.split("/")[2] for url in links if url.startswith("https:")} == SHARED_TO, place
            assert all(leads_to(url, story.title, story.link) for url in links), links

        await stage.poll()
        assert audience.got(AMBUSH) == EVERYWHERE
    # A reply and an alert can meet within the second that a chat is granted; whatever else is refused was wrong.
    assert {(request.reason or "")[:17] for request in stage.telegram.refused} <= {"Too Many Requests"}
    assert [arrival.error for arrival in stage.slack.requests if arrival.error] == []


async def test_what_people_ask_changes_what_comes(stage: Stage) -> None:
    Audience.settle(stage)
    bot = await stage.bot()
    async with WebReader(page_address(bot), "amal") as page:
        audience = Audience(stage, page)
        await audience.all_ask("follow sudan, wagner")
        listed = await audience.all_ask("list")
        assert all("1. 🇸🇩 Sudan\n2. Wagner Group (Africa Corps)" in answer for answer in listed.values()), listed

        for place in ("reader", "team", "page"):
            assert "Paused" in await audience.ask(place, "pause")
        stage.news.publish("Sudan: one convoy arrives")
        await stage.poll()
        unpaused = {place: int(place in ("group", "topic", "channel")) for place in PLACES}
        assert audience.got("one convoy") == unpaused

        latest = await audience.all_ask("latest sudan")
        assert all("Sudan: one convoy arrives" in answer for answer in latest.values()), latest
        for place in ("reader", "team", "page"):
            assert "on again" in await audience.ask(place, "resume")
        gone = await audience.all_ask("unfollow sudan")
        assert all(
            "no longer follows 🇸🇩 Sudan" in answer and "1. Wagner Group" in answer for answer in gone.values()
        ), gone
        stage.news.publish("Sudan: two convoys arrive")
        stage.news.publish("Wagner’s heirs dig for gold")
        await stage.poll()
        await page.wait_for("dig for gold")
        assert audience.got("dig for gold") == EVERYWHERE
        assert audience.got("two convoys") == NOWHERE
        assert audience.got("one convoy") == unpaused


async def test_a_channel_is_set_up_from_a_private_chat_and_a_button_works_like_words(stage: Stage) -> None:
    Audience.settle(stage)
    stage.telegram.add_private(MOUSSA, "Moussa")
    stage.telegram.set_member(CHANNEL, MOUSSA, "administrator")
    await stage.bot()
    stage.telegram.say(MOUSSA, text=f"/follow {CHANNEL} bangladesh")
    await stage.telegram.wait_for(lambda sent: sent.chat_id == MOUSSA and "now follows 🇧🇩 Bangladesh" in sent.text)
    stage.telegram.say(MOUSSA, text="/start")
    await stage.telegram.wait_for(lambda sent: "Tap a place" in sent.text)
    stage.telegram.press(MOUSSA, None, "🇺🇦 Ukraine")
    await stage.telegram.wait_for(lambda sent: "now follows 🇺🇦 Ukraine" in sent.text)
    stage.news.publish("Bangladesh votes")
    stage.news.publish("Ukraine counts the cold days")
    await stage.poll()
    alerts = [(sent.chat_id, sent.text.split("\n")[0]) for sent in stage.telegram.sent if "Matched: " in sent.text]
    assert sorted(alerts) == [(CHANNEL, "Bangladesh votes"), (MOUSSA, "Ukraine counts the cold days")]


async def test_the_story_s_own_page_says_which_country_it_is_about(stage: Stage) -> None:
    Audience.settle(stage)
    stage.feed(stage.news.url, country="page")
    await stage.bot(READ_ARTICLES="true")
    audience = Audience(stage, WebReader("", ""))
    await audience.ask("reader", "follow mali")
    stage.news.publish_with_page("A market falls silent", ("West Africa", "Mali"))
    await stage.poll()
    assert "🇲🇱 Mali · West Africa" in audience.alerts("reader")[0]


async def test_an_operator_can_poll_and_look_from_a_second_process(stage: Stage) -> None:
    Audience.settle(stage)
    await stage.bot()
    audience = Audience(stage, WebReader("", ""))
    await audience.ask("reader", "follow haiti")
    stage.news.publish("Haiti’s schools open again")
    polled = await stage.run("feeds", "poll")
    assert "1 feed visited" in polled.output
    await stage.rows.delivered()
    assert audience.got("schools open")["reader"] == 1
    checked = await stage.run("check")
    assert "ok   telegram  speaks as @crisis_test_bot" in checked.output
    assert "ok   slack     speaks as" in checked.output
    assert "SQLite, up to date" in checked.output
