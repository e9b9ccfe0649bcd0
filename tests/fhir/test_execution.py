from datetime import UTC, datetime
from decimal import Decimal
import json

import pytest

from fhir.bodies import (
    CIP,
    DISPENSE,
    EDQM,
    INS_TEST,
    NUMBER,
    NUMBER_SYSTEM,
    OURS,
    PATIENT,
    UCUM,
    a_dispense,
    bundle_of,
    execute_refused,
)
from ordonnance.domain.execution import Act, Completeness, NotDone, Override
from ordonnance.domain.identifiers import INS, INSAuthority
from ordonnance.fhir import execution

HERE = "Bundle.entry[0].resource"
DECLINED = {"status": "declined", "quantity": ..., "whenHandedOver": ...}


def act_of(*beside, **changes):
    """The act that a delivery reports, changed."""
    [act] = execution.read(bundle_of(a_dispense(**changes), *beside))[0]
    return act


def test_a_delivery_is_read_whole():  # TLS-31
    assert act_of() == Act(
        entry=0,
        prescribed=f"{NUMBER}-1",
        label="AMOXICILLINE 500 mg, gélule",
        product=None,
        is_done=True,
        not_done=None,
        quantity=Decimal(2),
        days=None,
        handed_over_at=datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
        completeness=None,
        deferred=None,
        overrides=(),
        patient=None,
    )


