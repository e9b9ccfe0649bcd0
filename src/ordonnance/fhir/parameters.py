"""The Parameters of ``$undo`` and ``$cancel``."""

import msgspec

from ordonnance.fhir.reading import check_size, decode, refuse_missing
from ordonnance.fhir.structs import Parameter, Parameters

_decode = msgspec.json.Decoder(Parameters)


def read_undo(body: bytes) -> tuple[str, str]:
    """The identifier of the execution to take back, and the reason (empty: not given).

    Raises:
        Refusal: BODY_TOO_LARGE, BODY_MALFORMED, ELEMENT_MISSING, ELEMENT_INVALID.
    """
    parameters = read_parameters(body)
    execution = parameters.get("execution")
    if execution is None or not execution.value_string:
        raise refuse_missing("Parameters.parameter[name='execution'].valueString")
    return execution.value_string.strip().upper(), read_reason(parameters)


def read_cancel(body: bytes) -> tuple[str, bool]:
    """The reason (empty: not given), and whether the whole is to be cancelled or nothing.

    Raises:
        Refusal: BODY_TOO_LARGE, BODY_MALFORMED, ELEMENT_MISSING where *whole* is neither yes nor
            no (taken as no, it would cancel what the sender meant to keep), ELEMENT_INVALID.
    """
    parameters = read_parameters(body)
    whole = parameters.get("whole")
    if whole is not None and whole.value_boolean is None:
        raise refuse_missing("Parameters.parameter[name='whole'].valueBoolean")
    return read_reason(parameters), bool(whole and whole.value_boolean)


def read_parameters(body: bytes) -> dict[str, Parameter]:
    """The parameters by name; of two with one name, the first.

    Raises:
        Refusal: BODY_TOO_LARGE, BODY_MALFORMED, ELEMENT_MISSING, ELEMENT_INVALID.
    """
    check_size(body)
    parameters = decode(_decode, body, "Parameters").parameter
    return {parameter.name: parameter for parameter in reversed(parameters)}


def read_reason(parameters: dict[str, Parameter]) -> str:
    """The reason given; empty where there is none: the rules say whether one is due."""
    reason = parameters.get("reason")
    return (reason.value_string or "").strip() if reason is not None else ""
