"""The units of a posology in French: their words, their plurals, and how they are looked up."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
import re
import unicodedata

from ordonnance.domain.posology import Unit

# A noun a line: one, many where it is not one + s, then what else prescribers write for it.
_NOUNS = """
*comprimé | | cp, cpr, cps, cpm, comp, tablet, tablets
*capsule molle | capsules molles |
*lyophilisat | | lyoph
*suppositoire | | supp, suppo, suppos
*sachet-dose | sachets-doses | sachet dose
*sachet | | sach
*dispositif transdermique | dispositifs transdermiques |
*dispositif | |
*patch | patchs | patches
*emplâtre | |
*flacon | | fl, flac
*film | |
*cachet | |
ovule | |
implant | |
granule | |
stylo | |
tube | |
pot | |
bâton | |
godet | |
inhalateur | |
applicateur | |
pansement | |
tampon | |
lavement | |
lavage | |
insert | |
anneau | anneaux |
système | |
récipient unidose | récipients unidoses |
bain de bouche | bains de bouche |
globule | |
trait | |
"""
_FEMININE_NOUNS = """
*gélule | | gél
*capsule | | caps
*ampoule | | amp
unité | | u
*dose | |
*unidose | |
*mesure | |
*cuillère-mesure | cuillères-mesures | cuillère mesure, cuillerée-mesure, spoonful
*cuillère à café | cuillères à café | cac, c à c, càc, cuillerée à café
*cuillère à dessert | cuillères à dessert | cuillerée à dessert
*cuillère à soupe | cuillères à soupe | cas, c à s, càs, cuillerée à soupe
*pipette | |
*poche | |
*pastille | |
*seringue | | ser
seringue préremplie | seringues préremplies | spr
cartouche | |
bouffée | | bouff, puff, puffs
pulvérisation | | pulv, spray, sprays
inhalation | | inhal
application | | appl, appln, applic
instillation | |
injection | | inj
perfusion | | perf
goutte | | gtt, gtte, drop, drops
gomme à mâcher | gommes à mâcher |
compresse | |
éponge | |
noisette | |
boîte | | bte, boite
pression | |
prise | |
pièce | |
graduation | |
plaquette | |
"""
# Symbol, one, many where it is not one + s, then what else is written for it.
_MEASURES = """
kg | kilogramme | |
g | gramme | | gr
mg | milligramme | | milligram, milligrams
µg | microgramme | | mcg, ug, microgram, micrograms
ng | nanogramme | |
L | litre | |
dl | décilitre | |
cl | centilitre | |
ml | millilitre | | cm3
µl | microlitre | | ul
mol | mole | |
mmol | millimole | |
µmol | micromole | | umol
mEq | milliéquivalent | | meq
m² | mètre carré | mètres carrés | m2
cm² | centimètre carré | centimètres carrés | cm2
cm | centimètre | |
mm | millimètre | |
% | pour cent | pour cent |
MBq | mégabecquerel | |
GBq | gigabecquerel | |
kcal | kilocalorie | |
"""
_FEMININE_MEASURES = """
UI | unité internationale | unités internationales | u.i., iu
"""
_FEMININE_SYMBOLS = frozenset({"mol", "mmol", "µmol", "kcal"})

SECOND = Unit(one="seconde", many="secondes", is_feminine=True)
MINUTE = Unit(one="minute", many="minutes", is_feminine=True)
HOUR = Unit(one="heure", many="heures", is_feminine=True, has_halves=True)
DAY = Unit(one="jour", many="jours", has_halves=True)
WEEK = Unit(one="semaine", many="semaines", is_feminine=True, has_halves=True)
MONTH = Unit(one="mois", many="mois", has_halves=True)
YEAR = Unit(one="an", many="ans", has_halves=True)
TIMES = (SECOND, MINUTE, HOUR, DAY, WEEK, MONTH, YEAR)
MILLION_UI = Unit(
    one="million d’unités internationales", many="millions d’unités internationales", symbol="MUI"
)
THOUSAND_UI = Unit(
    one="millier d’unités internationales", many="milliers d’unités internationales", symbol="kUI"
)

# What ends the noun and its adjectives: from there on words stay as they are.
_INVARIABLE = re.compile(
    r"(?:(?:de|du|des|à|au|aux|en|pour|par|avec|sans|ou|et|soit|selon|correspondant"
    r"|équivalant|anti.*)$|d['’]|\W|.*\d)",
    re.IGNORECASE,
)


def _fold(text: str) -> str:
    """*text* as it is looked up: no case, no accent, no dot, no plural in brackets."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(sign for sign in bare if not unicodedata.combining(sign))
    return " ".join(re.sub(r"\(e?s\)|\.", "", bare).replace("’", "'").split())


