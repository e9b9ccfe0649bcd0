from hypothesis import given
from hypothesis import strategies as st
import msgspec
import pytest

from fhir.bodies import refused
from ordonnance.domain.refusal import Refusal
from ordonnance.fhir.reading import decode, read_members
from ordonnance.fhir.strict import Strict
from ordonnance.fhir.structs import DISPENSE_REQUEST_NAMES, DispenseRequest

STRICT = Strict(DispenseRequest, DISPENSE_REQUEST_NAMES)
LOOSE = msgspec.json.Decoder(DispenseRequest)


def look_twice(text, where):
    """The names, then the types: what one look must not differ from."""
    read_members(text, DISPENSE_REQUEST_NAMES, where)
    return decode(LOOSE, text, where)


def outcome(read, text):
    try:
        return msgspec.structs.asdict(read(text, "here"))
    except Refusal as refusal:
        return refusal.reason.code, refusal.where, refusal.sentence


MEMBERS = st.lists(
    st.sampled_from(
        [
            b'"numberOfRepeatsAllowed":2',
            b'"numberOfRepeatsAllowed":-1',
            b'"numberOfRepeatsAllowed":1e999',
            b'"number\\u004ffRepeatsAllowed":3',
            b'"_numberOfRepeatsAllowed":{"extension":[]}',
            b'"_repeats":{}',
            b'"initialFill":{"quantity":7}',
            b'"initialFill":1e999',
            b'"repeats":1',
            b'"quantity":{"value":1,"unknown":2}',
            b'"quantity":"1"',
            b'"id":"\xff"',
            b'"performer":{"display":"\xff"}',
            b'"\xff":1',
            b"id",
        ]
    ),
    max_size=4,
)


@given(MEMBERS)
def test_one_look_finds_what_two_find(members):
    text = msgspec.Raw(b"{" + b",".join(members) + b"}")

    found, expected = outcome(STRICT.read, text), outcome(look_twice, text)

    if isinstance(found, dict):
        found = {name: found[name] for name in expected}
    assert found == expected


@pytest.mark.parametrize(
    ("text", "code", "where"),
    [
        (b'{"repeats":1}', "ELEMENT_INVALID", "here.repeats"),
        (b'{"quantity":3,"repeats":1}', "ELEMENT_INVALID", "here.repeats"),
        (b'{"quantity":3}', "ELEMENT_INVALID", "here.quantity"),
        (b"[]", "ELEMENT_INVALID", "here"),
    ],
)
def test_names_are_refused_before_types(text, code, where):  # TLS-17
    assert refused(lambda body: STRICT.read(msgspec.Raw(body), "here"), text) == (code, where)
