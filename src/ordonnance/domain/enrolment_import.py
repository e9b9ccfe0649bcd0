"""Pharmacies pasted or imported as a table: what each line enrols, and all that is wrong, at once.

Columns may come in any order under French headers, or without headers in the order of
``COLUMNS``. Nothing is recorded here: who calls tells the events once nothing is wrong.

Source: PRE-13, PRE-69.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
import csv
from dataclasses import dataclass, field
from datetime import date, datetime
import re

from ordonnance.domain.catalogue_words import fold
from ordonnance.domain.preserie import Preserie
from ordonnance.domain.preserie_event import Enrol
from ordonnance.domain.preserie_party import VENDOR
from ordonnance.domain.preserie_reading import read_event
from ordonnance.domain.preserie_refusal import PreserieReasons
from ordonnance.domain.preserie_rules import apply
from ordonnance.domain.refusal import Refusal

BYTES_MAX = 256 * 1024
LINES_MAX = 200
_MALFORMED = PreserieReasons.EVENT_MALFORMED.code
_DELIMITERS = ";\t,"
_NINE_DIGITS = re.compile(r"\s*((?:\d[ .\u00a0\u202f]?){9})\s*(.*)", re.ASCII | re.DOTALL)
_BLANKS = re.compile(r"[\s.\u00a0\u202f]")
_FRENCH_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)
_CORSICA = "20"
_YES = ("oui", "o", "vrai", "true", "1", "x")
_NO = ("non", "n", "faux", "false", "0")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title in French, and the headers by which it is known, folded."""

    title: str
    headers: tuple[str, ...]


# By the member of ``enrol`` that each gives, in the order that they have without headers.
COLUMNS: Mapping[str, Column] = {
    "am": Column("numéro AM", ("numero am", "n am", "no am", "am", "num am")),
    "name": Column("nom", ("nom", "pharmacie", "officine", "raison sociale")),
    "department": Column("département", ("departement", "dep", "dept", "cpam")),
    "agreement_on": Column("accord le", ("accord le", "accord", "date d accord", "date accord")),
    "equipment_compatible": Column(
        "équipement compatible", ("equipement compatible", "equipement", "compatible")
    ),
    "software_version": Column("version", ("version", "version du logiciel")),
    "contact": Column("contact", ("contact", "courriel", "e mail", "email", "mail", "mel")),
}


