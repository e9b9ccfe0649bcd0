"""The flags of a line, by the three ways of saying them, for every resource of a line."""

import pytest

from fhir.bodies import a_line, changed, issue_refused, lines_of, ordonnance
from fhir.orders import a_care, a_device, a_test, an_observation, ours, sessions
from ordonnance.domain.line import Flag

NOT_COVERED = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-not-covered"
OFF_LABEL = "https://profiles.ihe.net/PHARM/MPD/StructureDefinition/ihe-ext-offLabel"
AS_A_REASON = {"reasonReference": [{"reference": "Observation/flag"}]}
of_each_resource = pytest.mark.parametrize("make", [a_line, a_device, a_care, sessions, a_test])


def qualifiers_of(*resources):
    line = lines_of(ordonnance(*resources))[0]
    return list(line.particular.qualifiers)


@of_each_resource
@pytest.mark.parametrize(
    ("code", "qualifier"),
    [
        ("MED-574", "ALD"),
        ("GEN-180", "AT_MP"),
        ("GEN-295", "PREVENTION"),
        ("GEN-181", "NON_REMBOURSABLE"),
        ("GEN-179", "HORS_AMM"),
    ],
)
def test_a_flag_by_an_observation_of_the_bundle_or_contained(make, code, qualifier):  # TLS-41
    observation = an_observation(code)
    contained = make(contained=[observation], reasonReference=[{"reference": "#flag"}])
    expected = "HORS_NOMENCLATURE" if make is a_test and qualifier == "HORS_AMM" else qualifier

    assert qualifiers_of(make(**AS_A_REASON), observation) == [expected]
    assert qualifiers_of(contained) == [expected]


@pytest.mark.parametrize(
    "observation",
    [
        an_observation("MED-574", answer=False),
        changed(an_observation("MED-574"), valueBoolean=...),
        an_observation("MED-574", status="entered-in-error"),
        an_observation("MED-1"),
        an_observation("MED-574", id="elsewhere"),
        {"resourceType": "Condition", "id": "flag", "code": {"text": "ALD"}},
    ],
)
def test_an_observation_that_does_not_answer_yes_flags_nothing(observation):  # TLS-41
    assert qualifiers_of(a_line(**AS_A_REASON), observation) == []


def test_an_observation_that_no_line_points_to_flags_nothing():  # TLS-41
    assert qualifiers_of(a_line(), an_observation("MED-574")) == []


@of_each_resource
@pytest.mark.parametrize(
    ("extensions", "expected"),
    [
        ([ours("qualifier", valueCode="ALD")], ["ALD"]),
        (
            [
                ours("qualifier", valueCode="HORS_NOMENCLATURE"),
                ours("qualifier", valueCode="AT_MP"),
            ],
            ["AT_MP", "HORS_NOMENCLATURE"],
        ),
        ([{"url": NOT_COVERED, "valueBoolean": True}], ["NON_REMBOURSABLE"]),
        ([{"url": NOT_COVERED, "valueBoolean": False}], []),
        ([{"url": f"{NOT_COVERED}-at-all", "valueBoolean": True}], []),
    ],
)
def test_a_flag_by_an_extension(make, extensions, expected):  # TLS-41
    assert qualifiers_of(make(extension=extensions)) == expected


def off_label(answer):
    parts = [
        {"url": "isOffLabelUse", "valueBoolean": answer},
        {"url": "reason", "valueCodeableConcept": {"text": "Rien d’autre n’agit"}},
    ]
    return {"url": OFF_LABEL, "extension": parts}


def test_a_medicine_outside_its_label():  # TLS-41
    assert qualifiers_of(a_line(extension=[off_label(answer=True)])) == ["HORS_AMM"]
    assert qualifiers_of(a_line(extension=[off_label(answer=False)])) == []
    assert qualifiers_of(a_test(extension=[off_label(answer=True)])) == ["HORS_NOMENCLATURE"]


@of_each_resource
def test_a_flag_that_is_none_of_ours_is_refused(make):  # TLS-41
    line = make(extension=[ours("qualifier", valueCode="ALD31")])

    assert issue_refused(ordonnance(line)) == (
        "ELEMENT_INVALID",
        "Bundle.entry[2].resource.extension",
    )


def category(code):
    return {"coding": [{"code": code}]}


@pytest.mark.parametrize(
    ("line", "flags"),
    [
        (sessions(), [Flag.AT_HOME]),
        (a_care(), [Flag.AT_HOME]),
        (a_care(category=[*a_care()["category"], category("MED-1096")]), ["BIZONE", "DOMICILE"]),
        (
            a_device(extension=[ours("flag", valueCode="GRAND_APPAREILLAGE")]),
            ["GRAND_APPAREILLAGE"],
        ),
        (a_device(extension=[ours("flag", valueCode="EXCEPTION")]), ["EXCEPTION"]),
        (a_device(priority="asap"), ["URGENCE"]),
        (a_device(priority="routine"), []),
        (a_test(category=[*a_test()["category"], category("MED-1098")]), ["SECURISEE"]),
        (a_test(priority="stat"), ["URGENCE"]),
    ],
)
def test_the_sub_types_of_ordonnance_of_a_line(line, flags):  # TLS-41
    [read] = lines_of(ordonnance(line))

    assert list(read.particular.flags) == flags


def test_a_sub_type_that_is_none_of_ours_is_refused():  # TLS-41
    line = a_device(extension=[ours("flag", valueCode="GRAND")])

    assert issue_refused(ordonnance(line))[0] == "ELEMENT_INVALID"
