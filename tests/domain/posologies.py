"""Steps of a posology, ready to be said."""

from decimal import Decimal

from ordonnance.domain.posology import Amount, Dose, Step, Timing
from ordonnance.domain.posology_sentence import say, say_in_words
from ordonnance.domain.posology_unit import read_unit


def some(value, unit="comprimé"):
    """An amount; *unit* in words, or a unit."""
    counted = read_unit(unit) if isinstance(unit, str) else unit
    return Amount(value=Decimal(str(value)), unit=counted)


def a_step(timing=None, *, amount=None, **more):
    """One tablet, so timed."""
    doses = (Dose(amount=amount or some(1)),)
    return Step(**{"doses": doses, "timing": Timing(**(timing or {})), **more})


def said(*steps):
    """The sentence, its narrow spaces made plain."""
    return say(steps).replace("\u202f", " ").replace("\u00a0", " ")


def said_in_words(*steps):
    """The sentence in words, its narrow spaces made plain."""
    return say_in_words(steps).replace("\u202f", " ").replace("\u00a0", " ")


def every(period, unit, **more):
    return {"period": Decimal(str(period)), "period_unit": unit, **more}
