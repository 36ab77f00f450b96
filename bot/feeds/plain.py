"""HTML into plain text, in linear time, whatever the HTML is like."""

import html
import re

from bot.core.text import clean

MAX_HTML = 40_000
"""Characters of markup looked at; a summary stands in the first of them."""

_DROPPED = re.compile(r"<!--|<(script|style|noscript|template|svg|iframe|object|head|textarea|select)\b", re.IGNORECASE)
# Everything is bounded or possessive, so that no markup makes this look at the same text again and again.
_TAG = re.compile(r"""</?([a-zA-Z][\w:.-]*+)(?:(?:[^<>"']++|"[^"]{0,2000}"|'[^']{0,2000}'){0,100}+|[^<>]{0,4000}+)>""")
_DECLARATION = re.compile(r"<[!?][^<>]{0,2000}+>")
_CUT_TAG = re.compile(r"<[a-zA-Z]\w*\s[^<>]*=[^<>]*$")
_ENCODED = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{2,6}|#[xX][0-9a-fA-F]{2,5});|</?(?:p|br|div|span|a|b|i|em|strong|img)\b")
_BLOCK = re.compile(
    r"address|article|aside|blockquote|body|br|center|d[dlt]|details|dialog|div|fieldset|fig(?:caption|ure)|footer|form|"
    r"h[1-6r]|header|html|li|main|nav|ol|option|p|pre|section|summary|table|tbody|t[dhr]|tfoot|thead|ul",
    re.IGNORECASE,
)
_ENCODED_AT_MOST = 2
"""Times that publishers encode what is encoded already."""
_UNKNOWN_ENTITY = re.compile(r"&[a-zA-Z]\w{0,30};")
_MORE = re.compile(
    r"(?:continue reading|keep reading|read (?:more|on|the (?:full|whole) (?:story|article))|full story|"
    r"lire la suite|lire plus|leer más|seguir leyendo|weiterlesen|اقرأ المزيد|"
    r"the post\b.{0,300}\bappeared first on\b.{0,100})[\s.…»›→>\])]*$",
    re.IGNORECASE,
)


def plain(markup: str) -> str:
    """Return markup as one line of text: no tags, scripts or styles, entities decoded (twice if need be), cleaned."""
    return " ".join(paragraphs(markup))


def paragraphs(markup: str) -> list[str]:
    """Return the paragraphs of markup as lines of text, none of them empty."""
    text = _decoded(markup[:MAX_HTML])
    for _ in range(_ENCODED_AT_MOST):
        if _ENCODED.search(text):
            text = _decoded(text)
    text = _UNKNOWN_ENTITY.sub("", text)  # What a DTD declared, and nobody expands.
    return [line for line in map(clean, text.split("\n")) if line]


def without_more(lines: list[str]) -> list[str]:
    """Return the paragraphs without what only asks to read on."""
    return [kept for line in lines if (kept := _MORE.sub("", line[-500:]).rstrip() if len(line) <= 500 else line)]


def _decoded(markup: str) -> str:
    text = _without_dropped(" ".join(markup.split()))
    text = _TAG.sub(_space_of, text)
    return html.unescape(_CUT_TAG.sub("", _DECLARATION.sub("", text)))


def _space_of(tag: re.Match[str]) -> str:
    return "\n" if _BLOCK.fullmatch(tag[1]) else ""


def _without_dropped(markup: str) -> str:
    kept: list[str] = []
    lower, at = markup.lower(), 0
    while found := _DROPPED.search(markup, at):
        kept.append(markup[at : found.start()])
        close = f"</{found[1].lower()}" if found[1] else "-->"
        end = lower.find(close, found.end())
        if end < 0:
            return "".join(kept)  # Never closed: it would swallow the rest in a browser too.
        at = markup.find(">", end) + 1 or len(markup)
    return "".join(kept) + markup[at:]
