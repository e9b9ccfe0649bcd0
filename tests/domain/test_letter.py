"""What must be told by e-mail: to whom, about what; dates that move, and dates that are off."""

from datetime import date, timedelta

import pytest

from mails import AT, a_history, tell
from ordonnance.domain.appointment import list_appointments, list_changes
from ordonnance.domain.letter import index_letters, list_letters, list_reminders
from ordonnance.domain.letter_text import ASKED, SUBJECTS, write_letter
from ordonnance.domain.preserie_reading import EVENTS
from preserie_stories import (
    AMS,
    DEPLOYED,
    LAUNCHED,
    MEETING,
    PLANNED,
    STARTED,
    SUBMITTED,
    codes,
    install,
    plan,
    play,
    say,
    train,
)

PILOT = f"pilot:{AMS[0]}"
CALL = say("call_launch_meeting", on="2026-01-26", hour="14:30", place="Bordeaux")
MOVED = say("call_launch_meeting", on="2026-01-27", hour="14:30", place="Bordeaux")


def letters_of(before, *events):
    """What *events* add to the letters of a story: (party, verb, date, sequence, is it off)."""
    history = tell(a_history(*before), *events)
    return [
        (
            str(one.party),
            one.about,
            one.appointment and one.appointment.on.isoformat(),
            one.appointment and one.appointment.sequence,
            one.appointment and one.appointment.is_cancelled,
        )
        for one in list_letters(history, after=len(before))
    ]


def test_a_letter_has_its_name_whenever_it_is_worked_out():  # PRE-55
    history = a_history(*DEPLOYED)
    names = [one.name for one in list_letters(history)]

    assert len(names) == len(set(names))
    for rank in (3, 20, 40):
        early = [one.name for one in list_letters(history.cut_after(rank))]
        late = [one.name for one in list_letters(history, after=rank)]
        assert [*early, *late] == names


def test_reminders_have_names_of_their_own():  # PRE-58
    history = a_history(*STARTED)
    at = AT + timedelta(days=10)
    [due] = list_reminders(history, at)

    known = index_letters(history)

    assert known[due.name] == due
    assert sum(one.about == "reminder" for one in known.values()) == 2 * 3


def test_the_launch_meeting_is_called_then_moved():  # PRE-56
    everyone = ("vendor", "gie", "cpam:33", "cpam:38")

    assert letters_of(SUBMITTED, CALL, MOVED) == [
        *((who, "call_launch_meeting", "2026-01-26", 0, False) for who in everyone),
        *((who, "call_launch_meeting", "2026-01-27", 1, False) for who in everyone),
    ]
    text = a_history(*SUBMITTED, CALL, MOVED).preserie.notices[-1].text
    assert text == (
        "Réunion de lancement de la présérie du logiciel Alba : le mar. 27 janv. 2026, "
        "à 14 h 30, Bordeaux, au lieu de : le lun. 26 janv. 2026, à 14 h 30, Bordeaux."
    )


@pytest.mark.parametrize("before", [SUBMITTED[:-1], LAUNCHED], ids=["no list", "held"])
def test_a_meeting_is_called_between_the_list_and_the_meeting(before):  # PRE-56
    assert codes(play(*before, CALL)) == ["OUT_OF_STEP"]


def test_called_twice_for_the_same_date_it_tells_once():  # PRE-56
    assert len(letters_of(SUBMITTED, CALL, CALL)) == 4


@pytest.mark.parametrize("hour", ["25:00", "9:30", "09:60", "14h30", 14, ""])
def test_an_hour_is_one(hour):  # PRE-56
    assert codes(play(*SUBMITTED, {**CALL, "hour": hour})) == ["EVENT_MALFORMED"]


def test_a_pharmacy_is_told_of_the_dates_that_concern_it():  # PRE-56
    partners = ("gie", "cnam", "cpam:33")
    told = letters_of(LAUNCHED, plan(0, "2026-01-26"), train(0, "2026-01-23"))

    assert told == [
        *((who, "plan_installation", "2026-01-26", 0, False) for who in partners),
        (PILOT, "plan_installation", "2026-01-26", 0, False),
        (PILOT, "train", "2026-01-23", 0, False),
    ]


def test_a_training_that_took_place_invites_nobody():  # PRE-56
    assert letters_of(LAUNCHED, train(0, "2026-01-18")) == []


