"""When a dose is taken, said in French: how often, on which days, at which moments."""

from decimal import Decimal

from ordonnance.domain.posology import Amount, Between, Timing, Weekday, When
from ordonnance.domain.posology_amount import in_handy_unit, say_amount, say_between
from ordonnance.domain.posology_numeral import NARROW, Wording, say_list, say_number
from ordonnance.domain.posology_unit import DAY, HOUR, MINUTE, SECOND

_WEEKDAYS = dict(
    zip(
        Weekday,
        ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
        strict=True,
    )
)
_MOMENTS = {
    When.MORNING: "le matin",
    When.MORNING_EARLY: "en début de matinée",
    When.MORNING_LATE: "en fin de matinée",
    When.NOON: "à midi",
    When.AFTERNOON: "l’après-midi",
    When.AFTERNOON_EARLY: "en début d’après-midi",
    When.AFTERNOON_LATE: "en fin d’après-midi",
    When.EVENING: "le soir",
    When.EVENING_EARLY: "en début de soirée",
    When.EVENING_LATE: "en fin de soirée",
    When.NIGHT: "la nuit",
    When.BEDTIME: "au coucher",
    When.WAKING: "au réveil",
}
# Source: FHIR R4, EventTiming; Interop'Santé, fr-additional-when-codes.
_EVENTS = {
    When.MEAL: ("pendant", "le repas"),
    When.BREAKFAST: ("pendant", "le petit-déjeuner"),
    When.LUNCH: ("pendant", "le déjeuner"),
    When.DINNER: ("pendant", "le dîner"),
    When.BEFORE_MEAL: ("avant", "le repas"),
    When.BEFORE_BREAKFAST: ("avant", "le petit-déjeuner"),
    When.BEFORE_LUNCH: ("avant", "le déjeuner"),
    When.BEFORE_DINNER: ("avant", "le dîner"),
    When.AFTER_MEAL: ("après", "le repas"),
    When.AFTER_BREAKFAST: ("après", "le petit-déjeuner"),
    When.AFTER_LUNCH: ("après", "le déjeuner"),
    When.AFTER_DINNER: ("après", "le dîner"),
    When.ASLEEP: ("après", "l’endormissement"),
    When.BEFORE_RISING: ("avant", "le lever"),
    When.AFTER_RISING: ("après", "le lever"),
    When.BEFORE_WASHING: ("avant", "la toilette"),
    When.WASHING: ("pendant", "la toilette"),
    When.AFTER_WASHING: ("après", "la toilette"),
    When.BEFORE_SNACK: ("avant", "la collation"),
    When.SNACK: ("pendant", "la collation"),
    When.AFTER_SNACK: ("après", "la collation"),
    When.BEFORE_MORNING_SNACK: ("avant", "la collation du matin"),
    When.MORNING_SNACK: ("pendant", "la collation du matin"),
    When.AFTER_MORNING_SNACK: ("après", "la collation du matin"),
    When.BEFORE_AFTERNOON_SNACK: ("avant", "la collation de l’après-midi"),
    When.AFTERNOON_SNACK: ("pendant", "la collation de l’après-midi"),
    When.AFTER_AFTERNOON_SNACK: ("après", "la collation de l’après-midi"),
    When.BEFORE_BED: ("avant", "le coucher"),
    When.AFTER_BED: ("après", "le coucher"),
}
_AT_A_DISTANCE = {When.BEDTIME: ("avant", "le coucher"), When.WAKING: ("après", "le réveil")}
_MEALS = ("le repas", "le petit-déjeuner", "le déjeuner", "le dîner")
_EDGES = {"avant": "au début", "après": "à la fin"}
_RUN_MIN = 3  # from three days in a row on, « du lundi au mercredi »
_BY_CLOCK = (SECOND, MINUTE, HOUR)


def say_frequency(timing: Timing, wording: Wording = Wording.FIGURES) -> str:
    """``3 fois par jour``, ``toutes les 6 heures``, ``1 à 2 fois tous les 3 jours``; or empty.

    Source: POS-4.
    """
    low, high = timing.frequency, timing.frequency_max
    interval = _say_interval(timing, wording)
    if low is None and high is None:
        low = 1 if timing.period_unit is not None else None
    said = _say_numbers(low, high, wording, is_feminine=True)
    if interval.startswith("tou") and said in ("1", "une"):
        return interval
    return " ".join(
        part for part in (f"{said}{_gap(wording)}fois" if said else "", interval) if part
    )


def _gap(wording: Wording) -> str:
    return NARROW if wording is Wording.FIGURES else " "


def _say_numbers(low: int | None, high: int | None, wording: Wording, *, is_feminine: bool) -> str:
    """``3``, ``2 à 3``, ``au plus 3``; empty where there is neither."""
    numbers = [
        say_number(Decimal(number), wording, is_feminine=is_feminine)
        for number in ([low] if low == high else [low, high])
        if number is not None
    ]
    return f"au plus {numbers[0]}" if low is None and numbers else " à ".join(numbers)


