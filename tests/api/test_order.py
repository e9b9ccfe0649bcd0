"""Of several things wrong, which is said first: token, size, form, number, role, and so on."""

import pytest

from api.papers import cancelling, delivery, ordonnance, regret, spoil
from api.refusals import ACCEPTED, OTHER_DOCTOR, send
from api.services import ANOTHER_PATIENT, code_of
from builders import a_number, later
from ordonnance.domain.raised_row import WRITINGS
from ordonnance.simulation.population import DOCTOR, MARC, NURSE, OTHER_PHARMACIST, PHARMACIST

LARGE = b"{" * (256 * 1024 + 1)
ELSEWHERE = {"system": "urn:oid:1.2.250.1.213.1.4.10", "value": MARC.ins.value}


def spoilt(body, **changes):
    return spoil(body, lambda resource: resource.update(changes))


@pytest.fixture
def number(service):
    """A prescription of two boxes, one of them delivered, the other cancelled."""
    number = a_number()
    service.issue(ordonnance(number))
    service.act(number, "execute", delivery(number), key="used")
    service.act(number, "cancel", cancelling(), claims=DOCTOR.claims, key="used")
    return number


def test_each_obstacle_hides_those_behind_it(service, number):  # TLS-13
    """One execution with everything wrong, put right step by step."""
    wrong = {"boxes": 3, "line": 7, "at": later(hours=1)}
    unknown = a_number()
    bad_key = None

    def told(at_number, body, *, claims=PHARMACIST.claims, token=True, key=bad_key, **headers):
        path = f"/fhir/Task/{at_number}/$execute"
        bearer = service.token(claims) if token else None
        return code_of(service.send("POST", path, token=bearer, body=body, key=key, **headers))

    other_patient = {"subject": {"identifier": ELSEWHERE}}
    deliver = delivery(number, **wrong)
    assert told("oops", LARGE, token=False, Content_Type="text/plain") == "TOKEN_MISSING"
    assert told("oops", LARGE, claims=DOCTOR.claims) == "BODY_TOO_LARGE"
    assert told("oops", b"{", claims=DOCTOR.claims) == "BODY_MALFORMED"
    assert told("oops", b"{}", claims=DOCTOR.claims) == "ELEMENT_MISSING"
    assert told("oops", deliver, claims=DOCTOR.claims) == "NUMBER_MALFORMED"
    assert told(unknown, deliver, claims=DOCTOR.claims) == "NUMBER_UNKNOWN"
    assert told(number, deliver, claims=DOCTOR.claims) == "ROLE_NOT_ALLOWED"
    assert told(number, spoilt(deliver, **other_patient), claims=NURSE.claims) == (
        "KIND_NOT_ALLOWED"
    )
    assert told(number, spoilt(deliver, **other_patient)) == "PATIENT_MISMATCH"
    assert told(number, deliver) == "IDEMPOTENCY_KEY_MISSING"
    assert told(number, deliver, key="used") == "IDEMPOTENCY_KEY_REUSED"
    assert told(number, deliver, key="new") == "CANCELLED"


@pytest.mark.parametrize(
    ("done", "code"),
    [
        ({"line": 7, "boxes": 0, "at": later(days=400)}, "EXPIRED"),
        ({"line": 7, "boxes": 0, "at": later(hours=1)}, "LINE_UNKNOWN"),
        ({"boxes": 0, "at": later(hours=1)}, "QUANTITY_INVALID"),
        ({"boxes": 3, "at": later(hours=1), "override": ("X", "court")}, "REASON_MISSING"),
        ({"boxes": 3, "at": later(hours=-1)}, "DEFERRED_REASON_MISSING"),
        ({"boxes": 3, "at": later(hours=1)}, "DATE_IN_FUTURE"),
        ({"boxes": 3}, "RIGHTS_EXHAUSTED"),
    ],
)
def test_state_line_form_date_and_rights_come_in_this_order(service, done, code):  # TLS-13
    number = a_number()
    service.issue(ordonnance(number))

    assert code_of(service.act(number, "execute", delivery(number, **done))) == code


def test_an_issue_is_refused_in_order(service, number):  # TLS-13
    nobody = {"role": "executor", "profession": "G15_21", "am": "332001239"}
    other = {"role": "prescriber", "profession": "G15_10", "rpps": "10104335319"}
    ahead = ordonnance(number, at=later(minutes=10))
    month = spoilt(ahead, authoredOn="2026-10-31T00:00:00+01:00")

    def told(body, **more):
        return code_of(service.issue(body, **{"key": None, **more}))

    assert told(spoilt(month, status="draft"), claims=nobody) == "ELEMENT_INVALID"
    assert told(month, claims=nobody) == "NUMBER_MONTH_INVALID"
    assert told(ahead, claims=nobody) == "ROLE_NOT_ALLOWED"
    assert told(ahead, claims=other) == "NOT_THE_PRESCRIBER"
    assert told(ahead) == "IDEMPOTENCY_KEY_MISSING"
    assert told(ahead, key="issue") == "IDEMPOTENCY_KEY_REUSED"
    assert told(ahead, key="new") == "NUMBER_TAKEN"
    fresh = a_number()
    assert told(ordonnance(fresh, at=later(minutes=10)), key="new") == "DATE_IN_FUTURE"


