"""Invitations and feeds, read back by an iCalendar library: what moves, what is off, who sees."""

from contextlib import closing
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar
import pytest

from mails import ADDRESS, AT, LINKS, NAME, Clock, a_history, a_post, read_outbox, tell, text_of
from ordonnance.domain.contact import Contacts
from ordonnance.domain.mail import MailState
from ordonnance.domain.preserie_party import CNAM, GIE, VENDOR, Party, PartyKind, cpam
from ordonnance.store.database import connect
from ordonnance.usecases.calendar import find_followed, write_feed
from ordonnance.usecases.link import Invited
from ordonnance.usecases.mail import Delivered, list_mails
from ordonnance.usecases.mail_carrier import Outbox
from preserie_stories import (
    AMS,
    LAUNCHED,
    MEETING,
    PLACED,
    STARTED,
    SUBMIT,
    SUBMITTED,
    a_pharmacy,
    answer,
    install,
    plan,
    say,
    train,
)

CALL = say("call_launch_meeting", on="2026-01-26", hour="14:30", place="Bordeaux, salle 2")
MOVED = say("call_launch_meeting", on="2026-01-27")
PILOT = Party(PartyKind.PILOT, AMS[0])
WITH_ADDRESS = (
    *PLACED,
    *(a_pharmacy(rank, contact=f"p{rank}@exemple.fr") for rank in range(5)),
    SUBMIT,
)


@pytest.fixture
def base(fresh_sqlite):
    with closing(connect(fresh_sqlite)) as database:
        yield database


def invitation_of(message):
    """The method said twice, and the one event of an invitation."""
    part = next(one for one in message.walk() if one.get_content_type() == "text/calendar")
    calendar = Calendar.from_ical(part.get_content())
    assert part.get_param("method") == calendar["method"]
    [event] = calendar.walk("VEVENT")
    return str(calendar["method"]), event


def send(base, folder, *histories, at=AT):
    post = a_post(Outbox(folder))
    for history in histories:
        post.deliver(base, {history.id: history}, Clock(at))
    return read_outbox(folder)


def events_of(feed):
    return Calendar.from_ical(feed).walk("VEVENT")


def test_a_meeting_is_an_invitation_that_moves(base, tmp_path):  # PRE-56
    called = tell(a_history(*SUBMITTED), CALL)
    moved = tell(called, MOVED)
    mails = [
        one
        for one in send(base, tmp_path, called, moved)
        if one["To"] == "gie@exemple.fr" and "réunion" in one["Subject"]
    ]

    (method, first), (_, second) = sorted(
        map(invitation_of, mails), key=lambda one: one[1]["sequence"]
    )

    assert method == "REQUEST"
    assert first["uid"] == second["uid"] == f"launch-1.{NAME}@preserie.ordonnance"
    assert (first["sequence"], second["sequence"]) == (0, 1)
    # 14.30 in Paris, in winter.
    assert first.decoded("dtstart") == datetime(2026, 1, 26, 13, 30, tzinfo=UTC)
    assert first.decoded("dtend") == datetime(2026, 1, 26, 14, 30, tzinfo=UTC)
    assert (first["location"], first["summary"]) == (
        "Bordeaux, salle 2",
        "Réunion de lancement — présérie Alba",
    )
    assert (first["organizer"], first["attendee"]) == (
        "mailto:preserie@exemple.fr",
        "mailto:gie@exemple.fr",
    )
    assert second.decoded("dtstart") == date(2026, 1, 27)
    assert second.decoded("dtend") == date(2026, 1, 28)


def test_a_date_that_is_off_is_cancelled_in_calendars(base, tmp_path):  # PRE-56
    planned = tell(a_history(*WITH_ADDRESS, MEETING), plan(0, "2026-01-26"))
    leaves = {**say("withdraw", am=AMS[0], reason="Travaux"), "at": "2026-01-19T09:00:00+01:00"}
    mails = send(base, tmp_path, planned, tell(planned, leaves))

    ours = [invitation_of(one) for one in mails if one["To"] == "p0@exemple.fr"]

    told = {method: (event["uid"], event["sequence"], event["status"]) for method, event in ours}
    uid = f"installation-{AMS[0]}.{NAME}@preserie.ordonnance"
    assert told == {"REQUEST": (uid, 0, "TENTATIVE"), "CANCEL": (uid, 1, "CANCELLED")}