@pytest.mark.parametrize(
    ("changes", "code", "element"),
    [
        # Missing
        ({"status": ...}, "ELEMENT_MISSING", "status"),
        ({"medicationCodeableConcept": ...}, "ELEMENT_MISSING", "medication[x]"),
        ({"whenHandedOver": ...}, "ELEMENT_MISSING", "whenHandedOver"),
        ({"quantity": ...}, "ELEMENT_MISSING", "quantity.value"),
        ({"quantity": {}}, "ELEMENT_MISSING", "quantity.value"),
        ({"quantity": {"value": None}}, "ELEMENT_MISSING", "quantity.value"),
        (
            {"authorizingPrescription": [{}]},
            "ELEMENT_MISSING",
            "authorizingPrescription[0].identifier",
        ),
        (
            {"authorizingPrescription": [{"reference": "MedicationRequest/1"}]},
            "ELEMENT_MISSING",
            "authorizingPrescription[0].identifier",
        ),
        (
            {"authorizingPrescription": [{"identifier": {"system": NUMBER_SYSTEM}}]},
            "ELEMENT_MISSING",
            "authorizingPrescription[0].identifier",
        ),
        # Of another type
        ({"status": True}, "ELEMENT_INVALID", "status"),
        ({"quantity": 2}, "ELEMENT_INVALID", "quantity"),
        ({"quantity": {"value": "2"}}, "ELEMENT_INVALID", "quantity.value"),
        ({"quantity": {"value": {}}}, "ELEMENT_INVALID", "quantity.value"),
        ({"whenHandedOver": 1}, "ELEMENT_INVALID", "whenHandedOver"),
        ({"authorizingPrescription": {}}, "ELEMENT_INVALID", "authorizingPrescription"),
        ({"authorizingPrescription": [{}, {}]}, "ELEMENT_INVALID", "authorizingPrescription"),
        ({"extension": {}}, "ELEMENT_INVALID", "extension"),
        ({"extension": [{"url": 1}]}, "ELEMENT_INVALID", "extension[0].url"),
        ({"extension": [{}]}, "ELEMENT_MISSING", "extension[0].url"),
        (
            {"extension": [{"url": f"{OURS}override", "extension": [{"valueCode": "A"}]}]},
            "ELEMENT_MISSING",
            "extension[0].extension[0].url",
        ),
        (
            {"extension": [{"url": f"{OURS}deferred", "valueString": 3}]},
            "ELEMENT_INVALID",
            "extension[0].valueString",
        ),
        ({"subject": "Patient/1"}, "ELEMENT_INVALID", "subject"),
        ({"daysSupply": 3}, "ELEMENT_INVALID", "daysSupply"),
        ({"type": "FFC"}, "ELEMENT_INVALID", "type"),
        # Of another code
        ({"status": "in-progress"}, "ELEMENT_INVALID", "status"),
        ({"status": "cancelled"}, "ELEMENT_INVALID", "status"),
        ({"type": {"coding": [{"code": "RF"}]}}, "ELEMENT_INVALID", "type"),
        (
            {
                "authorizingPrescription": [
                    {"identifier": {"system": "https://somehospital.fr/ID", "value": "1"}}
                ]
            },
            "ELEMENT_INVALID",
            "authorizingPrescription[0].identifier.system",
        ),
        # Of no number of packs
        (
            {"quantity": {"value": 2, "unit": "comprimé"}},
            "QUANTITY_INVALID",
            "quantity",
        ),
        (
            {"quantity": {"value": 2, "system": EDQM, "code": "15054000"}},
            "QUANTITY_INVALID",
            "quantity",
        ),
        # Of an unknown name
        ({"quantite": {"value": 2}}, "ELEMENT_INVALID", "quantite"),
        ({"statusReason": {}}, "ELEMENT_INVALID", "statusReason"),
        ({"authorisingPrescription": []}, "ELEMENT_INVALID", "authorisingPrescription"),
        # Dates
        ({"whenHandedOver": "2026-11-23"}, "ELEMENT_INVALID", "whenHandedOver"),
        ({"whenHandedOver": "2026-11-23T10:00:00"}, "ELEMENT_INVALID", "whenHandedOver"),
        ({"whenHandedOver": "2026-13-23T10:00:00Z"}, "ELEMENT_INVALID", "whenHandedOver"),
        ({"whenHandedOver": "0001-01-01T00:00:00Z"}, "ELEMENT_INVALID", "whenHandedOver"),
        ({"whenHandedOver": "9999-12-31T23:59:59Z"}, "ELEMENT_INVALID", "whenHandedOver"),
        # A product that is none
        (
            {"medicationCodeableConcept": {"coding": [{"system": CIP, "code": "3400933857043"}]}},
            "CIP_INVALID",
            "medicationCodeableConcept",
        ),
        ({"medicationReference": {"reference": "#m"}}, "ELEMENT_INVALID", "medication[x]"),
        # A patient who is none
        (
            {"subject": {"identifier": {"system": INS_TEST, "value": "279035121518988"}}},
            "INS_INVALID",
            "subject.identifier[0].value",
        ),
    ],
)
def test_a_delivery_out_of_form_is_refused_where_it_goes_wrong(changes, code, element):  # TLS-31
    assert execute_refused(bundle_of(a_dispense(**changes))) == (code, f"{HERE}.{element}")


@pytest.mark.parametrize(
    ("written", "code", "element"),
    [
        ("NaN", "BODY_MALFORMED", None),
        ("1e999", "ELEMENT_INVALID", "quantity.value"),
        ("9" * 4301, "ELEMENT_INVALID", "quantity.value"),
    ],
)
def test_a_number_that_is_none_is_refused(written, code, element):
    body = bundle_of(a_dispense(quantity={"value": 777})).replace(b"777", written.encode())

    assert execute_refused(body) == (code, element and f"{HERE}.{element}")


@pytest.mark.parametrize(
    ("written", "quantity"),
    [("1", "1"), ("0.5", "0.5"), ("1.0", "1.0"), ("-1", "-1"), ("0", "0"), ("9" * 400, "9" * 400)],
)
def test_a_quantity_is_read_as_it_is_written(written, quantity):  # whether it may be: the rules say
    body = bundle_of(a_dispense(quantity={"value": 777})).replace(b"777", written.encode())

    [act] = execution.read(body)[0]

    assert str(act.quantity) == quantity


