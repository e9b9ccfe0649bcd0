"""The prescriber in whose stead a locum prescribes."""

import pytest

from fhir.bodies import PATIENT, PRACTITIONER, RPPS, a_line, changed, issue_refused, ordonnance
from fhir.orders import a_device, ours, sessions
from ordonnance.fhir import prescription

OTHER = {"system": RPPS, "value": "10104335319"}
ANOTHER = {"system": RPPS, "value": "01234567897"}
SACHA = changed(PRACTITIONER, id="sacha", identifier=[OTHER])
WHERE = "Bundle.entry[2].resource.extension"


def replaced_in(*resources, people=(PATIENT, PRACTITIONER)):
    read, _ = prescription.read(ordonnance(*resources, people=people))
    return None if read.replaced is None else read.replaced.value


def by(**value):
    return [ours("replaced", **value)]


@pytest.mark.parametrize("make", [a_line, a_device, sessions])
@pytest.mark.parametrize(
    "extension",
    [
        by(valueIdentifier=OTHER),
        by(valueIdentifier={"system": "urn:oid:1.2.250.1.71.4.2.1", "value": "810104335319"}),
        by(valueReference={"identifier": OTHER}),
        by(valueReference={"reference": "Practitioner/sacha"}),
        by(valueReference={"reference": "PractitionerRole/role"}),
    ],
)
def test_a_line_names_whom_the_locum_replaces(make, extension):  # TLS-43
    role = {
        "resourceType": "PractitionerRole",
        "id": "role",
        "practitioner": {"reference": "Practitioner/sacha"},
    }

    assert replaced_in(make(extension=extension), SACHA, role) == "10104335319"


@pytest.mark.parametrize("practitioner", [{"identifier": OTHER}, {"reference": "#x"}, None])
def test_a_role_pointed_to_names_its_practitioner(practitioner):  # TLS-43
    role = {"resourceType": "PractitionerRole", "id": "role"}
    if practitioner is not None:
        role["practitioner"] = practitioner
    line = a_line(extension=by(valueReference={"reference": "PractitionerRole/role"}))

    if practitioner == {"identifier": OTHER}:
        assert replaced_in(line, role) == "10104335319"
    else:
        assert issue_refused(ordonnance(line, role)) == ("ELEMENT_MISSING", WHERE)


def test_the_role_of_the_locum_names_whom_they_replace():  # TLS-43
    role = {
        "resourceType": "PractitionerRole",
        "id": "locum",
        "practitioner": {"reference": "Practitioner/camille"},
        "extension": by(valueIdentifier=OTHER),
    }
    line = a_line(requester={"reference": "PractitionerRole/locum"})

    assert replaced_in(line, line, role) == "10104335319"
    assert replaced_in(changed(line), changed(role, extension=[])) is None


def test_nobody_is_replaced_unless_it_is_said():  # TLS-43
    assert replaced_in(a_line(), SACHA) is None


@pytest.mark.parametrize(
    ("lines", "refused"),
    [
        ([a_line(extension=by())], ("ELEMENT_MISSING", WHERE)),
        ([a_line(extension=by(valueReference={"reference": "#x"}))], ("ELEMENT_MISSING", WHERE)),
        (
            [a_line(extension=by(valueIdentifier={"system": RPPS, "value": "10104335310"}))],
            ("RPPS_INVALID", f"{WHERE}[0].value"),
        ),
        (
            [a_line(extension=by(valueReference={"reference": "Practitioner/camille"}))],
            ("ELEMENT_INVALID", WHERE),
        ),
        (
            [
                a_line(extension=by(valueIdentifier=OTHER)),
                sessions(extension=by(valueIdentifier=ANOTHER)),
            ],
            ("ELEMENT_INVALID", "Bundle.entry[3].resource.extension"),
        ),
    ],
)
def test_a_prescriber_replaced_that_is_not_one_is_refused(lines, refused):  # TLS-43
    assert issue_refused(ordonnance(*lines)) == refused
