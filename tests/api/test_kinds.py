"""Lines of every kind through HTTP, on each engine: issued, kept, given back to whom it may."""

import json

import pytest

from api.papers import cancelling, delivery
from api.services import THE_PATIENT, code_of, told
from builders import a_number
from fhir.bodies import NUMBER, PATIENT, PRACTITIONER, RPPS, bundle_of
from fhir.bodies import a_line as a_medicine
from fhir.orders import (
    NGAP,
    a_care,
    a_device,
    a_test,
    an_act,
    an_observation,
    nature,
    ours,
    sessions,
)
from ordonnance.simulation.population import DOCTOR, PHARMACIST

EXTENSION = "https://ordonnance.example/fhir/StructureDefinition/"


def speech():
    return an_act("ORTHOPHONIE", code={"text": "Bilan orthophonique"})


def orthoptics():
    return an_act("ORTHOPTIE", code={"text": "Bilan orthoptique"})


def podiatry():
    return an_act(
        "PEDICURIE_PODOLOGIE",
        code={"coding": [{"system": NGAP, "code": "POD"}]},
        quantityQuantity={"value": 5},
    )


MAKERS = (a_medicine, a_device, a_test, a_care, sessions, speech, orthoptics, podiatry)
EXECUTORS = {
    "G15_21": ["MEDICAMENT", "DISPOSITIF"],
    "G15_39": ["MEDICAMENT", "DISPOSITIF"],
    "LPP": ["DISPOSITIF"],
    "G15_26": ["DISPOSITIF"],
    "G15_28": ["DISPOSITIF"],
    "lab": ["BIOLOGIE"],
    "G15_60": ["INFIRMIER"],
    "G15_70": ["KINESITHERAPIE"],
    "G15_91": ["ORTHOPHONIE"],
    "G15_92": ["ORTHOPTIE"],
    "G15_80": ["PEDICURIE_PODOLOGIE"],
}


def an_ordonnance(number, *resources, people=(PATIENT, PRACTITIONER)):
    """The Bundle of ``$issue`` of *resources*, of *number*."""
    return bundle_of(*people, *resources).replace(NUMBER.encode(), number.value.encode())


def executor(profession):
    claims = {"role": "executor", "am": "332001239"}
    return {**claims, "lab": True} if profession == "lab" else {**claims, "profession": profession}


def issued(service, *resources):
    """The number of an ordonnance of *resources*, just issued."""
    number = a_number()
    result = service.issue(an_ordonnance(number, *resources))
    assert result.status_code == 201, result.text
    return number


def extensions_of(element, name):
    """What the extensions *name* of *element* say."""
    return [
        next(value for key, value in extension.items() if key.startswith("value"))
        for extension in element.get("extension", [])
        if extension["url"] == EXTENSION + name
    ]


def kinds_of(task):
    return [kind for line in task["input"] for kind in extensions_of(line, "kind")]


def lines_in(bundle):
    """The lines of a Bundle of ``$consult``, by the rank of their identifiers."""
    resources = [entry["resource"] for entry in bundle["entry"]]
    return {
        int(resource["identifier"][-1]["value"].rpartition("-")[2]): resource
        for resource in resources
        if resource["resourceType"].endswith("Request")
    }


@pytest.fixture
def mixed(service):
    """An ordonnance with one line of each kind, in the order of the kinds."""
    return issued(service, *(make() for make in MAKERS))


def test_a_line_of_each_kind_is_issued_in_one_ordonnance(service, mixed):  # TLS-40
    task = service.read(mixed, claims=DOCTOR.claims).json

    assert kinds_of(task) == [
        "MEDICAMENT",
        "DISPOSITIF",
        "BIOLOGIE",
        "INFIRMIER",
        "KINESITHERAPIE",
        "ORTHOPHONIE",
        "ORTHOPTIE",
        "PEDICURIE_PODOLOGIE",
    ]
    assert [line["valueReference"]["identifier"]["value"] for line in task["input"]] == [
        f"{mixed}-{rank}" for rank in range(1, 9)
    ]


