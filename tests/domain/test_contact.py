"""Where parties are written to: what is an address, whose word counts."""

import pytest

from mails import a_history
from ordonnance.domain.contact import ContactError, Contacts, is_address, read_contacts
from ordonnance.domain.preserie_party import CNAM, PILOTS, VENDOR, Party, PartyKind
from ordonnance.domain.preserie_result import describe_replay
from preserie_stories import AMS, AUTHORISED, OPENED, PLACED, a_pharmacy, codes, play, say


@pytest.mark.parametrize(
    "address",
    ["a@exemple.fr", "pharmacie.de-la+gare@mail.exemple.fr", "x_y@sous.domaine.exemple"],
)
def test_an_address_is_one(address):  # PRE-55
    assert is_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "exemple.fr",
        "a@exemple",
        "a@b@exemple.fr",
        "a@exemple.fr\n",
        "a@exemple.fr\r\nBcc: b@exemple.fr",
        "a@exemple.fr, b@exemple.fr",
        "Gare <a@exemple.fr>",
        ".a@exemple.fr",
        "é@exemple.fr",
        "a@-exemple.fr",
        "a" * 250 + "@exemple.fr",
    ],
)
def test_anything_else_is_none(address):  # PRE-55
    assert not is_address(address)
    assert codes(play(say("declare_vendor", vendor="Alba", contact=address))) == ["EVENT_MALFORMED"]
    assert codes(play(*PLACED, a_pharmacy(0, contact=address))) == ["EVENT_MALFORMED"]


def test_an_address_not_said_is_no_fault():  # PRE-55
    assert codes(play(*PLACED, a_pharmacy(0, contact=None))) == []


def test_the_operators_file_comes_before_what_events_say():  # PRE-55
    story = (say("declare_vendor", vendor="Alba", contact="said@exemple.fr"), *OPENED[1:])
    preserie = a_history(*story).preserie

    assert Contacts().find(preserie, VENDOR) == ((VENDOR, "said@exemple.fr"),)
    known = read_contacts({"vendor:ALBA": ["file@exemple.fr", "other@exemple.fr"]})
    assert known.find(preserie, VENDOR) == (
        (VENDOR, "file@exemple.fr"),
        (VENDOR, "other@exemple.fr"),
    )
    assert known.find(preserie, CNAM) == ()


def test_pilots_are_each_pharmacy_that_takes_part():  # PRE-55
    story = [a_pharmacy(rank, contact=f"p{rank}@exemple.fr") for rank in range(3)]
    gone = say("withdraw", am=AMS[1], reason="Travaux")
    preserie = a_history(*PLACED, *story, gone).preserie

    assert Contacts().find(preserie, PILOTS) == (
        (Party(PartyKind.PILOT, AMS[0]), "p0@exemple.fr"),
        (Party(PartyKind.PILOT, AMS[2]), "p2@exemple.fr"),
    )


def test_a_vendor_that_says_no_address_keeps_the_last_one():  # PRE-55
    again = say("declare_vendor", vendor="Alba")
    story = (
        say("declare_vendor", vendor="Alba", contact="said@exemple.fr"),
        *AUTHORISED[1:],
        again,
    )

    assert a_history(*story).preserie.contacts == {"Alba": "said@exemple.fr"}


@pytest.mark.parametrize(
    "members",
    [
        {"cnam": "a@exemple.fr"},
        {"cnam": []},
        {"cnam": [3]},
        {"cnam": ["a@exemple"]},
        {"vendor": ["a@exemple.fr"]},
        {"vendor: ": ["a@exemple.fr"]},
        {"pilots": ["a@exemple.fr"]},
        {"cpam": ["a@exemple.fr"]},
        {"prescripteur": ["a@exemple.fr"]},
        {"gie": {"adresse": "a@exemple.fr"}},
        {"gie": ["a@exemple.fr"] * 51},
    ],
)
def test_a_file_of_something_else_is_refused(members):  # PRE-55
    with pytest.raises(ContactError):
        read_contacts(members)


def test_addresses_are_not_told_to_who_reads_a_preserie():  # PRE-55
    story = (say("declare_vendor", vendor="Alba", contact="said@exemple.fr"), *PLACED[1:])
    replayed = play(*story, a_pharmacy(0, contact="p0@exemple.fr"))

    assert "exemple.fr" not in str(describe_replay(replayed))
