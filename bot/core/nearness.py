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


def one_slip(typed: str, name: str) -> bool:
    """Return whether one letter inside a name was left out, added, changed or swapped with the next.

    Not the first or the last: crime is no Crimea, child no Chile, woman no Oman.
    """
    if typed[:1] != name[:1] or typed[-1:] != name[-1:] or typed == name:
        return False
    pairs = enumerate(zip(typed, name, strict=False))
    at = next((n for n, (mine, theirs) in pairs if mine != theirs), min(len(typed), len(name)))
    mine, theirs = typed[at:], name[at:]
    swapped = mine[:2] == theirs[1::-1] and mine[2:] == theirs[2:]
    return swapped or mine[1:] == theirs or mine == theirs[1:] or mine[1:] == theirs[1:]
