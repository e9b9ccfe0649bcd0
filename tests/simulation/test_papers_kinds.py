"""What the software of other professions sends, as the téléservice reads it."""

from datetime import timedelta
from decimal import Decimal

import pytest

from builders import NOW, a_number
from ordonnance.domain.execution import NotDone, Stage
from ordonnance.domain.line import Kind
from ordonnance.domain.order import Course
from ordonnance.domain.order_sentence import say_order
from ordonnance.domain.prescribing_kinds import check_content
from ordonnance.fhir.execution import read
from ordonnance.fhir.objection import read_objection
from ordonnance.fhir.parameters import read_correction
from ordonnance.fhir.prescription import read as read_prescription
from ordonnance.simulation.papers import (
    Delivered,
    write_acts,
    write_correction,
    write_delivery,
    write_objection,
    write_orders,
)
from ordonnance.simulation.papers_kinds import (
    Care,
    Device,
    Done,
    write_act,
    write_request,
    write_supply,
)
from ordonnance.simulation.population import (
    ANNE,
    DOCTOR,
    LABORATORY,
    NURSE,
    ORTHOPTIST,
    PHYSIOTHERAPIST,
    PODIATRIST,
    SPEECH_THERAPIST,
    SUPPLIER,
    say_options,
)
from ordonnance.simulation.stage import CAST
from ordonnance.store.product import read_extract

PRODUCTS = read_extract()
WALKER = Device(name="Déambulateur", code="1250177")


def read_back(line):
    """The line that is ordered, as the téléservice reads it."""
    request = write_request(a_number(), line, NOW)
    body = write_orders([request], patient=ANNE, prescriber=DOCTOR)
    [found] = read_prescription(body, PRODUCTS)[0].lines
    return found


def act_of(resource):
    """The act that a resource reports."""
    [act], _ = read(write_acts([resource]))
    return act


@pytest.mark.parametrize(
    ("ordered", "kind", "product", "quantity", "said"),
    [
        (WALKER, Kind.DEVICE, "1250177", 1, "1 unité"),
        (
            Care(kind=Kind.BIOLOGY, name="HbA1c", code="1577", specimen="sang veineux"),
            Kind.BIOLOGY,
            "1577",
            1,
            "prélèvement : sang veineux",
        ),
        (
            Care(kind=Kind.NURSING, name="Pansement", count=10, times_a_day=1, days=10),
            Kind.NURSING,
            None,
            10,
            "10 actes, 1 fois par jour pendant 10 jours",
        ),
        (
            Care(kind=Kind.PHYSIOTHERAPY, name="Marche", count=12),
            Kind.PHYSIOTHERAPY,
            None,
            12,
            "12 séances de kinésithérapie",
        ),
        (
            Care(kind=Kind.SPEECH_THERAPY, name="Langage", course=Course.ASSESSMENT_AND_THERAPY),
            Kind.SPEECH_THERAPY,
            None,
            None,
            "bilan avec rééducation si nécessaire",
        ),
        (
            Care(kind=Kind.ORTHOPTICS, name="Champ visuel", course=Course.ASSESSMENT),
            Kind.ORTHOPTICS,
            None,
            None,
            "bilan",
        ),
        (
            Care(kind=Kind.PODIATRY, name="Prévention", code="POD", count=5, grade=2),
            Kind.PODIATRY,
            "POD",
            5,
            "5 séances de pédicurie-podologie, pied diabétique de grade 2",
        ),
    ],
)
def test_a_line_of_each_kind_says_all_that_it_should(ordered, kind, product, quantity, said):
    line = read_back(ordered)

    assert (line.kind, line.label, line.product) == (kind, ordered.name, product)
    assert line.quantity == quantity
    assert say_order(line).replace("\u202f", " ").replace("\u00a0", " ") == said
    assert check_content(line) == ()


@pytest.mark.parametrize(
    ("done", "is_done", "stage", "quantity"),
    [
        (Done(line=2, name="Séance"), True, None, 1),
        (Done(line=2, name="Séance", is_last=True), True, Stage.ENDED, 1),
        (Done(line=2, name="Prélèvement", status="preparation"), True, Stage.SAMPLED, None),
        (
            Done(line=2, name="Séance", status="on-hold", reason="PATIENT_HOSPITALISE"),
            False,
            Stage.SUSPENDED,
            None,
        ),
    ],
)
def test_an_act_says_what_was_done_of_which_line_for_whom(done, is_done, stage, quantity):
    number = a_number()

    act = act_of(write_act(number, done, patient=ANNE, at=NOW))

    assert (act.prescribed, act.label) == (number.line(2), done.name)
    assert (act.is_done, act.stage, act.quantity) == (is_done, stage, quantity)
    assert act.not_done is (None if is_done else NotDone.PATIENT_IN_HOSPITAL)
    assert (act.patient, act.handed_over_at) == (ANNE.ins, NOW)


def test_a_device_is_handed_over_by_its_line():
    number = a_number()

    act = act_of(write_supply(number, 3, WALKER, NOW))

    assert (act.prescribed, act.kind, act.quantity) == (number.line(3), Kind.DEVICE, Decimal(1))
    assert (act.product, act.label, act.handed_over_at) == ("1250177", "Déambulateur", NOW)


def test_a_correction_says_all_that_the_execution_was():
    number, at = a_number(), NOW - timedelta(hours=1)
    amlor = PRODUCTS.by_cip13["3400933313586"]
    act = write_delivery(number, Delivered(product=amlor, boxes=2), at)

    body = write_correction(f"{number}-E1", "Deux boîtes", [act])
    execution, reason, [done], _ = read_correction(body)

    assert (execution, reason) == (f"{number}-E1", "Deux boîtes")
    assert (done.prescribed, done.quantity, done.handed_over_at) == (number.line(1), 2, at)


def test_an_objection_is_said_or_taken_back():
    assert read_objection(write_objection(objects=True)) is True
    assert read_objection(write_objection(objects=False)) is False


def test_each_profession_has_its_token():
    options = {person.name: say_options(person) for person in CAST}

    assert options[LABORATORY.name] == ("--role executor --profession G15_21 --am 338000102 --lab")
    assert options[ANNE.name] == "--role patient --ins 279035121518989"
    sites = (SUPPLIER, LABORATORY, NURSE, PHYSIOTHERAPIST, SPEECH_THERAPIST, ORTHOPTIST, PODIATRIST)
    assert all(person.am.key_is_right for person in sites)
    assert len({person.am for person in sites}) == len(sites)
