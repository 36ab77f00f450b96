"""How fast a story finds its filters, beside two other ways: `python -m tests.bench.match_bench [--small]`.

Stories have 800 words. Times are of one process on one core, medians unless another word is said.
"""

import argparse
import asyncio
import random
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from bot.core.filters.index import FilterIndex
from bot.core.stores import FilterChange
from bot.pipeline.matching import Matching
from tests.bench.match_rivals import TEXTUAL, Automaton, RegexLoop
from tests.bench.match_world import World, canonical_of, clauses_of, make_worlds, stories
from tests.fakes.names import NAMES
from tests.fakes.observer import RecordingObserver
from tests.fakes.people import MemorySubscriptions
from tests.fakes.rows import Rows

SIZES, SMALL_SIZES = (1_000, 100_000, 1_000_000), (1_000, 5_000)
_ASKED = 2_000
"""So many filters the regex loop is really asked; what it takes for all is reckoned from that."""
_CROWD = 100_000
_REGEXES_AT = 100_000
_READ = 20_000
"""So many filters are really read as at a start."""


@dataclass(frozen=True, slots=True)
class Told:
    """A story told in a world; times in ms."""

    world: World
    story: str
    matches: int
    ours: float
    automaton: float
    regex: float

    def __str__(self) -> str:
        counts = f"{self.world.subscriptions:13,} {len(self.world.wishes):9,}  {self.story:8} {self.matches:7,}"
        rivals = f"{self.automaton:10,.1f} {self.automaton / self.ours:7,.1f} x"
        return f"{counts} {self.ours:9.2f} {rivals} {self.regex:10,.0f} {self.regex / self.ours:8,.0f} x"


HEAD = (
    f"{'subscriptions':>13} {'filters':>9}  {'story':8} {'matches':>7} {'ours':>9} "
    f"{'automaton':>10} {'':9} {'regexes*':>10}"
)


@dataclass(frozen=True, slots=True)
class Reach:
    """A figure with a limit that it must not pass, or must at least come to."""

    what: str
    figure: float
    unit: str
    limit: float
    at_least: bool = False

    @property
    def holds(self) -> bool:
        return self.figure >= self.limit if self.at_least else self.figure <= self.limit

    def __str__(self) -> str:
        limit = f"{'at least' if self.at_least else 'at most'} {self.limit:,g}"
        return f"{self.what:52} {self.figure:10,.3f} {self.unit:2} {limit:>14}  {'yes' if self.holds else 'NO'}"


def run(sizes: Sequence[int], show: Callable[[str], None]) -> tuple[list[Told], list[Reach]]:
    """Measure a world of each size and show what came of it."""
    show(f"A story of 800 words against all filters, in ms. *Reckoned from {_ASKED:,} filters.\n{HEAD}")
    told: list[Told] = []
    for world in make_worlds(sizes):
        index, automaton = _indexed(world), Automaton(world.wishes)
        for each in _tell(world, index, automaton):
            told.append(each)
            show(str(each))
    reaches = [*_reaches_of_stories(told), *_reaches_of_changes(index, world), _memory(world)]
    show(f"\n{'limit':52} {'measured':>13} {'':14}  holds")
    for reach in reaches:
        show(str(reach))
    show("\nAll ways found the same filters. A word more makes the automaton anew, which takes")
    show(f"{_timed(3, automaton.change, 'words:unheard'):,.0f} ms. {_start(world)}")
    return told, reaches


def _indexed(world: World) -> FilterIndex:
    index = FilterIndex()
    for number, wish in enumerate(world.wishes):
        index.put(number, clauses_of(wish))
    return index