@dataclass(frozen=True, slots=True)
class Told:
    """Something to tell about a line, from 1; *code* is a refusal's, empty for a mere remark."""

    line: int
    sentence: str
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What a table makes: the events it would tell, what is wrong, what is worth a look.

    *events* are JSON objects without instant nor sender, in the order of their lines; those of
    wrong lines are not there. They may be told only where *problems* is empty.
    """

    events: tuple[Mapping[str, object], ...] = ()
    problems: tuple[Told, ...] = ()
    remarks: tuple[Told, ...] = ()


class _CellError(Exception):
    """A cell is not what its column holds; the message is a French sentence."""


@dataclass(slots=True)
class _Reading:
    """What is found on the way; *defaults* fill empty cells, by member."""

    preserie: Preserie
    at: datetime
    elsewhere: frozenset[str]
    defaults: Mapping[str, str]
    events: list[Mapping[str, object]] = field(default_factory=list)
    problems: list[Told] = field(default_factory=list)
    remarks: list[Told] = field(default_factory=list)


def read_enrolments(
    content: bytes | str,
    preserie: Preserie,
    *,
    at: datetime,
    elsewhere: Iterable[str] = (),
    defaults: Mapping[str, str] | None = None,
) -> Imported:
    """What a pasted text, or the bytes of a file, would enrol in *preserie*.

    Each line is put to the rules after those before it. *elsewhere* are the N° AM that take part
    in another open présérie; *defaults* fill the empty cells of a column, by the member of
    ``enrol`` that it gives.

    Source: PRE-47, PRE-69.
    """
    reading = _Reading(preserie, at, frozenset(elsewhere), defaults or {})
    try:
        lines = _split(_decode(content))
        columns, rows = _find_columns(lines, reading)
    except _CellError as error:
        return Imported(problems=(Told(1, str(error), _MALFORMED),))
    for number, cells in rows:
        _read_row(reading, number, dict(zip(columns, cells, strict=False)))
    return Imported(
        events=tuple(reading.events),
        problems=tuple(reading.problems),
        remarks=tuple(reading.remarks),
    )


def _decode(content: bytes | str) -> str:
    """A text; bytes that are not UTF-8 are what a French spreadsheet writes by default."""
    if len(content) > BYTES_MAX:
        raise _CellError(f"Le fichier dépasse {BYTES_MAX // 1024} Kio. Coupez-le.")
    if isinstance(content, str):
        return content.removeprefix("\ufeff")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError as error:
        raise _CellError(
            "Le fichier n’est pas un texte. Enregistrez votre tableau au format CSV."
        ) from error


def _split(text: str) -> list[tuple[int, list[str]]]:
    """The lines that hold something, each with its number and its cells."""
    if "\0" in text:
        raise _CellError("Le fichier n’est pas un texte. Enregistrez votre tableau au format CSV.")
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(_DELIMITERS, key=first.count)
    if not first.count(delimiter):
        numbered = enumerate(text.splitlines(), start=1)
        found = [(number, _split_pasted(line)) for number, line in numbered]
    else:
        found = _split_table(text, delimiter)
    rows = [(number, cells) for number, cells in found if any(cells)]
    if not rows:
        raise _CellError("Il n’y a aucune ligne. Donnez une pharmacie par ligne.")
    if len(rows) > LINES_MAX + 1:
        raise _CellError(f"Il y a plus de {LINES_MAX} lignes. Envoyez-les en plusieurs fois.")
    return rows


def _split_table(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter)
    found = []
    try:
        begins = 1
        for cells in reader:
            found.append((begins, [" ".join(cell.split()) for cell in cells]))
            begins = reader.line_num + 1
    except csv.Error as error:
        raise _CellError(f"La ligne {reader.line_num} ne se lit pas. Corrigez-la.") from error
    return found


def _split_pasted(line: str) -> list[str]:
    """A line without separator: a N° AM, then a name."""
    found = _NINE_DIGITS.fullmatch(line)
    return [found[1].strip(), found[2].strip()] if found else [" ".join(line.split())]


def _find_columns(
    rows: list[tuple[int, list[str]]], reading: _Reading
) -> tuple[Sequence[str], list[tuple[int, list[str]]]]:
    """The columns in their order (a column to pass over is empty), and the lines under them."""
    number, cells = rows[0]
    headers = [_fold_header(cell) for cell in cells]
    by_header = {name: member for member, one in COLUMNS.items() for name in one.headers}
    if not any(header in by_header for header in headers):
        return tuple(COLUMNS), rows
    columns = [by_header.get(header, "") for header in headers]
    for column, cell in zip(columns, cells, strict=True):
        if cell and not column:
            sentence = f"La colonne « {cell} » n’est pas connue : elle n’est pas lue."
            reading.remarks.append(Told(number, sentence))
    known = [column for column in columns if column]
    if "am" not in known:
        raise _CellError(f"Il manque la colonne « {COLUMNS['am'].title} ». Ajoutez-la.")
    if len(known) > len(set(known)):
        raise _CellError("Une colonne est là deux fois. Gardez-en une.")
    return columns, rows[1:]


def _fold_header(cell: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", fold(cell)))


def _read_row(reading: _Reading, number: int, cells: Mapping[str, str]) -> None:
    """Put a line to the rules; what is wrong with it is told, and changes nothing."""
    said = {member: cells.get(member) or reading.defaults.get(member, "") for member in COLUMNS}
    said["am"] = _BLANKS.sub("", said["am"])
    remarks: list[str] = []
    _complete(reading.preserie, said, remarks)
    members: dict[str, object] = {"do": Enrol.verb}
    wrong = list(_read_cells(said, members))
    if wrong:
        reading.problems += (Told(number, sentence, _MALFORMED) for sentence in wrong)
        return
    try:
        event = read_event({**members, "at": reading.at.isoformat(), "by": str(VENDOR)})
        changed = apply(reading.preserie, event)
        if said["am"] in reading.elsewhere:
            raise Refusal(PreserieReasons.ENROLLED_ELSEWHERE, am=said["am"])  # noqa: TRY301 - told like those of the rules
    except Refusal as refusal:
        reading.problems.append(Told(number, refusal.sentence, refusal.reason.code))
        return
    reading.preserie = changed
    reading.events.append(members)
    reading.remarks += (Told(number, sentence) for sentence in remarks)


def _complete(preserie: Preserie, said: dict[str, str], remarks: list[str]) -> None:
    """Fill in what can be told from the rest, and say so."""
    guessed = "" if said["department"] else guess_department(said["am"])
    if guessed:
        said["department"] = guessed
        remarks.append(f"Le département manque : {guessed} est lu dans le numéro AM. Vérifiez-le.")
    opened = preserie.software.get(preserie.opened or "")
    if not said["software_version"] and opened is not None and len(opened.versions) == 1:
        said["software_version"] = opened.versions[0]
    if not said["name"] and said["am"]:
        said["name"] = f"Pharmacie {said['am']}"
        remarks.append(f"Le nom manque : elle s’appellera « {said['name']} ».")


def guess_department(am: str) -> str:
    """The department that a N° AM begins with, empty where it tells none.

    Three digits overseas; ``20`` is Corsica, and does not say which of 2A and 2B.

    Source: ours (PRE-69): numbers are given by department, but a line should say its own.
    """
    if not re.fullmatch(r"\d{9}", am, re.ASCII):
        return ""
    overseas = am[:3]
    if "971" <= overseas <= "976":
        return overseas
    department = am[:2]
    return department if "01" <= department <= "95" and department != _CORSICA else ""


def _read_cells(said: Mapping[str, str], members: dict[str, object]) -> Iterator[str]:
    """Read each cell into *members*; yields a sentence for each that cannot be read."""
    for member, cell in said.items():
        if member == "contact" and not cell:
            continue
        try:
            members[member] = _CELLS[member](cell)
        except _CellError as error:
            yield f"« {COLUMNS[member].title} » : {error}."


def _read_am(cell: str) -> str:
    if not cell:
        raise _CellError("il manque")
    return cell


def _read_department(cell: str) -> str:
    if not cell:
        raise _CellError("il manque, et le numéro AM ne le dit pas")
    return cell.upper().zfill(2)


def _read_agreement(cell: str) -> str | None:
    """A day, ``12/01/2026`` or ``2026-01-12``; none where there is no agreement."""
    if not cell or fold(cell) in _NO:
        return None
    found = _FRENCH_DAY.fullmatch(cell)
    try:
        if found:
            return date(int(found[3]), int(found[2]), int(found[1])).isoformat()
        return date.fromisoformat(cell[:10]).isoformat()
    except ValueError as error:
        raise _CellError("attendu un jour, comme 12/01/2026") from error


def _read_equipment(cell: str) -> bool:
    said = fold(cell)
    if said not in (*_YES, *_NO):
        raise _CellError("attendu oui ou non")
    return said in _YES


def _read_version(cell: str) -> str:
    if not cell:
        raise _CellError("elle manque")
    return cell


def _read_as_is(cell: str) -> str:
    return cell


_CELLS: Mapping[str, Callable[[str], object]] = {
    "am": _read_am,
    "name": _read_as_is,
    "department": _read_department,
    "agreement_on": _read_agreement,
    "equipment_compatible": _read_equipment,
    "software_version": _read_version,
    "contact": _read_as_is,
}