@pytest.mark.parametrize(
    ("identifier", "designation"),
    [
        ({"system": NUMBER_SYSTEM, "value": f"{NUMBER}-12"}, f"{NUMBER}-12"),
        ({"value": f" {NUMBER.lower()}-1 "}, f"{NUMBER}-1"),
        ({"value": "anything"}, "ANYTHING"),
    ],
)
def test_a_line_is_designated_by_its_identifier(identifier, designation):
    act = act_of(authorizingPrescription=[{"identifier": identifier}])

    assert act.prescribed == designation


@pytest.mark.parametrize("none", [..., []])
def test_a_line_added_by_hand_designates_none(none):
    assert act_of(authorizingPrescription=none).prescribed is None


@pytest.mark.parametrize(
    ("concept", "reason"),
    [
        ({"coding": [{"code": "RUPTURE"}]}, NotDone.OUT_OF_STOCK),
        ({"coding": [{"system": "https://other"}, {"code": "TROP_TOT"}]}, NotDone.TOO_EARLY),
        ({"coding": [{"code": "PATIENT_REFUS"}], "text": "Non"}, NotDone.PATIENT_REFUSED),
        ({"text": "Le patient repassera"}, NotDone.OTHER),
        ({}, None),
        (..., None),
    ],
)
def test_why_a_line_was_not_delivered(concept, reason):  # TLS-31
    act = act_of(**DECLINED, statusReasonCodeableConcept=concept)

    assert (act.is_done, act.not_done) == (False, reason)
    assert (act.quantity, act.handed_over_at) == (None, None)


def test_an_unknown_reason_is_refused_and_the_known_ones_said():
    body = bundle_of(
        a_dispense(**DECLINED, statusReasonCodeableConcept={"coding": [{"code": "OUBLI"}]})
    )

    assert execute_refused(body) == ("ELEMENT_INVALID", f"{HERE}.statusReasonCodeableConcept")


def test_a_line_not_delivered_needs_no_product():
    act = act_of(**DECLINED, medicationCodeableConcept=...)

    assert (act.label, act.product) == ("", None)


@pytest.mark.parametrize(
    ("concept", "completeness"),
    [
        ({"coding": [{"code": "FFC"}]}, Completeness.FIRST_COMPLETE),
        ({"coding": [{"code": "FFC "}]}, Completeness.FIRST_COMPLETE),  # so the national file
        ({"coding": [{"code": "FFP"}]}, Completeness.FIRST_PARTIAL),
        ({"coding": [{"code": "RFP"}]}, Completeness.REFILL_PARTIAL),
        ({"coding": [{"code": "X"}, {"code": "RFC"}]}, Completeness.REFILL_COMPLETE),
        ({"text": "FFC"}, Completeness.FIRST_COMPLETE),
        ({"text": "complète"}, None),
        (..., None),
    ],
)
def test_whether_a_delivery_completes_a_fill(concept, completeness):
    assert act_of(type=concept).completeness is completeness


@pytest.mark.parametrize(
    ("supply", "days"),
    [
        ({"value": 28, "system": UCUM, "code": "d"}, "28"),
        ({"value": 1, "system": UCUM, "code": "mo"}, "30"),
        ({"value": 28}, "28"),  # days, as nothing else is said
        ({"value": 28, "unit": "jours"}, "28"),
        ({"value": 4, "unit": "semaines"}, "28"),
        ({"value": 28, "unit": "boîtes"}, None),
        (..., None),
    ],
)
def test_the_days_that_a_delivery_covers(supply, days):
    act = act_of(daysSupply=supply)

    assert (None if act.days is None else str(act.days)) == days


@pytest.mark.parametrize(
    ("extension", "reason"),
    [
        ({"url": f"{OURS}deferred", "valueString": " Panne de réseau "}, "Panne de réseau"),
        (
            {
                "url": f"{OURS}deferred",
                "extension": [{"url": "reason", "valueString": "Panne"}],
            },
            "Panne",
        ),
        ({"url": f"{OURS}deferred", "valueCodeableConcept": {"text": "Panne"}}, "Panne"),
        ({"url": f"{OURS}deferred"}, ""),
        ({"url": "deferred", "valueString": "Panne"}, None),
    ],
)
def test_why_a_delivery_is_recorded_after_the_event(extension, reason):  # TLS-27
    assert act_of(extension=[extension]).deferred == reason


