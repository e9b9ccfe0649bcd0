"""A prescription: who orders what for whom, and how long it may be carried out."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ordonnance.domain.days import add_months, day_in_paris, end_of_day
from ordonnance.domain.identifiers import INS, RPPS, PrescriptionNumber, month_code
from ordonnance.domain.line import Kind, Line
from ordonnance.domain.refusal import Reasons, Refusal

LINES_MAX = 40
AHEAD_MAX = timedelta(minutes=5)
EARTH_AHEAD_MAX = timedelta(hours=14)  # the largest offset there is
MONTHS_BACK_MAX = 13
VALIDITY_MONTHS = 12
YEAR_FIRST, YEAR_LAST = 2020, 2104
WHERE_WRITTEN = "Bundle.entry.resource.authoredOn"
# What bears a line, by its kind; acts of every kind are a ServiceRequest.
_BORNE_BY = {Kind.MEDICINE: "MedicationRequest", Kind.DEVICE: "DeviceRequest"}


@dataclass(frozen=True, slots=True)
class Attachment:
    """A resource that came with the lines, at *place* from 0, and that not everybody sees.

    Who executes one of *kinds* sees it, or all of them where *are_all_needed*; without any, only
    who sees every line does.

    Source: TLS-44.
    """

    place: int
    kinds: tuple[Kind, ...] = ()
    are_all_needed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Prescription:
    """What a prescriber ordered, as it will be carried out.

    *authored_at* keeps the offset in which it was written: the number's month is the month there.
    *is_objected*: at the writing, the patient objects to the prescriber's seeing executions.
    *is_anonymous*: an abortion under anonymity, which only its prescriber and whoever presents
    its number see. *replaced* is the prescriber in whose stead a locum prescribes.
    *attachments* are the resources that not every executor sees, where kinds are mixed.
    *is_consent_unread*: it came with a Consent that nobody here understood.
    """

    number: PrescriptionNumber
    authored_at: datetime
    patient: INS
    prescriber: RPPS
    prescriber_name: str
    lines: tuple[Line, ...]
    is_objected: bool = False
    is_anonymous: bool = False
    replaced: RPPS | None = None
    attachments: tuple[Attachment, ...] = ()
    is_consent_unread: bool = False

    @property
    def valid_until(self) -> datetime:
        """The first instant at which no line may be carried out any more."""
        return max(line.valid_until for line in self.lines)

    def where(self, line: Line) -> str:
        """The FHIRPath of the resource that bears *line*, among those of its type."""
        of_type = _BORNE_BY.get(line.kind, "ServiceRequest")
        before = [_BORNE_BY.get(one.kind, "ServiceRequest") for one in self.lines[: line.rank - 1]]
        return f"Bundle.entry.resource.ofType({of_type})[{before.count(of_type)}]"

    def find_line(self, designation: str | None) -> Line | None:
        """The line that *designation* names (``<number>-<n>``); None if it bears none such."""
        number, _, rank = (designation or "").rpartition("-")
        if number == self.number.value:
            for line in self.lines:
                if str(line.rank) == rank:
                    return line
        return None


def is_still_issuable(number: PrescriptionNumber, at: datetime) -> bool:
    """Whether a prescription of this number may still be issued at *at*, by its month.

    Of the months from 13 back to the one it is anywhere on Earth.

    Source: TLS-2.
    """
    oldest_on = add_months(day_in_paris(at).replace(day=1), -MONTHS_BACK_MAX)
    newest_on = (at.astimezone(UTC) + EARTH_AHEAD_MAX).date()
    return oldest_on <= number.month_on <= newest_on


def valid_until_by_default(authored_at: datetime) -> datetime:
    """The end of the day in Paris, twelve months after the writing.

    Source: TLS-20; CSP, art. R. 5132-21 (treatment of twelve months at most).
    """
    return end_of_day(add_months(day_in_paris(authored_at), VALIDITY_MONTHS))


def check_month(prescription: Prescription, at: datetime) -> None:
    """Refuse a number whose month is not that of the writing, or a writing too long ago.

    Raises:
        Refusal: NUMBER_MONTH_INVALID.

    Source: TLS-2.
    """
    written_on = prescription.authored_at.date()
    is_codable = YEAR_FIRST <= written_on.year <= YEAR_LAST
    oldest_on = add_months(day_in_paris(at), -MONTHS_BACK_MAX)
    if (
        not is_codable
        or month_code(written_on) != prescription.number.month_code
        or day_in_paris(prescription.authored_at) < oldest_on
    ):
        raise Refusal(Reasons.NUMBER_MONTH_INVALID, WHERE_WRITTEN)


def check_writing_date(prescription: Prescription, at: datetime) -> None:
    """Refuse a prescription written in the future, beyond what clocks that disagree explain.

    Raises:
        Refusal: DATE_IN_FUTURE.

    Source: TLS-2.
    """
    if prescription.authored_at > at + AHEAD_MAX:
        raise Refusal(Reasons.DATE_IN_FUTURE, WHERE_WRITTEN)
