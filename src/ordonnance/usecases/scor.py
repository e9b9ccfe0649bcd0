"""SCOR: lots received and judged against what is recorded, then and now; pieces counted."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from ordonnance.domain.dossier import Dossier
from ordonnance.domain.identifiers import PrescriptionNumber
from ordonnance.domain.product import Referential
from ordonnance.domain.refusal import Refusal
from ordonnance.domain.scan import Flaw
from ordonnance.domain.scor import Decision, Verdict, decide, judge
from ordonnance.domain.scor_arl import Acknowledgement, Judged, Scan
from ordonnance.domain.scor_case import make_case
from ordonnance.domain.scor_lot import Lot, ScorReasons
from ordonnance.store.database import Database, DatabaseRefusedError
from ordonnance.store.dossier import read_dossiers, write_keys
from ordonnance.store.scor import (
    Kept,
    read_kept,
    write_lot,
    write_pieces,
    write_scan,
)
from ordonnance.store.seal import Seal
from ordonnance.store.trace import read_tally

LOADED_AT_ONCE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A lot as it came: what it says, its JSON, its digest, its scans and what is wrong with them.

    *scans* and *flaws* are by the names of their parts.
    """

    lot: Lot
    document: bytes
    digest: str
    scans: Mapping[str, Scan]
    flaws: Mapping[str, tuple[Flaw, ...]]


@dataclass(frozen=True, slots=True)
class Known:
    """Where judgements come from: the base, what opens its documents, the products, the instant."""

    database: Database
    seal: Seal
    referential: Referential
    at: datetime


Know = Callable[[Database, datetime], Known]
"""What judgements come from, on a connection and at an instant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A piece as it was judged at reception, as it is judged now, and what a later lot changed.

    *is_complemented*: another lot of the site sent it since.
    """

    am: str
    lot: str
    first: Judged
    now: Judged
    is_complemented: bool

    @property
    def is_wrong_stop(self) -> bool:
        """Whether it was not sent when it was owed, at reception or since.

        One that became owed, and was sent in another lot, is not.

        Source: SCOR-8.
        """
        if self.first.decision is Decision.SENT:
            return False
        was_wrong = self.first.verdict is Verdict.WRONG_STOP
        return was_wrong or self.now.verdict is Verdict.WRONG_STOP


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceCounts:
    """The pieces of a site for criterion 3. Held ones that need not be sent count as stopped."""

    am: str
    stopped_rightly: int
    sent_rightly: int
    stopped_wrongly: int
    sent_wrongly: int
    period: int = 0


def find(known: Known, *, am: str, lot: str, digest: str) -> Acknowledgement | None:
    """What was answered to the same lot; None: it never came.

    Raises:
        Refusal: LOT_TAKEN where another lot bears the name.

    Source: SCOR-7.
    """
    with known.database.snapshot():
        kept = find_kept(known, am, lot)
    if kept is None:
        return None
    if kept.digest != digest:
        raise Refusal(ScorReasons.LOT_TAKEN, "lot")
    return kept.acknowledgement


def receive(known: Known, arrival: Arrival) -> Acknowledgement:
    """Judge a lot and keep it; what is answered to its site.

    The same lot that another process keeps meanwhile is given that one's answer.

    Raises:
        Refusal: LOT_TAKEN.

    Source: SCOR-4, SCOR-7.
    """
    lot = arrival.lot
    try:
        return _receive(known, arrival)
    except DatabaseRefusedError:
        answered = find(known, am=lot.am, lot=lot.lot, digest=arrival.digest)
        if answered is None:
            raise
        return answered


def _receive(known: Known, arrival: Arrival) -> Acknowledgement:
    lot = arrival.lot
    with known.database.transaction():
        acknowledgement = Acknowledgement(
            lot=lot.lot,
            am=lot.am,
            phase=lot.in_phase.value,
            received_at=known.at,
            pieces=tuple(judge_lot(known, lot, arrival.flaws)),
        )
        row = write_lot(
            acknowledgement, digest=arrival.digest, document=arrival.document, seal=known.seal
        )
        known.database.execute("write_lot", row)
        for piece in write_pieces(acknowledgement):
            known.database.execute("write_piece", piece)
        for part, scan in sorted(arrival.scans.items()):
            written = write_scan(acknowledgement, part, scan, known.seal)
            known.database.execute("write_scan", written)
    return acknowledgement


