from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
import msgspec
import pytest

from fhir.bodies import (
    CIP,
    EDQM,
    UCUM,
    a_line,
    issue_refused,
    lines_of,
    ordonnance,
    with_line,
)
from ordonnance.fhir.medicine import read_days
from ordonnance.fhir.structs import DispenseRequest, Dosage

CIS = "http://data.esante.gouv.fr/ansm/medicament/SpecialitePharmaceutique"
UCD = "http://data.esante.gouv.fr/ansm/medicament/UCD"
SMS = "http://data.esante.gouv.fr/ansm/medicament/codeSMS"


def days_of(*steps, dispense=None, authored_on="2026-11-23T10:00:00+01:00"):
    """How many days a line lasts whose dosages repeat so; None: nothing says it."""
    dosages = [
        {"timing": {"repeat": step}, **({"sequence": rank} if rank else {})}
        for rank, step in ((step.pop("sequence", 0), step) for step in map(dict, steps))
    ]
    days = read_days(
        msgspec.convert(dosages, list[Dosage]),
        msgspec.convert(dispense or {}, DispenseRequest),
        at=datetime.fromisoformat(authored_on),
        where="here",
    )
    return None if days is None else str(days)


def lasting(value, unit=None, **more):
    """A step that lasts so long."""
    return {"boundsDuration": {"value": value, "system": UCUM, "code": unit}, **more}


@pytest.mark.parametrize(
    ("value", "unit", "authored_on", "days"),
    [
        (5, "d", "2026-11-23T10:00:00+01:00", "5"),
        (1.5, "d", "2026-11-23T10:00:00+01:00", "1.5"),
        (2, "wk", "2026-11-23T10:00:00+01:00", "14"),
        (12, "h", "2026-11-23T10:00:00+01:00", "0.5000000000000000000000000000"),
        (1, "mo", "2026-11-23T10:00:00+01:00", "30"),
        (3, "mo", "2026-11-23T10:00:00+01:00", "92"),
        (1, "mo", "2027-01-31T10:00:00+01:00", "28"),
        (1.5, "mo", "2026-11-23T10:00:00+01:00", "61"),
        (1, "a", "2026-11-23T10:00:00+01:00", "365"),
        (1, "a", "2027-03-01T10:00:00+01:00", "366"),
        (1, "mo", "2026-11-30T23:30:00Z", "31"),  # already December in Paris
        (100, "a", "2026-11-23T10:00:00+01:00", "36524"),
        (101, "a", "2026-11-23T10:00:00+01:00", None),
        (36_000, "a", "2026-11-23T10:00:00+01:00", None),
        (36_599, "d", "2026-11-23T10:00:00+01:00", "36599"),
        (36_600, "d", "2026-11-23T10:00:00+01:00", None),
        (10**400, "d", "2026-11-23T10:00:00+01:00", None),
        (0, "d", "2026-11-23T10:00:00+01:00", None),
        (-5, "d", "2026-11-23T10:00:00+01:00", None),
        (None, "d", "2026-11-23T10:00:00+01:00", None),
        (5, None, "2026-11-23T10:00:00+01:00", None),
        (5, "jours", "2026-11-23T10:00:00+01:00", None),
        (5, "mg", "2026-11-23T10:00:00+01:00", None),
    ],
)
def test_durations_are_counted_in_days(value, unit, authored_on, days):  # TLS-19
    assert days_of(lasting(value, unit), authored_on=authored_on) == days


@pytest.mark.parametrize(
    ("period", "days"),
    [
        ({"start": "2026-11-23", "end": "2026-11-27"}, "5"),  # both days included
        ({"start": "2026-11-23", "end": "2026-11-23"}, "1"),
        ({"start": "2026-11-23T08:00:00+01:00", "end": "2026-11-28T07:59:59+01:00"}, "5"),
        ({"start": "2026-11-23T08:00:00+01:00", "end": "2026-11-28T08:00:00+01:00"}, "5"),
        ({"start": "2026-11-23T08:00:00+01:00", "end": "2026-11-28T08:00:01+01:00"}, "6"),
        # The clocks go back on 25 October: that day has 25 hours and is one day.
        ({"start": "2026-10-24T00:00:00+02:00", "end": "2026-10-26T23:59:59+01:00"}, "3"),
        ({"start": "2026-10-24", "end": "2026-10-26"}, "3"),
        ({"start": "2027-03-27T00:00:00+01:00", "end": "2027-03-29T00:00:00+02:00"}, "2"),
        ({"end": "2026-11-27"}, None),
        ({}, None),
    ],
)
def test_periods_are_counted_in_days(period, days):  # TLS-19
    assert days_of({"boundsPeriod": period}) == days


