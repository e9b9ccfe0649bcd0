"""What holds of the rules of medicines whatever is prescribed, delivered, undone or decided."""

from datetime import timedelta
from decimal import Decimal
from functools import cache
import math

from hypothesis import given, settings
from hypothesis import strategies as st
import pytest

from domain.medicines import (
    FRACTIONED,
    IN_WORDS,
    LIST_I,
    NARCOTIC,
    NO_OVERLAP,
    UNKNOWN,
    Counter,
    a_line_of,
    a_medicine,
    at,
    day,
)
from ordonnance.domain.days import day_in_paris
from ordonnance.domain.execution import Completeness
from ordonnance.domain.line import Intake, Mention, Surgery
from ordonnance.domain.refusal import ALL_REASONS

WRITTEN = "2026-02-01"
FOUR_WEEKS = a_medicine("liste I", "prescription limitée à 4 semaines", holds=7)
OF_ALL_KINDS = (
    LIST_I,
    NARCOTIC,
    FRACTIONED,
    FOUR_WEEKS,
    a_medicine("liste II", holds=7),
    a_medicine("liste II", holds=None),
    a_medicine("liste I", holds=84, atc="G03AA07"),
    a_medicine("liste I", IN_WORDS, NO_OVERLAP, "délivrance fractionnée de 7 jours", holds=7),
    a_medicine("liste I", "prescription limitée à 6 mois", holds=90),
    a_medicine(holds=16),
    UNKNOWN,
)
ALL_KNOWN = tuple(product for product in OF_ALL_KINDS if product is not UNKNOWN)
OVERRIDABLE = tuple(reason.code for reason in ALL_REASONS if reason.overridable)
numbers = st.sampled_from(["0.01", "0.5", "1", "2", "3", "7", "30", "1000", "0.333333"])
some_days = st.none() | st.sampled_from(["0.0007", "0.5", "1", "7", "14", "28", "30", "36599"])
intakes = st.none() | st.builds(
    Intake,
    st.sampled_from([1, 2, 3, 10**12]),
    st.sampled_from([1, 2, 7, 365, 10**9]),
    st.sampled_from(["comprimé", "", "ml"]),
)
steps = st.lists(
    st.fixed_dictionaries(
        {
            "gap": st.integers(0, 45),
            "hours": st.integers(0, 30),
            "boxes": numbers,
            "days": some_days,
            "completeness": st.none() | st.sampled_from(Completeness),
            "is_deferred": st.booleans(),
            "is_undone": st.booleans(),
        }
    ),
    max_size=8,
)
mentions = st.sets(st.sampled_from(Mention)).map(tuple)


@st.composite
def lines(draw, product):
    """Any line of *product* that FHIR can say."""
    boxes, days = draw(st.none() | numbers), draw(some_days)
    is_surgery = draw(st.booleans())
    return a_line_of(
        product,
        WRITTEN,
        boxes=boxes,
        days=days if boxes or days else "28",
        fill_days=draw(some_days),
        repeats=draw(st.sampled_from([0, 1, 11, 99])),
        are_repeats_said=draw(st.booleans()),
        is_open=boxes is None and draw(st.booleans()),
        intake=draw(intakes),
        mentions=draw(mentions),
        surgery=Surgery(day("2026-02-10"), day("2026-02-12")) if is_surgery else None,
    )


@cache
def elsewhere():
    """Another ordonnance of the same substance, delivered."""
    counter = Counter(a_line_of(NARCOTIC, days=28))
    counter.deliver(WRITTEN)
    return counter.dossier


def deliveries(counter, plan):
    """Each act of *plan*, ready, and the instant at which it comes in."""
    now = at(WRITTEN)
    for step in plan:
        now += timedelta(days=step["gap"])
        act = counter.an_act(
            WRITTEN, step["boxes"], days=step["days"], completeness=step["completeness"]
        )
        yield act, now, step


@given(st.data(), st.sampled_from(OF_ALL_KINDS), steps)
@settings(max_examples=300, deadline=None)
def test_nothing_but_a_refusal_is_ever_raised(data, product, plan):  # MED-1, TLS-13
    line = data.draw(lines(product))
    counter = Counter(line, products=ALL_KNOWN, others=[elsewhere()])

    for act, now, step in deliveries(counter, plan):
        done_at = now - timedelta(hours=step["hours"])
        deferred = "Panne" if step["is_deferred"] else None
        told = counter.an_act(
            WRITTEN,
            step["boxes"],
            days=step["days"],
            completeness=act.completeness,
            deferred=deferred,
            handed_over_at=done_at,
        )
        code = counter.record(told, act, now=now + timedelta(minutes=1))
        assert not code or counter.sentence
        if not code and step["is_undone"]:
            counter.take_back(len(counter.dossier.facts), "2027-12-01")