def judge_lot(known: Known, lot: Lot, flaws: Mapping[str, tuple[Flaw, ...]]) -> Iterator[Judged]:
    """Each piece of *lot* judged as the base knows its execution now, in order.

    Source: SCOR-2, SCOR-4.
    """
    dossiers = load(known, lot)
    for invoice in lot.invoices:
        for piece in invoice.pieces:
            case = make_case(
                lot,
                invoice,
                is_degraded=piece.is_degraded,
                dossiers=dossiers,
                referential=known.referential,
                at=known.at,
            )
            owed = decide(case)
            found = flaws.get(piece.part or "", ()) if piece.decision is Decision.SENT else ()
            yield Judged(
                invoice=invoice.invoice,
                piece=piece.piece,
                decision=piece.decision,
                verdict=judge(piece.decision, owed, is_readable=not found),
                owed=owed.decision,
                because=owed.because,
                flaws=found,
            )


def load(known: Known, lot: Lot) -> dict[PrescriptionNumber, Dossier]:
    """The dossiers of the prescriptions that *lot* bills, as they stand."""
    named = {invoice.prescription for invoice in lot.invoices}
    numbers = sorted((one for one in named if one is not None), key=lambda one: one.value)
    dossiers: dict[PrescriptionNumber, Dossier] = {}
    for start in range(0, len(numbers), LOADED_AT_ONCE):
        wanted = dict.fromkeys(numbers[start : start + LOADED_AT_ONCE], False)
        keys = write_keys(wanted)
        prescriptions, facts = known.database.fetch_sets(
            [("load_prescriptions", keys), ("load_facts", keys)]
        )
        dossiers |= read_dossiers(wanted, prescriptions, facts, known.seal)
    return dossiers


def review(known: Known, *, am: str, lot: str) -> tuple[Acknowledgement, tuple[Review, ...]]:
    """What was answered to a lot, and its pieces as they are judged now.

    Raises:
        Refusal: LOT_UNKNOWN.

    Source: SCOR-8.
    """
    with known.database.snapshot():
        kept = find_kept(known, am, lot)
        if kept is None:
            raise Refusal(ScorReasons.LOT_UNKNOWN)
        rows = known.database.fetch("list_complements", {"am": am, "lot": lot})
        complements = set(rows)
        first = kept.acknowledgement.pieces
        flaws = {
            piece.part: judged.flaws
            for piece, judged in zip(kept.lot.pieces, first, strict=True)
            if piece.part is not None and judged.decision is Decision.SENT
        }
        now = list(judge_lot(known, kept.lot, flaws))
    return kept.acknowledgement, tuple(
        review_piece(am, lot, one, then, is_complemented=(one.invoice, one.piece) in complements)
        for one, then in zip(first, now, strict=True)
    )


def review_piece(am: str, lot: str, first: Judged, now: Judged, *, is_complemented: bool) -> Review:
    """A piece as it is judged now: what was not sent and is owed is right once another lot sent it.

    Source: SCOR-8.
    """
    if is_complemented and now.verdict is Verdict.WRONG_STOP:
        now = replace(now, verdict=Verdict.RIGHT)
    return Review(am=am, lot=lot, first=first, now=now, is_complemented=is_complemented)


def count_pieces(
    known: Known,
    *,
    since: date,
    until: date,
    am: str | None = None,
    ends: tuple[datetime, ...] = (),
) -> tuple[PieceCounts, ...]:
    """The pieces of the lots that came from a day to another, both included, by site and period.

    A piece counts in the period that its lot came in: 0 up to the first of *ends*, which rise.

    Source: SCOR-9; PRE-26, PRE-51.
    """
    counts: dict[tuple[str, int], Counter[str]] = {}
    for came_at, one in review_all(known, since=since, until=until, am=am):
        period = sum(1 for end in ends if came_at > end)
        counts.setdefault((one.am, period), Counter())[_sort(one)] += 1
    return tuple(
        PieceCounts(
            am=site,
            period=period,
            stopped_rightly=count["stopped_rightly"],
            sent_rightly=count["sent_rightly"],
            stopped_wrongly=count["stopped_wrongly"],
            sent_wrongly=count["sent_wrongly"],
        )
        for (site, period), count in counts.items()
    )


