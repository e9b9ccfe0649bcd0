"""The bodies that a pharmacy's software sends, as the téléservice reads them."""

from decimal import Decimal
import json

from builders import NOW, a_number
from ordonnance.domain.line import Exclusion, Intake
from ordonnance.fhir.execution import read
from ordonnance.fhir.prescription import read as read_prescription
from ordonnance.simulation.papers import (
    Delivered,
    Ordered,
    Taken,
    write_execution,
    write_line,
    write_prescription,
)
from ordonnance.simulation.population import ANNE, DOCTOR
from ordonnance.store.product import read_extract

PRODUCTS = read_extract()
LEVOTHYROX = PRODUCTS.by_cip13["3400930065891"]
MORPHINE = PRODUCTS.by_cip13["3400934990007"]


def read_back(ordered):
    """The line that *ordered* is, as the téléservice reads it."""
    body = write_prescription(a_number(), [ordered], patient=ANNE, prescriber=DOCTOR, at=NOW)
    [line] = read_prescription(body, PRODUCTS)[0].lines
    return line


def test_a_delivery_says_how_many_days_it_covers():
    number = a_number()
    month = Delivered(product=LEVOTHYROX, line=3, days=28)

    [act], _ = read(write_execution(number, [month], at=NOW))

    assert (act.days, act.quantity) == (Decimal(28), Decimal(1))
    assert act.prescribed == number.line(3)


def test_a_delivery_says_that_it_substitutes_only_where_it_does():
    bodies = (
        write_execution(a_number(), [Delivered(product=LEVOTHYROX, is_substitute=is_so)], at=NOW)
        for is_so in (True, False)
    )

    generic, same = (json.loads(body)["entry"][0]["resource"] for body in bodies)

    assert generic["substitution"]["wasSubstituted"] is True
    assert generic["substitution"]["type"]["coding"][0]["code"] == "G"
    assert "substitution" not in same
    assert "daysSupply" not in same


def test_a_structured_dose_is_said_in_words_and_counted():
    taken = Taken(amount=1, unit="gélule", times_a_day=2, when=("MORN", "EVE"))

    line = read_back(Ordered(product=MORPHINE, taken=taken, days=28))

    assert line.posology == (
        "une gélule deux fois par jour, le matin et le soir, pendant vingt-huit jours"
    )
    assert line.intake == Intake(2, 1, "gélule")
    assert line.days == Decimal(28)


def test_a_dose_may_depend_on_something_and_be_taken_at_moments_only():
    pain = Taken(amount=1, unit="comprimé", times_a_day=3, condition="si douleur")
    morning = Taken(amount=1, unit="comprimé", when=("MORN",))

    said = [
        read_back(Ordered(product=LEVOTHYROX, taken=taken, boxes=1)).posology
        for taken in (pain, morning)
    ]

    assert [words.replace("\u202f", " ").replace("\u00a0", " ") for words in said] == [
        "1 comprimé 3 fois par jour si douleur",
        "1 comprimé le matin",
    ]


def test_a_prescriber_excludes_substitution_for_a_reason():
    line = read_back(
        Ordered(product=LEVOTHYROX, boxes=1, posology="1", exclusion=Exclusion.NARROW_MARGIN)
    )

    assert line.particular.exclusion is Exclusion.NARROW_MARGIN


def test_what_the_prescriber_only_wrote_is_all_that_is_sent_of_a_dose():
    ordered = Ordered(product=LEVOTHYROX, posology="1 comprimé par jour", boxes=1)

    request = write_line(a_number(), ordered, NOW)

    assert request["dosageInstruction"] == [{"text": "1 comprimé par jour"}]
    assert "substitution" not in request
