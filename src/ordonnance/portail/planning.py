"""``/portail/preseries/{name}/planning``: who is planned, trained, installed when, on what version.

Source: PRE-78.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ordonnance.domain.modalites import MARKS
from ordonnance.domain.planning_change import Change, order_changes
from ordonnance.domain.preserie import Participant, Preserie
from ordonnance.domain.preserie_history import History
from ordonnance.domain.preserie_installation import week_begins_on
from ordonnance.portail.choices import list_versions, name_pilot
from ordonnance.portail.event import Told
from ordonnance.portail.field import Field, Kind, Wrong, read_fields
from ordonnance.portail.portal import Form, Visit, first
from ordonnance.portail.section import Asked, Section

UPGRADE = "upgrade"
_WEEK_DAYS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """The first week: its days, each with the pharmacies planned on it; how many of how many.

    *reading*: why we begin it where we do.
    """

    days: tuple[tuple[date, tuple[Participant, ...]], ...]
    count: int
    limit: int
    reading: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A day that may be given: its field, its label for who does not see the table, what it holds.

    *recorded* is said beside it where something else is typed.
    """

    name: str
    label: str
    value: str
    recorded: date | None

    @property
    def is_changed(self) -> bool:
        """Whether what is typed is not what is recorded."""
        return self.value != _write(self.recorded)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A pharmacy that takes part. *cells*: those of its installation, none once it is made."""

    pilot: Participant
    planned: Cell
    trained: Cell
    installed: Cell
    is_traced: bool

    @property
    def is_installed(self) -> bool:
        """Whether its installation is made."""
        return self.pilot.installed_on is not None


class PlanningPage(Section):
    """The table, and the two forms that change several rows at once."""

    place = "planning"
    template = "planning.html"
    is_for_pilots = False

    def describe(self, _visit: Visit, history: History, told: Told) -> Mapping[str, object]:
        """Rows, the first week, who runs which version, who left.

        Source: PRE-15, PRE-18, PRE-19, PRE-20, PRE-33, PRE-41.
        """
        preserie = history.preserie
        return {
            "rows": [make_row(one, told.said) for one in preserie.active],
            "gone": [one for one in preserie.participants.values() if not one.is_active],
            "week": show_week(preserie),
            "versions": count_versions(preserie),
            "choices": list_versions(preserie),
            "chosen": told.said.get("am", []),
        }

    def ask(self, history: History, said: Form) -> Asked:
        """The events of the rows that changed, each where the rules take it.

        Source: PRE-72, PRE-78.
        """
        preserie = history.preserie
        if first(said, "verb") == UPGRADE:
            return _ask_upgrade(preserie, said)
        read = list(_read_rows(preserie, said))
        changes = [one for one in read if not isinstance(one, Wrong)]
        ordered = order_changes(preserie, changes, at=self.portal.clock())
        return Asked(
            verb=self.place,
            events=ordered,
            subjects=_name_subjects(preserie, ordered),
            wrong=[one for one in read if isinstance(one, Wrong)],
        )


def make_row(pilot: Participant, said: Form) -> Row:
    """A pharmacy's row, with what is typed in it."""

    def make(name: str, label: str, recorded: date | None) -> Cell:
        field = f"{name}-{pilot.am}"
        value = first(said, field) if field in said else _write(recorded)
        words = f"{label}, {pilot.name}"
        return Cell(name=field, label=words, value=value, recorded=recorded)

    return Row(
        pilot=pilot,
        planned=make("planned", "Installation prévue le", pilot.planned_on),
        trained=make("trained", "Formation le", max(pilot.trained_on, default=None)),
        installed=make("installed", "Installée le", pilot.installed_on),
        is_traced=bool(first(said, f"traces-{pilot.am}")),
    )


def show_week(preserie: Preserie) -> Week | None:
    """The first week as the planning stands; None: nothing is planned.

    Source: PRE-15.
    """
    begins = week_begins_on(preserie)
    if begins is None:
        return None
    pilots = [one for one in preserie.participants.values() if one.planned_on or one.installed_on]
    days = [begins + timedelta(days=rank) for rank in range(_WEEK_DAYS)]
    planned = [
        (on, tuple(one for one in pilots if (one.installed_on or one.planned_on) == on))
        for on in days
    ]
    return Week(
        days=tuple(planned),
        count=sum(len(found) for _, found in planned),
        limit=preserie.modalities.first_week_installations,
        reading=MARKS["first_week"].words,
    )


def count_versions(preserie: Preserie) -> Sequence[tuple[str, tuple[Participant, ...]]]:
    """The pharmacies that run each version, the last declared first.

    Source: PRE-33.
    """
    declared = [value for value, _ in list_versions(preserie)]
    others = {one.version for one in preserie.active} - set(declared)
    found = [
        (version, tuple(one for one in preserie.active if one.version == version))
        for version in (*declared, *sorted(others))
    ]
    return [one for one in found if one[1]]


def _read_rows(preserie: Preserie, said: Form) -> Iterator[Change | Wrong]:
    """What changed, and what cannot be read: plans, then trainings, then installations."""
    for pilot in preserie.active:
        row = make_row(pilot, said)
        if not row.is_installed:
            yield from _read_cell(row.planned, {"do": "plan_installation", "am": pilot.am})
    for pilot in preserie.active:
        row = make_row(pilot, said)
        yield from _read_cell(row.trained, {"do": "train", "am": pilot.am})
    for pilot in preserie.active:
        row = make_row(pilot, said)
        if not row.is_installed:
            install = {"do": "install", "am": pilot.am, "traces_on": row.is_traced}
            yield from _read_cell(row.installed, install)


def _read_cell(cell: Cell, members: Change) -> Iterator[Change | Wrong]:
    if not cell.is_changed:
        return
    if not cell.value:
        yield Wrong(
            cell.name,
            f"{cell.label} : une date se déplace, elle ne s’efface pas. Donnez-en une autre, ou "
            "retirez la pharmacie.",
        )
        return
    try:
        date.fromisoformat(cell.value)
    except ValueError:
        yield Wrong(cell.name, f"{cell.label} : donnez un jour, comme 2026-01-19.")
        return
    yield {**members, "on": cell.value}


def _ask_upgrade(preserie: Preserie, said: Form) -> Asked:
    fields = (
        Field(name="am", label="Pharmacies", kind=Kind.MANY),
        Field(name="version", label="Version"),
        Field(name="on", label="Passées à cette version le", kind=Kind.DAY),
    )
    members, wrong = read_fields(fields, said)
    events = [{"do": UPGRADE, **members, "am": am} for am in said.get("am", [])]
    return Asked(
        verb=UPGRADE, events=events, subjects=_name_subjects(preserie, events), wrong=wrong
    )


def _name_subjects(preserie: Preserie, changes: Sequence[Change]) -> list[str]:
    named = {one.am: name_pilot(one) for one in preserie.active}
    return [named.get(str(one["am"]), str(one["am"])) for one in changes]


def _write(on: date | None) -> str:
    return "" if on is None else on.isoformat()
