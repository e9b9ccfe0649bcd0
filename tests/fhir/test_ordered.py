"""Lines that are not of medicines: what each kind says, and what is refused."""

from datetime import datetime
from decimal import Decimal
import json

from hypothesis import given
from hypothesis import strategies as st
import pytest

from fhir.bodies import (
    NUMBER_SYSTEM,
    OURS,
    PATIENT,
    PRACTITIONER,
    a_line,
    issue_refused,
    lines_of,
    ordonnance,
)
from fhir.orders import (
    LPP,
    NATURE,
    NGAP,
    a_care,
    a_device,
    a_test,
    an_act,
    nature,
    ours,
    sessions,
)
from ordonnance.domain.order import Course
from ordonnance.domain.order_sentence import say_order
from ordonnance.domain.refusal import Refusal
from ordonnance.fhir import prescription

KINDS = "BIOLOGIE, INFIRMIER, KINESITHERAPIE, ORTHOPHONIE, ORTHOPTIE, PEDICURIE_PODOLOGIE"


def line_of(resource):
    [line] = lines_of(ordonnance(resource))
    return line


def sentence_of(resource):
    """The sentence of an order, its spaces all alike."""
    return " ".join(say_order(line_of(resource)).split())


def repeat(**said):
    return {"occurrenceTiming": {"repeat": said}}


def days(value):
    return {"value": value, "system": "http://unitsofmeasure.org", "code": "d"}


# Devices


def test_a_device_says_its_code_its_quantity_and_its_renewals():  # TLS-40
    line = line_of(a_device())

    assert (line.kind, line.label, line.product) == (
        "DISPOSITIF",
        "Bas de compression, classe 2",
        "2190351",
    )
    assert (line.quantity, line.repeats, line.are_repeats_said, line.days) == (2, 1, True, None)
    assert line.valid_until == datetime.fromisoformat("2027-11-24T00:00:00+01:00")
    assert sentence_of(a_device()) == "2 paires, à renouveler 1 fois"


def parameter(name, value, **unit):
    return {"code": {"coding": [{"code": name}]}, "valueQuantity": {"value": value, **unit}}


@pytest.mark.parametrize(
    ("parameters", "quantity", "rented", "renewals", "length"),
    [
        ([parameter("rentalDays", 28), parameter("renewals", 5)], None, 28, 5, 28),
        ([parameter("rentalDays", 4, code="wk")], None, 28, None, 28),
        ([parameter("quantity", 1), parameter("rentalDays", 7)], 1, 7, None, 7),
        ([{"valueQuantity": {"value": 90}}, parameter("renewals", 0)], 90, None, 0, None),
        ([parameter("QUANTITY", 0.5)], Decimal("0.5"), None, None, None),
        ([parameter("quantity", 1), parameter("couleur", 3)], 1, None, None, None),
    ],
)
def test_parameters_of_a_device(parameters, quantity, rented, renewals, length):  # TLS-40
    line = line_of(a_device(parameter=parameters))

    assert (line.quantity, line.order.device.rental_days, line.days) == (quantity, rented, length)
    assert (line.repeats, line.are_repeats_said) == (renewals or 0, renewals is not None)


def test_renewals_of_a_device_as_the_french_profile_counts_them():  # TLS-40
    quantity = [parameter("quantity", 1)]

    assert line_of(a_device(parameter=quantity, **repeat(count=3))).repeats == 3
    assert line_of(a_device(parameter=quantity, **repeat(count=0))).are_repeats_said
    agreed = [*quantity, parameter("renewals", 3)]
    assert line_of(a_device(parameter=agreed, **repeat(count=3))).repeats == 3


def test_a_device_of_no_stated_quantity_lasts_as_long_as_its_line():  # TLS-40
    line = line_of(a_device(parameter=...))

    assert (line.quantity, line.days, line.is_open) == (None, 365, True)


