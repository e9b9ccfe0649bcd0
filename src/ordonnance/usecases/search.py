"""Questions about many prescriptions: listed by an index, loaded, and shown as each may be.

They go the way of commands, in the desk's thread and on its connection, and come before the
commands of their set: nobody waits for a lock that a search holds. A page costs a bounded number
of dossiers, and a set a bounded number of them too.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from ordonnance.domain.alert import Mark, Raised, Told, Watch, check_watch, is_told, needs_dossier
from ordonnance.domain.alert import entry_of as entry_of_alert
from ordonnance.domain.answer import Answer
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.identifiers import PrescriptionNumber, first_of_month
from ordonnance.domain.journal import Entry
from ordonnance.domain.prescription import EARTH_AHEAD_MAX
from ordonnance.domain.refusal import Reasons, Refusal
from ordonnance.domain.search import Found, Place, Search, check_search, entry_of, show
from ordonnance.store.alert import name_listing, read_alert, write_listing
from ordonnance.store.database import Database, DatabaseLostError, DatabaseRefusedError, Values
from ordonnance.store.dossier import read_dossiers, write_keys
from ordonnance.store.seal import Seal

PAGE_DOSSIERS_MAX = 200
SET_DOSSIERS_MAX = 500  # a tenth of a second of the desk's time (measured)
OLDEST = datetime(1900, 1, 1, tzinfo=UTC)
NEWEST = Place(datetime(9999, 1, 1, tzinfo=UTC), "")
BEYOND = "02"  # no number reaches it
YEARS = range(2020, 2105)


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A question, and the instant at which it was received."""

    question: Search | Watch
    at: datetime


Page = Found | Told


