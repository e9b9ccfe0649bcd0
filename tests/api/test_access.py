"""Who sees what: each sees what is theirs, and a refusal shows nobody."""

import pytest

from api.papers import cancelling, delivery, ordonnance, regret
from api.services import ANOTHER_PATIENT, THE_PATIENT, code_of
from builders import a_number
from ordonnance.simulation.population import (
    DOCTOR,
    MARC,
    NURSE,
    OTHER_PHARMACIST,
    PHARMACIST,
    Professional,
)

OTHER_DOCTOR = {"role": "prescriber", "profession": "G15_10", "rpps": "10104335319"}
IDENTITIES = ("279035121518989", "ESSAI", "Anne", "1979-03-14", "Modèle", "AMOXICILLINE")


@pytest.fixture
def number(service):
    """A prescription of two boxes, one of them delivered."""
    number = a_number()
    service.issue(ordonnance(number))
    service.act(number, "execute", delivery(number))
    return number


def last_entry(service, number):
    """The last journal entry of a prescription, as it is written."""
    [document] = service.ask(
        "document FROM journal_entry WHERE number = ? ORDER BY at DESC, rank DESC LIMIT 1",
        number.value,
    )
    return bytes(document).decode()


def shows_nobody(result):
    """Whether an answer tells neither who the patient is nor what they take."""
    return not any(identity in result.text for identity in IDENTITIES)


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize(
    "claims",
    [DOCTOR.claims, PHARMACIST.claims, OTHER_PHARMACIST.claims, THE_PATIENT],
    ids=["prescriber", "executor", "another executor", "patient"],
)
def test_those_concerned_see_the_prescription(service, number, claims, whole):  # TLS-10, TLS-11
    assert service.read(number, claims=claims, whole=whole).status_code == 200


@pytest.mark.parametrize("whole", [False, True])
def test_a_nurse_sees_no_identity_on_a_prescription_of_medicines(service, number, whole):  # TLS-10
    refused = service.read(number, claims=NURSE.claims, whole=whole)

    assert (refused.status_code, code_of(refused)) == (403, "KIND_NOT_ALLOWED")
    assert shows_nobody(refused)


@pytest.mark.parametrize(
    ("profession", "code"),
    [
        ("G15_21", "done"),
        ("G15_39", "done"),
        ("LPP", "KIND_NOT_ALLOWED"),
        ("G15_26", "KIND_NOT_ALLOWED"),
        ("G15_28", "KIND_NOT_ALLOWED"),
        ("G15_60", "KIND_NOT_ALLOWED"),
        ("G15_70", "KIND_NOT_ALLOWED"),
        ("G15_80", "KIND_NOT_ALLOWED"),
        ("G15_91", "KIND_NOT_ALLOWED"),
        ("G15_92", "KIND_NOT_ALLOWED"),
        ("G15_10", "KIND_NOT_ALLOWED"),
        (None, "KIND_NOT_ALLOWED"),
    ],
)
def test_medicines_are_for_those_who_deliver_them(service, number, profession, code):  # TLS-10
    claims = {"role": "executor", "am": "332001239"}
    if profession is not None:
        claims["profession"] = profession

    assert code_of(service.read(number, claims=claims, whole=True)) == code
    assert code_of(service.act(number, "execute", delivery(number), claims=claims)) == code


def test_a_laboratory_does_not_see_medicines(service, number):  # TLS-10
    biologist = {**PHARMACIST.claims, "lab": True}

    assert code_of(service.read(number, claims=biologist)) == "KIND_NOT_ALLOWED"


@pytest.mark.parametrize("whole", [False, True])
def test_patients_see_their_own_and_nothing_else(service, number, whole):  # TLS-11
    refused = service.read(number, claims=ANOTHER_PATIENT, whole=whole)

    assert (refused.status_code, code_of(refused)) == (403, "NOT_THE_PATIENT")
    assert shows_nobody(refused)


@pytest.mark.parametrize("whole", [False, True])
def test_another_prescriber_gives_a_reason(service, number, whole):  # TLS-11
    refused = service.read(number, claims=OTHER_DOCTOR, whole=whole)
    blank = service.read(number, claims=OTHER_DOCTOR, whole=whole, Reason="  ")
    seen = service.read(number, claims=OTHER_DOCTOR, whole=whole, Reason="Suivi du patient")

    assert (refused.status_code, code_of(refused)) == (403, "NOT_THE_PRESCRIBER")
    assert code_of(blank) == "NOT_THE_PRESCRIBER"
    assert shows_nobody(refused)
    assert seen.status_code == 200


