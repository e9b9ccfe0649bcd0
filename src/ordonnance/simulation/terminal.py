"""How a story looks in a terminal of 80 columns, and in a file: the same characters, uncoloured."""

from collections.abc import Sequence
import re
import textwrap

from rich.console import Console
from rich.style import Style
from rich.text import Text

from ordonnance.simulation.telling import (
    Answer,
    Drawing,
    Note,
    Refused,
    Speech,
    Table,
    Title,
    Told,
    Verbatim,
)

WIDTH = 80
SPEECH_INDENT = 3
ANSWER_INDENT = 6
GAP = "   "
NARROW = "\u202f"
# True black on true white, whatever the terminal's own colours: a scanner needs dark on light.
PAPER = Style(color="#000000", bgcolor="#ffffff")
HEAD = Style(bold=True, color="cyan")
DONE = Style(bold=True, color="green")
NO = Style(bold=True, color="red")
BOLD = Style(bold=True)
DIM = Style(dim=True)
PLAIN = Style()

_BEFORE = re.compile(r" (?=[;:?!»])|(?<=«) |(?<=\d) (?=[\w%])")


def open_console() -> Console:
    """Standard output, 80 columns wide at most."""
    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
    console.width = min(console.width, WIDTH)
    return console


def typeset(text: str) -> str:
    """*text* with French narrow spaces: before ; : ? ! », after «, between a number and its unit."""
    return _BEFORE.sub(NARROW, text)


def show(console: Console, told: Told) -> None:
    """Print one thing told. Answers follow what was asked; a blank line parts the rest."""
    if not isinstance(told, Answer | Refused):
        console.print()
    match told:
        case Title(number, text):
            rank = "" if number is None else f"{number}. "
            console.print(Text(f"{rank}{typeset(text)}", HEAD))
        case Speech(who, text):
            show_paragraph(console, Text.assemble((who, BOLD), f" {text}"))
        case Note(text):
            show_paragraph(console, Text(text, DIM))
        case Answer(status, text):
            words = Text.assemble((f"✓ {status}", DONE), f" {text}")
            show_paragraph(console, words, indent=ANSWER_INDENT)
        case Refused(status, code, sentence, may_override):
            about = " OVERRIDABLE" if may_override else ""
            console.print(Text.assemble(" " * ANSWER_INDENT, (f"✗ {status} {code}", NO), about))
            show_paragraph(console, Text(f"« {sentence} »"), indent=ANSWER_INDENT)
        case Table():
            show_table(console, told)
        case Drawing(lines, caption):
            show_drawing(console, lines, caption)
        case Verbatim(lines):
            for line in lines:
                console.print(Text(" " * ANSWER_INDENT + line))


def show_paragraph(console: Console, words: Text, *, indent: int = SPEECH_INDENT) -> None:
    """Print *words* on as many lines as they need, each indented.

    The narrow spaces hold: rich would break a line at them.
    """
    set_words = words.copy()
    set_words.plain = typeset(words.plain)  # a space for a space: styles stay where they were
    start = 0
    for line in textwrap.wrap(
        set_words.plain, console.width - indent, break_on_hyphens=False
    ):
        start = set_words.plain.index(line, start)
        console.print(Text.assemble(" " * indent, set_words[start : start + len(line)]))
        start += len(line)


def show_table(console: Console, table: Table, *, indent: int = ANSWER_INDENT) -> None:
    """Print a table: columns as wide as what they hold, numbers to the right."""
    rows = [tuple(map(typeset, row)) for row in (table.head, *table.rows)]
    columns = list(zip(*rows, strict=True))
    widths = [max(map(len, column)) for column in columns]
    to_the_right = [all(map(str.isdecimal, column[1:])) for column in columns]
    rule = GAP.join("─" * width for width in widths)
    for rank, row in enumerate(rows):
        cells = (
            cell.rjust(width) if is_number else cell.ljust(width)
            for cell, width, is_number in zip(row, widths, to_the_right, strict=True)
        )
        line = " " * indent + GAP.join(cells).rstrip()
        console.print(Text(line, PLAIN if rank else BOLD))
        if not rank:
            console.print(Text(" " * indent + rule, DIM))


def show_drawing(console: Console, lines: Sequence[str], caption: str) -> None:
    """Print a QR code, and the words beneath it."""
    for line in (*lines, caption.center(len(lines[0]))):
        console.print(Text.assemble(" " * ANSWER_INDENT, (line, PAPER)))
