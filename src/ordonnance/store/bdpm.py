"""The public database of medicines (BDPM) read as a whole: what is taken, what is not, and why.

Nothing is written here: the bytes of the files become products, or a file is said to be broken.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import NamedTuple

from ordonnance.domain.delivery import Regime, read_regime
from ordonnance.domain.product import Product
from ordonnance.store.bdpm_products import compose, count_of_several_groups
from ordonnance.store.bdpm_rows import (
    LAYOUTS,
    BDPMFile,
    Box,
    BrokenFileError,
    Layout,
    Medicine,
    Notice,
    Row,
    RowError,
    Words,
    parse_cis,
    split,
)
from ordonnance.store.bdpm_shares import find_cut

FILE_BYTES_MAX = 64 * 1024 * 1024  # the largest official one has 4 MB
REFUSED_SHARE_MAX = 0.05
PROGRESS_ROWS = 1000

Step = Callable[[str, int], None]
"""Told which file is being read, and how many more of its lines were."""


class RefusedRow(NamedTuple):
    """A row that could not be taken: its file, its line from 1, and why, in French."""

    file: str
    line: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """What became of a file's rows.

    *set_aside* counts rows of medicines that CIS_bdpm does not have. *broken* says in French why
    the file cannot be used; None: it can, or is optional and absent (*is_present* False).
    """

    file: str
    is_present: bool = True
    taken: int = 0
    set_aside: int = 0
    refused: tuple[RefusedRow, ...] = ()
    broken: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The files as read: a report each, and the products, none if a file is broken.

    *products* by name, marketed ones first, then by CIP13. *regimes* types each distinct text on
    prescription and delivery, by the text. *several_groups_count* counts the medicines of several
    generic groups: a product shows one first.
    """

    files: tuple[FileReport, ...]
    products: tuple[Product, ...] = ()
    regimes: Mapping[str, Regime]
    several_groups_count: int = 0

    @property
    def is_broken(self) -> bool:
        """Whether a file is broken, so that nothing of them may be used."""
        return any(file.broken is not None for file in self.files)


def digest_of(files: Mapping[str, bytes]) -> str:
    """The SHA-256, in hexadecimal, of the files' bytes one after the other, as ``BDPMFile`` goes.

    Source: ours (REF-3): two loads of the same bytes are one version, and anybody can check it.
    """
    digest = sha256()
    for name in BDPMFile:
        digest.update(files.get(name, b""))
    return digest.hexdigest()


def count_lines(files: Mapping[str, bytes], only: BDPMFile | None = None) -> int:
    """How many lines there are to read, in all files or in *only* one."""
    names = BDPMFile if only is None else (only,)
    return sum(files.get(name, b"").count(b"\n") for name in names)


def read_files(files: Mapping[str, bytes], step: Step) -> Reading:
    """The products of *files*, their bytes by their names; other names are not looked at.

    When a required one is broken those after it are not read: their rows name what is in it.

    Source: REF-1, REF-2.
    """
    known = _Known(set(), {})
    rows: list[Row] = []
    reports: list[FileReport] = []
    for name, layout in LAYOUTS.items():
        file = _File(name, layout, known)
        reports.append(file.read(files.get(name), step))
        rows.extend(file.rows)
        if layout.is_required and reports[-1].broken is not None:
            break
        known.learn(file.rows)
    texts = {row.text for row in rows if isinstance(row, Words)}
    regimes = {text: read_regime((text,)) for text in sorted(texts)}
    if any(report.broken is not None for report in reports):
        return Reading(files=tuple(reports), regimes=regimes)
    products = compose(rows)
    cut = dict(find_cut(products, [BDPMFile(one.file) for one in reports if one.is_present]))
    if cut:
        reports = [replace(one, broken=cut.get(BDPMFile(one.file))) for one in reports]
        return Reading(files=tuple(reports), regimes=regimes)
    return Reading(
        files=tuple(reports),
        products=products,
        regimes=regimes,
        several_groups_count=count_of_several_groups(rows),
    )


