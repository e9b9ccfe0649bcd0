"""Treatments that may not overlap: what another ordonnance covers already."""

from dataclasses import replace

import pytest

from builders import after, an_issued, cancel, execute
from domain.medicines import (
    FRACTIONED,
    LIST_I,
    NARCOTIC,
    NO_OVERLAP,
    UNKNOWN,
    Counter,
    a_line_of,
    a_medicine,
    at,
    knowing,
)
from ordonnance.domain.line import Mention
from ordonnance.domain.overlap import covered_by, may_overlap

ZOLPIDEM = a_medicine("liste I", NO_OVERLAP, holds=28, substance="ZOLPIDEM (TARTRATE DE)")
OF_ANOTHER_SALT = a_medicine("liste I", NO_OVERLAP, holds=28, substance="Zolpidem (hémitartrate)")
MAY_OVERLAP = a_medicine("liste I", substance="ZOLPIDEM")
OTHER_SUBSTANCE = a_medicine("liste I", NO_OVERLAP, holds=28, substance="ZOPICLONE")
PRODUCTS = (ZOLPIDEM, MAY_OVERLAP, OF_ANOTHER_SALT, OTHER_SUBSTANCE, NARCOTIC, FRACTIONED, LIST_I)


def covered(product=ZOLPIDEM, *, on="2026-02-01", **more):
    """Another ordonnance of 28 days, delivered."""
    counter = Counter(a_line_of(product, days=28), products=PRODUCTS)
    assert counter.deliver(on, **more) == ""
    return counter.dossier


def second(product=ZOLPIDEM, *, others, **more):
    """A new ordonnance of the same patient."""
    line = a_line_of(product, "2026-02-20", days=28, **more)
    return Counter(line, written="2026-02-20", products=PRODUCTS, others=others)


@pytest.mark.parametrize(
    ("on", "code"),
    [("2026-02-20", "OVERLAP"), ("2026-02-28", "OVERLAP"), ("2026-03-01", "")],
)
def test_a_new_delivery_waits_for_the_end_of_the_last_ordonnance(on, code):  # MED-16
    counter = second(others=[covered()])

    assert counter.deliver(on) == code


def test_an_overlap_says_until_when():  # MED-16
    counter = second(others=[covered()])

    counter.deliver("2026-02-20")

    assert "une autre ordonnance couvre déjà ce traitement jusqu’au sam. 28 févr. 2026" in (
        counter.sentence
    )


@pytest.mark.parametrize(
    ("product", "code"),
    [
        (ZOLPIDEM, "OVERLAP"),
        (OF_ANOTHER_SALT, "OVERLAP"),
        (OTHER_SUBSTANCE, ""),
        (MAY_OVERLAP, ""),
        (UNKNOWN, ""),
    ],
)
def test_the_same_substance_may_not_overlap(product, code):  # MED-16, MED-22
    counter = second(product, others=[covered()])

    assert counter.deliver("2026-02-20") == code


def test_narcotics_may_not_overlap_though_no_text_says_it():  # MED-16
    counter = second(NARCOTIC, others=[covered(FRACTIONED, boxes=1)])

    assert counter.deliver("2026-02-20") == ""
    assert second(NARCOTIC, others=[covered(NARCOTIC)]).deliver("2026-02-20") == "OVERLAP"


def test_the_prescriber_may_say_that_they_overlap():  # MED-16
    counter = second(others=[covered()], mentions=(Mention.OVERLAP,))

    assert counter.deliver("2026-02-20") == ""


def test_the_professional_may_decide_that_they_overlap():  # MED-16, TLS-26
    counter = second(others=[covered()])

    assert counter.deliver("2026-02-20", override="OVERLAP") == ""
    assert counter.alerts == [("OVERRIDE", "OVERLAP")]


def test_the_same_ordonnance_does_not_overlap_itself():  # MED-16
    lines = [a_line_of(ZOLPIDEM, days=28, rank=rank) for rank in (1, 2)]
    counter = Counter(*lines, products=PRODUCTS)
    counter.deliver("2026-02-01", line=1)
    counter.known = knowing(*PRODUCTS, others=[counter.dossier])

    assert counter.deliver("2026-02-01", line=2) == ""


def nothing_delivered():
    return Counter(a_line_of(ZOLPIDEM, days=28), products=PRODUCTS).dossier


def taken_back():
    counter = Counter(a_line_of(ZOLPIDEM, days=28), products=PRODUCTS)
    counter.deliver("2026-02-01")
    counter.take_back(1, "2026-02-02")
    return counter.dossier


def delivered_later():
    return covered(on="2026-02-24")


def of_unknown_days():
    line = a_line_of(ZOLPIDEM, boxes=None, intake=None, days=28)
    counter = Counter(line, products=PRODUCTS)
    counter.deliver("2026-02-01")
    return counter.dossier


