"""May these acts be recorded? Rights, state, lines and forms, in their order."""

from datetime import timedelta
from decimal import Decimal

import pytest

from builders import (
    NOW,
    OTHER_PHARMACY,
    PHARMACY,
    a_line,
    a_number,
    after,
    an_act,
    an_issued,
    cancel,
    execute,
    later,
    not_delivered,
    undo,
)
from ordonnance.domain.admission import admit
from ordonnance.domain.execution import Completeness, Override
from ordonnance.domain.fact import Alert, AlertCode
from ordonnance.domain.refusal import Refusal

WHY = "Réseau coupé"
BECAUSE = "Boîte perdue"  # twelve characters
EXPIRED_AT = later(days=365, hours=14)  # 24 November 2027, at midnight in Paris


def refuse(dossier, *acts, at=NOW, actor=PHARMACY):
    """The refusal that recording *acts* meets."""
    with pytest.raises(Refusal) as refused:
        admit(dossier, execute(dossier.number, *acts, actor=actor), at)
    return refused.value


def record(dossier, *acts, at=NOW, actor=PHARMACY):
    """The alerts that recording *acts* raises."""
    return admit(dossier, execute(dossier.number, *acts, actor=actor), at).alerts


def test_an_ordinary_delivery_raises_no_alert():  # TLS-13
    dossier = an_issued()

    assert record(dossier, an_act(dossier.number)) == ()


# Rights


def test_a_second_delivery_of_what_was_delivered_is_refused():  # TLS-21
    dossier = an_issued(a_line(boxes=1))
    dossier = after(dossier, execute(dossier.number))

    refused = refuse(dossier, an_act(dossier.number), actor=OTHER_PHARMACY)

    assert refused.reason.code == "RIGHTS_EXHAUSTED"
    assert refused.where == "Bundle.entry[0].resource"
    assert refused.sentence == (
        "Ligne 1 : il reste 0 boîte, vous en délivrez 1 boîte. Rien n’a été enregistré. "
        "Délivrer quand même : indiquez le motif."
    )


@pytest.mark.parametrize(
    ("boxes", "repeats", "asked", "is_admitted"),
    [
        (1, 0, "1", True),
        (1, 0, "1.5", False),
        (2, 0, "2", True),
        (2, 0, "3", False),
        (2, 3, "8", True),  # every fill at once: clocks are another rule
        (2, 3, "9", False),
        (2, 0, "0.5", True),
    ],
)
def test_a_delivery_holds_within_what_remains(boxes, repeats, asked, is_admitted):  # TLS-21
    dossier = an_issued(a_line(boxes=boxes, repeats=repeats))
    act = an_act(dossier.number, boxes=None, quantity=Decimal(asked))

    if is_admitted:
        assert record(dossier, act) == ()
    else:
        assert refuse(dossier, act).reason.code == "RIGHTS_EXHAUSTED"


def test_each_renewal_gives_a_fill_and_then_no_more():  # TLS-21
    dossier = an_issued(a_line(boxes=2, repeats=2))
    number = dossier.number
    kinds = [Completeness("FFC"), Completeness("RFC"), Completeness("RFC")]
    for key, kind in enumerate(kinds):
        dossier = after(
            dossier, execute(number, an_act(number, 1, 2, completeness=kind), key=f"{key}")
        )

    assert refuse(dossier, an_act(number)).reason.code == "RIGHTS_EXHAUSTED"


def test_acts_of_one_request_are_counted_together():  # TLS-21
    dossier = an_issued(a_line(boxes=3))
    number = dossier.number

    refused = refuse(dossier, an_act(number, 1, 2, entry=0), an_act(number, 1, 2, entry=1))

    assert refused.reason.code == "RIGHTS_EXHAUSTED"
    assert refused.where == "Bundle.entry[1].resource"
    assert refused.sentence.startswith("Ligne 1 : il reste 1 boîte, vous en délivrez 2 boîtes.")


def test_acts_of_one_request_add_to_those_recorded():  # TLS-21
    dossier = an_issued(a_line(boxes=3))
    number = dossier.number
    dossier = after(dossier, execute(number))

    assert record(dossier, an_act(number), an_act(number)) == ()
    assert refuse(dossier, *[an_act(number, entry=entry) for entry in range(3)]).where == (
        "Bundle.entry[2].resource"
    )


def test_acts_on_other_lines_or_not_done_use_nothing_of_a_line():  # TLS-21
    dossier = an_issued(a_line(1), a_line(2))
    number = dossier.number
    acts = [
        not_delivered(number, 1),
        an_act(number, 2),
        an_act(number, None),
        an_act(number, 1),
        not_delivered(number, 1),
    ]

    assert record(dossier, *acts) == ()


def test_each_line_has_rights_of_its_own():  # TLS-21
    dossier = an_issued(a_line(1), a_line(2, boxes=2))
    number = dossier.number
    dossier = after(dossier, execute(number, an_act(number, 1)))

    refused = refuse(dossier, an_act(number, 2, 2, entry=0), an_act(number, 1, entry=1))

    assert refused.where == "Bundle.entry[1].resource"
    assert refused.sentence.startswith("Ligne 1 : il reste 0 boîte,")


