"""How a story looks in a terminal of 80 columns, and in a file: the same characters, uncoloured."""

from collections.abc import Sequence
import re
import textwrap

from rich.console import Console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn
from rich.progress import Progress as Bar
from rich.style import Style
from rich.text import Text

from ordonnance.simulation.telling import (
    Answer,
    Drawing,
    Note,
    Progress,
    Refused,
    Speech,
    Spoken,
    Table,
    Title,
    Told,
    Verbatim,
    Warned,
)

WIDTH = 80
SPEECH_INDENT = 3
ANSWER_INDENT = 6
MARK_WIDTH = len("✓ 201  ")
GAP = "  "
CELL_WIDTH_MIN = 12
NARROW = "\u202f"
NONE = "–"
# True black on true white, whatever the terminal's own colours: a scanner needs dark on light.
PAPER = Style(color="#000000", bgcolor="#ffffff")
HEAD = Style(bold=True, color="cyan")
DONE = Style(bold=True, color="green")
NO = Style(bold=True, color="red")
MIND = Style(bold=True, color="yellow")
BOLD = Style(bold=True)
DIM = Style(dim=True)
PLAIN = Style()

_NARROW_PLACES = re.compile(
    r" (?=[;:?!»])"  # before these
    r"|(?<=«) "
    r"|(?<=\d) (?=%|\w)(?!(?:à|et|ou|de|sur)\b)"  # between a number and its unit
)


def open_console() -> Console:
    """Standard output, 80 columns wide at most."""
    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
    console.width = min(console.width, WIDTH)
    return console


class Screen:
    """A console, and beneath what it prints a bar while time goes by; on a terminal alone.

    In a file nothing moves: what goes by unsaid is not shown.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bar: Bar | None = None

    def show(self, told: Told) -> None:
        """Print one thing told, or move the bar."""
        if not isinstance(told, Progress):
            show(self._console, told)
        elif self._console.is_terminal:
            self._move(told)

    def close(self) -> None:
        """Take the bar away, if there is one."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def _move(self, progress: Progress) -> None:
        if self._bar is None:
            columns = (TextColumn("   {task.description}"), BarColumn(), TaskProgressColumn())
            self._bar = Bar(*columns, console=self._console, auto_refresh=False, transient=True)
            self._bar.add_task("")
            self._bar.start()
        [task] = self._bar.task_ids
        self._bar.update(
            task,
            description=typeset(progress.moment),
            completed=progress.done,
            total=progress.of,
            refresh=True,
        )
        if progress.done == progress.of:
            self.close()


def typeset(text: str) -> str:
    """*text* with French narrow spaces: around « », before ; : ? !, after a number."""
    return _NARROW_PLACES.sub(NARROW, text)


def show(console: Console, told: Spoken) -> None:
    """Print one thing told. Answers follow what was asked; a blank line parts the rest."""
    match told:
        case Answer(status, text):
            show_paragraph(console, Text(text), mark=Text(f"✓ {status}", DONE))
        case Refused(status, code, sentence, may_override):
            words = Text.assemble((code, NO), ", OVERRIDABLE" if may_override else "")
            show_paragraph(console, words, mark=Text(f"✗ {status}", NO))
            show_paragraph(console, Text(f"« {sentence} »"), mark=Text())
        case Warned(code, sentence):
            show_paragraph(console, Text(code, MIND), mark=Text("▲ avis", MIND))
            show_paragraph(console, Text(f"« {sentence} »"), mark=Text())
        case _:
            console.print()
            show_new(console, told)


def show_new(console: Console, told: Title | Speech | Note | Table | Drawing | Verbatim) -> None:
    """Print one thing told that answers nothing."""
    match told:
        case Title():
            show_title(console, told)
        case Speech(who, text):
            show_paragraph(console, Text.assemble((who, BOLD), f" {text}"))
        case Note(text):
            show_paragraph(console, Text(text))
        case Table():
            show_table(console, told)
        case Drawing(lines, caption):
            show_drawing(console, lines, caption)
        case Verbatim(lines):
            for line in lines:
                console.print(Text(" " * ANSWER_INDENT + line))


def show_title(console: Console, title: Title) -> None:
    """Print the title of a step; to its right, how far the story is, where there is room."""
    rank = "" if title.number is None else f"{title.number}. "
    words = Text(f"{rank}{typeset(title.text)}", HEAD)
    if title.number is not None and title.of is not None:
        bar = Text.assemble(
            ("━" * title.number, HEAD),
            ("─" * (title.of - title.number), DIM),
            f" {title.number:>{len(str(title.of))}}/{title.of}",
        )
        room = console.width - len(words) - len(bar)
        if room >= len(GAP):
            words = Text.assemble(words, " " * room, bar)
    console.print(words)


def show_paragraph(console: Console, words: Text, *, mark: Text | None = None) -> None:
    """Print *words* on as many lines as they need; beside a *mark*, as an answer.

    The narrow spaces hold: rich would break a line at them.
    """
    first = Text(" " * SPEECH_INDENT)
    if mark is not None:
        first = Text.assemble(" " * ANSWER_INDENT, mark, " " * (MARK_WIDTH - len(mark)))
    words = words.copy()
    words.plain = typeset(words.plain)  # a space for a space: styles stay where they were
    lines = textwrap.wrap(words.plain, console.width - len(first), break_on_hyphens=False)
    end = 0
    for line in lines:
        start = words.plain.index(line, end)
        end = start + len(line)
        console.print(Text.assemble(first, words[start:end]))
        first = Text(" " * len(first))


def show_table(console: Console, table: Table, *, indent: int = ANSWER_INDENT) -> None:
    """Print a table: columns as wide as what they hold, numbers (and dashes) to the right.

    The last column goes on beneath itself where the line would be too long.
    """
    rows = [tuple(map(typeset, row)) for row in (table.head, *table.rows)]
    columns = list(zip(*rows, strict=True))
    widths = [max(map(len, column)) for column in columns]
    room = console.width - indent - sum(len(GAP) + width for width in widths[:-1])
    widths[-1] = min(widths[-1], max(room, CELL_WIDTH_MIN))
    to_the_right = [all(one.isdecimal() or one == NONE for one in column[1:]) for column in columns]
    rule = GAP.join("─" * width for width in widths)
    for rank, row in enumerate(rows):
        last, *more = textwrap.wrap(row[-1], widths[-1], break_on_hyphens=False) or [""]
        empty = [""] * (len(row) - 1)
        for line in ([*row[:-1], last], *([*empty, rest] for rest in more)):
            cells = (
                cell.rjust(width) if is_number else cell.ljust(width)
                for cell, width, is_number in zip(line, widths, to_the_right, strict=True)
            )
            text = " " * indent + GAP.join(cells).rstrip()
            console.print(Text(text, PLAIN if rank else BOLD))
        if not rank:
            console.print(Text(" " * indent + rule, DIM))


def show_drawing(console: Console, lines: Sequence[str], caption: str) -> None:
    """Print a QR code, and the words beneath it."""
    width = len(lines[0])
    for line in (*lines, caption.center(width), " " * width):
        console.print(Text.assemble(" " * ANSWER_INDENT, (line, PAPER)))
