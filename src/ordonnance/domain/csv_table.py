"""A table as CSV for a French spreadsheet: semicolons, a byte order mark, no formula.

Source: PRE-64.
"""

from collections.abc import Iterable, Sequence

MARK = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_QUOTED = (";", '"', "\n", "\r")


def write_csv(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """*head*, then *rows*, as a text that begins with a byte order mark; lines end with CR LF.

    A cell that a spreadsheet would take for a formula begins with an apostrophe.

    Source: ours (PRE-64): what a user typed must not be run on the desk of who opens the file.
    """
    return MARK + "".join(f"{';'.join(map(write_cell, row))}\r\n" for row in (head, *rows))


def write_cell(cell: str) -> str:
    """A cell, its formula neutralised, quoted where it must be."""
    safe = f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA) else cell
    if any(one in safe for one in _QUOTED):
        doubled = safe.replace('"', '""')
        return f'"{doubled}"'
    return safe