@pytest.mark.parametrize(
    ("bounds", "days"),
    [
        ({"low": {"value": 5, "code": "d"}, "high": {"value": 7, "code": "d"}}, "7"),
        ({"high": {"value": 1, "code": "wk"}}, "7"),
        ({"low": {"value": 5, "code": "d"}}, None),
        ({}, None),
    ],
)
def test_of_a_range_the_longest_counts(bounds, days):  # TLS-19
    assert days_of({"boundsRange": bounds}) == days


@pytest.mark.parametrize(
    ("steps", "days"),
    [
        # One after the other: a tapered treatment.
        (
            [
                lasting(7, "d", sequence=1),
                lasting(1, "wk", sequence=2),
                lasting(28, "d", sequence=3),
            ],
            "42",
        ),
        # Together: morning and evening.
        ([lasting(7, "d"), lasting(7, "d")], "7"),
        ([lasting(7, "d", sequence=1), lasting(5, "d", sequence=1)], "7"),
        (
            [
                lasting(7, "d", sequence=1),
                lasting(7, "d", sequence=1),
                lasting(3, "d", sequence=2),
            ],
            "10",
        ),
        # A step without an end says nothing of the whole.
        ([lasting(7, "d", sequence=1), {"sequence": 2}], "7"),
        # Periods: from the first beginning to the last end.
        (
            [
                {"boundsPeriod": {"start": "2026-11-23", "end": "2026-11-24"}},
                {"boundsPeriod": {"start": "2026-11-25", "end": "2026-11-29"}},
            ],
            "7",
        ),
        (
            [
                {"boundsPeriod": {"start": "2026-11-23", "end": "2026-11-29"}},
                {"boundsPeriod": {"start": "2026-11-23", "end": "2026-11-24"}},
            ],
            "7",
        ),
    ],
)
def test_steps_that_follow_add_up_and_steps_together_do_not(steps, days):  # TLS-19
    assert days_of(*steps) == days


@pytest.mark.parametrize(
    ("unit", "days"),
    [("jours", "3"), ("jour", "3"), ("d", "3"), ("semaines", "21"), ("boîtes", None)],
)
def test_a_duration_may_say_its_unit_in_words_alone(unit, days):  # TLS-19
    assert days_of({"boundsDuration": {"value": 3, "unit": unit}}) == days


def test_a_period_that_ends_before_it_begins_is_refused():  # TLS-19
    backwards = {"boundsPeriod": {"start": "2026-11-27", "end": "2026-11-20"}}
    line = a_line(dosageInstruction=[{"timing": {"repeat": backwards}}])

    assert issue_refused(ordonnance(line)) == (
        "ELEMENT_INVALID",
        "Bundle.entry[2].resource.dosageInstruction[0].timing.repeat.boundsPeriod",
    )


def test_of_renewals_the_expected_supply_says_one_fill():  # TLS-21
    dispense = {"expectedSupplyDuration": {"value": 28, "code": "d"}, "numberOfRepeatsAllowed": 2}
    dosage = {"timing": {"repeat": lasting(84, "d")}}

    [line] = lines_of(with_line(dispenseRequest=dispense, dosageInstruction=[dosage]))

    assert (line.days, line.repeats) == (28, 2)


@pytest.mark.parametrize(
    "system",
    [
        "https://data.esante.gouv.fr/ansm/medicament/Presentation",
        "1.2.250.1.213.2.3.2",
        "https://smt.esante.gouv.fr/terminologie-bdpm",
    ],
)
def test_a_code_is_known_under_the_ways_its_system_is_written(system):  # TLS-8
    concept = {"coding": [{"system": system, "code": "3400933857042"}]}

    [line] = lines_of(with_line(medicationCodeableConcept=concept))

    assert line.product == "3400933857042"


def test_a_system_that_holds_all_kinds_of_codes_is_read_by_their_form():  # TLS-8
    coding = [{"system": "https://smt.esante.gouv.fr/terminologie-ruim", "code": "MV00000123"}]

    [line] = lines_of(with_line(medicationCodeableConcept={"coding": coding, "text": "X"}))

    assert line.product is None


def test_failing_a_dosage_the_expected_supply_tells():  # TLS-19
    dispense = {"expectedSupplyDuration": {"value": 1, "code": "mo"}}

    assert days_of(dispense=dispense) == "30"
    assert days_of(lasting(5, "d"), dispense=dispense) == "5"


