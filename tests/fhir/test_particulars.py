"""What few lines of medicine say, read in a MedicationRequest."""

import pytest

from fhir.bodies import OURS, PATIENT, PRACTITIONER, a_line, issue_refused, lines_of, ordonnance
from ordonnance.domain.line import Exclusion, Flag, Mention, Particulars

TERMINOLOGY = "https://smt.esante.gouv.fr/fhir/CodeSystem/terminologie-cisis"
AM = "https://ordonnance.example/fhir/NamingSystem/numero-am"


def read(*others, **changes):
    """What one line says that few lines say; None: nothing."""
    return lines_of(ordonnance(a_line(**changes), people=(PATIENT, PRACTITIONER, *others)))[
        0
    ].particulars


def coded(code, **more):
    return {"coding": [{"code": code, **more}]}


def test_most_lines_say_nothing_more():  # MED-18
    assert read() is None


# Substitution excluded


@pytest.mark.parametrize(
    ("substitution", "exclusion"),
    [
        ({"allowedBoolean": False, "reason": coded("MTE")}, Exclusion.NARROW_MARGIN),
        ({"allowedBoolean": False, "reason": coded("EFG")}, Exclusion.CHILD_UNDER_SIX),
        ({"allowedBoolean": False, "reason": coded("CIF")}, Exclusion.EXCIPIENT),
        (
            {"allowedCodeableConcept": coded("N"), "reason": coded("MTE")},
            Exclusion.NARROW_MARGIN,
        ),
        (
            {"allowedBoolean": False, "reason": {"text": "non substituable (MTE)"}},
            Exclusion.NARROW_MARGIN,
        ),
        (
            {"allowedBoolean": False, "reason": {"text": "Marge thérapeutique étroite"}},
            Exclusion.NARROW_MARGIN,
        ),
        (
            {"allowedBoolean": False, "reason": coded("1", display="Enfant de moins de 6 ans")},
            Exclusion.CHILD_UNDER_SIX,
        ),
        (
            {"allowedBoolean": False, "reason": {"text": "Contre-indication : lactose, enfant"}},
            Exclusion.EXCIPIENT,
        ),
        # A code comes before words.
        (
            {"allowedBoolean": False, "reason": {**coded("CIF"), "text": "enfant intolérant"}},
            Exclusion.EXCIPIENT,
        ),
        ({"allowedBoolean": False}, Exclusion.UNSAID),
        ({"allowedCodeableConcept": coded("N")}, Exclusion.UNSAID),
        ({"allowedBoolean": False, "reason": {"text": "souhait du patient"}}, Exclusion.UNSAID),
        ({"allowedBoolean": False, "reason": {"text": "somptueux"}}, Exclusion.UNSAID),
    ],
)
def test_an_exclusion_is_read_with_its_reason(substitution, exclusion):  # MED-19
    assert read(substitution=substitution) == Particulars(exclusion=exclusion)


@pytest.mark.parametrize(
    "substitution",
    [
        {"allowedBoolean": True},
        {"allowedBoolean": True, "reason": coded("MTE")},
        {"allowedCodeableConcept": coded("G")},
        {"allowedCodeableConcept": {"text": "générique"}},
        {},
    ],
)
def test_a_substitution_allowed_is_no_exclusion(substitution):  # MED-19
    assert read(substitution=substitution) is None


# Express mentions


def mention(code):
    return [{"url": f"{OURS}mention", "valueCode": code}]


@pytest.mark.parametrize(
    ("changes", "mentions"),
    [
        ({"extension": mention("CHEVAUCHEMENT")}, [Mention.OVERLAP]),
        ({"extension": mention("UNE_SEULE_FOIS")}, [Mention.ONE_DELIVERY]),
        (
            {"extension": mention("UNE_SEULE_FOIS") + mention("CHEVAUCHEMENT")},
            [Mention.ONE_DELIVERY, Mention.OVERLAP],
        ),
        ({"extension": mention("CHEVAUCHEMENT") * 2}, [Mention.OVERLAP]),
        ({"note": [{"text": "Chevauchement autorisé"}]}, [Mention.OVERLAP]),
        ({"note": [{"text": "CHEVAUCHEMENT EXPRESSÉMENT PRÉVU"}]}, [Mention.OVERLAP]),
        ({"note": [{"text": "Délivrance en une seule fois"}]}, [Mention.ONE_DELIVERY]),
        ({"note": [{"text": "à délivrer en une fois"}]}, [Mention.ONE_DELIVERY]),
        (
            {"note": [{"text": "Chevauchement autorisé. Ne pas dépasser 6 par jour"}]},
            [Mention.OVERLAP],
        ),
        ({"note": [{"text": "À jeun"}, {"text": "chevauchement possible"}]}, [Mention.OVERLAP]),
    ],
)
def test_express_mentions_are_read(changes, mentions):  # MED-15, MED-16
    assert read(**changes) == Particulars(mentions=tuple(mentions))


@pytest.mark.parametrize(
    "text",
    [
        "Chevauchement interdit",
        "chevauchements interdits",
        "Pas de chevauchement",
        "Chevauchement non autorisé",
        "Chevauchement : non",
        "Je n’autorise pas le chevauchement",
        "Je n'autorise aucun chevauchement",
        "Éviter tout chevauchement",
        "Sans chevauchement",
        "Délivrance fractionnée, pas en une seule fois",
        "Ne pas délivrer en une fois",
        "Prendre les deux gélules en une seule fois",  # said to the patient
        "Délivrer la moitié. Prendre en une fois",
    ],
)
def test_what_forbids_or_says_something_else_is_no_mention(text):  # MED-15, MED-16
    assert read(note=[{"text": text}]) is None