def test_what_was_undone_may_be_delivered_again():  # TLS-29
    dossier = an_issued()
    number = dossier.number
    dossier = after(dossier, execute(number), undo(number, f"{number.value}-E1"))

    assert record(dossier, an_act(number), actor=OTHER_PHARMACY) == ()


def test_a_line_not_delivered_stays_open_to_all():  # TLS-23
    dossier = an_issued()
    number = dossier.number
    dossier = after(dossier, execute(number, not_delivered(number)))

    assert record(dossier, an_act(number), actor=OTHER_PHARMACY) == ()


def test_why_a_line_is_not_delivered_may_be_said_when_nothing_remains():  # TLS-21
    dossier = an_issued()
    number = dossier.number
    dossier = after(dossier, execute(number))

    assert record(dossier, not_delivered(number)) == ()


def test_a_line_added_by_hand_has_no_rights_to_exhaust():  # TLS-21
    dossier = an_issued()
    dossier = after(dossier, execute(dossier.number))

    assert record(dossier, an_act(dossier.number, None, 1000)) == ()


@pytest.mark.parametrize(
    ("days", "is_admitted"), [(28, True), (62, True), (63, False), (None, True)]
)
def test_days_that_a_delivery_covers_hold_within_those_that_remain(days, is_admitted):  # TLS-21
    dossier = an_issued(a_line(boxes=None, days=30, repeats=2))
    number = dossier.number
    dossier = after(dossier, execute(number, an_act(number, days=Decimal(28)), key="first"))
    act = an_act(number, boxes=5, days=None if days is None else Decimal(days))

    if is_admitted:
        assert record(dossier, act) == ()
    else:
        assert refuse(dossier, act).sentence.startswith(
            "Ligne 1 : il reste 62 jours, vous en délivrez 63 jours."
        )


def test_days_past_are_exhausted_even_for_packs_of_unknown_days():  # TLS-21
    dossier = an_issued(a_line(boxes=None, days=30))
    number = dossier.number
    dossier = after(dossier, execute(number))
    at = later(days=30)

    refused = refuse(dossier, an_act(number, handed_over_at=at), at=at)

    assert refused.sentence.startswith("Ligne 1 : il reste 0 jour, vous en délivrez davantage.")


def test_days_are_counted_at_the_hand_over_and_not_at_the_receipt():  # TLS-21, TLS-27
    dossier = an_issued(a_line(boxes=None, days=30))
    number = dossier.number
    dossier = after(dossier, execute(number))
    act = an_act(number, handed_over_at=later(days=29), deferred=WHY)

    assert record(dossier, act, at=later(days=31)) == ()


def test_a_fill_completed_closes_a_line_in_days_without_renewals():  # TLS-21
    dossier = an_issued(a_line(boxes=None, days=30))
    number = dossier.number
    first = an_act(number, completeness=Completeness.FIRST_PARTIAL)
    last = an_act(number, completeness=Completeness.REFILL_COMPLETE)
    dossier = after(dossier, execute(number, first, key="1"), execute(number, last, key="2"))

    assert refuse(dossier, an_act(number)).reason.code == "RIGHTS_EXHAUSTED"


# State


def test_nothing_is_delivered_on_a_cancelled_prescription():  # TLS-24
    dossier = an_issued()
    number = dossier.number
    dossier = after(dossier, cancel(number))

    for act in (an_act(number), not_delivered(number), an_act(number, None)):
        refused = refuse(dossier, act, at=later(minutes=1))

        assert refused.sentence == (
            "Cette ordonnance a été annulée par son prescripteur le lun. 23 nov. 2026. "
            "Rien n’a été enregistré. Appelez le prescripteur."
        )


def test_a_prescription_is_executed_to_its_last_instant_and_no_later():  # TLS-20, TLS-24
    dossier = an_issued()
    last = EXPIRED_AT - timedelta(seconds=1)

    assert record(dossier, an_act(dossier.number, handed_over_at=last), at=last) == ()
    refused = refuse(dossier, an_act(dossier.number, handed_over_at=EXPIRED_AT), at=EXPIRED_AT)

    assert refused.sentence == (
        "Cette ordonnance n’est plus valable depuis le mer. 24 nov. 2027. "
        "Rien n’a été enregistré. Délivrer quand même : indiquez le motif."
    )


def test_expiry_is_held_against_the_hand_over():  # TLS-24, TLS-27
    dossier = an_issued()
    last = EXPIRED_AT - timedelta(seconds=1)
    act = an_act(dossier.number, handed_over_at=last)

    assert record(dossier, act, at=EXPIRED_AT + timedelta(minutes=5)) == ()


