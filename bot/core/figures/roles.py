"""What words are to a number in their sentence, by the names config/reading/figures.toml gives them."""

from typing import NamedTuple


class Role:
    """The names of the lists in the file; what each means is written at its head."""

    COUNTED, PERSONS, BEFORE, DONE, DID, TOLL = "counted", "persons", "before", "done", "did", "toll"
    NEAR, SIGNS = "near", "signs"
    PEOPLE, HOUSEHOLDS, THINGS, MONTHS, BE, STOP = "people", "households", "things", "months", "be", "stop"
    PREPOSITIONS, OF, TIMES, FILLERS, REACH, ASIDE = "prepositions", "of", "times", "fillers", "reach", "aside"
    SPARED, SHARES = "spared", "shares"
    BY, SAID, FOUND, NOBODY, UNNAMED, ENDS = "by", "said", "found", "nobody", "unnamed", "ends"
    CLAUSES, LEADING, DETERMINERS, AUTHORITIES = "clauses", "leading", "determiners", "authorities"
    JOIN, AUXILIARIES, PASSIVE, NAMES = "join", "auxiliaries", "passive", "names"
    DENIED, PERHAPS, HELD, SINCE = "denied", "perhaps", "held", "since"


OF_KIND = frozenset((Role.COUNTED, Role.PERSONS, Role.BEFORE, Role.DONE, Role.DID, Role.TOLL))
OF_SIGN = frozenset((Role.NEAR, Role.SIGNS))
OF_WHO = frozenset(
    (
        *(Role.PEOPLE, Role.HOUSEHOLDS, Role.THINGS, Role.MONTHS, Role.BE, Role.STOP, Role.PREPOSITIONS, Role.OF),
        *(Role.TIMES, Role.FILLERS, Role.REACH, Role.ASIDE, Role.SPARED, Role.SHARES),
    )
)
OF_SOURCE = frozenset(
    (
        *(Role.BY, Role.SAID, Role.FOUND, Role.NOBODY, Role.UNNAMED, Role.ENDS, Role.CLAUSES, Role.LEADING),
        *(Role.DETERMINERS, Role.AUTHORITIES, Role.JOIN, Role.AUXILIARIES, Role.PASSIVE, Role.NAMES),
    )
)
OF_DOUBT = frozenset((Role.DENIED, Role.PERHAPS, Role.HELD, Role.SINCE))


class Mark(NamedTuple):
    """What words are in a sentence: their role, and the kind they speak of or nothing."""

    role: str
    kind: str = ""
