"""A pharmacist asks and the prescriber answers, over HTTP."""

import json

import pytest

from api.lives import EXTENSION, answer, outputs_of, parameters, proposal, say
from api.papers import delivery, ordonnance
from api.services import THE_PATIENT, code_of, told
from builders import a_number
from ordonnance.simulation.population import DOCTOR, NURSE, OTHER_PHARMACIST, PHARMACIST

NUMBER = "urn:oid:1.2.250.1.215.500.1.1"
PROPOSAL = "https://ordonnance.example/fhir/NamingSystem/demande"
OTHER_DOCTOR = {"role": "prescriber", "profession": "G15_10", "rpps": "10104335319"}


@pytest.fixture
def number(service):
    """A prescription of two boxes, just issued."""
    number = a_number()
    service.issue(ordonnance(number))
    return number


def reply(service, number, body, *, claims=DOCTOR.claims, key="reply"):
    return service.act(number, "reply", body, claims=claims, key=key)


def adapted(number, on=None):
    """A delivery that was adapted."""
    bundle = json.loads(delivery(number))
    parts = [{"url": "text", "valueString": "250 mg"}]
    parts += [] if on is None else [{"url": "agreementOn", "valueDate": on}]
    bundle["entry"][0]["resource"]["extension"] = [
        {"url": f"{EXTENSION}adaptation", "extension": parts}
    ]
    return json.dumps(bundle).encode()


def name(number, place=1):
    return {"system": PROPOSAL, "value": f"{number}-D{place}"}


@pytest.mark.parametrize("claims", [DOCTOR.claims, OTHER_PHARMACIST.claims, THE_PATIENT])
def test_what_was_proposed_is_shown_with_its_answer(service, number, claims):  # TLS-54
    asked = service.act(number, "propose", proposal(number))
    answered = reply(service, number, answer(number, text="D’accord"))

    assert (asked.status_code, answered.status_code) == (200, 200)
    [proposed] = outputs_of(asked, "proposal", "reply")
    assert proposed["valueIdentifier"] == name(number)
    assert proposed["extension"] == [
        {
            "url": f"{EXTENSION}line",
            "valueIdentifier": {"system": NUMBER, "value": f"{number}-1"},
        },
        {"url": f"{EXTENSION}text", "valueString": "Passer au dosage de 250 mg"},
    ]
    seen = outputs_of(service.read(number, claims=claims), "proposal", "reply")
    assert seen == outputs_of(answered, "proposal", "reply")
    assert seen[0] == proposed
    assert seen[1]["valueBoolean"] is True
    assert seen[1]["extension"] == [
        {"url": f"{EXTENSION}proposal", "valueIdentifier": name(number)},
        {"url": f"{EXTENSION}agreementOn", "valueDate": "2026-11-23"},
        {"url": f"{EXTENSION}text", "valueString": "D’accord"},
    ]


def test_a_proposal_about_the_whole_names_no_line(service, number):  # TLS-54
    service.act(number, "execute", delivery(number))
    service.act(number, "propose", proposal(number), key="1")

    asked = service.act(number, "propose", proposal(number, None), key="2")

    outputs = outputs_of(asked, "proposal")
    assert [one["valueIdentifier"] for one in outputs] == [name(number, 1), name(number, 2)]
    assert [one["url"] for one in outputs[1]["extension"]] == [f"{EXTENSION}text"]


def test_a_new_answer_replaces_the_former_and_both_are_shown(service, number):  # TLS-54
    service.act(number, "propose", proposal(number))
    reply(service, number, answer(number))

    changed = reply(service, number, answer(number, accepts=False), key="2")

    replies = outputs_of(changed, "reply")
    assert [one["valueBoolean"] for one in replies] == [True, False]
    assert [len(one["extension"]) for one in replies] == [2, 1]
    assert code_of(service.act(number, "execute", adapted(number))) == "AGREEMENT_MISSING"


