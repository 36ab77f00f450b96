"""What stands in a story's first sentences without being said by it: datelines, bylines, captions, appeals, links."""

import re
from collections.abc import Iterator

from bot.core.sentence_split import sentences

_LOOK_AT = 4000
_HEAD = 200
_DATE = r"(?:\d{1,2}(?:er|st|nd|rd|th)?\.? (?:de )?[^\W\d_]{3,10}|[^\W\d_]{3,10}\.? \d{1,2})(?:,? (?:de )?\d{4})?"
_AGENCY = (
    r"(?:Reuters|Thomson Reuters Foundation|AP|AFP|IRIN|TNH|UN News|ONU Info|Noticias ONU|Xinhua|dpa|EFE|Anadolu|AA|"
    r"IPS|Bloomberg|BBC|CNN|ANSA|PTI|ANI|APO|Europa Press|رويترز|أ ?ف ?ب|د ?ب ?أ|الأناضول|وكالات)"
)
_PLACE = r"[^\W\d_][\w'’.\-]*(?:[ /,]+[\w'’.\-]+){0,5}"
_CAPITALS = r"[A-ZÀ-Þ][A-ZÀ-Þ'’.\-]{2,}"
_ORGANISATION = r"(?:UN|WHO|WFP|IOM|FAO|NATO|USAID|UNHCR|UNICEF|OCHA|UNRWA|IFRC|ICRC|ONU|OMS|PAM|HCR|MSF|ACNUR|OIM)\b"
_BEGINS = r"(?=[^\W\d_a-z]|\d|[“\"'‘«¿¡])"
# "NAIROBI (Reuters) —", "Geneva, 12 May –", "PARIS —": an agency, a date or capitals make it a dateline, and that a
# sentence begins behind it: "Mali – a country at war –" is none, nor is "UNICEF – the agency for children –".
_DATELINE = re.compile(
    rf"(?:{_PLACE},? )??(?:{_DATE},? )?\((?:[^()]{{1,30}}[/,] ?)?{_AGENCY}\)\s*(?:—|–|--?|:)?\s*{_BEGINS}"
    rf"|{_PLACE}?, (?:le |el )?{_DATE}\s*(?:—|–|--?)\s+{_BEGINS}"
    rf"|(?!{_ORGANISATION}){_CAPITALS}(?:[ /]{_CAPITALS}){{0,3}}(?:, [\w. ]{{2,25}})?\s*(?:—|–|--?)\s+{_BEGINS}"
)
_NAME = r"[^\W\d_a-z][\w'’.\-]*"
_BYLINE = re.compile(
    rf"(?:By|Par|Por|Von|Text by|Story by|Reporting by|Written by|بقلم)\s*:?\s+{_NAME}"
    rf"(?: (?:and|et|y|de|van|von|al|in|à|en|{_NAME})){{0,7}}\s*(?:[|•·.]\s*|$)"
)
_CAPTION = re.compile(
    r" ?[(\[](?:Photo|Image|Picture|Foto|Imagen|Crédit|Credit|File|صورة)\b[^)\]]{0,150}[)\]]|"
    r"\[[^\[\]/]{2,60}/[^\[\]]{2,60}\]",
    re.IGNORECASE,
)
# Sentences that are dropped wherever they stand.
_ASIDE = re.compile(
    r"(?:(?:image|photo|picture|caption|credit|photograph|file photo|foto|imagen|crédit|crédito|légende|صورة|الصورة)s?"
    r"(?: credit| source| by| de)?\s*[:©]|©|(?:getty images|shutterstock|advertisement|publicité|publicidad|إعلان)\b|"
    r"(?:listen to|écoute[rz]|escuch[ae]|استمع)\b.{0,30}\b(?:article|story|podcast|episode|artículo|المقال)|"
    r"\d+\s*[-–]?\s*min(?:ute)?s?\.? (?:read|de lecture|de lectura)|"
    r"(?:last )?(?:updated|published|modified|publié|mis à jour|publicado|actualizado|نشر في|آخر تحديث)\b[^.]{1,40}$|"
    r"(?:we|this (?:web)?site|notre site|nous|este sitio|نستخدم)\b.{0,25}\b(?:cookies?|ملفات تعريف)|"
    r"(?:accept|manage|allow) (?:all )?cookies|by continuing to (?:use|browse)|please (?:enable|turn on) javascript|"
    r"(?:please )?refer to the attached|"
    r"for (?:more information|(?:media|press) (?:enquiries|inquiries)),? (?:please )?contact|"
    r"(?:click|tap) here|skip to|view (?:this|the) (?:email|page|post)|readcomments\b|"
    r"this (?:article|story|post) (?:was|has been|is) (?:originally |first |also )?(?:published|produced|available)|"
    r"(?:get|receive) (?:our|the) \w* ?newsletter)",
    re.IGNORECASE,
)
# From one of these on, nothing is the story's.
_END = re.compile(
    r"(?:"
    r"share (?:this|on|via|article)|become an? (?:\w+ )?(?:member|supporter)|"
    r"support (?:us|our|the new humanitarian)\b|join (?:us|our)\b|our ability to deliver|check out our\b|"
    r"we need your help|help us (?:amplify|sustain|keep|continue)|please consider|make a donation|"
    r"donate(?: (?:now|today|here|to (?:us|our)\b.*))?[.!]?$|your donation\b|"
    r"(?:sign up|subscribe|register)(?:[.!]?$| (?:now|here|today)\b| (?:to|for) (?:our|the|free|updates)\b)|"
    r"related (?:stories|articles|content)|more (?:on this|stories)\b|more from (?:us|our|the|this)\b|"
    r"continue reading|keep reading|read (?:more|next|the (?:full|rest|whole|original)|also)\b|"
    r"to read (?:this|the) (?:article|story|rest)|see also\b|the post .{1,300} appeared first on|follow us\b|"
    r"view (?:full|original)|download (?:the|pdf)\b|originally published|partage[rz] |"
    r"soutene[rz](?:-nous| (?:nous|notre|le travail))|faites un don|abonnez|lire (?:la suite|aussi|plus)|"
    r"en savoir plus|comparte (?:este|esta|en (?:facebook|twitter|x|redes|whatsapp)\b)|compartir|apóyanos|"
    r"haz una donación|suscr[íi]b|leer más|le[ea] también|seguir leyendo|شارك(?:وا)? (?:هذا|المقال|المقالة)|"
    r"شارك$|ادعم(?:وا)?(?:نا| عملنا|$)|تبرع(?:وا)? (?:الآن|ل)|اشترك(?:وا)? (?:الآن|في النشرة)|"
    r"اقرأ (?:المزيد|أيضا|أيضاً)|للمزيد"
    r")",
    re.IGNORECASE,
)
_CUT_OFF = re.compile(r"(?:\[(?:…|\.{2,6})\]|\((?:…|\.{2,6})\)|…|\.{3,6})[ »→>]{0,4}$")
_MIDWAY = re.compile(r"…|\.\.|[,;:)\]»%–—]")
# Names that begin small and may begin a sentence: al-Shabaab, d’Orbigny, iPhone.
_SMALL_NAME = re.compile(r"[a-z]{1,3}[-'’]|[a-z]{1,3}[A-Z]")


