"""The end of a list as people write it: mali, niger and chad."""

import re

from bot.core.filters.grammar_names import find_bare
from bot.core.filters.names import Names

_LIST_END = re.compile(
    r""".*[,،؛;、](?P<one>[^"()|:,،؛;、]*?)(?<=\s)(?P<and>and|et|y|e|و)\s+(?P<other>[^"()|:,،؛;、]+)""",
    re.IGNORECASE,
)


def with_last_comma(text: str, names: Names) -> str:
    """Return a list with a comma before its last name too: mali, niger and chad are three.

    As long as it was, so that what is said of it later still points at the right words.
    """
    found = _LIST_END.fullmatch(text)
    if not found or find_bare(names, text[found.start("one") :]):  # Bosnia and Herzegovina
        return text
    if not all(find_bare(names, name) for name in found.group("one", "other") if name.strip()):
        return text
    return f"{text[: found.start('and')]}{',':{len(found['and'])}}{text[found.end('and') :]}"
