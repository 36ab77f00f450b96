"""The list of commands that Telegram's apps show."""

import logging
from collections.abc import Iterable

from bot.core.commands import CHANGES, MENU, Verb
from bot.core.errors import SendError
from bot.core.sentences import Speaker
from bot.platforms.telegram.wire import Wire

_log = logging.getLogger(__name__)
_ANYBODY = tuple(verb for verb in MENU if verb not in CHANGES)


async def publish_menu(wire: Wire, speaker: Speaker) -> None:
    """Set the commands: all in private chats and for admins, in groups those that anybody may give.

    A failure is logged and leaves the menu as it was.
    """
    scopes = {"default": MENU, "all_group_chats": _ANYBODY, "all_chat_administrators": MENU}
    for scope, verbs in scopes.items():
        try:
            await wire.call("setMyCommands", {"commands": _commands(speaker, verbs), "scope": {"type": scope}})
        except SendError as error:
            _log.warning("telegram: the command menu is not set (%s)", error)
            return


def _commands(speaker: Speaker, verbs: Iterable[Verb]) -> list[dict[str, str]]:
    return [{"command": verb.value, "description": speaker.text(f"menu-{verb}")} for verb in verbs]
