"""What the tests of the pipeline share."""

from pathlib import Path

import pytest

from bot import config_folder
from bot.core.gazetteer import Gazetteer
from tests.pipeline.scene import Scene

CONFIG = Path(__file__).parents[2] / "config"


@pytest.fixture(scope="session")
def gazetteer() -> Gazetteer:
    return config_folder.read_gazetteer(CONFIG)


@pytest.fixture
def scene(gazetteer: Gazetteer) -> Scene:
    return Scene(gazetteer)
