"""How many acts or sessions a ServiceRequest orders, and how many times anew."""

from dataclasses import dataclass
from decimal import Decimal

from ordonnance.domain.line import Kind
from ordonnance.domain.posology_unit import find_unit
from ordonnance.domain.refusal import Reasons, Refusal
from ordonnance.fhir.dosage_unit import UNITS_OF_TIME
from ordonnance.fhir.medicine import QUANTITY_MAX
from ordonnance.fhir.order_element import check_renewals, read_renewals
from ordonnance.fhir.pace import Pace, agree
from ordonnance.fhir.reading import as_decimal, refuse_element
from ordonnance.fhir.structs import Quantity
from ordonnance.fhir.structs_order import ServiceRequest

_TIMES = tuple(UNITS_OF_TIME.values())


@dataclass(frozen=True, slots=True)
class Amount:
    """One fill (None: not stated), and the fills after it."""

    quantity: Decimal | None
    repeats: int
    are_repeats_said: bool


def read_amount(request: ServiceRequest, kind: Kind, pace: Pace, where: str) -> Amount:
    """How many sessions or acts one fill is, and how many fills follow it.

    An examination of biology is one a fill: what is ordered several times is renewed. Repeated
    without a number, it is done as long as the line lasts.

    Raises:
        Refusal: ELEMENT_INVALID, QUANTITY_INVALID.

    Source: TLS-40; sessions are not to be counted by who prescribes physiotherapy: CSP, art.
    R. 4321-2.
    """
    count = agree((read_sessions(request, where), pace.count), where)
    if count is not None and not 0 < count <= QUANTITY_MAX:
        raise Refusal(Reasons.QUANTITY_INVALID, where)
    renewals = read_renewals(request.extension, where)
    if kind is not Kind.BIOLOGY:
        quantity = None if count is None else Decimal(count)
        return Amount(quantity, renewals or 0, renewals is not None)
    if count is None and renewals is None and pace.is_repeated:
        return Amount(None, 0, are_repeats_said=False)
    times = (count or 1) * (1 + (renewals or 0)) - 1
    return Amount(Decimal(1), check_renewals(times, where), are_repeats_said=True)


def read_sessions(request: ServiceRequest, where: str) -> int | None:
    """The number of sessions or acts, the most of a range; None: not said.

    Raises:
        Refusal: ELEMENT_INVALID, also for a ratio, and for a length of time: ``occurrenceTiming``
            says it; QUANTITY_INVALID for a number that is not whole.
    """
    if bytes(request.quantity_ratio):
        raise refuse_element(f"{where}.quantityRatio", "attendu quantityQuantity")
    if request.quantity_range is not None:
        if request.quantity_quantity is not None:
            raise refuse_element(f"{where}.quantity[x]", "une seule quantité par ligne")
        span = request.quantity_range
        return _whole(span.high or span.low or Quantity(), f"{where}.quantityRange")
    if request.quantity_quantity is not None:
        return _whole(request.quantity_quantity, f"{where}.quantityQuantity")
    return None


def _whole(quantity: Quantity, where: str) -> int:
    named = None if quantity.unit is None else find_unit(quantity.unit)
    if quantity.code in UNITS_OF_TIME or named in _TIMES:
        raise refuse_element(where, "attendu un nombre d’actes ; occurrenceTiming dit une durée")
    number = as_decimal(quantity.value or 0)
    if not 0 < number <= QUANTITY_MAX or number != int(number):
        raise Refusal(Reasons.QUANTITY_INVALID, where)
    return int(number)
