"""What a row of the fault table says, and how arrivals are counted."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tests.end_to_end.stage import Stage
from tests.peers.bot_api import Sent

REPEAT = "(possible repeat)"
_ENDS = {"sent", "dead", "cancelled", "uncertain"}


@dataclass(slots=True)
class Result:
    """One fault, tried so often. `bound` is how many duplicates it may cost in all; `wrong` is what else broke."""

    tries: int
    lost: int = 0
    duplicates: int = 0
    bound: int = 0
    remarks: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return self.lost == 0 and self.duplicates <= self.bound and not self.wrong

    def expect(self, holds: bool, what: str) -> None:
        """Note what was expected and did not hold."""
        if not holds:
            self.wrong.append(what)

    def count(self, wanted: Iterable[tuple[int, str]], sent: Sequence[Sent]) -> None:
        """Add to lost and duplicates: each of `wanted`, a chat and a title, should have arrived once."""
        arrived = arrivals(sent)
        self.lost += sum(arrived[each] == 0 for each in wanted)
        self.duplicates += extras(sent)


def arrivals(sent: Iterable[Sent]) -> Counter[tuple[int, str]]:
    """Count the alerts that arrived by chat and title."""
    return Counter((each.chat_id, each.text.split("\n")[0]) for each in sent if "Matched: " in each.text)


def extras(sent: Iterable[Sent]) -> int:
    """Count the alerts that arrived again."""
    arrived = arrivals(sent)
    return arrived.total() - len(arrived)


def unmarked_extras(sent: Sequence[Sent]) -> int:
    """Count the alerts that arrived again and do not say so."""
    firsts = arrivals(each for each in sent if REPEAT not in each.text)
    return firsts.total() - len(firsts)


def expect_all_ended(result: Result, stage: Stage) -> None:
    """Every delivery ends in sent, dead, cancelled or uncertain; besides, the ground that they stand on is sound."""
    states = stage.rows.states()
    result.expect(states.keys() <= _ENDS, f"deliveries have no end: {states}")
    expect_sound(result, stage)


def expect_sound(result: Result, stage: Stage) -> None:
    """The database is whole, and nothing that any process said shows a token."""
    if stage.url.startswith("sqlite"):
        found = stage.rows.one("PRAGMA integrity_check")
        result.expect(found == "ok", f"the database is damaged: {found}")
    for process in stage.processes:
        leaked = [secret[:6] for secret in stage.secrets if secret in process.output]
        result.expect(not leaked, f"a secret that begins with {leaked} was said")
