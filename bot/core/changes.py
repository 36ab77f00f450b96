"""What a known story's new words change: nothing, a slip of the pen, or what it says."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import IntEnum
from itertools import pairwise
from typing import TypeVar

from bot.core.same import numbers, slipped, telling
from bot.core.story import FoundPlace, FoundSubject, Story
from bot.core.summary import shown_summary
from bot.core.text import words

HEADLINE, SUMMARY, FIGURES = "headline", "summary", "figures"
"""What can be said to have changed, as it is kept."""

TEMPLATE = 5
"""Where more entries of a feed than these, and more than half, change at once, its template did and not the news."""

_T = TypeVar("_T")
_Found = TypeVar("_Found", FoundPlace, FoundSubject)
_FROM_PAGE = ("text", "breadcrumb")
_LONGEST_DIFF = 400
"""Words of a text that are compared one by one; summaries are far shorter."""


class Weight(IntEnum):
    """How much two texts differ."""

    NONE = 0
    TYPO = 1
    MATERIAL = 2


@dataclass(frozen=True, slots=True)
class Change:
    """`story` is what is to be kept now; `shown` whether a message about it looks different; `what` changed of it."""

    story: Story
    shown: bool
    what: tuple[str, ...] = ()

    @property
    def revised(self) -> str:
        """What changed materially, in words; empty for a slip of the pen."""
        return ", ".join(self.what)


def change(kept: Story, new: Story, *, paged: bool) -> Change | None:
    """Return what a story becomes that its feed now words like `new`; None where nothing of it is different.

    `new` is told from the feed alone. Where its page may have been read (`paged`), what that said still holds.
    """
    told = _with_page(kept, new) if paged else new
    after = replace(
        told,
        keys=kept.keys,
        id=kept.id,
        published=kept.published,
        link=new.link or kept.link,
        type=kept.type,
        source=kept.source,
        language=kept.language,
        revised_at=kept.revised_at,
        revised=kept.revised,
        withdrawn_at=kept.withdrawn_at,
    )
    if after == kept:
        return None
    mine, theirs = shown_summary(kept), shown_summary(after)
    changed = {
        HEADLINE: weigh(kept.title, after.title) is Weight.MATERIAL,
        SUMMARY: weigh(mine, theirs) is Weight.MATERIAL,
        FIGURES: _figures(kept) != _figures(after) or _numbers(kept) != _numbers(after),
    }
    what = tuple(name for name, materially in changed.items() if materially)
    return Change(after, bool(what) or kept.title != after.title or mine != theirs, what)


def weigh(before: str, after: str) -> Weight:
    """Return how much one text differs from another: case, spacing, small words and slips are a typo."""
    if before == after:
        return Weight.NONE
    mine, theirs = telling(before)[:_LONGEST_DIFF], telling(after)[:_LONGEST_DIFF]
    if "".join(mine) == "".join(theirs):
        return Weight.TYPO
    replaced = SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes()
    parts = [(mine[a:b], theirs[c:d]) for tag, a, b, c, d in replaced if tag != "equal"]
    return Weight.TYPO if all(_is_slip(*part, mine, theirs) for part in parts) else Weight.MATERIAL


def is_template(changed: int, compared: int) -> bool:
    """Return whether so many entries of a feed changed at once that it is not their news that did."""
    return changed > TEMPLATE and changed * 2 > compared


def _is_slip(old: Sequence[str], new: Sequence[str], mine: Sequence[str], theirs: Sequence[str]) -> bool:
    if "".join(old) == "".join(new):  # "cease fire", "ceasefire"
        return True
    if len(old) == len(new):
        return all(slipped(one, other) for one, other in zip(old, new, strict=True))
    # A word that stood twice in a row by mistake.
    longer, whole = (old, mine) if len(old) > len(new) else (new, theirs)
    return min(len(old), len(new)) == 0 and len(longer) == 1 and _stands_twice(longer[0], whole)


def _stands_twice(word: str, whole: Sequence[str]) -> bool:
    return any(one == other == word for one, other in pairwise(whole))


def _with_page(kept: Story, new: Story) -> Story:
    """Return what the feed says now together with what only the story's page said before."""
    return replace(
        new,
        summary=new.summary or kept.summary,
        places=tuple(sorted(_joined(kept.places, new.places), key=lambda place: not place.about)),
        actors=_joined(kept.actors, new.actors),
        topics=_joined(kept.topics, new.topics),
        hedges=_all(new.hedges, (each for each in kept.hedges if each.where in _FROM_PAGE)),
        figures=_all(new.figures, (each for each in kept.figures if each.where in _FROM_PAGE)),
    )


def _joined(kept: Iterable[_Found], new: Iterable[_Found]) -> tuple[_Found, ...]:
    """Return what the feed's words name now, and before them what the page named."""
    found = {each.code: each for each in new}
    for each in kept:
        by_page = tuple(evidence for evidence in each.evidence if evidence.where in _FROM_PAGE)
        if by_page and each.code not in found:
            found[each.code] = replace(each, evidence=by_page)
        elif by_page:
            joined = replace(found[each.code], evidence=_all(found[each.code].evidence, by_page))
            found[each.code] = _about(joined, each)
    return tuple(found.values())


def _about(now: _Found, before: _Found) -> _Found:
    # A page files its story under a place for good, whatever its title says today.
    filed = any(evidence.where == "breadcrumb" for evidence in before.evidence)
    if isinstance(now, FoundPlace) and isinstance(before, FoundPlace) and filed:
        return replace(now, about=now.about or before.about)
    return now


def _all(new: Iterable[_T], kept: Iterable[_T]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys((*new, *kept)))


def _figures(story: Story) -> set[tuple[str, float]]:
    return {(each.kind, each.value) for each in story.figures}


def _numbers(story: Story) -> set[str]:
    return numbers(words(f"{story.title}\n{shown_summary(story)}"))