def _rows(table: str) -> Iterator[list[str]]:
    for line in table.strip().splitlines():
        yield [cell.strip() for cell in line.split("|")]


def _nouns(table: str, *, is_feminine: bool) -> Iterator[tuple[Unit, str]]:
    for one, many, others in _rows(table):
        noun = one.removeprefix("*")
        yield (
            Unit(
                one=noun,
                many=many or f"{noun}s",
                is_feminine=is_feminine,
                has_halves=one.startswith("*"),
            ),
            others,
        )


def _measures(table: str, *, is_feminine: bool) -> Iterator[tuple[Unit, str]]:
    for symbol, one, many, others in _rows(table):
        yield (
            Unit(
                one=one,
                many=many or f"{one}s",
                symbol=symbol,
                is_feminine=is_feminine or symbol in _FEMININE_SYMBOLS,
            ),
            others,
        )


def _spellings() -> Iterator[tuple[str, Unit]]:
    """Each of the ways to write a unit, and that unit."""
    known = (
        *_measures(_MEASURES, is_feminine=False),
        *_measures(_FEMININE_MEASURES, is_feminine=True),
        *_nouns(_NOUNS, is_feminine=False),
        *_nouns(_FEMININE_NOUNS, is_feminine=True),
        *((unit, "") for unit in TIMES),
        (DAY, "j, jr, jrs, day, days"),
        (HOUR, "h, hr, hrs, hour, hours"),
        (MINUTE, "min, mn"),
        (WEEK, "sem, week, weeks"),
        (MONTH, "month, months"),
        (YEAR, "année, années, year, years"),
    )
    for unit, others in known:
        for word in (unit.symbol or "", unit.one, unit.many, *others.split(", ")):
            if word:
                yield word, unit


def _table() -> Mapping[str, Unit]:
    """Every unit by each of the ways to write it, folded; the first one wins."""
    units: dict[str, Unit] = {}
    for word, unit in _spellings():
        units.setdefault(_fold(word), unit)
    return units


_UNITS = _table()
# As they are written here, which most are, units are found without folding. Only their case
# tells a million from a thousandth: these are never folded.
_EXACT = {
    **{word: _UNITS[_fold(word)] for word, _ in _spellings()},
    "MUI": MILLION_UI,
    "M UI": MILLION_UI,
    "kUI": THOUSAND_UI,
}


def find_unit(text: str) -> Unit | None:
    """The unit that *text* names in full, as prescribers write it; None if none is known.

    Source: POS-3.
    """
    written = " ".join(text.split())
    return _EXACT.get(written) or _UNITS.get(_fold(written))


def read_unit(text: str) -> Unit:
    """The unit that *text* names, or that it begins with; else *text* itself, invariable.

    Source: POS-3.
    """
    written = " ".join(text.split())
    whole = find_unit(written)
    if whole is not None:
        return whole
    over, slash, under = written.partition("/")
    head, space, rest = written.partition(" ")
    if slash and over.strip() and under.strip() and find_unit(over) and find_unit(under):
        return per(read_unit(over), read_unit(under))
    unit = find_unit(head) if space else None
    if unit is None or unit in TIMES:
        return Unit(one=written, many=written, symbol=written)
    return replace(
        unit,
        one=f"{unit.one} {rest}",
        many=f"{unit.many} {_pluralise(rest) if unit.symbol is None else rest}",
        symbol=None if unit.symbol is None else f"{unit.symbol} {rest}",
    )


def _pluralise(adjectives: str) -> str:
    """The plural of what follows a noun, up to the first word that does not agree."""
    words = adjectives.split()
    for index, word in enumerate(words):
        if _INVARIABLE.match(word) or find_unit(word) is not None:
            break
        words[index] = word if word.endswith(("s", "x", "z", ")")) else f"{word}s"
    return " ".join(words)


def per(unit: Unit, under: Unit) -> Unit:
    """So many *unit* for one *under*: ``mg/m²``, ``milligrammes par mètre carré``."""
    symbol = None
    if unit.symbol is not None:
        symbol = (
            f"{unit.symbol}/{under.symbol}" if under.symbol else f"{unit.symbol} par {under.one}"
        )
    return replace(
        unit,
        one=f"{unit.one} par {under.one}",
        many=f"{unit.many} par {under.one}",
        symbol=symbol,
        has_halves=False,
    )
