"""Everything the bot says, in one place, with named placeholders, ready for gettext.

In a sentence `*…*` is bold and `` `…` `` is a command to type; `{cmd}` stands for the platform's way to begin one.
Values are put in after the marks are read, so no value can bring marks of its own.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.core.chat import Platform
from bot.core.message import Line, Span

_MARKS = re.compile(r"(\*[^*]+\*|`[^`]+`)")
_PREFIX = {Platform.TELEGRAM: "/", Platform.SLACK: "/crisis ", Platform.WEBCHAT: "/"}

SENTENCES = {
    # start and help
    "welcome": "*Crisis alerts, as they are published.*",
    "welcome-what": "Follow a country, a region or a word, and each new story of {sources} comes here once, with links to share it.",
    "welcome-how": "Tap a place to begin, or type `{cmd}follow mali`.",
    "trial": "This is a trial chat: what you try here reaches nobody else.",
    "help-title": "What you can ask",
    "help-follow": "`{cmd}follow mali` – stories about a country, a region (`sahel`), an armed group or agency (`wagner`) or a word (`drought`)",
    "help-more": '`{cmd}follow mali wagner` – both; `mali OR niger` – either; `mali -football` – without; `"aid worker"` – this phrase',
    "help-fields": "`{cmd}follow title:drought` – a word in the title; so too `mentions:` `topic:` `type:` `source:` `lang:`",
    "help-unfollow": "`{cmd}unfollow mali` – stop that; `{cmd}unfollow all` – stop everything",
    "help-list": "`{cmd}list` – what this chat follows",
    "help-latest": "`{cmd}latest` – the newest stories you follow; `{cmd}latest sudan` – about anything",
    "help-pause": "`{cmd}pause` and `{cmd}resume` – no alerts for a while; what appears meanwhile is not sent later",
    "help-preview": "`{cmd}preview on` or `off` – show the link's own preview under alerts",
    "help-channel": "In a channel: make me its admin, then type here `{cmd}follow @yourchannel mali`, or post the command in the channel.",
    "help-group": "In a group only admins change what it follows.",
    # follow
    "ask-follow": "What shall I follow? Tap a place, or write a country, a region or a word.",
    "ask-follow-typed": "What shall I follow? Choose a place, or type `{cmd}follow` and a country, a region or a word.",
    "offer": "Shall I follow *{filter}*?",
    "offer-typed": "To follow that, type `{cmd}follow` before it.",
    "following": "This chat now follows *{filter}*.",
    "already": "This chat already follows *{filter}*.",
    "understood-both": "I read this as *both together*.",
    "understood-all": "I read this as *all of these together*.",
    "understood-either": "I read the comma as *either*: one filter each.",
    "understood-place": '“{typed}” means the place. For the word alone, write `{cmd}follow "{typed}"`.',
    "understood-actor": 'I look for {name} under all its names. For the word alone, write `{cmd}follow "{typed}"`.',
    "understood-named": 'I read “{typed}” as {name}. For the word alone, write `{cmd}follow "{typed}"`.',
    "understood-as": "I read “{typed}” as {name}.",
    "understood-short": "“{typed}” is read as the word. For {name}, write `{cmd}follow {upper}`.",
    "understood-lies": "“{typed}” is read as the word; it lies in {name}.",
    "understood-may-lie": "“{typed}” is read as the word; it may be a place in {name}.",
    "understood-also": "There is also {name}.",
    "understood-near": "I know no place or actor called “{typed}”, so it is read as a word. Did you mean {near}?",
    "latest-match": "The latest that matched:",
    "latest-title": "Latest on *{filter}*",
    "latest-title-chat": "The latest you follow",
    "no-match-yet": "Nothing recent matched; the next story that does comes here.",
    "while-paused": "Alerts are paused here: type `{cmd}resume` to get them.",
    # unfollow and list
    "unfollowed": "This chat no longer follows *{filter}*.",
    "unfollowed-all": "This chat no longer follows anything ({count} stopped).",
    "follow-again": "To follow something, type `{cmd}follow mali` or tap a place.",
    "follows-nothing-now": "This chat follows nothing now. Type `{cmd}follow mali`, or tap a place.",
    "follows-nothing": "This chat follows nothing yet. Type `{cmd}follow mali`, or tap a place.",
    "list-title": "This chat follows:",
    "list-paused": "Alerts are paused: `{cmd}resume` starts them again.",
    "list-hint": "Tap one to stop it.",
    "not-followed": "This chat does not follow “{typed}”.",
    "no-such-number": "There is no number {typed} in the list.",
    # latest
    "latest-none": "Nothing recent about *{filter}*. I keep looking if you follow it.",
    "latest-none-chat": "Nothing recent matched what this chat follows.",
    # pause, resume, preview
    "paused": "Paused. Stories that appear meanwhile will not be sent later; `{cmd}resume` starts alerts again.",
    "paused-until": "It lasts until `{cmd}resume`: I cannot end it by myself at a given time.",
    "channels-on-telegram": "Channels are set up on Telegram: write `{cmd}follow {channel} …` to me there. Here, leave “{channel}” out.",
    "already-paused": "Alerts are already paused here.",
    "resumed": "Alerts are on again.",
    "not-paused": "Alerts are on already.",
    "preview-on": "Alerts here now show the link’s preview.",
    "preview-off": "Alerts here no longer show the link’s preview.",
    "preview-none": "This page shows no previews; in Telegram and Slack the link’s own preview can stand under alerts.",
    "preview-ask": "Shall alerts here show the link’s own preview?",
    # refusals, each with what to do next
    "only-admins": "Only admins of this group can change what it follows. Ask one of them, or write to me in private.",
    "unknown-command": "I do not know `{typed}`. Type `{cmd}help` to see what I can do.",
    "unknown-command-near": "I do not know `{typed}`. Did you mean `{cmd}{near}`?",
    "share-gone": "I no longer have that story.",
    "slack-invite": "I am not in this channel. Type `/invite {bot}` here, then try again.",
    "slack-direct": "I cannot write in this conversation. Use a channel, or write to me directly: {bot}.",
    "trouble": "Something went wrong on my side; nothing was changed. Please try again in a minute.",
    "channel-unknown": "I cannot see {channel}. Make me an admin of it first, then try again.",
    "channel-not-admin": "Only an admin of {channel} can set up its alerts.",
    "for-channel": "For {channel}:",
    # filters that cannot be read
    "too-long": "That is {count} characters; a filter has at most {limit}. Try fewer words.",
    "too-many-terms": "A filter has at most {limit} words or places. Make two of it: each can be followed by itself.",
    "too-many-ways": "That filter has too many combinations of OR. Make two or three of it.",
    "too-many-filters": "This chat follows {limit} filters, the most it can. Stop one with `{cmd}unfollow` first.",
    "only-exclusions": "That says only what to leave out. Add what to look for: `{cmd}follow mali -football`.",
    "nothing-to-find": "I found no word in “{typed}”. Write a country, a region or a word, for example `mali`.",
    "everything": 'That would be every story there is. Name a country, a region or a word; for all of one source write `{cmd}follow source:"un news"`.',
    "link-typed": "I cannot follow a link. Write what stories are about: a country, a region or a word, for example `mali`.",
    "value-too-long": "“{typed}” has {count} characters; one word or phrase has at most {limit}. Take its beginning and a star.",
    "phrase-too-long": "“{typed}” has {count} words; a phrase has at most {limit}. Write two shorter ones side by side.",
    "quote-open": "A quotation mark is open in “{typed}”: put one more after the phrase.",
    "quote-open-after": "I read “{read}”, then a quotation mark opens that never closes: put one more after the phrase.",
    "bracket-open": "A bracket is open: put “)” where the group ends.",
    "bracket-open-after": "I read “{read}”, then a bracket opens that never closes: put “)” where the group ends.",
    "bracket-shut": "There is a “)” with no “(” before it: take it out, or put a “(” where the group begins.",
    "bracket-shut-after": "I read “{read}”, then comes a “)” with no “(” before it: take it out, or put a “(” where the group begins.",
    "bracket-empty": "There is nothing between the brackets: write a word or a place there.",
    "bracket-empty-after": "I read “{read}”, then there is nothing between the brackets: write a word or a place there.",
    "too-deep": "There are too many brackets within brackets. Make two or three filters of it.",
    "contradiction": "That asks for something and leaves the same out, so nothing can ever match. Take one of the two away.",
    "star-place": "In “{typed}” the star does not end a single word. Write one beginning and the star, for example `displac*`.",
    "dash-alone": "“{typed}” stands by itself. Write it right before what to leave out, for example `mali -football`; between two wishes put a comma.",
    "operand-none-after": "I read “{read}” and then no word came: write a word or a place after “{typed}”, for example `{example}`.",
    "operand-none-before": "No word comes before “{typed}”: write a word or a place on both sides, for example `{example}`.",
    "field-unknown": "I do not know the field “{typed}:”. I know country, region, about, mentions, actor, topic, title, type, source and lang; or put the words in quotation marks.",
    "field-unknown-near": "I do not know the field “{typed}:”. Did you mean {near}?",
    "field-empty": "“{typed}:” needs a value right after it, for example `{example}`.",
    "field-group": "“{typed}:” takes one value, not a group. Write it for each, for example `country:mali OR country:niger`.",
    "country-unknown": "I know no country called “{typed}”. For the word itself, put it in quotation marks.",
    "country-unknown-near": "I know no country called “{typed}”. Did you mean {near}?",
    "region-unknown": "I know no region called “{typed}”. For the word itself, put it in quotation marks.",
    "region-unknown-near": "I know no region called “{typed}”. Did you mean {near}?",
    "place-unknown": "I know no place called “{typed}”. For the word itself, put it in quotation marks.",
    "place-unknown-near": "I know no place called “{typed}”. Did you mean {near}?",
    "actor-unknown": "I know no armed group, agency or other actor called “{typed}”. For the word itself, put it in quotation marks.",
    "actor-unknown-near": "I know no armed group, agency or other actor called “{typed}”. Did you mean {near}?",
    "topic-unknown": "I know no topic called “{typed}”. For the word itself, put it in quotation marks.",
    "topic-unknown-near": "I know no topic called “{typed}”. Did you mean {near}?",
    "language-unknown": "I know no language called “{typed}”. Write its code, for example `lang:fr`.",
    "prefix-short": "“{typed}” and a star would match too much: give at least three letters before the star.",
    # alerts
    "matched": "Matched: {evidence}",
    "not-verified": "Not verified: “{quote}”",
    "figures": "Figures: {figures} ({source})",
    "figure-killed": "{amount} dead",
    "figure-injured": "{amount} injured",
    "figure-missing": "{amount} missing",
    "figure-abducted": "{amount} abducted",
    "figure-arrested": "{amount} arrested",
    "figure-displaced": "{amount} displaced",
    "figure-refugees": "{amount} refugees",
    "figure-returned": "{amount} returned",
    "figure-in-need": "{amount} in need",
    "figure-hungry": "{amount} hungry",
    "figure-cases": "{amount} cases",
    "figure-affected": "{amount} affected",
    "figure-aid-asked": "{amount} asked for",
    "figure-aid-given": "{amount} given",
    "possible-repeat": "(possible repeat)",
    "read": "Read",
    "share": "Share",
    "back": "« Back",
    "copy-link": "Copy link",
    "e-mail": "E-mail",
    "sample": "Sample story, made up to show how alerts look",
    # buttons
    "button-follow": "Follow {filter}",
    "button-latest": "Latest on {filter}",
    "button-unfollow": "✕ {filter}",
    "button-undo": "Undo",
    "button-either": "Follow either: {filter}",
    "button-both": "Follow both: {filter}",
    "button-near": "{command}",
    "button-topic": "Follow the topic: {topic}",
    "button-on": "On",
    "button-off": "Off",
    "button-resume": "Resume alerts",
    # how filters read aloud
    "and": "and",
    "or": "or",
    "without": "without {part}",
    "words-beginning": "words beginning “{word}”",
    "mentions-of": "mentions of {place}",
    "topic-is": "topic {topic}",
    "in-title": "{words} in the title",
    "type-is": "type {value}",
    "source-is": "from {value}",
    "language-is": "in language {value}",
    # what commands do, for command menus
    "menu-follow": "Follow a country, a region or a word",
    "menu-unfollow": "Stop following",
    "menu-list": "What this chat follows",
    "menu-latest": "The newest stories",
    "menu-pause": "No alerts for a while",
    "menu-resume": "Alerts on again",
    "menu-preview": "Link previews on or off",
    "menu-help": "What you can ask",
    "menu-start": "What this is",
    # the web chat's page
    "page-title": "Crisis alerts",
    "page-trial": "Trial chat",
    "page-new-chat": "New chat",
    "page-skip": "Skip to the message field",
    "page-log": "Conversation",
    "page-field": "Message",
    "page-example": "Try: follow mali",
    "page-shortcuts": "Commands",
    "page-send": "Send",
    "page-newer": "New messages",
    "page-connecting": "Connecting",
    "page-live": "Live",
    "page-lost": "Reconnecting",
    "page-you": "You:",
    "page-bot": "Crisis alerts:",
    "page-new-tab": "(opens in a new tab)",
    "page-copied": "Copied",
    "page-not-copied": "Your browser did not allow copying.",
    "page-not-sent": "Not sent: the bot cannot be reached. Try again in a moment.",
    "page-too-fast": "That was quick. Wait a few seconds, then send again.",
    "page-refused": "The bot could not take that message.",
    "page-no-script": "This page needs JavaScript to talk with the bot.",
    "page-missing": "Nothing is here",
    "page-missing-why": "A chat’s name has only small letters, digits and hyphens, 40 at most. Check the address, or begin from the start.",
    "page-home": "Open the trial chat",
}


@dataclass(frozen=True, slots=True)
class Speaker:
    """Says sentences in one language for one platform. `translate` maps an English sentence to that language."""

    platform: Platform = Platform.TELEGRAM
    translate: Callable[[str], str] = str

    def text(self, key: str, **values: str | int) -> str:
        """Return a sentence as plain text, marks dropped."""
        return self.fill(key, values).text

    def line(self, key: str, *, small: bool = False, **values: str | int) -> Line:
        """Return a sentence as a line with its bold and command parts as spans."""
        return self.fill(key, values, small)

    def fill(self, key: str, values: Mapping[str, str | int], small: bool = False) -> Line:
        """Return a sentence as a line, its values given as one mapping."""
        pieces = _MARKS.split(self.translate(SENTENCES[key]))
        filled = {"cmd": _PREFIX[self.platform], **values}
        return Line(tuple(_span(piece, filled) for piece in pieces if piece), small)


def _span(piece: str, values: dict[str, str | int]) -> Span:
    bold, code = piece.startswith("*"), piece.startswith("`")
    inner = piece[1:-1] if bold or code else piece
    return Span(inner.format(**values), bold=bold, code=code)