@pytest.mark.parametrize(
    ("changes", "label", "code"),
    [
        ({"codeCodeableConcept": {"text": "Lit médicalisé"}}, "Lit médicalisé", None),
        ({"codeCodeableConcept": {"coding": [{"system": "x", "code": "Y1"}]}}, "Y1", None),
        (
            {
                "codeCodeableConcept": ...,
                "codeReference": {"reference": "#lit"},
                "contained": [
                    {"resourceType": "Device", "id": "lit", "type": {"text": "Lit à deux moteurs"}}
                ],
            },
            "Lit à deux moteurs",
            None,
        ),
        (
            {
                "codeCodeableConcept": ...,
                "codeReference": {"reference": "#lit"},
                "contained": [
                    {
                        "resourceType": "Device",
                        "id": "lit",
                        "deviceName": [{"name": "Lit Exemple 2", "type": "user-friendly-name"}],
                        "type": {"coding": [{"system": LPP, "code": "1295430"}]},
                    }
                ],
            },
            "Lit Exemple 2",
            "1295430",
        ),
        (
            {"codeCodeableConcept": ..., "codeReference": {"reference": "#x", "display": "Lit"}},
            "Lit",
            None,
        ),
    ],
)
def test_a_device_is_named_as_software_names_it(changes, label, code):  # TLS-40
    line = line_of(a_device(**changes))

    assert (line.label, line.product) == (label, code)


P = "Bundle.entry[2].resource"


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"codeCodeableConcept": ...}, ("ELEMENT_MISSING", f"{P}.codeCodeableConcept")),
        ({"codeCodeableConcept": {}}, ("ELEMENT_MISSING", f"{P}.codeCodeableConcept")),
        ({"codeReference": {"reference": "#x"}}, ("ELEMENT_INVALID", f"{P}.code[x]")),
        ({"parameters": []}, ("ELEMENT_INVALID", f"{P}.parameters")),
        ({"category": nature("BIOLOGIE")}, ("ELEMENT_INVALID", f"{P}.category")),
        ({"requisition": {}}, ("ELEMENT_INVALID", f"{P}.requisition")),
        ({"groupIdentifier": ...}, ("ELEMENT_MISSING", f"{P}.groupIdentifier")),
        ({"status": "draft"}, ("ELEMENT_INVALID", f"{P}.status")),
        ({"parameter": [{"valeur": 1}]}, ("ELEMENT_INVALID", f"{P}.parameter[0].valeur")),
        (
            {"parameter": [{"code": {"text": "quantity"}}]},
            ("ELEMENT_MISSING", f"{P}.parameter[0].valueQuantity.value"),
        ),
        (
            {"parameter": [parameter("quantity", 1), parameter("quantity", 2)]},
            ("ELEMENT_INVALID", f"{P}.parameter[1]"),
        ),
        ({"parameter": [parameter("quantity", 0)]}, ("QUANTITY_INVALID", f"{P}.parameter")),
        ({"parameter": [parameter("quantity", 1001)]}, ("QUANTITY_INVALID", f"{P}.parameter")),
        ({"parameter": [parameter("renewals", 1.5)]}, ("ELEMENT_INVALID", f"{P}.parameter")),
        ({"parameter": [parameter("renewals", -1)]}, ("ELEMENT_INVALID", f"{P}.parameter")),
        ({"parameter": [parameter("renewals", 100)]}, ("ELEMENT_INVALID", f"{P}.parameter")),
        ({"parameter": [parameter("rentalDays", 0)]}, ("ELEMENT_INVALID", f"{P}.parameter")),
        ({"parameter": [parameter("rentalDays", 1e300)]}, ("ELEMENT_INVALID", f"{P}.parameter")),
        (repeat(count=4), ("ELEMENT_INVALID", P)),
    ],
)
def test_a_device_ill_said_is_refused(changes, refused):  # TLS-40
    assert issue_refused(ordonnance(a_device(**changes))) == refused


# Biology


def test_an_examination_is_one_of_its_line():  # TLS-40
    line = line_of(a_test())

    assert (line.kind, line.label, line.product) == ("BIOLOGIE", "Hémogramme", "1104")
    assert (line.quantity, line.repeats, line.order.biology.specimens) == (1, 0, ("sang veineux",))


@pytest.mark.parametrize(
    ("changes", "quantity", "fills"),
    [
        ({"quantityQuantity": {"value": 3}}, 1, 3),
        (repeat(count=4), 1, 4),
        ({"extension": [ours("renewals", valueInteger=2)]}, 1, 3),
        (repeat(frequency=1, period=2, periodUnit="wk", boundsDuration=days(60)), None, 1),
        (repeat(frequency=1, period=2, periodUnit="wk", count=4), 1, 4),
    ],
)
def test_an_examination_done_several_times(changes, quantity, fills):  # TLS-40
    line = line_of(a_test(**changes))

    assert (line.quantity, line.fills) == (quantity, fills)
    assert line.quantity is not None or line.days == 60


