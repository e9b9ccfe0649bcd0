import json

import pytest

from fhir.bodies import (
    LINE,
    NUMBER,
    NUMBER_SYSTEM,
    PATIENT,
    PRACTITIONER,
    a_line,
    bundle_of,
    issue_refused,
    lines_of,
    ordonnance,
    with_line,
)
from ordonnance.fhir import prescription
from ordonnance.fhir.prescription import KEPT_KINDS

HERE = "Bundle.entry[2].resource"
DOSAGE = f"{HERE}.dosageInstruction[0]"


@pytest.mark.parametrize(
    ("changes", "code", "element"),
    [
        # Missing
        ({"status": ...}, "ELEMENT_MISSING", "status"),
        ({"intent": ...}, "ELEMENT_MISSING", "intent"),
        ({"subject": ...}, "ELEMENT_MISSING", "subject"),
        ({"authoredOn": ...}, "ELEMENT_MISSING", "authoredOn"),
        ({"requester": ...}, "ELEMENT_MISSING", "requester"),
        ({"groupIdentifier": ...}, "ELEMENT_MISSING", "groupIdentifier"),
        ({"medicationCodeableConcept": ...}, "ELEMENT_MISSING", "medication[x]"),
        # Of another type
        ({"status": 3}, "ELEMENT_INVALID", "status"),
        ({"status": None}, "ELEMENT_INVALID", "status"),
        ({"intent": ["order"]}, "ELEMENT_INVALID", "intent"),
        ({"subject": "Patient/anne"}, "ELEMENT_INVALID", "subject"),
        ({"subject": {"reference": 1}}, "ELEMENT_INVALID", "subject.reference"),
        ({"subject": {"reference": ""}}, "ELEMENT_INVALID", "subject.reference"),
        ({"authoredOn": 2026}, "ELEMENT_INVALID", "authoredOn"),
        ({"requester": []}, "ELEMENT_INVALID", "requester"),
        ({"groupIdentifier": NUMBER}, "ELEMENT_INVALID", "groupIdentifier"),
        ({"identifier": {}}, "ELEMENT_INVALID", "identifier"),
        ({"identifier": [1]}, "ELEMENT_INVALID", "identifier[0]"),
        ({"contained": {}}, "ELEMENT_INVALID", "contained"),
        ({"doNotPerform": "false"}, "ELEMENT_INVALID", "doNotPerform"),
        ({"medicationCodeableConcept": "X"}, "ELEMENT_INVALID", "medicationCodeableConcept"),
        (
            {"medicationCodeableConcept": {"coding": {}}},
            "ELEMENT_INVALID",
            "medicationCodeableConcept.coding",
        ),
        (
            {"medicationCodeableConcept": {"coding": [{"code": 3400}]}},
            "ELEMENT_INVALID",
            "medicationCodeableConcept.coding[0].code",
        ),
        (
            {"medicationCodeableConcept": {"text": "a" * 20_001}},
            "ELEMENT_INVALID",
            "medicationCodeableConcept.text",
        ),
        ({"dosageInstruction": {}}, "ELEMENT_INVALID", "dosageInstruction"),
        ({"dosageInstruction": [{}, 1]}, "ELEMENT_INVALID", "dosageInstruction[1]"),
        (
            {"dosageInstruction": [{"sequence": "1"}]},
            "ELEMENT_INVALID",
            "dosageInstruction[0].sequence",
        ),
        ({"dosageInstruction": [{"timing": []}]}, "ELEMENT_INVALID", "dosageInstruction[0].timing"),
        ({"dispenseRequest": []}, "ELEMENT_INVALID", "dispenseRequest"),
        ({"dispenseRequest": None}, "ELEMENT_INVALID", "dispenseRequest"),
        # Of another code
        ({"status": "draft"}, "ELEMENT_INVALID", "status"),
        ({"status": "Active"}, "ELEMENT_INVALID", "status"),
        ({"intent": "plan"}, "ELEMENT_INVALID", "intent"),
        ({"intent": "proposal"}, "ELEMENT_INVALID", "intent"),
        ({"doNotPerform": True}, "ELEMENT_INVALID", "doNotPerform"),
        # Of an unknown name, which may be a slip in one that changes the order
        ({"dispenserequest": {}}, "ELEMENT_INVALID", "dispenserequest"),
        ({"medicament": {}}, "ELEMENT_INVALID", "medicament"),
        ({"__status": {}}, "ELEMENT_INVALID", "__status"),
        ({"doNotPerfom": True}, "ELEMENT_INVALID", "doNotPerfom"),
        # Two medicines on one line
        (
            {"medicationReference": {"reference": "Medication/1"}},
            "ELEMENT_INVALID",
            "medication[x]",
        ),
    ],
)
def test_a_line_out_of_form_is_refused_where_it_goes_wrong(changes, code, element):  # TLS-18
    assert issue_refused(with_line(**changes)) == (code, f"{HERE}.{element}")