def test_a_line_says_a_duration_or_a_number_of_packs():  # TLS-19; CSP, art. R. 5132-3
    body = ordonnance(a_line(), a_line(dispenseRequest=...))

    assert issue_refused(body) == ("DURATION_OR_QUANTITY_MISSING", "Bundle.entry[3].resource")


@pytest.mark.parametrize("dispense", [{}, {"quantity": {}}, {"quantity": {"unit": "boîte"}}])
def test_a_quantity_without_a_number_is_none(dispense):
    assert issue_refused(with_line(dispenseRequest=dispense)) == (
        "DURATION_OR_QUANTITY_MISSING",
        "Bundle.entry[2].resource",
    )


@pytest.mark.parametrize(
    ("line", "rights"),
    [
        ({"dispenseRequest": {"quantity": {"value": 2, "unit": "boîte"}}}, ("2", None, False)),
        ({"dispenseRequest": {"quantity": {"value": 0.5}}}, ("0.5", None, False)),
        (
            {"dispenseRequest": {"quantity": {"value": 3, "system": EDQM, "code": "30009000"}}},
            ("3", None, False),
        ),
        (
            {
                "dispenseRequest": {"quantity": {"value": 30, "unit": "comprimé"}},
                "dosageInstruction": [{"timing": {"repeat": lasting(10, "d")}}],
            },
            (None, "10", False),
        ),
        # Tablets alone: neither packs nor days can be counted; rights last with the validity.
        (
            {"dispenseRequest": {"quantity": {"value": 30, "unit": "comprimé", "code": "1"}}},
            (None, "365", True),
        ),
        # Begun, without an end.
        (
            {
                "dispenseRequest": {"validityPeriod": {"end": "2026-12-22"}},
                "dosageInstruction": [
                    {"timing": {"repeat": {"boundsPeriod": {"start": "2026-11-23"}}}}
                ],
            },
            (None, "29", True),
        ),
    ],
)
def test_rights_are_packs_or_days(line, rights):  # TLS-21
    [read] = lines_of(with_line(**line))

    quantity = None if read.quantity is None else str(read.quantity)
    days = None if read.days is None else str(read.days)
    assert (quantity, days, read.is_open) == rights


@pytest.mark.parametrize(
    ("dispense", "repeats", "valid_until"),
    [
        ({}, 0, datetime(2027, 11, 23, 23, 0, tzinfo=UTC)),
        ({"numberOfRepeatsAllowed": 99}, 99, datetime(2027, 11, 23, 23, 0, tzinfo=UTC)),
        (
            {"validityPeriod": {"start": "2026-11-23"}},
            0,
            datetime(2027, 11, 23, 23, 0, tzinfo=UTC),
        ),
        (
            {"validityPeriod": {"end": "2026-12-31"}},
            0,
            datetime(2026, 12, 31, 23, 0, tzinfo=UTC),
        ),
        (
            {"validityPeriod": {"end": "2026-12-31T12:00:00+01:00"}},
            0,
            datetime(2026, 12, 31, 11, 0, tzinfo=UTC),
        ),
    ],
)
def test_renewals_and_validity(dispense, repeats, valid_until):  # TLS-20
    [line] = lines_of(with_line(dispenseRequest={"quantity": {"value": 1}, **dispense}))

    assert (line.repeats, line.valid_until) == (repeats, valid_until)


AMOXICILLIN = {"system": CIP, "code": "3400933857042", "display": "AMOXICILLINE BIOGARAN"}
MEDICATION = {"resourceType": "Medication", "id": "m"}


@pytest.mark.parametrize(
    ("concept", "label", "product"),
    [
        ({"coding": [AMOXICILLIN]}, "AMOXICILLINE BIOGARAN", "3400933857042"),
        ({"coding": [AMOXICILLIN], "text": "Amoxicilline"}, "Amoxicilline", "3400933857042"),
        (
            {"coding": [{"system": CIS, "code": "69118175"}, AMOXICILLIN]},
            "AMOXICILLINE BIOGARAN",
            "3400933857042",
        ),
        ({"coding": [{"system": CIS, "code": "69118175"}]}, "Produit 69118175", "69118175"),
        (
            {"coding": [{"system": UCD, "code": "3400893766521"}]},
            "Produit 3400893766521",
            "3400893766521",
        ),
        (
            {"coding": [{"system": "urn:oid:1.2.250.1.213.2.3.2", "code": "3400933857042"}]},
            "Produit 3400933857042",
            "3400933857042",
        ),
        ({"coding": [{"system": SMS, "code": "100000090270"}]}, "Produit non codé", None),
        ({"coding": [{"system": CIP}]}, "Produit non codé", None),
        ({"coding": [{"code": "3400933857042"}]}, "Produit non codé", None),
        ({"text": "Préparation magistrale"}, "Préparation magistrale", None),
        ({}, "Produit non codé", None),
    ],
)
def test_a_product_is_named_and_coded(concept, label, product):  # TLS-8
    [line] = lines_of(with_line(medicationCodeableConcept=concept))

    assert (line.label, line.product) == (label, product)


