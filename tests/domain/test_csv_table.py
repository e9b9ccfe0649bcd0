"""A table as a CSV file that a French spreadsheet opens, and that runs nothing."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from ordonnance.domain.csv_table import write_csv


def test_a_file_has_its_mark_its_semicolons_and_its_lines():  # PRE-67
    written = write_csv(("nom", "n"), [("Pharmacie ; « du Port »", 5), ('dit "le Port"', None)])

    assert written == ('\ufeffnom;n\r\n"Pharmacie ; « du Port »";5\r\n"dit ""le Port""";\r\n')


def test_no_cell_is_a_formula():  # PRE-67
    written = write_csv(("x",), [("=1+1",), ("@SUM(A1)",), ("-2",), (-2,), ("\t=1",)])

    assert written == "\ufeffx\r\n'=1+1\r\n'@SUM(A1)\r\n'-2\r\n-2\r\n'\t=1\r\n"


@given(st.lists(st.lists(st.text(alphabet='ab;"\r\né =', max_size=6), min_size=2, max_size=2)))
def test_what_is_written_is_read_back(rows):  # PRE-67
    written = write_csv(("a", "b"), rows).removeprefix("\ufeff")

    read = list(csv.reader(io.StringIO(written, newline=""), delimiter=";"))[1:]

    assert [[cell.removeprefix("'") for cell in row] for row in read] == [list(row) for row in rows]
