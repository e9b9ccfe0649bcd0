"""Acts recorded after the event, and what the professional may set aside."""

from datetime import timedelta
from decimal import Decimal

import pytest

from builders import (
    NOW,
    OTHER_PHARMACY,
    PATIENT,
    PHARMACY,
    TECHNICIAN,
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
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.execution import NotDone, Override
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


# Dates


@pytest.mark.parametrize("late", [timedelta(), timedelta(minutes=14), timedelta(minutes=15)])
def test_a_hand_over_of_the_last_quarter_of_an_hour_is_not_late(late):  # TLS-27
    dossier = an_issued()

    assert record(dossier, an_act(dossier.number), at=NOW + late) == ()


def test_a_hand_over_of_longer_ago_says_why_it_is_recorded_only_now():  # TLS-27
    dossier = an_issued()
    at = later(minutes=15, seconds=1)

    refused = refuse(dossier, an_act(dossier.number), at=at)

    assert refused.reason.code == "DEFERRED_REASON_MISSING"
    assert refused.where == "Bundle.entry[0].resource.extension"
    assert record(dossier, an_act(dossier.number, deferred=WHY), at=at) == ()


@pytest.mark.parametrize("minutes", [0, 60])
def test_an_empty_reason_is_no_reason_to_defer(minutes):  # TLS-27
    dossier = an_issued()
    act = an_act(dossier.number, deferred="")

    assert refuse(dossier, act, at=later(minutes=minutes)).reason.code == "DEFERRED_REASON_MISSING"


def test_why_a_line_was_not_delivered_may_be_said_any_time_later():  # TLS-27
    dossier = an_issued()

    assert record(dossier, not_delivered(dossier.number), at=later(days=3)) == ()


@pytest.mark.parametrize("seconds", [-1, 0, 1, 300])
def test_a_hand_over_up_to_five_minutes_ahead_is_a_clock_that_disagrees(seconds):  # TLS-28
    dossier = an_issued()

    assert record(dossier, an_act(dossier.number, handed_over_at=later(seconds=seconds))) == ()


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"deferred": WHY},
        {"overrides": (Override("DATE_IN_FUTURE", BECAUSE),)},
        {"is_done": False, "not_done": NotDone.OTHER},
    ],
)
def test_a_hand_over_further_ahead_is_refused_whatever_is_said(more):  # TLS-28
    dossier = an_issued()

    refused = refuse(dossier, an_act(dossier.number, handed_over_at=later(seconds=301), **more))

    assert refused.reason.code == "DATE_IN_FUTURE"
    assert refused.where == "Bundle.entry[0].resource.whenHandedOver"


# The professional decides


@pytest.mark.parametrize(
    ("code", "at", "boxes"), [("EXPIRED", EXPIRED_AT, 1), ("RIGHTS_EXHAUSTED", NOW, 2)]
)
def test_the_professional_decides_otherwise_and_an_alert_says_so(code, at, boxes):  # TLS-26
    dossier = an_issued(a_line(1), a_line(2))
    override = Override(code, BECAUSE)
    act = an_act(dossier.number, 2, boxes, handed_over_at=at, overrides=(override,))

    assert record(dossier, act, at=at) == (Alert(AlertCode.OVERRIDE, code, 2),)


def test_each_obstacle_is_set_aside_by_its_own_code():  # TLS-26
    dossier = an_issued()
    overrides = [Override(code, BECAUSE) for code in ("RIGHTS_EXHAUSTED", "EXPIRED")]

    def act(*decided):
        return an_act(dossier.number, 1, 2, handed_over_at=EXPIRED_AT, overrides=decided)

    assert refuse(dossier, act(overrides[0]), at=EXPIRED_AT).reason.code == "EXPIRED"
    assert refuse(dossier, act(overrides[1]), at=EXPIRED_AT).reason.code == "RIGHTS_EXHAUSTED"
    assert record(dossier, act(*overrides), at=EXPIRED_AT) == (
        Alert(AlertCode.OVERRIDE, "EXPIRED", 1),
        Alert(AlertCode.OVERRIDE, "RIGHTS_EXHAUSTED", 1),
    )


def test_a_decision_holds_for_its_own_act_only():  # TLS-26
    dossier = an_issued(a_line(1), a_line(2))
    number = dossier.number
    decided = an_act(number, 1, 2, overrides=(Override("RIGHTS_EXHAUSTED", BECAUSE),))

    refused = refuse(dossier, decided, an_act(number, 2, 2, entry=1))

    assert refused.reason.code == "RIGHTS_EXHAUSTED"
    assert refused.where == "Bundle.entry[1].resource"