@pytest.mark.parametrize(
    "code", ["3400933857043", "340093385704", "3333333333333", "34009338570 2"]
)
def test_a_wrong_cip_is_refused_where_it_stands(code):  # TLS-8
    wrong = {"coding": [{"system": CIP, "code": code}]}
    here = with_line(medicationCodeableConcept=wrong)
    apart = ordonnance(
        a_line(medicationCodeableConcept=..., medicationReference={"reference": "Medication/m"}),
        {**MEDICATION, "code": wrong},
    )

    assert issue_refused(here) == (
        "CIP_INVALID",
        "Bundle.entry[2].resource.medicationCodeableConcept",
    )
    assert issue_refused(apart) == ("CIP_INVALID", "Bundle.entry[3].resource.code")


@pytest.mark.parametrize(
    ("reference", "label", "product"),
    [
        ({"reference": "Medication/m"}, "PARACETAMOL", "3400933857042"),
        ({"reference": "#m"}, "PARACETAMOL", "3400933857042"),
        ({"reference": "#inside"}, "EFFERALGAN", None),
        ({"reference": "Medication/mixed"}, "GLUCOSE + SODIUM", None),
        ({"reference": "Medication/absent"}, "Produit non codé", None),
        ({"reference": "#absent", "display": "Doliprane 500"}, "Doliprane 500", None),
        ({"reference": "Patient/anne", "display": "Doliprane"}, "Doliprane", None),
        ({"display": "Doliprane"}, "Doliprane", None),
        ({}, "Produit non codé", None),
    ],
)
def test_a_product_described_apart_is_found_or_unknown(reference, label, product):  # TLS-18
    contained = {"resourceType": "Medication", "id": "inside", "code": {"text": "EFFERALGAN"}}
    paracetamol = {**MEDICATION, "code": {"coding": [AMOXICILLIN], "text": "PARACETAMOL"}}
    names = [{"itemCodeableConcept": {"text": name}} for name in ("GLUCOSE", "SODIUM")]
    mixed = {"resourceType": "Medication", "id": "mixed", "ingredient": names}
    line = a_line(
        medicationCodeableConcept=..., medicationReference=reference, contained=[contained]
    )

    [read] = lines_of(ordonnance(line, paracetamol, mixed))

    assert (read.label, read.product) == (label, product)


@pytest.mark.parametrize(
    ("medication", "element"),
    [
        ({**MEDICATION, "code": "X"}, "code"),
        ({**MEDICATION, "ingredient": {}}, "ingredient"),
        ({**MEDICATION, "ingredient": [{"itemCodeableConcept": 1}]}, "ingredient[0].itemCodeable"),
    ],
)
def test_a_product_out_of_form_is_refused_where_it_goes_wrong(medication, element):
    line = a_line(medicationCodeableConcept=..., medicationReference={"reference": "#m"})

    code, where = issue_refused(ordonnance(line, medication))

    assert code == "ELEMENT_INVALID"
    assert where.startswith(f"Bundle.entry[3].resource.{element}")


def test_a_contained_resource_out_of_form_is_refused_where_it_goes_wrong():
    line = a_line(
        medicationCodeableConcept=..., medicationReference={"reference": "#m"}, contained=[{}]
    )

    assert issue_refused(ordonnance(line)) == (
        "ELEMENT_MISSING",
        "Bundle.entry[2].resource.contained[0].resourceType",
    )


@given(
    st.sampled_from(["s", "min", "h", "d", "wk", "mo", "a", "jours", None]),
    st.floats(allow_nan=False, allow_infinity=False) | st.integers(),
)
def test_any_duration_counts_days_or_nothing(unit, value):
    days = days_of(lasting(value, unit))

    assert days is None or Decimal(days) > 0
