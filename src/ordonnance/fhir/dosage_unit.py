"""Units and routes as FHIR codes them, brought to French words: UCUM, EDQM, SNOMED CT."""

from collections.abc import Mapping
from dataclasses import replace

from ordonnance.domain.posology import Unit
from ordonnance.domain.posology_unit import (
    DAY,
    HOUR,
    MILLION_UI,
    MINUTE,
    MONTH,
    SECOND,
    THOUSAND_UI,
    WEEK,
    YEAR,
    find_unit,
    per,
    read_unit,
)
from ordonnance.fhir import terms

SNOMED = "http://snomed.info/sct"

# Source: FHIR R4, UnitsOfTime; EDQM Standard Terms (units of presentation); UCUM.
UNITS_OF_TIME: Mapping[str, Unit] = {
    "s": SECOND,
    "min": MINUTE,
    "h": HOUR,
    "d": DAY,
    "wk": WEEK,
    "mo": MONTH,
    "a": YEAR,
}
_UCUM_WORDS = {
    "kg": "kg",
    "g": "g",
    "mg": "mg",
    "ug": "µg",
    "ng": "ng",
    "L": "L",
    "l": "L",
    "dL": "dl",
    "dl": "dl",
    "cL": "cl",
    "cl": "cl",
    "mL": "ml",
    "ml": "ml",
    "uL": "µl",
    "ul": "µl",
    "mol": "mol",
    "mmol": "mmol",
    "umol": "µmol",
    "meq": "mEq",
    "m2": "m²",
    "cm2": "cm²",
    "cm": "cm",
    "mm": "mm",
    "%": "%",
    "MBq": "MBq",
    "GBq": "GBq",
    "kcal": "kcal",
    "U": "unité",
    "[iU]": "UI",
    "[IU]": "UI",
    "[drp]": "goutte",
    "cm3": "ml",
}
_UCUM_UI = {
    f"{times}{unit}": million_or_thousand
    for unit in ("[iU]", "[IU]")
    for times, million_or_thousand in (
        *(("10*6", MILLION_UI), ("10*6.", MILLION_UI), ("M", MILLION_UI)),
        *(("10*3", THOUSAND_UI), ("10*3.", THOUSAND_UI), ("k", THOUSAND_UI)),
    )
}
_EDQM_WORDS = {
    "15001000": "bouffée",
    "15002000": "ampoule",
    "15004000": "applicateur",
    "15005000": "poche",
    "15007000": "plaquette",
    "15009000": "flacon",
    "15011000": "cachet",
    "15012000": "gélule",
    "15013000": "cartouche",
    "15017000": "godet",
    "15021000": "compresse",
    "15022000": "goutte",
    "15023000": "film",
    "15024000": "gomme à mâcher",
    "15025000": "implant",
    "15026000": "inhalateur",
    "15027000": "insert",
    "15028000": "pot",
    "15029000": "pastille",
    "15030000": "lyophilisat",
    "15033000": "tampon",
    "15035000": "pastille",
    "15036000": "patch",
    "15037000": "stylo",
    "15039000": "ovule",
    "15040000": "granule",
    "15041000": "pipette",
    "15042000": "emplâtre",
    "15045000": "sachet",
    "15046000": "éponge",
    "15047000": "cuillère-mesure",
    "15048000": "bâton",
    "15051000": "suppositoire",
    "15052000": "seringue",
    "15053000": "système",
    "15054000": "comprimé",
    "15056000": "tampon",
    "15058000": "tube",
    "15060000": "flacon",
    "15061000": "bouffée",
    "10219000": "comprimé",
}
# Source: EDQM Standard Terms, routes of administration, French terms.
_EDQM_ROUTES = {
    "20001000": "Voie auriculaire",
    "20002500": "Voie buccogingivale",
    "20003000": "Voie cutanée",
    "20004000": "Voie dentaire",
    "20009000": "Voie péridurale",
    "20013500": "Voie gastrique",
    "20013000": "Voie gastro-entérale",
    "20014000": "Voie gingivale",
    "20015500": "par implantation",
    "20019500": "par infiltration",
    "20020000": "Voie inhalée",
    "20023000": "Voie intra-artérielle",
    "20024000": "Voie intra-articulaire",
    "20027000": "Voie intracaverneuse",
    "20030000": "Voie intradermique",
    "20035000": "Voie intramusculaire",
    "20036500": "Voie intraosseuse",
    "20038000": "Voie intrapéritonéale",
    "20042000": "Voie intrathécale",
    "20044000": "Voie intra-utérine",
    "20045000": "Voie intraveineuse",
    "20046000": "Voie intravésicale",
    "20047000": "Voie intravitréenne",
    "20049000": "Voie nasale",
    "20050000": "par nébulisation",
    "20051000": "Voie ophtalmique",
    "20053000": "Voie orale",
    "20054000": "Voie buccale",
    "20055000": "Voie oropharyngée",
    "20057000": "Voie périarticulaire",
    "20061000": "Voie rectale",
    "20066000": "Voie sous-cutanée",
    "20067000": "Voie sublinguale",
    "20070000": "Voie transdermique",
    "20071000": "Voie urétrale",
    "20072000": "Voie vaginale",
}
_SNOMED_ROUTES = {
    "26643006": "Voie orale",
    "78421000": "Voie intramusculaire",
    "47625008": "Voie intraveineuse",
    "34206005": "Voie sous-cutanée",
    "37839007": "Voie sublinguale",
    "37161004": "Voie rectale",
    "46713006": "Voie nasale",
    "54485002": "Voie ophtalmique",
    "10547007": "Voie auriculaire",
    "45890007": "Voie transdermique",
    "16857009": "Voie vaginale",
}
ROUTES: Mapping[str, Mapping[str, str]] = {terms.EDQM: _EDQM_ROUTES, SNOMED: _SNOMED_ROUTES}


