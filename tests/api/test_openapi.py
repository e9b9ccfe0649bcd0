import pytest

from ordonnance.api import openapi
from ordonnance.domain.refusal import ALL_REASONS

DESCRIPTION = openapi.describe_service()
OPERATIONS = {
    "/fhir/Task/$issue": ("post", "201"),
    "/fhir/Task/{number}": ("get", "200"),
    "/fhir/Task/{number}/$consult": ("get", "200"),
    "/fhir/Task/{number}/$execute": ("post", "201"),
    "/fhir/Task/{number}/$undo": ("post", "200"),
    "/fhir/Task/{number}/$cancel": ("post", "200"),
    "/fhir/Task/{number}/$reserve": ("post", "200"),
    "/fhir/Task/{number}/$release": ("post", "200"),
    "/fhir/Task/{number}/$propose": ("post", "200"),
    "/fhir/Task/{number}/$reply": ("post", "200"),
    "/fhir/Task/{number}/$correct": ("post", "200"),
    "/fhir/Task/{number}/$replace": ("post", "201"),
    "/fhir/Task/{number}/$object": ("post", "200"),
    "/fhir/Task/{number}/$identify": ("post", "200"),
}
QUESTIONS = {
    "/fhir/Task/_search": ("post", ["Reason", "Presence"]),
    "/fhir/Task": ("get", ["next"]),
    "/fhir/DetectedIssue": ("get", ["_count", "next"]),
}
PRESERIES = {
    "/preseries": {"get": "200", "post": "201"},
    "/preseries/{id}": {"get": "200"},
    "/preseries/{id}/events": {"post": "201"},
    "/preseries/{id}/documents/{sha256}": {"get": "200", "put": "200"},
}
PRODUCTS = {
    "/products": ["q", "limit"],
    "/products/{code}": ["code"],
    "/products/{code}/rules": ["code"],
}


def names_of(operation):
    return [parameter["name"] for parameter in operation["parameters"]]


def test_each_operation_is_described():
    described = {
        path: (method, min(operation["responses"]))
        for path, methods in DESCRIPTION["paths"].items()
        if path not in PRESERIES
        for method, operation in methods.items()
    }

    assert described == {
        **OPERATIONS,
        **{path: (method, "200") for path, (method, _) in QUESTIONS.items()},
        **dict.fromkeys(PRODUCTS, ("get", "200")),
    }


@pytest.mark.parametrize("path", PRESERIES)
def test_preseries_are_described_with_their_refusals(path):  # PRE-44
    methods = DESCRIPTION["paths"][path]

    assert {name: min(one["responses"]) for name, one in methods.items()} == PRESERIES[path]
    for method, operation in methods.items():
        told = " ".join(one["description"] for one in operation["responses"].values())
        assert "ROLE_NOT_ALLOWED" in told
        assert ("NOT_AUTHORISED" in told) is (method == "post")
        assert ("PRESERIE_UNKNOWN" in told) is ("{id}" in path)
        names = names_of(operation)
        assert ("Idempotency-Key" in names) is ("If-Match" in names) is (method == "post")


@pytest.mark.parametrize("path", QUESTIONS)
def test_questions_say_what_they_take(path):  # TLS-61
    method, names = QUESTIONS[path]
    operation = DESCRIPTION["paths"][path][method]

    assert names_of(operation) == names
    forms = operation.get("requestBody", {"content": {}})["content"]
    fields = [list(form["schema"]["properties"]) for form in forms.values()]
    assert fields == ([["patient", "status", "authored-on", "_count"]] if method == "post" else [])
    # Who turns the pages is who searched: their role was looked at then.
    refused = "KIND_NOT_ALLOWED" if names == ["next"] else "ROLE_NOT_ALLOWED"
    assert refused in operation["responses"]["403"]["description"]


@pytest.mark.parametrize("path", PRODUCTS)
def test_products_are_read_without_a_token(path):  # REF-11
    operation = DESCRIPTION["paths"][path]["get"]

    assert operation["security"] == []
    assert names_of(operation) == PRODUCTS[path]
    assert list(operation["responses"]["200"]["content"]) == ["application/json"]


@pytest.mark.parametrize(("path", "method"), [(path, one) for path, (one, _) in OPERATIONS.items()])
def test_each_operation_says_what_it_takes(path, method):
    operation = DESCRIPTION["paths"][path][method]

    assert ("number" in names_of(operation)) is ("{number}" in path)
    assert ("Idempotency-Key" in names_of(operation)) is (method == "post")
    assert ("Reason" in names_of(operation)) is (method == "get")
    assert ("requestBody" in operation) is (method == "post")
    assert operation["summary"]


@pytest.mark.parametrize(
    ("path", "status", "codes"),
    [
        ("/fhir/Task/$issue", "409", {"NUMBER_TAKEN"}),
        ("/fhir/Task/$issue", "422", {"QUANTITY_IN_WORDS_MISSING", "NAMED_PHARMACY_MISSING"}),
        ("/fhir/Task/{number}/$execute", "422", {"TOO_EARLY", "OVERLAP", "NOT_SUBSTITUTABLE"}),
        ("/fhir/Task/{number}/$consult", "404", {"NUMBER_UNKNOWN"}),
        ("/fhir/Task/{number}/$undo", "404", {"NUMBER_UNKNOWN", "EXECUTION_UNKNOWN"}),
        ("/fhir/Task/{number}/$cancel", "409", {"CANCELLED", "REPLACED", "EXECUTION_STARTED"}),
        ("/fhir/Task/{number}/$execute", "409", {"REPLACED", "RESERVED_ELSEWHERE"}),
        ("/fhir/Task/{number}/$reserve", "409", {"RESERVED_ELSEWHERE", "REPLACED", "EXPIRED"}),
        ("/fhir/Task/{number}/$correct", "409", {"ALREADY_UNDONE", "RIGHTS_EXHAUSTED"}),
        ("/fhir/Task/{number}/$replace", "409", {"NUMBER_TAKEN", "REPLACED", "PATIENT_MISMATCH"}),
        ("/fhir/Task/{number}/$reply", "403", {"ROLE_NOT_ALLOWED", "NOT_THE_PRESCRIBER"}),
        ("/fhir/Task/{number}/$object", "422", {"OBJECTION_TOO_LATE"}),
        ("/fhir/Task/{number}/$identify", "422", {"INS_INVALID", "REASON_MISSING"}),
    ],
)
def test_refusals_are_told_by_status(path, status, codes):
    [operation] = DESCRIPTION["paths"][path].values()

    assert set(operation["responses"][status]["description"].split(", ")) >= codes


def test_every_code_is_listed():
    listed = DESCRIPTION["components"]["schemas"]["Refusal"]["enum"]

    assert listed == [reason.code for reason in ALL_REASONS]
    assert len(set(listed)) == len(listed)
