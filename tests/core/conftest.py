"""What the bot knows by name and by phrase, read once: it takes half a second."""

import pytest

from bot import config_folder
from bot.core.lexicon import Lexicon
from bot.core.places.gazetteer import Gazetteer
from tests.fakes.environment import CONFIG


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    return config_folder.read_lexicon(CONFIG)


@pytest.fixture(scope="session")
def gazetteer(lexicon: Lexicon) -> Gazetteer:
    return lexicon.places
