"""Reserve and release over HTTP."""

import pytest

from api.lives import EXTENSION, extension_of, parameters
from api.papers import cancelling, delivery, ordonnance
from api.services import THE_PATIENT, code_of, codes_of, sentence_of
from builders import a_number
from ordonnance.simulation.population import DOCTOR, NURSE, OTHER_PHARMACIST

OTHER = OTHER_PHARMACIST.claims


@pytest.fixture
def number(service):
    """A prescription of two boxes, just issued."""
    number = a_number()
    service.issue(ordonnance(number))
    return number


def lease(mine, until="2026-11-23T09:15:00.000Z"):
    return {
        "url": f"{EXTENSION}reserved",
        "extension": [
            {"url": "until", "valueInstant": until},
            {"url": "mine", "valueBoolean": mine},
        ],
    }


@pytest.mark.parametrize("body", [b"", b" \n", parameters(), parameters({"name": "x"})])
def test_a_reservation_is_shown_to_executors_and_not_whose_it_is(service, number, body):  # TLS-50
    done = service.act(number, "reserve", body)

    assert done.status_code == 200
    assert extension_of(done, "reserved") == [lease(mine=True)]
    seen = service.read(number, claims=OTHER)
    assert extension_of(seen, "reserved") == [lease(mine=False)]
    assert "332001239" not in seen.text
    for claims in (DOCTOR.claims, THE_PATIENT):
        assert extension_of(service.read(number, claims=claims), "reserved") == []


@pytest.mark.parametrize("operation", ["reserve", "release"])
def test_a_body_is_not_needed_nor_its_type(service, number, operation):  # TLS-50
    token = service.token(OTHER)
    path = f"/fhir/Task/{number}/${operation}"

    assert service.send("POST", path, token=token, key="k").status_code == 200


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "BODY_MALFORMED"),
        (b"{}", "ELEMENT_MISSING"),
        (b'{"resourceType": "Bundle"}', "ELEMENT_INVALID"),
    ],
)
def test_a_body_that_is_something_else_is_refused(service, number, body, code):  # TLS-50
    assert code_of(service.act(number, "reserve", body)) == code


def test_a_body_without_its_type_is_refused(service, number):  # TLS-50
    refused = service.act(number, "reserve", parameters(), Content_Type="text/plain")

    assert (refused.status_code, code_of(refused)) == (415, "MEDIA_TYPE_UNSUPPORTED")


def test_another_site_waits_or_decides_otherwise(service, number):  # TLS-50
    service.act(number, "reserve", b"")

    refused = service.act(number, "execute", delivery(number), claims=OTHER)

    assert (refused.status_code, codes_of(refused)) == (409, ["RESERVED_ELSEWHERE", "OVERRIDABLE"])
    assert "jusqu’à 10 h 15" in sentence_of(refused)
    override = ("RESERVED_ELSEWHERE", "Le patient est devant moi")
    body = delivery(number, override=override)
    assert service.act(number, "execute", body, claims=OTHER).status_code == 201


def test_what_was_done_late_is_recorded_all_the_same(service, number):  # TLS-50, TLS-27
    service.act(number, "reserve", b"")
    body = delivery(number, deferred="Réseau coupé")

    assert service.act(number, "execute", body, claims=OTHER).status_code == 201
    [document] = service.ask(
        "document FROM journal_entry WHERE number = ? ORDER BY at DESC, rank DESC LIMIT 1",
        number.value,
    )
    assert b'"RESERVED_ELSEWHERE"' in bytes(document)


def test_a_lease_ends_by_its_hour_its_holder_or_what_they_do(service, number):  # TLS-50
    assert service.act(number, "reserve", b"", key="1").status_code == 200
    assert code_of(service.act(number, "reserve", b"", claims=OTHER)) == "RESERVED_ELSEWHERE"
    service.clock.advance(minutes=15)
    assert service.act(number, "reserve", b"", claims=OTHER, key="2").status_code == 200

    freed = service.act(number, "release", b"", claims=OTHER)
    assert (freed.status_code, extension_of(freed, "reserved")) == (200, [])
    assert service.act(number, "reserve", b"", key="3").status_code == 200

    body = delivery(number, at=service.clock.at)
    done = service.act(number, "execute", body)
    assert extension_of(done, "reserved") == []
    assert service.act(number, "reserve", b"", claims=OTHER, key="4").status_code == 200


def test_releasing_is_the_holders_and_harmless_to_others(service, number):  # TLS-50
    nothing = service.act(number, "release", b"")
    assert (nothing.status_code, extension_of(nothing, "reserved")) == (200, [])
    service.act(number, "reserve", b"", claims=OTHER)

    refused = service.act(number, "release", b"", key="again")

    assert (refused.status_code, code_of(refused)) == (409, "RESERVED_ELSEWHERE")


@pytest.mark.parametrize("operation", ["reserve", "release"])
def test_each_obstacle_hides_those_behind_it(service, number, operation):  # TLS-13
    service.act(number, operation, b"", key="used")
    service.act(number, "cancel", cancelling(), claims=DOCTOR.claims)

    def told(at_number, body, **more):
        return code_of(service.act(at_number, operation, body, **{"key": None, **more}))

    assert told("oops", b"{", claims=DOCTOR.claims) == "BODY_MALFORMED"
    assert told("oops", b"", claims=DOCTOR.claims) == "NUMBER_MALFORMED"
    assert told(a_number(), b"", claims=DOCTOR.claims) == "NUMBER_UNKNOWN"
    assert told(number, b"", claims=DOCTOR.claims) == "ROLE_NOT_ALLOWED"
    assert told(number, b"", claims=NURSE.claims) == "KIND_NOT_ALLOWED"
    assert told(number, b"") == "IDEMPOTENCY_KEY_MISSING"
    assert told(number, parameters(), key="used") == "IDEMPOTENCY_KEY_REUSED"
    last = {"reserve": "CANCELLED", "release": "done"}[operation]
    assert told(number, b"", key="new") == last


@pytest.mark.parametrize("operation", ["reserve", "release"])
def test_a_repeated_request_gets_the_first_answer_to_the_byte(service, number, operation):  # TLS-12
    first = service.act(number, operation, b"")
    held = service.count_rows()
    service.clock.advance(hours=1)

    again = service.act(number, operation, b"")

    assert again.content == first.content
    assert again.headers["idempotent-replayed"] == "true"
    assert again.headers["etag"] == first.headers["etag"]
    assert service.count_rows() == held