def test_an_agreement_dates_the_adaptation(service, number):  # TLS-54, MED-20
    service.act(number, "propose", proposal(number))
    assert code_of(service.act(number, "execute", adapted(number))) == "AGREEMENT_MISSING"

    reply(service, number, answer(number))

    assert service.act(number, "execute", adapted(number)).status_code == 201
    [document] = service.ask(
        "document FROM fact WHERE number = ? AND operation = 'execute'", number.value
    )
    [act] = json.loads(bytes(document))["acts"]
    assert act["adaptation"] == {"agreement_on": "2026-11-23", "text": "250 mg"}


@pytest.mark.parametrize(
    ("given", "code", "place"),
    [
        ((), "ELEMENT_MISSING", "[name='text'].valueString"),
        ((say("text", "oui ?"),), "ELEMENT_INVALID", "[name='text']"),
        ((say("text", "  9 caract  "),), "ELEMENT_INVALID", "[name='text']"),
        ((say("text", "x" * 2001),), "ELEMENT_INVALID", "[name='text']"),
        (
            ({"name": "line"}, say("text", "Passer au 250 mg")),
            "ELEMENT_MISSING",
            "[name='line'].valueString",
        ),
    ],
)
def test_a_proposal_says_what_it_proposes(service, number, given, code, place):  # TLS-54
    refused = service.act(number, "propose", parameters(*given))

    assert told(refused) == (400, [code], f"Parameters.parameter{place}")


@pytest.mark.parametrize("text", ["x" * 10, "x" * 2000])
def test_words_have_limits(service, number, text):  # TLS-54
    assert service.act(number, "propose", proposal(number, text=text)).status_code == 200


def test_a_line_that_is_not_there_cannot_be_adapted(service, number):  # TLS-54
    refused = service.act(number, "propose", proposal(number, 7))

    assert told(refused) == (422, ["LINE_UNKNOWN"], "Parameters.parameter[name='line']")


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ((say("text", "D’accord"),), "[name='proposal'].valueString"),
        ((say("proposal", "X"),), "[name='accepts'].valueBoolean"),
        ((say("proposal", "X"), say("accepts", "oui")), "[name='accepts'].valueBoolean"),
    ],
)
def test_an_answer_says_to_what_and_yes_or_no(service, number, given, place):  # TLS-54
    refused = reply(service, number, parameters(*given))

    assert told(refused) == (400, ["ELEMENT_MISSING"], f"Parameters.parameter{place}")


def test_each_obstacle_to_an_answer_hides_those_behind_it(service, number):  # TLS-13
    service.act(number, "propose", proposal(number))
    reply(service, number, answer(number), key="used")

    def told_of(body, **more):
        return code_of(reply(service, number, body, **{"key": None, **more}))

    assert told_of(answer(number, 7), claims=PHARMACIST.claims) == "ROLE_NOT_ALLOWED"
    assert told_of(answer(number, 7), claims=OTHER_DOCTOR) == "NOT_THE_PRESCRIBER"
    assert told_of(answer(number, 7)) == "IDEMPOTENCY_KEY_MISSING"
    assert told_of(answer(number, 7), key="used") == "IDEMPOTENCY_KEY_REUSED"
    unknown = reply(service, number, answer(number, 7), key="new")
    assert told(unknown) == (400, ["ELEMENT_INVALID"], "Parameters.parameter[name='proposal']")


def test_only_who_executes_proposes(service, number):  # TLS-11, TLS-10
    def told_of(claims):
        return code_of(service.act(number, "propose", proposal(number), claims=claims))

    assert told_of(DOCTOR.claims) == "ROLE_NOT_ALLOWED"
    assert told_of(NURSE.claims) == "KIND_NOT_ALLOWED"


@pytest.mark.parametrize("operation", ["propose", "reply"])
def test_a_repeated_request_gets_the_first_answer_to_the_byte(service, number, operation):  # TLS-12
    service.act(number, "propose", proposal(number), key="before")
    body, claims = {
        "propose": (proposal(number), PHARMACIST.claims),
        "reply": (answer(number), DOCTOR.claims),
    }[operation]
    first = service.act(number, operation, body, claims=claims)
    reply(service, number, answer(number, accepts=False), key="since")
    held = service.count_rows()

    again = service.act(number, operation, body, claims=claims)

    assert again.content == first.content
    assert again.headers["idempotent-replayed"] == "true"
    assert service.count_rows() == held
