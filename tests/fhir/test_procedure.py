"""A Procedure: a session, a sample, an examination, or why there was none."""

from datetime import timedelta
from decimal import Decimal

import pytest

from acts import ANNE_INS, NUMBER, OURS, SYSTEM, a_procedure, sent, why
from builders import NOW, PATIENT, later
from fhir.bodies import execute_refused
from ordonnance.domain.execution import Act, Override
from ordonnance.fhir import execution

LINE = f"{NUMBER}-1"
HERE = "Bundle.entry[0].resource"
NO_DATE = {"performedDateTime": ...}


def act_of(*beside, **changes):
    """The act that a Procedure reports, changed."""
    [act] = execution.read(sent(a_procedure(NUMBER, **changes), *beside))[0]
    return act


def extension(name, **value):
    return {"url": f"{OURS}{name}", **value}


def test_a_session_is_read_whole():  # TLS-45
    assert act_of() == Act(
        entry=0,
        prescribed=LINE,
        label="Séance de rééducation",
        product=None,
        is_done=True,
        quantity=Decimal(1),
        handed_over_at=NOW,
        patient=PATIENT,
        kind=None,
        stage=None,
    )


@pytest.mark.parametrize(
    ("changes", "is_done", "reason", "stage", "quantity"),
    [
        ({}, True, None, None, 1),
        ({"status": "preparation"}, True, None, "PRELEVE", None),
        ({"status": "in-progress"}, True, None, "PRELEVE", None),
        (
            {"status": "on-hold", "statusReason": why("PATIENT_HOSPITALISE")},
            False,
            "PATIENT_HOSPITALISE",
            "INTERROMPUE",
            None,
        ),
        (
            {"status": "stopped", "statusReason": why("OBJECTIF_ATTEINT")},
            False,
            "OBJECTIF_ATTEINT",
            "FIN_DE_SERIE",
            None,
        ),
        (
            {"status": "not-done", "statusReason": why("PATIENT_ABSENT")},
            False,
            "PATIENT_ABSENT",
            None,
            None,
        ),
        (
            {"status": "not-done", "statusReason": why("TRANSMIS")},
            False,
            "TRANSMIS",
            "TRANSMIS",
            None,
        ),
        ({"status": "not-done", "statusReason": {"text": "Grève"}}, False, "AUTRE", None, None),
        ({"status": "not-done"}, False, None, None, None),
        # The last session says so.
        (
            {"extension": [extension("last", valueBoolean=True)]},
            True,
            None,
            "FIN_DE_SERIE",
            1,
        ),
        ({"extension": [extension("last", valueBoolean=False)]}, True, None, None, 1),
        (
            {
                "status": "not-done",
                "statusReason": why("PATIENT_ABSENT"),
                "extension": [extension("last", valueBoolean=True)],
            },
            False,
            "PATIENT_ABSENT",
            None,
            None,
        ),
    ],
)
def test_a_status_says_what_was_done(
    changes, is_done, reason, stage, quantity
):  # TLS-45, TLS-47, TLS-48
    act = act_of(**changes)

    assert (act.is_done, act.not_done, act.stage, act.quantity) == (
        is_done,
        reason,
        stage,
        quantity,
    )


@pytest.mark.parametrize(
    ("changes", "after"),
    [
        ({"performedDateTime": "2026-11-23T10:05:00+01:00"}, timedelta(minutes=5)),
        (
            {
                **NO_DATE,
                "performedPeriod": {
                    "start": "2026-11-23T10:00:00+01:00",
                    "end": "2026-11-23T10:45:00+01:00",
                },
            },
            timedelta(minutes=45),
        ),
        (
            {**NO_DATE, "performedPeriod": {"start": "2026-11-23T10:00:00+01:00"}},
            timedelta(),
        ),
    ],
)
def test_what_lasted_was_done_when_it_ended(changes, after):  # TLS-45
    assert act_of(**changes).handed_over_at == NOW + after


def test_what_was_not_done_needs_no_date():  # TLS-45
    act = act_of(status="not-done", statusReason=why("PATIENT_ABSENT"), **NO_DATE)

    assert act.handed_over_at is None


