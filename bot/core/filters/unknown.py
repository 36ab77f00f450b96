"""What is said of a field or a name that nobody knows: what is near it, in whole filters ready to be followed."""

from collections.abc import Sequence

from bot.core.filters.cursor import Cursor
from bot.core.filters.fields import field_near
from bot.core.filters.grammar_names import near_names
from bot.core.filters.lexemes import Lexeme
from bot.core.filters.names import Names
from bot.core.filters.tree import FilterError, Near
from bot.core.text import cut

TOLD_CHARS = 40
"""So much of what was typed is repeated in an error."""
_SENTENCES = {
    "country": ("country-unknown", "country-unknown-near"),
    "region": ("region-unknown", "region-unknown-near"),
    "about": ("place-unknown", "place-unknown-near"),
    "mentions": ("place-unknown", "place-unknown-near"),
    "actor": ("actor-unknown", "actor-unknown-near"),
    "topic": ("topic-unknown", "topic-unknown-near"),
}


def unknown_field(cursor: Cursor, lexeme: Lexeme) -> FilterError:
    """Return the error for a field there is not (`contry:`)."""
    typed = lexeme.text[:-1].lower()
    near = field_near(typed)
    if not near:
        return FilterError("field-unknown", typed=cut(typed, TOLD_CHARS))
    text = cursor.with_part(f"{near}:", lexeme.start, lexeme.end)
    return FilterError("field-unknown-near", near=[Near(f"{near}:", text, text)], typed=typed)


def unknown_name(
    names: Names, cursor: Cursor, field: str, run: Sequence[Lexeme], minus: str, start: int
) -> FilterError:
    """Return the error for a name that a field does not know; the field begins at `start`, `run` are words after it.

    The slip may be in a name of all these words, or in the first, with others beside it.
    """
    alone, with_near = _SENTENCES[field]
    for length in range(len(run), 0, -1):
        typed = " ".join(each.text for each in run[:length]).strip('"')
        found = [each for each in near_names(names, field, typed) if len(each[0].split()) >= length]
        if found:
            end = run[length - 1].end
            near = [Near(name, label, cursor.with_part(f"{minus}{atom}", start, end)) for name, label, atom in found]
            return FilterError(with_near, near=near, typed=cut(typed, TOLD_CHARS))
    return FilterError(alone, typed=cut(run[0].text.strip('"'), TOLD_CHARS))