def count_invoices(known: Known, *, since: date, until: date, am: str) -> int:
    """How many invoices of a site, in the lots that came on these days, name an execution.

    Source: PRE-54.
    """
    values = {
        "since": since.isoformat(),
        "until": until.isoformat(),
        "am": am,
        "department": None,
    }
    with known.database.snapshot():
        rows = known.database.fetch("list_lots", values)
        kept = [find_kept(known, site, lot) for site, lot in rows]
    named = {
        (invoice.invoice, invoice.execution)
        for one in kept
        if one is not None
        for invoice in one.lot.invoices
        if invoice.execution is not None
    }
    return len(named)


def _sort(one: Review) -> str:
    """Which count a piece belongs to. One sent rightly that cannot be read was sent rightly."""
    if one.first.decision is Decision.SENT:
        is_wrong = one.first.verdict is Verdict.WRONG_SEND
        return "sent_wrongly" if is_wrong else "sent_rightly"
    return "stopped_wrongly" if one.is_wrong_stop else "stopped_rightly"


def list_wrong_stops(
    known: Known, *, since: date, until: date, department: str, sites: Iterable[str] = ()
) -> tuple[Review, ...]:
    """The pieces stopped wrongly that a CPAM should look at: those of the sites of its department.

    They name nobody: the site, the lot, the invoice and the piece. A N° AM begins with its
    department, but for Corsica's; *sites* are those known to be of it, whatever theirs begins with.

    Source: SCOR-9; ours (PRE-95) for *sites*.
    """
    found = [*review_all(known, since=since, until=until, department=department)]
    for am in sorted(set(sites)):
        if not am.startswith(department):
            found += review_all(known, since=since, until=until, am=am)
    return tuple(one for _, one in found if one.is_wrong_stop)


def review_all(
    known: Known,
    *,
    since: date,
    until: date,
    am: str | None = None,
    department: str | None = None,
) -> Iterator[tuple[datetime, Review]]:
    """The pieces of the lots that came from a day to another, as they are judged now.

    Each with the instant at which its lot came.

    Of the site *am* alone, of the sites of a *department* alone, or of all; by site, then by lot.

    Source: SCOR-8, SCOR-9.
    """
    for site, lot in list_lots(known, since=since, until=until, am=am, department=department):
        acknowledgement, pieces = review(known, am=site, lot=lot)
        yield from ((acknowledgement.received_at, one) for one in pieces)


def list_lots(
    known: Known,
    *,
    since: date,
    until: date,
    am: str | None = None,
    department: str | None = None,
) -> list[tuple[str, str]]:
    """The lots (site, name) that came from a day to another, by site, in the order they came."""
    values = {
        "since": since.isoformat(),
        "until": until.isoformat(),
        "am": am,
        "department": department,
    }
    with known.database.snapshot():
        return [(site, lot) for site, lot in known.database.fetch("list_lots", values)]


def look(database: Database, *, before: date) -> Mapping[str, int]:
    """How many lots of each site came before a day; nothing is changed.

    Source: SCOR-10.
    """
    with database.snapshot():
        return read_tally(database.fetch("count_lots_before", {"before": before.isoformat()}))


def purge(database: Database, *, before: date) -> Mapping[str, int]:
    """Take away the lots that came before a day, with their scans; how many of each site.

    Source: SCOR-10.
    """
    values = {"before": before.isoformat()}
    with database.transaction():
        taken = read_tally(database.fetch("count_lots_before", values))
        database.execute("drop_scans", values)
        database.execute("drop_pieces", values)
        database.execute("drop_lots", values)
    return taken


def find_kept(known: Known, am: str, lot: str) -> Kept | None:
    """The lot of a site by its name, as it is kept; None: it never came, or was purged."""
    rows = known.database.fetch("find_lot", {"am": am, "lot": lot})
    return read_kept(rows[0], known.seal) if rows else None
