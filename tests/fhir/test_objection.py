"""Consents read from an ordonnance; the Parameters of $object and $identify; what the Task says."""

import json

import pytest

from builders import NOW, OTHER_PATIENT, PATIENT, PHARMACY, after, an_issued, execute
from fhir.bodies import a_line as a_written_line
from fhir.bodies import ordonnance, refused, with_line
from objections import (
    CONSENT_CODES,
    OPERATOR,
    a_consent,
    consenting,
    identify,
    identifying,
    objecting,
    oppose,
)
from ordonnance.domain.answer import Answer
from ordonnance.domain.fact import Cause
from ordonnance.fhir import prescription, task
from ordonnance.fhir.identity import read_identify
from ordonnance.fhir.objection import read_objection

OURS = "https://ordonnance.example/fhir/StructureDefinition/"


def consents_of(*consents):
    """What the Consents of a Bundle say: objected, anonymous, not understood."""
    read, resources = prescription.read(consenting(with_line(), *consents))
    kept = [one for one in json.loads(resources) if one["resourceType"] == "Consent"]
    assert kept == list(consents), "a Consent is given back as it came"
    return read.is_objected, read.is_anonymous, read.is_consent_unread


@pytest.mark.parametrize(
    ("consents", "said"),
    [
        ([], (False, False, False)),
        ([a_consent("opposition")], (True, False, False)),
        ([a_consent("ivg-anonymat")], (False, True, False)),
        ([a_consent("opposition", "ivg-anonymat")], (True, True, False)),
        ([a_consent("opposition"), a_consent("ivg-anonymat")], (True, True, False)),
        ([a_consent("opposition"), a_consent("autre")], (True, False, True)),
        ([a_consent("opposition", provision={})], (True, False, False)),
        ([a_consent("opposition", provision={"type": "permit"})], (False, False, True)),
    ],
)
def test_consents_say_an_objection_or_anonymity(consents, said):  # TLS-55, TLS-57
    assert consents_of(*consents) == said


def test_what_narrows_an_objection_does_not_weaken_it():  # TLS-55
    narrowed = {"type": "deny", "period": {"end": "2026-11-24"}, "provision": [{"type": "permit"}]}

    assert consents_of(a_consent("opposition", provision=narrowed)) == (True, False, False)


def test_the_rule_of_a_consent_says_it_as_well_as_its_category():  # TLS-55
    rule = {"coding": [{"system": CONSENT_CODES, "code": "opposition"}]}

    assert consents_of(a_consent(policyRule=rule, category=[])) == (True, False, False)
    without_provision = a_consent("opposition")
    del without_provision["provision"]
    assert consents_of(without_provision) == (True, False, False)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("inactive", (False, False, False)),
        ("rejected", (False, False, False)),
        ("entered-in-error", (False, False, False)),
        ("draft", (False, False, True)),
        ("proposed", (False, False, True)),
        (None, (False, False, True)),
    ],
)
def test_a_consent_holds_while_it_is_active(status, said):  # TLS-55
    assert consents_of(a_consent("opposition", status=status)) == said


@pytest.mark.parametrize(
    "consent",
    [
        {"resourceType": "Consent"},
        a_consent(),
        a_consent("OPPOSITION"),
        a_consent(category=[{"text": "opposition"}]),
        a_consent(category=[{"coding": [{"system": "urn:autre", "code": "opposition"}]}]),
        a_consent("opposition", category="opposition"),
        a_consent("opposition", provision=["deny"]),
        a_consent("opposition", status=1),
    ],
)
def test_a_consent_that_says_nothing_we_know_does_not_stop_an_ordonnance(consent):  # TLS-55
    assert consents_of(consent) == (False, False, True)


def test_consents_stand_anywhere_in_the_bundle():  # TLS-55
    body = ordonnance(a_written_line(), a_consent("opposition"), a_written_line())

    read, _ = prescription.read(body)

    assert (read.is_objected, len(read.lines)) == (True, 2)


# Parameters


def test_an_objection_is_yes_or_no():  # TLS-55
    where = "Parameters.parameter[name='objection'].valueBoolean"

    assert read_objection(objecting())
    assert not read_objection(objecting(False))
    assert refused(read_objection, b'{"resourceType": "Parameters"}') == ("ELEMENT_MISSING", where)
    assert refused(read_objection, objecting(None)) == ("ELEMENT_MISSING", where)
    assert refused(read_objection, objecting("true"))[0] == "ELEMENT_INVALID"
    assert refused(read_objection, b"{")[0] == "BODY_MALFORMED"


