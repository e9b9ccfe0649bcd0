"""A table as CSV for a French spreadsheet: semicolons, a mark of UTF-8, lines CR LF, no formula.

Source: PRE-64, PRE-67; the form of lines is RFC 4180's.
"""

from collections.abc import Iterable, Sequence

MARK = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_QUOTED = frozenset(';"\r\n')


def write_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The text of a file with that header and those rows; None is an empty cell.

    A text that a spreadsheet would take for a formula begins with an apostrophe.

    Source: ours (PRE-64): what a user typed must not be run on the desk of who opens the file.
    """
    return MARK + "".join(f"{';'.join(map(write_cell, row))}\r\n" for row in (header, *rows))


def write_cell(value: object) -> str:
    """A cell, its formula neutralised, quoted where it must be."""
    if value is None:
        return ""
    text = str(value)
    if isinstance(value, str) and text.lstrip(" ").startswith(_FORMULA):
        text = f"'{text}"
    if _QUOTED.isdisjoint(text):
        return text
    return '"' + text.replace('"', '""') + '"'
