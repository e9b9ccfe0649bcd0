"""What anybody may know of préséries: which software are covered, which are generalised.

A trial that goes on, or failed, is not told here.

Source: PRE-67.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
import re

from ordonnance.domain.catalogue_words import fold
from ordonnance.domain.days import day_in_paris
from ordonnance.domain.preserie import Software
from ordonnance.domain.preserie_coverage import cover, list_covered
from ordonnance.domain.preserie_event_bilan import AuthoriseDeployment
from ordonnance.domain.preserie_history import History

_WORD = re.compile(r"[a-z0-9]+(?:\.[0-9]+)*")
_WORDS_MAX = 8
_LENGTH_MAX = 200
_ANSWERS_MAX = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A software that somebody asks about: whether it is covered, and why, in French."""

    software: str
    vendor: str
    versions: tuple[str, ...]
    is_covered: bool
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Generalised:
    """A software whose deployment is authorised: since which day in Paris, on which terms.

    *tried*: the software that the présérie was run on.
    """

    software: str
    vendor: str
    versions: tuple[str, ...]
    tried: str
    since: date
    terms: str


def find_coverage(histories: Iterable[History], words: str) -> tuple[Found, ...]:
    """The software that *words* may name, with whether each is covered; at most fifty.

    Each word begins one of its name, of its vendor's or of its versions, accents and letter case
    aside. Only software declared in a présérie decided « deploy » are told: an empty answer says
    neither that there is no such software, nor that it is being tried. Covered ones come first.

    Source: PRE-5, PRE-67.
    """
    wanted = _WORD.findall(fold(words[:_LENGTH_MAX]))[:_WORDS_MAX]
    if not wanted:
        return ()
    found: dict[tuple[str, str], Found] = {}
    for one in _list_answers(histories):
        known = found.get(key := (fold(one.vendor), fold(one.software)))
        if known is None or (one.is_covered and not known.is_covered):
            found[key] = one
    named = [one for one in found.values() if _is_named(one, wanted)]
    return tuple(sorted(named, key=lambda one: (not one.is_covered, fold(one.software))))[
        :_ANSWERS_MAX
    ]


def list_generalised(histories: Iterable[History]) -> tuple[Generalised, ...]:
    """The software whose deployment is authorised, by name: of two authorisations, the first.

    Source: PRE-1, PRE-5, PRE-32, PRE-67.
    """
    found: dict[tuple[str, str], Generalised] = {}
    for one in sorted(_list_authorised(histories), key=lambda one: one.since):
        found.setdefault((fold(one.vendor), fold(one.software)), one)
    return tuple(found[key] for key in sorted(found, key=lambda key: (key[1], key[0])))


def _list_answers(histories: Iterable[History]) -> Iterator[Found]:
    for history in histories:
        preserie = history.preserie
        if not preserie.is_validated:
            continue
        for software in preserie.software.values():
            coverage = cover(preserie, software)
            yield Found(
                software=software.name,
                vendor=software.vendor,
                versions=software.versions,
                is_covered=coverage.is_covered,
                because=coverage.because,
            )


def _is_named(found: Found, wanted: list[str]) -> bool:
    said = _WORD.findall(fold(" ".join((found.vendor, found.software, *found.versions))))
    return all(any(word.startswith(one) for word in said) for one in wanted)


def _list_authorised(histories: Iterable[History]) -> Iterator[Generalised]:
    for history in histories:
        preserie = history.preserie
        days = [
            day_in_paris(event.at)
            for event in history.replayed.accepted.values()
            if isinstance(event, AuthoriseDeployment)
        ]
        if not days or preserie.opened is None:
            continue
        software: Mapping[str, Software] = preserie.software
        for name in list_covered(preserie):
            yield Generalised(
                software=name,
                vendor=software[name].vendor,
                versions=software[name].versions,
                tried=preserie.opened,
                since=days[0],
                terms=preserie.terms or "",
            )
