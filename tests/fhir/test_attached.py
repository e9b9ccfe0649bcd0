"""What came with lines of several kinds, and by whose lines it is reached."""

import pytest

from fhir.bodies import PATIENT, PRACTITIONER, a_line, bundle_of, ordonnance
from fhir.orders import a_care, a_test, an_observation, sessions
from ordonnance.fhir import prescription

AMOXICILLIN = {"resourceType": "Medication", "id": "amox", "code": {"text": "Amoxicilline"}}
BY_REFERENCE = {
    "medicationCodeableConcept": ...,
    "medicationReference": {"reference": "Medication/amox"},
}
BECAUSE = {"reasonReference": [{"reference": "Observation/flag"}]}


def attachments_of(*resources, people=(PATIENT, PRACTITIONER)):
    """Who sees each resource that not everybody does: its type, the kinds, whether all."""
    body = ordonnance(*resources, people=people)
    read, _ = prescription.read(body)
    everything = [*people, *resources]
    return {
        everything[one.place]["resourceType"]: (list(one.kinds), one.are_all_needed)
        for one in read.attachments
        if everything[one.place]["resourceType"] != "Practitioner"
    }


def test_nothing_is_set_apart_where_all_lines_are_of_one_kind():  # TLS-44
    observation = an_observation("MED-574")

    assert attachments_of(a_line(**BY_REFERENCE), a_line(**BECAUSE), AMOXICILLIN, observation) == {}


def test_a_medicine_is_for_who_sees_its_line():  # TLS-44
    assert attachments_of(a_line(**BY_REFERENCE), a_care(), AMOXICILLIN) == {
        "Medication": (["MEDICAMENT"], False)
    }
    assert attachments_of(a_line(), a_care(), AMOXICILLIN) == {"Medication": ([], False)}


def test_what_several_kinds_point_to_is_for_each_of_them():  # TLS-44
    observation = an_observation("MED-574")

    assert attachments_of(a_line(**BECAUSE), a_care(**BECAUSE), a_test(), observation) == {
        "Observation": (["MEDICAMENT", "INFIRMIER"], False)
    }


def test_what_no_line_points_to_is_for_all():  # TLS-44
    weight = an_observation("weight", id="weight")
    consent = {"resourceType": "Consent", "id": "consent"}

    assert attachments_of(a_line(), a_care(), weight, consent) == {}


def test_what_is_pointed_to_through_another_is_for_the_same():  # TLS-44
    condition = {
        "resourceType": "Condition",
        "id": "why",
        "evidence": [{"detail": [{"reference": "Observation/flag"}]}],
    }
    line = a_test(reasonReference=[{"reference": "Condition/why"}])

    assert attachments_of(a_line(), line, condition, an_observation("MED-574")) == {
        "Condition": (["BIOLOGIE"], False),
        "Observation": (["BIOLOGIE"], False),
    }


def test_what_tells_of_several_lines_is_for_who_sees_them_all():  # TLS-44
    group = {
        "resourceType": "RequestGroup",
        "id": "group",
        "action": [
            {"resource": {"reference": "MedicationRequest/m"}, "title": "Amoxicilline"},
            {"resource": {"reference": "ServiceRequest/s"}},
        ],
    }
    provenance = {
        "resourceType": "Provenance",
        "id": "signed",
        "target": [{"reference": "RequestGroup/group"}],
    }

    assert attachments_of(a_line(id="m"), sessions(id="s"), group, provenance) == {
        "RequestGroup": (["MEDICAMENT", "KINESITHERAPIE"], True),
        "Provenance": (["MEDICAMENT", "KINESITHERAPIE"], True),
    }
    assert attachments_of(a_line(), sessions(), group) == {"RequestGroup": ([], False)}


def test_an_address_of_the_bundle_is_followed():  # TLS-44
    url = "urn:uuid:00000000-0000-4000-8000-00000000000a"
    body = bundle_of(
        PATIENT,
        PRACTITIONER,
        a_line(reasonReference=[{"reference": url}]),
        a_care(),
        (url, {"resourceType": "Observation", "code": {"text": "Poids"}}),
    )

    [attachment] = [one for one in prescription.read(body)[0].attachments if one.place == 4]

    assert attachment.kinds == ("MEDICAMENT",)


def test_references_that_go_round_end():  # TLS-44
    ring = [
        {
            "resourceType": "Condition",
            "id": f"c{rank}",
            "evidence": [{"detail": [{"reference": f"Condition/c{(rank + 1) % 300}"}]}],
        }
        for rank in range(300)
    ]
    line = a_test(reasonReference=[{"reference": "Condition/c0"}])
    body = ordonnance(a_line(), line, *ring)

    assert len(prescription.read(body)[0].attachments) == 301


@pytest.mark.parametrize(
    "reference",
    [
        "Observation/flag",
        "Observation/flag/_history/2",
        "https://serveur.example/fhir/Observation/flag",
        "https://serveur.example/fhir/Observation/flag/_history/2",
        "#flag",
    ],
)
def test_an_address_leads_to_its_resource_however_it_is_written(reference):  # TLS-44
    line = a_test(reasonReference=[{"reference": reference}])

    assert attachments_of(a_line(), line, an_observation("MED-574")) == {
        "Observation": (["BIOLOGIE"], False)
    }


def test_what_a_line_contains_is_not_what_bears_the_same_id_outside():  # TLS-44
    contained = an_observation("MED-574")
    medicine = a_line(**BECAUSE)
    care = a_care(contained=[contained], reasonReference=[{"reference": "#flag"}])

    assert attachments_of(medicine, care, an_observation("GEN-180")) == {
        "Observation": (["MEDICAMENT"], False)
    }


def test_an_address_that_two_bear_means_both():  # TLS-44
    resources = (a_line(**BECAUSE), a_care(), an_observation("MED-574"), an_observation("GEN-180"))

    read, _ = prescription.read(ordonnance(*resources))

    assert [(one.place, one.kinds) for one in read.attachments if one.place > 3] == [
        (4, ("MEDICAMENT",)),
        (5, ("MEDICAMENT",)),
    ]
