import pytest

from fhir.bodies import (
    INS_TEST,
    PATIENT,
    PRACTITIONER,
    RPPS,
    a_line,
    bundle_of,
    changed,
    issue_refused,
    ordonnance,
)
from ordonnance.fhir import prescription

MARC = {
    "resourceType": "Patient",
    "id": "marc",
    "identifier": [{"system": INS_TEST, "value": "255081416802538"}],
}
NATIONAL = "urn:oid:1.2.250.1.71.4.2.1"
LEA = {
    "resourceType": "Practitioner",
    "id": "lea",
    "identifier": [{"system": NATIONAL, "value": "810104335319"}],
    "name": [{"family": "EXEMPLE", "given": ["Léa", "Zoé"]}],
}
PATIENTS = "Bundle.entry.resource.ofType(Patient).identifier"
PRACTITIONERS = "Bundle.entry.resource.ofType(Practitioner).identifier"


def patient_of(body):
    patient = prescription.read(body)[0].patient
    return patient.value, patient.authority.value


def prescriber_of(body):
    read = prescription.read(body)[0]
    return read.prescriber.value, read.prescriber_name


@pytest.mark.parametrize(
    "subject",
    [
        {"reference": "Patient/anne"},
        {"reference": "#anne"},
        {"reference": "urn:uuid:1"},
        {"reference": "Patient/anne", "display": "Marc EXEMPLE"},
        {"reference": "Patient/anne", "identifier": MARC["identifier"][0]},
    ],
)
def test_the_patient_is_whom_the_line_points_to(subject):  # TLS-18
    body = bundle_of(MARC, ("urn:uuid:1", PATIENT), PRACTITIONER, a_line(subject=subject))

    assert patient_of(body) == ("279035121518989", "1.2.250.1.213.1.4.10")


@pytest.mark.parametrize(
    "subject",
    [
        {},
        {"reference": "Patient/14602"},
        {"reference": "#patient-Presc"},
        {"reference": "Practitioner/camille"},
        {"display": "Anne ESSAI"},
        {"identifier": {"system": "https://somehospital.fr/IPP", "value": "6032486"}},
    ],
)
def test_a_broken_reference_means_the_one_patient_there_is(subject):  # TLS-18
    no_ins = {"resourceType": "Patient", "identifier": [{"value": "6032486"}]}

    body = ordonnance(a_line(subject=subject), people=(no_ins, PATIENT, PRACTITIONER))

    assert patient_of(body) == ("279035121518989", "1.2.250.1.213.1.4.10")


def test_a_patient_may_be_named_by_their_ins_alone():
    line = a_line(subject={"identifier": MARC["identifier"][0]})

    assert patient_of(bundle_of(PRACTITIONER, line))[0] == "255081416802538"
    assert patient_of(bundle_of(PATIENT, PRACTITIONER, line))[0] == "255081416802538"


def test_nobody_guesses_between_two_patients():
    body = ordonnance(
        a_line(subject={"reference": "Patient/14602"}), people=(PATIENT, MARC, PRACTITIONER)
    )

    assert issue_refused(body) == ("ELEMENT_INVALID", PATIENTS)


def test_whom_a_line_points_to_is_never_replaced_by_another():
    child = {"resourceType": "Patient", "id": "enfant"}
    body = ordonnance(
        a_line(subject={"reference": "Patient/enfant"}), people=(PATIENT, child, PRACTITIONER)
    )

    assert issue_refused(body) == ("ELEMENT_MISSING", PATIENTS)


def test_all_lines_are_for_one_patient():
    body = ordonnance(
        a_line(),
        a_line(subject={"reference": "Patient/marc"}),
        people=(PATIENT, PRACTITIONER, MARC),
    )

    assert issue_refused(body) == ("ELEMENT_INVALID", "Bundle.entry[4].resource.subject")


def test_lines_may_point_to_one_patient_in_several_ways():
    body = ordonnance(a_line(), a_line(subject={"reference": "#anne"}), a_line(subject={}))

    assert patient_of(body)[0] == "279035121518989"


def test_a_prescription_without_an_ins_is_refused():
    assert issue_refused(bundle_of(PRACTITIONER, a_line())) == ("ELEMENT_MISSING", PATIENTS)


@pytest.mark.parametrize("oid", ["8", "9", "10", "11"])
def test_each_authority_of_the_ins_is_known(oid):  # TLS-3
    identifier = {"system": f"urn:oid:1.2.250.1.213.1.4.{oid}", "value": "279035121518989"}
    body = ordonnance(a_line(), people=({**PATIENT, "identifier": [identifier]}, PRACTITIONER))

    assert patient_of(body) == ("279035121518989", f"1.2.250.1.213.1.4.{oid}")


