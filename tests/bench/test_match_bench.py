"""The benchmark runs, tells no two ways apart in what they find, and an index beats asking every filter."""

import pytest

from bot.core.filters.grammar import read_canonical
from tests.bench.match_bench import HEAD, run
from tests.bench.match_world import canonical_of, clauses_of, make_worlds
from tests.fakes.names import NAMES

pytestmark = pytest.mark.bench


def test_the_match_bench_prints_a_line_for_each_story_and_each_limit() -> None:
    shown: list[str] = []
    told, reaches = run((200, 1_000), shown.append)
    assert [(each.world.subscriptions, each.story) for each in told] == [
        (size, story) for size in (200, 1_000) for story in ("quiet", "typical", "hot")
    ]
    assert HEAD in shown[0]
    lines = "\n".join(shown).splitlines()
    assert all(str(each) in lines for each in (*told, *reaches))
    assert all(each.ours < each.regex for each in told)
    assert told[-1].matches > 100


def test_a_world_is_the_same_each_time_and_a_smaller_one_is_its_beginning() -> None:
    small, large = make_worlds((100, 400))
    assert make_worlds((400,))[0] == large
    assert large.wishes[: len(small.wishes)] == small.wishes
    assert len(set(large.wishes)) == len(large.wishes)


def test_a_wish_means_what_its_kept_text_says() -> None:
    (world,) = make_worlds((600,))
    wishes = [
        wish for wish in world.wishes if not any(field in wish for field in ("country", "region", "actor", "topic"))
    ]
    shapes = {mark for wish in wishes for mark in ("|", "\t-", "prefix:", "title:") if mark in wish}
    assert len(shapes) == 4
    for wish in wishes:
        assert set(read_canonical(canonical_of(wish), NAMES).clauses) == set(clauses_of(wish))
