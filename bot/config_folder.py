"""Reads the config folder: the feeds an operator lists, and what the bot knows by name and by phrase."""

import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from bot.core.errors import Unusable
from bot.core.feed import FeedSource
from bot.core.figures.reader import FigureReader
from bot.core.hedges import HedgeReader
from bot.core.lexicon import Lexicon
from bot.core.places.gazetteer import Gazetteer
from bot.core.subjects.vocabulary import Vocabulary

_T = TypeVar("_T")
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([smh]?)")
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600}
_COUNTRY_IN = {"page": "", "text": "", "gdacs": "gdacs", "reliefweb": "reliefweb", "category": "category"}
_KEYS = frozenset({"name", "url", "fallback", "interval", "language", "country", "only", "levels", "on"})
_SHORTEST, _LONGEST = timedelta(minutes=1), timedelta(days=7)
_TEXTS, _LISTS = ("name", "url", "language", "country", "only"), ("fallback", "levels")


class ConfigError(Unusable):
    """A file of the config folder that cannot be used: one sentence naming the file, the place and what is expected."""


def read_feeds(folder: Path, *, trusted: bool) -> list[FeedSource]:
    """Return the feeds that are on. `trusted` lets them live at private addresses."""
    path = folder / "feeds.toml"
    tables = _tables(read_toml(path), path)
    sources = [_source(table, number, path, trusted) for number, table in enumerate(tables, 1)]
    urls = [table["url"] for table in tables]
    if twins := {url for url in urls if urls.count(url) > 1}:
        raise ConfigError(f"{path}: {min(twins)} is listed twice; keep one of them.")
    return [source for source, table in zip(sources, tables, strict=True) if table.get("on", True)]


def read_lexicon(folder: Path) -> Lexicon:
    """Return all that the bot knows by name and by phrase: the folder's places/, subjects/ and reading/."""
    return Lexicon(
        places=_read_places(folder / "places"),
        actors=_made(Vocabulary.from_data, folder / "subjects" / "actors.toml"),
        topics=_made(Vocabulary.from_data, folder / "subjects" / "topics.toml"),
        hedges=_made(HedgeReader.from_data, folder / "reading" / "hedges.toml"),
        figures=_made(FigureReader.from_data, folder / "reading" / "figures.toml"),
    )


def _read_places(folder: Path) -> Gazetteer:
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        raise ConfigError(f"{folder}: no file of places is there; BOT_CONFIG should name the config folder.")
    try:
        return Gazetteer.from_data(*map(read_toml, paths))
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigError(f"{folder}: its files do not fit together: {_why(error)}.") from None


def _made(make: Callable[[Mapping[str, Any]], _T], path: Path) -> _T:
    try:
        return make(read_toml(path))
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigError(f"{path} cannot be used: {_why(error)}.") from None


def _why(error: Exception) -> str:
    return str(error) if isinstance(error, ValueError) else f"{type(error).__name__} {error}"


def read_toml(path: Path) -> dict[str, Any]:
    """Return a TOML file's content; raises ConfigError with its place and fault."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is not valid TOML: {error}.") from None


def _tables(read: dict[str, Any], path: Path) -> list[dict[str, Any]]:
    if unknown := read.keys() - {"feed"}:
        raise ConfigError(f"{path}: “{min(unknown)}” is not known; each feed begins with [[feed]].")
    tables = read.get("feed", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise ConfigError(f"{path}: feed is not a list; each feed begins with [[feed]], in two brackets.")
    return tables


def _source(table: dict[str, Any], number: int, path: Path, trusted: bool) -> FeedSource:
    where = f"{path}: feed {number}"
    if missing := [key for key in ("name", "url") if not isinstance(table.get(key), str) or not table[key]]:
        raise ConfigError(f"{where} has no {missing[0]}; it needs name and url.")
    where += f" ({table['name']})"
    if unknown := table.keys() - _KEYS:
        raise ConfigError(f"{where}: “{min(unknown)}” is not known; expected {', '.join(sorted(_KEYS))}.")
    _check_kinds(table, where)
    country = table.get("country", "text")
    if country not in _COUNTRY_IN:
        raise ConfigError(f"{where}: country is “{country}”, expected {', '.join(_COUNTRY_IN)}.")
    for url in (table["url"], *table.get("fallback", ())):
        _check_address(url, where)
    return FeedSource(
        name=table["name"],
        url=table["url"],
        fallbacks=tuple(table.get("fallback", ())),
        interval=max(_duration(table.get("interval", "5m"), where), _SHORTEST),
        language=table.get("language", ""),
        places_in=_COUNTRY_IN[country],
        only=table.get("only", ""),
        levels=tuple(level.capitalize() for level in table.get("levels", ())),
        articles=country == "page",
        trusted=trusted,
    )


def _check_kinds(table: dict[str, Any], where: str) -> None:
    for key in _TEXTS:
        if not isinstance(table.get(key, ""), str):
            raise ConfigError(f"{where}: {key} is “{table[key]}”, expected a text in quotation marks.")
    for key in _LISTS:
        found = table.get(key, [])
        if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
            raise ConfigError(f'{where}: {key} is “{found}”, expected a list of texts, such as ["…"].')
    if not isinstance(table.get("on", True), bool):
        raise ConfigError(f"{where}: on is “{table['on']}”, expected true or false, without quotation marks.")


def _check_address(url: str, where: str) -> None:
    try:
        named = urlsplit(url).hostname if url.startswith(("https://", "http://")) else None
    except ValueError:
        named = None
    if not named:
        raise ConfigError(f"{where}: url is “{url}”, expected an address that begins with https:// or http://.")


def _duration(value: object, where: str) -> timedelta:
    found = _DURATION.fullmatch(str(value).strip())
    seconds = float(found[1]) * _UNITS[found[2]] if found else 0.0
    if not 0 < seconds <= _LONGEST.total_seconds():
        raise ConfigError(f"{where}: interval is “{value}”, expected a number with s, m or h, such as 5m, up to 168h.")
    return timedelta(seconds=seconds)
