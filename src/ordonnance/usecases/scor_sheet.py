"""The check sheet of the first installations: each piece expected and found, and what proves it.

The GIE reads it, then says conform or not (``check_scor_stop``).

Source: SCOR-11, SCOR-12, SCOR-13.
"""

from collections.abc import Iterable
import csv
from dataclasses import dataclass
from datetime import date
import io

from ordonnance.domain.days import PARIS, day_in_paris, say_bare
from ordonnance.domain.preserie import Participant, Preserie
from ordonnance.domain.preserie_installation import first_installed
from ordonnance.domain.scor import SENTENCES, Phase
from ordonnance.usecases.scor import Known, Review, list_lots, review_all
from ordonnance.usecases.scor_proof import Proved, prove

COLUMNS = (
    *("N° AM", "Pharmacie", "Lot", "Reçu le", "Phase", "Facture", "Pièce"),
    *("Attendu", "Motif", "Explication", "Fait", "Verdict à la réception", "Verdict aujourd’hui"),
    *("Complétée", "Exécution", "Enregistrée le", "Clé de commande"),
)
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScorSite:
    """An installed pharmacy: since when it stops pieces. *is_first*: the check is made on it.

    *phase* is that of its last lot, *stopped_since_on* the day of its first lot in phase 2; None:
    there is none. *lot_count* counts its lots, from the first day.
    """

    participant: Participant
    is_first: bool
    phase: Phase | None
    stopped_since_on: date | None
    last_lot_on: date | None
    lot_count: int

    @property
    def sentence(self) -> str:
        """Where the end of sending stands: « Arrêt SCOR actif depuis le … ».

        Source: SCOR-12.
        """
        if self.last_lot_on is None:
            return "Aucun lot SCOR reçu."
        if self.stopped_since_on is None:
            return f"Phase 1 : tout est envoyé (dernier lot : {say_bare(self.last_lot_on)})."
        since = f"depuis le {say_bare(self.stopped_since_on)}"
        if self.phase is Phase.TWO:
            return f"Arrêt SCOR actif {since}."
        return f"Arrêt SCOR coupé : actif {since}, le dernier lot est en phase 1."


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """A piece of a pharmacy: ``proved.review`` says expected, done and verdicts."""

    am: str
    name: str
    proved: Proved


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The check sheet from a day to another. *wrong_stops* are of all the *sites*.

    *since* None: each pharmacy from its installation on. *checks*: what was said of earlier
    checks, in order.
    """

    since: date | None
    until: date
    sites: tuple[ScorSite, ...]
    rows: tuple[SheetRow, ...]
    wrong_stops: tuple[Review, ...]
    checks: tuple[bool, ...]


def draw_sheet(
    known: Known,
    preserie: Preserie,
    *,
    since: date | None = None,
    until: date | None = None,
    department: str | None = None,
) -> Sheet:
    """The check sheet of *preserie*; of the pharmacies of a *department* alone, or of all.

    *since* None: from each installation on; *until* None: up to today.

    Source: SCOR-11, SCOR-12, SCOR-13.
    """
    end = until or day_in_paris(known.at)
    first = frozenset(one.am for one in first_installed(preserie))
    phases = _read_phases(known)
    sites: list[ScorSite] = []
    rows: list[SheetRow] = []
    wrong_stops: list[Review] = []
    for one in preserie.installed:
        if one.installed_on is None or (department is not None and one.department != department):
            continue
        sites.append(_see_site(one, phases.get(one.am, {}), is_first=one.am in first))
        begin = since or one.installed_on
        if one.am in first:
            proved = [
                piece
                for _, lot in list_lots(known, since=begin, until=end, am=one.am)
                for piece in prove(known, am=one.am, lot=lot)
            ]
            rows += [SheetRow(am=one.am, name=one.name, proved=piece) for piece in proved]
            reviews: Iterable[Review] = [piece.review for piece in proved]
        else:
            reviews = (piece for _, piece in review_all(known, since=begin, until=end, am=one.am))
        wrong_stops += [piece for piece in reviews if piece.is_wrong_stop]
    return Sheet(
        since=since,
        until=end,
        sites=tuple(sites),
        rows=tuple(rows),
        wrong_stops=tuple(wrong_stops),
        checks=preserie.checks,
    )


def write_csv(sheet: Sheet) -> str:
    """The rows of *sheet* as a French spreadsheet reads them: semicolons, a line a piece.

    A cell that a spreadsheet would take for a formula is quoted by an apostrophe.

    Source: SCOR-11.
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([tuple(map(_disarm, _write_row(row))) for row in sheet.rows])
    return text.getvalue()


def _write_row(row: SheetRow) -> tuple[str, ...]:
    proved, first, now = row.proved, row.proved.review.first, row.proved.review.now
    execution = proved.execution
    return (
        row.am,
        row.name,
        proved.review.lot,
        proved.received_at.astimezone(PARIS).isoformat(timespec="seconds"),
        proved.phase,
        first.invoice,
        first.piece,
        first.owed.value,
        first.because.value,
        SENTENCES[first.because],
        first.decision.value,
        first.verdict.value,
        now.verdict.value,
        "oui" if proved.review.is_complemented else "non",
        "" if execution is None else f"E{execution.rank}",
        "" if execution is None else execution.at.astimezone(PARIS).isoformat(timespec="seconds"),
        "" if execution is None else execution.key,
    )


def _disarm(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULAS) else cell


def _read_phases(known: Known) -> dict[str, dict[Phase, tuple[date, date, int]]]:
    """By site and phase: the days of the first and of the last lot, and how many."""
    with known.database.snapshot():
        rows = known.database.fetch("list_phases")
    phases: dict[str, dict[Phase, tuple[date, date, int]]] = {}
    for am, phase, first_on, last_on, lots in rows:
        days = (date.fromisoformat(first_on), date.fromisoformat(last_on), int(lots))
        phases.setdefault(am, {})[Phase(phase)] = days
    return phases


def _see_site(
    participant: Participant, phases: dict[Phase, tuple[date, date, int]], *, is_first: bool
) -> ScorSite:
    """A site as its lots tell; of two phases in one day, the second is the present one.

    Source: SCOR-12.
    """
    last = {phase: last_on for phase, (_, last_on, _) in phases.items()}
    return ScorSite(
        participant=participant,
        is_first=is_first,
        phase=max(last, key=lambda phase: (last[phase], phase.value), default=None),
        stopped_since_on=phases[Phase.TWO][0] if Phase.TWO in phases else None,
        last_lot_on=max(last.values(), default=None),
        lot_count=sum(count for _, _, count in phases.values()),
    )
