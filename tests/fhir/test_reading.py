from datetime import UTC, datetime, timedelta, timezone
import json

from hypothesis import given
from hypothesis import strategies as st
import msgspec
import pytest

from fhir.bodies import PATIENT, a_line, bundle_of, issue_refused, ordonnance, refusal_of, refused
from ordonnance.domain.days import PARIS
from ordonnance.domain.refusal import Refusal
from ordonnance.fhir import prescription
from ordonnance.fhir.reading import (
    Resource,
    as_decimal,
    check_size,
    find_resource,
    is_in_packs,
    path_of,
    read_bundle,
    read_end,
    read_instant,
    read_moment,
)
from ordonnance.fhir.structs import Quantity

EDQM = "http://standardterms.edqm.eu"
UCUM = "http://unitsofmeasure.org"


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


@pytest.mark.parametrize(
    "body",
    [
        nested(32),
        b'{"a":' * 31 + b"[1]" + b"}" * 31,
        b"[" + b"[],{}," * 5000 + b"1]",  # wide is not deep
        b'["' + b"[{" * 5000 + b'"]',  # brackets of a text open nothing
        b'["\\"' + b"[" * 5000 + b'","\\\\"]',  # nor do they behind an escaped quotation mark
        b"[" * 20 + b'"]]]]"' + b"]" * 20,
        b" " * (256 * 1024),
    ],
)
def test_check_size_lets_32_levels_and_256_kib_pass(body):  # TLS-17
    check_size(body)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (nested(33), "32 niveaux au plus"),
        (b'{"a":' * 33, "32 niveaux au plus"),
        (b'["a\\\\",' + b"[" * 33, "32 niveaux au plus"),  # the text ends before the brackets
        (b" " * (256 * 1024 + 1), "256 Kio au plus"),
    ],
)
def test_check_size_refuses_deeper_and_larger(body, said):  # TLS-17
    refusal = refusal_of(check_size, body)

    assert refusal.reason.code == "BODY_TOO_LARGE"
    assert said in refusal.sentence


def test_check_size_looks_once_at_a_text_that_never_ends():
    # Looked at again from each quotation mark, this body would hold the service for minutes.
    check_size(b"{" * 32 + b'"' + b'\\"' * 130_000)


@given(st.integers(1, 60), st.text(alphabet='[]{}"\\a', max_size=20))
def test_depth_is_that_of_the_structure(depth, text):
    value = text
    for _ in range(depth):
        value = [value]

    try:
        check_size(json.dumps(value).encode())
        is_refused = False
    except Refusal:
        is_refused = True

    assert is_refused is (depth > 32)


