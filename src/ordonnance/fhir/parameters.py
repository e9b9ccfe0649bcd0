"""The Parameters of the operations that take some."""

import msgspec

from ordonnance.domain.execution import Act
from ordonnance.domain.proposal import TEXT_LENGTH_MAX, TEXT_LENGTH_MIN
from ordonnance.domain.refusal import Reasons, Refusal
from ordonnance.fhir import execution
from ordonnance.fhir.reading import (
    Resource,
    bears_modifier,
    check_size,
    decode,
    refuse_element,
    refuse_missing,
)
from ordonnance.fhir.structs import AnyResource, Parameter, Parameters

PLACE = "Parameters.parameter"

_decode = msgspec.json.Decoder(Parameters)
_decode_any = msgspec.json.Decoder(AnyResource)


def read_undo(body: bytes) -> tuple[str, str]:
    """The identifier of the execution to take back, and the reason (empty: not given).

    Raises:
        Refusal: BODY_TOO_LARGE, BODY_MALFORMED, ELEMENT_MISSING, ELEMENT_INVALID.
    """
    parameters = read_parameters(body)
    return read_name(parameters, "execution"), read_reason(parameters)


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


def read_nothing(body: bytes) -> None:
    """Refuse a body that is neither empty nor Parameters; what these say is not looked at.

    Raises:
        Refusal: BODY_TOO_LARGE, BODY_MALFORMED, ELEMENT_MISSING, ELEMENT_INVALID.

    Source: TLS-50.
    """
    if body.strip():
        read_parameters(body)


def read_correction(body: bytes) -> tuple[str, str, tuple[Act, ...], bytes]:
    """What ``$correct`` says: the execution, the reason, the acts, the resources to keep.

    Acts are as those of ``$execute``, one in the ``resource`` of each parameter ``line``. What
    their places call entries of a Bundle are parameters: see ``Refusal.within``.

    Raises:
        Refusal: BODY_TOO_LARGE, BODY_MALFORMED, ELEMENT_MISSING, EXTENSION_UNKNOWN, and as
            ``execution.read_acts`` finds.

    Source: TLS-51.
    """
    check_size(body)
    given = decode(_decode, body, "Parameters").parameter
    parameters = by_name(given)
    identifier = read_name(parameters, "execution")
    if bears_modifier(body):
        raise Refusal(Reasons.EXTENSION_UNKNOWN, "Parameters")
    lines = []
    for index, parameter in enumerate(given):
        if parameter.name == "line":
            where, text = f"{PLACE}[{index}].resource", parameter.resource
            if not bytes(text):
                raise refuse_missing(where)
            about = decode(_decode_any, text, where)
            lines.append(Resource(about.resource_type, index, text, about.id, None, where))
    acts, resources = execution.read_acts(lines)
    return identifier, read_reason(parameters), acts, resources


def read_proposal(body: bytes) -> tuple[str | None, str]:
    """What ``$propose`` says: the line that it is about (None: the whole), and the words.

    Raises:
        Refusal: BODY_TOO_LARGE, BODY_MALFORMED, ELEMENT_MISSING, ELEMENT_INVALID.

    Source: TLS-54. From 10 to 2,000 characters: ours; « oui ? » asks for nothing, and what is
    longer belongs in a letter.
    """
    parameters = read_parameters(body)
    line = read_name(parameters, "line") if "line" in parameters else None
    text = read_text(parameters)
    if not text:
        raise refuse_missing(f"{PLACE}[name='text'].valueString")
    if len(text) < TEXT_LENGTH_MIN:
        problem = f"{TEXT_LENGTH_MIN} caractères au moins, pour dire ce qui est proposé"
        raise refuse_element(f"{PLACE}[name='text']", problem)
    return line, text


def read_reply(body: bytes) -> tuple[str, bool, str]:
    """What ``$reply`` says: the proposal, whether it is accepted, the words (empty: none).

    Raises:
        Refusal: BODY_TOO_LARGE, BODY_MALFORMED, ELEMENT_MISSING, ELEMENT_INVALID.

    Source: TLS-54.
    """
    parameters = read_parameters(body)
    proposal = read_name(parameters, "proposal")
    accepts = parameters.get("accepts")
    if accepts is None or accepts.value_boolean is None:
        raise refuse_missing(f"{PLACE}[name='accepts'].valueBoolean")
    return proposal, accepts.value_boolean, read_text(parameters)


def read_parameters(body: bytes) -> dict[str, Parameter]:
    """The parameters by name; of two with one name, the first.

    Raises:
        Refusal: BODY_TOO_LARGE, BODY_MALFORMED, ELEMENT_MISSING, ELEMENT_INVALID.
    """
    check_size(body)
    return by_name(decode(_decode, body, "Parameters").parameter)


def by_name(parameters: list[Parameter]) -> dict[str, Parameter]:
    """The parameters by name; of two with one name, the first."""
    return {parameter.name: parameter for parameter in reversed(parameters)}


def read_name(parameters: dict[str, Parameter], name: str) -> str:
    """The identifier that the parameter *name* gives, in capitals.

    Raises:
        Refusal: ELEMENT_MISSING.
    """
    parameter = parameters.get(name)
    if parameter is None or not parameter.value_string:
        raise refuse_missing(f"{PLACE}[name='{name}'].valueString")
    return parameter.value_string.strip().upper()


def read_text(parameters: dict[str, Parameter]) -> str:
    """The words of the parameter ``text``; empty where there are none.

    Raises:
        Refusal: ELEMENT_INVALID where there are too many.
    """
    text = parameters.get("text")
    words = (text.value_string or "").strip() if text is not None else ""
    if len(words) > TEXT_LENGTH_MAX:
        raise refuse_element(f"{PLACE}[name='text']", f"{TEXT_LENGTH_MAX} caractères au plus")
    return words


def read_reason(parameters: dict[str, Parameter]) -> str:
    """The reason given; empty where there is none: the rules say whether one is due."""
    reason = parameters.get("reason")
    return (reason.value_string or "").strip() if reason is not None else ""
