"""Buttons for when alerts may come: a few of what each setting may be."""

from bot.core.commands import Verb
from bot.core.message import Button, Press
from bot.core.replies import Replies
from bot.core.zones import city_of

NIGHTS = ((22 * 60, 7 * 60), (23 * 60, 6 * 60))
CITIES = ("Africa/Bamako", "Africa/Nairobi", "Africa/Cairo", "Europe/Zurich", "America/New_York", "Asia/Kabul")
"""Zones that are offered: of the publication's usual ground, and of its own."""


def offers(replies: Replies, verb: Verb, *, muted: bool = False) -> list[Button]:
    """Return buttons for what one of the settings may be."""
    match verb:
        case Verb.DIGEST:
            monday = replies.speaker.text("day-0")
            weekly = press(replies, "button-weekly", verb, "weekly mon 8:00", day=monday, time="08:00")
            daily = press(replies, "button-daily", verb, "daily 8:00", time="08:00")
            made = [press(replies, "button-hourly", verb, "hourly"), daily, weekly]
        case Verb.QUIET:
            shown = [hours(night) for night in NIGHTS]
            made = [press(replies, "button-hours", verb, "{begin}-{end}".format(**each), **each) for each in shown]
        case Verb.MUTE:
            spans = [press(replies, "button-for-hours", verb, f"{n}h", count=str(n)) for n in (3, 8)]
            tomorrow = press(replies, "button-tomorrow", verb, "until tomorrow")
            made = [press(replies, "button-one-hour", verb, "1h"), *spans, tomorrow]
            return [*made, *([press(replies, "button-unmute", Verb.UNMUTE)] if muted else [])]
        case Verb.BUNDLE:
            made = [press(replies, "button-minutes", verb, str(n), count=str(n)) for n in (5, 10, 30)]
        case Verb.LIMIT:
            made = [press(replies, "button-count", verb, str(n), count=str(n)) for n in (5, 10, 20)]
        case Verb.TIMEZONE:
            return [*(zone_button(replies, zone) for zone in CITIES), Press("UTC", f"{verb} UTC")]
        case _:
            made = [press(replies, "button-on", verb, "on")]
    return [*made, press(replies, "button-off", verb, "off")]


def zone_button(replies: Replies, zone: str) -> Button:
    """Return a button that sets the time zone, under its city's name."""
    return press(replies, "button-zone", Verb.TIMEZONE, zone, city=city_of(zone))


def press(replies: Replies, key: str, verb: Verb, typed: str = "", **values: str) -> Button:
    """Return a button that gives a command short enough for one."""
    if not typed:
        return Press(replies.speaker.text(key, **values), verb.value)
    (made,) = replies.press(key, verb, typed, **values)
    return made


def clock(minutes: int) -> str:
    """Return minutes after midnight as a clock shows them."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def hours(quiet: tuple[int, int]) -> dict[str, str]:
    """Return where quiet hours begin and end, as a clock shows it."""
    return {"begin": clock(quiet[0]), "end": clock(quiet[1])}
