import re

from bot.cli.main import _parser
from bot.core.commands import MENU
from tests.readme import README, with_table

TEXT = README.read_text(encoding="utf-8")


def test_the_readme_lists_every_setting_with_its_default() -> None:
    assert with_table(TEXT) == TEXT, "run `python -m tests.readme`"


def test_the_readme_names_every_command_of_the_menu() -> None:
    for verb in MENU:
        assert f"`/{verb}" in TEXT


def test_every_shell_command_in_the_readme_is_one_the_bot_has() -> None:
    typed = re.findall(r"^    crisis-bot (\S+)((?: '[A-Z]+')?)", TEXT, re.MULTILINE)
    assert {"explain", "match", "feeds"} <= {command for command, _ in typed}
    for command, needed in typed:
        assert _parser().parse_args([command, *needed.split()]).command == command


def test_the_picture_of_an_alert_is_there() -> None:
    for path in re.findall(r"!\[[^]]*\]\(([^)]+)\)", TEXT):
        assert (README.parent / path).stat().st_size > 10_000
