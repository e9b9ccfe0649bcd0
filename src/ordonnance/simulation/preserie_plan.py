"""What happens at the counters during the two préséries of the story: the same at each telling.

Days are counted from the Monday on which both are opened, which is day 0.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import TypeVar

SEED = "bilan"
DECLARED, LAUNCHED, CHECKED, COMPLEMENTED, CUT = 0, 2, 11, 17, 21
REPORTED, QUALIFIED, FIXED, ANSWERED, DRAWN, DECIDED, ENDED = 23, 24, 29, 32, 35, 36, 38
# On which day each pharmacy is installed: three in the first week, which begins on day 7.
INSTALLED = (7, 8, 9, 14, 15)
OTHERS_INSTALLED = (7, 8, 10)
_A_WEEK, _WORKED = 7, 5

_Item = TypeVar("_Item")


class Scene(StrEnum):
    """What happens to an ordonnance at the counter."""

    WHOLE = "WHOLE"
    PARTIAL = "PARTIAL"
    SUBSTITUTED = "SUBSTITUTED"
    NOT_DELIVERED = "NOT_DELIVERED"
    CORRECTED = "CORRECTED"
    UNDONE = "UNDONE"
    EXHAUSTED = "EXHAUSTED"  # whole, then presented again: nothing remains
    UNREASONED = "UNREASONED"  # another product, without the reason that the software never asks
    SENT_TOO = "SENT_TOO"  # recorded, and the scan is sent all the same
    LOST = "LOST"  # no network, and never sent again
    LOST_AND_STOPPED = "LOST_AND_STOPPED"  # the same, and its scan is not sent either


@dataclass(frozen=True, slots=True, order=True)
class Visit:
    """A patient at the counter: the day, the rank of the pharmacy among its présérie's."""

    day: int
    pharmacy: int
    scene: Scene


def draw_visits() -> tuple[Visit, ...]:
    """The visits to the pharmacies of the présérie that succeeds, by day."""
    scenes = (
        *[Scene.WHOLE] * 19,
        *[Scene.PARTIAL] * 3,
        *[Scene.SUBSTITUTED] * 5,
        *[Scene.NOT_DELIVERED] * 2,
        *(Scene.CORRECTED, Scene.UNDONE, Scene.EXHAUSTED, Scene.SENT_TOO),
    )
    first = [Visit(day, rank, Scene.WHOLE) for rank, day in enumerate(INSTALLED)]
    early = [Visit(day, rank, Scene.UNREASONED) for day, rank in ((10, 1), (16, 3), (REPORTED, 2))]
    undone = Visit(COMPLEMENTED - 1, 1, Scene.WHOLE)
    return tuple(sorted([*first, *early, undone, *spread(scenes, INSTALLED, SEED)]))


def draw_other_visits() -> tuple[Visit, ...]:
    """The visits to the pharmacies of the présérie that is prolonged, by day."""
    scenes = (
        *[Scene.WHOLE] * 6,
        *[Scene.LOST] * 4,
        *(Scene.PARTIAL, Scene.SUBSTITUTED, Scene.CORRECTED, Scene.UNDONE, Scene.LOST_AND_STOPPED),
    )
    first = [Visit(day, rank, Scene.WHOLE) for rank, day in enumerate(OTHERS_INSTALLED)]
    return tuple(sorted([*first, *spread(scenes, OTHERS_INSTALLED, f"{SEED} too")]))


def spread(scenes: Sequence[Scene], installed: Sequence[int], seed: str) -> Iterator[Visit]:
    """A visit for each of *scenes*, on a worked day after its pharmacy was installed."""
    places = [
        (day, rank)
        for rank, since in enumerate(installed)
        for day in range(since + 1, ANSWERED)
        if day % _A_WEEK < _WORKED
    ]
    drawn = shuffle(places, seed)[: len(scenes)]
    for (day, rank), scene in zip(drawn, shuffle(scenes, seed), strict=True):
        yield Visit(day, rank, scene)


def shuffle(items: Sequence[_Item], seed: str) -> list[_Item]:
    """*items* in an order that *seed* alone decides."""
    ranks = sorted(range(len(items)), key=lambda rank: sha256(f"{seed}/{rank}".encode()).digest())
    return [items[rank] for rank in ranks]
