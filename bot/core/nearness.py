"""Names near one that is misspelt."""

import difflib
from collections.abc import Mapping

_NEAR = 0.75
_PREFIX = 3
_LENGTHS_APART = 3


def near_codes(typed: str, names: Mapping[str, str], limit: int) -> list[str]:
    """Return what the names near a normalised word stand for, each once: the nearest first, then those it begins.

    Only names with the same first letter and about as long are compared: people rarely miss the first letter, and
    comparing with thousands would take a hundredth of a second.
    """
    alike = [n for n in names if n[:1] == typed[:1] and abs(len(n) - len(typed)) <= _LENGTHS_APART]
    near = difflib.get_close_matches(typed, alike, n=limit * 4, cutoff=_NEAR)
    longer = sorted(n for n in names if n.startswith(typed)) if len(typed) >= _PREFIX else []
    return list(dict.fromkeys(names[name] for name in [*near, *longer]))[:limit]