@pytest.mark.parametrize(
    "changes",
    [
        {"specimen": [{"reference": "Specimen/a"}]},
        {"specimen": [{"reference": "#b"}], "contained": [{"id": "b"}]},
        {"specimen": ..., "extension": [ours("specimen", valueString="urines")]},
        {
            "specimen": ...,
            "extension": [ours("specimen", valueCodeableConcept={"text": "urines"})],
        },
    ],
)
def test_the_specimen_of_an_examination_is_found_where_it_is_said(changes):  # TLS-40
    urines = {"resourceType": "Specimen", "type": {"text": "urines"}}
    for contained in changes.get("contained", []):
        contained.update(urines)
    body = ordonnance(a_test(**changes), {**urines, "id": "a"})

    [line] = lines_of(body)

    assert line.order.biology.specimens == ("urines",)


def test_what_an_examination_says_beside():  # TLS-42
    line = a_test(
        priority="urgent",
        patientInstruction="À jeun depuis 12 heures.",
        note=[{"text": "Résultat à transmettre au néphrologue"}],
    )

    assert sentence_of(line) == (
        "prélèvement : sang veineux, en urgence, Résultat à transmettre au néphrologue, "
        "À jeun depuis 12 heures"
    )


# Care


def test_nursing_says_its_pace_its_days_and_where():  # TLS-40, TLS-42
    line = line_of(a_care())

    assert (line.kind, line.quantity, line.days, line.is_open) == ("INFIRMIER", None, 10, False)
    assert line.order.nursing.on_holidays
    assert sentence_of(a_care()) == (
        "2 fois par jour pendant 10 jours, à domicile, dimanches et jours fériés compris"
    )


@pytest.mark.parametrize(
    ("changes", "on_holidays"),
    [
        ({"note": [{"text": "Y compris dimanches et jours fériés"}]}, True),
        ({"orderDetail": [{"text": "Pansement, 7 jours/7"}]}, True),
        ({"note": [{"text": "Sauf le dimanche"}]}, False),
        ({"extension": [ours("holidays", valueBoolean=False)]}, False),
        ({}, False),
    ],
)
def test_whether_care_goes_on_over_holidays(changes, on_holidays):  # TLS-40
    line = line_of(a_care(**{"extension": ..., **changes}))

    assert line.order.nursing.on_holidays is on_holidays


@pytest.mark.parametrize(
    ("changes", "length"),
    [
        ({"occurrencePeriod": {"start": "2026-12-01", "end": "2026-12-10"}}, 10),
        ({"occurrencePeriod": {"start": "2026-12-01T08:00:00+01:00"}}, None),
        ({"occurrenceDateTime": "2026-12-03"}, None),
        (repeat(boundsPeriod={"start": "2027-03-27", "end": "2027-03-28"}), 2),
        (repeat(boundsRange={"low": days(5), "high": days(8)}), 8),
        (repeat(boundsDuration={"value": 2, "unit": "semaines"}), 14),
    ],
)
def test_how_long_care_lasts(changes, length):  # TLS-40
    line = line_of(a_care(**{"occurrenceTiming": ..., **changes}))

    assert (line.days, line.is_open) == (length or 365, length is None)
    assert line.order.pace


def test_sessions_are_counted_where_a_number_is_said():  # TLS-40, TLS-42
    line = line_of(sessions())

    assert (line.kind, line.label, line.quantity) == ("KINESITHERAPIE", "Kinésithérapie", 10)
    assert sentence_of(sessions()) == ("10 séances de kinésithérapie, épaule droite, à domicile")


@pytest.mark.parametrize(
    ("changes", "quantity", "sentence"),
    [
        ({"quantityQuantity": ...}, None, "kinésithérapie, épaule droite, à domicile"),
        ({"quantityQuantity": ..., **repeat(count=8)}, 8, "8 séances de kinésithérapie"),
        ({"quantityQuantity": ..., **repeat(count=8, countMax=12)}, 12, "12 séances"),
        ({"quantityQuantity": {"value": 1}}, 1, "1 séance de kinésithérapie, épaule"),
        (
            {"quantityQuantity": ..., "quantityRange": {"low": days(1), "high": {"value": 15}}},
            15,
            "15 séances de kinésithérapie",
        ),
        (repeat(count=10, frequency=2, period=1, periodUnit="wk"), 10, "10 séances de"),
        (
            {"extension": [ours("renewals", valueInteger=1)]},
            10,
            "10 séances de kinésithérapie, à renouveler 1 fois",
        ),
    ],
)
def test_how_many_sessions_are_ordered(changes, quantity, sentence):  # TLS-40, TLS-42
    assert line_of(sessions(**changes)).quantity == quantity
    assert sentence_of(sessions(**changes)).startswith(sentence)


