"""A line that has a code and no words is named as the nomenclature names it."""

import pytest

from fhir.bodies import PATIENT, PRACTITIONER, a_line, bundle_of, ordonnance
from fhir.orders import NABM, a_device, a_test
from ordonnance.domain.line import Kind
from ordonnance.domain.nomenclature import SAMPLE, Item, Nomenclature, System
from ordonnance.domain.product import Referential
from ordonnance.domain.refusal import Refusal
from ordonnance.fhir import prescription

HEMOGRAM = Item(system=System.NABM, code="1104", label="Hémogramme (NFS)", kind=Kind.BIOLOGY)


def label_of(resource, version="nabm105"):
    known = Nomenclature.of([HEMOGRAM], versions={System.NABM: version})
    referential = Referential(version="", by_cip13={}, by_cis={}, nomenclature=known)
    [line] = prescription.read(ordonnance(resource), referential)[0].lines
    return line.label


def coded(**said):
    return a_test(code={"coding": [{"system": NABM, "code": "1104", **said}]})


def test_a_code_without_words_takes_the_name_of_the_nomenclature():  # REF-25
    assert label_of(coded()) == "Hémogramme (NFS)"


def test_the_prescriber_s_own_words_stay():  # REF-25
    assert label_of(coded(display="NFS")) == "NFS"


def test_a_sample_names_nothing():  # REF-25
    assert label_of(coded(), version=SAMPLE) == "1104"


def test_an_unknown_code_is_named_by_itself():  # REF-25
    unknown = a_test(code={"coding": [{"system": NABM, "code": "9999"}]})

    assert label_of(unknown) == "9999"


FINESS, NATIONAL = "https://finess.esante.gouv.fr", "urn:oid:1.2.250.1.71.4.2.2"
RIGHT, WRONG = "330781196", "330781197"


def structured(*identifiers):
    organization = {
        "resourceType": "Organization",
        "identifier": [{"system": system, "value": value} for system, value in identifiers],
    }
    return bundle_of(PATIENT, PRACTITIONER, organization, a_line())


@pytest.mark.parametrize(
    ("place", "identifiers"),
    [
        (0, [(FINESS, WRONG)]),
        (1, [(NATIONAL, f"1{RIGHT}"), (FINESS, WRONG)]),
        (0, [(NATIONAL, f"1{WRONG}")]),
        (0, [(FINESS, "3307811")]),
    ],
)
def test_a_structure_of_a_wrong_finess_is_refused(place, identifiers):  # TLS-6
    with pytest.raises(Refusal) as refused:
        prescription.read(structured(*identifiers))

    where = f"Bundle.entry[2].resource.identifier[{place}].value"
    assert (refused.value.reason.code, refused.value.where) == ("FINESS_INVALID", where)


@pytest.mark.parametrize(
    "identifiers",
    [
        [],
        [(FINESS, RIGHT)],
        [(NATIONAL, f"1{RIGHT}")],
        [(NATIONAL, f"3{WRONG}")],
        [("autre", WRONG)],
    ],
)
def test_a_structure_may_be_known_otherwise(identifiers):  # TLS-6
    assert len(prescription.read(structured(*identifiers))[0].lines) == 1


def test_devices_are_named_too():  # REF-25
    assert label_of(a_device()) == "Bas de compression, classe 2"
