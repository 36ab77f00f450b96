"""Whether a store was restored from a backup: it then stands behind a number that was noted outside of it.

The number, its epoch, grows at each start and each minute, first in the store and then outside, so that a store that
merely lost its process is never behind.
"""

RESTORED = "restored from a backup"


def was_restored(kept: int, noted: int) -> bool:
    """Return whether a store whose epoch is `kept` was once at a later one; 0 is none at all."""
    return kept < noted


def first_after(kept: int, noted: int) -> int:
    """Return an epoch that the store never had."""
    return max(kept, noted) + 1