def _say_interval(timing: Timing, wording: Wording) -> str:
    """``par jour``, ``toutes les 6 heures``; empty without a unit."""
    if timing.period_unit is None:
        return ""
    every = Amount(value=timing.period or Decimal(1), unit=timing.period_unit)
    longest = (
        None
        if timing.period_max is None
        else Amount(value=timing.period_max, unit=timing.period_unit)
    )
    if longest is None or longest == every:
        every = in_handy_unit(every)
        return _say_every(every, wording, timing.frequency_max or timing.frequency or 1)
    all_the = "toutes les" if timing.period_unit.is_feminine else "tous les"
    return f"{all_the} {say_between(Between(low=every, high=longest), wording)}"


def _say_every(every: Amount, wording: Wording, frequency: int) -> str:
    unit = every.unit or DAY
    all_the = "toutes les" if unit.is_feminine else "tous les"
    if every.value != 1:
        return f"{all_the} {say_amount(every, wording)}"
    if frequency == 1 and unit in _BY_CLOCK:
        return f"{all_the} {unit.many}"
    return f"par {unit.one}"


def spacing_of(timing: Timing) -> Amount | None:
    """The least time between two intakes where a timing says no more than that; else None.

    At most once every four hours is said as what it asks for: four hours between two intakes.
    """
    is_spacing = timing.frequency is None and timing.frequency_max == 1
    if not is_spacing or timing.period_unit not in _BY_CLOCK or timing.period_max is not None:
        return None
    return in_handy_unit(Amount(value=timing.period or Decimal(1), unit=timing.period_unit))


def say_when(timing: Timing, wording: Wording = Wording.FIGURES) -> str:
    """``le matin, à midi et le soir``, ``30 minutes avant le repas``; or empty.

    Source: POS-5; FHIR R4, EventTiming; Interop'Santé, fr-additional-when-codes.
    """
    times = timing.frequency_max or timing.frequency
    return say_list([_say_moment(when, timing.offset, times, wording) for when in timing.when])


def _say_moment(when: When, offset: int | None, times: int | None, wording: Wording) -> str:
    side, event = _EVENTS.get(when, ("", ""))
    if offset and when in _AT_A_DISTANCE:
        side, event = _AT_A_DISTANCE[when]
    if event == "le repas":
        event = _name_meal(times)
    if side not in _EDGES:
        said = f"{side} {event}" if side else _MOMENTS[when]
        return f"{said} (décalage\u00a0: {_say_offset(offset, wording)})" if offset else said
    if offset:
        return f"{_say_offset(offset, wording)} {side} {event}"
    if offset == 0:
        is_meal = event.endswith("repas") or event in _MEALS
        return f"{_EDGES[side]} {_contract(event)}" if is_meal else f"juste {side} {event}"
    return f"{side} {event}"


def _name_meal(times: int | None) -> str:
    if times is None:
        return "chaque repas"
    return "le repas" if times == 1 else "les repas"


def _contract(noun: str) -> str:
    """*noun* with its article after ``de``."""
    for article, contracted in (("le ", "du "), ("les ", "des ")):
        if noun.startswith(article):
            return contracted + noun.removeprefix(article)
    return f"de {noun}"


def _say_offset(minutes: int, wording: Wording) -> str:
    hours, rest = divmod(minutes, 60)
    parts = [
        say_amount(Amount(value=Decimal(count), unit=unit), wording)
        for count, unit in ((hours, HOUR), (rest, MINUTE))
        if count
    ]
    return say_list(parts)


def say_days(days: tuple[Weekday, ...]) -> str:
    """``le lundi et le jeudi``, ``du lundi au vendredi``; or empty."""
    if not days:
        return ""
    week = tuple(Weekday)
    ranks = sorted({week.index(day) for day in days})
    names = [_WEEKDAYS[week[rank]] for rank in ranks]
    if len(ranks) == len(week):
        return "tous les jours"
    if len(ranks) >= _RUN_MIN and ranks[-1] - ranks[0] == len(ranks) - 1:
        return f"du {names[0]} au {names[-1]}"
    return say_list([f"le {name}" for name in names])


def say_count(timing: Timing, noun: str, wording: Wording = Wording.FIGURES) -> str:
    """``21 prises au maximum, soit 7 jours``; *noun* is feminine and plural; or empty."""
    low, high = timing.count, timing.count_max
    if low is None and high is None:
        return ""
    number = _say_numbers(high if low is None else low, high, wording, is_feminine=True)
    most = high or low or 0
    named = noun.removesuffix("s") if most == 1 else noun
    end = "au total" if low is not None else "au maximum"
    days = _days_of(timing, most) if low is None or high is None else None
    lasts = "" if days is None else f", soit {say_amount(days, wording)}"
    return f"{number}{_gap(wording)}{named} {end}{lasts}"


def _days_of(timing: Timing, count: int) -> Amount | None:
    """How many days *count* intakes take, where a day has so many and the count is of days."""
    is_daily = timing.period_unit == DAY and timing.period in (None, 1) and not timing.period_max
    if not is_daily or timing.frequency_max is not None or count % (timing.frequency or 1):
        return None
    return Amount(value=Decimal(count // (timing.frequency or 1)), unit=DAY)


def say_lasting(timing: Timing, wording: Wording = Wording.FIGURES) -> str:
    """How long one intake lasts: ``12 heures``, ``10 à 20 minutes``; or empty."""
    if isinstance(timing.lasts, Amount):
        return say_amount(in_handy_unit(timing.lasts), wording)
    return "" if timing.lasts is None else say_between(timing.lasts, wording)
