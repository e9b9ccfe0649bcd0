"""The Parameters of ``$identify``: which INS is the patient's, and why it was another."""

from ordonnance.domain.fact import Cause
from ordonnance.domain.identifiers import INS
from ordonnance.domain.identity import WHERE_PATIENT
from ordonnance.fhir.parameters import read_parameters, read_reason
from ordonnance.fhir.reading import read_ins, refuse_element, refuse_missing

_WHERE_CAUSE = "Parameters.parameter[name='cause'].valueCode"


def read_identify(body: bytes) -> tuple[INS, Cause, str]:
    """The INS, why the former is not the right one, and the reason in words (empty: not given).

    Raises:
        Refusal: BODY_TOO_LARGE, BODY_MALFORMED, ELEMENT_MISSING, ELEMENT_INVALID, INS_INVALID.

    Source: TLS-58.
    """
    parameters = read_parameters(body)
    patient, cause = parameters.get("patient"), parameters.get("cause")
    if patient is None or patient.value_identifier is None:
        raise refuse_missing(WHERE_PATIENT)
    ins = read_ins([patient.value_identifier], WHERE_PATIENT)
    if ins is None:
        raise refuse_element(f"{WHERE_PATIENT}.system", "attendu l’OID d’une autorité d’INS")
    if cause is None or cause.value_code is None:
        raise refuse_missing(_WHERE_CAUSE)
    if cause.value_code not in set(Cause):
        known = " ou ".join(Cause)
        raise refuse_element(_WHERE_CAUSE, f"attendu {known}")
    return ins, Cause(cause.value_code), read_reason(parameters)