@pytest.mark.parametrize(
    ("body", "code", "where"),
    [
        (b"", "BODY_MALFORMED", None),
        (b"{", "BODY_MALFORMED", None),
        (ordonnance(a_line())[:-1], "BODY_MALFORMED", None),
        (ordonnance(a_line()) + b"x", "BODY_MALFORMED", None),
        (b"\xef\xbb\xbf" + ordonnance(a_line()), "BODY_MALFORMED", None),
        (ordonnance(a_line()).decode().encode("utf-16"), "BODY_MALFORMED", None),
        (b'{"resourceType":"Bundle",}', "BODY_MALFORMED", None),
        (b"<Bundle/>", "BODY_MALFORMED", None),
        (b"null", "ELEMENT_INVALID", "Bundle"),
        (b"[]", "ELEMENT_INVALID", "Bundle"),
        (b'"Bundle"', "ELEMENT_INVALID", "Bundle"),
        (b"{}", "ELEMENT_MISSING", "Bundle.resourceType"),
        (b'{"resourceType":"Task"}', "ELEMENT_INVALID", "Bundle.resourceType"),
        (b'{"resourceType":"Bundle"}', "ELEMENT_MISSING", "Bundle.type"),
        (
            b'{"resourceType":"Bundle","type":"transaction","entry":[]}',
            "ELEMENT_INVALID",
            "Bundle.type",
        ),
        (b'{"resourceType":"Bundle","type":"collection"}', "ELEMENT_MISSING", "Bundle.entry"),
        (
            b'{"resourceType":"Bundle","type":"collection","entry":{}}',
            "ELEMENT_INVALID",
            "Bundle.entry",
        ),
        (
            b'{"resourceType":"Bundle","type":"collection","entry":[{}]}',
            "ELEMENT_MISSING",
            "Bundle.entry[0].resource",
        ),
        (
            b'{"resourceType":"Bundle","type":"collection","entry":[{"resource":{},"fullUrl":1}]}',
            "ELEMENT_INVALID",
            "Bundle.entry[0].fullUrl",
        ),
        (bundle_of(PATIENT, b"3"), "ELEMENT_INVALID", "Bundle.entry[1].resource"),
        (bundle_of(PATIENT, {}), "ELEMENT_MISSING", "Bundle.entry[1].resource.resourceType"),
        (
            bundle_of({"resourceType": ""}),
            "ELEMENT_INVALID",
            "Bundle.entry[0].resource.resourceType",
        ),
        (
            bundle_of({"resourceType": "Patient", "id": 3}),
            "ELEMENT_INVALID",
            "Bundle.entry[0].resource.id",
        ),
    ],
)
def test_a_bundle_that_is_none_is_refused_where_it_goes_wrong(body, code, where):  # TLS-17
    assert refused(read_bundle, body) == (code, where)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b'{"a":1', "n’est pas du JSON lisible : il est coupé avant sa fin."),
        (b'{"a":1 "b"}', "n’est pas du JSON lisible : erreur à l’octet 7."),
        (b'{"resourceType":"\xff"}', "n’est pas du JSON lisible : un texte n’est pas en UTF-8."),
        (b'{"resourceType":3}', "Bundle.resourceType (attendu du texte, reçu un entier)"),
        (b'{"resourceType":"X"}', "Bundle.resourceType (valeur inconnue 'X')"),
        (b"{}", "Il manque un élément obligatoire : Bundle.resourceType."),
    ],
)
def test_what_is_wrong_with_a_body_is_said_in_french(text, said):
    assert said in refusal_of(read_bundle, text).sentence


@pytest.mark.parametrize(
    ("element", "value", "said"),
    [
        ("quantity", {"value": "2"}, "quantity.value (attendu un nombre, reçu du texte)"),
        ("quantity", {"unit": 3}, "quantity.unit (attendu du texte, reçu un entier)"),
        ("quantity", {"unit": ""}, "quantity.unit (attendu du texte de longueur >= 1)"),
        ("quantity", [], "quantity (attendu un objet, reçu une liste)"),
        ("quantity", True, "quantity (attendu un objet, reçu vrai ou faux)"),
        ("numberOfRepeatsAllowed", 1.5, "Allowed (attendu un entier, reçu un nombre)"),
    ],
)
def test_types_are_named_in_french(element, value, said):
    body = ordonnance(a_line(dispenseRequest={element: value}))

    assert said in refusal_of(prescription.read, body).sentence


MODIFIER = {"modifierExtension": [{"url": "https://example.org/negated", "valueBoolean": True}]}


@pytest.mark.parametrize(
    ("resources", "where"),
    [
        ([a_line(**MODIFIER), PATIENT], "Bundle.entry[0].resource"),
        ([PATIENT, a_line(dosageInstruction=[MODIFIER])], "Bundle.entry[1].resource"),
        ([PATIENT, a_line(dispenseRequest=MODIFIER)], "Bundle.entry[1].resource"),
        ([a_line(), {**PATIENT, **MODIFIER}], "Bundle.entry[1].resource"),
        ([PATIENT, {"resourceType": "Consent", **MODIFIER}], "Bundle.entry[1].resource"),
        ([a_line(contained=[{"resourceType": "X", **MODIFIER}])], "Bundle.entry[0].resource"),
        (
            [json.dumps(a_line(**MODIFIER)).replace("modifierE", "modifier\\u0045").encode()],
            "Bundle.entry[0].resource",
        ),
        (
            [json.dumps(a_line(**MODIFIER)).replace("modifier", "\\u006dodifie\\u0072").encode()],
            "Bundle.entry[0].resource",
        ),
        (
            [json.dumps(a_line(**MODIFIER)).replace('Extension":', 'Extension"\n\t :').encode()],
            "Bundle.entry[0].resource",
        ),
    ],
)
def test_a_modifier_extension_is_refused_wherever_it_stands(resources, where):  # TLS-17
    assert refused(read_bundle, bundle_of(*resources)) == ("EXTENSION_UNKNOWN", where)


