"""Sessions one after another, examinations, devices: what remains, and where the line stands."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st
import pytest

from acts import (
    DECIDED,
    LAB,
    OTHER_LAB,
    OTHER_PHYSIO,
    PHYSIO,
    SUPPLIER,
    a_session,
    a_stage,
    a_supply,
    device,
    done,
    exam,
    issued,
    sessions,
    state,
    told,
)
from builders import NOW, a_number, after, an_act, cancel, execute, later, not_delivered, undo
from ordonnance.domain.execution import NotDone, Stage
from ordonnance.domain.line import Kind
from ordonnance.domain.refusal import Refusal
from ordonnance.domain.rights import (
    is_anything_executed,
    rights_of,
    say_quantity,
    states_of,
    status_of,
    unit_of,
)

N = a_number()
SAMPLED, PASSED_ON, SUSPENDED, ENDED = Stage


def at(day, act):
    """*act*, that many days after NOW."""
    return replace(act, handed_over_at=later(days=day))


# What is counted


@pytest.mark.parametrize(
    ("line", "total", "sentence"),
    [
        (sessions(12), 12, "12 séances"),
        (sessions(10, repeats=2), 30, "30 séances"),
        (sessions(None, days=30), 30, "30 jours"),
        (exam(), 1, "1 examen"),
        (exam(repeats=5), 6, "6 examens"),
        (device(2), 2, "2 boîtes"),
        (device(None, days=28, repeats=2), 84, "84 jours"),
        *(
            (sessions(5, kind=kind), 5, "5 séances")
            for kind in (Kind.NURSING, Kind.SPEECH_THERAPY, Kind.ORTHOPTICS, Kind.PODIATRY)
        ),
    ],
)
def test_rights_are_what_one_fill_orders_as_often_as_it_is_renewed(line, total, sentence):  # TLS-46
    rights = rights_of(line, (), NOW)

    assert rights.remaining == total
    assert rights.unit is unit_of(line)
    assert say_quantity(rights.remaining, rights.unit) == sentence


def test_each_session_uses_one():  # TLS-46
    acts = [a_session(N), a_session(N)]

    assert rights_of(sessions(3), acts, NOW).remaining == 1


def test_what_was_not_done_uses_nothing():  # TLS-46
    acts = [
        a_session(N, is_done=False, not_done=NotDone.PATIENT_ABSENT, boxes=None),
        a_stage(N, SUSPENDED),
        a_stage(N, SAMPLED),
        a_stage(N, PASSED_ON),
    ]

    assert rights_of(sessions(3), acts, NOW).remaining == 3
    assert rights_of(exam(), acts, NOW).remaining == 1


@pytest.mark.parametrize(("day", "remaining"), [(0, 10), (4, 6), (9, 1), (10, 0), (40, 0)])
def test_without_a_number_the_days_pass_from_the_first_session(day, remaining):  # TLS-46
    acts = [a_session(N) for _ in range(25)]

    assert rights_of(sessions(None, days=10), acts, later(days=day)).remaining == remaining


def test_without_a_number_nor_days_a_line_lasts_as_long_as_it_is_valid():  # TLS-46
    line = sessions(None, valid_until=later(days=90))

    assert rights_of(line, (), NOW).remaining == 90
    assert rights_of(line, (), later(days=60)).remaining == 30
    assert rights_of(line, [a_session(N)] * 50, later(days=89)).remaining > 0


def test_a_rental_is_counted_in_the_days_that_it_covers():  # TLS-46
    line = device(None, days=28, repeats=2)
    acts = [a_supply(N, days=Decimal(28)), a_supply(N, days=Decimal(28))]

    assert rights_of(line, acts, later(days=200)).remaining == 28


# Where a line stands


def told_after(line, *acts, actor=PHYSIO, at=NOW):
    """The status, the rights and the stage of *line* after *acts*, each recorded when done."""
    dossier = issued(line)
    for act in acts:
        own = replace(act, prescribed=dossier.number.line(1))
        dossier = done(dossier, own, actor=actor, at=act.handed_over_at or at)
    return told(dossier, max([at, *(act.handed_over_at for act in acts if act.handed_over_at)]))


def test_a_series_goes_on_until_its_last_session():  # TLS-46
    line = sessions(2)

    assert told_after(line) == ("A_EXECUTER", 2, None)
    assert told_after(line, a_session(N)) == ("EN_COURS", 1, None)
    assert told_after(line, a_session(N), at(2, a_session(N))) == ("TERMINEE", 0, None)


def test_a_series_is_interrupted_then_resumed():  # TLS-47
    first, pause, second = a_session(N), at(3, a_stage(N, SUSPENDED)), at(9, a_session(N))

    assert told_after(sessions(5), first, pause) == ("EN_COURS", 4, "INTERROMPUE")
    assert told_after(sessions(5), first, pause, second) == ("EN_COURS", 3, None)
    assert told_after(sessions(5), first, pause, second, at(10, a_stage(N, SUSPENDED))) == (
        "EN_COURS",
        3,
        "INTERROMPUE",
    )


def test_an_absence_resumes_nothing():  # TLS-47
    absent = at(4, a_session(N, is_done=False, not_done=NotDone.PATIENT_ABSENT, boxes=None))

    assert told_after(sessions(5), a_session(N), at(3, a_stage(N, SUSPENDED)), absent) == (
        "EN_COURS",
        4,
        "INTERROMPUE",
    )


def test_an_interruption_before_the_first_session_leaves_the_line_open():  # TLS-47
    assert told_after(sessions(5), a_stage(N, SUSPENDED)) == ("NON_DELIVREE", 5, "INTERROMPUE")


def test_an_interruption_without_a_date_counts_from_its_recording():  # TLS-47
    pause = a_stage(N, SUSPENDED, handed_over_at=None)

    assert told_after(sessions(5), a_session(N), pause)[2] == "INTERROMPUE"
    assert told_after(sessions(5), pause, a_session(N))[2] is None


def test_a_series_ends_before_its_number():  # TLS-47
    stopped = told_after(sessions(12), a_session(N), at(2, a_stage(N, ENDED)))
    last = told_after(sessions(12), a_session(N), at(2, a_session(N, stage=ENDED)))

    assert stopped == last == ("TERMINEE", 0, "FIN_DE_SERIE")


def test_an_interruption_is_told_no_more_once_the_days_are_past():  # TLS-47
    pause = at(3, a_stage(N, SUSPENDED))
    line = sessions(None, days=10)

    assert told_after(line, a_session(N), pause, at=later(days=9))[2] == "INTERROMPUE"
    assert told_after(line, a_session(N), pause, at=later(days=10)) == ("TERMINEE", 0, None)


def test_an_end_told_by_a_clock_ahead_is_an_end_at_once():  # TLS-28, TLS-47
    dossier = issued(sessions(5))
    ahead = a_stage(dossier.number, ENDED, handed_over_at=later(minutes=5))

    assert told(done(dossier, ahead)) == ("TERMINEE", 0, "FIN_DE_SERIE")


def test_a_series_in_days_ends_too():  # TLS-47
    assert told_after(sessions(None, days=90), a_session(N, stage=ENDED)) == (
        "TERMINEE",
        0,
        "FIN_DE_SERIE",
    )


def test_an_ended_series_is_executed_if_anything_was():  # TLS-23, TLS-47
    dossier = issued(sessions(5))
    session, end = a_session(dossier.number), a_stage(dossier.number, ENDED)

    executed, never = done(dossier, session, end), done(dossier, end)

    assert status_of(executed, states_of(executed, NOW)) == "EXECUTEE"
    assert status_of(never, states_of(never, NOW)) == "ANNULEE"


def test_an_end_taken_back_opens_the_series_again():  # TLS-29, TLS-47
    dossier = issued(sessions(5))
    number = dossier.number
    dossier = done(dossier, a_session(number), a_session(number, stage=ENDED))

    dossier = after(dossier, undo(number, f"{number.value}-E2", actor=PHYSIO))

    assert told(dossier) == ("EN_COURS", 4, None)


def test_a_cancelled_series_keeps_its_sessions():  # TLS-30, TLS-46
    dossier = issued(sessions(5))
    dossier = done(dossier, a_session(dossier.number))
    dossier = after(dossier, cancel(dossier.number))

    assert told(dossier) == ("ANNULEE", 0, None)
    assert state(dossier).sessions == 1


@pytest.mark.parametrize("line", [sessions(5), exam(repeats=4), device(5)])
def test_a_line_of_any_kind_expires(line):  # TLS-20, TLS-46
    dossier = issued(replace(line, valid_until=later(days=30)))

    assert state(dossier, later(days=30)).status == "EXPIREE"


@pytest.mark.parametrize(
    ("line", "acts", "actor", "sessions_done", "planned"),
    [
        (sessions(12), [a_session(N)] * 3, PHYSIO, 3, 12),
        (sessions(10, repeats=1), [], PHYSIO, 0, 20),
        (sessions(None, days=30), [a_session(N)], PHYSIO, 1, None),
        (exam(), [a_session(N)], LAB, None, 1),
        (device(2), [a_supply(N)], SUPPLIER, None, 2),
    ],
)
def test_a_line_of_sessions_tells_how_many_were_done(
    line, acts, actor, sessions_done, planned
):  # TLS-46
    dossier = issued(line)
    acts = [replace(act, prescribed=dossier.number.line(1)) for act in acts]
    found = state(done(dossier, *acts, actor=actor))

    assert (found.sessions, found.sessions_planned) == (sessions_done, planned)


# The laboratory


def test_an_examination_goes_from_its_sample_to_its_end():  # TLS-48
    sample, over = a_stage(N, SAMPLED), at(1, a_session(N))

    assert told_after(exam(), sample, actor=LAB) == ("EN_COURS", 1, "PRELEVE")
    assert told_after(exam(), sample, over, actor=LAB) == ("TERMINEE", 0, None)


def test_an_examination_needs_no_sample_recorded_before():  # TLS-48
    assert told_after(exam(), a_session(N), actor=LAB) == ("TERMINEE", 0, None)


def test_what_is_passed_on_stays_open_to_another_laboratory():  # TLS-48
    dossier = issued(exam())
    number = dossier.number
    dossier = done(dossier, a_stage(number, SAMPLED), a_stage(number, PASSED_ON), actor=LAB)
    passed_on = told(dossier)
    dossier = done(dossier, a_session(number), actor=OTHER_LAB)

    assert passed_on == ("EN_COURS", 1, "TRANSMIS")
    assert told(dossier) == ("TERMINEE", 0, None)


def test_what_is_passed_on_without_a_sample_is_not_begun():  # TLS-48
    assert told_after(exam(), a_stage(N, PASSED_ON), actor=LAB) == ("NON_DELIVREE", 1, "TRANSMIS")


def test_a_sample_that_is_unfit_leaves_the_examination_open():  # TLS-48
    unfit = at(1, a_session(N, is_done=False, not_done=NotDone.SAMPLE_UNFIT, boxes=None))

    again = at(2, a_stage(N, SAMPLED))

    assert told_after(exam(), a_stage(N, SAMPLED), unfit, actor=LAB) == ("EN_COURS", 1, None)
    assert told_after(exam(), a_stage(N, SAMPLED), unfit, again, actor=LAB) == (
        "EN_COURS",
        1,
        "PRELEVE",
    )


def test_a_sample_recorded_after_its_examination_changes_nothing():  # TLS-27, TLS-48
    late = a_stage(N, SAMPLED, deferred="Téléservice injoignable")

    assert told_after(exam(), at(1, a_session(N)), late, actor=LAB, at=later(days=1)) == (
        "TERMINEE",
        0,
        None,
    )


def test_an_ordonnance_is_in_progress_until_its_last_examination():  # TLS-23, TLS-48
    dossier = issued(exam(1), exam(2))
    number = dossier.number
    one = done(dossier, a_session(number, 1), actor=LAB)
    both = done(one, a_session(number, 2), actor=LAB)

    states = states_of(one, NOW)
    assert [line.status for line in states] == ["TERMINEE", "A_EXECUTER"]
    assert status_of(one, states) == "EN_COURS"
    assert status_of(both, states_of(both, NOW)) == "EXECUTEE"


def test_a_sample_taken_is_something_executed():  # TLS-30, TLS-48
    dossier = issued(exam())
    dossier = done(dossier, a_stage(dossier.number, SAMPLED), actor=LAB)

    assert is_anything_executed(dossier)


# Whatever happens

STAGES = {
    "session": a_session,
    "last": lambda n: a_session(n, stage=ENDED),
    "stopped": lambda n: a_stage(n, ENDED),
    "on hold": lambda n: a_stage(n, SUSPENDED),
    "absent": lambda n: a_session(
        n, is_done=False, not_done=NotDone.PATIENT_ABSENT, boxes=None, quantity=None
    ),
}
events = st.lists(
    st.one_of(
        st.tuples(st.sampled_from([*STAGES, "session", "session"]), st.booleans()),
        st.integers(1, 10),  # the execution of that rank is undone, by whoever asks
    ),
    max_size=14,
)


def attempt(dossier, command):
    """The dossier after *command*, or as it was where it is refused."""
    try:
        return after(dossier, command)
    except Refusal:
        return dossier


def play(dossier, happened, **more):
    """The dossier as it stands after each event, by one physiotherapist or the other."""
    number = dossier.number
    for place, event in enumerate(happened):
        if isinstance(event, int):
            identifier = f"{number.value}-E{event}"
            for actor in (PHYSIO, OTHER_PHYSIO):
                command = undo(number, identifier, key=str(place), actor=actor)
                dossier = attempt(dossier, command)
        else:
            name, is_other = event
            act = replace(STAGES[name](number), **more)
            actor = OTHER_PHYSIO if is_other else PHYSIO
            dossier = attempt(dossier, execute(number, act, key=str(place), actor=actor))
        yield dossier


def acts_that_stand(dossier):
    return [act for execution in dossier.executions for act in execution.acts]


@given(st.integers(1, 5), st.integers(0, 2), events)
def test_sessions_done_and_left_make_up_those_ordered(count, repeats, happened):  # TLS-46
    for dossier in play(issued(sessions(count, repeats=repeats)), happened):
        found, acts = state(dossier), acts_that_stand(dossier)
        is_over = any(act.stage is ENDED for act in acts)
        used = sum(act.uses_rights for act in acts)

        assert used <= count * (1 + repeats)
        assert found.rights.remaining == (0 if is_over else count * (1 + repeats) - used)
        assert found.sessions == used


@given(st.integers(1, 5), events, st.booleans())
def test_what_remains_of_a_series_is_never_negative(
    count, happened, is_deferred
):  # TLS-26, TLS-27, TLS-46
    decided = {
        "deferred": "Tournée sans réseau" if is_deferred else None,
        "overrides": () if is_deferred else DECIDED,
    }
    for dossier in play(issued(sessions(count)), happened, **decided):
        assert 0 <= state(dossier).rights.remaining <= count


@given(st.integers(1, 5), events, st.sampled_from(list(STAGES)))
def test_undoing_an_act_gives_back_the_very_state_there_was(count, happened, name):  # TLS-29
    dossier = issued(sessions(count))
    *_, dossier = [dossier, *play(dossier, happened)]
    number, before = dossier.number, states_of(dossier, NOW)
    more = replace(STAGES[name](number), overrides=DECIDED)

    dossier = after(dossier, execute(number, more, key="more", actor=OTHER_PHYSIO))
    identifier = f"{number.value}-E{len(dossier.facts)}"
    dossier = after(dossier, undo(number, identifier, key="less", actor=OTHER_PHYSIO))

    assert states_of(dossier, NOW) == before


@given(st.permutations([0, 2, 4, 6, 8]), st.integers(1, 9))
def test_a_series_stands_where_its_dates_say_whatever_the_order_of_recording(days, pause):  # TLS-47
    late = {"deferred": "Tournée sans réseau"}
    number = (dossier := issued(sessions(12))).number
    acts = [at(day, a_session(number, **late)) for day in days]
    acts.insert(2, at(pause, a_stage(number, SUSPENDED)))

    dossier = done(dossier, *acts, at=later(days=10))

    resumed = pause < 8 or (pause == 8 and days.index(8) >= 2)
    assert told(dossier, later(days=10)) == ("EN_COURS", 7, None if resumed else "INTERROMPUE")


def test_a_session_before_the_end_has_its_right_whenever_it_is_recorded():  # TLS-27, TLS-47
    late = {"deferred": "Tournée sans réseau"}
    for order in permutations(range(3)):
        dossier = issued(sessions(12))
        number = dossier.number
        acts = [
            a_session(number, **late),
            at(1, a_session(number, **late)),
            at(2, a_stage(number, ENDED)),
        ]
        dossier = done(dossier, *(acts[rank] for rank in order), at=later(days=3))

        assert told(dossier, later(days=3)) == ("TERMINEE", 0, "FIN_DE_SERIE")
        assert state(dossier, later(days=3)).sessions == 2
        assert [alert for fact in dossier.facts for alert in fact.alerts] == []


def test_medicines_are_counted_as_before():  # TLS-21
    line = device(2, kind=Kind.MEDICINE)
    acts = [an_act(N), not_delivered(N)]

    assert rights_of(line, acts, later(days=1) + timedelta(hours=1)).remaining == 1