class _Known(NamedTuple):
    """The medicines read so far, and the medicine of each presentation."""

    medicines: set[str]
    boxes: dict[str, str]

    def learn(self, rows: Sequence[Row]) -> None:
        """Add the medicines and the presentations among *rows*."""
        self.medicines.update(row.cis for row in rows if isinstance(row, Medicine))
        self.boxes.update((row.cip13.value, row.cis) for row in rows if isinstance(row, Box))


class _File:
    """One file being read."""

    def __init__(self, name: BDPMFile, layout: Layout, known: _Known) -> None:
        self.rows: list[Row] = []
        self._name = name
        self._layout = layout
        self._known = known
        self._set_aside = 0
        self._refused: list[RefusedRow] = []
        self._seen: set[tuple[str, ...]] = set()

    def read(self, content: bytes | None, step: Step) -> FileReport:
        """Take the rows of *content*; None: the file is absent."""
        broken = None
        if content is not None:
            try:
                self._take_all(content, step)
            except BrokenFileError as error:
                broken = str(error)
        elif self._layout.is_required:
            broken = "absent, et obligatoire"
        return FileReport(
            file=self._name.value,
            is_present=content is not None,
            taken=len(self.rows),
            set_aside=self._set_aside,
            refused=tuple(self._refused),
            broken=broken,
        )

    def _take_all(self, content: bytes, step: Step) -> None:
        """Take every row that can be.

        Raises:
            BrokenFileError: the file is empty, too large, cut, of no known encoding, or more than
                one row in twenty is refused.

        Source: ours (REF-2): a download that is cut, shifted by a column, or the page of an error
        must not replace a good base, whereas the official files have less than one refused row
        in fifty. Rows set aside are usual, and count on neither side.
        """
        if len(content) > FILE_BYTES_MAX:
            raise BrokenFileError(f"plus de {FILE_BYTES_MAX // 1024**2} Mio")
        line = told = 0
        for line, fields in split(content, self._layout.columns):
            self._take(line, fields)
            if line >= told + PROGRESS_ROWS:
                step(self._name.value, line - told)
                told = line
        step(self._name.value, line - told)
        if not (self.rows or self._refused or self._set_aside):
            raise BrokenFileError("vide")
        if len(self._refused) > REFUSED_SHARE_MAX * (len(self.rows) + len(self._refused)):
            first = self._refused[0]
            raise BrokenFileError(
                f"plus de 5 % de lignes refusées, d’abord la ligne {first.line} ({first.reason})"
            )

    def _take(self, line: int, fields: Sequence[str]) -> None:
        try:
            row = self._read(fields)
        except RowError as error:
            self._refused.append(RefusedRow(self._name.value, line, str(error)))
            return
        if row is None:
            self._set_aside += 1
        else:
            self.rows.append(row)

    def _read(self, fields: Sequence[str]) -> Row | None:
        """The row; None: it is of a medicine that is not there.

        Raises:
            RowError: it cannot be taken.

        Source: REF-1.
        """
        if len(fields) != self._layout.columns:
            found = "1 colonne" if len(fields) == 1 else f"{len(fields)} colonnes"
            raise RowError(f"{found} au lieu de {self._layout.columns}")
        row = self._layout.read(fields)
        if row.cis not in self._known.medicines:
            parse_cis(row.cis)
            match row:
                case Medicine():
                    pass
                case Box():
                    raise RowError("spécialité absente de CIS_bdpm.txt")
                case _:
                    return None
        if isinstance(row, Notice) and row.cip13 and self._known.boxes.get(row.cip13) != row.cis:
            raise RowError("présentation inconnue de cette spécialité")
        key = tuple(fields[column] for column in self._layout.key) or tuple(fields)
        if key in self._seen:
            raise RowError("déjà dit plus haut")
        self._seen.add(key)
        return row