def test_a_modifier_extension_of_the_bundle_itself_is_refused():
    body = bundle_of(a_line())[:-1] + b',"modifierExtension":[]}'

    assert refused(read_bundle, body) == ("EXTENSION_UNKNOWN", "Bundle")


@pytest.mark.parametrize(
    "text",
    [
        "modifierExtension",
        '"modifierExtension": [] n’est pas prise en charge',
        '\\"modifierExtension\\":',
        "modifier\\u0045xtension:",
    ],
)
def test_the_word_inside_a_text_is_no_modifier_extension(text):
    resources = read_bundle(bundle_of(a_line(note=[{"text": text}])))

    assert [resource.kind for resource in resources] == ["MedicationRequest"]


@pytest.mark.parametrize(
    ("spoilt", "code", "where"),
    [
        (b'"\xff\xfe"', "BODY_MALFORMED", None),
        (b'"\xed\xa0\x80"', "BODY_MALFORMED", None),  # half a surrogate pair, as UTF-8
        (b'"\\ud800"', "BODY_MALFORMED", None),
        (b'"\x01"', "BODY_MALFORMED", None),
        (b'"\\x"', "BODY_MALFORMED", None),
        (b"NaN", "BODY_MALFORMED", None),
        (b"01", "BODY_MALFORMED", None),
        (b"1e999", "ELEMENT_INVALID", "Bundle.entry[2].resource"),
        (b"9" * 4301, "ELEMENT_INVALID", "Bundle.entry[2].resource"),
    ],
)
def test_what_is_only_kept_must_be_readable_when_it_is_given_back(spoilt, code, where):
    line = json.dumps(a_line(reasonCode=[{"text": "QQQ"}])).encode().replace(b'"QQQ"', spoilt)

    assert issue_refused(ordonnance(line)) == (code, where)


@pytest.mark.parametrize("kept", [b'"\\u0000"', b'"\\ud83d\\ude00"', b"1e-400", b"9" * 400, b"-0"])
def test_what_is_unusual_and_readable_is_kept(kept):
    line = json.dumps(a_line(reasonCode=[{"text": "QQQ"}])).encode().replace(b'"QQQ"', kept)

    _, resources = prescription.read(ordonnance(line))

    assert kept in resources


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-11-23T10:00:00+01:00", datetime(2026, 11, 23, 9, 0, tzinfo=UTC)),
        ("2026-11-23T10:00:00Z", datetime(2026, 11, 23, 10, 0, tzinfo=UTC)),
        ("2026-11-23T10:00:00.5Z", datetime(2026, 11, 23, 10, 0, 0, 500_000, tzinfo=UTC)),
        ("2026-11-23T10:00:00.123456789Z", datetime(2026, 11, 23, 10, 0, 0, 123_456, tzinfo=UTC)),
        (
            "2024-02-29T23:59:59-04:00",
            datetime(2024, 2, 29, 23, 59, 59, tzinfo=timezone(timedelta(hours=-4))),
        ),
    ],
)
def test_read_instant(text, instant):
    assert read_instant(text, "here") == instant


