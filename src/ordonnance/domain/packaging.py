"""What one pack holds, read in its French label.

The BDPM labels a presentation in a sentence, as « 3 plaquette(s) PVC aluminium de 21
comprimé(s) ». Only a sentence of one container and one content is read, every figure of which is
understood; a mixture, a pack of packs or a figure too many gives nothing.
"""

from dataclasses import dataclass
from decimal import Decimal
import re
import unicodedata

# What is counted one by one, in the singular.
_PIECES = (
    *("comprimé", "gélule", "capsule", "pastille", "gomme", "lyophilisat", "suppositoire"),
    *("ovule", "film", "dispositif", "emplâtre", "dose", "bouffée", "pulvérisation"),
)
# What shares out these is the container itself: its size does not count.
_UNIT_DOSES = (
    *("ampoule", "récipient unidose", "sachet", "seringue", "stylo", "cartouche", "poche"),
)
_VESSELS = ("flacon", "tube", "pot", "bouteille", "pilulier", "boîte", "inhalateur", "plaquette")
_WRAPPERS = (*_VESSELS, *_UNIT_DOSES, "film")
_DISPENSED = ("dose", "bouffée", "pulvérisation")
_POURED = ("flacon", "tube", "pot", "bouteille")
# Their grams are of powder, not of what is drunk: a posology in grams says something else.
_POWDERS = ("poudre", "granul")

_LABEL_MAX = 1_000
_WHOLE = r"[1-9][0-9]{0,4}"
_NUMBER = r"[0-9]{1,5}(?:,[0-9]{1,3})?"
_MEASURES = r"ml|g|l|mg|microgramme|ui|mui|mbq|gbq"
_WORDS = (*_PIECES, *_WRAPPERS)


