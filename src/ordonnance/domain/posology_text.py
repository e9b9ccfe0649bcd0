"""The prescriber's own words, fitted into a sentence without changing what they say."""

import re

from ordonnance.domain.posology_numeral import NARROW

_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")
_EDGES = " .,;:-–—"
# A phrase that begins so goes on from the one before.
_LINKS = (
    *("à", "a", "ainsi", "après", "au", "aux", "avant", "avec", "chaque", "dans", "de", "dès"),
    *("du", "durant", "en", "entre", "et", "excepté", "jusqu’à", "jusqu’au", "lors", "mais"),
    *("matin", "midi", "ni", "ou", "par", "pendant", "pour", "puis", "sans", "sauf", "selon"),
    *("si", "soir", "soit", "sous", "suivant", "sur", "tant", "tous", "tout", "toute", "toutes"),
    "uniquement",
)
# These begin a sentence too: they only lose the capital where they come after a comma.
_STARTS = ("ce", "ces", "des", "il", "la", "le", "les", "ne", "pas", "un", "une")
_INFINITIVE = re.compile(r"[A-ZÀ-Ý][a-zà-ÿ]+(?:er|ir|re)")
_LINKED = re.compile(r"(?:d|s|jusqu)’", re.IGNORECASE)
_STARTED = re.compile(r"(?:l|n|qu)’", re.IGNORECASE)


def clean(text: str | None) -> str:
    """*text* on one line, without what does not print nor the punctuation at its ends."""
    if not text:
        return ""
    if not text.isprintable():
        text = "".join(sign for sign in text if sign.isprintable() or sign.isspace())
    if "'" in text:
        text = _APOSTROPHE.sub("’", text)
    return " ".join(text.split()).strip(_EDGES)


def follows_on(phrase: str) -> bool:
    """Whether *phrase* goes on with the sentence before it."""
    return phrase[:1].islower() or is_linked(phrase)


def is_linked(phrase: str) -> bool:
    """Whether *phrase* begins with a word that goes on, as ``si``, ``en`` or ``selon``."""
    return _first(phrase) in _LINKS or _LINKED.match(phrase) is not None


def is_noun(phrase: str) -> bool:
    """Whether *phrase* may stand after « en cas de »: neither article, link nor capital."""
    return phrase[:1].islower() and not is_linked(phrase) and not _is_start(phrase)


def _is_start(phrase: str) -> bool:
    is_word = _first(phrase) in _STARTS or _STARTED.match(phrase) is not None
    return is_word or _INFINITIVE.fullmatch(phrase.partition(" ")[0]) is not None


def _first(phrase: str) -> str:
    return phrase.partition(" ")[0].casefold()


def soften(phrase: str) -> str:
    """*phrase* without the capital it began with, where that capital only began it."""
    word, space, rest = phrase.partition(" ")
    if word in ("A", "À"):
        return f"à{space}{rest}"
    if (is_linked(phrase) or _is_start(phrase)) and not word[1:].isupper():
        return phrase[:1].lower() + phrase[1:]
    return phrase


def is_many(phrase: str) -> bool:
    """Whether *phrase* holds sentences of its own."""
    return ". " in phrase


def in_full(phrase: str) -> str:
    """*phrase*, quoted where it holds sentences of its own."""
    return f"(«{NARROW}{phrase}{NARROW}»)" if is_many(phrase) else phrase


def append(said: str, more: str, *, is_apart: bool) -> str:
    """*more* after *said*, after a comma if *is_apart*; either may be empty."""
    link = ", " if is_apart else " "
    return link.join(part for part in (said, more) if part)
