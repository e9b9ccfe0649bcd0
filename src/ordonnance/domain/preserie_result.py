"""A présérie told as JSON values, as ``replay`` prints it and the téléservice answers it."""

from collections.abc import Mapping
from fractions import Fraction

from ordonnance.domain.bilan import Bilan, Criterion
from ordonnance.domain.preserie import Notice, Participant, Preserie, state_of
from ordonnance.domain.preserie_coverage import list_covered
from ordonnance.domain.preserie_history import History
from ordonnance.domain.preserie_replay import Replay
from ordonnance.domain.preserie_step import next_step, turn_of


def describe_replay(replayed: Replay) -> Mapping[str, object]:
    """The JSON object of a replay.

    ``started_on``, ``weeks`` (whole weeks, up to the last event) and ``bilan`` are null before
    they begin.

    Source: PRE-11, PRE-37.
    """
    preserie = replayed.preserie
    bilan = preserie.bilan
    return {
        "state": state_of(preserie).value,
        "step": next_step(preserie),
        "started_on": preserie.started_on.isoformat() if preserie.started_on else None,
        "weeks": preserie.weeks,
        "modalities": preserie.modalities.name,
        "participants": [
            describe_participant(preserie, one) for one in preserie.participants.values()
        ],
        "refusals": [
            {"line": one.line, "code": one.code, "sentence": one.sentence}
            for one in replayed.refused
        ],
        "warnings": [
            {"line": line, "code": one.code.value, "sentence": one.sentence}
            for line, one in replayed.warned
        ],
        "bilan": None if bilan is None else describe_bilan(bilan),
        "notifications": [describe_notice(one) for one in preserie.notices],
        "traces_active": list(preserie.traces_active),
        "valid_for": list(list_covered(preserie)),
        "covers": [
            {
                "line": line,
                "software": one.software,
                "covered": one.is_covered,
                "because": one.because,
            }
            for line, one in replayed.covers
        ],
    }


def describe_turn(preserie: Preserie) -> list[str]:
    """Whose turn it is, as JSON.

    Source: PRE-46.
    """
    return [kind.value for kind in turn_of(preserie)]


def describe_listed(history: History) -> Mapping[str, object]:
    """A présérie in a list, as JSON.

    ``vendor`` and ``software`` are those it is run on, else the last vendor and the first software
    declared; ``participants`` and ``installed`` count the pharmacies that take part.

    Source: PRE-46.
    """
    preserie = history.preserie
    name = preserie.opened or next(iter(preserie.software), None)
    active = preserie.active
    return {
        "id": history.id,
        "vendor": preserie.vendor if name is None else preserie.software[name].vendor,
        "software": name,
        "state": state_of(preserie).value,
        "step": next_step(preserie),
        "turn": describe_turn(preserie),
        "started_on": preserie.started_on.isoformat() if preserie.started_on else None,
        "weeks": preserie.weeks,
        "cpam": list(preserie.cpam),
        "participants": len(active),
        "installed": sum(1 for one in active if one.installed_on is not None),
        "events": history.last,
    }


def describe_participant(preserie: Preserie, one: Participant) -> Mapping[str, object]:
    """A pharmacy as JSON; days are ``YYYY-MM-DD``, null where nothing happened."""
    return {
        "am": one.am,
        "name": one.name,
        "department": one.department,
        "version": one.version,
        "agreement_on": one.agreement_on.isoformat(),
        "submitted": one.is_submitted,
        "planned_on": one.planned_on.isoformat() if one.planned_on else None,
        "trained_on": min(one.trained_on).isoformat() if one.trained_on else None,
        "installed_on": one.installed_on.isoformat() if one.installed_on else None,
        "traces": one.am in preserie.traces_active,
        "withdrawn": not one.is_active,
        "withdrawn_because": one.withdrawn_because,
    }


def describe_bilan(bilan: Bilan) -> Mapping[str, object]:
    """A bilan as JSON; ``met`` says that all five criteria are, nothing waived."""
    return {
        "criteria": [describe_criterion(one) for one in bilan.criteria],
        "met": bilan.is_met,
        "drawn_at": bilan.drawn_at.isoformat(),
        "since": bilan.since.value,
        "min_answers": bilan.min_answers,
        "shared_with": [str(party) for party in bilan.shared_with],
        "waives": [{"criterion": one.criterion, "reason": one.reason} for one in bilan.waives],
    }


def describe_criterion(criterion: Criterion) -> Mapping[str, object]:
    """A criterion as JSON; shares and means are numbers, not cut. Source: PRE-38."""
    return {
        "id": criterion.number,
        "name": criterion.name,
        "met": criterion.met,
        "met_by_text": criterion.met_by_text,
        "value": as_json(criterion.value),
        "target": as_json(criterion.target),
        "low": criterion.low,
        "high": criterion.high,
        "reading": list(criterion.reading),
        "detail": criterion.detail,
    }


def describe_notice(notice: Notice) -> Mapping[str, object]:
    """A notification as JSON. Source: PRE-40."""
    return {
        "at": notice.at.isoformat(),
        "from": str(notice.sender),
        "to": str(notice.recipient),
        "about": notice.about,
        "text": notice.text,
    }


def as_json(value: bool | int | Fraction | None) -> bool | float | None:  # noqa: FBT001 - a value
    """An exact value as a JSON number."""
    return float(value) if isinstance(value, Fraction) else value
