"""Names of medicines, and what people type for them, brought to the same words.

Words are lower case, without accents nor ligatures. A number with a unit is also one word, a
*dose*, in milligrams where it is a mass: ``1 g``, ``1g`` and ``1000 mg`` all give ``1000mg``.
"""

from collections.abc import Iterator
from decimal import Decimal
import re
import unicodedata

QUERY_LENGTH_MAX = 100
QUERY_WORDS_MAX = 8

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "’": "'", "μ": "mc"})
_ACCENTS = re.compile("[\u0300-\u036f]")
_INITIALS = re.compile(r"\b[a-z](?:\.[a-z])+\b\.?")  # L.P., U.I., A.D.N.
_THOUSANDS = re.compile(r"\b\d{1,3}(?: \d{3})*(?: 000\b| \d{3}(?= ?(?:ui|unites)\b))")
_FORM = re.compile(r", | - ")  # what follows in a name is the form; in a group's, the princeps
_ELISION = re.compile(r"\b[dl]'")  # no word: « acétate d'alpha-tocophérol » is no vitamin D
_BEFORE_ALL = "\0"
_JOINED = re.compile(r"[a-z]+(?:[-'][a-z]+)+")
_MASS, _VOLUME, _UNITS_OF_ACTIVITY = "mg", "ml", "ui"
_MICRO, _ONE, _ZERO = Decimal("0.001"), Decimal(1), Decimal(0)
_UNITS = {
    "mg": (_MASS, _ONE),
    "g": (_MASS, Decimal(1000)),
    **dict.fromkeys(("mcg", "ug", "microgramme", "microgrammes"), (_MASS, _MICRO)),
    "ml": (_VOLUME, _ONE),
    **dict.fromkeys(("microlitre", "microlitres"), (_VOLUME, _MICRO)),
    **dict.fromkeys(("ui", "u", "unite", "unites"), (_UNITS_OF_ACTIVITY, _ONE)),
    "mui": (_UNITS_OF_ACTIVITY, Decimal(1_000_000)),
    **dict.fromkeys(("%", "pour cent", "p cent"), ("%", _ONE)),
    **dict.fromkeys(("h", "heure", "heures"), ("h", _ONE)),
}
_UNIT = "|".join(sorted(_UNITS, key=len, reverse=True))
_WORD = re.compile(
    rf"(?P<number>\d+(?:[.,]\d+)?)(?: ?(?P<unit>{_UNIT})(?![a-z0-9]))?|(?P<word>[a-z][a-z0-9]*)"
)

# What the counter writes, where it is not simply the beginning of the word. Laboratories that
# changed their name are found by both.
_ABBREVIATIONS = {
    **dict.fromkeys(("cp", "cpr", "cpm", "cps", "cprs"), ("comprime",)),
    "caps": ("capsule",),
    "gel": ("gelule",),
    "glle": ("gelule",),
    "pdre": ("poudre",),
    "crm": ("creme",),
    "effv": ("effervescent",),
    "lp": ("prolongee",),
    "lm": ("modifiee",),
    "gtt": ("gouttes",),
    "gttes": ("gouttes",),
    "ovl": ("ovule",),
    **dict.fromkeys(("patch", "patchs", "patches"), ("transdermique", "patch")),
    "ad": ("adultes",),
    "nne": ("nourrissons",),
    "ss": ("sans",),
    "ac": ("acide",),
    "vit": ("vitamine",),
    "hct": ("hydrochlorothiazide",),
    "hctz": ("hydrochlorothiazide",),
    "bgr": ("biogaran",),
    "biogaran": ("bgr",),
    "arw": ("arrow",),
    "myl": ("mylan", "viatris"),
    "mylan": ("viatris",),
    "via": ("viatris", "mylan"),
    "tvc": ("teva",),
    "sdz": ("sandoz",),
    "crt": ("cristers",),
    "ratio": ("ratiopharm", "teva"),
}
# They say nothing of which medicine it is: looked for only where nothing else is asked.
_EMPTY = frozenset(
    [
        "de",
        "du",
        "des",
        "la",
        "le",
        "les",
        "et",
        "a",
        "au",
        "aux",
        "en",
        "ou",
        "pour",
        "par",
        "avec",
        "mg",
        "ml",
        "ui",
        "mcg",
        "microgrammes",
    ]
)


def fold(text: str) -> str:
    """*text* in lower case, without accents nor ligatures; initials and thousands joined.

    Source: REF-10.
    """
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", text)).casefold().translate(_LIGATURES)
    joined = _INITIALS.sub(lambda initials: initials[0].replace(".", ""), bare)
    return _THOUSANDS.sub(lambda number: number[0].replace(" ", ""), joined)


def split_name(name: str) -> dict[str, None]:
    """The words by which *name* is found, each once, in their order.

    A dose is found by its number too, as written and in milligrams: ``500``, ``500mg``. Words
    joined by a hyphen are found apart and together: ``l``, ``thyroxine``, ``lthyroxine``.

    Source: REF-10.
    """
    folded = fold(name)
    words: dict[str, None] = {}
    for number, unit, word in _read(folded):
        if unit:
            words |= dict.fromkeys((_say(number), _measure(number, unit), *unit.split()))
            if unit == "g":
                words[_say(number * 1000)] = None
        else:
            words[word or _say(number)] = None
    words |= {
        re.sub("[-']", "", joined): None for joined in _JOINED.findall(_ELISION.sub(" ", folded))
    }
    return words


def split_query(text: str) -> tuple[tuple[str, ...], ...]:
    """What *text* asks for, word by word: each with what it may stand for, as typed first.

    At most ``QUERY_WORDS_MAX`` words of the first ``QUERY_LENGTH_MAX`` characters.

    Source: REF-10.
    """
    typed = {
        _measure(number, unit) if unit else word or _say(number): None
        for number, unit, word in _read(fold(text[:QUERY_LENGTH_MAX]))
    }
    telling = [word for word in typed if word not in _EMPTY] or list(typed)
    return tuple((word, *_ABBREVIATIONS.get(word, ())) for word in telling[:QUERY_WORDS_MAX])


def part_form(name: str) -> tuple[str, str]:
    """*name* before its form, and its form; empty where it has none."""
    before, _, form = name.partition(", ")
    return before, form


def sort_key(name: str) -> str:
    """What sorts *name* as people expect: by words, doses by their amount, and then by form.

    Source: ours (REF-10): 5 mg, then 10 mg, then 1 g; 500 mg, then 500 mg/5 ml.
    """
    parts = []
    for part in _FORM.split(fold(name), maxsplit=1):
        words = []
        for number, unit, word in _read(part):
            amount = number * _UNITS[unit][1] if unit else number
            words.append(word or f"{amount:018.6f}")
        parts.append(" ".join(words))
    return _BEFORE_ALL.join(parts)


def _read(folded: str) -> Iterator[tuple[Decimal, str, str]]:
    """Numbers with their unit, where they have one, and words; a word has no number: 0."""
    for number, unit, word in _WORD.findall(_ELISION.sub(" ", folded)):
        yield Decimal(number.replace(",", ".")) if number else _ZERO, unit, word


def _measure(number: Decimal, unit: str) -> str:
    common, factor = _UNITS[unit]
    return _say(number * factor) + common


def _say(number: Decimal) -> str:
    return f"{number.normalize():f}"
