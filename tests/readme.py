"""Writes the settings into README.md: `python -m tests.readme`. A test holds the two together."""

import sys
from pathlib import Path

from bot.settings import SECRETS, Settings

README = Path(__file__).parents[1] / "README.md"
BEGIN = "<!-- settings: written by `python -m tests.readme` -->\n"
END = "<!-- end of settings -->"


def settings_table() -> str:
    """Return a Markdown table of every setting: name, default, meaning."""
    rows = ["| setting | default | meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        secret = " Secret." if name in SECRETS else ""
        rows.append(f"| `{name.upper()}` | {_default(field.default)} | {field.description}{secret} |")
    return "\n".join(rows) + "\n"


def with_table(text: str) -> str:
    """Return the README's text with today's table."""
    before, _, rest = text.partition(BEGIN)
    return before + BEGIN + settings_table() + END + rest.partition(END)[2]


def _default(value: object) -> str:
    get = getattr(value, "get_secret_value", None)
    shown = get() if get else value
    if shown is None or shown == "":
        return ""
    return f"`{str(shown).lower() if isinstance(shown, bool) else shown}`"


if __name__ == "__main__":
    README.write_text(with_table(README.read_text(encoding="utf-8")), encoding="utf-8")
    sys.exit(0)
