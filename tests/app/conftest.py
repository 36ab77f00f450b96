"""What the tests of the composition root share."""

from pathlib import Path

import pytest

from tests.fakes.environment import without_settings


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    without_settings(monkeypatch, tmp_path)
