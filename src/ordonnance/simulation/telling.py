"""What a story is told in: who says what, what was answered, tables and drawings. Values only.

Texts are French with plain spaces; whoever shows them sets the narrow ones.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from ordonnance.domain.days import PARIS, say_day
from ordonnance.domain.rights import LineStatus, Unit, say_quantity
from ordonnance.fhir import terms
from ordonnance.fhir.outcome import OVERRIDABLE
from ordonnance.poste.client import Reply

LINE_WORDS = {
    LineStatus.TO_EXECUTE: "à délivrer",
    LineStatus.IN_PROGRESS: "en cours",
    LineStatus.DONE: "terminée",
    LineStatus.NOT_DELIVERED: "non délivrée",
    LineStatus.CANCELLED: "annulée",
    LineStatus.EXPIRED: "expirée",
}


class PlotError(Exception):
    """The téléservice did not answer as the story says it does."""


@dataclass(frozen=True, slots=True)
class Title:
    """A step begins; *number* None: it is none of the story's."""

    number: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Speech:
    """*who* does, or says, something."""

    who: str
    text: str


@dataclass(frozen=True, slots=True)
class Note:
    """What the narrator adds."""

    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """It was done: the HTTP status (or a word, outside HTTP), and what it means."""

    status: int | str
    text: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The téléservice refused: the HTTP status, the code, the sentence for the professional."""

    status: int
    code: str
    sentence: str
    may_override: bool


@dataclass(frozen=True, slots=True)
class Warned:
    """It was done, and the téléservice warns: the code, the sentence for the professional."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of as many cells as *head*."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A QR code, and the words beneath."""

    lines: tuple[str, ...]
    caption: str


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Lines to be copied: shown as they are."""

    lines: tuple[str, ...]


Told = Title | Speech | Note | Answer | Refused | Warned | Table | Drawing | Verbatim


def expect(reply: Reply, status: int) -> Reply:
    """*reply*, if it has the *status* that the story says.

    Raises:
        PlotError: it has another.
    """
    if reply.status != status:
        raise PlotError(f"expected {status}, got {reply.status} {reply.refusal or ''}".strip())
    return reply


def insist(what: str, *, is_so: bool) -> None:
    """Nothing, if *what* the story says is so.

    Raises:
        PlotError: it is not.
    """
    if not is_so:
        raise PlotError(f"it is not so that {what}")


def refused(reply: Reply, status: int, code: str) -> Refused:
    """The refusal that *reply* is, if it is the one that the story says.

    Raises:
        PlotError: it is another, or none.
    """
    if reply.refusal != code:
        raise PlotError(f"expected {code}, got {reply.status} {reply.refusal or ''}".strip())
    codings = expect(reply, status).resource["issue"][0]["details"]["coding"]
    may_override = any(coding["code"] == OVERRIDABLE for coding in codings)
    return Refused(status, code, reply.sentence, may_override)


def warned(task: dict[str, Any], code: str) -> Warned:
    """The warning that a Task bears, if it is the one that the story says and the only one.

    Raises:
        PlotError: it bears others, or none.
    """
    notes = task.get("note", [])
    codes = [said["valueCode"] for note in notes for said in note["extension"]]
    insist(f"{code} is all that it warns of: {codes}", is_so=codes == [code])
    return Warned(code, str(notes[0]["text"]))


def resources_of(bundle: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """The resources of a *kind* in a Bundle, in its order."""
    resources: list[dict[str, Any]] = [entry["resource"] for entry in bundle["entry"]]
    return [resource for resource in resources if resource["resourceType"] == kind]


def outputs_of(task: dict[str, Any], kind: str) -> list[str]:
    """The outputs of a *kind* of a Task: identifiers of executions, or receipts."""
    found = []
    for output in task.get("output", []):
        if output["type"]["coding"][0]["code"] == kind:
            value = output.get("valueIdentifier", {}).get("value") or output.get("valueString")
            found.append(str(value))
    return found


def status_of(task: dict[str, Any]) -> str:
    """The code of where a prescription stands: ``EN_COURS``."""
    return str(task["businessStatus"]["coding"][0]["code"])


def table_of(task: dict[str, Any]) -> Table:
    """The lines of a Task: where each stands, and what remains."""
    rows = (
        (str(rank), line.name, LINE_WORDS[line.status], line.remaining)
        for rank, line in enumerate(_lines_of(task), 1)
    )
    return Table(("ligne", "médicament prescrit", "état", "reste"), tuple(rows))


def orders_of(task: dict[str, Any]) -> Table:
    """The lines of a Task: what each gives right to, and its posology in a sentence."""
    rows = (
        (str(rank), line.name, line.remaining, line.posology)
        for rank, line in enumerate(_lines_of(task), 1)
    )
    return Table(("ligne", "médicament prescrit", "droits", "posologie"), tuple(rows))


def remaining_of(task: dict[str, Any], line: int) -> str:
    """What remains on a *line* (from 1) of a Task, as French says it."""
    return list(_lines_of(task))[line - 1].remaining


def posology_of(task: dict[str, Any], line: int) -> str:
    """How a *line* (from 1) of a Task is taken, in one French sentence."""
    return list(_lines_of(task))[line - 1].posology


@dataclass(frozen=True, slots=True)
class _Line:
    """What a Task says of a line."""

    name: str
    status: LineStatus
    remaining: str
    posology: str


def _lines_of(task: dict[str, Any]) -> Iterator[_Line]:
    for line in task["input"]:
        said = {extension["url"]: extension for extension in line["extension"]}
        remaining = said[f"{terms.EXTENSION}remaining"]["valueQuantity"]
        yield _Line(
            name=short(line["valueReference"]["display"]),
            status=LineStatus(said[f"{terms.EXTENSION}line-status"]["valueCode"]),
            remaining=say_quantity(Decimal(str(remaining["value"])), Unit(remaining["unit"])),
            posology=said[f"{terms.EXTENSION}posology"]["valueString"],
        )


def short(name: str) -> str:
    """A medicine's name without its form: ``CLAMOXYL 1 g``."""
    return name.partition(", ")[0].replace("microgrammes", "µg")


def say_moment(at: datetime) -> str:
    """The day and the hour of *at* in Paris: ``12 janv., 14 h 05``."""
    _, _, day, month, _ = say_day(at).split()
    return f"{day} {month}, {say_hour(at)}"


def say_hour(at: datetime) -> str:
    """The hour of *at* in Paris: ``14 h 05``."""
    there = at.astimezone(PARIS)
    return f"{there.hour} h {there.minute:02}"
