"""The small values that events of a présérie are made of, and what each may be."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import NewType

Name = NewType("Name", str)  # not blank
Text = NewType("Text", str)  # may be empty: the rule looks at it
Operation = NewType("Operation", str)  # one that the téléservice knows
Count = NewType("Count", int)  # zero or more
Change = NewType("Change", int)  # of a count: below zero, a measure takes some back
Percent = NewType("Percent", Fraction)  # 0 to 100
Satisfaction = NewType("Satisfaction", int)  # 1 to 5
Digest = NewType("Digest", str)  # a SHA-256 in hexadecimal, lower case
Address = NewType("Address", str)  # of e-mail
CriterionNumber = NewType("CriterionNumber", int)  # 1 to 5


class Item(StrEnum):
    """What the vendor shares with the Assurance Maladie beforehand. Source: PRE-8, PRE-9."""

    SUPPORT = "support"
    INSTALLATION_TERMS = "installation_terms"
    TRAINING_TERMS = "training_terms"
    KIT_MANUAL = "kit_manual"
    KIT_TUTORIAL = "kit_tutorial"
    KIT_OTHER = "kit_other"


class ModuleOrigin(StrEnum):
    """Whose the module ordonnance numérique is: the vendor's own, or bought from another."""

    OWN = "own"
    THIRD_PARTY = "third_party"


class Outcome(StrEnum):
    """What the Cnam decides on a bilan."""

    DEPLOY = "deploy"
    PROLONG = "prolong"
    EXTEND = "extend"


class Since(StrEnum):
    """From when on a bilan counts: the opening, the last decision, the last fix."""

    OPENING = "opening"
    DECISION = "decision"
    FIX = "fix"


@dataclass(frozen=True, slots=True)
class Document:
    """A document shared: its name, and its SHA-256 in hexadecimal (None: not given)."""

    name: str
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """What a user thinks of one operation, from 1 to 5; None: not used yet. Source: PRE-73."""

    operation: str
    satisfaction: int | None


@dataclass(frozen=True, slots=True)
class Waiver:
    """A threshold of ours set aside by the Cnam, and why. Source: ours (PRE-35)."""

    criterion: int
    reason: str