def test_an_undo_is_refused_in_order(service):  # TLS-13
    number = a_number()
    service.issue(ordonnance(number))
    service.act(number, "execute", delivery(number))
    service.act(number, "undo", regret(number), key="used")

    def told(body, claims=OTHER_PHARMACIST.claims, key=None):
        return code_of(service.act(number, "undo", body, claims=claims, key=key))

    assert told(b"{}", DOCTOR.claims) == "ELEMENT_MISSING"
    assert told(regret(number, 7), DOCTOR.claims) == "ROLE_NOT_ALLOWED"
    assert told(regret(number, 7), NURSE.claims) == "KIND_NOT_ALLOWED"
    assert told(regret(number, 7)) == "EXECUTION_UNKNOWN"
    assert told(regret(number, reason="")) == "NOT_THE_EXECUTOR"
    assert told(regret(number, reason=""), PHARMACIST.claims) == "IDEMPOTENCY_KEY_MISSING"
    assert told(regret(number, reason=""), PHARMACIST.claims, "used") == "IDEMPOTENCY_KEY_REUSED"
    assert told(regret(number, reason=""), PHARMACIST.claims, "new") == "ALREADY_UNDONE"


def test_a_cancellation_is_refused_in_order(service, number):  # TLS-13
    other = {"role": "prescriber", "profession": "G15_10", "rpps": "10104335319"}

    def told(body, claims=DOCTOR.claims, key=None):
        return code_of(service.act(number, "cancel", body, claims=claims, key=key))

    assert told(b"[]", PHARMACIST.claims) == "ELEMENT_INVALID"
    assert told(cancelling("", whole=True), PHARMACIST.claims) == "ROLE_NOT_ALLOWED"
    assert told(cancelling("", whole=True), other) == "NOT_THE_PRESCRIBER"
    assert told(cancelling("", whole=True)) == "IDEMPOTENCY_KEY_MISSING"
    assert told(cancelling("", whole=True), key="used") == "IDEMPOTENCY_KEY_REUSED"
    assert told(cancelling("", whole=True), key="new") == "CANCELLED"


def test_a_started_prescription_is_said_before_a_missing_reason(service):  # TLS-13
    number = a_number()
    service.issue(ordonnance(number))
    service.act(number, "execute", delivery(number))

    refused = service.act(number, "cancel", cancelling("", whole=True), claims=DOCTOR.claims)

    assert code_of(refused) == "EXECUTION_STARTED"


def test_a_token_is_looked_at_before_what_it_carries(service):  # TLS-13
    refused = service.send("GET", "/fhir/Task/oops", Accept="text/html")

    assert (refused.status_code, code_of(refused)) == (401, "TOKEN_MISSING")


# Who is of the right role, and not the one that it is for: the doctor, the site, the patient.
OTHERS = {
    "prescriber": (OTHER_DOCTOR, "NOT_THE_PRESCRIBER"),
    "executor": (NURSE.claims, "KIND_NOT_ALLOWED"),
    "patient": (ANOTHER_PATIENT, "NOT_THE_PATIENT"),
}


@pytest.mark.parametrize("name", WRITINGS)
def test_whatever_is_asked_is_looked_at_in_one_order(service, name):  # TLS-13
    """One request of each operation with everything wrong, put right step by step."""
    good = ACCEPTED[name](service)
    assert good.claims is not None
    other, relation = OTHERS[good.claims["role"]]
    is_numbered = name != "issue"
    bad = good.but(
        claims=None,
        number="oops",
        body=LARGE,
        key=None,
        headers={"Accept": "text/html", "Content_Type": "text/plain"},
    )

    def meets(code, **right):
        nonlocal bad
        bad = bad.but(**right)
        assert code_of(send(service, bad)) == code

    meets("TOKEN_MISSING")
    meets("NOT_ACCEPTABLE", claims={"role": "vendor", "vendor": "Éditeur"})
    meets("MEDIA_TYPE_UNSUPPORTED", headers={"Content_Type": "text/plain"})
    meets("BODY_TOO_LARGE", headers={})
    meets("BODY_MALFORMED", body=b"{")
    meets("ELEMENT_MISSING", body=b"{}")
    if is_numbered:
        meets("NUMBER_MALFORMED", body=good.body)
        meets("NUMBER_UNKNOWN", number=a_number())
    meets("ROLE_NOT_ALLOWED", body=good.body, number=good.number)
    meets(relation, claims=other)
    meets("IDEMPOTENCY_KEY_MISSING", claims=good.claims)
    meets("done", key="act")