@pytest.mark.parametrize(
    ("dispense", "code", "element"),
    [
        ({"quantite": {"value": 1}}, "ELEMENT_INVALID", "quantite"),
        ({"numberOfRepeatAllowed": 3}, "ELEMENT_INVALID", "numberOfRepeatAllowed"),
        ({"quantity": 2}, "ELEMENT_INVALID", "quantity"),
        ({"quantity": {"value": "2"}}, "ELEMENT_INVALID", "quantity.value"),
        ({"quantity": {"value": True}}, "ELEMENT_INVALID", "quantity.value"),
        ({"quantity": {"value": [2]}}, "ELEMENT_INVALID", "quantity.value"),
        ({"quantity": {"value": 2, "unit": 1}}, "ELEMENT_INVALID", "quantity.unit"),
        ({"quantity": {"value": 0}}, "QUANTITY_INVALID", "quantity"),
        ({"quantity": {"value": -0.0}}, "QUANTITY_INVALID", "quantity"),
        ({"quantity": {"value": -1}}, "QUANTITY_INVALID", "quantity"),
        ({"quantity": {"value": 1001}}, "QUANTITY_INVALID", "quantity"),
        ({"quantity": {"value": 10**400}}, "QUANTITY_INVALID", "quantity"),
        ({"numberOfRepeatsAllowed": "1"}, "ELEMENT_INVALID", "numberOfRepeatsAllowed"),
        ({"numberOfRepeatsAllowed": 1.5}, "ELEMENT_INVALID", "numberOfRepeatsAllowed"),
        ({"numberOfRepeatsAllowed": -1}, "ELEMENT_INVALID", "numberOfRepeatsAllowed"),
        ({"numberOfRepeatsAllowed": 100}, "ELEMENT_INVALID", "numberOfRepeatsAllowed"),
        ({"numberOfRepeatsAllowed": 10**30}, "ELEMENT_INVALID", "numberOfRepeatsAllowed"),
        ({"numberOfRepeatsAllowed": True}, "ELEMENT_INVALID", "numberOfRepeatsAllowed"),
        ({"validityPeriod": "2027"}, "ELEMENT_INVALID", "validityPeriod"),
        ({"validityPeriod": {"end": "2027"}}, "ELEMENT_INVALID", "validityPeriod.end"),
        ({"validityPeriod": {"end": "9999-12-31"}}, "ELEMENT_INVALID", "validityPeriod.end"),
        ({"expectedSupplyDuration": "30"}, "ELEMENT_INVALID", "expectedSupplyDuration"),
    ],
)
def test_what_is_to_be_dispensed_is_refused_where_it_goes_wrong(dispense, code, element):  # TLS-19
    body = with_line(dispenseRequest=dispense)

    assert issue_refused(body) == (code, f"{HERE}.dispenseRequest.{element}")


@pytest.mark.parametrize(
    ("written", "code", "where"),
    [
        ("NaN", "BODY_MALFORMED", None),
        ("Infinity", "BODY_MALFORMED", None),
        ("1.", "BODY_MALFORMED", None),
        ("0x2", "BODY_MALFORMED", None),
        ("1e999", "ELEMENT_INVALID", f"{HERE}.dispenseRequest.quantity.value"),
        ("-1e999", "ELEMENT_INVALID", f"{HERE}.dispenseRequest.quantity.value"),
        ("9" * 4301, "ELEMENT_INVALID", f"{HERE}.dispenseRequest.quantity.value"),
        ("9" * 4300, "QUANTITY_INVALID", f"{HERE}.dispenseRequest.quantity"),
        ("1e-400", "QUANTITY_INVALID", f"{HERE}.dispenseRequest.quantity"),
        ("1000.0000000000001", "QUANTITY_INVALID", f"{HERE}.dispenseRequest.quantity"),
    ],
)
def test_a_number_that_is_none_is_refused(written, code, where):
    body = with_line(dispenseRequest={"quantity": {"value": 777}})

    assert issue_refused(body.replace(b"777", written.encode())) == (code, where)


