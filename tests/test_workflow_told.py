"""The diagram and the table of the documentation are those of the workflow in the core."""

from pathlib import Path

from ordonnance.domain.actor import ROLE_NAMES
from ordonnance.domain.rights import Status
from ordonnance.domain.workflow import IN_TIME, OPERATIONS

GUIDE = Path(__file__).resolve().parent.parent / "docs" / "teleservice.md"
KEEPS = "reste"


def draw() -> str:
    """The states and what leads from one to another, as a Mermaid diagram."""
    moves: dict[tuple[str, str], list[str]] = {}
    for operation in OPERATIONS.values():
        for before, afters in operation.leads.items():
            for after in afters:
                if before is not after and before not in operation.refused:
                    start = "[*]" if before is None else before.value
                    moves.setdefault((start, after.value), []).append(f"${operation.name}")
    for before, afters in IN_TIME.items():
        for after in afters:
            moves.setdefault((before.value, after.value), []).append("le temps")
    lines = [f"    {one} --> {other}: {', '.join(by)}" for (one, other), by in moves.items()]
    return "\n".join(["```mermaid", "stateDiagram-v2", *lines, "```"])


def tabulate() -> str:
    """Each operation: who asks it, and what comes of it in each state."""
    states = [status for status in Status if status is not Status.WAITING]
    states.append(Status.WAITING)
    head = ["Opération", "Qui", *(f"`{status.value}`" for status in states)]
    rows = [head, ["---"] * len(head)]
    for operation in OPERATIONS.values():
        who = ", ".join(ROLE_NAMES[role] for role in operation.roles)
        cells = [outcome(operation, status) for status in states]
        rows.append([f"`${operation.name}`", who, *cells])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def outcome(operation, status) -> str:
    """What comes of an operation in a state: a refusal, the states it leads to, or « reste »."""
    if status in operation.refused:
        reason = operation.refused[status]
        may_override = reason.overridable and status in operation.leads
        return f"`{reason.code}`" + (" (sauf motif)" if may_override else "")
    afters = operation.leads.get(status)
    if afters is None:
        return "–"
    if afters == (status,):
        return KEEPS
    return ", ".join(KEEPS if after is status else f"`{after.value}`" for after in afters)


def test_the_diagram_told_is_the_workflow():  # TLS-13
    assert draw() in GUIDE.read_text("utf-8"), f"docs/teleservice.md should hold:\n\n{draw()}"


def test_the_table_told_is_the_workflow():  # TLS-13
    expected = tabulate()
    assert expected in GUIDE.read_text("utf-8"), f"docs/teleservice.md should hold:\n\n{expected}"