def test_installed_a_pilot_has_a_link_that_is_its_own(base, tmp_path):  # PRE-58
    history = a_history(*WITH_ADDRESS, MEETING, plan(0), train(0), install(0))

    [mail] = [one for one in send(base, tmp_path, history) if "lien personnel" in one["Subject"]]

    assert mail["To"] == "p0@exemple.fr"
    [word] = [
        line.removeprefix(f"{ADDRESS}/p/")
        for line in text_of(mail).splitlines()
        if line.startswith(f"{ADDRESS}/p/")
    ]
    assert LINKS.read(word) == Invited(NAME, PILOT)
    # It has no account: the page of those who have one is of no use to it.
    assert f"{ADDRESS}/portail/preseries/" not in text_of(mail)


def test_nobody_else_is_given_a_personal_link(base, tmp_path):  # PRE-58
    history = a_history(*WITH_ADDRESS, MEETING, plan(0), train(0), install(0))

    others = [one for one in send(base, tmp_path, history) if one["To"] != "p0@exemple.fr"]

    assert others
    assert all(f"{ADDRESS}/portail/preseries/{NAME}" in text_of(one) for one in others)
    assert not any("/p/" in text_of(one) for one in others)


def test_without_a_secret_no_link_is_written(base, tmp_path):  # PRE-58
    history = a_history(*WITH_ADDRESS, MEETING, plan(0), train(0), install(0))

    a_post(Outbox(tmp_path), links=None).deliver(base, {NAME: history}, Clock())

    assert not any("/p/" in text_of(one) for one in read_outbox(tmp_path))


def test_reminders_leave_in_working_hours_until_the_answer(base, tmp_path):  # PRE-58
    history = a_history(*WITH_ADDRESS, MEETING, plan(0), train(0), install(0))
    post, histories = a_post(Outbox(tmp_path)), {NAME: history}
    post.deliver(base, histories, Clock())

    def reminded(day, hour):
        at = datetime(2026, 1, day, hour, tzinfo=UTC)
        return post.deliver(base, histories, Clock(at)).sent

    assert [reminded(29, 7), reminded(29, 8), reminded(29, 9), reminded(30, 9)] == [0, 1, 0, 0]
    mails = [one for one in read_outbox(tmp_path) if "avis est attendu" in one["Subject"]]
    assert [one["To"] for one in mails] == ["p0@exemple.fr"]
    assert "/p/" in text_of(mails[0])


def test_a_reminder_that_could_not_leave_does_not_follow_the_answer(base, tmp_path):  # PRE-58
    history = a_history(*WITH_ADDRESS, MEETING, plan(0), train(0), install(0))
    (tmp_path / "file").write_text("")
    at = AT + timedelta(days=10)
    post = a_post(Outbox(tmp_path))
    post.deliver(base, {NAME: history}, Clock())
    stuck = a_post(Outbox(tmp_path / "file"))
    assert stuck.deliver(base, {NAME: history}, Clock(at)) == Delivered(written=1, failed=1)

    answered = tell(history, answer(0))
    assert post.deliver(base, {NAME: answered}, Clock(at + timedelta(hours=1))) == Delivered()

    assert list_mails(base)[-1].state is MailState.POINTLESS


def test_a_reminder_taken_up_again_waits_for_the_morning(base, tmp_path):  # PRE-58
    history = a_history(*WITH_ADDRESS, MEETING, plan(0), train(0), install(0))
    (tmp_path / "file").write_text("")
    post = a_post(Outbox(tmp_path))
    post.deliver(base, {NAME: history}, Clock())
    evening = datetime(2026, 1, 30, 16, 59, tzinfo=UTC)  # a Friday, 17.59 in Paris
    stuck = a_post(Outbox(tmp_path / "file"))
    stuck.deliver(base, {NAME: history}, Clock(evening))

    sent = [
        post.deliver(base, {NAME: history}, Clock(evening + delay)).sent
        for delay in (
            timedelta(minutes=2),
            timedelta(days=1),
            timedelta(days=2, hours=15),
            timedelta(days=2, hours=15, minutes=1),
        )
    ]

    assert sent == [0, 0, 0, 1]  # in Paris: Friday 18.01, Saturday, Monday 8.59 and 9.00