def test_a_decision_that_sets_nothing_aside_raises_no_alert():  # TLS-26
    dossier = an_issued()
    act = an_act(dossier.number, overrides=(Override("RIGHTS_EXHAUSTED", BECAUSE),))

    assert record(dossier, act) == ()


@pytest.mark.parametrize("code", ["CANCELLED", "LINE_UNKNOWN", "QUANTITY_INVALID"])
def test_what_the_contract_does_not_leave_to_the_professional_is_refused(code):  # TLS-26
    dossier = an_issued()
    number, overrides = dossier.number, (Override(code, BECAUSE),)
    act = {
        "CANCELLED": an_act(number, overrides=overrides),
        "LINE_UNKNOWN": an_act(number, 2, overrides=overrides),
        "QUANTITY_INVALID": an_act(number, 1, 0, overrides=overrides),
    }[code]
    if code == "CANCELLED":
        dossier = after(dossier, cancel(number))

    assert refuse(dossier, act).reason.code == code


def test_a_line_added_by_hand_after_expiry_raises_an_alert_about_no_line():  # TLS-26
    dossier = an_issued()
    override = Override("EXPIRED", BECAUSE)
    act = an_act(dossier.number, None, handed_over_at=EXPIRED_AT, overrides=(override,))

    assert record(dossier, act, at=EXPIRED_AT) == (Alert(AlertCode.OVERRIDE, "EXPIRED", None),)


def test_the_same_alert_is_raised_once():  # TLS-26
    dossier = an_issued()
    overrides = (Override("RIGHTS_EXHAUSTED", BECAUSE),)
    acts = [an_act(dossier.number, 1, 2, entry=entry, overrides=overrides) for entry in (0, 1)]

    assert record(dossier, *acts) == (Alert(AlertCode.OVERRIDE, "RIGHTS_EXHAUSTED", 1),)


# What was really done is never lost


def test_a_deferred_delivery_of_a_cancelled_prescription_becomes_an_alert():  # TLS-27
    dossier = an_issued()
    dossier = after(dossier, cancel(dossier.number))

    alerts = record(dossier, an_act(dossier.number, deferred=WHY), at=later(hours=1))

    assert alerts == (Alert(AlertCode.DEFERRED, "CANCELLED", 1),)


def test_a_deferred_delivery_of_an_expired_prescription_becomes_an_alert():  # TLS-27
    dossier = an_issued()
    act = an_act(dossier.number, handed_over_at=EXPIRED_AT, deferred=WHY)

    alerts = record(dossier, act, at=EXPIRED_AT + timedelta(hours=1))

    assert alerts == (Alert(AlertCode.DEFERRED, "EXPIRED", 1),)


@pytest.mark.parametrize(
    ("actor", "code"),
    [
        (OTHER_PHARMACY, "DOUBLE_DELIVERY"),
        (PHARMACY, "DEFERRED"),
        (TECHNICIAN, "DEFERRED"),  # of the same site
    ],
)
def test_rights_used_meanwhile_by_another_site_are_a_double_delivery(actor, code):  # TLS-27
    dossier = an_issued(a_line(1), a_line(2))
    number = dossier.number
    dossier = after(dossier, execute(number, an_act(number, 1), an_act(number, 2), actor=actor))

    alerts = record(dossier, an_act(number, deferred=WHY), at=later(hours=1))

    assert alerts == (Alert(AlertCode(code), "RIGHTS_EXHAUSTED", 1),)


def test_what_another_site_undid_or_did_not_deliver_is_no_double_delivery():  # TLS-27
    dossier = an_issued(a_line(1), a_line(2))
    number, other = dossier.number, OTHER_PHARMACY
    dossier = after(
        dossier,
        execute(number, key="1", actor=other),
        undo(number, f"{number.value}-E1", actor=other),
        execute(number, not_delivered(number), key="2", actor=other),
        execute(number, an_act(number, 2), key="3", actor=other),
        execute(number, key="4"),
    )

    alerts = record(dossier, an_act(number, deferred=WHY), at=later(hours=1))

    assert alerts == (Alert(AlertCode.DEFERRED, "RIGHTS_EXHAUSTED", 1),)


def test_a_deferred_delivery_beyond_rights_nobody_used_is_no_double_delivery():  # TLS-27
    dossier = an_issued()

    alerts = record(dossier, an_act(dossier.number, 1, 2, deferred=WHY), at=later(hours=1))

    assert alerts == (Alert(AlertCode.DEFERRED, "RIGHTS_EXHAUSTED", 1),)


