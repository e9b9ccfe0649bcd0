"""The official tables of a nomenclature read as a whole: what is taken, what is not, and why.

Nothing is written here: the bytes of the files become codes, or a file is said to be broken.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from ordonnance.domain.line import Kind
from ordonnance.domain.nomenclature import SYSTEMS, Item, System
from ordonnance.store.bdpm import (
    FILE_BYTES_MAX,
    REFUSED_SHARE_MAX,
    FileReport,
    RefusedRow,
    Step,
)
from ordonnance.store.bdpm_rows import BrokenFileError, RowError
from ordonnance.store.dbase import Row, read_table
from ordonnance.store.nomenclature_rows import (
    TABLES,
    Pair,
    Read,
    Sheet,
    Table,
    Term,
    split_name,
)

_KINDS: Mapping[System, Kind] = {system: kind for kind, system in SYSTEMS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The tables of a nomenclature as read: a report each, and the codes, none if one is broken.

    In a report, *set_aside* counts the records that are erased, and those of a code without a
    sheet of its own.
    """

    files: tuple[FileReport, ...]
    items: tuple[Item, ...] = ()

    @property
    def is_broken(self) -> bool:
        """Whether a table is broken, so that nothing of them may be used."""
        return any(file.broken is not None for file in self.files)


def systems_in(names: Iterable[str]) -> tuple[System, ...]:
    """The nomenclatures of which at least one official table is among the files *names*.

    Source: REF-22.
    """
    stems = {found[0] for name in names if (found := split_name(name)) is not None}
    return tuple(
        system for system, tables in TABLES.items() if stems & {table.stem for table in tables}
    )


def digest_of(system: System, files: Mapping[str, bytes]) -> str:
    """The SHA-256, in hexadecimal, of the tables' bytes one after the other, as TABLES goes.

    Source: ours (REF-23): two loads of the same bytes are one version, and anybody can check it.
    """
    digest = sha256()
    for table in TABLES[system]:
        for name in _names_of(table, files):
            digest.update(files[name])
    return digest.hexdigest()


def release_of(system: System, files: Mapping[str, bytes]) -> str:
    """The number that the CNAM gives to the tables, from their names: ``105``; empty: none."""
    return next(iter(_releases_of(system, files)), "")


def read_tables(system: System, files: Mapping[str, bytes], *, on: date, step: Step) -> Reading:
    """The codes of *system*, as they hold on the day *on*; *files* are bytes by their names.

    Source: REF-22.
    """
    known: set[str] = set()
    rows: list[Read] = []
    reports: list[FileReport] = []
    is_mixed = len(_releases_of(system, files)) > 1
    for table in TABLES[system]:
        names = _names_of(table, files)
        file = _File(table, known)
        if not names:
            broken = "absent, et obligatoire" if table.is_required else None
            reports.append(FileReport(file=f"{table.stem}.dbf", is_present=False, broken=broken))
            continue
        if len(names) > 1 or is_mixed:
            broken = "plusieurs versions dans le dossier : n’en laissez qu’une"
            reports.append(FileReport(file=", ".join(names), broken=broken))
            continue
        reports.append(file.read(names[0], files[names[0]]))
        step(names[0], reports[-1].taken)
        rows.extend(file.rows)
        known.update(row.code for row in file.rows if isinstance(row, Sheet))
    reading = Reading(files=tuple(reports))
    if reading.is_broken:
        return reading
    return Reading(files=reading.files, items=compose(system, rows, on=on))


def compose(system: System, rows: Sequence[Read], *, on: date) -> tuple[Item, ...]:
    """An item for each sheet, with what the last term to have taken effect by *on* says of it.

    Source: REF-22.
    """
    terms: dict[str, Term] = {}
    pairs: dict[str, dict[str, None]] = {}
    for row in rows:
        if isinstance(row, Pair):
            pairs.setdefault(row.code, {})[row.other] = None
            pairs.setdefault(row.other, {})[row.code] = None
        if not isinstance(row, Term) or row.since > on:
            continue
        if row.code not in terms or terms[row.code].since <= row.since:
            terms[row.code] = row
    items = []
    for sheet in rows:
        if isinstance(sheet, Sheet):
            term = terms.get(sheet.code)
            items.append(
                Item(
                    system=system,
                    code=sheet.code,
                    label=sheet.label,
                    kind=_KINDS[system],
                    needs_agreement=None if term is None else term.needs_agreement,
                    ends_on=sheet.ends_on,
                    provision=sheet.provision,
                    count_max=None if term is None else term.count_max,
                    incompatible=tuple(sorted(pairs.get(sheet.code, ()))),
                )
            )
    return tuple(sorted(items, key=lambda item: item.code))


def _names_of(table: Table, files: Mapping[str, bytes]) -> list[str]:
    """The names of the files that are *table*: one, where all is well."""
    return sorted(name for name in files if (found := split_name(name)) and found[0] == table.stem)


def _releases_of(system: System, files: Mapping[str, bytes]) -> list[str]:
    stems = {table.stem for table in TABLES[system]}
    found = (split_name(name) for name in files)
    return sorted({one[1] for one in found if one is not None and one[0] in stems})


class _File:
    """One table being read."""

    def __init__(self, table: Table, known: set[str]) -> None:
        self.rows: list[Read] = []
        self._table = table
        self._known = known
        self._set_aside = 0
        self._refused: list[RefusedRow] = []
        self._seen: set[str] = set()

    def read(self, name: str, content: bytes) -> FileReport:
        """Take the records of *content*."""
        broken = None
        try:
            self._take_all(name, content)
        except BrokenFileError as error:
            broken = str(error)
        return FileReport(
            file=name,
            taken=len(self.rows),
            set_aside=self._set_aside,
            refused=tuple(self._refused),
            broken=broken,
        )

    def _take_all(self, name: str, content: bytes) -> None:
        """Take every record that can be.

        Raises:
            BrokenFileError: it is too large, no dBase table, cut, empty, or more than one record
                in twenty is refused.

        Source: ours (REF-22): as for the files of medicines.
        """
        if len(content) > FILE_BYTES_MAX:
            raise BrokenFileError(f"plus de {FILE_BYTES_MAX // 1024**2} Mio")
        for number, values in read_table(content, self._table.columns):
            try:
                self._take(values)
            except RowError as error:
                self._refused.append(RefusedRow(name, number, str(error)))
        has_others = bool(self._refused or (self._set_aside and self._known))
        if self._table.is_required and not self.rows and not has_others:
            raise BrokenFileError("vide")
        if len(self._refused) > REFUSED_SHARE_MAX * (len(self.rows) + len(self._refused)):
            first = self._refused[0]
            raise BrokenFileError(
                f"plus de 5 % de lignes refusées, d’abord la ligne {first.line} ({first.reason})"
            )

    def _take(self, values: Row | None) -> None:
        """Take a record, or set it aside: erased, or of a code that has no sheet.

        Raises:
            RowError: it cannot be taken.

        Source: REF-22.
        """
        row = None if values is None else self._table.read(values)
        match row:
            case Sheet():
                if row.code in self._seen:
                    raise RowError("déjà dit plus haut")
                self._seen.add(row.code)
                self.rows.append(row)
            case Term() | Pair() if row.code in self._known:
                self.rows.append(row)
            case _:
                self._set_aside += 1
