"""Which of the four languages a text is in, by its commonest words."""

from collections import Counter
from collections.abc import Sequence

from bot.core.arabic import is_arabic
from bot.core.text import Token

# fmt: off
_COMMON = {
    "en": frozenset((
        "the", "of", "and", "to", "is", "are", "was", "were", "that", "with", "for",
        "by", "on", "has", "have", "after", "from", "their", "it", "its", "at", "as", "an",
    )),
    "fr": frozenset((
        "le", "les", "des", "et", "du", "une", "dans", "est", "au", "aux", "pour",
        "sur", "qui", "par", "plus", "sont", "pas", "ont", "cette", "ces", "avec", "ete",
    )),
    "es": frozenset((
        "el", "los", "las", "y", "una", "del", "en", "es", "por", "para", "con",
        "que", "se", "su", "al", "mas", "ha", "han", "este", "esta", "como", "fue",
    )),
}
# fmt: on
_LANGUAGE_OF = {
    word: language
    for language, common in _COMMON.items()
    for word in common
    if sum(word in others for others in _COMMON.values()) == 1
}
_LOOK_AT = 200
_ENOUGH = 3


def language_of(tokens: Sequence[Token], given: str = "") -> str:
    """Return en, fr, es or ar where the words leave no doubt, else the language given, else an empty string.

    `given` may be a tag (fr-CA). The words come first because feeds often name the wrong language or none.
    """
    words = [token.word for token in tokens[:_LOOK_AT]]
    if sum(map(is_arabic, words)) * 2 > len(words):
        return "ar"
    counts = Counter(map(_LANGUAGE_OF.get, words))
    del counts[None]
    (best, most), (_, second) = [*counts.most_common(2), ("", 0), ("", 0)][:2]
    return best if best and most >= _ENOUGH and most >= 2 * second else given[:2].lower()
