"""Professions and kinds: the whole table, walked through ``decide``."""

from dataclasses import replace

import pytest

from builders import NOW, PRESCRIBER, a_line, a_number, a_prescription, issue, refusal_of
from ordonnance.domain.actor import Actor, Profession, Role
from ordonnance.domain.caveat import CAVEAT_SENTENCES
from ordonnance.domain.decision import decide
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.fact import CaveatCode
from ordonnance.domain.line import Kind
from ordonnance.domain.profession import COMPETENCES, kinds_executed_by
from ordonnance.domain.refusal import Refusal

# Medicines, devices, biology, nursing, physiotherapy, speech therapy, orthoptics, podiatry:
# + prescribed, ~ within a limit, - not; x executed.
TABLE = """
G15_10   +   +   +   +   +   +   +   +
G15_40   ~   ~   ~   ~   ~   ~   -   -
G15_50   ~   ~   ~   ~   ~   -   -   -
G15_21   ~x  -x  -   -   -   -   -   -
G15_39   -x  -x  -   -   -   -   -   -
LPP      -   -x  -   -   -   -   -   -
G15_26   -   -x  -   -   -   -   -   -
G15_28   -   -x  -   -   -   -   -   -
G15_60   ~   ~   ~   ~x  ~   ~   ~   ~
G15_70   ~   ~   -   -   ~x  -   -   -
G15_80   ~   ~   -   -   -   -   -   ~x
G15_91   -   ~   -   -   -   ~x  -   -
G15_92   -   ~   -   -   -   -   ~x  -
"""
ROWS = [row.split() for row in TABLE.strip().splitlines()]
CELLS = [
    (Profession(code), kind, cell)
    for code, *cells in ROWS
    for kind, cell in zip(Kind, cells, strict=True)
]
WHERE = {Kind.MEDICINE: "MedicationRequest", Kind.DEVICE: "DeviceRequest"}


def decided(profession, *kinds):
    """What the issue of one line of each of *kinds* answers to a prescriber of *profession*."""
    lines = [a_line(rank, kind=kind) for rank, kind in enumerate(kinds, start=1)]
    command = issue(
        a_prescription(a_number(), *lines), actor=replace(PRESCRIBER, profession=profession)
    )
    try:
        return decide(Dossier(number=command.number), command, NOW)
    except Refusal as refusal:
        return refusal


def limits_told(decision):
    return [one for one in decision.fact.caveats if one.code is CaveatCode.PRESCRIBER_LIMITED]


def test_the_table_knows_every_profession():  # TLS-43
    assert set(COMPETENCES) == set(Profession) == {Profession(code) for code, *_ in ROWS}


@pytest.mark.parametrize(("profession", "kind", "cell"), CELLS)
def test_who_prescribes_what(profession, kind, cell):  # TLS-43
    decision = decided(profession, kind)

    if cell.startswith("-"):
        assert decision.reason.code == "KIND_NOT_ALLOWED"
        assert (
            decision.where
            == f"Bundle.entry.resource.ofType({WHERE.get(kind, 'ServiceRequest')})[0]"
        )
    else:
        told = limits_told(decision)
        assert [caveat.line for caveat in told] == ([1] if cell.startswith("~") else [])


@pytest.mark.parametrize(("profession", "kind", "cell"), CELLS)
def test_who_executes_what(profession, kind, cell):  # TLS-10
    actor = Actor(role=Role.EXECUTOR, profession=profession)

    assert (kind in kinds_executed_by(actor)) is cell.endswith("x")


def test_a_limit_is_told_once_a_kind_with_its_source():  # TLS-43
    decision = decided(Profession.NURSE, Kind.DEVICE, Kind.DEVICE, Kind.BIOLOGY)

    told = limits_told(decision)
    sentence = CAVEAT_SENTENCES[told[0].code].format(line=told[0].line, words=told[0].words)

    assert [caveat.line for caveat in told] == [1, 3]
    assert sentence == (
        "Ligne 1 : cette profession ne prescrit ici que les dispositifs de la liste des infirmiers "
        "(arrêté du 20 mars 2012). Vérifiez que c’est le cas."
    )


def test_a_token_without_profession_is_not_held_against_the_prescriber():  # TLS-43
    assert limits_told(decided(None, *Kind)) == []


def test_one_line_that_may_not_be_prescribed_refuses_the_whole():  # TLS-43
    refused = decided(
        Profession.MIDWIFE, Kind.BIOLOGY, Kind.DEVICE, Kind.PHYSIOTHERAPY, Kind.ORTHOPTICS
    )

    assert refused.reason.code == "KIND_NOT_ALLOWED"
    assert refused.where == "Bundle.entry.resource.ofType(ServiceRequest)[2]"


def test_the_profession_is_looked_at_before_the_relation():  # TLS-13, TLS-43
    stranger = replace(PRESCRIBER, profession=Profession.MIDWIFE, rpps=None)
    prescription = a_prescription(a_number(), a_line(kind=Kind.PODIATRY))
    permitted = a_prescription(a_number(), a_line(kind=Kind.BIOLOGY))

    refused = [
        refusal_of(Dossier(number=one.number), issue(one, actor=stranger)).reason.code
        for one in (prescription, permitted)
    ]

    assert refused == ["KIND_NOT_ALLOWED", "NOT_THE_PRESCRIBER"]
