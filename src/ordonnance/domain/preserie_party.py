"""Who takes part in a présérie: vendor, Cnam, GIE SESAM-Vitale, CPAM, pilots, and others."""

from dataclasses import dataclass
from enum import StrEnum
import re

from ordonnance.domain.modalites import say_cpam

_NAME_LENGTH_MAX = 200
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class PartyKind(StrEnum):
    """What somebody is to a présérie."""

    VENDOR = "vendor"
    CNAM = "cnam"
    GIE = "gie"
    CPAM = "cpam"
    PILOT = "pilot"
    PILOTS = "pilots"
    PROFESSION = "profession"
    OTHER = "other"


# Those that are one of several, and say which.
NAMED = (PartyKind.CPAM, PartyKind.PILOT, PartyKind.PROFESSION, PartyKind.OTHER)

KIND_WORDS = {
    PartyKind.VENDOR: "l’éditeur",
    PartyKind.CNAM: "la Cnam",
    PartyKind.GIE: "le GIE SESAM-Vitale",
    PartyKind.CPAM: "la CPAM",
    PartyKind.PILOT: "une pharmacie pilote",
    PartyKind.PILOTS: "les pharmacies pilotes",
    PartyKind.PROFESSION: "les représentants de la profession",
    PartyKind.OTHER: "un autre acteur",
}


@dataclass(frozen=True, slots=True)
class Party:
    """One of them. *name*: a department (cpam), a N° AM (pilot), a name; empty for the others."""

    kind: PartyKind
    name: str = ""

    def __str__(self) -> str:
        return f"{self.kind.value}:{self.name}" if self.name else self.kind.value

    @property
    def words(self) -> str:
        """How a French sentence names it: ``la CPAM 33 (Gironde)``."""
        match self.kind:
            case PartyKind.CPAM:
                return f"la CPAM {say_cpam(self.name)}"
            case PartyKind.PILOT:
                return f"la pharmacie {self.name}"
            case PartyKind.PROFESSION if self.name:
                return f"{KIND_WORDS[self.kind]} ({self.name})"
            case PartyKind.OTHER:
                return self.name
            case _:
                return KIND_WORDS[self.kind]


VENDOR, CNAM, GIE = (Party(kind) for kind in (PartyKind.VENDOR, PartyKind.CNAM, PartyKind.GIE))
PILOTS = Party(PartyKind.PILOTS)


def cpam(department: str) -> Party:
    """The CPAM of a department."""
    return Party(PartyKind.CPAM, department)


def parse_party(text: str) -> Party | None:
    """The party that *text* names (``vendor``, ``cpam:33``, ``pilot:AM``…); None: it names none.

    Source: ours (PRE-93): its name is part of that of its letters, which no base keeps with a NUL.
    """
    kind, colon, name = text.partition(":")
    known = {one.value: one for one in PartyKind}
    if kind not in known or len(name) > _NAME_LENGTH_MAX or _CONTROL.search(name):
        return None
    party = Party(known[kind], name.strip())
    is_whole = bool(party.name) if party.kind in NAMED else not colon
    return party if is_whole else None


def say_parties(parties: tuple[Party, ...]) -> str:
    """Parties as a sentence lists them: ``la Cnam, le GIE SESAM-Vitale``."""
    return ", ".join(party.words for party in parties)
