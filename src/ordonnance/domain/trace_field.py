"""The members of a trace poste: one table, from which traces are read and their schema is written.

Each kind of member reads a value of JSON, and says itself as JSON Schema.

Source: PST-1.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
import re
from typing import Any, Protocol

_TEXT_LENGTH_MAX = 100
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?(?:Z|\+00:00)", re.ASCII)
_YEARS = range(2020, 2105)


class ExpectedError(Exception):
    """A member is not what was expected; the message says what was, in French."""


class Kind(Protocol):
    """What a member may be."""

    def read(self, value: object) -> Any:  # noqa: ANN401 - whatever the kind reads
        """The value read from JSON.

        Raises:
            ExpectedError: it is another thing.
        """
        ...

    @property
    def schema(self) -> dict[str, Any]:
        """The same in JSON Schema."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Words, not blank, of a shape where *pattern* gives one."""

    length_max: int = _TEXT_LENGTH_MAX
    pattern: str | None = None

    def read(self, value: object) -> str:
        """The words.

        Raises:
            ExpectedError: they are none.
        """
        is_text = isinstance(value, str) and value.strip() and len(value) <= self.length_max
        if not is_text or not isinstance(value, str) or _LONE_SURROGATE.search(value):
            raise ExpectedError(f"un texte de 1 à {self.length_max} caractères")
        if "\0" in value or (self.pattern and not re.fullmatch(self.pattern, value, re.ASCII)):
            raise ExpectedError(f"un texte de la forme {self.pattern}")
        return value

    @property
    def schema(self) -> dict[str, Any]:
        """The same in JSON Schema."""
        told: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": self.length_max}
        return told if self.pattern is None else {**told, "pattern": f"^{self.pattern}$"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the words of *words*."""

    words: type[StrEnum]

    def read(self, value: object) -> StrEnum:
        """The word.

        Raises:
            ExpectedError: it is none of them.
        """
        if isinstance(value, str) and value in self.words.__members__.values():
            return self.words(value)
        raise ExpectedError(f"un des mots {', '.join(self.words)}")

    @property
    def schema(self) -> dict[str, Any]:
        """The same in JSON Schema."""
        return {"enum": [word.value for word in self.words]}


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number from *low* to *high*."""

    low: int
    high: int

    def read(self, value: object) -> int:
        """The number.

        Raises:
            ExpectedError: it is none, or out of bounds.
        """
        is_whole = isinstance(value, int) and not isinstance(value, bool)
        if is_whole and isinstance(value, int) and self.low <= value <= self.high:
            return value
        raise ExpectedError(f"un nombre entier de {self.low} à {self.high}")

    @property
    def schema(self) -> dict[str, Any]:
        """The same in JSON Schema."""
        return {"type": "integer", "minimum": self.low, "maximum": self.high}


@dataclass(frozen=True, slots=True)
class Instant:
    """An instant in UTC."""

    def read(self, value: object) -> datetime:
        """The instant.

        Raises:
            ExpectedError: it is none, or of another offset.
        """
        expected = ExpectedError("un instant UTC, comme 2026-11-23T09:00:00.000Z")
        if not isinstance(value, str) or not _INSTANT.fullmatch(value):
            raise expected
        try:
            instant = datetime.fromisoformat(value)
        except ValueError:
            raise expected from None
        if instant.year not in _YEARS or instant.utcoffset() != timedelta():
            raise expected
        return instant

    @property
    def schema(self) -> dict[str, Any]:
        """The same in JSON Schema."""
        return {"type": "string", "format": "date-time", "pattern": "(Z|\\+00:00)$"}


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts by words in capitals, at most *size* of them."""

    size: int
    high: int

    def read(self, value: object) -> Mapping[str, int]:
        """The counts.

        Raises:
            ExpectedError: they are none.
        """
        if not isinstance(value, dict) or len(value) > self.size:
            raise ExpectedError(f"un objet d’au plus {self.size} nombres")
        word, count = Text(length_max=40, pattern=CODE), Whole(0, self.high)
        return {word.read(name): count.read(one) for name, one in value.items()}

    @property
    def schema(self) -> dict[str, Any]:
        """The same in JSON Schema."""
        return {
            "type": "object",
            "maxProperties": self.size,
            "propertyNames": Text(length_max=40, pattern=CODE).schema,
            "additionalProperties": Whole(0, self.high).schema,
        }


CODE = "[A-Z][A-Z0-9_]*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A member of a trace; *meaning* is French. One that is not required may be null, or absent.

    *is_drawn*: it is drawn by a program, and a UUID is then taken for what it is, whatever it
    may look like.
    """

    name: str
    kind: Kind
    meaning: str
    is_required: bool = True
    is_drawn: bool = False

    @property
    def schema(self) -> dict[str, Any]:
        """The member in JSON Schema."""
        told = self.kind.schema
        if not self.is_required:
            told = {"anyOf": [told, {"type": "null"}]}
        return {"description": self.meaning, **told}
