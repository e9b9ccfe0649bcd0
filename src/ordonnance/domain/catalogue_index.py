"""Which medicines hold a word, in their name or their substances; words typed with one error."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from string import ascii_lowercase
from typing import Self

Ranks = tuple[int, ...]
Asked = tuple[tuple[str, ...], ...]

_LENGTH_MIN = 4  # shorter words are one error away from too many others
_BEGUN_LENGTH_MIN = 5
_PARTED_LENGTH_MIN = 6
_AFTER_ALL = "\uffff"


class Place(IntEnum):
    """Where a medicine holds a word, the most telling first."""

    HEAD = 0  # the name begins with it
    NAME = 1
    SUBSTANCE = 2
    SALT = 3
    FORM = 4  # in its name too, but what follows the comma is said of many others


class Likeness(IntEnum):
    """How a word held is like the word asked for, the most like first."""

    SAME = 0
    BEGUN = 1
    MISTYPED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class WordIndex:
    """The ranks of the medicines that hold each word, place by place.

    *words* are those of every place, sorted. Costs are counted so that the less, the better:
    first by likeness, then by place.

    Source: REF-10.
    """

    words: tuple[str, ...]
    holders: tuple[Mapping[str, Ranks], ...]

    @classmethod
    def of(cls, medicines: Iterable[tuple[Iterable[str], ...]]) -> Self:
        """The index of *medicines* in their order, each as its words place by place."""
        holders: tuple[dict[str, list[int]], ...] = tuple({} for _ in Place)
        for rank, places in enumerate(medicines):
            for held, words in zip(holders, places, strict=True):
                for word in words:
                    held.setdefault(word, []).append(rank)
        return cls(
            words=tuple(sorted(set().union(*holders))),
            holders=tuple({word: tuple(ranks) for word, ranks in held.items()} for held in holders),
        )

    def weigh(self, alternatives: tuple[str, ...]) -> dict[int, int]:
        """What each medicine that holds one of *alternatives* costs; the first may be only begun.

        Not a letter: the « d » of « vitamine d » begins too many words that it does not mean.

        Source: REF-10.
        """
        begun = () if is_letter(alternatives[0]) else self.beginning(alternatives[0])
        costs = self._charge(begun, Likeness.BEGUN)
        costs.update(self._charge(alternatives, Likeness.SAME))
        return costs

    def guess(self, word: str, *, is_last: bool) -> dict[int, int]:
        """What each medicine costs that holds a word one typing error away from *word*.

        A letter may be a vitamin without its number (``d`` for ``d3``), or begin the last word.

        Source: REF-10.
        """
        if not is_letter(word):
            return self._charge(self.near(word), Likeness.MISTYPED)
        begun = self.beginning(word)
        costs = self._charge(begun if is_last else (), Likeness.MISTYPED)
        costs.update(self._charge([one for one in begun if one[1:].isdigit()], Likeness.BEGUN))
        return costs

    def respell(self, asked: Asked) -> Asked:
        """*asked* with two words joined, or one parted, where only so a medicine is found.

        ``novo rapid`` is ``novorapid``; ``vitamined3`` is ``vitamine d3``. Nothing that is
        found as typed is changed; words made are whole ones, but for an error in a long one.

        Source: REF-10.
        """
        made: list[tuple[str, ...]] = []
        for one in asked:
            joined = made[-1][0] + one[0] if made else ""
            if joined and self._is_word(joined, made[-1], one):
                made[-1] = (joined,)
            else:
                made.append(one)
        return tuple(part for one in made for part in self._part(one))

    def _is_word(self, joined: str, one: tuple[str, ...], other: tuple[str, ...]) -> bool:
        """Whether *joined* is what *one* and *other*, which no medicine holds both, stand for."""
        if self._are_together(one, other):
            return False
        if min(len(one[0]), len(other[0])) < _LENGTH_MIN:
            return self._is_held(joined)
        near = self.near(joined) | {joined}
        return any(abs(len(word) - len(joined)) <= 1 and self._is_held(word) for word in near)

    def _part(self, one: tuple[str, ...]) -> Asked:
        """*one* as two words that a medicine holds both, where it is no word nor near to any."""
        word = one[0]
        if len(word) < _PARTED_LENGTH_MIN or self.weigh(one) or self.near(word):
            return (one,)
        for place in range(len(word) - 2, _LENGTH_MIN - 1, -1):
            start, rest = word[:place], word[place:]
            both = self._is_held(start) and self._is_held(rest)
            if both and self._are_together((start,), (rest,)):
                return ((start,), (rest,))
        return (one,)

    def _is_held(self, word: str) -> bool:
        return any(word in held for held in self.holders)

    def _are_together(self, one: tuple[str, ...], other: tuple[str, ...]) -> bool:
        return not self.weigh(one).keys().isdisjoint(self.weigh(other))

    def _charge(self, words: Collection[str], likeness: Likeness) -> dict[int, int]:
        costs: dict[int, int] = {}
        for place in reversed(Place):
            held = self.holders[place]
            cost = likeness * len(Place) + place
            for word in words:
                costs.update(dict.fromkeys(held.get(word, ()), cost))
        return costs

    def beginning(self, start: str) -> tuple[str, ...]:
        """The words that begin with *start*, itself included."""
        first = bisect_left(self.words, start)
        return self.words[first : bisect_left(self.words, start + _AFTER_ALL, lo=first)]

    def near(self, word: str) -> set[str]:
        """The words one typing error away from *word*; if none, those that begin so.

        An error is a letter added, left out or replaced, or two neighbours swapped. Numbers are
        never guessed; what is meant has four letters or more.

        Source: REF-10.
        """
        if len(word) < _LENGTH_MIN - 1 or not word.isalpha():
            return set()
        mended = set(self._mend(word)) - {word}
        held = (one for holders in self.holders for one in holders.keys() & mended)
        whole = {one for one in held if len(one) >= _LENGTH_MIN}
        if whole or len(word) < _BEGUN_LENGTH_MIN:
            return whole
        begun = (start for start in mended if len(start) >= _LENGTH_MIN)
        return {one for start in begun for one in self.beginning(start)}

    def _mend(self, word: str) -> Iterator[str]:
        """What *word* may be but for one error, as far as some word begins like it."""
        for place in range(len(word) + 1):
            start, rest = word[:place], word[place:]
            if not self._is_begun(start):
                return
            yield start + rest[1:]
            yield start + rest[1:2] + rest[:1] + rest[2:]
            for letter in ascii_lowercase:
                yield start + letter + rest
                yield start + letter + rest[1:]

    def _is_begun(self, start: str) -> bool:
        place = bisect_left(self.words, start)
        return place < len(self.words) and self.words[place].startswith(start)


def join_costs(costs: list[dict[int, int]]) -> dict[int, int]:
    """The summed costs of those that every one of *costs* knows; the fewest are looked at."""
    first, *others = sorted(costs, key=len)
    for other in others:
        first = {rank: cost + other[rank] for rank, cost in first.items() if rank in other}
    return first


def is_letter(word: str) -> bool:
    """Whether *word* is one letter."""
    return len(word) == 1 and word.isalpha()
