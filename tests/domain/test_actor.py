"""Who sends a command, and which kinds of line each profession carries out."""

import pytest

from builders import NURSE, OTHER_PHARMACY, OTHER_PRESCRIBER, PATIENT, PHARMACY, PRESCRIBER
from ordonnance.domain.actor import ROLE_NAMES, Actor, Profession, Role
from ordonnance.domain.identifiers import RPPS, AMNumber
from ordonnance.domain.profession import kinds_executed_by

SITE = AMNumber("332000011")
PERSON = RPPS("01234567897")


@pytest.mark.parametrize(
    ("actor", "sender"),
    [
        (Actor(role=Role.EXECUTOR, am=SITE, rpps=PERSON, ins=PATIENT), "332000011"),
        (Actor(role=Role.EXECUTOR, am=SITE), "332000011"),
        (Actor(role=Role.PRESCRIBER, rpps=PERSON, ins=PATIENT), "01234567897"),
        (Actor(role=Role.PATIENT, ins=PATIENT), "279035121518989"),
        (Actor(role=Role.CPAM), "cpam"),
    ],
)
def test_the_sender_is_the_site_else_the_professional_else_the_patient(actor, sender):  # TLS-4
    assert actor.sender == sender


def test_a_technician_sends_as_the_site_where_they_work():  # TLS-4
    technician = Actor(
        role=Role.EXECUTOR, profession=Profession.PHARMACY_TECHNICIAN, rpps=PERSON, am=SITE
    )

    assert technician.sender == PHARMACY.sender
    assert technician.sender != OTHER_PHARMACY.sender


def test_two_prescribers_are_two_senders():  # TLS-4
    assert PRESCRIBER.sender != OTHER_PRESCRIBER.sender


def test_nothing_of_the_patient_shows_in_how_an_actor_is_written():
    assert "27903" not in repr(Actor(role=Role.PATIENT, ins=PATIENT))


def test_every_role_has_a_french_name():
    assert sorted(ROLE_NAMES) == sorted(Role)


@pytest.mark.parametrize(
    ("profession", "kinds"),
    [
        ("G15_10", set()),
        ("G15_21", {"MEDICAMENT", "DISPOSITIF"}),
        ("G15_26", {"DISPOSITIF"}),
        ("G15_28", {"DISPOSITIF"}),
        ("G15_39", {"MEDICAMENT", "DISPOSITIF"}),
        ("G15_40", set()),
        ("G15_50", set()),
        ("G15_60", {"INFIRMIER"}),
        ("G15_70", {"KINESITHERAPIE"}),
        ("G15_80", {"PEDICURIE_PODOLOGIE"}),
        ("G15_91", {"ORTHOPHONIE"}),
        ("G15_92", {"ORTHOPTIE"}),
        ("LPP", {"DISPOSITIF"}),
    ],
)
def test_each_profession_executes_its_kinds(profession, kinds):  # TLS-10
    actor = Actor(role=Role.EXECUTOR, profession=Profession(profession))

    assert kinds_executed_by(actor) == kinds


@pytest.mark.parametrize("profession", ["G15_10", "G15_21", None])
def test_a_biologist_executes_biology_whatever_their_profession(profession):  # TLS-10
    profession = None if profession is None else Profession(profession)
    actor = Actor(role=Role.EXECUTOR, profession=profession, is_laboratory=True)

    assert kinds_executed_by(actor) == {"BIOLOGIE"}


def test_who_has_no_profession_executes_nothing():  # TLS-10
    assert kinds_executed_by(Actor(role=Role.EXECUTOR)) == set()
    assert kinds_executed_by(NURSE) == {"INFIRMIER"}