def test_what_every_execution_says_is_read_here_too():  # TLS-26, TLS-27
    act = act_of(
        extension=[
            extension("deferred", valueString=" Tournée sans réseau "),
            extension(
                "override",
                extension=[
                    {"url": "code", "valueCode": "EXPIRED"},
                    {"url": "reason", "valueString": "Série commencée à temps"},
                ],
            ),
            extension(
                "adaptation",
                extension=[{"url": "agreementOn", "valueDate": "2026-11-20"}],
            ),
        ]
    )

    assert act.deferred == "Tournée sans réseau"
    assert act.overrides == (Override("EXPIRED", "Série commencée à temps"),)
    assert act.adaptation.agreement_on == later(days=-3).date()


def test_an_act_without_a_line_is_added_by_hand():  # TLS-49
    assert act_of(basedOn=...).prescribed is None


def test_the_patient_may_be_named_beside():  # TLS-45
    patient = {"resourceType": "Patient", "id": "anne", "identifier": [ANNE_INS]}

    assert act_of(patient, subject={"reference": "Patient/anne"}).patient == PATIENT


@pytest.mark.parametrize(
    ("changes", "code", "element"),
    [
        ({"status": ...}, "ELEMENT_MISSING", "status"),
        ({"status": "entered-in-error"}, "ELEMENT_INVALID", "status"),
        ({"status": "unknown"}, "ELEMENT_INVALID", "status"),
        ({"subject": ...}, "ELEMENT_MISSING", "subject"),
        ({"subject": {"display": "Anne"}}, "ELEMENT_MISSING", "subject.identifier"),
        (
            {"subject": {"identifier": {**ANNE_INS, "value": "279035121518988"}}},
            "INS_INVALID",
            "subject.identifier[0].value",
        ),
        (NO_DATE, "ELEMENT_MISSING", "performedDateTime"),
        ({**NO_DATE, "performedString": "hier"}, "ELEMENT_MISSING", "performedDateTime"),
        ({**NO_DATE, "status": "preparation"}, "ELEMENT_MISSING", "performedDateTime"),
        ({**NO_DATE, "performedPeriod": {}}, "ELEMENT_MISSING", "performedDateTime"),
        ({"performedDateTime": "2026-11-23"}, "ELEMENT_INVALID", "performedDateTime"),
        ({"performedPeriod": {}}, "ELEMENT_INVALID", "performed[x]"),
        (
            {
                **NO_DATE,
                "performedPeriod": {
                    "start": "2026-11-23T10:00:00+01:00",
                    "end": "2026-11-23T08:59:59Z",
                },
            },
            "ELEMENT_INVALID",
            "performedPeriod",
        ),
        ({"basedOn": [{}]}, "ELEMENT_MISSING", "basedOn[0].identifier"),
        ({"basedOn": [{}, {}]}, "ELEMENT_INVALID", "basedOn"),
        (
            {"basedOn": [{"identifier": {"system": "https://hopital.fr", "value": LINE}}]},
            "ELEMENT_INVALID",
            "basedOn[0].identifier.system",
        ),
        (
            {"basedOn": [{"identifier": {"system": SYSTEM}}]},
            "ELEMENT_MISSING",
            "basedOn[0].identifier",
        ),
        (
            {"status": "not-done", "statusReason": why("FATIGUE")},
            "ELEMENT_INVALID",
            "statusReason",
        ),
        # Of an unknown name, or the name of another resource
        ({"performedDate": NOW.isoformat()}, "ELEMENT_INVALID", "performedDate"),
        ({"whenHandedOver": NOW.isoformat()}, "ELEMENT_INVALID", "whenHandedOver"),
        ({"modifierExtension": []}, "EXTENSION_UNKNOWN", ""),
    ],
)
def test_a_procedure_of_another_form_is_refused(changes, code, element):  # TLS-45
    where = f"{HERE}.{element}" if element else HERE

    assert execute_refused(sent(a_procedure(NUMBER, **changes))) == (code, where)


def test_every_name_of_r4_is_known():  # TLS-45
    names = ("bodySite", "outcome", "followUp", "usedCode", "performer", "recorder", "note")

    assert act_of(**{name: [] for name in names}) == act_of()