def test_an_act_without_a_date_is_done_when_it_is_received():  # TLS-24
    dossier = an_issued()
    act = an_act(dossier.number, handed_over_at=None)

    assert record(dossier, act, at=EXPIRED_AT - timedelta(seconds=1)) == ()
    assert refuse(dossier, act, at=EXPIRED_AT).reason.code == "EXPIRED"


def test_each_line_expires_in_its_time_and_a_line_by_hand_with_the_last():  # TLS-24
    dossier = an_issued(a_line(1, valid_until=later(days=30)), a_line(2))
    number, at = dossier.number, later(days=30)
    acts = {line: an_act(number, line, handed_over_at=at) for line in (1, 2, None)}

    assert refuse(dossier, acts[1], at=at).reason.code == "EXPIRED"
    assert record(dossier, acts[2], acts[None], at=at) == ()
    assert refuse(
        dossier, an_act(number, None, handed_over_at=EXPIRED_AT), at=EXPIRED_AT
    ).reason.code == ("EXPIRED")


def test_why_a_line_is_not_delivered_may_be_said_after_it_expired():  # TLS-24
    dossier = an_issued()
    acts = [not_delivered(dossier.number, handed_over_at=when) for when in (None, EXPIRED_AT)]

    assert record(dossier, *acts, at=EXPIRED_AT) == ()


# Line and form


@pytest.mark.parametrize("end", ["-2", "-0", "-E1", ""])
def test_a_line_that_the_prescription_does_not_bear_is_refused(end):  # TLS-13
    dossier = an_issued()
    act = an_act(dossier.number, entry=3, prescribed=f"{dossier.number.value}{end}")

    refused = refuse(dossier, act)

    assert refused.reason.code == "LINE_UNKNOWN"
    assert refused.where == "Bundle.entry[3].resource.authorizingPrescription[0]"


def test_a_line_of_another_prescription_is_refused():  # TLS-13
    dossier = an_issued()

    assert refuse(dossier, an_act(a_number())).reason.code == "LINE_UNKNOWN"


@pytest.mark.parametrize("quantity", [None, "0", "-1", "1000.5", "1001"])
def test_a_quantity_that_cannot_be_handed_over_is_refused(quantity):  # TLS-25
    dossier = an_issued(a_line(boxes=2000))
    quantity = None if quantity is None else Decimal(quantity)

    for line in (1, None):
        refused = refuse(dossier, an_act(dossier.number, line, None, quantity=quantity))

        assert refused.reason.code == "QUANTITY_INVALID"
        assert refused.where == "Bundle.entry[0].resource.quantity"


@pytest.mark.parametrize("quantity", ["0.5", "1", "1000"])
def test_a_quantity_that_can_be_handed_over_is_recorded(quantity):  # TLS-25
    dossier = an_issued(a_line(boxes=2000))

    assert record(dossier, an_act(dossier.number, boxes=None, quantity=Decimal(quantity))) == ()


def test_a_line_not_delivered_says_why_and_needs_no_quantity():  # TLS-25
    dossier = an_issued()
    silent = an_act(dossier.number, 1, None, is_done=False)

    refused = refuse(dossier, silent)

    assert record(dossier, not_delivered(dossier.number)) == ()
    assert refused.reason.code == "REASON_MISSING"
    assert refused.where == "Bundle.entry[0].resource.statusReasonCodeableConcept"
    assert refused.sentence == "Indiquez le motif : pourquoi la ligne n’est pas délivrée."


@pytest.mark.parametrize(
    ("reason", "is_admitted"),
    [
        ("dix signes", True),
        ("neuf sig.", False),
        ("", False),
        ("   neuf sig.   ", False),
        ("  dix signes  ", True),
    ],
)
def test_deciding_otherwise_takes_ten_characters(reason, is_admitted):  # TLS-26
    dossier = an_issued()
    act = an_act(dossier.number, 1, 2, overrides=(Override("RIGHTS_EXHAUSTED", reason),))

    if is_admitted:
        assert record(dossier, act) == (Alert(AlertCode.OVERRIDE, "RIGHTS_EXHAUSTED", 1),)
    else:
        refused = refuse(dossier, act)

        assert refused.reason.code == "REASON_MISSING"
        assert refused.where == "Bundle.entry[0].resource.extension"
        assert refused.sentence == (
            "Indiquez le motif : au moins 10 caractères pour délivrer quand même."
        )


# Order


def test_a_stage_is_checked_for_every_act_before_the_next():  # TLS-13
    dossier = an_issued()
    number = dossier.number
    beyond, unknown = an_act(number, 1, 2, entry=0), an_act(number, 9, entry=1)

    refused = refuse(dossier, beyond, unknown)

    assert refused.reason.code == "LINE_UNKNOWN"
    assert refused.where == "Bundle.entry[1].resource.authorizingPrescription[0]"


def test_within_a_stage_the_first_act_is_refused_first():  # TLS-13
    dossier = an_issued()
    acts = [an_act(dossier.number, 9, entry=entry) for entry in (0, 1)]

    assert refuse(dossier, *acts).where == ("Bundle.entry[0].resource.authorizingPrescription[0]")