def _tell(world: World, index: FilterIndex, automaton: Automaton) -> Iterable[Told]:
    step = max(1, len(world.wishes) // _ASKED)
    asked = world.wishes[::step]
    regexes = RegexLoop(asked)
    for name, story in stories(world).items():
        found = set(index.match(story))
        if found != automaton.match(story) or {n // step for n in found if n % step == 0} != regexes.match(story):
            raise AssertionError(f"not all ways find the same filters for the {name} story")
        loop = _timed(1, regexes.match, story) * len(world.wishes) / len(asked)
        times = _timed(15, index.match, story), _timed(5, automaton.match, story), loop
        yield Told(world, name, len(found), *times)


def _timed(times: int, work: Callable[..., object], *arguments: object) -> float:
    """Return the median time of some work in ms."""
    return statistics.median(_clocked(work, *arguments) for _ in range(times))


def _clocked(work: Callable[..., object], *arguments: object) -> float:
    began = time.perf_counter()
    work(*arguments)
    return (time.perf_counter() - began) * 1e3


def _reaches_of_stories(told: Sequence[Told]) -> Iterable[Reach]:
    *_, typical, hot = told
    yield Reach("a typical story, all filters", typical.ours, "ms", 6)
    yield Reach(f"a story that {hot.matches:,} match, the result included", hot.ours, "ms", 40)
    for each in told:
        if each.world.subscriptions == _REGEXES_AT and each is not hot:
            what = f"a {each.story} story at {_REGEXES_AT:,}, as fast as the regexes"
            yield Reach(what, each.regex / each.ours, "x", 1000, at_least=True)


def _reaches_of_changes(index: FilterIndex, world: World) -> Iterable[Reach]:
    dice, first = random.Random(1), len(world.wishes)
    popular = world.atoms[0]
    for number, atom in enumerate(world.atoms[-_CROWD:]):
        index.put(first + 2 * number, clauses_of(f"{popular}\t-{atom}"))
    # Ids between those of the others: at the end of a row there is nothing to move.
    ids = [first + 2 * number + 1 for number in dice.sample(range(_CROWD), 2_000)]
    usual = _changes(index, ids, dice.choices(world.wishes, k=2_000))
    crowded = _changes(index, ids, [f"{popular}\t-words:unheard{number}" for number in ids])
    yield Reach("a filter put or dropped, median", statistics.median(usual), "ms", 1)
    yield Reach("a filter put or dropped, 99 of 100", statistics.quantiles(usual, n=100)[-1], "ms", 1)
    yield Reach(f"under an atom that {_CROWD:,} wait for, median", statistics.median(crowded), "ms", 1)
    yield Reach(f"under an atom that {_CROWD:,} wait for, slowest", max(crowded), "ms", 1)


def _changes(index: FilterIndex, ids: Sequence[int], wishes: Sequence[str]) -> list[float]:
    """Put and drop filters; return what each change takes in ms."""
    changes = list(zip(ids, map(clauses_of, wishes), strict=True))
    return [_clocked(work, *change) for work in (index.put, index.drop) for change in changes]


def _memory(world: World) -> Reach:
    command = (sys.executable, "-m", "tests.bench.match_bench", "--weigh")
    wishes = "\n".join(world.wishes)
    child = subprocess.run(command, input=wishes, capture_output=True, text=True, check=True)
    return Reach("memory of all filters, in a process of its own", float(child.stdout), "MB", 150)


def weigh(wishes: Iterable[str]) -> float:
    """Return by how many MB this process has grown once it holds these filters."""
    index, before = FilterIndex(), _resident()
    for number, wish in enumerate(wishes):
        index.put(number, clauses_of(wish.rstrip("\n")))
    return _resident() - before


def _resident() -> float:
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024


def _start(world: World) -> str:
    """Say what it takes to read the filters of a store at a start, and how long others wait for their turn."""
    rows = Rows()
    plain = (wish for wish in world.wishes if all(map(_is_text, re.split(r"[\t|]", wish))))
    for number, canonical in enumerate(map(canonical_of, islice(plain, _READ)), 1):
        rows.filters[canonical] = FilterChange(number, number, canonical, True)
    seconds, stall = asyncio.run(_refreshed(Matching(MemorySubscriptions(rows), NAMES, RecordingObserver())))
    count = len(world.wishes)
    return (
        f"To read and index {count:,} filters takes {seconds / len(rows.filters) * count:.0f} s, reckoned from "
        f"{len(rows.filters):,}; the event loop is held up {stall * 1e3:.0f} ms at most."
    )


def _is_text(atom: str) -> bool:
    return atom.lstrip("-").startswith(TEXTUAL)


async def _refreshed(matching: Matching) -> tuple[float, float]:
    loading, stall = asyncio.create_task(matching.refresh()), 0.0
    began = turn = time.perf_counter()
    while not loading.done():
        await asyncio.sleep(0)
        now = time.perf_counter()
        stall, turn = max(stall, now - turn), now
    return turn - began, stall


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="a smoke run of a few seconds")
    parser.add_argument("--weigh", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.weigh:
        print(weigh(sys.stdin))
    else:
        run(SMALL_SIZES if arguments.small else SIZES, print)


if __name__ == "__main__":
    main()