def test_a_task_tells_each_line_in_one_sentence(service, mixed):  # TLS-42
    task = service.read(mixed, claims=THE_PATIENT).json

    said = [" ".join("".join(extensions_of(line, "order")).split()) for line in task["input"]]

    assert said == [
        "",
        "2 paires, à renouveler 1 fois",
        "prélèvement : sang veineux",
        "2 fois par jour pendant 10 jours, à domicile, dimanches et jours fériés compris",
        "10 séances de kinésithérapie, épaule droite, à domicile",
        "bilan",
        "bilan",
        "5 séances de pédicurie-podologie",
    ]


@pytest.mark.parametrize(("profession", "kinds"), EXECUTORS.items())
def test_each_executor_sees_the_lines_of_its_kinds_only(
    service, mixed, profession, kinds
):  # TLS-10, TLS-44
    claims = executor(profession)

    task = service.read(mixed, claims=claims).json
    bundle = service.read(mixed, claims=claims, whole=True).json

    ranks = [rank for rank, kind in enumerate(kinds_of_all(service, mixed), 1) if kind in kinds]
    assert kinds_of(task) == kinds_of(bundle["entry"][0]["resource"]) == kinds
    assert sorted(lines_in(bundle)) == ranks


def kinds_of_all(service, number):
    return kinds_of(service.read(number, claims=DOCTOR.claims).json)


@pytest.mark.parametrize("claims", [DOCTOR.claims, THE_PATIENT], ids=["prescriber", "patient"])
def test_the_prescriber_and_the_patient_see_every_line(service, mixed, claims):  # TLS-44
    bundle = service.read(mixed, claims=claims, whole=True).json

    assert sorted(lines_in(bundle)) == list(range(1, 9))


@pytest.mark.parametrize("profession", EXECUTORS)
@pytest.mark.parametrize("make", MAKERS)
def test_who_executes_none_of_the_lines_sees_nobody(service, make, profession):  # TLS-10
    number = issued(service, make())
    [kind] = kinds_of_all(service, number)

    result = service.read(number, claims=executor(profession), whole=True)

    if kind in EXECUTORS[profession]:
        assert result.status_code == 200
    else:
        assert told(result) == (403, ["KIND_NOT_ALLOWED"], None)
        assert "2790351" not in result.text


def test_lines_are_given_back_as_they_came(service):  # TLS-18
    sent = [make() for make in MAKERS]
    number = issued(service, *sent)

    given = lines_in(service.read(number, claims=DOCTOR.claims, whole=True).json)

    for rank, line in enumerate(sent, start=1):
        came = json.loads(json.dumps(line).replace(NUMBER, number.value))
        assert {**came, "identifier": given[rank]["identifier"]} == given[rank]


def test_what_only_hidden_lines_point_to_is_hidden(service):  # TLS-44
    amoxicillin = {"resourceType": "Medication", "id": "amox", "code": {"text": "SECRET-A"}}
    medicine = a_medicine(
        medicationCodeableConcept=...,
        medicationReference={"reference": "Medication/amox"},
        reasonReference=[{"reference": "Observation/own"}],
        id="m",
    )
    of_medicine = an_observation("MED-574", id="own", note=[{"text": "SECRET-B"}])
    of_care = an_observation("MED-574", id="care", note=[{"text": "SHOWN-A"}])
    weight = an_observation("x", id="weight", note=[{"text": "SHOWN-B"}])
    group = {
        "resourceType": "RequestGroup",
        "id": "g",
        "action": [{"title": "SECRET-C", "resource": {"reference": "MedicationRequest/m"}}],
    }
    care = a_care(reasonReference=[{"reference": "Observation/care"}])
    resources = (medicine, care, amoxicillin, of_medicine, of_care, weight, group)
    number = issued(service, *resources)
    words = ("SECRET-A", "SECRET-B", "SECRET-C", "SHOWN-A", "SHOWN-B")

    def words_shown_to(claims):
        text = service.read(number, claims=claims, whole=True).text
        return [word for word in words if word in text]

    assert words_shown_to(executor("G15_60")) == ["SHOWN-A", "SHOWN-B"]
    assert words_shown_to(executor("G15_21")) == ["SECRET-A", "SECRET-B", "SECRET-C", "SHOWN-B"]
    assert words_shown_to(DOCTOR.claims) == list(words)


