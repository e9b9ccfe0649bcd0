"""The files of the public database of medicines (BDPM), from bytes to rows of values.

No header, no quoting, fields parted by tabs. A row that cannot be taken is refused with its line
and a reason, and reading goes on. Blanks are squeezed, as in the extract of the package.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from enum import StrEnum
import re
from typing import NamedTuple

from ordonnance.domain.identifiers import CIP13, CIS, UCD13
from ordonnance.domain.product import Availability, GenericRole, Supply
from ordonnance.domain.refusal import Refusal

_ROLES = {
    "0": GenericRole.PRINCEPS,
    "1": GenericRole.GENERIC,
    "2": GenericRole.COMPLEMENTARY,
    "4": GenericRole.SUBSTITUTABLE,
}
_SUPPLIES = {
    "1": Supply.OUT_OF_STOCK,
    "2": Supply.SHORTAGE,
    "3": Supply.DISCONTINUED,
    "4": Supply.BACK,
}
# The data say FT for « fraction thérapeutique » where the official description says ST.
_NATURES = {"SA": False, "FT": True, "ST": True}
_MARKETED_MEDICINE = "Commercialisée"
_MARKETED_BOX = ("Présentation active", "Déclaration de commercialisation")
_DATE = "%d/%m/%Y"
_ATC = re.compile(r"[A-Z](?:\d\d(?:[A-Z](?:[A-Z](?:\d\d)?)?)?)?", re.ASCII)
_BLANKS = re.compile(" {2,}")
_CONTROLS = re.compile("[\x80-\x9f]")


LARGE_LINES = 1000  # official files end with an end of line; a small one made by hand may not


class BDPMFile(StrEnum):
    """The files that are read, in the order in which they are, by their names.

    Source: REF-1; BDPM, format v4. ``UCD_CIS.txt`` is ours: no public file links UCD13 and CIS.
    """

    MEDICINES = "CIS_bdpm.txt"
    BOXES = "CIS_CIP_bdpm.txt"
    COMPOSITION = "CIS_COMPO_bdpm.txt"
    GROUPS = "CIS_GENER_bdpm.txt"
    CONDITIONS = "CIS_CPD_bdpm.txt"
    SUPPLIES = "CIS_CIP_Dispo_Spec.txt"
    ATC = "CIS_MITM.txt"
    UCDS = "UCD_CIS.txt"


class RowError(ValueError):
    """A row cannot be taken; the message is the reason, in French."""


class BrokenFileError(ValueError):
    """A file cannot be used at all; the message says why, in French."""


class Medicine(NamedTuple):
    """A row of CIS_bdpm: a medicine."""

    cis: str
    name: str
    form: str
    is_marketed: bool


class Box(NamedTuple):
    """A row of CIS_CIP_bdpm: a presentation."""

    cis: str
    cip13: CIP13
    packaging: str
    is_marketed: bool


class Component(NamedTuple):
    """A row of CIS_COMPO_bdpm; *link* pairs a substance with its active moiety."""

    cis: str
    link: tuple[str, str]
    is_moiety: bool
    substance: str


class Membership(NamedTuple):
    """A row of CIS_GENER_bdpm: a medicine in a generic group."""

    cis: str
    group: str
    label: str
    role: GenericRole


class Words(NamedTuple):
    """A row of CIS_CPD_bdpm: a condition of prescription or delivery."""

    cis: str
    text: str


class Notice(NamedTuple):
    """A row of CIS_CIP_Dispo_Spec; *cip13* empty: of every presentation."""

    cis: str
    cip13: str
    updated_on: date | None
    availability: Availability


class Classified(NamedTuple):
    """A row of CIS_MITM: the ATC code of a medicine."""

    cis: str
    atc: str


class Unit(NamedTuple):
    """A row of UCD_CIS: a dispensing unit of a medicine."""

    cis: str
    ucd: str


Row = Medicine | Box | Component | Membership | Words | Notice | Classified | Unit


class Layout(NamedTuple):
    """How a file is made: its number of columns, the ones that name a row, its reader.

    *key* empty: the whole row. Two rows of one key are one said twice.
    """

    columns: int
    key: tuple[int, ...]
    read: Callable[[Sequence[str]], Row]
    is_required: bool = False


def _read_medicine(row: Sequence[str]) -> Medicine:
    return Medicine(
        cis=row[0],
        name=_require(row[1], "dénomination absente"),
        form=row[2],
        is_marketed=row[6] == _MARKETED_MEDICINE,
    )


def _read_box(row: Sequence[str]) -> Box:
    return Box(
        cis=row[0],
        cip13=_parse_cip13(row[6]),
        packaging=_require(row[2], "libellé de présentation absent"),
        is_marketed=(row[3], row[4]) == _MARKETED_BOX,
    )


def _read_component(row: Sequence[str]) -> Component:
    if row[6] not in _NATURES:
        raise RowError("nature du composant inconnue")
    return Component(
        cis=row[0],
        link=(row[1], row[7]),
        is_moiety=_NATURES[row[6]],
        substance=_require(row[3], "substance absente"),
    )


def _read_membership(row: Sequence[str]) -> Membership:
    if row[3] not in _ROLES:
        raise RowError("type de générique inconnu")
    group = _require(row[0], "groupe générique absent")
    return Membership(cis=row[2], group=group, label=row[1], role=_ROLES[row[3]])


def _read_words(row: Sequence[str]) -> Words:
    return Words(cis=row[0], text=_require(row[1], "condition absente"))


def _read_notice(row: Sequence[str]) -> Notice:
    if row[2] not in _SUPPLIES:
        raise RowError("code de disponibilité inconnu")
    availability = Availability(
        supply=_SUPPLIES[row[2]], since=_read_date(row[4]), until=_read_date(row[6])
    )
    cip13 = _parse_cip13(row[1]).value if row[1] else ""
    return Notice(row[0], cip13, _read_date(row[5]), availability)


def _read_classified(row: Sequence[str]) -> Classified:
    if not _ATC.fullmatch(row[1]):
        raise RowError("code ATC mal formé")
    return Classified(cis=row[0], atc=row[1])


def _read_unit(row: Sequence[str]) -> Unit:
    try:
        return Unit(cis=row[1], ucd=UCD13.parse(row[0]).value)
    except Refusal as refusal:
        raise RowError("code UCD13 mal formé ou clé fausse") from refusal


def _parse_cip13(text: str) -> CIP13:
    try:
        return CIP13.parse(text)
    except Refusal as refusal:
        raise RowError("code CIP13 mal formé ou clé fausse") from refusal


def _require(text: str, reason: str) -> str:
    if not text:
        raise RowError(reason)
    return text


def _read_date(text: str) -> date | None:
    if not text:
        return None
    try:
        return datetime.strptime(text, _DATE).date()  # noqa: DTZ007 - a day has no offset
    except ValueError as error:
        raise RowError("date mal formée") from error


LAYOUTS = {
    BDPMFile.MEDICINES: Layout(12, (0,), _read_medicine, is_required=True),
    BDPMFile.BOXES: Layout(13, (6,), _read_box, is_required=True),
    BDPMFile.COMPOSITION: Layout(8, (), _read_component),
    BDPMFile.GROUPS: Layout(5, (0, 2), _read_membership),
    BDPMFile.CONDITIONS: Layout(2, (), _read_words, is_required=True),
    BDPMFile.SUPPLIES: Layout(8, (), _read_notice),
    BDPMFile.ATC: Layout(4, (0,), _read_classified),
    BDPMFile.UCDS: Layout(2, (0,), _read_unit),
}


def decode(content: bytes) -> str:
    """The text of a file: UTF-8, else cp1252, its C1 controls read as the cp1252 they come from.

    The official files are cp1252 but for one; copies are often re-encoded byte by byte, which
    turns an apostrophe of cp1252 (0x92) into a control character.

    Raises:
        BrokenFileError: neither encoding fits.

    Source: REF-1.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("cp1252")
        except UnicodeDecodeError as error:
            raise BrokenFileError("ni UTF-8 ni Windows-1252") from error
    return _CONTROLS.sub(_mend, text)


def _mend(control: re.Match[str]) -> str:
    """The character whose byte in cp1252 a C1 control is; for the five that are none, itself."""
    return control[0].encode("latin-1").decode("cp1252", "ignore") or control[0]


def split(content: bytes, columns: int) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not blank: its line, from 1, and its fields, blanks squeezed.

    Raises:
        BrokenFileError: the text cannot be decoded, or breaks off within its last line: a
            download that was cut.

    Source: REF-1.
    """
    lines = _BLANKS.sub(" ", decode(content)).split("\n")
    is_short = lines[-1].count("\t") < columns - 1
    if lines[-1] and (is_short or len(lines) > LARGE_LINES):
        raise BrokenFileError("coupé au milieu de sa dernière ligne")
    for number, line in enumerate(lines, start=1):
        if line and not line.isspace():
            yield number, [field.strip() for field in line.split("\t")]


def parse_cis(text: str) -> CIS:
    """The medicine that a row names.

    Raises:
        RowError: it is not a CIS.

    Source: REF-1.
    """
    try:
        return CIS.parse(text)
    except Refusal as refusal:
        raise RowError("code CIS mal formé") from refusal