def test_planned_again_the_date_moves_for_all_who_knew():  # PRE-56
    told = letters_of(LAUNCHED, plan(0, "2026-01-26"), plan(0, "2026-01-28"))[4:]

    assert told == [
        (who, "plan_installation", "2026-01-28", 1, False)
        for who in ("gie", "cnam", "cpam:33", PILOT)
    ]


def test_a_pharmacy_that_leaves_has_its_dates_taken_back():  # PRE-56
    at = "2026-01-19T09:00:00+01:00"
    leaves = {**say("withdraw", am=AMS[0], reason="Travaux"), "at": at}
    told = letters_of(LAUNCHED, plan(0, "2026-01-26"), train(0, "2026-01-23"), leaves)[5:]

    assert told == [
        *((who, "withdraw", "2026-01-26", 1, True) for who in ("gie", "cnam", "cpam:33")),
        (PILOT, "withdraw", "2026-01-26", 1, True),
        (PILOT, "withdraw", "2026-01-23", 1, True),
    ]


def test_given_up_what_was_to_come_is_off():  # PRE-56
    ends = {**say("close", reason="Module refait"), "at": "2026-01-19T09:00:00+01:00"}
    told = letters_of(SUBMITTED, CALL, plan(0, "2026-01-28"), ends)[8:]

    assert told == [
        *((who, "close", "2026-01-26", 1, True) for who in ("vendor", "gie", "cpam:33", "cpam:38")),
        *((who, "close", "2026-01-28", 1, True) for who in (PILOT, "gie", "cnam", "cpam:33")),
    ]


def test_installed_a_pharmacy_is_given_its_link_and_no_invitation():  # PRE-58
    history = tell(a_history(*PLANNED), install(0))
    [letter] = list_letters(history, after=len(PLANNED))

    assert (str(letter.party), letter.about, letter.appointment) == (PILOT, "install", None)


def test_dates_as_they_stand():  # PRE-57
    history = a_history(*SUBMITTED, CALL, MEETING, plan(0, "2026-01-26"), train(0), install(0))

    told = [(one.name, one.on, one.is_done) for one in list_appointments(history)]
    # The meeting was held on the day its event says, not on the day it was called for.
    assert told == [
        (f"installation-{AMS[0]}", date(2026, 1, 19), True),
        (f"training-{AMS[0]}-2026-01-19", date(2026, 1, 19), False),
        ("launch-1", date(2026, 2, 20), True),
    ]
    assert [one.sequence for one in list_changes(history)] == [0, 1, 0, 0, 1]


def test_minutes_of_meetings_are_kept():  # PRE-56
    document = {"name": "compte-rendu.pdf", "sha256": "a" * 64}
    replayed = play(
        *SUBMITTED,
        {**MEETING, "minutes": document},
        *DEPLOYED[len(LAUNCHED) :],
        say("hold_deployment_meeting", minutes={"name": "demarrage.pdf"}),
    )

    filed = replayed.preserie.minutes

    assert [(one.about, one.document.name) for one in filed] == [
        ("hold_launch_meeting", "compte-rendu.pdf"),
        ("hold_deployment_meeting", "demarrage.pdf"),
    ]
    assert filed[0].document.sha256 == "a" * 64


def test_every_letter_has_its_subject_and_asks_by_known_verbs():  # PRE-55
    assert {*SUBJECTS, *(verb for verb, _ in ASKED)} <= {*EVENTS, "reminder"}
    history = a_history(*SUBMITTED, CALL, *DEPLOYED[len(SUBMITTED) :])
    abouts = {one.about for one in index_letters(history).values()}
    assert abouts <= set(SUBJECTS)


def test_a_letter_of_a_date_that_is_off_asks_nothing():  # PRE-56
    ends = {**say("close", reason="Module refait"), "at": "2026-01-19T09:00:00+01:00"}
    history = tell(a_history(*SUBMITTED, CALL), ends)
    letter = next(list_letters(history, after=history.last - 1))

    told = write_letter(history.preserie, letter, page=None, link=None)

    assert told.subject == "Présérie Alba : présérie abandonnée (annulation)"
    assert "Réunion de lancement : annulée. Elle était prévue le lun. 26 janv. 2026." in told.text
    assert "Rien à faire" in told.text