@pytest.mark.parametrize(
    "value", ["279035121518988", "27903512151898", "2 79 03 51 215 189 89", "", "A79035121518989"]
)
def test_a_wrong_ins_is_refused_where_it_stands(value):  # TLS-3
    ins = {"system": INS_TEST, "value": value} if value else {"system": INS_TEST}
    person = {**PATIENT, "identifier": [{"system": "https://somehospital.fr/IPP"}, ins]}

    assert issue_refused(ordonnance(a_line(), people=(person, PRACTITIONER))) == (
        "INS_INVALID",
        "Bundle.entry[0].resource.identifier[1].value",
    )


def test_the_insured_s_number_is_not_the_patient_s():  # TLS-3
    system = "urn:oid:1.2.250.1.213.1.4.8"
    billing = {"type": {"coding": [{"code": "NH"}]}, "system": system, "value": "255081416802538"}
    person = {**PATIENT, "identifier": [billing, {"system": system, "value": "279035121518989"}]}

    body = ordonnance(a_line(), people=(person, PRACTITIONER))

    assert patient_of(body) == ("279035121518989", "1.2.250.1.213.1.4.8")


ROLE = {"resourceType": "PractitionerRole", "id": "role"}


@pytest.mark.parametrize(
    ("requester", "people", "prescriber"),
    [
        (
            {"reference": "Practitioner/camille"},
            (LEA, PRACTITIONER),
            ("10001045367", "Dr Camille Modèle"),
        ),
        ({"reference": "#lea"}, (PRACTITIONER, LEA), ("10104335319", "Léa Zoé EXEMPLE")),
        (
            {"reference": "Practitioner/smart-71482713"},
            (PRACTITIONER,),
            ("10001045367", "Dr Camille Modèle"),
        ),
        (
            {"reference": "Practitioner/camille", "display": "Docteur M."},
            (changed(PRACTITIONER, name=...),),
            ("10001045367", "Docteur M."),
        ),
        (
            {"identifier": {"system": RPPS, "value": "10001045367"}, "display": "Docteur M."},
            (),
            ("10001045367", "Docteur M."),
        ),
        (
            {"identifier": {"system": NATIONAL, "value": "810001045367"}},
            (),
            ("10001045367", ""),
        ),
        (
            {"reference": "PractitionerRole/role"},
            (LEA, PRACTITIONER, {**ROLE, "practitioner": {"reference": "Practitioner/camille"}}),
            ("10001045367", "Dr Camille Modèle"),
        ),
        (
            {"reference": "PractitionerRole/role", "display": "Docteur M."},
            ({**ROLE, "identifier": PRACTITIONER["identifier"]},),
            ("10001045367", "Docteur M."),
        ),
    ],
)
def test_the_prescriber_is_whom_the_line_points_to(requester, people, prescriber):  # TLS-18
    body = bundle_of(PATIENT, *people, a_line(requester=requester))

    assert prescriber_of(body) == prescriber


def test_a_prescription_without_an_rpps_is_refused():
    nobody = changed(PRACTITIONER, identifier=[{"system": NATIONAL, "value": "0331234567"}])

    assert issue_refused(bundle_of(PATIENT, nobody, a_line())) == ("ELEMENT_MISSING", PRACTITIONERS)
    assert issue_refused(bundle_of(PATIENT, a_line())) == ("ELEMENT_MISSING", PRACTITIONERS)


@pytest.mark.parametrize(
    ("system", "value"),
    [
        (RPPS, "10001045368"),
        (RPPS, "1000104536"),
        (RPPS, "810001045367"),
        (NATIONAL, "810001045368"),
        (NATIONAL, "899999999999"),
    ],
)
def test_a_wrong_rpps_is_refused_where_it_stands(system, value):  # TLS-5
    person = {**PRACTITIONER, "identifier": [{"system": system, "value": value}]}

    assert issue_refused(ordonnance(a_line(), people=(PATIENT, person))) == (
        "RPPS_INVALID",
        "Bundle.entry[1].resource.identifier[0].value",
    )


def test_all_lines_are_of_one_prescriber():
    body = ordonnance(
        a_line(),
        a_line(requester={"reference": "Practitioner/lea"}),
        people=(PATIENT, PRACTITIONER, LEA),
    )

    assert issue_refused(body) == ("ELEMENT_INVALID", "Bundle.entry[4].resource.requester")


@pytest.mark.parametrize(
    ("person", "element"),
    [
        ({**PATIENT, "identifier": {}}, "Bundle.entry[0].resource.identifier"),
        ({**PATIENT, "identifier": [{"value": 3}]}, "Bundle.entry[0].resource.identifier[0].value"),
        ({**PATIENT, "identifier": [{"type": []}]}, "Bundle.entry[0].resource.identifier[0].type"),
    ],
)
def test_a_person_out_of_form_is_refused_where_it_goes_wrong(person, element):
    body = ordonnance(a_line(), people=(person, PRACTITIONER))

    assert issue_refused(body) == ("ELEMENT_INVALID", element)
