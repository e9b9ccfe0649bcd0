"""HTTP itself: addresses, methods, media types, sizes, health."""

import pytest

from api.papers import ordonnance
from api.services import code_of, sentence_of, told
from builders import a_number
from ordonnance.simulation.population import DOCTOR

FHIR_JSON = "application/fhir+json; charset=utf-8"
LIMIT = 256 * 1024


@pytest.mark.parametrize(
    "accept",
    [
        "application/fhir+json",
        "application/json",
        "*/*",
        "",
        "application/*",
        "text/html, application/fhir+json;q=0.1",
        "application/fhir+json; fhirVersion=4.0",
    ],
)
def test_json_is_answered_to_who_reads_json(service, accept):
    number = a_number()
    service.issue(ordonnance(number))

    read = service.read(number, Accept=accept)

    assert (read.status_code, read.headers["content-type"]) == (200, FHIR_JSON)


@pytest.mark.parametrize(
    "accept",
    [
        "text/html",
        "application/fhir+xml",
        "application/xml, text/*",
        "nonsense",
        "application/fhir+json;q=0",
    ],
)
def test_who_reads_no_json_is_told_so(service, accept):
    number = a_number()

    read = service.read(number, Accept=accept)
    issued = service.issue(ordonnance(number), Accept=accept)

    assert told(read) == told(issued) == (406, ["NOT_ACCEPTABLE"], None)
    assert "FHIR JSON" in sentence_of(read)


@pytest.mark.parametrize(
    "kind", ["application/fhir+json", "application/json", "Application/FHIR+JSON; charset=utf-8"]
)
def test_json_is_taken(service, kind):
    assert service.issue(ordonnance(a_number()), Content_Type=kind).status_code == 201


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/fhir+xml",
        "application/x-www-form-urlencoded",
        "",
        "application/fhir+jsonx",
        ";",
    ],
)
def test_nothing_but_json_is_taken(service, kind):
    refused = service.issue(ordonnance(a_number()), Content_Type=kind)

    assert told(refused) == (415, ["MEDIA_TYPE_UNSUPPORTED"], None)


def test_a_body_without_a_kind_is_not_taken(service):
    token = service.token(DOCTOR.claims)

    refused = service.send("POST", "/fhir/Task/$issue", token=token, key="k")

    assert told(refused) == (415, ["MEDIA_TYPE_UNSUPPORTED"], None)


def padded(number, size):
    body = ordonnance(number)
    return body + b" " * (size - len(body))


def test_256_kib_are_taken_and_no_more(service):  # TLS-17
    assert service.issue(padded(a_number(), LIMIT)).status_code == 201
    assert code_of(service.issue(padded(a_number(), LIMIT + 1))) == "BODY_TOO_LARGE"


def stream(service, chunks, *headers):
    """The status and the answer to an ``$issue`` that comes in *chunks*, as a server gets them."""
    said = [
        (b"content-type", b"application/fhir+json"),
        (b"idempotency-key", b"k"),
        (b"authorization", b"Bearer " + service.token(DOCTOR.claims).encode()),
        *headers,
    ]
    return service.stream("/fhir/Task/$issue", chunks, said)


def test_a_body_in_pieces_is_put_together(service):
    body = ordonnance(a_number())

    status, _ = stream(service, [body[:100], body[100:101], b"", body[101:]])

    assert status == 201


def test_a_body_that_does_not_tell_its_size_is_cut_off(service):  # TLS-17
    status, answer = stream(service, [b" " * LIMIT, b" ", b" " * LIMIT])

    assert status == 413
    assert b"BODY_TOO_LARGE" in answer


def test_a_body_that_understates_its_size_goes_no_further(service):
    body = padded(a_number(), LIMIT + 1)

    status, _ = stream(service, [body], (b"content-length", b"10"))

    assert status in (400, 413)


def test_a_body_cut_on_the_way_is_refused(service):
    number = a_number()
    body = ordonnance(number) + b"  "

    status, answer = stream(service, [body[:-2]], (b"content-length", b"%d" % len(body)))

    assert status == 400
    assert b"BODY_MALFORMED" in answer
    assert code_of(service.read(number)) == "NUMBER_UNKNOWN"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/fhir", 404),
        ("GET", "/fhir/Patient", 404),
        ("POST", "/fhir/Task", 405),
        ("GET", "/fhir/Task/_search", 405),
        ("GET", "/fhir/Task/012J/$unknown", 404),
        ("POST", "/fhir/Task/012J/$execute/more", 404),
        ("GET", "/fhir/Task/$issue", 405),
        ("PUT", "/fhir/Task/012J", 405),
        ("DELETE", "/fhir/Task/012J", 405),
        ("PATCH", "/fhir/Task/012J/$execute", 405),
        ("GET", "/fhir/Task/012J/$cancel", 405),
        ("POST", "/fhir/Task/012J/$consult", 405),
        ("POST", "/fhir/metadata", 405),
        ("HEAD", "/fhir/Task/012J", 405),
    ],
)
def test_where_nothing_is_the_answer_is_an_operation_outcome(service, method, path, status):
    answer = service.send(method, path)

    assert answer.status_code == status
    assert answer.headers["content-type"] == FHIR_JSON
    assert answer.headers["cache-control"] == "no-store"
    if status == 405:
        assert answer.headers["allow"] in ("GET, OPTIONS", "POST, OPTIONS")
    if method != "HEAD":
        [issue] = answer.json["issue"]
        assert (answer.json["resourceType"], issue["severity"], issue["code"]) == (
            "OperationOutcome",
            "error",
            "not-found",
        )
        assert f"{method} {path}" in issue["details"]["text"]


@pytest.mark.parametrize("text", ["%00", "%ff", "%F0%9F%92%8A", "a" * 5000, "'--"])
def test_any_number_of_an_address_is_looked_at_as_a_number(service, text):
    assert told(service.read(text)) == (400, ["NUMBER_MALFORMED"], None)


def test_metadata_is_open_to_all(service):
    answer = service.send("GET", "/fhir/metadata")

    assert (answer.status_code, answer.headers["content-type"]) == (200, FHIR_JSON)
    assert answer.json["resourceType"] == "CapabilityStatement"


def test_keys_are_open_to_all_and_may_be_kept(service):
    answer = service.send("GET", "/.well-known/jwks.json")

    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.headers["cache-control"] == "public, max-age=3600"


def test_the_service_tells_that_it_lives_and_is_ready(service):
    live = service.send("GET", "/health/live")
    ready = service.send("GET", "/health/ready")

    assert (live.status_code, live.json) == (200, {"status": "live"})
    assert (ready.status_code, ready.json) == (200, {"status": "ready"})
