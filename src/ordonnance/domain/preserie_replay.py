"""A présérie replayed from the lines of a file: the real rules, in the order of the file.

Source: PRE-37.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ordonnance.domain.modalites import PHARMACISTS_2025_07, Modalities
from ordonnance.domain.preserie import Notice, Preserie
from ordonnance.domain.preserie_coverage import Coverage, cover
from ordonnance.domain.preserie_event import Event
from ordonnance.domain.preserie_event_bilan import Covers
from ordonnance.domain.preserie_reading import read_line
from ordonnance.domain.preserie_rules import apply
from ordonnance.domain.preserie_step import turn_of
from ordonnance.domain.preserie_warning import Warned
from ordonnance.domain.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Refused:
    """An event that was refused, at its line (from 1)."""

    line: int
    code: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What a file of events makes; lines count from 1, blank ones included.

    *accepted* holds the accepted events by their lines; *told*, what each notified. *turned_at* is
    the instant of the event that gave the turn to who has it now; None: nothing happened.
    """

    preserie: Preserie
    accepted: Mapping[int, Event] = field(default_factory=dict)
    refused: tuple[Refused, ...] = ()
    warned: tuple[tuple[int, Warned], ...] = ()
    told: tuple[tuple[int, Notice], ...] = ()
    covers: tuple[tuple[int, Coverage], ...] = ()
    turned_at: datetime | None = None


def replay(lines: Iterable[str], modalities: Modalities = PHARMACISTS_2025_07) -> Replay:
    """What the events of *lines* make, one by one; a refused one changes nothing.

    Source: PRE-34, PRE-37, PRE-96.
    """
    return follow(Replay(preserie=Preserie(modalities=modalities)), lines)


def follow(before: Replay, lines: Iterable[str], *, first: int = 1) -> Replay:
    """What *lines*, the first of which has the number *first*, add to what came *before*.

    Source: PRE-37, PRE-66.
    """
    preserie = before.preserie
    accepted = dict(before.accepted)
    refused, warned, covers = list(before.refused), list(before.warned), list(before.covers)
    turn, turned_at = turn_of(preserie), before.turned_at
    told = list(before.told)
    for number, line in enumerate(lines, start=first):
        if not line.strip():
            continue
        try:
            event = read_line(line)
            changed = apply(preserie, event)
        except Refusal as refusal:
            refused.append(Refused(number, refusal.reason.code, refusal.sentence))
            continue
        accepted[number] = event
        warned += ((number, one) for one in changed.warnings[len(preserie.warnings) :])
        told += ((number, one) for one in changed.notices[len(preserie.notices) :])
        if isinstance(event, Covers):
            covers.append((number, cover(changed, changed.software[event.software])))
        preserie, passed_from = changed, turn
        turn = turn_of(preserie)
        if turn != passed_from or turned_at is None:
            turned_at = event.at
    return Replay(
        preserie=preserie,
        accepted=accepted,
        refused=tuple(refused),
        warned=tuple(warned),
        told=tuple(told),
        covers=tuple(covers),
        turned_at=turned_at,
    )
