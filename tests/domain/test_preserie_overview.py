"""Préséries side by side: rows, groups, filters, CSV; the calendar; what anybody may know."""

from datetime import UTC, date, datetime, timedelta

import pytest

from ordonnance.domain.bilan_criteria import draw
from ordonnance.domain.preserie import State
from ordonnance.domain.preserie_generalised import find_coverage, list_generalised
from ordonnance.domain.preserie_overview import (
    Filter,
    Group,
    Verdict,
    group_rows,
    list_rows,
    select_rows,
    write_rows,
)
from ordonnance.domain.preserie_party import CNAM, GIE, VENDOR
from ordonnance.domain.preserie_planning import Occasion, list_moves, list_planning
from ordonnance.domain.preserie_value import Since
from preserie_stories import (
    AMS,
    AUTHORISED,
    DAYS,
    DEPLOYED,
    DRAWN,
    INSTALLED,
    LAUNCHED,
    PLANNED,
    RECEIVED_AT,
    RUNNING,
    STARTED,
    SUBMITTED,
    a_software,
    anomaly,
    plan,
    record,
    say,
    train,
)

AT = datetime(2026, 3, 3, 23, 30, tzinfo=UTC)  # the 4th in Paris
BERYL = (
    say("declare_vendor", vendor="Beryl"),
    a_software("Beryl LGO"),
    say("authorise", software="Beryl LGO", authority="CNDA", reference="R2"),
    say("open", software="Beryl LGO"),
    say("choose_cpam", cpam=["33"]),
)
AUTHORISATION = say("authorise_deployment", terms="Par vagues", at="2026-04-02T23:30:00+00:00")


def rows(*histories, reader=CNAM, **more):
    return {row.id: row for row in list_rows(histories, at=AT, reader=reader, **more)}


def test_a_row_says_what_waits_since_when_and_how_it_stands():  # PRE-67
    row = rows(record(*DRAWN))["A"]

    assert (row.vendor, row.software, row.version) == ("Alba", "Alba", "5.0")
    assert (row.state, row.state_words, row.weeks) == (State.BILAN, "bilan dressé", 0)
    assert row.verdicts == (Verdict.MET,) * 5
    assert (row.turn, row.missing) == ("À vous", "partager le bilan")
    assert row.days == 12  # the story's instant: 20 February
    assert row.moved_at == RECEIVED_AT + timedelta(minutes=len(DRAWN))


def test_verdicts_may_come_from_a_bilan_not_drawn_yet():  # PRE-67
    history = record(*STARTED)
    live = draw(history.preserie, AT, Since.OPENING, None)

    assert rows(history)["A"].verdicts == (Verdict.NOTHING,) * 5
    assert rows(history, bilans={"A": live})["A"].verdicts == (
        *(Verdict.NOTHING, Verdict.UNMET, Verdict.NOTHING, Verdict.UNMET, Verdict.NOTHING),
    )


def test_rows_stand_under_who_is_awaited_those_that_wait_longest_first():  # PRE-67
    told = list_rows(
        [
            record(*SUBMITTED, name="young"),
            record(*BERYL, name="theirs"),
            record(*(one | {"at": "2026-01-02T09:00:00+01:00"} for one in SUBMITTED), name="old"),
            record(*INSTALLED, anomaly(), name="to qualify"),
            record(*STARTED, say("close", reason="Fin"), name="closed"),
            record(*AUTHORISED[:1], name="declared"),
            record(name="empty"),
        ],
        at=AT,
        reader=CNAM,
    )

    grouped = group_rows(told)

    assert [row.id for row in grouped[Group.YOURS]] == ["old", "to qualify", "young"]
    assert [row.id for row in grouped[Group.RUNNING]] == ["declared", "theirs"]
    assert [row.id for row in grouped[Group.CLOSED]] == ["closed"]
    assert grouped[Group.CLOSED][0].turn == grouped[Group.CLOSED][0].missing == ""
    assert grouped[Group.YOURS][1].missing == "qualifier les anomalies (A1)"
    assert [row.id for row in told] == [row.id for group in grouped.values() for row in group]
    assert list(group_rows([])) == list(Group)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Filter(), ["A", "B"]),
        (Filter(cpam="38"), ["A"]),
        (Filter(cpam="33"), ["A", "B"]),
        (Filter(vendor=" beryl "), ["B"]),
        (Filter(state=State.LAUNCHED), ["A"]),
        (Filter(state=State.LAUNCHED, vendor="Beryl"), []),
    ],
)
def test_rows_are_filtered(wanted, found):  # PRE-67
    listed = rows(record(*LAUNCHED), record(*BERYL, name="B")).values()

    assert [row.id for row in select_rows(listed, wanted)] == found


def test_the_rows_as_a_file():  # PRE-67
    written = write_rows(list_rows([record(*STARTED)], at=AT, reader=CNAM)).splitlines()

    assert written[0].startswith("\ufeffprésérie;éditeur;logiciel;versions;CPAM;état;semaines;")
    assert written[1] == (
        "A;Alba;Alba;5.0;33 38;en cours;;rien à juger;rien à juger;rien à juger;rien à juger;"
        "rien à juger;À vous;12;vérifier l’arrêt de l’envoi par SCOR;2026-03-01"
    )


