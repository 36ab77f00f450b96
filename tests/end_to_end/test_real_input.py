"""The publication's own entries, as it had them in February 2026, and entries made to hurt."""

import re

import pytest

from tests.end_to_end.audience import PLACES, Audience, page_address
from tests.end_to_end.real_input import FEEDS, PLATFORMS, play
from tests.end_to_end.stage import Stage
from tests.end_to_end.web_reader import WebReader, text_of

pytestmark = pytest.mark.skipif(not FEEDS.exists(), reason="the collected feeds are not beside the project")

SUDAN = "SUDAN SIEGE ENDS, VIOLENCE IN PAKISTAN, AND WHO’S IN THE EPSTEIN FILES? THE CHEAT SHEET"
HOMELAND = "IN GAZA, MY HOMELAND IS BEING TRANSFORMED INTO AN ENGINEERING PROJECT"
COMPLIANT = "COMPLIANT AID: WHO ARE THE ISRAEL-APPROVED NGOS SCALING UP IN GAZA?"
DARKNESS = "DEMOCRACY IN DARKNESS: ATTACKS ON JOURNALISTS SILENCE PRE-ELECTION BANGLADESH"
BURNOUT = "RETHINKING HUMANITARIANISM | BURNOUT IN THE AID SECTOR AND HOW TO RESPOND"
EXPECTED = {
    "sudan": [SUDAN],
    "palestine": [HOMELAND, COMPLIANT],
    "bangladesh": [DARKNESS],
    "burnout": [BURNOUT],
    "wagner": [],
    "south asia": [SUDAN, DARKNESS],
}


async def test_of_two_real_polls_each_chat_gets_what_is_new_and_matches_once() -> None:
    outcome = await play()
    assert outcome.stories == [10, 18, 18]
    assert outcome.deliveries == [0, 21, 21]
    assert outcome.got == {(platform, wanted): EXPECTED[wanted] for platform in PLATFORMS for wanted in EXPECTED}


async def test_hostile_entries_harm_nobody_on_any_platform(stage: Stage) -> None:
    Audience.settle(stage)
    stage.news.publish("Quiet day")
    bot = await stage.bot()
    async with WebReader(page_address(bot), "amal") as page:
        audience = Audience(stage, page)
        await audience.all_ask("follow mali OR bold OR future")
        stage.web.serve("/rss/all.xml", (FEEDS / "made_hostile_items.xml").read_bytes())
        stage.rows.make_feeds_due()
        await stage.rows.visited()
        # A group takes one message a second at most.
        await stage.rows.delivered(30)
        stage.news.publish("Mali, calm again")
        await stage.poll()
        await page.wait_for("Mali, calm again")
        assert audience.got("calm again") == dict.fromkeys(PLACES, 1)
        assert set(stage.rows.states()) == {"sent"}
        sent = stage.rows.states()["sent"]
        # Those that are dated long before the feed's newest are old news, and told to nobody.
        assert sum(len(audience.alerts(place)) for place in PLACES) == sent >= 4 * len(PLACES)
        _nobody_is_called_or_led_astray(audience)
    assert "Traceback" not in bot.output


def _nobody_is_called_or_led_astray(audience: Audience) -> None:
    for post in audience.team_posts():
        assert not post.reading.mentions, post.text
        assert all(link.url.startswith(("http://", "https://", "mailto:")) for link in post.reading.links)
    entities = [entity for sent in audience.stage.telegram.sent for entity in sent.entities]
    assert {entity["type"] for entity in entities} <= {"bold", "text_link", "code", "italic", "url", "bot_command"}
    addresses = [entity["url"] for entity in entities if "url" in entity]
    addresses += [url for each in audience.page.heard for url in re.findall(r'"(?:link|url)": ?"([^"]+)"', str(each))]
    assert all(url.startswith(("http://", "https://", "mailto:")) for url in addresses), addresses
    assert not any("<script>" in text_of(each["body"]) for each in audience.page.heard if not each["mine"])