@dataclass(slots=True)
class Inquest:
    """The questions of one set: what each was answered, and the journal entries they leave.

    *loaded* counts the dossiers read so far, *entries* are in the order of the answers.
    """

    database: Database
    seal: Seal
    loaded: int = 0
    entries: list[Entry] = field(default_factory=list)

    def answer(self, inquiry: Inquiry) -> Page | Exception:
        """The page asked for, or the exception to raise: it concerns this question alone.

        Raises:
            DatabaseLostError, DatabaseRefusedError: they concern the whole set.
        """
        question = inquiry.question
        try:
            if self.loaded >= SET_DOSSIERS_MAX:
                raise Refusal(Reasons.BUSY)  # noqa: TRY301 - it is given back like those below
            if isinstance(question, Search):
                return self.find(question, inquiry.at)
            return self.tell(question, inquiry.at)
        except (DatabaseLostError, DatabaseRefusedError):
            raise
        except Exception as problem:  # noqa: BLE001 - a poisoned question must not fail its neighbours
            return problem

    def find(self, search: Search, at: datetime) -> Found:
        """The prescriptions that a search finds, each leaving an entry.

        Raises:
            Refusal: as ``search.check_search`` finds.

        Source: TLS-60, TLS-62.
        """
        check_search(search)
        shown: list[Answer] = []
        place, scanned = search.after, 0
        while scanned < PAGE_DOSSIERS_MAX:
            size = min(search.count - len(shown) + 1, PAGE_DOSSIERS_MAX - scanned)
            places = self.list_places(search, place, size)
            dossiers = self.load([each.number for each in places])
            scanned += len(places)
            for each in places:
                if len(shown) == search.count:
                    return self.found(shown, place)
                place = each
                answer = show(dossiers[PrescriptionNumber(each.number)], search, at)
                if answer is not None:
                    shown.append(answer)
            if len(places) < size:
                return self.found(shown, None)
        return self.found(shown, place)

    def found(self, shown: Sequence[Answer], following: Place | None) -> Found:
        """The page, once its entries are to be written."""
        self.entries.extend([entry_of(answer) for answer in shown])
        return Found(answers=tuple(shown), following=following)

    def list_places(self, search: Search, after: Place | None, size: int) -> list[Place]:
        """At most *size* prescriptions by their places, newest first, after a place."""
        subject = search.subject
        if subject is not None:
            name, key = "list_of_patient", self.seal.patient_key(subject)
        else:
            rpps = search.actor.rpps
            name, key = "list_of_prescriber", "" if rpps is None else rpps.value
        values = write_bounds(search, after or NEWEST)
        rows = self.database.fetch(name, {**values, "key": key, "size": size})
        return [Place(authored_at, number) for authored_at, number in rows]

    def tell(self, watch: Watch, at: datetime) -> Told:
        """The alerts that somebody is told of, each leaving an entry.

        Raises:
            Refusal: as ``alert.check_watch`` finds.

        Source: TLS-63.
        """
        check_watch(watch)
        told: dict[str, Raised] = {}
        mark, scanned = watch.after, 0
        while scanned < PAGE_DOSSIERS_MAX:
            size = min(watch.count - len(told) + 1, PAGE_DOSSIERS_MAX - scanned)
            alerts = self.list_alerts(watch, mark, at=at, size=size)
            dossiers = self.load(
                [one.number.value for _, one in alerts if needs_dossier(one, watch)]
            )
            scanned += len(alerts)
            for each, raised in alerts:
                if len(told) == watch.count and raised.identifier not in told:
                    return self.told(told.values(), mark, watch, at)
                mark = each
                dossier = dossiers.get(raised.number) or Dossier(number=raised.number)
                if is_told(raised, watch, dossier, at):
                    told[raised.identifier] = raised
            if len(alerts) < size:
                return self.told(told.values(), None, watch, at)
        return self.told(told.values(), mark, watch, at)

    def told(
        self, told: Iterable[Raised], following: Mark | None, watch: Watch, at: datetime
    ) -> Told:
        """The page, once its entries are to be written."""
        alerts = tuple(told)
        self.entries.extend([entry_of_alert(raised, watch, at) for raised in alerts])
        return Told(alerts=alerts, following=following)

    def list_alerts(
        self, watch: Watch, after: Mark | None, *, at: datetime, size: int
    ) -> list[tuple[Mark, Raised]]:
        """At most *size* alerts with their places, newest first, after a place."""
        name, _ = name_listing(watch)
        rows = self.database.fetch(name, write_listing(watch, after, at=at, size=size))
        return [read_alert(row, self.seal) for row in rows]

    def load(self, numbers: Iterable[str]) -> dict[PrescriptionNumber, Dossier]:
        """The dossiers of *numbers*, as they were before the commands of the set."""
        wanted = dict.fromkeys([PrescriptionNumber(number) for number in numbers], False)
        if not wanted:
            return {}
        self.loaded += len(wanted)
        keys = write_keys(wanted)
        prescriptions, facts = self.database.fetch_sets(
            [("load_prescriptions", keys), ("load_facts", keys)]
        )
        return read_dossiers(wanted, prescriptions, facts, self.seal)


def write_bounds(search: Search, after: Place) -> Values:
    """The values between which a listing looks, numbers included: they tell which months.

    A number's month is that of the writing in its own offset, fourteen hours away at most.

    Source: TLS-62.
    """
    since = search.since or OLDEST
    place = after
    if search.until is not None and search.until <= after.authored_at:
        place = Place(search.until, "")
    return {
        "low": bound_month((since - EARTH_AHEAD_MAX).date()),
        "high": bound_month(next_month((place.authored_at + EARTH_AHEAD_MAX).date())),
        "since": since,
        "before": place.authored_at,
        "last": place.number,
    }


def bound_month(on: date) -> str:
    """What the numbers of a month begin with; of a month without numbers, what bounds all."""
    if on.year in YEARS:
        return first_of_month(on)
    return "" if on.year < YEARS.start else BEYOND


def next_month(on: date) -> date:
    """A day of the month after that of *on*."""
    return on.replace(day=1) + timedelta(days=32)
