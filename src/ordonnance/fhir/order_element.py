"""What lines of devices, biology and care say alike: flags, validity, renewals, words."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from ordonnance.domain.line import Flag, Kind, Particulars
from ordonnance.domain.posology_text import clean
from ordonnance.domain.prescription import valid_until_by_default
from ordonnance.fhir.extension import find_extension, read_word
from ordonnance.fhir.particulars import read_flags
from ordonnance.fhir.qualifier import read_qualifiers
from ordonnance.fhir.reading import Resource, read_end, refuse_element
from ordonnance.fhir.structs import CodeableConcept, Extension
from ordonnance.fhir.structs_order import Ordering

RENEWALS_MAX = 99


def read_particulars(
    request: Ordering,
    kind: Kind,
    categories: Sequence[CodeableConcept] = (),
    *,
    own: Resource,
    others: Sequence[Resource],
) -> Particulars | None:
    """The sub-types of ordonnance and the flags of a line of *kind*; None: none of them.

    A sub-type is said by a category, by our extension, or by the priority.

    Raises:
        Refusal: ELEMENT_INVALID.

    Source: TLS-41.
    """
    flags = set(read_flags(categories))
    for extension in find_extension(request.extension, "flag"):
        code = read_word(extension)
        if code not in frozenset(Flag):
            raise refuse_element(f"{own.where}.extension", f"attendu {', '.join(Flag)}")
        flags.add(Flag(code))
    if request.priority != "routine":
        flags.add(Flag.URGENT)
    particulars = Particulars(
        flags=tuple(flag for flag in Flag if flag in flags),
        qualifiers=read_qualifiers(request, kind, own=own, others=others),
    )
    return None if particulars == Particulars() else particulars


def read_validity(request: Ordering, at: datetime, where: str) -> datetime:
    """The first instant at which a line written at *at* is no longer valid.

    Raises:
        Refusal: ELEMENT_INVALID.

    Source: TLS-20; for devices, CSS, art. R. 165-37 (twelve months).
    """
    for extension in find_extension(request.extension, "validity"):
        period = extension.value_period
        if period is None or period.end is None:
            raise refuse_element(f"{where}.extension", "attendu valuePeriod.end")
        return read_end(period.end, f"{where}.extension.valuePeriod.end")
    return valid_until_by_default(at)


def read_renewals(extensions: Sequence[Extension], where: str) -> int | None:
    """How many times the line is renewed, by our extension; None: not said.

    Raises:
        Refusal: ELEMENT_INVALID.
    """
    for extension in find_extension(extensions, "renewals"):
        return check_renewals(extension.value_integer, f"{where}.extension")
    return None


def check_renewals(count: Decimal | int | None, where: str) -> int:
    """A number of renewals.

    Raises:
        Refusal: ELEMENT_INVALID.
    """
    if count is None or count != int(count) or not 0 <= count <= RENEWALS_MAX:
        raise refuse_element(where, f"attendu un nombre de renouvellements, de 0 à {RENEWALS_MAX}")
    return int(count)


def last_days(valid_until: datetime, at: datetime) -> Decimal:
    """How many days a line of no stated length may last: to the end of its validity."""
    return Decimal(max((valid_until - at).days, 1))


def read_words(*texts: str | None) -> tuple[str, ...]:
    """Texts each on one line, without those that say nothing."""
    return tuple(dict.fromkeys(words for text in texts if (words := clean(text))))


def say_concepts(concepts: Iterable[CodeableConcept]) -> tuple[str, ...]:
    """Notions in words: their text, else what a code displays, else the code."""
    return read_words(*(say_concept(concept) for concept in concepts))


def say_concept(concept: CodeableConcept | None) -> str:
    """A notion in words; empty where it says nothing."""
    if concept is None:
        return ""
    displays = [coding.display or "" for coding in concept.coding]
    codes = [coding.code or "" for coding in concept.coding]
    said = (words.strip() for words in (concept.text or "", *displays, *codes))
    return next((words for words in said if words), "")
