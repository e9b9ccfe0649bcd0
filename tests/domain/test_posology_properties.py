"""Whatever the posology, it is a sentence."""

from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
import re

from hypothesis import given
from hypothesis import strategies as st
import pytest

from ordonnance.domain.posology import (
    Amount,
    Between,
    Dose,
    Period,
    Ratio,
    Step,
    Timing,
    Weekday,
    When,
)
from ordonnance.domain.posology_numeral import Wording
from ordonnance.domain.posology_sentence import say
from ordonnance.domain.posology_unit import MILLION_UI, TIMES, find_unit, read_unit

KNOWN = [
    find_unit(word)
    for word in ("mg", "UI", "comprimé", "ampoule", "goutte", "patch", "poche", "m²")
]
units = st.sampled_from(
    [*KNOWN, *TIMES, MILLION_UI, None, read_unit("mg/kg"), read_unit("dose kg")]
)
values = st.decimals(0, 10**9 - 1, places=2) | st.integers(0, 100).map(Decimal)
amounts = st.builds(Amount, value=values, unit=units)
durations = st.builds(Amount, value=st.integers(1, 2000).map(Decimal), unit=st.sampled_from(TIMES))
spans = st.builds(Between, low=st.none() | amounts, high=st.none() | amounts)
ratios = st.builds(Ratio, over=amounts, under=durations)
words = st.sampled_from(
    [*("Voie orale", "à jeun", "Si douleur", "Prendre assis", "le soir", "PO", "bolus"), None]
)
OFFSETS = [timezone(timedelta(hours=hours)) for hours in (-4, 0, 2)]
FIRST, LAST = date(1900, 1, 2), date(2199, 12, 30)
days = st.dates(FIRST, LAST)
instants = st.datetimes(
    datetime.combine(FIRST, time()),
    datetime.combine(LAST, time()),
    timezones=st.sampled_from(OFFSETS),
).map(lambda at: at.replace(microsecond=0))
moments = days | instants
counts = st.none() | st.integers(1, 30)
timings = st.builds(
    Timing,
    frequency=counts,
    frequency_max=counts,
    period=st.none() | st.decimals("0.01", 1000, places=2),
    period_max=st.none() | st.decimals("0.01", 1000, places=2),
    period_unit=st.none() | st.sampled_from(TIMES),
    count=counts,
    count_max=counts,
    lasts=st.none() | durations,
    when=st.lists(st.sampled_from(When), max_size=4).map(tuple),
    offset=st.none() | st.integers(0, 3000),
    times=st.lists(st.times().map(lambda at: at.replace(microsecond=0)), max_size=3).map(tuple),
    days=st.lists(st.sampled_from(Weekday), max_size=7).map(tuple),
    events=st.lists(moments, max_size=2).map(tuple),
    bounds=st.none()
    | durations
    | st.builds(Between, low=st.none() | durations, high=st.none() | durations)
    | st.builds(Period, start=st.none() | moments, end=st.none() | moments),
    text=st.none() | st.just("matin et soir"),
)
doses = st.builds(
    Dose,
    amount=st.none() | amounts | spans,
    rate=st.none() | ratios | amounts | spans,
    calculated=st.none() | amounts | spans,
    of=st.none() | st.just("céfotaxime"),
)


def steps_with(texts):
    return st.builds(
        Step,
        sequence=st.integers(0, 3),
        doses=st.lists(doses, max_size=2).map(tuple),
        route=texts,
        method=texts,
        site=texts,
        timing=timings,
        is_as_needed=st.booleans(),
        as_needed_for=texts,
        is_reason_coded=st.booleans(),
        max_per_intake=st.none() | amounts,
        max_per_period=st.none() | ratios,
        max_per_lifetime=st.none() | amounts,
        instructions=st.lists(texts, max_size=2).map(lambda found: tuple(t for t in found if t)),
        patient_instruction=texts,
        text=texts,
        unread=st.sampled_from([(), ("timing",)]),
    )


wordings = st.sampled_from(Wording)
BROKEN = re.compile(r"\s\s|\s[,.]|,\s*[,.]|\(\s*\)|\(\s|\s\)|^[,.\s]|[^.]\.\.")
DANGLING = re.compile(
    r"(?:\b(?:et|puis|à|de|du|par|pendant|ni|en|soit|ou|au|aux|le|la|les|si|dépasser|débit|jusqu’au"
    r"|moins|plus|cas|prises d’)|[,;:(«])$"
)


@given(st.lists(steps_with(words), max_size=4), wordings)
def test_a_posology_is_a_sentence_without_holes(steps, wording):  # POS-1
    sentence = say(steps, wording)

    assert not BROKEN.search(sentence)
    assert not DANGLING.search(sentence)


@given(st.lists(steps_with(st.none() | st.text()), max_size=3), wordings)
def test_no_words_of_a_prescriber_break_it(steps, wording):  # POS-1
    sentence = say(steps, wording)

    assert "  " not in sentence
    assert sentence == sentence.strip()
    assert sentence.isprintable() or all(
        sign in "\u202f\u00a0" or sign.isprintable() for sign in sentence
    )


@given(st.text())
def test_any_text_is_a_unit(text):  # POS-3
    unit = read_unit(text)

    assert unit.many == " ".join(unit.many.split())


@given(st.lists(steps_with(words), max_size=3))
def test_the_order_of_what_follows_does_not_depend_on_the_order_of_what_came(steps):  # POS-1
    ranked = [step for rank, step in enumerate(steps) if step.sequence == rank]

    assert say(ranked) == say(list(reversed(ranked)))


@pytest.mark.parametrize("wording", Wording)
def test_every_known_unit_has_both_forms(wording):  # POS-3
    for unit in KNOWN:
        for value in (1, 2):
            step = Step(doses=(Dose(amount=Amount(value=Decimal(value), unit=unit)),))

            assert say([step], wording)


def test_midnight_is_said():  # POS-5
    assert say([Step(timing=Timing(times=(time(0),)))]) == "à 0\u202fh"