@given(st.data(), st.sampled_from(OF_ALL_KINDS), steps)
@settings(max_examples=200, deadline=None)
def test_what_was_decided_or_done_is_always_recorded(data, product, plan):  # MED-1, TLS-26, TLS-27
    line = data.draw(lines(product))
    counter = Counter(line, products=ALL_KNOWN, others=[elsewhere()])

    for _, now, step in deliveries(counter, plan):
        more = {"days": step["days"], "handed_over_at": now}
        refused = counter.record(counter.an_act(WRITTEN, step["boxes"], **more), now=now)
        if not refused:
            continue
        more |= {"deferred": "Panne"} if step["is_deferred"] else {"override": OVERRIDABLE}
        decided = counter.record(counter.an_act(WRITTEN, step["boxes"], **more), now=now)
        assert decided == ""
        assert refused in {about for _, about in counter.alerts}


@given(st.data(), steps)
@settings(deadline=None)
def test_no_rule_of_medicines_stops_an_unknown_product(data, plan):  # MED-22
    counter = Counter(data.draw(lines(UNKNOWN)))

    for _, now, step in deliveries(counter, plan):
        act = counter.an_act(WRITTEN, step["boxes"], days=step["days"], handed_over_at=now)
        assert counter.record(act, now=now) in {"", "RIGHTS_EXHAUSTED", "EXPIRED"}


stated = st.lists(
    st.tuples(st.integers(0, 40), st.integers(1, 4), st.integers(1, 40), st.booleans()),
    max_size=30,
)


@pytest.mark.parametrize(
    ("product", "ceiling"), [(LIST_I, 365), (FOUR_WEEKS, 28), (NARCOTIC, 28), (FRACTIONED, 28)]
)
@given(plan=stated)
@settings(max_examples=60, deadline=None)
def test_no_sequence_exceeds_the_ceiling_unless_that_was_decided(
    product, ceiling, plan
):  # MED-13, MED-15
    counter = Counter(
        a_line_of(product, boxes=4, repeats=99, days=28, fill_days=28), products=[product]
    )
    now, covered = at(WRITTEN), 0

    for gap, boxes, days, is_stubborn in plan:
        now += timedelta(days=gap)
        override = ("TOO_EARLY", "TOO_LATE") if is_stubborn else ()
        more = {"override": override, "handed_over_at": now}
        act = counter.an_act(WRITTEN, boxes, days=days, **more)
        if counter.record(act, now=now) == "":
            covered += days
    was_decided = any(
        alert.about == "DURATION_EXCEEDED"
        for execution in counter.dossier.executions
        for alert in execution.alerts
    )

    assert covered <= ceiling or was_decided


@given(plan=stated, holds=st.sampled_from([7, 14, 20, 28, 30]))
@settings(max_examples=60, deadline=None)
def test_no_sequence_of_packs_exceeds_the_ceiling(plan, holds):  # MED-13
    product = a_medicine("liste II", holds=holds)
    line = a_line_of(product, boxes=2, days=30, are_repeats_said=False)
    counter = Counter(line, products=[product])
    now, packs = at(WRITTEN), 0

    for gap, boxes, _, is_stubborn in plan:
        now += timedelta(days=gap)
        override = ("TOO_EARLY", "RIGHTS_EXHAUSTED") if is_stubborn else ()
        act = counter.an_act(WRITTEN, boxes, override=override, handed_over_at=now)
        if counter.record(act, now=now) == "":
            packs += boxes

    assert packs * holds <= 365 + holds  # the last pack outlives a treatment of stated length


@given(st.integers(1, 90), st.integers(1, 4), st.sampled_from([1, 3, 12]))
@settings(deadline=None)
def test_who_comes_as_their_packs_end_is_never_refused(holds, a_day, fill):  # MED-11, MED-12
    product = a_medicine("liste I", holds=holds)
    line = a_line_of(product, boxes=fill, repeats=9999, intake=Intake(a_day, 1, "comprimé"))
    counter = Counter(line, products=[product])
    lasts = Decimal(holds) / a_day
    boxes = math.ceil(28 / lasts)
    now, covered = at(WRITTEN), 0

    while covered + boxes * lasts <= 365:
        act = counter.an_act(WRITTEN, boxes, handed_over_at=now)
        assert counter.record(act, now=now) == ""
        covered += boxes * lasts
        now = at(f"{day_in_paris(now) + timedelta(days=math.ceil(boxes * lasts))}")


@given(st.integers(2, 12), st.integers(0, 35))
@settings(deadline=None)
def test_a_fill_of_months_is_paced_as_renewals_by_the_month(months, gap):  # MED-11
    as_one = Counter(a_line_of(LIST_I, boxes=months))
    as_many = Counter(a_line_of(LIST_I, boxes=1, repeats=months - 1))
    now = at(WRITTEN)

    for _ in range(months):
        first, second = (
            one.record(one.an_act(WRITTEN, 1, handed_over_at=now), now=now)
            for one in (as_one, as_many)
        )
        now += timedelta(days=gap)

        assert first == second
