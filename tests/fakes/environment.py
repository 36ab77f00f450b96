"""A machine on which nothing is set, and a config folder of one's own."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot import config_folder
from bot.core.lexicon import Lexicon
from bot.settings import Settings

CONFIG = Path(__file__).parents[2] / "config"
_read_lexicon = config_folder.read_lexicon


def without_settings(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Hide every setting of the machine the tests run on, and work in an empty folder."""
    for name in Settings.model_fields:
        for variable in (name.upper(), f"{name.upper()}_FILE"):
            monkeypatch.delenv(variable, raising=False)
    monkeypatch.chdir(folder)
    monkeypatch.setattr(config_folder, "read_lexicon", lambda config: _lexicon((config / "places").resolve()))


@cache
def _lexicon(places: Path) -> Lexicon:
    # Built once for all tests: it takes longer than most of them.
    return _read_lexicon(places.parent)


def config_of(folder: Path, feeds: str = "") -> Path:
    """Make a config folder with what the project knows by name, its samples, and these feeds."""
    made = folder / "config"
    made.mkdir(exist_ok=True)
    for name in ("places", "reading", "subjects", "samples.toml"):
        if not (made / name).exists():
            (made / name).symlink_to(CONFIG / name)
    (made / "feeds.toml").write_text(feeds, encoding="utf-8")
    return made


def feed_table(url: str, name: str = "News", *more: str) -> str:
    """Return a feed as feeds.toml describes it."""
    return "\n".join(("[[feed]]", f'name = "{name}"', f'url = "{url}"', *more)) + "\n"


def settings_in(folder: Path, **values: Any) -> Settings:
    """Return settings that touch nothing outside of a folder."""
    if not (folder / "config").exists():
        config_of(folder)
    usual = {"database_url": f"sqlite:///{folder}/bot.db", "port": 0, "bot_config": folder / "config"}
    return Settings.model_validate({**usual, **values})
