"""What a story is told in: who says what, what was answered, tables and drawings. Values only.

Texts are French with plain spaces; whoever shows them sets the narrow ones.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from ordonnance.domain.days import PARIS, say_day
from ordonnance.domain.execution import Stage
from ordonnance.domain.line import Kind
from ordonnance.domain.order_sentence import CARE_WORDS
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
KIND_WORDS = {
    Kind.MEDICINE: "médicament",
    Kind.DEVICE: "dispositif",
    Kind.BIOLOGY: "biologie",
    **CARE_WORDS,
}
STAGE_WORDS = {
    Stage.SAMPLED: "prélevée",
    Stage.PASSED_ON: "transmise",
    Stage.SUSPENDED: "interrompue",
    Stage.ENDED: "terminée",
}


class PlotError(Exception):
    """The téléservice did not answer as the story says it does."""


@dataclass(frozen=True, slots=True)
class Title:
    """A step begins, the *number*-th *of* so many; None: it is none of the story's."""

    number: int | None
    text: str
    of: int | None = None


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


@dataclass(frozen=True, slots=True)
class Progress:
    """How far what goes by unsaid has come: *done* *of* so many; which moment it is."""

    done: int
    of: int
    moment: str


Spoken = Title | Speech | Note | Answer | Refused | Warned | Table | Drawing | Verbatim
Told = Spoken | Progress


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
        (line.rank, line.name, LINE_WORDS[line.status], line.remaining) for line in _lines_of(task)
    )
    return Table(("ligne", "médicament prescrit", "état", "reste"), tuple(rows))


def orders_of(task: dict[str, Any]) -> Table:
    """The lines of a Task: what each gives right to, and its posology in a sentence."""
    rows = ((line.rank, line.name, line.remaining, line.sentence) for line in _lines_of(task))
    return Table(("ligne", "médicament prescrit", "droits", "posologie"), tuple(rows))


def kinds_of(task: dict[str, Any]) -> Table:
    """The lines of a Task, whatever their kinds: what each orders, in a sentence."""
    rows = (
        (line.rank, KIND_WORDS[line.kind], ", ".join(filter(None, (line.name, line.sentence))))
        for line in _lines_of(task)
    )
    return Table(("ligne", "nature", "ce qui est prescrit"), tuple(rows))


def ranks_of(task: dict[str, Any]) -> list[str]:
    """Which lines of an ordonnance a Task shows: their ranks (from 1) in it."""
    return [line.rank for line in _lines_of(task)]


def remaining_of(task: dict[str, Any], line: int) -> str:
    """What remains on a *line* (from 1, of those shown) of a Task, as French says it."""
    return list(_lines_of(task))[line - 1].remaining


def posology_of(task: dict[str, Any], line: int) -> str:
    """How a *line* (from 1, of those shown) of a Task is taken, in one French sentence."""
    return list(_lines_of(task))[line - 1].sentence


def standing_of(task: dict[str, Any], rank: int) -> str:
    """Where the line of a *rank* in its ordonnance stands, in a few words.

    Its stage, where it has one; else what remains, where what is begun was counted.
    """
    [line] = [line for line in _lines_of(task) if line.rank == str(rank)]
    if line.stage is not None:
        return STAGE_WORDS[line.stage]
    is_counted = line.sessions is None or line.sessions_planned is not None
    if line.status is LineStatus.IN_PROGRESS and is_counted:
        return f"reste {line.remaining}"
    return LINE_WORDS[line.status]


def session_of(task: dict[str, Any], rank: int) -> str:
    """Which session of the line of a *rank* was the last, of how many: ``2 sur 12``."""
    [line] = [line for line in _lines_of(task) if line.rank == str(rank)]
    return f"{line.sessions} sur {line.sessions_planned}"


@dataclass(frozen=True, slots=True)
class _Line:
    """What a Task says of a line."""

    rank: str
    kind: Kind
    name: str
    status: LineStatus
    remaining: str
    sentence: str
    stage: Stage | None
    sessions: int | None
    sessions_planned: int | None


def _lines_of(task: dict[str, Any]) -> Iterator[_Line]:
    for line in task["input"]:
        said = {extension["url"]: extension for extension in line["extension"]}
        remaining = said[terms.REMAINING]["valueQuantity"]
        sentence = said.get(terms.POSOLOGY) or said.get(terms.ORDER) or {"valueString": ""}
        stage = said[terms.STAGE]["valueCode"] if terms.STAGE in said else None
        counts = {
            part["url"]: part["valueInteger"]
            for part in said.get(terms.SESSION, {"extension": []})["extension"]
        }
        yield _Line(
            rank=line["valueReference"]["identifier"]["value"].rpartition("-")[2],
            kind=Kind(said[terms.KIND]["valueCode"]),
            name=short(line["valueReference"]["display"]),
            status=LineStatus(said[terms.LINE_STATUS]["valueCode"]),
            remaining=say_quantity(Decimal(str(remaining["value"])), Unit(remaining["unit"])),
            sentence=sentence["valueString"],
            stage=None if stage is None else Stage(stage),
            sessions=counts.get("done"),
            sessions_planned=counts.get("planned"),
        )


def left_of(task: dict[str, Any]) -> str:
    """What remains of the lines that a Task shows, each by its name; a dash where nothing does."""
    opened = (LineStatus.TO_EXECUTE, LineStatus.IN_PROGRESS, LineStatus.NOT_DELIVERED)
    left = [f"{one.name} : {one.remaining}" for one in _lines_of(task) if one.status in opened]
    return " ; ".join(left) or "–"


def extension_of(task: dict[str, Any], name: str) -> dict[str, Any]:
    """The extension of ours that a Task bears under a *name*.

    Raises:
        PlotError: it bears none.
    """
    found = [one for one in task["extension"] if one["url"] == f"{terms.EXTENSION}{name}"]
    insist(f"the Task bears {name}", is_so=len(found) == 1)
    said: dict[str, Any] = found[0]
    return said


def short(name: str) -> str:
    """A medicine's name without its form: ``CLAMOXYL 1 g``."""
    return name.partition(", ")[0].replace("microgrammes", "µg")


def say_moment(at: datetime) -> str:
    """The day and the hour of *at* in Paris: ``12 janv., 14 h 05``."""
    return f"{say_short_day(at)}, {say_hour(at)}"


def say_short_day(at: datetime) -> str:
    """The day of *at* in Paris: ``12 janv.``."""
    _, _, day, month, _ = say_day(at).split()
    return f"{day} {month}"


def say_hour(at: datetime) -> str:
    """The hour of *at* in Paris: ``14 h 05``."""
    there = at.astimezone(PARIS)
    return f"{there.hour} h {there.minute:02}"
