"""A delivery into the message its chat gets, and into the one that takes its place when its stories change."""

from dataclasses import replace

from bot.core.alert import alert
from bot.core.delivery import Delivery
from bot.core.digest import digest
from bot.core.fate import fate, fates
from bot.core.filters.names import Names
from bot.core.message import Message
from bot.core.sentences import Speaker


def tell(names: Names, delivery: Delivery, *, changed: bool = False) -> Message:
    """Return what a delivery tells: an alert, or several stories together. `changed` says what became of them since."""
    speaker, zone = Speaker(delivery.to.platform), delivery.chat.zone
    if delivery.others:
        stories = (delivery.story, *delivery.others)
        message = digest(speaker, names, stories, delivery.heading, repeat=delivery.repeat)
        return replace(message, lines=(*fates(speaker, stories, zone), *message.lines)) if changed else message
    return alert(
        speaker,
        names,
        delivery.story,
        delivery.evidence,
        preview=delivery.chat.link_preview,
        repeat=delivery.repeat,
        note=fate(speaker, delivery.story, zone) if changed else None,
    )