@pytest.mark.parametrize(
    ("repeat", "element"),
    [
        ({"boundsDuration": 5}, "boundsDuration"),
        ({"boundsDuration": {"value": "5"}}, "boundsDuration.value"),
        ({"boundsRange": {"high": []}}, "boundsRange.high"),
        ({"boundsPeriod": "2026"}, "boundsPeriod"),
        ({"boundsPeriod": {"start": 3, "end": "2026-11-30"}}, "boundsPeriod.start"),
        ({"boundsPeriod": {"start": "2026-11", "end": "2026-11-30"}}, "boundsPeriod.start"),
        (
            {"boundsPeriod": {"start": "2026-11-23", "end": "2026-11-30T10:00:00"}},
            "boundsPeriod.end",
        ),
        ({"boundsPeriod": {"start": "2026-11-23", "end": "9999-12-31"}}, "boundsPeriod.end"),
    ],
)
def test_a_duration_out_of_form_is_refused_where_it_goes_wrong(repeat, element):  # TLS-19
    body = with_line(dosageInstruction=[{"timing": {"repeat": repeat}}])

    assert issue_refused(body) == ("ELEMENT_INVALID", f"{DOSAGE}.timing.repeat.{element}")


@pytest.mark.parametrize(
    "authored_on",
    [
        "2026-11-23",
        "2026-11-23T10:00:00",
        "2026-13-23T10:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59Z",
        "hier",
    ],
)
def test_a_writing_date_that_is_no_instant_is_refused(authored_on):  # TLS-2
    body = with_line(authoredOn=authored_on)

    assert issue_refused(body) == ("ELEMENT_INVALID", f"{HERE}.authoredOn")


def test_the_earliest_line_tells_when_a_prescription_was_written():
    written = prescription.read(
        ordonnance(
            a_line(authoredOn="2026-11-23T10:00:00+01:00"),
            a_line(authoredOn="2026-11-23T08:59:59Z"),
        )
    )[0]

    assert written.authored_at.isoformat() == "2026-11-23T08:59:59+00:00"


def test_lines_of_two_months_cannot_bear_one_number():  # TLS-2
    body = ordonnance(a_line(), a_line(authoredOn="2026-12-01T00:00:00+01:00"))

    assert issue_refused(body) == ("NUMBER_MONTH_INVALID", "Bundle.entry[3].resource.authoredOn")


@pytest.mark.parametrize(
    ("identifier", "code", "element"),
    [
        ({"system": NUMBER_SYSTEM, "value": NUMBER[:-1] + "0"}, "NUMBER_MALFORMED", "value"),
        ({"system": NUMBER_SYSTEM, "value": "10543744"}, "NUMBER_MALFORMED", "value"),
        ({"system": NUMBER_SYSTEM}, "NUMBER_MALFORMED", "value"),
        ({"value": NUMBER}, "ELEMENT_INVALID", "system"),
        ({"system": "https://somehospital.fr/ID", "value": NUMBER}, "ELEMENT_INVALID", "system"),
    ],
)
def test_a_number_that_is_none_of_ours_is_refused(identifier, code, element):  # TLS-1
    body = with_line(groupIdentifier=identifier)

    assert issue_refused(body) == (code, f"{HERE}.groupIdentifier.{element}")


def test_all_lines_share_one_number():  # TLS-18
    other = {"system": NUMBER_SYSTEM, "value": "012J00000000000017"}

    body = ordonnance(a_line(), a_line(groupIdentifier=other))

    assert issue_refused(body) == (
        "ELEMENT_INVALID",
        "Bundle.entry[3].resource.groupIdentifier.value",
    )


def test_a_number_may_be_written_as_people_write_it():
    spaced = {"system": NUMBER_SYSTEM, "value": "012j-0000 0000 0000-5z"}

    assert prescription.read(with_line(groupIdentifier=spaced))[0].number.value == NUMBER


def test_40_lines_are_taken_and_41_refused():  # TLS-17
    assert len(lines_of(ordonnance(*[a_line()] * 40))) == 40
    assert issue_refused(ordonnance(*[a_line()] * 41)) == ("BODY_TOO_LARGE", "Bundle.entry")


def test_a_prescription_bears_a_line():
    assert issue_refused(ordonnance()) == ("ELEMENT_MISSING", "Bundle.entry")
    assert issue_refused(bundle_of()) == ("ELEMENT_MISSING", "Bundle.entry")


