"""The bodies that a pharmacy's software sends, as the téléservice reads them."""

from decimal import Decimal
import json

from builders import NOW, a_number
from ordonnance.fhir.execution import read
from ordonnance.simulation.papers import Delivered, write_execution
from ordonnance.store.product import read_extract

LEVOTHYROX = read_extract().by_cip13["3400930065891"]


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
