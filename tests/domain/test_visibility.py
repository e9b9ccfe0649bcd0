"""What of a prescription of several kinds whoever executes it sees."""

from hypothesis import given
from hypothesis import strategies as st
import pytest

from builders import (
    NOW,
    NURSE,
    PHARMACY,
    PRESCRIBER,
    THE_PATIENT,
    a_line,
    a_number,
    a_prescription,
    after,
    an_act,
    execute,
    issue,
)
from ordonnance.domain.actor import Actor, Profession, Role
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.fact import Caveat, CaveatCode, Executed
from ordonnance.domain.identifiers import AMNumber
from ordonnance.domain.line import Kind
from ordonnance.domain.prescription import Attachment
from ordonnance.domain.profession import kinds_executed_by
from ordonnance.domain.visibility import view_of

SUPPLIER = Actor(role=Role.EXECUTOR, profession=Profession.LPP_SUPPLIER, am=AMNumber("332000011"))
WHY = "Réseau coupé"


def mixed(*kinds):
    lines = [a_line(rank, kind=kind) for rank, kind in enumerate(kinds, start=1)]
    prescription = a_prescription(a_number(), *lines)
    return after(Dossier(number=prescription.number), issue(prescription))


def ranks_seen(dossier, actor):
    view = view_of(dossier, actor)
    return [line.rank for line in dossier.prescription.lines if view.sees_line(line)]


@pytest.mark.parametrize(
    ("actor", "ranks"),
    [
        (PHARMACY, [1, 2]),
        (SUPPLIER, [2]),
        (NURSE, [3]),
        (PRESCRIBER, [1, 2, 3]),
        (THE_PATIENT, [1, 2, 3]),
    ],
)
def test_executors_see_the_lines_of_their_kinds(actor, ranks):  # TLS-44
    dossier = mixed(Kind.MEDICINE, Kind.DEVICE, Kind.NURSING)

    assert ranks_seen(dossier, actor) == ranks


@given(st.lists(st.sampled_from(list(Kind)), min_size=1, max_size=8))
def test_every_line_is_seen_by_those_who_execute_it_and_no_others(kinds):  # TLS-44
    dossier = mixed(*kinds)
    actors = [Actor(role=Role.EXECUTOR, profession=one) for one in Profession]
    actors.append(Actor(role=Role.EXECUTOR, is_laboratory=True))

    for actor in actors:
        seen = ranks_seen(dossier, actor)
        executed = kinds_executed_by(actor)
        assert seen == [rank for rank, kind in enumerate(kinds, start=1) if kind in executed]
        assert view_of(dossier, actor).sees_all_lines is (len(seen) == len(kinds))


def executed(dossier, *lines, by=PHARMACY):
    """*dossier*, and *lines* executed by a site."""
    fact = Executed(
        rank=dossier.next_rank,
        at=NOW,
        by=by,
        key="k",
        digest="d",
        acts=tuple(an_act(dossier.number, line) for line in lines),
    )
    return dossier.add(fact, None)


def test_an_execution_is_seen_by_who_sees_one_of_its_lines():  # TLS-44
    done = executed(mixed(Kind.MEDICINE, Kind.DEVICE, Kind.NURSING), 1)
    done = executed(done, 1, 2)

    seen = {
        name: [execution.rank for execution in view_of(done, actor).executions(done)]
        for name, actor in {"pharmacy": PHARMACY, "supplier": SUPPLIER, "nurse": NURSE}.items()
    }

    assert seen == {"pharmacy": [1, 2], "supplier": [2], "nurse": []}


def test_what_designates_no_line_counts_for_who_did_it():  # TLS-44
    done = executed(mixed(Kind.MEDICINE, Kind.NURSING), None)

    assert len(view_of(done, PHARMACY).executions(done)) == 1
    assert view_of(done, NURSE).executions(done) == ()


def test_what_a_pharmacist_added_by_hand_may_be_a_medicine():  # TLS-44
    done = executed(mixed(Kind.MEDICINE, Kind.DEVICE), None)

    assert view_of(done, SUPPLIER).executions(done) == ()


def test_who_recorded_before_the_issue_sees_what_waits():  # TLS-27, TLS-44
    number = a_number()
    waiting = after(Dossier(number=number), execute(number, an_act(number, deferred=WHY)))

    assert len(view_of(waiting, PHARMACY).executions(waiting)) == 1


def test_warnings_of_hidden_lines_are_not_told():  # TLS-44
    dossier = mixed(Kind.MEDICINE, Kind.NURSING)
    of_line = {line: Caveat(CaveatCode.TOO_EARLY, line) for line in (None, 1, 2)}

    told = [line for line, one in of_line.items() if view_of(dossier, NURSE).sees_caveat(one)]

    assert told == [None, 2]
    assert all(view_of(dossier, THE_PATIENT).sees_caveat(one) for one in of_line.values())


@pytest.mark.parametrize(
    ("kinds", "are_all_needed", "seen"),
    [
        ((Kind.NURSING,), False, True),
        ((Kind.NURSING, Kind.MEDICINE), False, True),
        ((Kind.NURSING, Kind.MEDICINE), True, False),
        ((Kind.NURSING,), True, True),
        ((Kind.MEDICINE,), False, False),
        ((), False, False),
    ],
)
def test_attachments_are_seen_by_the_kinds_they_are_about(kinds, are_all_needed, seen):  # TLS-44
    dossier = mixed(Kind.MEDICINE, Kind.NURSING)
    attachment = Attachment(3, kinds, are_all_needed)

    assert view_of(dossier, NURSE).sees_attachment(attachment) is seen
    assert view_of(dossier, PRESCRIBER).sees_attachment(attachment)
