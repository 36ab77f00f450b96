"""Marks words in a line for a terminal: in bold where it can, between angle quotes where not."""

import re
from dataclasses import dataclass

_AROUND = 40


@dataclass(frozen=True, slots=True)
class Pen:
    """Marks words. `colours` is whether escape sequences are shown as what they mean."""

    colours: bool

    def bold(self, text: str) -> str:
        return f"\x1b[1m{text}\x1b[0m" if self.colours else text

    def mark(self, words: str) -> str:
        return f"\x1b[1;33m{words}\x1b[0m" if self.colours else f"«{words}»"

    def marked(self, text: str, words: str) -> str:
        """Return a text with the first place where the words stand marked."""
        at = _find(text, words)
        return text if at < 0 else f"{text[:at]}{self.mark(words)}{text[at + len(words) :]}"

    def in_context(self, text: str, words: str) -> str:
        """Return the words marked, with some of the text on both sides; alone where the text has them not."""
        at = _find(text, words)
        if at < 0:
            return self.mark(words)
        end = at + len(words)
        before = text[max(at - _AROUND, 0) : at].rpartition("\n")[2]
        after = text[end : end + _AROUND].partition("\n")[0]
        head = "…" if len(before) == _AROUND else ""
        tail = "…" if len(after) == _AROUND else ""
        return f"{head}{before}{self.mark(words)}{after}{tail}"


def _find(text: str, words: str) -> int:
    """Return where words stand as words (Russia, not in Russian), or -1."""
    found = re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text)
    return found.start() if found else -1