def test_a_feed_holds_what_is_planned_and_what_was_done():  # PRE-57
    history = a_history(*LAUNCHED, plan(0), train(0), install(0), plan(1, "2026-01-26"))

    found = events_of(write_feed([history], CNAM, ADDRESS))

    assert [(str(one["summary"]), str(one["status"])) for one in found] == [
        (f"Installation — présérie Alba : Pharmacie 0 ({AMS[0]})", "CONFIRMED"),
        (f"Formation — présérie Alba : Pharmacie 0 ({AMS[0]})", "TENTATIVE"),
        (f"Installation — présérie Alba : Pharmacie 1 ({AMS[1]})", "TENTATIVE"),
        ("Réunion de lancement — présérie Alba", "CONFIRMED"),
    ]
    assert {str(one["url"]) for one in found} == {f"{ADDRESS}/portail/preseries/{NAME}"}


def test_a_feed_is_the_same_each_time_and_folds_what_is_long():  # PRE-57
    named = a_pharmacy(0, name="Pharmacie " + "des Deux Églises ; et, de la Gare " * 4)
    story = [named if one.get("am") == AMS[0] else one for one in LAUNCHED]
    history = a_history(*story, plan(0))

    feed = write_feed([history], CNAM)

    assert feed == write_feed([history], CNAM)
    assert max(map(len, feed.split(b"\r\n"))) <= 75
    summaries = [str(one["summary"]) for one in events_of(feed)]
    assert any("des Deux Églises ; et, de la Gare" in one for one in summaries)


def test_what_is_off_is_in_no_feed():  # PRE-57
    at = "2026-01-19T09:00:00+01:00"
    leaves = {**say("withdraw", am=AMS[0], reason="Travaux"), "at": at}
    history = a_history(*LAUNCHED, plan(0, "2026-01-26"), leaves)

    assert [str(one["summary"]) for one in events_of(write_feed([history], GIE))] == [
        "Réunion de lancement — présérie Alba"
    ]


@pytest.mark.parametrize(
    ("party", "sites"),
    [
        (CNAM, {AMS[0], AMS[1], AMS[2], AMS[3], "meeting"}),
        (VENDOR, {AMS[0], AMS[1], AMS[2], AMS[3], "meeting"}),
        (cpam("33"), {AMS[0], AMS[1], AMS[2], "meeting"}),
        (cpam("38"), {AMS[3], "meeting"}),
        (PILOT, {AMS[0]}),
    ],
    ids=str,
)
def test_each_has_the_dates_that_concern_it(party, sites):  # PRE-57
    history = a_history(*LAUNCHED, *(plan(rank) for rank in range(4)))

    summaries = [str(one["summary"]) for one in events_of(write_feed([history], party))]

    assert {one[-10:-1] if "(" in one else "meeting" for one in summaries} == sites


def test_a_link_opens_what_its_party_may_read():  # PRE-46, PRE-57
    alba = a_history(*STARTED)
    beryl = a_history(
        *(
            {key: "Beryl" if value == "Alba" else value for key, value in one.items()}
            for one in PLACED
        ),
        name="BERYL",
    )
    both = [alba, beryl]

    def opened(preserie, party):
        return [one.id for one in find_followed(both, Invited(preserie, party))]

    assert opened("", CNAM) == opened("", cpam("33")) == [NAME, "BERYL"]
    assert opened("", cpam("44")) == []
    assert opened("BERYL", VENDOR) == ["BERYL"]
    assert opened("", VENDOR) == opened("GONE", VENDOR) == []
    assert opened(NAME, PILOT) == [NAME]
    assert opened("", Party(PartyKind.PILOT, AMS[5])) == []
    assert opened("", Party(PartyKind.OTHER, "Presse")) == []


def test_contacts_of_nobody_change_nothing():  # PRE-55
    assert Contacts().find(a_history(*STARTED).preserie, CNAM) == ()