def _either(words: tuple[str, ...]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_MARKS = re.compile(r"\((?:s|x|aux|e)\)")
_ASIDES = re.compile(r"\( ?(?:abrogée le [0-9/]+|distributeur parallèle [^()0-9]*)\)")
_PLURALS = re.compile(rf"\b({_either(_WORDS)}|{_MEASURES})s\b")
_SPELLINGS = (
    ("boite", "boîte"),
    ("sachet-dose", "sachet"),
    ("récipients unidose", "récipient unidose"),
    ("millilitre", "ml"),
    ("gramme", "g"),
)
_ACCESSORIES = re.compile(
    r" (?:avec|et|\+) [0-9]+ (?=aiguille|tampon|compresse|gobelet|cuillère|canule|applicateur"
    r"|godet|adaptateur|pipette|spatule|seringue pour administration|dispositif de transfert)"
)
# One container, then one content; neither holds a figure elsewhere, nor a « + ».
_SENTENCE = re.compile(
    rf"(?:(?P<packs>{_WHOLE}) )?(?P<wrapper>{_either(_WRAPPERS)})\b(?P<about>[^\d+]*?)"
    rf"(?: de (?P<each>{_NUMBER})(?: ?x ?(?P<times>{_WHOLE}))?"
    rf"(?: (?P<unit>{_either(_PIECES)}|{_MEASURES})\b)?"
    rf"(?: \((?P<shots>{_WHOLE}) (?P<shot>{_either(_DISPENSED)})\))?)?"
    r"(?P<tail>[^\d+]*)"
)
# A second content would be named after the first; these words name no content there.
_HARMLESS = re.compile(
    r"(?:pour|de la|du) (?:flacon|seringue|stylo)|seringue (?:pour administration|orale|doseuse)"
    r"|dispositif d|dispositif (?!transdermique)|film (?!orodispersible)|en boîte|pompe doseuse"
    r"|^ bouteille en verre|(?:en )?doses? unitaires?|plaquettes? unitaires?|d'une capsule"
    r"|avec inhalateur|chaque inhalateur est conditionné dans un sachet"
)
_NAMED = re.compile(rf" *(?P<unit>{_either(_PIECES)})\b")
_SECOND = re.compile(rf"\b(?:{_either(_WORDS)}|solvant|kit|trousse|litre|ou)\b| [-–] ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What one pack holds: *count*, above 0, of *unit*, a French word in the singular, or ml or g.

    Tablets and the like are counted one by one, what is in single doses (ampoules, sachets) by its
    containers, what is poured or spread in ml or g.
    """

    count: Decimal
    unit: str


def read_contents(label: str, *, form: str | None = None) -> Contents | None:
    """What the pack that *label* describes holds; None in doubt.

    Without a number of blisters or bottles, the number of tablets is the pack's: « plaquette(s) de
    30 comprimé(s) » holds 30. *form* is the product's pharmaceutical form, where it is known: it
    names what a label counts without a word, and a form that contradicts the label is a doubt.

    Source: ours (MED-4): this number decides when a renewal is too early, so that a wrong one is
    worse than none.
    """
    match = _SENTENCE.fullmatch(_tidy(label)) if len(label) <= _LABEL_MAX else None
    if match is None or _names_more(match):
        return None
    contents = _count(match, form=form)
    return contents if contents is not None and contents.count > 0 else None


def _tidy(label: str) -> str:
    """*label* on one line, in small letters, singular and one spelling a word."""
    text = " ".join(unicodedata.normalize("NFC", label).lower().replace("’", "'").split())
    text = _ASIDES.sub("", _MARKS.sub("", text))
    for written, meant in _SPELLINGS:
        text = re.sub(rf"\b{written}(?=s?\b)", meant, text)
    text = _ACCESSORIES.sub(" avec ", _PLURALS.sub(r"\1", text))
    return " ".join(text.split()).strip(" .")


def _names_more(match: re.Match[str]) -> bool:
    """Whether the label names a second content, or one that the rules do not know."""
    return any(_SECOND.search(_HARMLESS.sub("", match[part])) for part in ("about", "tail"))


def _count(match: re.Match[str], *, form: str | None) -> Contents | None:
    unit = match["unit"]
    if match["shots"]:
        return _multiply(match, "shots", unit=match["shot"])
    if unit in _PIECES:
        return _multiply(match, "each", unit=unit) if _fits(unit, form) else None
    if match["each"] and unit is None:
        return _count_unnamed(match, form=form)
    return _count_wrappers(match, form=form)


def _count_wrappers(match: re.Match[str], *, form: str | None) -> Contents | None:
    """Single doses by their containers, the others by what they hold; a number must be said."""
    if match["packs"] is None or match["times"] is not None:
        return None
    if match["wrapper"] in _UNIT_DOSES or "unidose" in match["about"]:
        return Contents(count=Decimal(match["packs"]), unit=match["wrapper"])
    return _count_vessels(match, form=form)


def _multiply(match: re.Match[str], figure: str, *, unit: str) -> Contents | None:
    """As many pieces as packs, times what each one holds; pieces are whole."""
    if "," in match[figure]:
        return None
    packs, times = int(match["packs"] or 1), int(match["times"] or 1)
    return Contents(count=Decimal(packs * times * int(match[figure])), unit=unit)


def _fits(unit: str, form: str | None) -> bool:
    """Whether a product of *form* may be counted in *unit*; doses are of any form."""
    return form is None or unit in _DISPENSED or unit in form.lower()


def _count_unnamed(match: re.Match[str], *, form: str | None) -> Contents | None:
    """What a blister « de 30 » holds: what the form says."""
    piece = _NAMED.match((form or "").lower())
    if piece is None or match["wrapper"] != "plaquette" or match["tail"]:
        return None
    return _multiply(match, "each", unit=piece["unit"])


def _count_vessels(match: re.Match[str], *, form: str | None) -> Contents | None:
    """What bottles and tubes hold, in ml or g; a bottle of powder to inject is one bottle."""
    wrapper, unit = match["wrapper"], match["unit"]
    if wrapper not in _POURED:
        return None
    if (unit == "ml" and not _is_injected(form)) or (unit == "g" and _is_spread(wrapper, form)):
        each = Decimal(match["each"].replace(",", "."))
        return Contents(count=int(match["packs"]) * each, unit=unit)
    is_vial = wrapper == "flacon" and unit not in {"g", "l"}
    return Contents(count=Decimal(match["packs"]), unit=wrapper) if is_vial else None


def _is_injected(form: str | None) -> bool:
    """Whether *form* is a powder in a vial, whose ml are the vial's size."""
    said = (form or "").lower()
    return said.lstrip().startswith(("poudre", "lyophilisat")) and "buvable" not in said


def _is_spread(wrapper: str, form: str | None) -> bool:
    """Whether grams are of what is applied: in a tube, or of a form known and no powder."""
    if form is None:
        return wrapper == "tube"
    return not any(word in form.lower() for word in _POWDERS)