@pytest.mark.parametrize("kind", ["Bundle", "Task", "MedicationDispense", "Parameters", "Inconnue"])
def test_a_resource_that_an_issue_does_not_take_is_refused(kind):  # TLS-18
    body = bundle_of(PATIENT, {"resourceType": kind}, PRACTITIONER, a_line())

    assert issue_refused(body) == ("ELEMENT_INVALID", "Bundle.entry[1].resource.resourceType")


def test_what_goes_with_a_prescription_is_kept():  # TLS-18
    beside = [{"resourceType": kind, "note": kind} for kind in sorted(KEPT_KINDS)]

    _, resources = prescription.read(ordonnance(a_line(), *beside))

    assert json.loads(resources)[3:] == beside


def as_it_came(line: bytes) -> str:
    """What is given back of a line: its text."""
    _, resources = prescription.read(ordonnance(line))
    people = json.dumps(PATIENT) + "," + json.dumps(PRACTITIONER)
    return resources.decode().removeprefix(f"[{people},").removesuffix("]")


ESSENTIAL = json.dumps({name: LINE[name] for name in LINE if name != "dispenseRequest"})[1:-1]
OWN = f'"identifier":[{{"system":"{NUMBER_SYSTEM}","value":"{NUMBER}-1"}}]'


@pytest.mark.parametrize(
    "value",
    [
        '[{"doseAndRate":[{"doseQuantity":{"value":72.50,"unit":"mg"}}]}]',
        '[{"doseAndRate":[{"doseQuantity":{"value":1.0}}]}]',
        '[{"doseAndRate":[{"doseQuantity":{"value":1E-2}}]}]',
        '[{"doseAndRate":[{"doseQuantity":{"value":0.10000000000000000000001}}]}]',
        '[ { "text" : "à  jeun" ,\n\t"sequence":1 } ]',
        '[{"text":"\\u00e0 je\\u0075n \\/ \\ud83d\\ude00"}]',
        '[{"text":"2","text":"3"}]',
        '[{"z":1,"a":2,"_text":{"id":"x"}}]',
    ],
)
def test_only_the_identifier_is_added_to_a_line(value):  # TLS-18
    dispense = '"dispenseRequest":{"quantity":{"value":2.0}}'
    line = f'{{{ESSENTIAL},{dispense},"dosageInstruction":{value}}}'

    given_back = as_it_came(line.encode())

    assert f'"dosageInstruction":{value},{OWN}}}' in given_back
    assert dispense in given_back
    assert list(json.loads(given_back)) == [*json.loads(line), "identifier"]


@pytest.mark.parametrize(
    ("present", "after"),
    [
        ("[]", OWN[13:]),
        ("[ ]", OWN[13:]),
        ('[{"value":"100-1/3"}]', '[{"value":"100-1/3"},' + OWN[14:]),
        ('[ {"value" : "a"} , {"value":"b"}\n]', '[{"value" : "a"} , {"value":"b"},' + OWN[14:]),
        (OWN[13:], OWN[13:]),
        ('[{"value":"a"},' + OWN[14:], '[{"value":"a"},' + OWN[14:]),
    ],
)
def test_identifiers_that_came_stay_before_ours(present, after):  # TLS-18
    line = f'{{{ESSENTIAL},"identifier":{present},"dispenseRequest":{{"quantity":{{"value":2}}}}}}'

    assert f'"identifier":{after}' in as_it_came(line.encode())


def test_each_line_bears_its_rank():  # TLS-18
    medication = {"resourceType": "Medication", "id": "m"}

    _, resources = prescription.read(
        bundle_of(a_line(), PATIENT, medication, a_line(), PRACTITIONER)
    )

    assert [resource.get("identifier") for resource in json.loads(resources)] == [
        [{"system": NUMBER_SYSTEM, "value": f"{NUMBER}-1"}],
        PATIENT["identifier"],
        None,
        [{"system": NUMBER_SYSTEM, "value": f"{NUMBER}-2"}],
        PRACTITIONER["identifier"],
    ]


@pytest.mark.parametrize(
    ("spoilt", "read"),
    [
        ('"quantity": {"value": 1, "value": 9}', "9"),
        ('"quantity": {"value": 9}, "quantity": {"value": 1}', "1"),
    ],
)
def test_of_two_elements_of_one_name_the_last_counts(spoilt, read):
    line = json.dumps(a_line(dispenseRequest={"quantity": 777}))

    body = ordonnance(line.replace('"quantity": 777', spoilt).encode())

    assert str(lines_of(body)[0].quantity) == read
