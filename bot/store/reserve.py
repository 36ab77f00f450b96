"""Room on the disk set aside for the ends of sends, which must be kept even when there is none for news."""

import errno
import os
from pathlib import Path

SIZE = 8 * 1024 * 1024
"""Bytes; twice what SQLite writes beside its file before it begins again from the front."""
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Reserve:
    """A file beside an SQLite database, given up when the disk is full and made anew when it no longer is."""

    def __init__(self, database: Path, size: int = SIZE) -> None:
        self._path = database.with_name(f"{database.name}.reserve")
        self._size = size

    def keep(self) -> bool:
        """Set the room aside; return whether there is as much. A file system that cannot tell is taken to have it."""
        try:
            with self._path.open("ab") as file:
                os.posix_fallocate(file.fileno(), 0, self._size)
        except OSError as error:
            self.spend()
            return error.errno not in _NO_ROOM
        return True

    def spend(self) -> bool:
        """Give the room up; return whether there was any."""
        try:
            self._path.unlink()
        except OSError:
            return False
        return True
