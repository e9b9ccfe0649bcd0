"""The states that follow from what was done, and what holds whatever is done."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
import pytest

from builders import (
    NOW,
    OTHER_PHARMACY,
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
from ordonnance.domain.command import Execute, Undo
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.execution import Override
from ordonnance.domain.refusal import Refusal
from ordonnance.domain.rights import (
    is_anything_executed,
    states_of,
    status_of,
)

# States

STEPS = {
    "1 is delivered": lambda n: execute(n, an_act(n, 1), key="1"),
    "2 is delivered": lambda n: execute(n, an_act(n, 2), key="2"),
    "half of 1 is delivered": lambda n: execute(
        n, an_act(n, 1, boxes=None, quantity=Decimal("0.5")), key="1/2"
    ),
    "1 is not delivered": lambda n: execute(n, not_delivered(n, 1), key="not 1"),
    "2 is not delivered": lambda n: execute(n, not_delivered(n, 2), key="not 2"),
    "by hand": lambda n: execute(n, an_act(n, None), key="by hand"),
    "the first is undone": lambda n: undo(n, f"{n.value}-E1", key="undo"),
    "the rest is cancelled": cancel,
}
IN_TIME, TOO_LATE = later(days=1), datetime(2027, 11, 23, 23, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("steps", "at", "status", "lines"),
    [
        ([], IN_TIME, "A_EXECUTER", ["A_EXECUTER", "A_EXECUTER"]),
        (["half of 1 is delivered"], IN_TIME, "EN_COURS", ["EN_COURS", "A_EXECUTER"]),
        (["1 is delivered"], IN_TIME, "EN_COURS", ["TERMINEE", "A_EXECUTER"]),
        (["1 is delivered", "2 is delivered"], IN_TIME, "EXECUTEE", ["TERMINEE", "TERMINEE"]),
        (["by hand"], IN_TIME, "EN_COURS", ["A_EXECUTER", "A_EXECUTER"]),
        # A line that was not delivered stays open.
        (["1 is not delivered"], IN_TIME, "EN_COURS", ["NON_DELIVREE", "A_EXECUTER"]),
        (
            ["1 is not delivered", "2 is not delivered"],
            IN_TIME,
            "EN_COURS",
            ["NON_DELIVREE", "NON_DELIVREE"],
        ),
        (
            ["2 is delivered", "1 is not delivered"],
            IN_TIME,
            "EN_COURS",
            ["NON_DELIVREE", "TERMINEE"],
        ),
        (
            ["1 is not delivered", "1 is delivered", "2 is delivered"],
            IN_TIME,
            "EXECUTEE",
            ["TERMINEE", "TERMINEE"],
        ),
        (
            ["half of 1 is delivered", "1 is not delivered"],
            IN_TIME,
            "EN_COURS",
            ["EN_COURS", "A_EXECUTER"],
        ),
        # Cancelled: what was executed keeps its place.
        (["the rest is cancelled"], IN_TIME, "ANNULEE", ["ANNULEE", "ANNULEE"]),
        (
            ["1 is delivered", "the rest is cancelled"],
            IN_TIME,
            "EXECUTEE",
            ["TERMINEE", "ANNULEE"],
        ),
        (
            ["half of 1 is delivered", "the rest is cancelled"],
            IN_TIME,
            "EXECUTEE",
            ["ANNULEE", "ANNULEE"],
        ),
        (
            ["1 is not delivered", "the rest is cancelled"],
            IN_TIME,
            "ANNULEE",
            ["ANNULEE", "ANNULEE"],
        ),
        # Taken back: rights come back with it.
        (["1 is delivered", "the first is undone"], IN_TIME, "A_EXECUTER", ["A_EXECUTER"] * 2),
        (["1 is not delivered", "the first is undone"], IN_TIME, "A_EXECUTER", ["A_EXECUTER"] * 2),
        (
            ["1 is delivered", "2 is delivered", "the first is undone"],
            IN_TIME,
            "EN_COURS",
            ["A_EXECUTER", "TERMINEE"],
        ),
        (
            ["1 is delivered", "the rest is cancelled", "the first is undone"],
            IN_TIME,
            "ANNULEE",
            ["ANNULEE", "ANNULEE"],
        ),
        # Expired.
        ([], TOO_LATE, "EXPIREE", ["EXPIREE", "EXPIREE"]),
        (["1 is not delivered"], TOO_LATE, "EXPIREE", ["EXPIREE", "EXPIREE"]),
        (["1 is delivered"], TOO_LATE, "EXECUTEE", ["TERMINEE", "EXPIREE"]),
        (["half of 1 is delivered"], TOO_LATE, "EXECUTEE", ["EXPIREE", "EXPIREE"]),
        (["1 is delivered", "the first is undone"], TOO_LATE, "EXPIREE", ["EXPIREE", "EXPIREE"]),
        (["the rest is cancelled"], TOO_LATE, "ANNULEE", ["ANNULEE", "ANNULEE"]),
    ],
)
def test_states_are_what_the_facts_say(steps, at, status, lines):  # TLS-22, TLS-23
    dossier = an_issued(a_line(1), a_line(2))
    dossier = after(dossier, *(STEPS[step](dossier.number) for step in steps))

    states = states_of(dossier, at)

    assert [state.status for state in states] == lines
    assert status_of(dossier, states) == status


def test_a_prescription_not_issued_yet_is_waiting_and_has_no_lines():  # TLS-23
    number = a_number()
    deferred = an_act(number, deferred="Téléservice indisponible")
    dossier = after(Dossier(number=number), execute(number, deferred))

    states = states_of(dossier, NOW)

    assert states == ()
    assert status_of(dossier, states) == "EN_ATTENTE"


def test_a_line_expires_at_the_first_instant_after_its_last_day():  # TLS-20, TLS-22
    dossier = an_issued(a_line())
    end = datetime(2027, 11, 23, 23, 0, tzinfo=UTC)

    (before,) = states_of(dossier, end - timedelta(microseconds=1))
    (after_it,) = states_of(dossier, end)

    assert (before.status, after_it.status) == ("A_EXECUTER", "EXPIREE")


def test_lines_expire_each_in_its_time():  # TLS-22, TLS-23
    dossier = an_issued(a_line(1, valid_until=later(days=30)), a_line(2))

    states = states_of(dossier, later(days=30))

    assert [state.status for state in states] == ["EXPIREE", "A_EXECUTER"]
    assert status_of(dossier, states) == "A_EXECUTER"


def test_a_line_in_days_is_done_when_its_days_are_past():  # TLS-21, TLS-22
    dossier = an_issued(a_line(boxes=None, days=30))
    dossier = after(dossier, execute(dossier.number))

    (begun,) = states_of(dossier, later(days=29))
    (past,) = states_of(dossier, later(days=30))

    assert (begun.status, past.status) == ("EN_COURS", "TERMINEE")


@pytest.mark.parametrize(
    ("steps", "at", "remaining"),
    [
        ([], IN_TIME, "1"),
        (["half of 1 is delivered"], IN_TIME, "0.5"),
        (["half of 1 is delivered", "the first is undone"], IN_TIME, "1"),
        (["half of 1 is delivered", "the rest is cancelled"], IN_TIME, "0"),
        (["1 is not delivered"], IN_TIME, "1"),
    ],
)
def test_a_state_tells_what_remains(steps, at, remaining):  # TLS-22
    dossier = an_issued(a_line(1))
    dossier = after(dossier, *(STEPS[step](dossier.number) for step in steps))

    (state,) = states_of(dossier, at)

    assert state.rights.remaining == Decimal(remaining)
    assert state.rights.unit == "boîte"


@pytest.mark.parametrize(
    ("steps", "is_executed"),
    [
        ([], False),
        (["1 is not delivered"], False),
        (["1 is delivered"], True),
        (["by hand"], True),
        (["1 is delivered", "the first is undone"], False),
        (["1 is delivered", "the first is undone", "2 is delivered"], True),
        (["1 is not delivered", "2 is delivered"], True),
    ],
)
def test_something_is_executed_once_it_was_really_done_and_stands(steps, is_executed):
    dossier = an_issued(a_line(1), a_line(2))
    dossier = after(dossier, *(STEPS[step](dossier.number) for step in steps))

    assert is_anything_executed(dossier) is is_executed


# Whatever happens

packs = st.decimals("0.5", "8", places=1)
fills = st.integers(0, 3)
asked = st.lists(
    st.one_of(
        st.lists(packs, min_size=1, max_size=3),  # delivered, in one request
        st.integers(1, 8),  # the execution of that rank is undone
    ),
    max_size=12,
)


def attempt(dossier, command, at=NOW):
    """The dossier after *command*, or as it was where it is refused."""
    try:
        return after(dossier, command, at=at)
    except Refusal:
        return dossier


def tell(dossier, requests, **more) -> list[Execute | Undo]:
    """The commands of *requests*: quantities in one request, or the rank to undo."""
    number = dossier.number
    return [
        undo(number, f"{number.value}-E{request}", key=f"{place}")
        if isinstance(request, int)
        else execute(
            number,
            *(
                an_act(number, entry=entry, boxes=None, quantity=quantity, days=quantity, **more)
                for entry, quantity in enumerate(request)
            ),
            key=f"{place}",
        )
        for place, request in enumerate(requests)
    ]


def dated(command, at):
    """*command*, where everything is handed over at the instant *at*."""
    if isinstance(command, Undo):
        return command
    acts = tuple(replace(act, handed_over_at=at) for act in command.acts)
    return replace(command, acts=acts)


def delivered(dossier):
    return sum(
        (act.quantity for execution in dossier.executions for act in execution.acts), Decimal(0)
    )


@given(st.integers(1, 6), fills, asked)
def test_admitted_deliveries_never_exceed_the_rights_in_packs(boxes, repeats, requests):  # TLS-21
    dossier = an_issued(a_line(boxes=boxes, repeats=repeats))

    for command in tell(dossier, requests):
        dossier = attempt(dossier, command)
        (state,) = states_of(dossier, NOW)

        assert state.rights.remaining >= 0
        assert state.rights.remaining + delivered(dossier) == boxes * (1 + repeats)


@given(st.integers(1, 6), fills, asked, st.lists(st.integers(0, 5), min_size=12, max_size=12))
def test_admitted_deliveries_never_exceed_the_rights_in_days(
    days, repeats, requests, waits
):  # TLS-21
    dossier = an_issued(a_line(boxes=None, days=days, repeats=repeats))
    at = NOW

    for command, wait in zip(tell(dossier, requests), waits, strict=False):
        at += timedelta(days=wait)
        dossier = attempt(dossier, dated(command, at), at)
        covered = sum(
            (act.days for execution in dossier.executions for act in execution.acts), Decimal(0)
        )
        (state,) = states_of(dossier, at)

        assert 0 <= state.rights.remaining <= days * (1 + repeats) - covered


@given(st.integers(1, 6), fills, asked, st.booleans())
def test_what_remains_is_never_negative_whatever_was_decided(
    boxes, repeats, requests, is_deferred
):  # TLS-21, TLS-26, TLS-27
    dossier = an_issued(a_line(boxes=boxes, repeats=repeats))
    decided = {
        "deferred": "Réseau coupé" if is_deferred else None,
        "overrides": () if is_deferred else (Override("RIGHTS_EXHAUSTED", "Boîte perdue"),),
    }

    for command in tell(dossier, requests, **decided):
        dossier = attempt(dossier, command)
        (state,) = states_of(dossier, NOW)
        rights = boxes * (1 + repeats)

        assert state.rights.remaining == (rights - min(delivered(dossier), rights))


@given(st.integers(1, 6), fills, asked, packs)
def test_undoing_gives_back_the_very_rights_that_were_used(
    boxes, repeats, requests, quantity
):  # TLS-29
    dossier = an_issued(a_line(boxes=boxes, repeats=repeats))
    for command in tell(dossier, requests):
        dossier = attempt(dossier, command)
    number, before = dossier.number, states_of(dossier, NOW)
    more = an_act(
        number,
        boxes=None,
        quantity=quantity,
        overrides=(Override("RIGHTS_EXHAUSTED", "Boîte perdue"),),
    )

    dossier = after(dossier, execute(number, more, key="more", actor=OTHER_PHARMACY))
    identifier = f"{number.value}-E{len(dossier.facts)}"
    dossier = after(dossier, undo(number, identifier, key="less", actor=OTHER_PHARMACY))

    assert states_of(dossier, NOW) == before
