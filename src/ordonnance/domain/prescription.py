"""A prescription: who orders what for whom, and how long it may be carried out."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ordonnance.domain.days import PARIS, add_months, day_in_paris, end_of_day
from ordonnance.domain.identifiers import INS, RPPS, PrescriptionNumber, month_code
from ordonnance.domain.line import Line
from ordonnance.domain.refusal import Reasons, Refusal

LINES_MAX = 40
AHEAD_MAX = timedelta(minutes=5)
MONTHS_BACK_MAX = 13
VALIDITY_MONTHS = 12
YEAR_FIRST, YEAR_LAST = 2020, 2104


@dataclass(frozen=True, slots=True, kw_only=True)
class Prescription:
    """What a prescriber ordered, as it will be carried out.

    *authored_at* keeps the offset in which it was written: the number's month is the month there.
    """

    number: PrescriptionNumber
    authored_at: datetime
    patient: INS
    prescriber: RPPS
    prescriber_name: str
    lines: tuple[Line, ...]

    @property
    def valid_until(self) -> datetime:
        """The first instant at which no line may be carried out any more."""
        return max(line.valid_until for line in self.lines)


def valid_until_by_default(authored_at: datetime) -> datetime:
    """The end of the day in Paris, twelve months after the writing.

    Source: TLS-20; CSP, art. R. 5132-21 (treatment of twelve months at most).
    """
    return end_of_day(add_months(day_in_paris(authored_at), VALIDITY_MONTHS))


def check_writing_date(prescription: Prescription, at: datetime) -> None:
    """Refuse a date of writing that the number, or the clock, contradicts.

    Raises:
        Refusal: NUMBER_MONTH_INVALID, DATE_IN_FUTURE.

    Source: TLS-2 (CONTRACT 1).
    """
    where = "Bundle.entry.resource.authoredOn"
    written_on = prescription.authored_at.date()
    is_codable = YEAR_FIRST <= written_on.year <= YEAR_LAST
    if not is_codable or month_code(written_on) != prescription.number.month_code:
        raise Refusal(Reasons.NUMBER_MONTH_INVALID, where)
    if prescription.authored_at > at + AHEAD_MAX:
        raise Refusal(Reasons.DATE_IN_FUTURE, where)
    oldest_on = add_months(at.astimezone(PARIS).date(), -MONTHS_BACK_MAX)
    if day_in_paris(prescription.authored_at) < oldest_on:
        raise Refusal(Reasons.NUMBER_MONTH_INVALID, where)
