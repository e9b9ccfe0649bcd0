"""The rows of « Tous les refus » in docs/teleservice.md, as the code says them.

``python tests/raised_rows.py`` writes them anew, « Que faire » kept: that column is a person's.
"""

from pathlib import Path

from ordonnance.api.errors import STATUS
from ordonnance.domain.raised import RAISED
from ordonnance.domain.raised_row import EVERYWHERE, PRODUCTS, WRITINGS
from ordonnance.domain.reason import Reason
from ordonnance.domain.refusal import ALL_REASONS

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "teleservice.md"
HEADING = "\n## Tous les refus\n"
ADDRESSES = {
    "read": "GET Task",
    "search": "_search",
    "page": "Task?next=",
    "alerts": "DetectedIssue",
    "products": "/products",
    "product": "/products/{code}",
    "rules": "/products/{code}/rules",
}
# The words that stand for many operations.
WORDS = (("partout", EVERYWHERE), ("écritures", WRITINGS))


def say(names: list[str]) -> str:
    """Operations by their addresses, between backticks."""
    return ", ".join(f"`{ADDRESSES.get(name, f'${name}')}`" for name in names)


def say_operations(by: set[str]) -> str:
    """Operations as shortly as may be: one by one, or by a word and what it lacks, or has besides.

    Not both at once: nobody would know where the exceptions end.
    """
    ordered = [name for name in (*EVERYWHERE, *PRODUCTS) if name in by]
    said = [say(ordered)]
    for word, names in WORDS:
        lacking = [name for name in names if name not in by]
        besides = [name for name in ordered if name not in names]
        if not lacking:
            said.append(", ".join([word, *([say(besides)] if besides else [])]))
        elif not besides:
            said.append(f"{word} sauf {say(lacking)}")
    return min(said, key=len)


def say_causes(reason: Reason) -> str:
    """When a reason is raised: its one cause, or each after the operations whose it is."""
    rows = [one for one in RAISED if one.reason is reason]
    operations = {one.by for one in rows}
    if len(operations) == 1:
        text = " ; ou ".join(one.cause for one in rows)
    else:
        text = " ; ".join(f"{say_operations(set(one.by))} : {one.cause}" for one in rows)
    text = text if text.startswith("`") else text[0].upper() + text[1:]
    return f"{text}."


def row_of(reason: Reason) -> tuple[str, ...]:
    """The cells of a row, without « Que faire »."""
    by = {name for one in RAISED if one.reason is reason for name in one.by}
    return (
        f"`{reason.code}`",
        STATUS[reason.nature].partition(" ")[0],
        "oui" if reason.overridable else "–",
        reason.sentence,
        say_operations(by),
        say_causes(reason),
    )


def section_of(text: str) -> str:
    """The section of the refusals in the document."""
    return text.partition(HEADING)[2].partition("\n## ")[0]


def main() -> None:
    """Write the rows in the document."""
    text = DOCUMENT.read_text("utf-8")
    section = section_of(text)
    lines = section.splitlines()
    advice = {
        line.split("`")[1]: line.strip("|").split(" | ")[-1].strip()
        for line in lines
        if line.startswith("| `")
    }
    first = next(rank for rank, line in enumerate(lines) if line.startswith("| Code "))
    last = max(rank for rank, line in enumerate(lines) if line.startswith("| "))
    rows = [
        "| Code | HTTP | Passer outre | Phrase | Levé par | Quand | Que faire |",
        "|---|---|---|---|---|---|---|",
        *(
            "| " + " | ".join([*row_of(one), advice.get(one.code, "…")]) + " |"
            for one in ALL_REASONS
        ),
    ]
    written = "\n".join([*lines[:first], *rows, *lines[last + 1 :]])
    DOCUMENT.write_text(text.replace(section, written + "\n"), "utf-8")


if __name__ == "__main__":
    main()