def test_the_reason_of_another_prescriber_is_journalled(service, number):  # TLS-11, TLS-14
    service.read(number, claims=OTHER_DOCTOR, whole=True, Reason="Suivi du patient")

    assert '"Suivi du patient"' in last_entry(service, number)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Continuité des soins : œdème", "Continuité des soins : œdème"),
        ("Suivi\ndu  patient ", "Suivi du patient"),
        ("é" * 600, "é" * 500),
    ],
)
def test_a_reason_is_french(service, number, sent, kept):
    other = {"role": "prescriber", "profession": "G15_10", "rpps": "10104335319"}

    with service.enter(other) as doctor:
        reply = doctor.consult(number, reason=sent)

    assert reply.status == 200
    assert f'"{kept}"' in last_entry(service, number)


def test_a_reason_may_come_in_the_older_encoding(service, number):
    service.read(number, claims=OTHER_DOCTOR, Reason="Relève")

    assert '"Relève"' in last_entry(service, number)


def test_a_reason_gives_no_right_to_anybody_else(service, number):  # TLS-11
    for claims in (NURSE.claims, ANOTHER_PATIENT, {"role": "operator"}):
        assert service.read(number, claims=claims, Reason="Curiosité").status_code == 403


@pytest.mark.parametrize("role", ["vendor", "cnam", "gie", "cpam", "operator"])
@pytest.mark.parametrize("operation", ["read", "issue", "execute", "undo", "cancel"])
def test_other_roles_have_no_access(service, number, role, operation):  # TLS-11
    claims = {"role": role}
    bodies = {
        "issue": ordonnance(a_number()),
        "execute": delivery(number),
        "undo": regret(number),
        "cancel": cancelling(),
    }
    if operation == "read":
        refused = service.read(number, claims=claims, whole=True)
    elif operation == "issue":
        refused = service.issue(bodies[operation], claims=claims)
    else:
        refused = service.act(number, operation, bodies[operation], claims=claims)

    assert (refused.status_code, code_of(refused)) == (403, "ROLE_NOT_ALLOWED")
    assert shows_nobody(refused)


@pytest.mark.parametrize(
    ("operation", "claims"),
    [
        ("issue", PHARMACIST.claims),
        ("issue", THE_PATIENT),
        ("execute", DOCTOR.claims),
        ("execute", THE_PATIENT),
        ("undo", DOCTOR.claims),
        ("undo", THE_PATIENT),
        ("cancel", PHARMACIST.claims),
        ("cancel", THE_PATIENT),
    ],
)
def test_each_operation_has_its_role(service, number, operation, claims):  # TLS-11
    bodies = {"execute": delivery(number), "undo": regret(number), "cancel": cancelling()}
    if operation == "issue":
        refused = service.issue(ordonnance(a_number()), claims=claims)
    else:
        refused = service.act(number, operation, bodies[operation], claims=claims)

    assert (refused.status_code, code_of(refused)) == (403, "ROLE_NOT_ALLOWED")


def test_the_requester_is_who_holds_the_token(service):  # TLS-35
    number = a_number()

    refused = service.issue(ordonnance(number), claims=OTHER_DOCTOR)

    assert (refused.status_code, code_of(refused)) == (403, "NOT_THE_PRESCRIBER")
    assert code_of(service.read(number)) == "NUMBER_UNKNOWN"


def test_an_executor_without_a_site_is_known_by_their_rpps(service, number):  # TLS-4
    alone = {"role": "executor", "profession": "G15_21", "rpps": "10104335319"}
    done = service.act(number, "execute", delivery(number), claims=alone, key="alone")
    identifier = f"{number}-E2"

    assert done.json["output"][1]["valueIdentifier"]["value"] == identifier
    assert code_of(service.act(number, "undo", regret(number, 2))) == "NOT_THE_EXECUTOR"
    assert code_of(service.act(number, "undo", regret(number, 2), claims=alone)) == "done"


def test_a_prescription_shows_its_own_patient_only(service, number):
    other = a_number()
    marc = Professional(
        role=DOCTOR.role, profession=DOCTOR.profession, name="Dr Autre", rpps=DOCTOR.rpps
    )
    service.issue(ordonnance(other, patient=MARC, prescriber=marc))

    consulted = service.read(other, whole=True)

    assert "255081416802538" in consulted.text
    assert "279035121518989" not in consulted.text
