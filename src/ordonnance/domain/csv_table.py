"""A table as a CSV file that a French spreadsheet opens: semicolons, a mark of UTF-8, lines CRLF.

Source: ours (PRE-67); the form of lines is RFC 4180's.
"""

from collections.abc import Iterable, Sequence

_MARK = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_QUOTED = frozenset(';"\r\n')


def write_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The text of a file with that header and those rows; None is an empty cell.

    A text that a spreadsheet would run as a formula is preceded by an apostrophe.
    """
    lines = (";".join(map(_write_cell, row)) for row in (header, *rows))
    return _MARK + "".join(f"{line}\r\n" for line in lines)


def _write_cell(value: object) -> str:
    if value is None:
        return ""
    text = str(value)
    if isinstance(value, str) and text.startswith(_FORMULA):
        text = f"'{text}"
    if _QUOTED.isdisjoint(text):
        return text
    return '"' + text.replace('"', '""') + '"'
