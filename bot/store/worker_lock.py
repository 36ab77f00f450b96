"""Keeps a second worker off an SQLite database: a lock that the operating system frees when its process ends."""

import fcntl
from io import BufferedWriter
from pathlib import Path


class WorkerLock:
    """A locked file beside the database. It stays behind, for only its lock says anything."""

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(f"{database.name}.worker")
        self._file: BufferedWriter | None = None

    def take(self) -> "WorkerLock":
        """Lock the file; raises BlockingIOError where another process has, OSError where it cannot be made."""
        file = self._path.open("ab")
        try:
            # This kind is a process's own: a child that outlives us does not hold it.
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except PermissionError as error:  # as some systems say it
            file.close()
            raise BlockingIOError(*error.args) from None
        except BaseException:
            file.close()
            raise
        self._file = file
        return self

    def release(self) -> None:
        """Let another worker in."""
        if self._file:
            self._file.close()
            self._file = None