def unit_of_code(system: str | None, code: str) -> Unit | None:
    """The unit that *code* stands for; None if the system or the code is not known."""
    if system == terms.EDQM:
        word = _EDQM_WORDS.get(code)
        return None if word is None else find_unit(word)
    return _unit_of_ucum(code) if system == terms.UCUM else None


def _unit_of_ucum(code: str) -> Unit | None:
    """A UCUM code, or so many of one per one or two others: ``mg/kg/d``."""
    first, *under = code.split("/")
    unit = _UCUM_UI.get(first) or UNITS_OF_TIME.get(first) or find_unit(_UCUM_WORDS.get(first, ""))
    for part in under:
        divisor = UNITS_OF_TIME.get(part) or find_unit(_UCUM_WORDS.get(part, ""))
        unit = None if unit is None or divisor is None else per(unit, divisor)
    return unit


def read_unit_of(*, text: str | None, system: str | None, code: str | None) -> Unit | None:
    """The unit of a FHIR Quantity; None where it has none.

    The code says it where it is known. The prescriber's words may say it closer (``capsule`` for
    EDQM's capsule, ``UI anti-Xa`` for UCUM's unit); where they say something else, both are said.

    Source: POS-3.
    """
    word = (text or "").strip().removeprefix("{").removesuffix("}").strip()
    coded = None if code is None else unit_of_code(system, code)
    if not word:
        bare = (code or "").removeprefix("{").removesuffix("}").strip()
        is_number = system == terms.UCUM and bare == "1"
        return coded or (read_unit(bare) if bare and not is_number else None)
    written, known = read_unit(word), find_unit(word)
    if coded is None or written == coded or _is_closer(written, known, coded):
        return written
    if known is None or known.symbol == coded.symbol:
        return coded
    return _with_both(written, coded)


def _is_closer(written: Unit, known: Unit | None, coded: Unit) -> bool:
    """Whether the words say the coded unit, more closely."""
    if coded.symbol is None:
        return known is not None and known.symbol is None
    return written.symbol is not None and written.symbol.startswith(f"{coded.symbol} ")


def _with_both(written: Unit, coded: Unit) -> Unit:
    note = f" (codé\u00a0: {coded.symbol or coded.one})"
    return replace(
        written,
        one=written.one + note,
        many=written.many + note,
        symbol=None if written.symbol is None else written.symbol + note,
        has_halves=False,
    )
