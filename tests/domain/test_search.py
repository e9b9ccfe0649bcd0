"""Which prescriptions a search shows, decided without a database."""

from dataclasses import replace
from datetime import timedelta

import pytest

from builders import (
    NOW,
    NURSE,
    OTHER_PATIENT,
    OTHER_PRESCRIBER,
    PATIENT,
    PHARMACY,
    PRESCRIBER,
    THE_PATIENT,
    a_line,
    a_number,
    after,
    an_issued,
    execute,
    later,
)
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.fact import Objected
from ordonnance.domain.line import Kind
from ordonnance.domain.rights import Status
from ordonnance.domain.search import Search, show

BEGUN, NEW = frozenset({Status.IN_PROGRESS}), frozenset({Status.TO_EXECUTE})


def objected(dossier, *, objects=True):
    fact = Objected(
        rank=dossier.next_rank, at=NOW, by=THE_PATIENT, key="o", digest="", objects=objects
    )
    return dossier.add(fact, None)


def executed(**more):
    dossier = an_issued(a_line(boxes=2), **more)
    return after(dossier, execute(dossier.number))


def is_shown(dossier, actor, at=NOW, **more):
    return show(dossier, Search(actor=actor, **more), at) is not None


def test_a_prescriber_sees_and_searches_the_status_without_what_is_hidden():  # TLS-61
    dossier = objected(executed())

    assert is_shown(dossier, PRESCRIBER, statuses=NEW)
    assert not is_shown(dossier, PRESCRIBER, statuses=BEGUN)
    assert show(dossier, Search(actor=PRESCRIBER), NOW).dossier.executions == ()
    present = {"patient": PATIENT, "reason": "carte-vitale"}
    assert is_shown(dossier, PHARMACY, statuses=BEGUN, **present)
    assert not is_shown(dossier, PHARMACY, statuses=NEW, **present)
    assert is_shown(dossier, THE_PATIENT, statuses=BEGUN)
    assert is_shown(objected(dossier, objects=False), PRESCRIBER, statuses=BEGUN)


def test_an_objection_written_with_the_prescription_counts():  # TLS-61
    dossier = executed(is_objected=True)

    assert is_shown(dossier, PRESCRIBER, statuses=NEW)
    motive = {"patient": PATIENT, "reason": "Suivi"}
    assert is_shown(dossier, OTHER_PRESCRIBER, statuses=NEW, **motive)
    assert not is_shown(dossier, OTHER_PRESCRIBER, statuses=BEGUN, **motive)


@pytest.mark.parametrize(
    ("actor", "more", "shown"),
    [
        (PRESCRIBER, {}, True),
        (PRESCRIBER, {"patient": PATIENT}, True),
        (OTHER_PRESCRIBER, {"patient": PATIENT, "reason": "Suivi"}, False),
        (PHARMACY, {"patient": PATIENT, "reason": "carte-vitale"}, False),
        (THE_PATIENT, {}, False),
    ],
)
def test_an_abortion_under_anonymity_shows_to_its_prescriber_only(actor, more, shown):  # TLS-60
    anonymous, other = an_issued(is_anonymous=True), an_issued()

    assert is_shown(anonymous, actor, **more) is shown
    assert is_shown(other, actor, **more)


@pytest.mark.parametrize(
    ("actor", "more"),
    [
        (OTHER_PRESCRIBER, {}),
        (OTHER_PRESCRIBER, {"patient": PATIENT}),
        (OTHER_PRESCRIBER, {"reason": "Suivi"}),
        (OTHER_PRESCRIBER, {"patient": OTHER_PATIENT, "reason": "Suivi"}),
        (PRESCRIBER, {"patient": OTHER_PATIENT}),
        (PHARMACY, {"patient": OTHER_PATIENT, "reason": "carte-vitale"}),
        (NURSE, {"patient": PATIENT, "reason": "carte-vitale"}),
        (replace(THE_PATIENT, ins=OTHER_PATIENT), {}),
    ],
)
def test_what_is_somebody_else_s_does_not_show(actor, more):  # TLS-60
    assert not is_shown(an_issued(), actor, **more)


def test_a_patient_of_another_authority_is_somebody_else():  # TLS-60
    real = replace(PATIENT, authority=type(PATIENT.authority).NIR)

    assert not is_shown(an_issued(), replace(THE_PATIENT, ins=real))


def test_one_line_of_one_s_kind_is_enough():  # TLS-60
    dossier = an_issued(a_line(), a_line(2, kind=Kind.NURSING))

    assert is_shown(dossier, NURSE, patient=PATIENT, reason="carte-vitale")


def test_what_is_not_issued_yet_does_not_show():  # TLS-60
    assert not is_shown(Dossier(number=a_number()), PRESCRIBER)


@pytest.mark.parametrize(
    ("since", "until", "shown"),
    [(0, None, True), (1, None, False), (None, 1, True), (None, 0, False), (0, 1, True)],
)
def test_a_period_holds_its_beginning_and_not_its_end(since, until, shown):  # TLS-61
    at = [None if offset is None else NOW + timedelta(seconds=offset) for offset in (since, until)]

    assert is_shown(an_issued(), PRESCRIBER, since=at[0], until=at[1]) is shown


def test_the_status_is_that_of_the_instant_of_the_search():  # TLS-61
    expired = frozenset({Status.EXPIRED})

    assert not is_shown(an_issued(), PRESCRIBER, statuses=expired)
    assert is_shown(an_issued(), PRESCRIBER, later(days=400), statuses=expired)
