"""The names a filter's fields go by, and the names of languages, in four languages."""

from difflib import get_close_matches

from bot.core.text import normalise

_FIELDS = {
    "country": "country countries c pays país دولة بلد",
    "region": "region regions área région región منطقة",
    "about": "about place in on where lieu lugar sobre sur عن مكان",
    "mentions": "mentions mention names menciona mentionne يذكر",
    "actor": "actor actors group acteur groupe grupo جهة جماعة",
    "topic": "topic topics theme sujet thème tema موضوع",
    "title": "title headline intitle titre título عنوان",
    "type": "type kind tipo نوع",
    "source": "source feed from site fuente مصدر",
    "lang": "lang language langue lengua idioma لغة",
}
_LANGUAGES = {
    "am": "amharic amharique amárico amhara الأمهرية",
    "ar": "ara arabic arabe árabe العربية عربي عربية",
    "bn": "bengali bangla bengalí البنغالية",
    "de": "german allemand alemán deutsch الألمانية",
    "en": "eng english anglais inglés الإنجليزية إنجليزي",
    "es": "spa spanish espagnol español castellano الإسبانية إسباني",
    "fa": "persian farsi dari persan persa فارسی الفارسية",
    "fr": "fra fre french français francés الفرنسية فرنسي",
    "ha": "hausa haoussa الهوسا",
    "hi": "hindi الهندية",
    "ht": "creole kreyòl créole criollo الكريولية",
    "id": "indonesian indonésien indonesio الإندونيسية",
    "it": "italian italien italiano الإيطالية",
    "ja": "japanese japonais japonés اليابانية",
    "my": "burmese birman birmano البورمية",
    "ps": "pashto pachto pastún البشتو",
    "pt": "portuguese portugais portugués português البرتغالية",
    "ru": "russian russe ruso русский الروسية",
    "so": "somali الصومالية",
    "sw": "swahili kiswahili السواحيلية",
    "tr": "turkish turc turco türkçe التركية",
    "uk": "ukrainian ukrainien ucraniano українська الأوكرانية",
    "ur": "urdu ourdou الأردية",
    "zh": "chinese chinois chino mandarin الصينية",
}
_NEAR = 0.75


def _by_name(table: dict[str, str]) -> dict[str, str]:
    return {normalise(name): key for key, names in table.items() for name in names.split()}


_FIELD_NAMED, _LANGUAGE_NAMED = _by_name(_FIELDS), _by_name(_LANGUAGES)


def field_named(typed: str) -> str:
    """Return the field somebody means who types this name of it, or an empty string."""
    return _FIELD_NAMED.get(normalise(typed), "")


def field_near(typed: str) -> str:
    """Return the field whose English name is near a name that is none, or an empty string."""
    return next(iter(get_close_matches(normalise(typed), _FIELDS, 1, _NEAR)), "")


def language_named(typed: str) -> str:
    """Return the code of a language by its name in four languages, or by a code or tag; else an empty string."""
    name = normalise(typed)
    return _LANGUAGE_NAMED.get(name) or (name if 2 <= len(name.partition(" ")[0]) <= 3 else "")