def test_executions_are_shown_to_who_executes_their_lines(service):  # TLS-44
    number = issued(service, a_medicine(), a_care())
    assert service.act(number, "execute", delivery(number)).status_code == 201

    def seen(claims):
        bundle = service.read(number, claims=claims, whole=True).json
        types = [entry["resource"]["resourceType"] for entry in bundle["entry"]]
        task = bundle["entry"][0]["resource"]
        return "MedicationDispense" in types, len(task.get("output", [])), where_it_stands(task)

    assert seen(PHARMACIST.claims) == (True, 2, "EN_COURS")
    assert seen(executor("G15_60")) == (False, 0, "EN_COURS")
    assert seen(DOCTOR.claims) == (True, 1, "EN_COURS")


def where_it_stands(task):
    return task["businessStatus"]["coding"][0]["code"]


def test_a_pharmacist_does_not_deliver_the_line_of_a_nurse(service):  # TLS-10
    number = issued(service, a_medicine(), a_care())

    refused = service.act(number, "execute", delivery(number, line=2))

    assert told(refused) == (
        403,
        ["KIND_NOT_ALLOWED"],
        "Bundle.entry[0].resource.authorizingPrescription[0]",
    )


def warnings_of(task):
    return [note["extension"][0]["valueCode"] for note in task.get("note", [])]


def test_warnings_are_told_to_who_sees_their_line(service):  # TLS-40, TLS-44
    number = a_number()
    lines = (a_medicine(), a_test(specimen=...), a_device(parameter=...))
    issue = service.issue(an_ordonnance(number, *lines))

    assert warnings_of(issue.json) == ["CONTENT_MISSING", "CONTENT_MISSING"]
    [note] = service.read(number, claims=executor("lab")).json["note"]
    assert note["text"] == (
        "Ligne 2 : l’ordonnance ne dit pas la nature du prélèvement. Complétez-la si vous le "
        "pouvez."
    )
    assert "note" not in service.read(issued(service, a_care()), claims=executor("G15_60")).json


def test_flags_and_qualifiers_are_told_of_each_line(service):  # TLS-41
    ald = an_observation("MED-574")
    medicine = a_medicine(reasonReference=[{"reference": "Observation/flag"}])
    device = a_device(
        extension=[
            ours("flag", valueCode="GRAND_APPAREILLAGE"),
            ours("qualifier", valueCode="AT_MP"),
        ]
    )
    number = issued(service, medicine, device, ald)

    task = service.read(number).json

    assert [extensions_of(line, "qualifier") for line in task["input"]] == [["ALD"], ["AT_MP"]]
    assert [extensions_of(line, "flag") for line in task["input"]] == [[], ["GRAND_APPAREILLAGE"]]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (an_act("IMAGERIE"), (422, ["KIND_EXCLUDED"], "Bundle.entry[2].resource.category")),
        (an_act("TRANSPORT"), (422, ["KIND_EXCLUDED"], "Bundle.entry[2].resource.category")),
        (an_act("ERGOTHERAPIE"), (400, ["ELEMENT_INVALID"], "Bundle.entry[2].resource.category")),
        (sessions(category=...), (400, ["ELEMENT_MISSING"], "Bundle.entry[2].resource.category")),
        (
            sessions(modifierExtension=[{"url": "x", "valueBoolean": True}]),
            (422, ["EXTENSION_UNKNOWN"], "Bundle.entry[2].resource"),
        ),
        (
            sessions(quantityQuantity={"value": 0}),
            (422, ["QUANTITY_INVALID"], "Bundle.entry[2].resource.quantityQuantity"),
        ),
    ],
)
def test_a_line_that_is_refused_leaves_nothing(service, line, expected):  # TLS-13, TLS-40
    number, before = a_number(), service.count_rows()

    refused = service.issue(an_ordonnance(number, line))

    assert told(refused) == expected
    assert service.count_rows() == before


