"""What a CPAM follows: its pharmacies over all préséries, whom to call, what they met."""

from datetime import date

from ordonnance.domain.preserie_followed import first_day, list_followed, list_local_anomalies
from preserie_stories import (
    AMS,
    ENROLLED,
    INSTALLED,
    SUPPLIED,
    anomaly,
    record,
    say,
)

FIXED = say("fix_anomaly", anomaly="A1", version="5.1")


def test_a_caisse_follows_the_pharmacies_of_its_department():  # PRE-85
    history = record(*INSTALLED)

    followed = list_followed([history], "38")

    assert [one.participant.am for one in followed] == [AMS[3], AMS[4]]
    assert {(one.vendor, one.software) for one in followed} == {("Alba", "Alba")}
    assert first_day(followed) == date(2026, 1, 26)
    assert first_day(list_followed([record(*ENROLLED)], "38")) is None
    assert list_followed([record(*SUPPLIED)], "38") == ()


def test_those_that_left_and_those_of_finished_preseries_come_last():  # PRE-85
    left = record(*ENROLLED, say("withdraw", am=AMS[0], reason="Fermée"))
    over = record(*ENROLLED, say("close", reason="Arrêt"))

    followed = list_followed([over, left], "33")

    assert [one.participant.am for one in followed] == [
        *(AMS[1], AMS[2], AMS[0]),
        *(AMS[0], AMS[1], AMS[2]),
    ]
    assert [one.is_over for one in followed] == [False] * 3 + [True] * 3
    assert [one.may_be_reported for one in followed] == [True] * 3 + [False] * 3


def test_support_and_kit_are_those_shared_last():  # PRE-85
    def share(item, **said):
        return say("supply", item=item, **said)

    old, new, tutorial = (
        {"name": name, "sha256": digit * 64}
        for name, digit in (("v1", "a"), ("v2", "b"), ("t", "c"))
    )
    history = record(
        *ENROLLED,
        share("support", contact="05 00"),
        share("support", contact="05 56"),
        share("support", document=old),
        share("kit_manual", document=old),
        share("kit_manual", document=new),
        share("kit_tutorial", document=tutorial),
    )

    one, *_ = list_followed([history], "33")

    assert one.contact == "05 56"
    assert [document.name for document in one.kit] == ["v2", "t"]


def test_anomalies_met_or_reported_there_are_told_open_first():  # PRE-85
    history = record(
        *INSTALLED,
        anomaly("A1", by=f"pilot:{AMS[3]}"),
        anomaly("A2", by="vendor", am=AMS[4]),
        anomaly("A3", by="cpam:38"),
        anomaly("A4", by="cpam:33", am=AMS[0]),
        anomaly("A5", by="vendor"),
        FIXED,
    )

    met = list_local_anomalies([history], "38")

    assert {one.anomaly.name for one in met} == {"A1", "A2", "A3"}
    assert met[-1].anomaly.name == "A1"
    assert {one.anomaly.name: one.am for one in met}["A2"] == (AMS[4],)
