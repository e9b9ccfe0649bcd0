"""Which medicines hold a word, in their name or their substances; words typed with one error."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from string import ascii_lowercase
from typing import Self

Ranks = tuple[int, ...]

_LENGTH_MIN = 4  # shorter words are one error away from too many others
_BEGUN_LENGTH_MIN = 5
_AFTER_ALL = "\uffff"


class Place(IntEnum):
    """Where a medicine holds a word, the most telling first."""

    HEAD = 0  # the name begins with it
    NAME = 1
    SUBSTANCE = 2


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

        Source: REF-10.
        """
        costs = self._charge(self.beginning(alternatives[0]), Likeness.BEGUN)
        costs.update(self._charge(alternatives, Likeness.SAME))
        return costs

    def guess(self, word: str) -> dict[int, int]:
        """What each medicine costs that holds a word one typing error away from *word*.

        Source: REF-10.
        """
        return self._charge(self.near(word), Likeness.MISTYPED)

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
