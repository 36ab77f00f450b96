"""What the tests of the pipeline share."""

from pathlib import Path

import pytest

from bot import config_folder
from bot.core.lexicon import Lexicon
from tests.pipeline.scene import Scene

CONFIG = Path(__file__).parents[2] / "config"


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    return config_folder.read_lexicon(CONFIG)


@pytest.fixture
def scene(lexicon: Lexicon) -> Scene:
    return Scene(lexicon)
