"""The project's own gazetteer, loaded once: building it is a seventh of a second."""

import pytest

from bot.core.gazetteer import Gazetteer
from tests.core.places_report import load


@pytest.fixture(scope="session")
def gazetteer() -> Gazetteer:
    return load()