def ends_story(text: str) -> bool:
    """Return whether a sentence or line is the publisher's, and nothing behind it the story's (“Share this”)."""
    return bool(_END.match(text))


def own_sentences(text: str) -> list[str]:
    """Return the first sentences that a clean text says itself; lines may be apart by line breaks.

    None begins midway, and a last one that is cut off (“…”) is there only where it is the only one.
    """
    told = list(_told(_CAPTION.sub("", text[:_LOOK_AT])))
    if told and (cut := _CUT_OFF.search(told[-1])):
        whole = told.pop()[: cut.start()].rstrip(" ,;:–—-")
        return told or [f"{whole}…"] if whole else told
    return told


def _told(text: str) -> Iterator[str]:
    fresh = True
    for start, end in sentences(text):
        sentence = _without_head(text[start:end]) if fresh else text[start:end]
        if ends_story(sentence):
            return
        if sentence and not _ASIDE.match(sentence) and not (fresh and _begins_midway(sentence)):
            yield sentence
            fresh = False


def _without_head(sentence: str) -> str:
    for head in (_BYLINE, _DATELINE):
        if found := head.match(sentence[:_HEAD]):
            sentence = sentence[found.end() :]
    return sentence


def _begins_midway(sentence: str) -> bool:
    return bool(_MIDWAY.match(sentence)) or (sentence[0].islower() and not _SMALL_NAME.match(sentence))
