"""Everybody who can follow: a reader, a group, a forum's topic, a channel, a team, a person at the chat page."""

import asyncio
from collections.abc import Callable

from tests.end_to_end.process import BotProcess
from tests.end_to_end.stage import Stage
from tests.end_to_end.web_reader import WebReader, menu_of, text_of
from tests.peers.bot_api import Sent
from tests.peers.slack_api import Post

AMINATA, MOUSSA, IDRISS = 42, 43, 44
GROUP, FORUM, CHANNEL = -1001000000001, -1001000000002, -1001000000003
TOPIC = 7
TEAM_CHANNEL, TEAM_PERSON = "crisis-desk", "salma"
PLACES = ("reader", "group", "topic", "channel", "team", "page")


class Audience:
    """People in chats of every kind; each chat by its name in PLACES."""

    def __init__(self, stage: Stage, page: WebReader) -> None:
        self.stage, self.page = stage, page
        self._telegram = {
            "reader": (AMINATA, None),
            "group": (GROUP, None),
            "topic": (FORUM, TOPIC),
            "channel": (CHANNEL, None),
        }

    @staticmethod
    def settle(stage: Stage) -> None:
        """Make the people and the chats, before the bot hears of any."""
        api, slack = stage.telegram, stage.slack
        api.add_private(AMINATA, "Aminata")
        api.add_user(MOUSSA, "Moussa")
        api.add_user(IDRISS, "Idriss")
        for made in (api.add_group(GROUP, "Press room"), api.add_group(FORUM, "Desks", topics={TOPIC: "Sahel"})):
            api.set_member(made, MOUSSA, "administrator")
            api.set_member(made, IDRISS)
        api.add_channel(CHANNEL, "Crisis news")
        slack.add_channel(TEAM_CHANNEL)
        slack.add_person(TEAM_PERSON)

    async def ask(self, place: str, words: str, by: int | None = None) -> str:
        """Give a command, such as `follow mali`, in a place as one does there; return the answer as text."""
        if place == "team":
            answer = await self.stage.slack.command(TEAM_CHANNEL, TEAM_PERSON, "/crisis", words)
            return (await answer.wait_for())[0].reading.plain
        if place == "page":
            return await self.page.say(f"/{words}")
        return await self._ask_telegram(place, f"/{words}", by)

    async def all_ask(self, words: str) -> dict[str, str]:
        """Give a command in every place at once."""
        answers = await asyncio.gather(*(self.ask(place, words) for place in PLACES))
        return dict(zip(PLACES, answers, strict=True))

    def got(self, title: str) -> dict[str, int]:
        """Count how often each place got an alert with a title."""
        return {place: sum(title in text for text in self.alerts(place)) for place in PLACES}

    def alerts(self, place: str) -> list[str]:
        """Return the alerts of a place as text, oldest first."""
        return [text for text in self._texts(place) if "Matched: " in text]

    def share_links(self, place: str, title: str) -> list[str]:
        """Return where the share menu leads; on Telegram it must have been opened."""
        if place == "team":
            return _links_of(next(post for post in self.team_posts() if title in post.reading.plain))
        if place == "page":
            bodies = [each["body"] for each in self.page.heard if title in text_of(each["body"]) and not each["mine"]]
            return menu_of(bodies[-1])
        chat = self.stage.telegram.chat(self._telegram[place][0])
        message = next(each for each in chat.messages if title in each.text and "Matched: " in each.text)
        return [button["url"] for button in message.buttons if "url" in button][0:]

    def telegram_alert(self, place: str, title: str) -> Sent:
        """Return an alert as the Bot API took it."""
        return next(sent for sent in self._sent(place) if title in sent.text and "Matched: " in sent.text)

    def team_posts(self) -> list[Post]:
        channel = self.stage.slack.channel(TEAM_CHANNEL)
        return [post for post in self.stage.slack.posts if post.channel == channel.id]

    async def _ask_telegram(self, place: str, words: str, by: int | None) -> str:
        chat, topic = self._telegram[place]
        before = len(self._sent(place))
        writer = by or (MOUSSA if place in ("group", "topic") else None)
        self.stage.telegram.say(chat, writer, words, topic=topic)
        await self.stage.telegram.wait_until(lambda: len(self._sent(place)) > before)
        return self._sent(place)[before].text

    def _sent(self, place: str) -> list[Sent]:
        chat, topic = self._telegram[place]
        return [sent for sent in self.stage.telegram.sent if (sent.chat_id, sent.topic) == (chat, topic)]

    def _texts(self, place: str) -> list[str]:
        if place == "team":
            return [post.reading.plain for post in self.team_posts()]
        return self.page.texts if place == "page" else [sent.text for sent in self._sent(place)]


def page_address(process: BotProcess) -> str:
    """Return where a process serves the chat page."""
    return process.output.partition("Listening on ")[2].split()[0]


def _links_of(post: Post) -> list[str]:
    found: list[str] = []

    def look(part: object, take: Callable[[str], None]) -> None:
        if isinstance(part, dict):
            if isinstance(part.get("url"), str):
                take(part["url"])
            for inner in part.values():
                look(inner, take)
        elif isinstance(part, list):
            for inner in part:
                look(inner, take)

    look(post.blocks, found.append)
    return found
