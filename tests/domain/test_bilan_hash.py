"""The content hash of a bilan, who signs it, and what they do not agree with."""

from dataclasses import replace
from fractions import Fraction
import json

import pytest

from ordonnance.domain.bilan_hash import hash_bilan, write_content
from ordonnance.domain.preserie_result import describe_replay
from preserie_stories import (
    DRAW,
    EVERYONE,
    FILES,
    RUNNING,
    SHARE,
    anomaly,
    codes,
    decide,
    play,
    say,
    traces,
)

DRAWN = (*RUNNING, DRAW)
VALIDATED = "6c4ec88cfd4628deef1b1d329fd50a9a21350f2b6cc6fa0e4f8b192130841a3e"


def told(*events):
    return describe_replay(play(*events))["bilan"]


CONTENT = told(*DRAWN)["hash"]


def share(by, **fields):
    return say("share_bilan", by=by, with_=EVERYONE, **fields)


def test_the_hash_of_a_file_is_the_same_wherever_it_is_computed():  # PRE-60
    lines = (FILES / "validee.jsonl").read_text("utf-8").splitlines()

    assert told(*lines)["hash"] == VALIDATED


def test_the_content_is_canonical():  # PRE-60
    content = write_content(play(*DRAWN).preserie.bilan)
    read = json.loads(content)

    assert content == json.dumps(read, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert read["criteria"][0]["value"] == "19/20"
    assert (read["software"], read["ended_on"]) == ("Alba", "2026-02-20")
    assert not [one for one in read["criteria"][0]["detail"].values() if isinstance(one, float)]


def test_what_comes_after_the_drawing_changes_no_hash():  # PRE-60
    after = (SHARE, anomaly(), traces(0, attempts=500, recorded=0), decide("prolong"))

    assert told(*DRAWN, *after)["hash"] == CONTENT


@pytest.mark.parametrize(
    "before",
    [
        traces(0, attempts=1, recorded=0),
        anomaly(blocking=False),
        say("withdraw", am="332000011", reason=""),
    ],
    ids=["figure", "anomaly", "withdrawn"],
)
def test_another_content_has_another_hash(before):  # PRE-60
    assert told(*RUNNING, before, DRAW)["hash"] != CONTENT


def test_a_fraction_is_hashed_exactly():  # PRE-60
    bilan = play(*DRAWN).preserie.bilan
    nearly = Fraction(95 * 10**20 + 1, 10**22)
    first = replace(bilan.criteria[0], value=nearly)

    assert hash_bilan(replace(bilan, criteria=(first, *bilan.criteria[1:]))) != CONTENT
    assert float(nearly) == 0.95


def test_the_bilan_is_signed_once_both_shared_it_with_its_hash():  # PRE-61
    vendor, cnam = share("vendor", content=CONTENT), share("cnam", content=CONTENT)

    assert [told(*DRAWN, *some)["signed"] for some in ((vendor,), (cnam,), (vendor, cnam))] == [
        False,
        False,
        True,
    ]
    assert told(*DRAWN, vendor, cnam)["signed_by"] == [
        {"by": "vendor", "at": "2026-02-20T09:00:00+01:00"},
        {"by": "cnam", "at": "2026-02-20T09:00:00+01:00"},
    ]


def test_to_share_without_a_hash_signs_nothing():  # PRE-61
    unsaid = say("share_bilan", with_=EVERYONE, content=CONTENT)

    assert told(*DRAWN, share("vendor"), share("cnam"), unsaid)["signed_by"] == []


def test_a_disagreement_is_kept_and_is_no_signature():  # PRE-61
    against = share("vendor", content=CONTENT, disagreement="Le 3 février, le réseau était coupé.")
    bilan = told(*DRAWN, share("cnam", content=CONTENT), against)

    assert (bilan["signed"], [one["by"] for one in bilan["signed_by"]]) == (False, ["cnam"])
    assert bilan["disagreements"] == [
        {
            "by": "vendor",
            "at": "2026-02-20T09:00:00+01:00",
            "text": "Le 3 février, le réseau était coupé.",
        }
    ]


def test_who_disagreed_may_sign_later_and_the_note_stays():  # PRE-61
    against = share("vendor", disagreement="À revoir")
    signed = (share("cnam", content=CONTENT), share("vendor", content=CONTENT))
    bilan = told(*DRAWN, against, *signed)

    assert bilan["signed"] is True
    assert [one["text"] for one in bilan["disagreements"]] == ["À revoir"]


def test_a_bilan_drawn_again_is_signed_anew():  # PRE-61
    signed = (share("cnam", content=CONTENT), share("vendor", content=CONTENT))
    replayed = play(*DRAWN, *signed, traces(0), DRAW, share("vendor", content=CONTENT))

    assert codes(replayed) == ["OUT_OF_STEP"]
    assert describe_replay(replayed)["bilan"]["signed_by"] == []
    assert describe_replay(replayed)["bilan"]["shared_with"] == []


def test_the_hash_of_another_bilan_is_refused_and_nothing_is_shared():  # PRE-61
    replayed = play(*DRAWN, share("vendor", content="0" * 64))

    assert [(one.code, one.sentence) for one in replayed.refused] == [
        (
            "OUT_OF_STEP",
            (
                "Ce n’est pas le moment de cette étape : l’empreinte donnée n’est pas celle du "
                "dernier bilan dressé ; relisez-le, puis partagez-le avec son empreinte. Rien n’a "
                "été enregistré."
            ),
        )
    ]
    assert replayed.preserie.bilan.shared_with == ()


@pytest.mark.parametrize("content", ["abc", CONTENT.upper(), CONTENT + "0", 12, "g" * 64])
def test_a_hash_of_another_form_is_malformed(content):  # PRE-61
    assert codes(play(*DRAWN, share("vendor", content=content))) == ["EVENT_MALFORMED"]


@pytest.mark.parametrize("disagreement", ["", " \n", 3])
def test_a_disagreement_says_something(disagreement):  # PRE-61
    replayed = play(*DRAWN, share("vendor", disagreement=disagreement))

    assert codes(replayed) == ["EVENT_MALFORMED"]
