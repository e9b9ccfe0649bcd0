"""How much a posology takes a day, which is what a pack lasts by.

Where a posology leaves a choice (a range, as needed, steps that differ) the largest amount
counts: a pack then lasts the shortest, and nobody is told to come back later than they may need.
"""

from collections.abc import Sequence
from fractions import Fraction

from ordonnance.domain.line import Intake
from ordonnance.domain.posology import Amount, Between, Ratio, Step, Timing, Unit, When
from ordonnance.domain.posology_unit import DAY, HOUR, MINUTE, MONTH, WEEK, YEAR

_DAYS_IN = {
    MINUTE: Fraction(1, 1440),
    HOUR: Fraction(1, 24),
    DAY: Fraction(1),
    WEEK: Fraction(7),
    MONTH: Fraction(30),
    YEAR: Fraction(365),
}
_WEEK_DAYS = 7
_AT_EACH_MEAL = frozenset({When.MEAL, When.BEFORE_MEAL, When.AFTER_MEAL})
_MEALS = 3


def intake_of(steps: Sequence[Step]) -> Intake | None:
    """What *steps* take on their fullest day; None where it cannot be told whole.

    Source: MED-11; CSP, art. R. 5132-14 (the delay « résultant de la posologie »). The largest
    amount: ours, see the module.
    """
    units: set[str] = set()
    a_day: dict[int, Fraction] = {}  # by sequence: steps of one sequence run together
    for step in steps:
        taken = _taken_a_day(step)
        if taken is None:
            return None
        a_day[step.sequence] = a_day.get(step.sequence, 0) + taken[0]
        units.add("" if taken[1] is None else taken[1].one)
    most = max(a_day.values(), default=None)
    if len(units) != 1 or not most:
        return None
    is_most = len(set(a_day.values())) > 1 or any(_leaves_a_choice(step) for step in steps)
    return Intake(most.numerator, most.denominator, units.pop(), is_most)


def _leaves_a_choice(step: Step) -> bool:
    """Whether less may be taken: as needed, or within a range."""
    timing = step.timing
    is_range = any(isinstance(dose.amount, Between) for dose in step.doses)
    return is_range or step.is_as_needed or bool(timing.frequency_max or timing.period_max)


def _taken_a_day(step: Step) -> tuple[Fraction, Unit | None] | None:
    """What one step takes a day at most; None where its dose or its timing does not say."""
    if step.unread or len(step.doses) != 1 or step.doses[0].rate is not None:
        return None
    dose = _most(step.doses[0].amount)
    times = None if dose is None else _times_a_day(step.timing)
    if dose is not None and times is not None:
        return Fraction(dose.value) * times, dose.unit
    return _limit_a_day(step.max_per_period) if step.is_as_needed else None


def _most(amount: Amount | Between | None) -> Amount | None:
    return amount.high if isinstance(amount, Between) else amount


def _times_a_day(timing: Timing) -> Fraction | None:
    """How many intakes a day has at most; None where nothing says so."""
    moments = sum(_MEALS if when in _AT_EACH_MEAL else 1 for when in timing.when)
    stated = max(moments, len(timing.times))
    repeated = timing.frequency_max or timing.frequency
    length = None if timing.period_unit is None else _DAYS_IN.get(timing.period_unit)
    if timing.period and length:
        times = max(stated, repeated or 1)
        every = Fraction(timing.period) * length
    else:
        times = stated or repeated or len(timing.days[:1])
        every = Fraction(1)
    if timing.days and timing.period and timing.period_unit == WEEK:
        # « 1 a week, on Monday and Thursday » is one on each of these days, and so is « 2 a week ».
        times = max(times, len(timing.days) * max(stated, 1))
    elif timing.days:
        every = max(Fraction(_WEEK_DAYS, len(timing.days)), every)
    return times / every if times else None


def _limit_a_day(limit: Ratio | None) -> tuple[Fraction, Unit | None] | None:
    """What « no more than so much in so long » allows a day."""
    length = None if limit is None or limit.under.unit is None else _DAYS_IN.get(limit.under.unit)
    if limit is None or not length or not limit.under.value:
        return None
    return Fraction(limit.over.value) / (Fraction(limit.under.value) * length), limit.over.unit