def test_sessions_tell_how_often_they_are():  # TLS-42
    weekly = repeat(frequency=2, period=1, periodUnit="wk", count=10)

    assert sentence_of(sessions(bodySite=..., category=nature("KINESITHERAPIE"), **weekly)) == (
        "10 séances de kinésithérapie, 2 fois par semaine"
    )


@pytest.mark.parametrize(
    ("code", "extension", "course"),
    [
        (
            "Bilan orthophonique avec rééducation si nécessaire",
            [],
            "BILAN_ET_REEDUCATION_SI_NECESSAIRE",
        ),
        ("Bilan orthophonique", [], "BILAN"),
        ("Rééducation du langage oral", [], "REEDUCATION"),
        ("Trente seances", [], "REEDUCATION"),
        ("Langage", [], None),
        ("Bilan", [ours("course", valueCode="REEDUCATION")], "REEDUCATION"),
    ],
)
@pytest.mark.parametrize("kind", ["ORTHOPHONIE", "ORTHOPTIE"])
def test_whether_an_assessment_is_asked(kind, code, extension, course):  # TLS-40
    line = line_of(an_act(kind, code={"text": code}, extension=extension))

    assert line.order.therapy.course == (None if course is None else Course(course))
    assert line.label == code


def test_the_sentence_of_an_assessment():  # TLS-42
    asked = an_act(
        "ORTHOPHONIE", extension=[ours("course", valueCode="BILAN_ET_REEDUCATION_SI_NECESSAIRE")]
    )

    assert sentence_of(asked) == "bilan avec rééducation si nécessaire"
    assert sentence_of({**asked, "quantityQuantity": {"value": 30}}) == (
        "bilan avec rééducation si nécessaire, 30 séances d’orthophonie"
    )
    assert sentence_of(an_act("ORTHOPTIE", quantityQuantity={"value": 2})) == (
        "2 séances d’orthoptie"
    )


def test_care_of_a_diabetic_foot():  # TLS-40, TLS-42
    asked = an_act(
        "PEDICURIE_PODOLOGIE",
        code={"coding": [{"system": NGAP, "code": "POD"}], "text": "Soins de prévention"},
        quantityQuantity={"value": 5},
        extension=[ours("grade", valueInteger=2)],
    )

    line = line_of(asked)

    assert (line.product, line.order.podiatry.grade, line.quantity) == ("POD", 2, 5)
    assert sentence_of(asked) == ("5 séances de pédicurie-podologie, pied diabétique de grade 2")


def test_until_when_a_line_is_valid():  # TLS-40
    until = ours("validity", valuePeriod={"end": "2026-12-31"})

    line = line_of(sessions(extension=[until]))

    assert line.valid_until == datetime.fromisoformat("2027-01-01T00:00:00+01:00")


