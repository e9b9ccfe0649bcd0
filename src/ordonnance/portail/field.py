"""The fields of a form: how each is shown, and what JSON value its words become.

Source: PRE-72.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ordonnance.domain.identity_scan import tells_identity
from ordonnance.domain.preserie import Preserie

TELLS_IDENTITY = (
    "Ce texte semble porter un numéro d’ordonnance ou un INS. Retirez-le\u202f: rien de ce qui "
    "désigne un patient n’a sa place ici."
)
Form = Mapping[str, list[str]]
Choice = tuple[str, str]
"""What is sent, and the words that are shown."""


class Kind(StrEnum):
    """How a field is shown; each is one block of ``form.html``."""

    LINE = "line"
    TEXT = "text"
    DAY = "day"
    NUMBER = "number"
    DECIMAL = "decimal"
    YES_NO = "yes-no"
    ONE = "one"
    MANY = "many"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field of a form. Its *name* is that of the event's member.

    *choices* come from the présérie, for ONE and MANY. *hint* is a sentence under the label.
    *proposed* gives what is filled in beforehand. *needed* False: it may stay empty, and is then
    left out of the event. *closed* gives the choices that cannot be made now, each with why.
    """

    name: str
    label: str
    kind: Kind = Kind.LINE
    hint: str = ""
    needed: bool = True
    choices: Callable[[Preserie], Sequence[Choice]] | None = None
    proposed: Callable[[Preserie], str | Sequence[str]] | None = None
    closed: Callable[[Preserie], Mapping[str, str]] | None = None

    def offer(self, preserie: Preserie) -> Sequence[Choice]:
        """The choices, in the order they are shown."""
        if self.kind is Kind.YES_NO:
            return (("oui", "Oui"), ("non", "Non"))
        return () if self.choices is None else self.choices(preserie)

    def explain(self, preserie: Preserie) -> Mapping[str, str]:
        """The choices that cannot be made now, each with why."""
        return {} if self.closed is None else self.closed(preserie)

    def propose(self, preserie: Preserie) -> list[str]:
        """What is filled in before anything is said: what is proposed, or the only choice."""
        if self.proposed is None:
            offered = self.offer(preserie) if self.kind is Kind.ONE and self.needed else ()
            return [offered[0][0]] if len(offered) == 1 else []
        said = self.proposed(preserie)
        return [said] if isinstance(said, str) else list(said)


@dataclass(frozen=True, slots=True)
class Wrong:
    """A field that cannot be read as it is: its name, and a sentence that says what to do."""

    name: str
    sentence: str


def read_fields(fields: Sequence[Field], form: Form) -> tuple[dict[str, object], list[Wrong]]:
    """The members that *form* says, and all that is wrong with it at once.

    Source: PRE-72.
    """
    members: dict[str, object] = {}
    wrong: list[Wrong] = []
    for field in fields:
        said = [value.strip() for value in form.get(field.name, []) if value.strip()]
        if not said:
            if field.needed:
                wrong.append(Wrong(field.name, f"{field.label} : à remplir."))
            continue
        value = _READERS[field.kind](said)
        if value is None:
            wrong.append(Wrong(field.name, f"{field.label} : {_EXPECTED[field.kind]}."))
        else:
            members[field.name] = value
    return members, wrong


def find_identities(members: Mapping[str, object], on: date) -> list[Wrong]:
    """The members whose words hold a prescription number or an INS, on the day *on*.

    Source: ours (PRE-72): what is told of a présérie is read by all and never deleted; nothing
    that names a patient belongs there. Over HTTP a software answers for what it sends.
    """
    return [
        Wrong(name, TELLS_IDENTITY)
        for name, said in members.items()
        if isinstance(said, str) and tells_identity(said, on)
    ]


def _read_number(said: list[str]) -> int | None:
    return int(said[0]) if said[0].isascii() and said[0].isdigit() else None


def _read_decimal(said: list[str]) -> float | None:
    text = said[0].replace(",", ".").removesuffix("%").strip()
    is_number = text.replace(".", "", 1).isdigit() and text.isascii()
    return float(text) if is_number else None


def _read_flag(said: list[str]) -> bool | None:
    return {"oui": True, "non": False}.get(said[0])


def _read_first(said: list[str]) -> str:
    return said[0]


_READERS: Mapping[Kind, Callable[[list[str]], object]] = {
    Kind.LINE: _read_first,
    Kind.TEXT: _read_first,
    Kind.DAY: _read_first,
    Kind.NUMBER: _read_number,
    Kind.DECIMAL: _read_decimal,
    Kind.YES_NO: _read_flag,
    Kind.ONE: _read_first,
    Kind.MANY: list,
}

_EXPECTED: Mapping[Kind, str] = {
    Kind.NUMBER: "un nombre entier",
    Kind.DECIMAL: "un nombre, comme 0,8",
    Kind.YES_NO: "choisissez oui ou non",
}
