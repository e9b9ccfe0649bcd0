"""A SupplyDelivery: a device delivered or rented, or why it was not."""

from decimal import Decimal

import pytest

from acts import ANNE_INS, NUMBER, OURS, SYSTEM, a_procedure, a_supply_delivery, sent, why
from builders import NOW, PATIENT
from fhir.bodies import a_dispense, execute_refused
from ordonnance.domain.execution import Act
from ordonnance.domain.line import Kind
from ordonnance.fhir import execution

LINE = f"{NUMBER}-1"
HERE = "Bundle.entry[0].resource"
LPP = "urn:oid:1.2.250.1.215.200.2.1"
THE_LINE = {"url": f"{OURS}line", "valueIdentifier": {"system": SYSTEM, "value": LINE}}
RENTED = {
    "occurrenceDateTime": ...,
    "occurrencePeriod": {
        "start": "2026-11-23T10:00:00+01:00",
        "end": "2026-12-21T10:00:00+01:00",
    },
}


def act_of(*beside, **changes):
    """The act that a SupplyDelivery reports, changed."""
    [act] = execution.read(sent(a_supply_delivery(NUMBER, **changes), *beside))[0]
    return act


def item(**changes):
    """What is supplied, changed; ``...`` takes an element away."""
    whole = {"quantity": {"value": 1}, "itemCodeableConcept": {"text": "Attelle"}, **changes}
    return {name: value for name, value in whole.items() if value is not ...}


def test_a_delivery_of_a_device_is_read_whole():  # TLS-45
    assert act_of() == Act(
        entry=0,
        prescribed=LINE,
        label="Attelle de genou",
        product="1215702",
        is_done=True,
        quantity=Decimal(1),
        handed_over_at=NOW,
        kind=Kind.DEVICE,
    )


@pytest.mark.parametrize(
    ("quantity", "packs", "days"),
    [
        ({"value": 3}, 3, None),
        ({"value": 3, "unit": "boîte"}, 3, None),
        ({"value": 2, "unit": "paire"}, 2, None),
        ({"value": 0.5, "unit": "unité"}, Decimal("0.5"), None),
        # A duration is a rental of one.
        ({"value": 28, "unit": "jour", "system": "http://unitsofmeasure.org", "code": "d"}, 1, 28),
        ({"value": 4, "code": "wk"}, 1, 28),
    ],
)
def test_a_device_is_counted_in_units_of_whatever_name(quantity, packs, days):  # TLS-46
    act = act_of(suppliedItem=item(quantity=quantity))

    assert (act.quantity, act.days) == (packs, days)


def test_a_rental_lasts_its_period():  # TLS-46
    without_number = act_of(**RENTED, suppliedItem=item(quantity=...))
    two = act_of(**RENTED, suppliedItem=item(quantity={"value": 2}))

    assert (without_number.quantity, without_number.days) == (1, 28)
    assert without_number.handed_over_at == NOW
    assert (two.quantity, two.days) == (2, 28)


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ({"valueCode": "RUPTURE"}, "RUPTURE"),
        ({"valueCodeableConcept": why("PATIENT_REFUS")}, "PATIENT_REFUS"),
        ({"valueCoding": {"code": "RUPTURE"}}, "RUPTURE"),
        ({"valueString": "Plus fabriqué"}, "AUTRE"),
        ({"valueCodeableConcept": {"text": "Plus fabriqué"}}, "AUTRE"),
    ],
)
def test_what_was_not_delivered_says_why(reason, expected):  # TLS-31, TLS-45
    extensions = [THE_LINE, {"url": f"{OURS}reason", **reason}]
    act = act_of(status="abandoned", extension=extensions, suppliedItem=..., occurrenceDateTime=...)

    assert (act.is_done, act.not_done, act.prescribed) == (False, expected, LINE)


def test_a_device_without_a_reason_is_read_without_one():  # TLS-45
    assert act_of(status="abandoned").not_done is None


def test_a_device_without_a_line_is_added_by_hand():  # TLS-49
    assert act_of(extension=...).prescribed is None


@pytest.mark.parametrize("name", ["patient", "subject"])
def test_the_patient_is_read_under_both_names(name):  # TLS-45
    assert act_of(**{name: {"identifier": ANNE_INS}}).patient == PATIENT


