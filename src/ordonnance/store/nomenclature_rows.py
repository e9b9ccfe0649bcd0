"""The official tables of the LPP and of the NABM (dBase), record by record.

Their columns are known by name only: no public notice describes them. What is of a value that we
do not know is left unsaid rather than refused.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
import re
from typing import NamedTuple

from ordonnance.domain.nomenclature import Provision, System, spell
from ordonnance.store.bdpm_rows import RowError
from ordonnance.store.dbase import Row, Value

_NAME = re.compile(r"(?P<stem>(?:LPP|NABM)_[A-Z]+_TOT)(?P<release>\d*)(?:\.DBF)?")
_WIDTHS = {System.LPP: 7, System.NABM: 4}
_AGREEMENTS = {"O": True, "OUI": True, "N": False, "NON": False}
_PROVISIONS = {"A": Provision.PURCHASE, "L": Provision.RENTAL, "S": Provision.SERVICE}
_DAYS = ("%Y%m%d", "%d/%m/%Y", "%Y-%m-%d")
_NO_DAY = frozenset(["", "00000000"])


class Sheet(NamedTuple):
    """A record of a FICHE table: a code."""

    code: str
    label: str
    ends_on: date | None
    provision: Provision | None


class Term(NamedTuple):
    """A record of a HISTO table: what holds of a code from a day on."""

    code: str
    since: date
    needs_agreement: bool | None
    count_max: int | None


class Pair(NamedTuple):
    """A record of an INCOMP table: two codes that may not stand on one invoice."""

    code: str
    other: str


Read = Sheet | Term | Pair


class Table(NamedTuple):
    """How an official table is made: how its file is called, its columns, its reader."""

    stem: str
    columns: tuple[str, ...]
    read: Callable[[Row], Read]
    is_required: bool = True


def split_name(name: str) -> tuple[str, str] | None:
    """The table that a file is, and its release: ``NABM_FICHE_TOT``, ``105``; None: it is neither.

    The tables in the archive of the LPP may come without an extension.

    Source: REF-22.
    """
    found = _NAME.fullmatch(name.upper())
    return None if found is None else (found["stem"], found["release"])


def _read_lpp_sheet(row: Row) -> Sheet:
    return Sheet(
        code=_read_code(System.LPP, row["code_tips"]),
        label=_read_label(row["nom_court"]),
        ends_on=_read_day(row["date_fin"]),
        provision=_PROVISIONS.get(_read_text(row["type_prest"])[:1].upper()),
    )


def _read_lpp_term(row: Row) -> Term:
    return Term(
        code=_read_code(System.LPP, row["code_tips"]),
        since=_require_day(row["debutvalid"]),
        needs_agreement=_read_agreement(row["entente"]),
        count_max=None,
    )


def _read_nabm_sheet(row: Row) -> Sheet:
    return Sheet(
        code=_read_code(System.NABM, row["code_nabm"]),
        label=_read_label(row["nom_long"] or row["nom_court"]),
        ends_on=_read_day(row["date_fin"]),
        provision=None,
    )


def _read_nabm_term(row: Row) -> Term:
    return Term(
        code=_read_code(System.NABM, row["code_nabm"]),
        since=_require_day(row["date_effet"]),
        needs_agreement=_read_agreement(row["entente"]),
        count_max=_read_count(row["max_factu"]),
    )


def _read_nabm_pair(row: Row) -> Pair:
    return Pair(
        code=_read_code(System.NABM, row["code1"]), other=_read_code(System.NABM, row["code2"])
    )


TABLES: Mapping[System, tuple[Table, ...]] = {
    System.LPP: (
        Table(
            "LPP_FICHE_TOT", ("code_tips", "nom_court", "date_fin", "type_prest"), _read_lpp_sheet
        ),
        Table("LPP_HISTO_TOT", ("code_tips", "debutvalid", "entente"), _read_lpp_term),
    ),
    System.NABM: (
        Table(
            "NABM_FICHE_TOT", ("code_nabm", "nom_court", "nom_long", "date_fin"), _read_nabm_sheet
        ),
        Table(
            "NABM_HISTO_TOT", ("code_nabm", "date_effet", "entente", "max_factu"), _read_nabm_term
        ),
        Table("NABM_INCOMP_TOT", ("code1", "code2"), _read_nabm_pair, is_required=False),
    ),
}
"""The tables that are read, in the order in which they are. Nothing official is published of the
NGAP in such a form."""


def _read_code(system: System, value: Value) -> str:
    """A code; as a number it has lost the zeros before it, which are put back."""
    text = _read_text(value)
    code = spell(system, text.zfill(_WIDTHS[system]) if text.isdigit() else text)
    if code is None:
        raise RowError(f"code {system} mal formé")
    return code


def _read_label(value: Value) -> str:
    label = " ".join(_read_text(value).split())
    if not label:
        raise RowError("libellé absent")
    return label


def _read_agreement(value: Value) -> bool | None:
    return value if isinstance(value, bool) else _AGREEMENTS.get(_read_text(value).upper())


def _read_count(value: Value) -> int | None:
    """How many at most; zero says that there is no maximum."""
    text = _read_text(value)
    return int(text) or None if text.isdigit() else None


def _require_day(value: Value) -> date:
    day = _read_day(value)
    if day is None:
        raise RowError("date d’effet absente")
    return day


def _read_day(value: Value) -> date | None:
    if isinstance(value, date):
        return value
    text = _read_text(value)
    if text in _NO_DAY:
        return None
    for form in _DAYS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no offset
        except ValueError:
            continue
    raise RowError("date mal formée")


def _read_text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
