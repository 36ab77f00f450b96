"""Links that open a share form with a story in it. Every value is encoded once, spaces as %20."""

import unicodedata
from collections.abc import Iterator
from urllib.parse import quote

from bot.core.message import Copy, Link
from bot.core.sentences import Speaker

_BLUESKY_GRAPHEMES = 300  # docs.bsky.app, app.bsky.feed.post
_TITLE_GRAPHEMES = 240
_TITLE_BYTES = 700
"""Encoded threefold it stays, with a link, within the 3000 characters Slack allows a button's URL."""
_JOINER = "\u200d"
_NON_JOINER = "\u200c"
_JOINED_SYMBOLS = frozenset("↔↕☠♀♂⚕⚖⚧⛓⛹✈❤➡⬛")
"""Older symbols that stand in joined emoji (unicode.org, emoji-zwj-sequences)."""
_ENDS_CLUSTER = frozenset({"Cc", "Zl", "Zp"})
_MARKS = frozenset({"Mn", "Me", "Mc"})


def share_options(speaker: Speaker, title: str, link: str) -> tuple[Link | Copy, ...]:
    """Return a button for each place a story can be shared to, and one that copies its link."""
    short, url = _short(title), _encode(link)
    text, both = _encode(short), _encode(f"{short} {link}")
    body = _encode(f"{short}\r\n{link}")
    options: tuple[Link | Copy | None, ...] = (
        Link("WhatsApp", f"https://wa.me/?text={both}"),
        Link("Telegram", f"https://t.me/share/url?url={url}&text={text}"),
        Link("X", f"https://x.com/intent/tweet?text={text}&url={url}"),
        Link("Facebook", f"https://www.facebook.com/sharer/sharer.php?u={url}"),
        _bluesky(short, link),
        Link("LinkedIn", f"https://www.linkedin.com/sharing/share-offsite/?url={url}"),
        Link(speaker.text("e-mail"), f"mailto:?subject={text}&body={body}"),
        Copy(speaker.text("copy-link"), link),
    )
    return tuple(filter(None, options))


def cut_graphemes(text: str, limit: int) -> str:
    """Return at most `limit` graphemes of text, an ellipsis for the last where it was longer; no emoji is cut apart."""
    clusters = list(graphemes(text))
    return text if len(clusters) <= limit else "".join(clusters[: max(limit - 1, 0)]).rstrip() + "…" * (limit > 0)


def graphemes(text: str) -> Iterator[str]:
    """Yield what readers take for one character each: letters with their marks, flags, joined emoji.

    Unicode's rules (UAX 29) as far as the standard library knows them; where it does not, a cluster is split rather
    than joined, so that a count is never too low.
    """
    cluster = ""
    for char in text:
        if cluster and not _continues(cluster, char):
            yield cluster
            cluster = ""
        cluster += char
    if cluster:
        yield cluster


def _bluesky(short: str, link: str) -> Link | None:
    room = _BLUESKY_GRAPHEMES - len(link)
    if room < 0:
        return None
    text = f"{cut_graphemes(short, room - 1)} {link}" if room > 1 else link
    return Link("Bluesky", f"https://bsky.app/intent/compose?text={_encode(text)}")


def _short(title: str) -> str:
    limit, short = _TITLE_GRAPHEMES, cut_graphemes(title, _TITLE_GRAPHEMES)
    while len(short.encode(errors="replace")) > _TITLE_BYTES:
        limit = limit * 7 // 8
        short = cut_graphemes(title, limit)
    return short


def _continues(cluster: str, char: str) -> bool:
    if unicodedata.category(cluster[-1]) in _ENDS_CLUSTER:
        return False
    if unicodedata.category(char) in _MARKS or char in (_JOINER, _NON_JOINER) or _is_emoji_part(char):
        return True
    if cluster[-1] == _JOINER:
        return _is_pictograph(char) and _is_pictograph(cluster[0])
    return _is_flag_half(char) and len(cluster) == 1 and _is_flag_half(cluster)


def _is_emoji_part(char: str) -> bool:
    # Skin tones, and the tags that make a flag of England or Scotland.
    return 0x1F3FB <= ord(char) <= 0x1F3FF or 0xE0020 <= ord(char) <= 0xE007F


def _is_pictograph(char: str) -> bool:
    return 0x1F300 <= ord(char) <= 0x1FAFF or char in _JOINED_SYMBOLS


def _is_flag_half(char: str) -> bool:
    return 0x1F1E6 <= ord(char) <= 0x1F1FF


def _encode(value: str) -> str:
    return quote(value, safe="", errors="replace")