def days(listed):
    return [(one.day.isoformat(), one.am, one.what.value, one.is_done) for one in listed]


def test_the_calendar_tells_installations_and_trainings_of_all():  # PRE-67
    story = (*LAUNCHED, plan(3), train(3, "2026-01-25"), plan(0), train(0))
    told = list_planning([record(*story), record(*STARTED, name="B")], today=date(2026, 1, 26))
    isere = list_planning([record(*story)], today=date(2026, 1, 26), cpam="38")

    assert days(isere) == [
        ("2026-01-25", AMS[3], "training", True),
        ("2026-01-26", AMS[3], "installation", False),
    ]
    assert [one.day for one in told] == sorted(one.day for one in told)
    assert {(one.preserie, one.am, one.is_done) for one in told if one.day.day == 19} == {
        ("A", AMS[0], False),
        ("A", AMS[0], True),  # its training, whose day is past
        ("B", AMS[0], True),
    }
    assert (told[0].cpam, told[0].name, told[0].vendor) == ("33", "Pharmacie 0", "Alba")
    assert told[0].software == "Alba"


def test_what_moved_says_from_which_day_and_when_it_was_told():  # PRE-18, PRE-67
    moves = (plan(4, "2026-02-02"), plan(4, "2026-02-02"), plan(4, "2026-02-03"))
    left = say("withdraw", am=AMS[3], reason="Travaux")
    history = record(*PLANNED, *moves, left)

    told = list_moves([history])
    later = list_moves([history], since=told[0].at)

    assert [(one.am, str(one.before), str(one.after)) for one in told] == [
        (AMS[3], DAYS[3], "None"),
        (AMS[4], "2026-02-02", "2026-02-03"),
        (AMS[4], DAYS[4], "2026-02-02"),
    ]
    assert told[0].at == RECEIVED_AT + timedelta(minutes=history.last)
    assert later == told[:1]
    assert list_moves([history], cpam="33") == ()
    listed = list_planning([history], today=date(2026, 1, 1), cpam="38")
    assert [(one.what, str(one.day), str(one.moved_from)) for one in listed] == [
        (Occasion.TRAINING, DAYS[4], "None"),
        (Occasion.INSTALLATION, "2026-02-03", "2026-02-02"),
    ]


def test_what_will_not_take_place_is_not_in_the_calendar():  # PRE-67
    story = (*STARTED, say("close", reason="Module refait"))

    told = list_planning([record(*story)], today=date(2026, 1, 10))

    assert days(told) == [(DAYS[rank], AMS[rank], "installation", True) for rank in range(3)]


def test_anybody_finds_whether_a_software_is_covered():  # PRE-5, PRE-67
    mobile = a_software("Élan Mobile", version="2.1")
    other = a_software("Alba Bornes", module="bornes")
    deployed = record(*DEPLOYED, mobile, other)
    histories = [record(*BERYL, name="B"), deployed]

    def told(words):
        return [(one.software, one.is_covered) for one in find_coverage(histories, words)]

    assert (
        told("ELAN") == told("élan mob 2.1") == told("  mobile, alba ") == [("Élan Mobile", True)]
    )
    assert told("alba") == [("Alba", True), ("Élan Mobile", True), ("Alba Bornes", False)]
    assert (
        find_coverage(histories, "bornes")[0].because
        == "Non couvert : ce n’est pas le même module."
    )
    assert told("") == told(" ;* ") == told("alba 9") == []


def test_a_trial_that_goes_on_is_not_told_to_anybody():  # PRE-67
    histories = [record(*BERYL), record(*RUNNING, name="B"), record(*DRAWN, name="C")]

    assert find_coverage(histories, "beryl") == find_coverage(histories, "alba") == ()
    assert list_generalised([*histories, record(*DEPLOYED, name="D")]) == ()


def test_a_software_covered_by_one_is_covered():  # PRE-5, PRE-67
    mobile = a_software("Mobile", module="autre")
    first = record(DEPLOYED[0], mobile, *DEPLOYED[1:])
    of_mobile = [one | {"software": "Mobile"} if "software" in one else one for one in DEPLOYED]
    histories = [first, record(*of_mobile, name="B")]

    assert [one.is_covered for one in find_coverage(histories, "mobile")] == [True]
    assert [one.is_covered for one in find_coverage(histories[:1], "mobile")] == [False]


def test_generalised_software_are_listed_with_their_day_and_terms():  # PRE-1, PRE-67
    again = AUTHORISATION | {"at": "2026-05-01T09:00:00+01:00", "terms": "Partout"}
    story = (*DEPLOYED, a_software("Alba Mobile"), a_software("Autre", module="m"), AUTHORISATION)

    told = list_generalised([record(*story, again)])

    assert [(one.software, one.tried, one.versions) for one in told] == [
        ("Alba", "Alba", ("5.0",)),
        ("Alba Mobile", "Alba", ("5.0",)),
    ]
    assert (told[0].since, told[0].terms) == (date(2026, 4, 3), "Partout")


def test_readers_are_told_their_own_turn():  # PRE-66, PRE-67
    history = record(*STARTED)

    assert [rows(history, reader=one)["A"].group for one in (GIE, VENDOR, None)] == [
        Group.YOURS,
        Group.RUNNING,
        Group.RUNNING,
    ]