@pytest.mark.parametrize(
    ("line", "refused"),
    [
        (an_act("IMAGERIE"), ("KIND_EXCLUDED", f"{P}.category")),
        (an_act("TRANSPORT"), ("KIND_EXCLUDED", f"{P}.category")),
        (an_act("MEDICAMENT"), ("ELEMENT_INVALID", f"{P}.category")),
        (an_act("DISPOSITIF"), ("ELEMENT_INVALID", f"{P}.category")),
        (an_act("infirmier"), ("ELEMENT_INVALID", f"{P}.category")),
        (sessions(category=...), ("ELEMENT_MISSING", f"{P}.category")),
        (
            sessions(category=[{"coding": [{"system": "x", "code": "BIOLOGIE"}]}]),
            ("ELEMENT_MISSING", f"{P}.category"),
        ),
        (
            sessions(category=[*nature("KINESITHERAPIE"), *nature("BIOLOGIE")]),
            ("ELEMENT_INVALID", f"{P}.category"),
        ),
        (
            sessions(category=[*nature("KINESITHERAPIE"), *nature("IMAGERIE")]),
            ("KIND_EXCLUDED", f"{P}.category"),
        ),
        (an_act("BIOLOGIE"), ("ELEMENT_MISSING", f"{P}.code")),
        (an_act("INFIRMIER", code={"text": " "}), ("ELEMENT_MISSING", f"{P}.code")),
        (sessions(requisition=...), ("ELEMENT_MISSING", f"{P}.requisition")),
        (sessions(groupIdentifier={}), ("ELEMENT_INVALID", f"{P}.groupIdentifier")),
        (
            sessions(requisition={"system": "x", "value": "y"}),
            ("ELEMENT_INVALID", f"{P}.requisition.system"),
        ),
        (
            sessions(requisition={"system": NUMBER_SYSTEM, "value": "y"}),
            ("NUMBER_MALFORMED", f"{P}.requisition.value"),
        ),
        (sessions(quantityQuantitty={"value": 3}), ("ELEMENT_INVALID", f"{P}.quantityQuantitty")),
        (sessions(doNotPerform=True), ("ELEMENT_INVALID", f"{P}.doNotPerform")),
        (sessions(intent="proposal"), ("ELEMENT_INVALID", f"{P}.intent")),
        (sessions(priority="vite"), ("ELEMENT_INVALID", f"{P}.priority")),
        (sessions(quantityQuantity={"value": 0}), ("QUANTITY_INVALID", f"{P}.quantityQuantity")),
        (sessions(quantityQuantity={"value": -3}), ("QUANTITY_INVALID", f"{P}.quantityQuantity")),
        (sessions(quantityQuantity={"value": 2.5}), ("QUANTITY_INVALID", f"{P}.quantityQuantity")),
        (sessions(quantityQuantity={"value": 1e9}), ("QUANTITY_INVALID", f"{P}.quantityQuantity")),
        (sessions(quantityQuantity={}), ("QUANTITY_INVALID", f"{P}.quantityQuantity")),
        (
            sessions(quantityQuantity={"value": 3, "unit": "semaines"}),
            ("ELEMENT_INVALID", f"{P}.quantityQuantity"),
        ),
        (sessions(quantityQuantity=days(3)), ("ELEMENT_INVALID", f"{P}.quantityQuantity")),
        (sessions(quantityRange={"high": {"value": 3}}), ("ELEMENT_INVALID", f"{P}.quantity[x]")),
        (sessions(quantityRatio={}), ("ELEMENT_INVALID", f"{P}.quantityRatio")),
        (sessions(**repeat(count=9)), ("ELEMENT_INVALID", P)),
        (sessions(quantityQuantity=..., **repeat(count=0)), ("QUANTITY_INVALID", P)),
        (
            sessions(**repeat(frequence=2)),
            ("ELEMENT_INVALID", f"{P}.occurrenceTiming.repeat.frequence"),
        ),
        (
            sessions(occurrenceTiming={"repeats": {}}),
            ("ELEMENT_INVALID", f"{P}.occurrenceTiming.repeats"),
        ),
        (
            sessions(**repeat(boundsPeriod={"start": "2026-12-10", "end": "2026-12-01"})),
            ("ELEMENT_INVALID", f"{P}.occurrenceTiming.repeat.boundsPeriod"),
        ),
        (
            sessions(occurrenceDateTime="demain"),
            ("ELEMENT_INVALID", f"{P}.occurrenceDateTime"),
        ),
        (
            sessions(occurrencePeriod={"start": "demain"}),
            ("ELEMENT_INVALID", f"{P}.occurrencePeriod.start"),
        ),
        (
            sessions(extension=[ours("renewals", valueString="deux")]),
            ("ELEMENT_INVALID", f"{P}.extension"),
        ),
        (sessions(extension=[ours("validity")]), ("ELEMENT_INVALID", f"{P}.extension")),
        (
            an_act("ORTHOPTIE", extension=[ours("course", valueCode="TOUT")]),
            ("ELEMENT_INVALID", f"{P}.extension"),
        ),
        (
            an_act("PEDICURIE_PODOLOGIE", extension=[ours("grade", valueInteger=4)]),
            ("ELEMENT_INVALID", f"{P}.extension"),
        ),
        (
            an_act("PEDICURIE_PODOLOGIE", extension=[ours("grade", valueString="2")]),
            ("ELEMENT_INVALID", f"{P}.extension"),
        ),
    ],
)
def test_a_line_ill_said_is_refused(line, refused):  # TLS-40
    assert issue_refused(ordonnance(line)) == refused


