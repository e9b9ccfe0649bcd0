"""Whatever is sent: never a failure of ours, always a refusal in due form, and nothing is left."""

from copy import deepcopy
import json
from typing import Any
from urllib.parse import quote

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
import msgspec
import pytest

from api.papers import TWO_BOXES, cancelling, delivery, ordonnance, regret
from api.services import Service
from builders import a_number
from ordonnance.domain.identifiers import PrescriptionNumber
from ordonnance.domain.refusal import ALL_REASONS
from ordonnance.simulation.population import DOCTOR, PHARMACIST

CODES = {reason.code for reason in ALL_REASONS}
# Examples of one test share the service, as prescriptions do: they are of other numbers.
FEW = settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
MANY = settings(FEW, max_examples=100)

TEXTS = st.sampled_from(
    [
        "",
        " ",
        "\0",
        "\u202e\ufeff\u00a0",
        "é" * 300,
        "💊",
        "a" * 20_001,
        "../../etc/passwd",
        "'; DROP TABLE prescription; --",
        "{{7*7}}${x}%s%n",
        "2026-11-23",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59.999999999-12:00",
        "2026-11-23T10:00:00+01:00",
        "modifierExtension",
        "urn:oid:1.2.250.1.215.500.1.1",
        "Patient/1",
        "#",
    ]
) | st.text(max_size=30)
NUMBERS = (
    st.sampled_from([0, -1, 1, 2**31, 2**63, 2**64, 10**400, 1e308, 5e-324, 0.1, 1000, 1001])
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
)
JUNK = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
# What cannot be written by an encoder: it replaces a value in the text.
RAW = st.sampled_from(
    [
        b"NaN",
        b"-Infinity",
        b"1e999",
        b"9" * 5000,
        b"01",
        b'"\\ud800"',
        b'"\xff"',
        b'"\\x"',
        b"tru",
        b"{",
        b"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
        b'{"a":1,"a":2}',
        b'{"modifierExtension":[]}',
        b'{"modifier\\u0045xtension":[]}',
        b"",
    ]
)


def places_in(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of all that a JSON value holds."""
    inside = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [
        place
        for name, element in inside
        for place in ((*path, name), *places_in(element, (*path, name)))
    ]


def holder_of(value: Any, path: tuple[Any, ...]) -> Any:
    """The object or the list in which the element at *path* stands."""
    for name in path[:-1]:
        value = value[name]
    return value


def spoil_at(draw: st.DrawFn, value: Any, path: tuple[Any, ...], mark: str) -> None:
    """Alter the element at *path* in place; *mark* stands for a text that no encoder writes."""
    holder, name = holder_of(value, path), path[-1]
    match draw(st.sampled_from(["drop", "replace", "mark", "rename", "double", "swap"])):
        case "drop":
            del holder[name]
        case "replace":
            holder[name] = draw(JUNK)
        case "mark":
            holder[name] = mark
        case "rename" if isinstance(holder, dict):
            holder[draw(TEXTS)] = holder.pop(name)
        case "double" if isinstance(holder, list):
            holder.append(deepcopy(holder[name]))
        case _:
            other = draw(st.sampled_from(places_in(value)))
            holder[name] = deepcopy(holder_of(value, other))


@st.composite
def mutations(draw: st.DrawFn, body: bytes) -> bytes:
    """A valid body spoilt at one to three places."""
    value = json.loads(body)
    for rank in range(draw(st.integers(1, 3))):
        if places := places_in(value):
            spoil_at(draw, value, draw(st.sampled_from(places)), f"mark {rank}")
    text = json.dumps(value).encode()
    for mark in (b'"mark 0"', b'"mark 1"', b'"mark 2"'):
        if mark in text:
            text = text.replace(mark, draw(RAW))
    return text


def body_of(operation: str, number: PrescriptionNumber) -> bytes:
    """A valid body of the operation."""
    match operation:
        case "issue":
            return ordonnance(number, TWO_BOXES, TWO_BOXES)
        case "execute":
            return delivery(number, override=("EXPIRED", "Le patient part demain"), deferred="Nuit")
        case "undo":
            return regret(number)
        case _:
            return cancelling(whole=True)


def check_answer(service: Service, operation: str, number: PrescriptionNumber, body: bytes) -> None:
    """Send *body*: it is done, or refused in due form and nothing is left of it."""
    held = service.count_rows()
    claims = PHARMACIST.claims if operation in ("execute", "undo") else DOCTOR.claims
    path = "$issue" if operation == "issue" else f"{number}/${operation}"

    answer = service.send(
        "POST", f"/fhir/Task/{path}", token=service.token(claims), body=body, key="k"
    )

    told = msgspec.json.decode(answer.content)
    if answer.status_code in (200, 201, 202):
        assert told["resourceType"] == "Task"
        number = PrescriptionNumber(told["id"])
        read = service.read(number, whole=True)
        assert msgspec.json.decode(read.content)["type"] == "collection"
        return
    assert 400 <= answer.status_code < 500
    assert told["resourceType"] == "OperationOutcome"
    [issue] = told["issue"]
    assert issue["details"]["coding"][0]["code"] in CODES
    assert issue["details"]["text"].endswith(".")
    assert service.count_rows() == held


@pytest.mark.parametrize("operation", ["issue", "execute", "undo", "cancel"])
@MANY
@given(data=st.data())
def test_a_valid_body_spoilt_is_done_or_refused(service, operation, data):  # TLS-17, TLS-34
    number = a_number()
    if operation != "issue":
        service.issue(ordonnance(number), key="issue")
    if operation == "undo":
        service.act(number, "execute", delivery(number), key="first")

    body = data.draw(mutations(body_of(operation, number)))

    check_answer(service, operation, number, body)


@pytest.mark.parametrize("operation", ["issue", "execute", "undo", "cancel"])
@FEW
@given(body=st.binary(max_size=300) | JUNK.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_refused(service, operation, body):  # TLS-17, TLS-34
    check_answer(service, operation, a_number(), body)


@FEW
@given(cut=st.integers(0, 5000), spoilt=st.integers(0, 5000), byte=st.integers(0, 255))
def test_a_body_cut_or_with_a_wrong_byte_is_done_or_refused(service, cut, spoilt, byte):  # TLS-17
    number = a_number()
    body = bytearray(ordonnance(number))
    body[spoilt % len(body)] = byte

    check_answer(service, "issue", number, bytes(body))
    check_answer(service, "issue", a_number(), bytes(body[: cut % len(body)]))


@FEW
@given(
    path=st.text(st.characters(exclude_characters="/?#", codec="utf-8"), max_size=40),
    header=st.text(st.characters(max_codepoint=255, exclude_categories=["Cc"]), max_size=40),
)
def test_any_number_and_any_header_are_answered(service, path, header):
    token = service.token(PHARMACIST.claims)
    answers = [
        service.send("GET", f"/fhir/Task/{quote(path)}", token=token, Reason=header),
        service.send("GET", f"/fhir/Task/{quote(path)}", token=header),
        service.send("GET", f"/fhir/Task/{a_number()}", Authorization=header, Accept=header),
    ]

    for answer in answers:
        assert 400 <= answer.status_code < 500
        assert answer.json["resourceType"] == "OperationOutcome"
