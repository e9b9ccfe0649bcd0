"""An ordonnance of every kind, and the rest of its life, by the real program on both engines."""

from contextlib import ExitStack
from dataclasses import replace
import os

import pytest

from journeys.service import (
    AMLOR,
    a_delivery,
    an_ordonnance,
    lines_of,
    outputs_of,
    resources_of,
    status_of,
)
from ordonnance.domain.identifiers import INS, INSAuthority, PrescriptionNumber
from ordonnance.server import now
from ordonnance.simulation.papers import (
    Delivered,
    Ordered,
    write_acts,
    write_correction,
    write_delivery,
    write_line,
    write_objection,
    write_orders,
)
from ordonnance.simulation.papers_kinds import Done, write_act, write_request, write_supply
from ordonnance.simulation.population import (
    ANNE,
    DOCTOR,
    LABORATORY,
    NURSE,
    ORTHOPTIST,
    OTHER_PHARMACIST,
    PHARMACIST,
    PHYSIOTHERAPIST,
    PODIATRIST,
    SPEECH_THERAPIST,
    SUPPLIER,
)
from ordonnance.simulation.story_kinds import CARE, WALKER
from ordonnance.simulation.telling import ranks_of, standing_of

PROFESSIONS = {
    SUPPLIER: 2,
    LABORATORY: 3,
    NURSE: 4,
    PHYSIOTHERAPIST: 5,
    SPEECH_THERAPIST: 6,
    ORTHOPTIST: 7,
    PODIATRIST: 8,
}


def somebody():
    """A patient whom no other test knows."""
    body = f"2790351{int.from_bytes(os.urandom(4)) % 1_000_000:06}"
    return replace(ANNE, ins=INS(f"{body}{97 - int(body) % 97:02}", INSAuthority.TEST))


@pytest.fixture
def connect(service):
    """How people enter; all leave at the end."""
    with ExitStack() as stack:
        yield lambda person: stack.enter_context(service.connect(person))


def test_each_profession_sees_and_executes_its_own_line(connect):  # TLS-44
    patient, at = somebody(), now()
    number = PrescriptionNumber.mint(at.date(), int.from_bytes(os.urandom(9)))
    medicine = write_line(number, Ordered(product=AMLOR, posology="1 gélule", boxes=2), at)
    others = [write_request(number, line, at) for line in (WALKER, *CARE)]
    body = write_orders([medicine, *others], patient=patient, prescriber=DOCTOR)
    issued = connect(DOCTOR).issue(body, key="issue")
    done = {}

    for person, line in PROFESSIONS.items():
        site = connect(person)
        [seen] = resources_of(site.consult(number), "Task")
        act = (
            write_supply(number, line, WALKER, now())
            if person is SUPPLIER
            else write_act(number, Done(line=line, name="Acte"), patient=patient, at=now())
        )
        reply = site.execute(number, write_acts([act]), key="execute")
        done[line] = (ranks_of(seen), reply.status, standing_of(reply.resource, line))

    assert (issued.status, len(issued.resource["input"])) == (201, 8)
    assert done == {
        2: (["2"], 201, "terminée"),
        3: (["3"], 201, "terminée"),
        4: (["4"], 201, "reste 9 séances"),
        5: (["5"], 201, "reste 11 séances"),
        6: (["6"], 201, "en cours"),
        7: (["7"], 201, "en cours"),
        8: (["8"], 201, "reste 4 séances"),
    }
    assert len(outputs_of(connect(patient).read(number), "execution")) == 7


def test_what_is_found_is_reserved_corrected_hidden_and_replaced(connect):
    patient = somebody()
    first, successor = (an_ordonnance(boxes=2, patient=patient) for _ in range(2))
    number = first.number
    doctor, pharmacy, rival = connect(DOCTOR), connect(PHARMACIST), connect(OTHER_PHARMACIST)
    doctor.issue(first.body, key="issue")

    found = pharmacy.search(patient=patient.ins, presence="carte-vitale")
    kept = pharmacy.reserve(number, key="reserve")
    waits = rival.execute(number, a_delivery(number), key="rival")
    executed = pharmacy.execute(number, a_delivery(number, boxes=2), key="execute")
    [execution] = outputs_of(executed, "execution")
    box = write_delivery(number, Delivered(product=AMLOR), now())
    correction = write_correction(execution, "Une boîte et non deux", [box])
    corrected = pharmacy.correct(number, correction, key="correct")
    objected = connect(patient).oppose(number, write_objection(objects=True), key="object")
    hidden = doctor.read(number)
    replaced = doctor.replace(number, successor.body, key="replace")
    old = pharmacy.read(number)
    page = pharmacy.search(patient=patient.ins, presence="carte-vitale", count=1)
    rest = pharmacy.next_page(page)

    assert [task["id"] for task in found.resources] == [number.value]
    assert (kept.status, waits.refusal) == (200, "RESERVED_ELSEWHERE")
    assert lines_of(executed) == [("TERMINEE", 0)]
    assert lines_of(corrected) == [("EN_COURS", 1)]
    assert (objected.status, status_of(hidden)) == (200, "A_EXECUTER")
    assert outputs_of(hidden, "execution") == []
    assert (replaced.status, status_of(old)) == (201, "REMPLACEE")
    shown = [task["id"] for one in (page, rest) for task in one.resources]
    assert sorted(shown) == sorted([number.value, successor.number.value])
