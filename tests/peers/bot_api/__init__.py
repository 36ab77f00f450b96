"""A strict Telegram Bot API for tests: it refuses what the real one refuses.

    async with BotApi() as api:
        api.add_private(42, "Aminata")
        api.say(42, text="/follow mali")
        alert = await api.wait_for(lambda sent: "Mali" in sent.text)

Rules cite their source: "docs" is core.telegram.org/bots/api, names of C++ functions and files are those of
tdlib/telegram-bot-api and tdlib/td. Entities are parsed by TDLib itself.
"""

from tests.peers.bot_api.faults import BadGateway, Close, Delay, Fault, Refuse, SlowBytes
from tests.peers.bot_api.limits import Limits
from tests.peers.bot_api.server import TOKEN, BotApi
from tests.peers.bot_api.state import ANONYMOUS, Chat, Message, Request, Sent, User

__all__ = [
    "ANONYMOUS",
    "TOKEN",
    "BadGateway",
    "BotApi",
    "Chat",
    "Close",
    "Delay",
    "Fault",
    "Limits",
    "Message",
    "Refuse",
    "Request",
    "Sent",
    "SlowBytes",
    "User",
]
