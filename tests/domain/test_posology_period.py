"""Days, clock times and bounds of a posology, as the sentence says them."""

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest

from domain.posologies import a_step, said, some
from ordonnance.domain.posology import Between, Period, Weekday, When
from ordonnance.domain.posology_unit import DAY, MONTH, WEEK, YEAR

PARIS_SUMMER = timezone(timedelta(hours=2))
MARTINIQUE = timezone(timedelta(hours=-4))
MON, TUE, WED, THU, FRI, SAT, SUN = Weekday


@pytest.mark.parametrize(
    ("timing", "sentence"),
    [
        ({"days": (MON, THU)}, "le lundi et le jeudi"),
        ({"days": (SUN, FRI, SAT)}, "du vendredi au dimanche"),
        ({"days": (MON, TUE, WED, THU, FRI)}, "du lundi au vendredi"),
        ({"days": (MON, TUE, THU)}, "le lundi, le mardi et le jeudi"),
        ({"days": tuple(Weekday)}, "tous les jours"),
        ({"days": (TUE,), "frequency": 1, "period_unit": WEEK}, "1 fois par semaine, le mardi"),
        ({"days": (TUE,), "when": (When.EVENING,)}, "le mardi, le soir"),
        ({"times": (time(7), time(12), time(18, 5))}, "à 7 h, 12 h et 18 h 05"),
        ({"times": (time(0), time(8, 0, 30))}, "à 0 h et 8 h 00 min 30 s"),
        ({"events": (date(2026, 5, 1),)}, "le 1er mai 2026"),
        (
            {"events": (date(2026, 5, 12), datetime(2026, 5, 13, 8, tzinfo=PARIS_SUMMER))},
            "le 12 mai 2026 et le 13 mai 2026 à 8 h",
        ),
    ],
)
def test_days_and_clock_times_are_said(timing, sentence):  # POS-5
    assert said(a_step(timing)) == f"1 comprimé {sentence}"


def paris(*moment):
    return datetime(*moment, tzinfo=PARIS_SUMMER)


@pytest.mark.parametrize(
    ("bounds", "sentence"),
    [
        (some(5, DAY), " pendant 5 jours"),
        (some(1, MONTH), " pendant 1 mois"),
        (some("1.5", YEAR), " pendant 1 an et demi"),
        (Between(low=some(5, DAY), high=some(10, DAY)), " pendant 5 à 10 jours"),
        (Between(low=some(5, DAY)), " pendant au moins 5 jours"),
        (Between(high=some(10, DAY)), " pendant au plus 10 jours"),
        (
            Period(start=date(2026, 5, 2), end=date(2026, 5, 6)),
            ", du 2 au 6 mai 2026 inclus, soit 5 jours",
        ),
        (
            Period(start=date(2026, 5, 1), end=date(2026, 6, 1)),
            ", du 1er mai au 1er juin 2026 inclus, soit 32 jours",
        ),
        (
            Period(start=date(2026, 12, 30), end=date(2027, 1, 2)),
            ", du 30 décembre 2026 au 2 janvier 2027 inclus, soit 4 jours",
        ),
        (Period(start=date(2026, 5, 2), end=date(2026, 5, 2)), ", le 2 mai 2026"),
        (Period(start=date(2026, 5, 6), end=date(2026, 5, 2)), ", du 6 au 2 mai 2026 inclus"),
        (Period(start=date(2026, 5, 2)), ", à partir du 2 mai 2026"),
        (Period(end=date(2026, 5, 2)), ", jusqu’au 2 mai 2026 inclus"),
        # Half-open: the end is written one second early.
        (
            Period(start=paris(2026, 5, 2, 14, 30), end=paris(2026, 5, 5, 14, 29, 59)),
            ", du 2 mai 2026 à 14 h 30 au 5 mai 2026 à 14 h 30, soit 3 jours",
        ),
        (
            Period(start=paris(2026, 5, 2), end=paris(2026, 5, 6, 23, 59, 59)),
            ", du 2 au 6 mai 2026 inclus, soit 5 jours",
        ),
        (
            Period(start=paris(2026, 5, 2, 8), end=paris(2026, 5, 2, 20)),
            ", du 2 mai 2026 à 8 h au 2 mai 2026 à 20 h",
        ),
        (
            Period(start=paris(2026, 5, 2, 8), end=date(2026, 5, 6)),
            ", du 2 mai 2026 à 8 h au 6 mai 2026 inclus",
        ),
        (Period(end=paris(2026, 5, 2)), ", jusqu’au 2 mai 2026 à 0 h"),
        # UTC is nobody's clock: it is read in Paris. Another offset is the prescriber's.
        (Period(start=datetime(2026, 7, 2, 22, tzinfo=UTC)), ", à partir du 3 juillet 2026"),
        (
            Period(start=datetime(2026, 7, 2, 19, tzinfo=MARTINIQUE)),
            ", à partir du 2 juillet 2026 à 19 h",
        ),
        # A day stays a day when the clocks change.
        (
            Period(
                start=datetime(2026, 10, 24, 6, tzinfo=UTC),
                end=datetime(2026, 10, 26, 6, 59, 59, tzinfo=UTC),
            ),
            ", du 24 octobre 2026 à 8 h au 26 octobre 2026 à 8 h, soit 2 jours",
        ),
    ],
)
def test_the_bounds_are_said(bounds, sentence):  # POS-6
    assert said(a_step({"bounds": bounds})) == f"1 comprimé{sentence}"