@pytest.mark.parametrize(
    "text",
    [
        "2026",
        "2026-11",
        "2026-11-23T10:00:00",
        "2026-11-23T10:00+01:00",
        "2026-11-23 10:00:00Z",
        "2026-11-23t10:00:00z",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "2026-11-23T24:00:00Z",
        "2026-11-23T10:00:60Z",
        "2026-11-23T10:00:00+24:00",
        "2026-11-23T10:00:00.1234567890Z",
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "1899-12-31T23:59:59Z",
        "2200-01-01T00:00:00Z",
        "9999-12-31T23:59:59-12:00",
        "\u0662\u0660\u0662\u0666-11-23T10:00:00Z",
        "2026-11-23T10:00:00Z\0",
        "2026-11-23T10:00:00Z\n",
    ],
)
@pytest.mark.parametrize("read", [read_instant, read_moment, read_end])
def test_what_is_no_instant_is_refused(read, text):
    with pytest.raises(Refusal) as caught:
        read(text, "here")

    assert (caught.value.reason.code, caught.value.where) == ("ELEMENT_INVALID", "here")


@pytest.mark.parametrize("text", ["1899-12-31", "9999-12-31", "0001-01-01", "2026-02-30"])
@pytest.mark.parametrize("read", [read_moment, read_end])
def test_a_day_that_is_none_is_refused(read, text):
    with pytest.raises(Refusal):
        read(text, "here")


def test_a_day_begins_and_ends_in_paris():
    assert read_moment("2026-11-23", "here") == datetime(2026, 11, 23, tzinfo=PARIS)
    assert read_end("2026-11-23", "here") == datetime(2026, 11, 24, tzinfo=PARIS)
    assert read_end("2026-11-23T10:00:00Z", "here") == datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert read_end("2199-12-31", "here") == datetime(2200, 1, 1, tzinfo=PARIS)


EMPTY = msgspec.Raw(b"{}")
ANNE = Resource("Patient", 0, EMPTY, "1", "urn:uuid:a", path_of(0))
CAMILLE = Resource("Practitioner", 1, EMPTY, "1", "https://example.org/Practitioner/1", path_of(1))
BOX = Resource("Medication", 2, EMPTY, None, None, path_of(2))


@pytest.mark.parametrize(
    ("reference", "found"),
    [
        ("urn:uuid:a", ANNE),
        ("Patient/1", ANNE),
        ("Practitioner/1", CAMILLE),
        ("https://example.org/Practitioner/1", CAMILLE),
        ("#1", ANNE),
        ("1", None),
        ("patient/1", None),
        ("Patient/2", None),
        ("#2", None),
        ("Medication/None", None),
        ("#None", None),
        ("None", None),
        (None, None),
    ],
)
def test_find_resource(reference, found):  # TLS-18
    assert find_resource(reference, [ANNE, CAMILLE, BOX]) is found


@pytest.mark.parametrize(
    ("quantity", "counted"),
    [
        ({}, True),
        ({"unit": "boîte"}, True),
        ({"unit": "Boîtes"}, True),
        ({"unit": "BTE"}, True),
        ({"unit": "box", "system": UCUM, "code": "{box}"}, True),
        ({"code": "1", "system": UCUM}, True),
        ({"unit": "boîte", "system": EDQM, "code": "30009000"}, True),
        ({"unit": "tube", "system": EDQM, "code": "30067000"}, True),
        ({"unit": "comprimé", "system": EDQM, "code": "15054000"}, False),
        ({"unit": "comprimé"}, False),
        ({"unit": "comprimé", "system": UCUM, "code": "1"}, False),
        ({"unit": "tablet", "system": UCUM, "code": "{tbl}"}, False),
        ({"system": UCUM, "code": "mL"}, False),
    ],
)
def test_is_in_packs(quantity, counted):  # TLS-21
    assert is_in_packs(Quantity(**quantity)) is counted


@pytest.mark.parametrize(
    ("number", "written"), [(2, "2"), (0.1, "0.1"), (72.5, "72.5"), (1.0, "1.0"), (1e-7, "1E-7")]
)
def test_a_decimal_is_what_was_written(number, written):
    assert str(as_decimal(number)) == written
