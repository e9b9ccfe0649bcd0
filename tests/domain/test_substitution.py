"""What may be delivered instead of what was prescribed, and what was agreed on."""

import pytest

from builders import a_number, an_act, execute
from domain.medicines import (
    UNKNOWN,
    Counter,
    a_line_of,
    a_medicine,
    at,
    day,
)
from ordonnance.domain.admission import admit
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.execution import Adaptation, Swap
from ordonnance.domain.line import Exclusion
from ordonnance.domain.product import GenericRole
from ordonnance.domain.refusal import Refusal

PRINCEPS = a_medicine("liste I", generic_group="148", generic_role=GenericRole.PRINCEPS)
LARGER_BOX = a_medicine("liste I", holds=90, cis=PRINCEPS.cis)
GENERIC = a_medicine("liste I", generic_group="148", generic_role=GenericRole.GENERIC)
IN_TWO_GROUPS = a_medicine(
    "liste I", generic_group="9", generic_role=GenericRole.GENERIC, other_groups=("148",)
)
OF_ANOTHER_GROUP = a_medicine("liste I", generic_group="150", generic_role=GenericRole.GENERIC)
UNGROUPED = a_medicine("liste I")
PRODUCTS = (PRINCEPS, LARGER_BOX, GENERIC, IN_TWO_GROUPS, OF_ANOTHER_GROUP, UNGROUPED)
MISSING = "SUBSTITUTION_REASON_MISSING"


def counter_of(product=PRINCEPS, **more):
    return Counter(a_line_of(product, **more), products=PRODUCTS)


@pytest.mark.parametrize(
    ("prescribed", "given", "code"),
    [
        (PRINCEPS, PRINCEPS, ""),
        (PRINCEPS, LARGER_BOX, ""),  # the same medicine in another box
        (PRINCEPS, GENERIC, ""),
        (GENERIC, PRINCEPS, ""),
        (PRINCEPS, IN_TWO_GROUPS, ""),
        (PRINCEPS, OF_ANOTHER_GROUP, MISSING),
        (PRINCEPS, UNGROUPED, MISSING),
        (UNGROUPED, PRINCEPS, MISSING),
        (UNGROUPED, UNGROUPED, ""),
        (UNKNOWN, PRINCEPS, ""),  # two products one of which is unknown are not compared
        (PRINCEPS, UNKNOWN, ""),
    ],
)
def test_a_generic_group_is_what_substitution_asks(prescribed, given, code):  # MED-19, MED-22
    counter = counter_of(prescribed)

    assert counter.deliver("2026-02-01", product=given.cip13.value) == code


@pytest.mark.parametrize(
    ("swap", "code", "warnings"),
    [
        (None, MISSING, None),
        (Swap.KEPT_BY_PHARMACIST, MISSING, None),  # it keeps a product, it changes none
        (Swap.GENERIC, "", ["SUBSTITUTION_OUT_OF_GROUP"]),
        (Swap.HYBRID, "", []),
        (Swap.BIOSIMILAR, "", []),
        (Swap.FROM_SUBSTANCE, "", []),
        (Swap.SHORTAGE_ORDER, "", []),
        (Swap.PACKAGING, "", []),
        (Swap.OTHER, "", []),
        (Swap.AGREED, "AGREEMENT_MISSING", None),
    ],
)
def test_outside_the_group_the_reason_is_given(swap, code, warnings):  # MED-19
    counter = counter_of()

    assert counter.deliver("2026-02-01", product=UNGROUPED.cip13.value, swap=swap) == code
    assert warnings is None or counter.warnings == warnings


def test_the_pharmacist_keeps_the_brand():  # MED-19
    counter = counter_of(GENERIC)

    code = counter.deliver("2026-02-01", product=PRINCEPS.cip13.value, swap=Swap.KEPT_BY_PHARMACIST)

    assert (code, counter.warnings) == ("", [])