def test_a_mention_that_is_none_of_ours_is_refused():  # MED-15, MED-16
    body = ordonnance(a_line(extension=mention("TOUT")))

    assert issue_refused(body) == ("ELEMENT_INVALID", "Bundle.entry[2].resource.extension")


# Sub-types


@pytest.mark.parametrize(
    ("code", "flag"),
    [
        ("MED-1094", Flag.AT_HOME),
        ("MED-1095", Flag.URGENT),
        ("MED-1096", Flag.BIZONE),
        ("MED-1097", Flag.EXCEPTION),
        ("MED-1098", Flag.SECURED),
        ("MED-1132", Flag.LARGE_EQUIPMENT),
        ("MED-1159", Flag.MILITARY),
    ],
)
def test_flags_are_read_by_their_codes(code, flag):  # MED-18
    assert read(category=[coded(code, system=TERMINOLOGY)]) == Particulars(flags=(flag,))


def test_several_flags_are_kept_once_in_their_order():  # MED-18
    category = [coded("MED-1098"), coded("MED-1096"), coded("MED-1098"), {"text": "MED-1097"}]

    assert read(category=category) == Particulars(flags=(Flag.SECURED, Flag.BIZONE))


def test_other_categories_are_no_flags():  # MED-18
    assert read(category=[coded("outpatient"), coded("MED-9999"), {"coding": [{}]}]) is None


# The pharmacy


def organization(*identifiers):
    named = {"resourceType": "Organization", "id": "pharmacie", "name": "Pharmacie du Marché"}
    return {**named, "identifier": list(identifiers)}


@pytest.mark.parametrize(
    ("performer", "others", "pharmacy"),
    [
        ({"identifier": {"value": "332000011"}}, [], "332000011"),
        ({"identifier": {"system": AM, "value": " 332000011 "}}, [], "332000011"),
        ({"identifier": {"system": AM, "value": "33 2000 011"}}, [], "332000011"),
        ({"identifier": {"system": "urn:numero-am", "value": "332000011"}}, [], "332000011"),
        (
            {"reference": "Organization/pharmacie"},
            [organization({"system": AM, "value": "332000011"})],
            "332000011",
        ),
        (
            {"reference": "Organization/pharmacie"},
            [
                organization(
                    {"system": "https://finess.esante.gouv.fr", "value": "750000002"},
                    {"value": "332000011"},
                )
            ],
            "332000011",
        ),
        # Named by something else: nobody is turned away for it.
        ({"display": "Pharmacie du Marché"}, [], ""),
        ({"identifier": {"system": "https://finess.esante.gouv.fr", "value": "750000001"}}, [], ""),
        ({"identifier": {"system": "urn:oid:1.2.250.1.71.4.2.2", "value": "750000001"}}, [], ""),
        ({"identifier": {"value": "1750000001"}}, [], ""),
        ({"identifier": {"value": "٣٣٢٠٠٠٠١١"}}, [], ""),
        ({"identifier": {}}, [], ""),
        ({"reference": "Organization/ailleurs"}, [], ""),
        ({"reference": "Organization/pharmacie"}, [organization()], ""),
    ],
)
def test_the_pharmacy_named_is_known_by_its_am_number(performer, others, pharmacy):  # MED-17
    dispense = {"quantity": {"value": 2, "unit": "boîte"}, "performer": performer}

    found = read(*others, dispenseRequest=dispense)

    assert found == Particulars(pharmacy=pharmacy)


def test_a_pharmacy_may_be_contained_in_its_line():  # MED-17
    dispense = {"quantity": {"value": 2}, "performer": {"reference": "#pharmacie"}}

    found = read(dispenseRequest=dispense, contained=[organization({"value": "332000011"})])

    assert found == Particulars(pharmacy="332000011")


def test_an_empty_reference_names_no_pharmacy():  # MED-17
    assert read(dispenseRequest={"quantity": {"value": 2}, "performer": {}}) is None


# An operation


def surgery(operation=None, discharge=None):
    parts = [("operationOn", operation), ("dischargeOn", discharge)]
    return [
        {
            "url": f"{OURS}surgery",
            "extension": [{"url": name, "valueDate": on} for name, on in parts if on],
        }
    ]


@pytest.mark.parametrize("discharge", ["2026-12-10", "2026-12-12"])
def test_an_operation_is_read_with_its_days(discharge):  # MED-15
    found = read(extension=surgery("2026-12-10", discharge)).surgery

    assert str(found.operation_on) == "2026-12-10"
    assert str(found.discharge_on) == discharge


@pytest.mark.parametrize(
    ("operation", "discharge"),
    [
        ("2026-12-12", "2026-12-10"),
        ("2026-12-10", None),
        (None, "2026-12-10"),
        (None, None),
        ("2026-12", "2026-12-10"),
        ("2026-02-30", "2026-12-10"),
        ("0001-01-01", "2026-12-10"),
    ],
)
def test_an_operation_that_makes_no_sense_is_refused(operation, discharge):  # MED-15
    body = ordonnance(a_line(extension=surgery(operation, discharge)))

    assert issue_refused(body) == ("ELEMENT_INVALID", "Bundle.entry[2].resource.extension")