@pytest.mark.parametrize(
    ("supplied", "label", "product"),
    [
        (item(itemCodeableConcept=...), "", None),
        (item(itemCodeableConcept={"text": "Attelle", "coding": [{"code": "1"}]}), "Attelle", None),
        (
            item(itemCodeableConcept={"coding": [{"system": LPP, "code": "12", "display": "Lit"}]}),
            "Lit",
            "12",
        ),
        (
            item(itemCodeableConcept=..., itemReference={"display": "Lit médical"}),
            "Lit médical",
            None,
        ),
        (item(itemCodeableConcept=..., itemReference={"reference": "Device/d"}), "Lit", "2345678"),
        (item(itemCodeableConcept=..., itemReference={"reference": "Device/n"}), "Canne", None),
    ],
)
def test_an_unknown_device_never_blocks(supplied, label, product):  # TLS-9, TLS-45
    concept = {"text": "Lit", "coding": [{"system": LPP, "code": "2345678"}]}
    bed = {"resourceType": "Device", "id": "d", "type": concept}
    cane = {"resourceType": "Device", "id": "n", "deviceName": [{}, {"name": "Canne"}]}

    act = act_of(bed, cane, suppliedItem=supplied)

    assert (act.label, act.product) == (label, product)


@pytest.mark.parametrize(
    ("changes", "code", "element"),
    [
        ({"status": ...}, "ELEMENT_MISSING", "status"),
        ({"status": "in-progress"}, "ELEMENT_INVALID", "status"),
        ({"suppliedItem": ...}, "ELEMENT_MISSING", "suppliedItem"),
        ({"suppliedItem": []}, "ELEMENT_INVALID", "suppliedItem"),
        (
            {"suppliedItem": item(quantity=...)},
            "ELEMENT_MISSING",
            "suppliedItem.quantity.value",
        ),
        ({"suppliedItem": item(quantite=1)}, "ELEMENT_INVALID", "suppliedItem.quantite"),
        (
            {"suppliedItem": item(itemReference={"display": "Lit"})},
            "ELEMENT_INVALID",
            "suppliedItem.item[x]",
        ),
        ({"occurrenceDateTime": ...}, "ELEMENT_MISSING", "occurrenceDateTime"),
        (
            {"occurrenceDateTime": ..., "occurrencePeriod": {}},
            "ELEMENT_MISSING",
            "occurrenceDateTime",
        ),
        ({"occurrencePeriod": {}}, "ELEMENT_INVALID", "occurrence[x]"),
        (
            {
                "occurrenceDateTime": ...,
                "occurrencePeriod": {
                    "start": "2026-11-23T10:00:00+01:00",
                    "end": "2026-11-23T10:00:00+01:00",
                },
            },
            "ELEMENT_INVALID",
            "occurrencePeriod",
        ),
        (
            {"extension": [{"url": f"{OURS}line"}]},
            "ELEMENT_MISSING",
            "extension('line').valueIdentifier",
        ),
        (
            {
                "status": "abandoned",
                "extension": [THE_LINE, {"url": f"{OURS}reason", "valueCode": "PANNE"}],
            },
            "ELEMENT_INVALID",
            "extension",
        ),
        ({"authorizingPrescription": []}, "ELEMENT_INVALID", "authorizingPrescription"),
        ({"whenHandedOver": NOW.isoformat()}, "ELEMENT_INVALID", "whenHandedOver"),
        (
            {"patient": {"identifier": {**ANNE_INS, "value": "279035121518988"}}},
            "INS_INVALID",
            "patient.identifier[0].value",
        ),
    ],
)
def test_a_supply_of_another_form_is_refused(changes, code, element):  # TLS-45
    assert execute_refused(sent(a_supply_delivery(NUMBER, **changes))) == (
        code,
        f"{HERE}.{element}",
    )


def test_acts_of_all_three_resources_are_read_in_their_order():  # TLS-45
    body = sent(a_procedure(NUMBER), a_dispense(), a_supply_delivery(NUMBER))

    acts, _ = execution.read(body)

    assert [(act.entry, act.kind) for act in acts] == [
        (0, None),
        (1, Kind.MEDICINE),
        (2, Kind.DEVICE),
    ]