@pytest.mark.parametrize("line", [sessions(category=...), an_act("ERGOTHERAPIE")])
def test_a_nature_that_is_not_known_is_answered_with_those_that_are(line):  # TLS-40
    with pytest.raises(Refusal) as refused:
        prescription.read(ordonnance(line))

    assert KINDS in refused.value.sentence


@pytest.mark.parametrize("line", [a_device(), a_test(), a_care(), sessions()])
def test_what_changes_the_meaning_of_a_line_is_refused(line):  # TLS-18
    spoilt = {**line, "modifierExtension": [{"url": "x", "valueBoolean": True}]}

    assert issue_refused(ordonnance(spoilt)) == ("EXTENSION_UNKNOWN", P)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"asNeededBoolean": True}, "1 acte, si besoin"),
        ({"asNeededBoolean": False}, "1 acte"),
        ({"asNeededCodeableConcept": {"text": "douleur"}}, "1 acte, si besoin (douleur)"),
        ({"asNeededCodeableConcept": 3}, "1 acte, fréquence illisible : voir l’ordonnance"),
    ],
)
def test_care_that_depends_on_a_condition_says_it(changes, sentence):  # TLS-42
    asked = an_act("INFIRMIER", code={"text": "Pansement"}, quantityQuantity={"value": 1})

    assert sentence_of({**asked, **changes}) == sentence


def test_whom_the_prescriber_names_is_said():  # TLS-42
    asked = sessions(
        bodySite=..., performer=[{"display": "le cabinet Exemple"}, {"reference": "#x"}]
    )

    assert sentence_of(asked) == (
        "10 séances de kinésithérapie, à domicile, par le cabinet Exemple"
    )


# Lines of several kinds


def test_lines_of_every_kind_are_numbered_in_the_order_of_the_bundle():  # TLS-18, TLS-40
    body = ordonnance(sessions(), a_line(), a_device(), a_test(), a_care())

    read, resources = prescription.read(body)

    assert [(line.rank, line.kind) for line in read.lines] == [
        (1, "KINESITHERAPIE"),
        (2, "MEDICAMENT"),
        (3, "DISPOSITIF"),
        (4, "BIOLOGIE"),
        (5, "INFIRMIER"),
    ]
    assert [
        resource["identifier"][0]["value"]
        for resource in json.loads(resources)
        if "identifier" in resource and resource["resourceType"].endswith("Request")
    ] == [f"{read.number}-{rank}" for rank in range(1, 6)]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"subject": {"reference": "Patient/marc"}}, "ELEMENT_INVALID"),
        ({"requester": {"reference": "Practitioner/sacha"}}, "ELEMENT_INVALID"),
        ({"authoredOn": "2026-10-23T10:00:00+02:00"}, "NUMBER_MONTH_INVALID"),
        (
            {"requisition": {"system": NUMBER_SYSTEM, "value": "012J00000000000009"}},
            "ELEMENT_INVALID",
        ),
    ],
)
def test_lines_share_their_number_their_month_and_their_people(changes, code):  # TLS-18
    marc = {
        **PATIENT,
        "id": "marc",
        "identifier": [{**PATIENT["identifier"][0], "value": "255081416802538"}],
    }
    sacha = {
        **PRACTITIONER,
        "id": "sacha",
        "identifier": [{**PRACTITIONER["identifier"][0], "value": "10104335319"}],
    }
    people = (PATIENT, PRACTITIONER, marc, sacha)

    assert issue_refused(ordonnance(a_line(), sessions(**changes), people=people))[0] == code


@given(st.sampled_from([a_device, a_test, a_care, sessions]), st.data())
def test_any_element_of_another_type_is_read_or_refused_by_its_name(make, data):
    line = make()
    name = data.draw(st.sampled_from(sorted(set(line) - {"resourceType"})))
    value = data.draw(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(["coding", "code", "text", "repeat", "value", "url", name]),
                    inner,
                    max_size=3,
                )
            ),
            max_leaves=5,
        )
    )

    try:
        read, _ = prescription.read(ordonnance({**line, name: value}))
    except Refusal:
        return

    assert read.lines[0].quantity or read.lines[0].days


def test_the_systems_are_as_the_documentation_gives_them():
    assert NATURE == "https://ordonnance.example/fhir/CodeSystem/nature"
    assert OURS == "https://ordonnance.example/fhir/StructureDefinition/"
