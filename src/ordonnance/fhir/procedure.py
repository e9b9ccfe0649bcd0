"""A Procedure read into an act: a session, a sample, an examination, or why there was none."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta

from ordonnance.domain.execution import Act, NotDone, Stage
from ordonnance.domain.identifiers import INS
from ordonnance.fhir.extension import find_extension
from ordonnance.fhir.medicine import name_of
from ordonnance.fhir.reading import Resource, read_instant, refuse_element, refuse_missing
from ordonnance.fhir.reported import (
    read_adaptation,
    read_deferred,
    read_line_of,
    read_overrides,
    read_reason,
    read_subject,
)
from ordonnance.fhir.strict import Strict
from ordonnance.fhir.structs import (
    RESOURCE_NAMES,
    CodeableConcept,
    Extension,
    Period,
    Read,
    Reference,
    Text,
    names_in,
)

ONE = Decimal(1)

# What a status says: whether something was done, and the stage of the examination or series.
STATUSES: Mapping[str, tuple[bool, Stage | None]] = {
    "completed": (True, None),
    "preparation": (True, Stage.SAMPLED),
    "in-progress": (True, Stage.SAMPLED),
    "on-hold": (False, Stage.SUSPENDED),
    "stopped": (False, Stage.ENDED),
    "not-done": (False, None),
}


class Procedure(Read):
    """An act, or why there was none."""

    status: Literal["completed", "preparation", "in-progress", "on-hold", "stopped", "not-done"]
    subject: Reference
    based_on: Annotated[tuple[Reference, ...], Meta(max_length=1)] = ()
    status_reason: CodeableConcept | None = None
    code: CodeableConcept | None = None
    performed_date_time: Text | None = None
    performed_period: Period | None = None
    extension: tuple[Extension, ...] = ()


_procedure = Strict(
    Procedure,
    RESOURCE_NAMES
    | names_in(
        """identifier instantiatesCanonical instantiatesUri basedOn partOf status statusReason
        category code subject encounter performedDateTime performedPeriod performedString
        performedAge performedRange recorder asserter performer location reasonCode
        reasonReference bodySite outcome report complication complicationDetail followUp note
        focalDevice usedReference usedCode"""
    ),
)


def read_procedure(own: Resource, others: Sequence[Resource]) -> Act:
    """What one Procedure reports: one session, one sample, one examination.

    Raises:
        Refusal: ELEMENT_MISSING, ELEMENT_INVALID, INS_INVALID.

    Source: TLS-45.
    """
    procedure = _procedure.read(own.text, own.where)
    is_done = STATUSES[procedure.status][0]
    reason = None
    if not is_done:
        reason = read_reason(procedure.status_reason, f"{own.where}.statusReason")
    stage = read_stage(procedure, reason)
    done_at = read_performed(procedure, own.where)
    if is_done and done_at is None:
        raise refuse_missing(f"{own.where}.performedDateTime")
    return Act(
        entry=own.entry,
        prescribed=read_line_of(procedure.based_on, f"{own.where}.basedOn[0]"),
        label="" if procedure.code is None else name_of(procedure.code),
        product=None,
        is_done=is_done,
        not_done=reason,
        quantity=ONE if is_done and stage is not Stage.SAMPLED else None,
        handed_over_at=done_at,
        deferred=read_deferred(procedure.extension),
        overrides=read_overrides(procedure.extension),
        adaptation=read_adaptation(procedure.extension, own.where),
        patient=read_patient(procedure.subject, own.where, others),
        kind=None,
        stage=stage,
    )


def read_stage(procedure: Procedure, reason: NotDone | None) -> Stage | None:
    """The stage of the examination or series that the act tells; None: it tells none.

    The last session of a series says so by the extension ``last``.

    Source: TLS-47, TLS-48.
    """
    stage = STATUSES[procedure.status][1]
    lasts = find_extension(procedure.extension, "last")
    if procedure.status == "completed" and any(one.value_boolean for one in lasts):
        return Stage.ENDED
    if procedure.status == "not-done" and reason is NotDone.PASSED_ON:
        return Stage.PASSED_ON
    return stage


def read_performed(procedure: Procedure, where: str) -> datetime | None:
    """When it was done: what lasted was done when it ended; None: not said.

    Raises:
        Refusal: ELEMENT_INVALID where both a date and a period are given, or are none.
    """
    at, period = procedure.performed_date_time, procedure.performed_period
    if at is not None and period is not None:
        raise refuse_element(f"{where}.performed[x]", "une date ou une période, pas les deux")
    if at is not None:
        return read_instant(at, f"{where}.performedDateTime")
    if period is None:
        return None
    ends = [
        read_instant(text, f"{where}.performedPeriod.{name}")
        for name, text in (("start", period.start), ("end", period.end))
        if text is not None
    ]
    if ends != sorted(ends):
        raise refuse_element(f"{where}.performedPeriod", "la fin précède le début")
    return ends[-1] if ends else None


def read_patient(subject: Reference, where: str, others: Sequence[Resource]) -> INS:
    """Whom the act was for, by an INS: an act is not recorded without knowing for whom.

    Raises:
        Refusal: ELEMENT_MISSING, INS_INVALID.
    """
    patient = read_subject(subject, f"{where}.subject", others)
    if patient is None:
        raise refuse_missing(f"{where}.subject.identifier")
    return patient
