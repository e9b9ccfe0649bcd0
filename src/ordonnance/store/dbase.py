"""Tables of dBase III and IV in code page 850, from bytes to rows of values."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from io import BytesIO
import struct

import shapefile

from ordonnance.store.bdpm_rows import BrokenFileError

Value = str | int | float | bool | date | None
Row = Mapping[str, Value]

_ENCODING = "cp850"


def read_table(content: bytes, columns: Collection[str]) -> Iterator[tuple[int, Row | None]]:
    """Each record: its number, from 1, and the values of *columns*; None: it is erased.

    Columns are named in lower case, whatever the file does; text has no blanks around it, and
    what is blank, or no number where one should be, is empty or None.

    Raises:
        BrokenFileError: it is no dBase table, lacks a column, or ends before its last record: a
            download that was cut.

    Source: REF-22.
    """
    try:
        reader = shapefile.DbfReader(BytesIO(content), encoding=_ENCODING)
    except (shapefile.ShapefileException, struct.error, LookupError, ValueError) as error:
        raise BrokenFileError("ce n’est pas une table dBase, ou son en-tête est coupé") from error
    names = {field.name.lower(): field.name for field in reader.data_fields}
    missing = [column for column in columns if column not in names]
    if missing:
        raise BrokenFileError(f"colonne absente : {', '.join(missing)}")
    wanted = {column: names[column] for column in columns}
    records = reader.iterRecords(fields=list(wanted.values()), deleted_as_None=True)
    number = 0
    try:
        for number, record in enumerate(records, start=1):
            values = None if record is None else {one: record[wanted[one]] for one in wanted}
            yield number, values
    except struct.error as error:
        sentence = f"coupé : {number} lignes lues sur {len(reader)} annoncées"
        raise BrokenFileError(sentence) from error
    except (ValueError, OverflowError) as error:  # a day or a number that pyshp cannot turn
        raise BrokenFileError(f"ligne {number + 1} illisible") from error