@pytest.mark.parametrize("exclusion", Exclusion)
@pytest.mark.parametrize("swap", [None, Swap.GENERIC, Swap.SHORTAGE_ORDER])
def test_what_is_not_substitutable_is_not_substituted(exclusion, swap):  # MED-19
    counter = counter_of(exclusion=exclusion)

    given = GENERIC.cip13.value
    assert counter.deliver("2026-02-01", product=given, swap=swap) == "NOT_SUBSTITUTABLE"
    code = counter.deliver("2026-02-01", product=given, swap=swap, override="NOT_SUBSTITUTABLE")
    assert code == ""
    assert counter.alerts == [("OVERRIDE", "NOT_SUBSTITUTABLE")]


@pytest.mark.parametrize("given", [PRINCEPS, LARGER_BOX])
def test_what_is_not_substitutable_is_delivered_itself(given):  # MED-19
    counter = counter_of(exclusion=Exclusion.NARROW_MARGIN)

    assert counter.deliver("2026-02-01", product=given.cip13.value) == ""


def test_a_substitution_done_despite_the_exclusion_is_recorded_late():  # MED-19, TLS-27
    counter = counter_of(exclusion=Exclusion.EXCIPIENT)

    code = counter.defer("2026-02-01", until="2026-02-03", product=GENERIC.cip13.value)

    assert code == ""
    assert counter.alerts == [("DEFERRED", "NOT_SUBSTITUTABLE")]


@pytest.mark.parametrize("given", [GENERIC, UNGROUPED])
def test_the_prescriber_s_agreement_changes_the_product(given):  # MED-19, MED-20
    counter = counter_of(exclusion=Exclusion.NARROW_MARGIN)
    agreed = Adaptation(day("2026-02-01"), "Accord par téléphone")

    code = counter.deliver(
        "2026-02-01", product=given.cip13.value, swap=Swap.AGREED, adaptation=agreed
    )

    assert (code, counter.alerts) == ("", [])


@pytest.mark.parametrize(
    ("swap", "adaptation", "code"),
    [
        (None, None, ""),
        (Swap.AGREED, None, "AGREEMENT_MISSING"),
        (None, Adaptation(None, "Dose réduite"), "AGREEMENT_MISSING"),
        (Swap.AGREED, Adaptation(None, ""), "AGREEMENT_MISSING"),
        (None, Adaptation(day("2026-02-01"), ""), ""),
        (None, Adaptation(day("2026-01-20"), ""), ""),
        (None, Adaptation(day("2026-02-02"), ""), "DATE_IN_FUTURE"),
    ],
)
def test_an_adaptation_dates_its_agreement(swap, adaptation, code):  # MED-20
    counter = counter_of()

    assert counter.deliver("2026-02-01", swap=swap, adaptation=adaptation) == code


def test_the_agreement_of_after_midnight_is_of_that_day_in_paris():  # MED-20
    counter = counter_of()

    tomorrow = Adaptation(day("2026-02-02"), "")

    assert counter.deliver("2026-02-01 23:50", adaptation=tomorrow) == "DATE_IN_FUTURE"
    assert counter.deliver("2026-02-01 23:56", adaptation=tomorrow) == ""  # clocks disagree


def test_an_agreement_missing_names_the_line():  # MED-20
    counter = counter_of()

    counter.deliver("2026-02-01", adaptation=Adaptation(None, "Dose réduite"))

    assert counter.sentence.startswith("Ligne 1 : une adaptation demande l’accord du prescripteur.")


def test_an_agreement_is_asked_for_before_the_prescription_comes():  # MED-20, TLS-27
    number = a_number(at=at("2026-02-01"))
    act = an_act(
        number,
        deferred="Panne",
        handed_over_at=at("2026-02-01"),
        adaptation=Adaptation(None, "Dose réduite"),
    )

    with pytest.raises(Refusal) as refused:
        admit(Dossier(number=number), execute(number, act), at("2026-02-02"))

    assert refused.value.reason.code == "AGREEMENT_MISSING"
    assert refused.value.sentence.startswith("Ligne – :")
