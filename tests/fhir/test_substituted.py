"""What was delivered instead, and what was agreed on, read in a MedicationDispense."""

import pytest

from fhir.bodies import OURS, a_dispense, bundle_of, execute_refused
from ordonnance.domain.execution import Adaptation, Swap
from ordonnance.fhir import execution


def read(**changes):
    """The one act that a delivery reports."""
    acts, _ = execution.read(bundle_of(a_dispense(**changes)))
    return acts[0]


def because(*codes, **more):
    return {"reason": [{"coding": [{"code": code} for code in codes]}], **more}


@pytest.mark.parametrize("swap", Swap)
def test_each_reason_is_read_by_its_code(swap):  # MED-19
    assert read(substitution=because(swap.value, wasSubstituted=True)).swap is swap


@pytest.mark.parametrize(
    ("substitution", "swap"),
    [
        ({"wasSubstituted": True, "type": {"coding": [{"code": "G"}]}}, Swap.GENERIC),
        ({"type": {"coding": [{"code": "E"}]}, "wasSubstituted": True}, None),
        ({"wasSubstituted": True}, None),
        ({"wasSubstituted": False}, None),
        ({"wasSubstituted": False, "type": {"coding": [{"code": "N"}]}}, None),
        # The pharmacist's own exclusion: nothing was substituted.
        (because("MTE-PH", wasSubstituted=False), Swap.KEPT_BY_PHARMACIST),
        # Another list, or words: another reason.
        (because("CT", wasSubstituted=True), Swap.OTHER),
        ({"wasSubstituted": True, "reason": [{"text": "rupture"}]}, Swap.OTHER),
        (because("CT", wasSubstituted=False), None),
        (because("CT", "GENERIQUE", wasSubstituted=True), Swap.GENERIC),
        (
            {**because("HYBRIDE"), "type": {"coding": [{"code": "G"}]}, "wasSubstituted": True},
            Swap.HYBRID,
        ),
        ({"wasSubstituted": True, "reason": [{"coding": [{"display": "sans code"}]}]}, Swap.OTHER),
    ],
)
def test_why_another_product_was_delivered(substitution, swap):  # MED-19
    assert read(substitution=substitution).swap is swap


def test_a_delivery_that_says_nothing_substituted_nothing():  # MED-19
    assert read().swap is None


def adaptation(**parts):
    return [
        {
            "url": f"{OURS}adaptation",
            "extension": [{"url": name, **value} for name, value in parts.items()],
        }
    ]


@pytest.mark.parametrize(
    ("parts", "on", "text"),
    [
        (
            {
                "agreementOn": {"valueDate": "2026-11-23"},
                "text": {"valueString": "Dose réduite de moitié"},
            },
            "2026-11-23",
            "Dose réduite de moitié",
        ),
        ({"agreementOn": {"valueDate": "2026-11-23"}}, "2026-11-23", ""),
        ({"agreementOn": {"valueDateTime": "2026-11-23T10:00:00+01:00"}}, "2026-11-23", ""),
        ({"text": {"valueString": "Dose réduite"}}, "None", "Dose réduite"),
        ({}, "None", ""),
    ],
)
def test_an_adaptation_is_read_with_its_agreement(parts, on, text):  # MED-20
    found = read(extension=adaptation(**parts)).adaptation

    assert isinstance(found, Adaptation)
    assert (str(found.agreement_on), found.text) == (on, text)


def test_a_delivery_that_adapts_nothing_has_no_adaptation():  # MED-20
    assert read().adaptation is None


@pytest.mark.parametrize("day", ["2026", "hier", "2026-02-30", "0001-01-01"])
def test_an_agreement_of_no_day_is_refused(day):  # MED-20
    body = bundle_of(a_dispense(extension=adaptation(agreementOn={"valueDate": day})))

    assert execute_refused(body) == ("ELEMENT_INVALID", "Bundle.entry[0].resource.extension")
