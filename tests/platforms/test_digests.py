"""A digest arrives whole on every platform, whatever its stories hold."""

import pytest

from bot.core.chat import Platform
from bot.core.digest import digest
from bot.core.message import Message
from bot.core.releases import BRIEF, FULL
from bot.core.sentences import Speaker
from bot.core.story import Story
from bot.platforms.slack.render import BLOCKS
from bot.platforms.slack.render import render as on_slack
from bot.platforms.telegram.render import render as on_telegram
from bot.platforms.telegram.render import render_plain
from tests.core.given import a_story, about
from tests.fakes.names import NAMES
from tests.peers.slack_api import check_blocks
from tests.peers.slack_api.blocks import too_long
from tests.platforms.telegram_bot.tdlib import parsed, units

FILLINGS = {
    "plain": "word ",
    "ampersands": "&& ",
    "angles": "<b> ",
    "quotes": '"* _~` ',
    "emoji": "😀 ",
    "no spaces": "x",
    "arabic": "حرب أهلية ",
    "cjk": "食料不足",
    "slack marks": "<!channel> @here ",
}


def story(number: int, filling: str, link: str = "") -> Story:
    title = f"{number:02}. {filling * 400}"[:600]
    summary = f"{filling * 400}"[:900]
    made = link or f"https://news.example/news/{number}?a=1&b=2"
    return a_story(title, summary, source=filling * 30, places=about("ML", "NE", "BF"), id=number, link=made)


def telling(count: int, filling: str, link: str = "") -> Message:
    stories = [story(number, filling, link) for number in range(1, count + 1)]
    return digest(Speaker(Platform.TELEGRAM), NAMES, stories, "backlog 12/13", repeat=True)


@pytest.mark.parametrize("count", [2, FULL, BRIEF])
@pytest.mark.parametrize("filling", FILLINGS.values(), ids=FILLINGS.keys())
def test_telegram_shows_every_story_whole(count: int, filling: str) -> None:
    message = telling(count, filling)
    text, entities = parsed(on_telegram(message)["text"])
    assert units(text) <= 4096
    assert len(entities) <= 100
    assert all(f"\n{number:02}. " in text for number in range(1, count + 1))
    assert "(possible repeat)" in text
    bold = [each for each in entities if each["type"]["@type"] == "textEntityTypeTextUrl"]
    assert len(bold) == count
    assert all(f"{number:02}. " in render_plain(message)["text"] for number in range(1, count + 1))


@pytest.mark.parametrize("count", [2, FULL, BRIEF])
@pytest.mark.parametrize("filling", FILLINGS.values(), ids=FILLINGS.keys())
@pytest.mark.parametrize("link", ["", f"https://news.example/{'long/' * 300}"], ids=["short", "long"])
def test_slack_shows_every_story_whole(count: int, filling: str, link: str) -> None:
    shown = on_slack(telling(count, filling, link))
    assert check_blocks(list(shown.blocks)) == []
    assert not too_long(list(shown.blocks))
    assert len(shown.blocks) <= BLOCKS
    sections = "\n".join(block["text"]["text"] for block in shown.blocks if block["type"] == "section")
    assert all(f"{number:02}. " in sections for number in range(1, count + 1))
    assert not any(block["text"]["text"].startswith("\n") for block in shown.blocks if block["type"] == "section")
    assert "(possible repeat)" in str(shown.blocks[-1])
