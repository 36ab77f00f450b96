"""The connection that a transaction runs on."""

from dataclasses import dataclass
from typing import Any


@dataclass(slots=True, eq=False)
class Line:
    """What others may know of a transaction under way: its driver's connection, while it has one."""

    raw: Any = None
    over: bool = False
