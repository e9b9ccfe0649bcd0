import json

from ordonnance.api import openapi
from ordonnance.fhir import conformance


def statement():
    return json.loads(conformance.write())


def test_the_statement_says_which_fhir_is_spoken():
    said = statement()

    assert (said["resourceType"], said["fhirVersion"], said["kind"], said["status"]) == (
        "CapabilityStatement",
        "4.0.1",
        "instance",
        "active",
    )
    assert said["format"] == ["application/fhir+json"]


def test_the_statement_names_the_operations_that_are_served():
    [server] = statement()["rest"]
    [task] = [resource for resource in server["resource"] if resource["type"] == "Task"]

    served = {path.partition("$")[2] for path, *_ in openapi.OPERATIONS.values() if "$" in path}
    assert {operation["name"] for operation in task["operation"]} == served
    assert [interaction["code"] for interaction in task["interaction"]] == ["read", "search-type"]
    assert [param["name"] for param in task["searchParam"]] == ["patient", "status", "authored-on"]
    [issue] = [one for one in server["resource"] if one["type"] == "DetectedIssue"]
    assert issue["interaction"] == [{"code": "search-type"}]


def test_operations_have_an_address_and_a_french_purpose():
    for resource in statement()["rest"][0]["resource"]:
        for operation in resource.get("operation", []):
            assert operation["definition"] == (
                f"https://ordonnance.example/fhir/OperationDefinition/{operation['name']}"
            )
            assert operation["documentation"][0].isupper()


def test_prescribed_medicines_follow_the_french_and_the_european_profile():
    [request] = [
        resource
        for resource in statement()["rest"][0]["resource"]
        if resource["type"] == "MedicationRequest"
    ]

    assert request["supportedProfile"] == [
        "https://interop.esante.gouv.fr/ig/fhir/eprescription/StructureDefinition/fr-medicationrequest",
        "http://hl7.eu/fhir/mpd/StructureDefinition/MedicationRequest-eu-mpd",
    ]