def test_an_identity_says_which_ins_why_and_in_words():  # TLS-58
    read = read_identify(identifying(OTHER_PATIENT, "FUSION", " Dossiers réunis "))

    assert read == (OTHER_PATIENT, Cause.MERGED, "Dossiers réunis")
    assert read_identify(identifying(OTHER_PATIENT, reason=None)) == (
        OTHER_PATIENT,
        Cause.CORRECTED,
        "",
    )


WHERE_PATIENT = "Parameters.parameter[name='patient'].valueIdentifier"
WHERE_CAUSE = "Parameters.parameter[name='cause'].valueCode"


def changed(name, **value):
    """The Parameters of ``$identify``, one of them with another value."""
    body = json.loads(identifying(OTHER_PATIENT))
    body["parameter"] = [one for one in body["parameter"] if one["name"] != name]
    if value:
        body["parameter"].append({"name": name, **value})
    return json.dumps(body).encode()


@pytest.mark.parametrize(
    ("body", "code", "where"),
    [
        (changed("patient"), "ELEMENT_MISSING", WHERE_PATIENT),
        (changed("patient", valueString="x"), "ELEMENT_MISSING", WHERE_PATIENT),
        (
            changed("patient", valueIdentifier={"value": "1"}),
            "ELEMENT_INVALID",
            f"{WHERE_PATIENT}.system",
        ),
        (
            changed(
                "patient",
                valueIdentifier={
                    "system": "urn:oid:1.2.250.1.213.1.4.10",
                    "value": "279035121518988",
                },
            ),
            "INS_INVALID",
            f"{WHERE_PATIENT}[0].value",
        ),
        (changed("cause"), "ELEMENT_MISSING", WHERE_CAUSE),
        (changed("cause", valueCode="AUTRE"), "ELEMENT_INVALID", WHERE_CAUSE),
    ],
)
def test_an_identity_is_refused_at_its_element(body, code, where):  # TLS-58
    assert refused(read_identify, body) == (code, where)


# The Task


def task_of(dossier, actor=PHARMACY):
    """The Task as *actor* sees it."""
    command = oppose(dossier.number, actor=actor)
    answer = Answer(dossier=dossier.seen_by(actor), at=NOW, command=command)
    return json.loads(task.write(answer, lambda *_: "reçu"))


def marks_of(dossier, actor=PHARMACY):
    """The extensions that say who may see the Task and of whom it is, by name."""
    extensions = task_of(dossier, actor).get("extension", [])
    return {one["url"].removeprefix(OURS): one for one in extensions}


def test_the_task_says_that_the_patient_objects():  # TLS-55
    dossier = an_issued()
    number = dossier.number
    objected = after(dossier, oppose(number))
    lifted = after(objected, oppose(number, objects=False, key="lift"))

    assert marks_of(dossier) == marks_of(lifted) == {}
    for one in (objected, an_issued(is_objected=True)):
        assert marks_of(one)["objection"]["valueBoolean"] is True


def test_the_task_of_an_anonymous_one_names_nobody():  # TLS-57
    said = task_of(an_issued(is_anonymous=True))

    assert "for" not in said
    assert PATIENT.value not in json.dumps(said)
    assert said["extension"] == [{"url": f"{OURS}anonymity", "valueBoolean": True}]
    assert task_of(an_issued())["for"]["identifier"]["value"] == PATIENT.value


def test_the_task_says_that_an_ins_was_changed_and_not_which():  # TLS-58
    dossier = an_issued()
    said = task_of(after(dossier, identify(dossier.number)))

    assert said["for"]["identifier"]["value"] == OTHER_PATIENT.value
    assert PATIENT.value not in json.dumps(said)
    assert said["extension"] == [
        {
            "url": f"{OURS}identified",
            "extension": [
                {"url": "at", "valueDateTime": "2026-11-23T09:00:00+00:00"},
                {"url": "cause", "valueCode": "CORRECTION"},
            ],
        }
    ]


def test_the_operator_reads_nothing_of_what_was_prescribed():  # TLS-58
    dossier = an_issued()
    dossier = after(dossier, execute(dossier.number))

    said, seen = task_of(dossier, OPERATOR), task_of(dossier)

    assert seen.keys() - said.keys() == {"input", "output", "note"}
    assert "Médicament" not in json.dumps(said)
