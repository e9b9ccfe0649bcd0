"""What the Bundle of ``$consult`` gives back to an executor, and never tells of the rest."""

import json

from hypothesis import given
from hypothesis import strategies as st
import pytest

from builders import NOW, NURSE, PHARMACY, PRESCRIBER, a_line, an_act, read
from fhir.bodies import NUMBER, NUMBER_SYSTEM, ordonnance
from fhir.bodies import a_line as a_medicine
from fhir.orders import a_care, a_device, a_test, ours, sessions
from ordonnance.domain.actor import Actor, Profession, Role
from ordonnance.domain.answer import Answer
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.fact import Executed, Issued
from ordonnance.domain.identifiers import PrescriptionNumber
from ordonnance.domain.profession import kinds_executed_by
from ordonnance.fhir import prescription, task

SUPPLIER = Actor(role=Role.EXECUTOR, profession=Profession.LPP_SUPPLIER)
LABORATORY = Actor(role=Role.EXECUTOR, is_laboratory=True)
PHYSIOTHERAPIST = Actor(role=Role.EXECUTOR, profession=Profession.PHYSIOTHERAPIST)
EXECUTORS = (PHARMACY, NURSE, SUPPLIER, LABORATORY, PHYSIOTHERAPIST)


def issued(body):
    """The dossier of an ordonnance as it is read."""
    prescribed, resources = prescription.read(body)
    fact = Issued(
        rank=0, at=NOW, by=PRESCRIBER, key="k", digest="d", prescription=prescribed, seen=0
    )
    return Dossier(number=prescribed.number).add(fact, resources)


def given_to(actor, dossier):
    """The Bundle that *actor* is given, as a text."""
    answer = Answer(dossier=dossier, at=NOW, command=read(dossier.number, actor=actor))
    return task.write_bundle(answer, lambda *_: "receipt").decode()


def executed(dossier, *resources, lines, by):
    """*dossier*, and an execution of *lines* that *resources* tell."""
    fact = Executed(
        rank=dossier.next_rank,
        at=NOW,
        by=by,
        key="k",
        digest="d",
        acts=tuple(an_act(dossier.number, line) for line in lines),
    )
    return dossier.add(fact, json.dumps(resources).encode())


def line_identifier(rank):
    return {"system": NUMBER_SYSTEM, "value": f"{NUMBER.lower()}-{rank}"}


DISPENSE = {
    "resourceType": "MedicationDispense",
    "authorizingPrescription": [{"identifier": line_identifier(1)}],
    "note": [{"text": "OF-1"}],
}
SUPPLY = {
    "resourceType": "SupplyDelivery",
    "extension": [ours("line", valueIdentifier=line_identifier(2))],
    "suppliedItem": {"itemCodeableConcept": {"text": "OF-2"}},
}
SESSION = {
    "resourceType": "Procedure",
    "basedOn": [{"identifier": line_identifier(3)}],
    "note": [{"text": "OF-3"}],
}
BY_HAND = {"resourceType": "MedicationDispense", "note": [{"text": "BY-HAND"}]}
MEDICINE = {"resourceType": "Medication", "id": "m", "code": {"text": "MEDICINE"}}
TOLD = ("OF-1", "OF-2", "OF-3", "BY-HAND", "MEDICINE")


@pytest.mark.parametrize(
    ("actor", "words"),
    [
        (PHARMACY, ["OF-1", "OF-2", "BY-HAND", "MEDICINE"]),
        (SUPPLIER, ["OF-2"]),
        (PHYSIOTHERAPIST, ["OF-3"]),
        (PRESCRIBER, list(TOLD)),
    ],
)
def test_each_resource_of_an_execution_is_given_by_its_line(actor, words):  # TLS-44
    dossier = issued(ordonnance(a_medicine(), a_device(), sessions()))
    pharmacy = (DISPENSE, SUPPLY, BY_HAND, MEDICINE)
    dossier = executed(dossier, *pharmacy, lines=(1, 2, None), by=PHARMACY)
    dossier = executed(dossier, SESSION, lines=(3,), by=PHYSIOTHERAPIST)

    text = given_to(actor, dossier)

    assert [word for word in TOLD if word in text] == words


def test_what_was_recorded_by_guess_before_the_issue_is_hidden():  # TLS-44
    number = PrescriptionNumber(NUMBER)
    guess = executed(
        Dossier(number=number), {**SESSION, "basedOn": []}, lines=(None,), by=PHYSIOTHERAPIST
    )
    prescribed, resources = prescription.read(ordonnance(a_medicine()))
    fact = Issued(
        rank=0, at=NOW, by=PRESCRIBER, key="k", digest="d", prescription=prescribed, seen=1
    )

    dossier = guess.add(fact, resources)

    assert "OF-3" not in given_to(PHARMACY, dossier)
    assert "OF-3" in given_to(PRESCRIBER, dossier)


MAKERS = (a_medicine, a_device, a_test, a_care, sessions)
KEPT = ("Observation", "Condition", "Medication", "RequestGroup", "Provenance", "Encounter")


@st.composite
def ordonnances(draw):
    """Lines of several kinds and other resources, each with a word of its own, linked at will."""
    makers = draw(st.lists(st.sampled_from(MAKERS), min_size=1, max_size=5))
    kept = draw(st.lists(st.sampled_from(KEPT), max_size=5))
    lines = [
        make(id=f"line{rank}", note=[{"text": f"WORD-L{rank}."}])
        for rank, make in enumerate(makers)
    ]
    others = [
        {"resourceType": name, "id": f"kept{rank}", "note": [{"text": f"WORD-K{rank}."}]}
        for rank, name in enumerate(kept)
    ]
    everything = [*lines, *others]
    pointed: dict[str, list[str]] = {}
    for one in everything:
        targets = draw(st.lists(st.sampled_from(everything), max_size=2)) if others else []
        one["insurance"] = [
            {"reference": f"{target['resourceType']}/{target['id']}"} for target in targets
        ]
        pointed[one["id"]] = [target["id"] for target in targets]
    return lines, others, pointed


def reached_from(start, pointed, lines):
    """The ids that *start* leads to, through what is not a line."""
    found, ahead = set(), [start]
    while ahead:
        for target in pointed[ahead.pop()]:
            if target not in found:
                found.add(target)
                if target not in lines:
                    ahead.append(target)
    return found - {start}


@given(ordonnances())
def test_no_executor_reads_a_word_of_what_is_not_for_them(made):  # TLS-44
    lines, others, pointed = made
    dossier = issued(ordonnance(*lines, *others))
    kinds = {
        raw["id"]: line.kind for raw, line in zip(lines, dossier.prescription.lines, strict=True)
    }

    for actor in EXECUTORS:
        seen = {name for name, kind in kinds.items() if kind in kinds_executed_by(actor)}
        if not seen:
            continue
        text = given_to(actor, dossier)
        for rank, raw in enumerate(lines):
            assert (f"WORD-L{rank}." in text) is (raw["id"] in seen)
        for rank, raw in enumerate(others):
            name = raw["id"]
            told = reached_from(name, pointed, kinds) & set(kinds)
            by = {line for line in kinds if name in reached_from(line, pointed, kinds)}
            if seen >= set(kinds):
                assert f"WORD-K{rank}." in text
            elif not told <= seen or (by and not told and not by & seen):
                assert f"WORD-K{rank}." not in text


def test_a_line_of_medicine_says_no_order():  # TLS-42
    text = given_to(PHARMACY, issued(ordonnance(a_medicine(), a_device())))

    assert text.count("StructureDefinition/order") == 1
    assert a_line().order is None