def test_what_the_professional_decides():  # TLS-26
    act = act_of(
        extension=[
            {
                "url": f"{OURS}override",
                "extension": [
                    {"url": "code", "valueCode": "EXPIRED"},
                    {"url": "reason", "valueString": "Le patient part demain"},
                ],
            },
            {"url": "https://example.org/pack", "valueString": "LOT 3"},
            {
                "url": f"{OURS}override",
                "extension": [{"url": "code", "valueCoding": {"code": "TOO_EARLY"}}],
            },
        ]
    )

    assert act.overrides == (
        Override("EXPIRED", "Le patient part demain"),
        Override("TOO_EARLY", ""),
    )


ANNE = INS("279035121518989", INSAuthority.TEST)


@pytest.mark.parametrize(
    ("subject", "patient"),
    [
        ({"identifier": PATIENT["identifier"][0]}, ANNE),
        ({"reference": "Patient/anne"}, ANNE),
        ({"reference": "#anne"}, ANNE),
        ({"reference": "Patient/absent"}, None),
        ({"identifier": {"system": "https://somehospital.fr/IPP", "value": "1"}}, None),
        ({"display": "Anne ESSAI"}, None),
        (..., None),
    ],
)
def test_whom_a_delivery_was_for(subject, patient):
    assert act_of(PATIENT, subject=subject).patient == patient


def test_a_product_described_apart_is_found_and_kept():
    medication = {
        "resourceType": "Medication",
        "id": "m",
        "code": {"coding": [{"system": CIP, "code": "3400933857042"}], "text": "AMOXICILLINE"},
    }
    dispense = a_dispense(
        medicationCodeableConcept=..., medicationReference={"reference": "Medication/m"}
    )

    [act], resources = execution.read(bundle_of(medication, PATIENT, dispense))

    assert (act.entry, act.label, act.product) == (2, "AMOXICILLINE", "3400933857042")
    assert json.loads(resources) == [medication, dispense]


@pytest.mark.parametrize("kind", ["MedicationRequest", "Observation", "ServiceRequest", "Task"])
def test_a_resource_that_an_execution_does_not_take_is_refused(kind):
    body = bundle_of(DISPENSE, {"resourceType": kind})

    assert execute_refused(body) == ("ELEMENT_INVALID", "Bundle.entry[1].resource.resourceType")


def test_an_execution_reports_from_1_to_40_acts():  # TLS-17
    assert execute_refused(bundle_of()) == ("ELEMENT_MISSING", "Bundle.entry")
    assert execute_refused(bundle_of(PATIENT)) == ("ELEMENT_MISSING", "Bundle.entry")
    assert len(execution.read(bundle_of(*[DISPENSE] * 40))[0]) == 40
    assert execute_refused(bundle_of(*[DISPENSE] * 41)) == ("BODY_TOO_LARGE", "Bundle.entry")


def test_a_modifier_extension_is_refused():
    body = bundle_of(PATIENT, a_dispense(modifierExtension=[{"url": "https://example.org/x"}]))

    assert execute_refused(body) == ("EXTENSION_UNKNOWN", "Bundle.entry[1].resource")


def test_what_an_execution_said_is_kept_as_it_came():
    text = json.dumps(a_dispense(note=[{"text": "QQQ"}])).encode()
    text = text.replace(b'"QQQ"', b'"\\u00e0 72.50 "').replace(b'"value": 2', b'"value" : 2.0')

    _, resources = execution.read(bundle_of(text))

    assert resources == b"[" + text + b"]"


def test_what_an_execution_said_must_be_readable_when_it_is_given_back():
    text = json.dumps(a_dispense(note=[{"text": "QQQ"}])).encode()

    assert execute_refused(bundle_of(text.replace(b"QQQ", b"\xff"))) == ("BODY_MALFORMED", None)
    assert execute_refused(bundle_of(text.replace(b'"QQQ"', b"1e999"))) == ("ELEMENT_INVALID", HERE)
