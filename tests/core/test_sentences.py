"""Everything the bot says: nothing missing, nothing unused, nothing unfilled, nothing that a value could break."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.chat import Platform
from bot.core.commands import MENU
from bot.core.message import Span
from bot.core.sentences import SENTENCES, Speaker

BOT = Path(__file__).parents[2] / "bot"
_SAYING = {"text": 0, "line": 0, "say": 0, "_say": 0, "press": 0, "_press": 0, "_label": 0, "FilterError": 0, "fill": 0}
_FILLED_BY = {"_press": {"filter"}, "_label": {"filter"}, "_plain_press": set[str]()}
_PATTERNS = (
    r"(state|told|day|when|until)-.*",
    r"(digest|quiet|mute|zone|bundle|limit|threads)-(ask|unreadable)",
    r"digest-(hourly|daily|weekly)",
    r"threads-(on|off)",
    r"(held-now|bundle-on|limit-on)(-one)?",
    r"(muted|quiet)-kept",
    r"only-admins(-hours)?",
    r"button-(digest|quiet|mute|timezone|bundle|limit|threads|loud|preview)",
    r"menu-.*",
    r"preview-(on|off)",
    r"latest-(none|title)(-chat)?",
    r"figure-.*",
    r"changed-(headline|summary|figures)",
)
"""Keys made of parts: a command of the menu, what a preview was set to, whose latest, what a figure counts."""


def _placeholders(key: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(SENTENCES[key]) if name} - {"cmd"}


def _calls() -> Iterator[tuple[Path, ast.Call, str]]:
    for path in sorted(BOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and (name := _name(node.func)) in _SAYING and node.args:
                yield path, node, name


def _name(func: ast.expr) -> str:
    return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""


def _keys(argument: ast.expr) -> list[str]:
    """Return the keys an argument may be, where it says so itself."""
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return [argument.value]
    return [*_keys(argument.body), *_keys(argument.orelse)] if isinstance(argument, ast.IfExp) else []


def _is_sql(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name) and call.func.value.id == "sa"


SAID = [
    (f"{path.relative_to(BOT)}:{call.lineno} {key}", call, name, key)
    for path, call, name in _calls()
    for key in _keys(call.args[_SAYING[name]])
    if re.fullmatch(r"[a-z]+(-[a-z]+)*", key) and not _is_sql(call)
]


def test_the_code_speaks() -> None:
    assert len(SAID) > 60


@pytest.mark.parametrize(("call", "name", "key"), [pytest.param(*rest, id=label) for label, *rest in SAID])
def test_every_sentence_said_exists_and_is_filled_where_it_is_said(call: ast.Call, name: str, key: str) -> None:
    assert key in SENTENCES
    given_here = {keyword.arg for keyword in call.keywords}
    if None in given_here or (name == "fill" and len(call.args) > 1):
        return  # values come as one mapping, made elsewhere
    assert _placeholders(key) <= given_here | _FILLED_BY.get(name, set())


def _literals() -> set[str]:
    found: set[str] = set()
    for path in BOT.rglob("*.py"):
        if path.name != "sentences.py":
            nodes = ast.walk(ast.parse(path.read_text()))
            found |= {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return found


def _in_pages() -> str:
    return "\n".join(path.read_text() for kind in ("html", "js") for path in sorted(BOT.rglob(f"*.{kind}")))


def test_no_sentence_is_kept_that_nobody_says() -> None:
    literals, pages = _literals(), _in_pages()
    unused = [
        key
        for key in SENTENCES
        if key not in literals
        and not any(re.fullmatch(pattern, key) for pattern in _PATTERNS)
        and not re.search(rf"(?<![\w-]){re.escape(key)}(?![\w-])", pages)
    ]
    assert unused == []


def test_every_command_of_the_menu_says_what_it_does() -> None:
    assert {f"menu-{verb}" for verb in MENU} <= SENTENCES.keys()


_VALUE = "*b* `c` {typed} {0} <i> _x_ \\ %s"


@pytest.mark.parametrize("platform", Platform)
@pytest.mark.parametrize("key", SENTENCES)
def test_every_sentence_can_be_said_on_every_platform_with_any_value(key: str, platform: Platform) -> None:
    speaker, names = Speaker(platform), _placeholders(key)
    said = speaker.fill(key, dict.fromkeys(names, _VALUE))
    assert said.text.count(_VALUE) >= len(names)
    rest = said.text.replace(_VALUE, "")
    assert not re.search(r"[{}*`]|\w_\w", rest.replace("displac*", "")), "a mark or a placeholder is left"
    assert said.text == speaker.text(key, **dict.fromkeys(names, _VALUE))


@pytest.mark.parametrize(
    ("platform", "typed"),
    [(Platform.TELEGRAM, "/help"), (Platform.SLACK, "/crisis help"), (Platform.WEBCHAT, "/help")],
)
def test_commands_in_sentences_begin_as_they_do_on_the_platform(platform: Platform, typed: str) -> None:
    said = Speaker(platform).line("unknown-command", typed="/x")
    assert Span(typed, code=True) in said.spans
    assert Span("/x", code=True) in said.spans


@given(st.text())
def test_a_value_brings_no_marks_of_its_own(value: str) -> None:
    said = Speaker().line("following", filter=value)
    assert [span for span in said.spans if span.bold] == [Span(value, bold=True)]
    assert said.spans[-1] == Span(".")


def test_another_language_needs_only_its_sentences() -> None:
    speaker = Speaker(translate={SENTENCES["resumed"]: "Les alertes *reprennent*."}.__getitem__)
    assert speaker.line("resumed").spans == (Span("Les alertes "), Span("reprennent", bold=True), Span("."))