def cancelled():
    dossier = covered()
    return after(dossier, cancel(dossier.number), at=at("2026-02-10"))


def waiting():
    dossier = covered()
    return replace(dossier, issued=None)


@pytest.mark.parametrize(
    ("other", "code"),
    [
        (nothing_delivered, ""),
        (taken_back, ""),
        (delivered_later, ""),
        (of_unknown_days, ""),
        (waiting, ""),
        (cancelled, "OVERLAP"),  # what was delivered before still covers
    ],
)
def test_only_what_was_delivered_by_then_covers(other, code):  # MED-16
    counter = second(others=[other()])

    assert counter.deliver("2026-02-20") == code


def test_what_was_delivered_elsewhere_that_very_day_covers():  # MED-16
    others = [covered(on="2026-02-20", product=ZOLPIDEM)]

    assert second(others=others).deliver("2026-02-20 18:00") == "OVERLAP"


def test_a_century_of_tablets_is_no_error():  # MED-16
    first = Counter(a_line_of(ZOLPIDEM, days=28, repeats=0), products=PRODUCTS)
    for _ in range(110):
        late = first.an_act("2026-02-01", days=36_599, deferred="Panne")
        assert first.record(late, now=at("2026-02-02")) == ""

    assert second(others=[first.dossier]).deliver("2026-02-20") == "OVERLAP"
    assert second(others=[first.dossier]).deliver("2026-03-20") == ""


def test_of_several_lines_the_longest_covers():  # MED-16
    lines = [a_line_of(ZOLPIDEM, rank=rank, days=28) for rank in (1, 2)]
    first = Counter(*lines, products=PRODUCTS)
    first.deliver("2026-02-01", line=1)
    first.deliver("2026-02-01", "0.25", line=2)

    assert second(others=[first.dossier]).deliver("2026-02-20") == "OVERLAP"


def test_of_several_ordonnances_one_that_covers_is_enough():  # MED-16
    others = [nothing_delivered(), covered(OTHER_SUBSTANCE), covered(on="2026-02-04"), taken_back()]

    assert second(others=others).deliver("2026-02-20") == "OVERLAP"


@pytest.mark.parametrize("prescribed", [None, UNKNOWN.cip13.value])
def test_a_line_of_no_known_product_covers_by_what_was_delivered(prescribed):  # MED-16
    line = replace(a_line_of(ZOLPIDEM, days=28), product=prescribed)
    counter = Counter(line, products=PRODUCTS)
    counter.deliver("2026-02-01", product=ZOLPIDEM.cip13.value)

    assert second(others=[counter.dossier]).deliver("2026-02-20") == "OVERLAP"


def test_an_ordonnance_of_no_known_product_covers_nothing():  # MED-16
    other = an_issued()

    found = covered_by(
        other, ZOLPIDEM, on=at("2026-02-20").date(), referential=knowing(ZOLPIDEM).referential
    )

    assert found is None


@pytest.mark.parametrize(
    ("more", "on", "code"),
    [
        ({"days": 21}, "2026-02-21", "OVERLAP"),
        ({"days": 21}, "2026-02-22", ""),  # the last pack holds seven days more than prescribed
        ({"days": None, "fill_days": 21}, "2026-02-22", ""),
        ({"days": 21, "repeats": 1}, "2026-02-22", "OVERLAP"),  # nobody knows how long in all
        ({"days": None}, "2026-02-28", "OVERLAP"),
    ],
)
def test_what_a_last_pack_holds_beyond_the_treatment_covers_nothing(more, on, code):  # MED-16
    first = Counter(a_line_of(ZOLPIDEM, **more), products=PRODUCTS)
    first.deliver("2026-02-01")

    assert second(others=[first.dossier]).deliver(on) == code


# Whether the other dossiers are to be read at all


@pytest.mark.parametrize(
    ("product", "more", "act", "is_concerned"),
    [
        (ZOLPIDEM, {}, {}, True),
        (NARCOTIC, {}, {}, True),
        (LIST_I, {}, {}, False),
        (UNKNOWN, {}, {}, False),
        (UNKNOWN, {}, {"product": ZOLPIDEM.cip13.value}, True),
        (ZOLPIDEM, {"mentions": (Mention.OVERLAP,)}, {}, False),
        (ZOLPIDEM, {}, {"is_done": False}, False),
        (ZOLPIDEM, {}, {"prescribed": None}, False),
    ],
)
def test_other_dossiers_are_read_where_they_matter(product, more, act, is_concerned):  # MED-16
    counter = Counter(a_line_of(product, days=28, **more), products=PRODUCTS)
    command = execute(counter.number, replace(counter.an_act("2026-02-01"), **act))

    found = may_overlap(counter.dossier.prescription, command, knowing(*PRODUCTS).referential)

    assert found == is_concerned