def test_a_deferred_delivery_meets_every_alert_that_it_deserves():  # TLS-27
    dossier = an_issued()
    number = dossier.number
    dossier = after(dossier, execute(number, actor=OTHER_PHARMACY), cancel(number))
    act = an_act(number, handed_over_at=EXPIRED_AT, deferred=WHY)

    assert record(dossier, act, at=EXPIRED_AT + timedelta(days=31)) == (
        Alert(AlertCode.DEFERRED, "CANCELLED", 1),
        Alert(AlertCode.DEFERRED, "EXPIRED", 1),
        Alert(AlertCode.DOUBLE_DELIVERY, "RIGHTS_EXHAUSTED", 1),
        Alert(AlertCode.DEFERRED),
    )


def test_deferring_comes_before_deciding_otherwise():  # TLS-26, TLS-27
    dossier = an_issued()
    overrides = (Override("RIGHTS_EXHAUSTED", BECAUSE),)
    act = an_act(dossier.number, 1, 2, deferred=WHY, overrides=overrides)

    assert record(dossier, act) == (Alert(AlertCode.DEFERRED, "RIGHTS_EXHAUSTED", 1),)


def test_deferring_one_act_does_not_defer_its_neighbour():  # TLS-27
    dossier = an_issued(a_line(1), a_line(2))
    number = dossier.number
    acts = [an_act(number, 1, deferred=WHY), an_act(number, 2, entry=1)]

    refused = refuse(dossier, *acts, at=later(hours=1))

    assert refused.reason.code == "DEFERRED_REASON_MISSING"
    assert refused.where == "Bundle.entry[1].resource.extension"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"prescribed": "012J7K3M9QW2XR5TVW-1"}, "LINE_UNKNOWN"),
        ({"quantity": Decimal(0)}, "QUANTITY_INVALID"),
        ({"handed_over_at": later(hours=2)}, "DATE_IN_FUTURE"),
    ],
)
def test_deferring_does_not_excuse_what_makes_no_sense(change, code):  # TLS-27
    dossier = an_issued()

    refused = refuse(dossier, an_act(dossier.number, deferred=WHY, **change), at=later(hours=1))

    assert refused.reason.code == code


@pytest.mark.parametrize(
    ("delay", "alerts"),
    [
        (timedelta(days=1), ()),
        (timedelta(days=30), ()),
        (timedelta(days=30, seconds=1), (Alert(AlertCode.DEFERRED),)),
        (timedelta(days=200), (Alert(AlertCode.DEFERRED),)),
    ],
)
def test_a_deferred_delivery_of_more_than_thirty_days_ago_raises_an_alert(delay, alerts):  # TLS-27
    dossier = an_issued()

    assert record(dossier, an_act(dossier.number, deferred=WHY), at=NOW + delay) == alerts


def test_an_old_reason_not_to_deliver_raises_no_alert_unless_deferred():  # TLS-27
    dossier = an_issued()
    number, at = dossier.number, later(days=31)
    undated = an_act(number, deferred=WHY, handed_over_at=None)

    assert record(dossier, not_delivered(number), undated, at=at) == ()
    assert record(dossier, not_delivered(number, deferred=WHY), at=at) == (
        Alert(AlertCode.DEFERRED),
    )


def test_a_delivery_on_a_number_not_issued_yet_is_waiting():  # TLS-27
    number = a_number()
    act = an_act(number, deferred=WHY, patient=PATIENT)

    assert record(Dossier(number=number), act) == (Alert(AlertCode.WAITING),)


def test_a_delivery_that_waits_is_checked_as_far_as_can_be():  # TLS-27
    number = a_number()
    dossier = Dossier(number=number)

    def code(**more):
        return refuse(dossier, an_act(number, **{"deferred": WHY, **more})).reason.code

    assert code(quantity=Decimal(0)) == "QUANTITY_INVALID"
    assert code(handed_over_at=later(minutes=6)) == "DATE_IN_FUTURE"
    assert code(deferred="") == "DEFERRED_REASON_MISSING"
    # Nothing is known of lines, rights or expiry yet.
    assert record(
        dossier, an_act(number, 40, 1000, deferred=WHY), an_act(number, None, deferred=WHY)
    ) == (Alert(AlertCode.WAITING),)


def test_what_waited_uses_rights_once_the_prescription_is_issued():  # TLS-21, TLS-27
    dossier = an_issued(a_line(boxes=2))
    number = dossier.number
    waiting = after(Dossier(number=number), execute(number, an_act(number, deferred=WHY)))
    issued = waiting.add(dossier.issued, None)

    assert record(issued, an_act(number)) == ()
    assert refuse(issued, an_act(number, 1, 2)).sentence.startswith("Ligne 1 : il reste 1 boîte,")
