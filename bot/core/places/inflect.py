"""The forms of a demonym: from the one form a person writes down to those a text uses."""

# -en and -on double their consonant before the feminine e (malien, malienne; letton, lettonne).
_DOUBLING = ("ien", "éen", "on", "yen")
# Arabic: feminine, the accusative, the sound plurals and the duals in both cases; each also with the article.
_ARABIC_ENDINGS = ("", "ة", "ا", "ون", "ين", "ات", "ان", "تان", "تين")


def forms(written: str, language: str) -> tuple[str, ...]:
    """Return the forms of a demonym in `language` (en, fr, es, ar), the one given first.

    Several given with "/" between are each inflected. French and Spanish take the masculine singular.
    """
    rule = {"en": _english, "fr": _french, "es": _spanish, "ar": _arabic}[language]
    return tuple(dict.fromkeys(form for one in written.split("/") for form in rule(one.strip())))


def _english(one: str) -> list[str]:
    if one.endswith(("sh", "tch", "nch")):  # Irish, Dutch, French
        return [one, *(one + end for end in ("man", "men", "woman", "women"))]
    return [one] if one.endswith(("s", "ese")) else [one, one + "s"]


def _french(one: str) -> list[str]:
    if one.endswith(("e", "è", "é")):
        return [one, one + "s"]
    feminine = one + (one[-1] if one.endswith(_DOUBLING) else "") + "e"
    return [one, one if one.endswith(("s", "x")) else one + "s", feminine, feminine + "s"]


def _spanish(one: str) -> list[str]:
    if one.endswith("o"):
        stem = one[:-1]
        return [one, stem + "a", stem + "os", stem + "as"]
    if one.endswith(("és", "án", "ín", "ón", "ol", "or")):
        return [one, one + "a", one + "es", one + "as"]
    if one.endswith(("í", "ú")):
        return [one, one + "es", one + "s"]
    return [one, one + "es"] if one[-1] not in "aeéiu" else [one, one + "s"]


def _arabic(one: str) -> list[str]:
    # A form given with its article or as a plural stands for itself.
    if not one.endswith("ي") or (one.startswith("ال") and " " in one):
        return [one, *([] if one.startswith("ال") or " " in one else ["ال" + one])]
    return [article + one + end for end in _ARABIC_ENDINGS for article in ("", "ال")]
