"""A disk of a few megabytes that can be filled: a file system in memory where that may be mounted."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PIECE = 4096


class SmallDisk:
    """A mounted file system."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        """Leave no room at all."""
        try:
            with self._ballast.open("ab", buffering=0) as file:
                while file.write(bytes(_PIECE)):
                    pass
        except OSError:
            return

    def free(self) -> None:
        """Make room again."""
        self._ballast.unlink()


@contextmanager
def small_disk(megabytes: int) -> Iterator[SmallDisk]:
    """Mount a small disk; PermissionError where nobody may."""
    with tempfile.TemporaryDirectory(prefix="crisis-bot-disk-") as folder:
        command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", folder]
        if subprocess.run(command, capture_output=True, check=False).returncode:
            raise PermissionError("no file system can be mounted here")
        try:
            yield SmallDisk(Path(folder))
        finally:
            subprocess.run(["umount", folder], check=True)
