"""A Bundle of ``$execute`` read into acts: what was carried out, or why it was not."""

from collections.abc import Callable, Mapping, Sequence

from ordonnance.domain.execution import DISPENSE, PROCEDURE, SUPPLY, Act
from ordonnance.fhir.dispense import read_dispense
from ordonnance.fhir.procedure import read_procedure
from ordonnance.fhir.reading import Resource, check_kept, check_kinds, read_bundle
from ordonnance.fhir.supply import read_supply

READERS: Mapping[str, Callable[[Resource, Sequence[Resource]], Act]] = {
    DISPENSE.resource: read_dispense,
    SUPPLY.resource: read_supply,
    PROCEDURE.resource: read_procedure,
}
DONE_KINDS = frozenset(READERS)
KEPT_KINDS = frozenset({"Device", "Medication", "Patient"})


def read(body: bytes) -> tuple[tuple[Act, ...], bytes]:
    """The acts that a Bundle reports, and the JSON array of its resources as they came.

    Of the resources, executions, medicines and devices are kept: a patient named here is only
    compared.

    Raises:
        Refusal: BODY_TOO_LARGE, BODY_MALFORMED, ELEMENT_MISSING, ELEMENT_INVALID,
            EXTENSION_UNKNOWN, CIP_INVALID, INS_INVALID, QUANTITY_INVALID.

    Source: TLS-31.
    """
    return read_acts(read_bundle(body))


def read_acts(resources: list[Resource]) -> tuple[tuple[Act, ...], bytes]:
    """The acts that some resources report, and the JSON array of those to keep.

    Raises:
        Refusal: BODY_TOO_LARGE, BODY_MALFORMED, ELEMENT_MISSING, ELEMENT_INVALID, CIP_INVALID,
            INS_INVALID, QUANTITY_INVALID.
    """
    check_kinds(
        resources,
        lines=DONE_KINDS,
        kept=KEPT_KINDS,
        when="l’exécution",
        lacking="au moins une exécution",
    )
    done = [resource for resource in resources if resource.kind in DONE_KINDS]
    acts = tuple(read_act(resource, resources) for resource in done)
    kept = [resource for resource in resources if resource.kind != "Patient"]
    check_kept(kept)
    return acts, b"[" + b",".join([resource.text for resource in kept]) + b"]"


def read_act(own: Resource, others: Sequence[Resource]) -> Act:
    """What one of DONE_KINDS reports, *others* being the resources it may point to.

    Raises:
        Refusal: ELEMENT_MISSING, ELEMENT_INVALID, CIP_INVALID, INS_INVALID, QUANTITY_INVALID.

    Source: TLS-45.
    """
    return READERS[own.kind](own, others)