def prescriber(profession):
    return {**DOCTOR.claims, "profession": profession}


@pytest.mark.parametrize(
    ("profession", "lines", "code", "warned"),
    [
        ("G15_10", (a_device, a_care, sessions), "done", []),
        ("G15_60", (a_device, a_device, a_care), "done", ["PRESCRIBER_LIMITED"] * 2),
        ("G15_70", (a_device, sessions), "done", ["PRESCRIBER_LIMITED"] * 2),
        ("G15_70", (a_device, a_care), "KIND_NOT_ALLOWED", None),
        ("G15_80", (a_device, podiatry), "done", ["PRESCRIBER_LIMITED"] * 2),
        ("G15_80", (a_test,), "KIND_NOT_ALLOWED", None),
        ("G15_50", (a_test, sessions), "done", ["PRESCRIBER_LIMITED"] * 2),
        ("G15_50", (orthoptics,), "KIND_NOT_ALLOWED", None),
        ("G15_40", (a_device, a_test), "done", ["PRESCRIBER_LIMITED"] * 2),
        ("LPP", (a_device,), "KIND_NOT_ALLOWED", None),
    ],
)
def test_professions_prescribe_their_kinds(service, profession, lines, code, warned):  # TLS-43
    number = a_number()
    body = an_ordonnance(number, *(make() for make in lines))

    result = service.issue(body, claims=prescriber(profession))

    assert code_of(result) == code
    if warned is None:
        assert result.status_code == 403
        assert service.read(number, claims=DOCTOR.claims).status_code == 404
    else:
        assert warnings_of(result.json) == warned


def test_a_locum_prescribes_in_the_name_of_somebody_said(service):  # TLS-43
    extension = [ours("replaced", valueIdentifier={"system": RPPS, "value": "10104335319"})]
    number = issued(service, sessions(extension=extension), a_care())

    task = service.read(number, claims=executor("G15_70")).json

    assert [who["identifier"]["value"] for who in extensions_of(task, "replaced")] == [
        "10104335319"
    ]
    assert task["requester"]["identifier"]["value"] == "10001045367"


def test_an_ordonnance_of_care_is_cancelled_as_any_other(service):  # TLS-30
    number = issued(service, a_care(), sessions())

    result = service.act(number, "cancel", cancelling(), claims=DOCTOR.claims)

    assert (result.status_code, where_it_stands(result.json)) == (200, "ANNULEE")
    assert kinds_of(service.read(number, claims=executor("G15_60")).json) == ["INFIRMIER"]


def test_forty_lines_of_any_kind_and_no_more(service):  # TLS-17
    number = a_number()

    assert code_of(service.issue(an_ordonnance(number, *[sessions()] * 41))) == "BODY_TOO_LARGE"
    assert len(kinds_of_all(service, issued(service, *[sessions()] * 40))) == 40


def test_the_metadata_name_the_resources_of_lines(service):  # TLS-40
    [rest] = service.send("GET", "/fhir/metadata").json["rest"]

    assert {"MedicationRequest", "DeviceRequest", "ServiceRequest"} <= {
        resource["type"] for resource in rest["resource"]
    }


def test_a_nature_has_no_alias(service):  # TLS-40
    line = an_act("BIOLOGIE", category=nature("BIOLOGIE ")) | {"code": {"text": "Hémogramme"}}

    assert code_of(service.issue(an_ordonnance(a_number(), line))) == "ELEMENT_INVALID"


def test_an_extension_is_never_empty(service):  # TLS-42
    number = a_number()

    told = service.issue(an_ordonnance(number, a_device(parameter=...)))

    [line] = told.json["input"]
    assert told.status_code == 201
    assert all("" not in extension.values() for extension in line["extension"])
