"""One step of a posology said in French: what is taken, by which way, when, within what limits."""

from dataclasses import replace
from decimal import Decimal

from ordonnance.domain.posology import Amount, Between, Period, Ratio, Step
from ordonnance.domain.posology_amount import (
    in_handy_unit,
    say_amount,
    say_doses,
    say_ratio,
)
from ordonnance.domain.posology_numeral import Wording, after_de, say_list
from ordonnance.domain.posology_period import say_bounds, say_events, say_times
from ordonnance.domain.posology_text import append, clean, is_linked, is_noun, soften
from ordonnance.domain.posology_timing import (
    say_count,
    say_days,
    say_frequency,
    say_lasting,
    say_when,
    spacing_of,
)
from ordonnance.domain.posology_unit import DAY, HOUR, MINUTE

_BY_MOUTH = ("oral", "buccal", "sublingual", "per os", "gingival", "bouche")
_WORN = ("patch", "dispositif", "emplâtre", "pansement")
_A_DAY = Amount(value=Decimal(1), unit=DAY)
_24_HOURS = Amount(value=Decimal(24), unit=HOUR)


def noun_of(step: Step) -> str:
    """What an intake is called: one does not take a perfusion."""
    route = clean(step.route).casefold()
    is_taken = not route or any(word in route for word in _BY_MOUTH)
    return "prises" if is_taken else "administrations"


def say_structure(step: Step, wording: Wording, *, noun: str = "prises") -> str:
    """What the structure of a step says, but for its instructions; or empty."""
    step = _with_closed_range(step)
    timing = step.timing
    noun = noun_of(step) if step.route else noun
    often = "" if spacing_of(timing) is not None else say_frequency(timing, wording)
    lasting = say_lasting(timing, wording)
    kept = f"{'à garder' if _is_worn(step) else 'en'} {lasting}" if lasting else ""
    said = " ".join(part for part in (say_doses(step.doses, wording), kept, say_way(step)) if part)
    is_long = bool(kept) or any(dose.rate is not None for dose in step.doses)
    pieces = (
        often,
        say_days(timing.days),
        say_when(timing, wording),
        say_times(timing.times),
        say_events(timing.events),
        clean(timing.text),
    )
    when = ", ".join(piece for piece in pieces if piece)
    # « 21 gouttes 30 minutes avant le repas » reads wrong: two numbers, no verb.
    is_offset = bool(timing.offset) and not often and not timing.days
    said = append(said, when, is_apart=is_long or is_offset)
    bounds = say_bounds(timing.bounds, wording)
    said = append(said, bounds, is_apart="," in said or isinstance(timing.bounds, Period))
    said = append(said, _say_condition(step), is_apart="," in said or bool(bounds))
    ends = (
        say_count(timing, noun, wording),
        _say_spacing(step, noun, wording),
        _say_limits(step, noun, wording),
    )
    return ", ".join(part for part in (said, *ends) if part)


def _with_closed_range(step: Step) -> Step:
    """*step*, its open dose closed by the most that one intake may take: « 1 à 2 comprimés »."""
    if len(step.doses) != 1 or step.max_per_intake is None:
        return step
    amount, most = step.doses[0].amount, step.max_per_intake
    if not isinstance(amount, Between) or amount.low is None or amount.high is not None:
        return step
    if amount.low.unit != most.unit or most.value < amount.low.value:
        return step
    dose = replace(step.doses[0], amount=replace(amount, high=most))
    return replace(step, doses=(dose,), max_per_intake=None)


def _is_worn(step: Step) -> bool:
    """Whether a dose stays on the skin, so that it is kept and not given in so long."""
    amounts = [dose.amount for dose in step.doses]
    units = [amount.unit for amount in amounts if isinstance(amount, Amount)]
    return any(unit is not None and unit.one.startswith(_WORN) for unit in units)


def say_way(step: Step) -> str:
    """``par voie ophtalmique (œil droit)``; or empty."""
    route = clean(step.route)
    notes = [clean(step.method), clean(step.site)]
    lowered = route[:1].lower() + route[1:]
    if lowered.startswith("voie "):
        route = f"par {lowered}"
    elif lowered.startswith(("par ", "en ", "dans ", "sur ", "sous ")):
        route = lowered
    elif route:
        notes, route = [f"voie\u00a0: {route}", *notes], ""
    note = ", ".join(note for note in notes if note)
    return " ".join(part for part in (route, f"({note})" if note else "") if part)


def _say_condition(step: Step) -> str:
    """``si besoin``, ``si douleur``, ``en cas de fièvre``; or empty.

    Source: POS-7.
    """
    reason = clean(step.as_needed_for)
    if not reason:
        return "si besoin" if step.is_as_needed else ""
    if is_linked(reason):
        return soften(reason)
    if step.is_reason_coded and is_noun(reason):
        return f"en cas {after_de(reason)}"
    return f"si besoin ({reason})"


def _say_spacing(step: Step, noun: str, wording: Wording) -> str:
    """``en espaçant les prises d’au moins 4 heures``; empty where nothing asks for it.

    At most one intake, or one dose, in so many hours asks for those hours between two.

    Source: ours (POS-7): « au plus 1 comprimé en 4 heures » is how software says it, nobody else.
    """
    spacing = spacing_of(step.timing)
    if spacing is None and step.max_per_period is not None and _is_spaced_by_limit(step):
        spacing = in_handy_unit(step.max_per_period.under)
    if spacing is None:
        return ""
    return f"en espaçant les {noun} d’au moins {say_amount(spacing, wording)}"


def _is_spaced_by_limit(step: Step) -> bool:
    """Whether the limit of a period of less than a day is one dose."""
    limit = step.max_per_period
    if limit is None or len(step.doses) != 1 or limit.over != step.doses[0].amount:
        return False
    under = limit.under
    hours = {HOUR: Decimal(1), MINUTE: Decimal(1) / 60}.get(under.unit or DAY)
    return hours is not None and under.value * hours < _24_HOURS.value


def _say_limits(step: Step, noun: str, wording: Wording) -> str:
    """``sans dépasser 2 comprimés par prise ni 8 comprimés par jour``; or empty.

    Source: POS-7.
    """
    limits = []
    if step.max_per_intake is not None:
        limits.append(f"{say_amount(step.max_per_intake, wording)} par {noun.removesuffix('s')}")
    if step.max_per_period is not None and not _is_said_as_spacing(step):
        limit = step.max_per_period
        # A day is 24 hours in every rule that reads a posology (eP-IG, modelling rules).
        under = _A_DAY if limit.under == _24_HOURS else limit.under
        limits.append(say_ratio(Ratio(over=limit.over, under=under), wording))
    if step.max_per_lifetime is not None:
        limits.append(f"{say_amount(step.max_per_lifetime, wording)} au cours de la vie")
    return f"sans dépasser {say_list(limits, last=' ni ')}" if limits else ""


def _is_said_as_spacing(step: Step) -> bool:
    if not _is_spaced_by_limit(step) or step.max_per_period is None:
        return False
    asked = spacing_of(step.timing)
    return asked is None or asked == in_handy_unit(step.max_per_period.under)
