"""Requirements followed from the document to the code and to the tests, and back."""

import ast
import io
from pathlib import Path
import re
import tokenize

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
SOURCE = REPOSITORY / "src" / "ordonnance"
IDENTIFIER = re.compile(r"\b(?:TLS|POS|REF|MED|PST|PRE|SCOR|SEC)-\d+\b")
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)

ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in (REPOSITORY / "docs" / "exigences.md").read_text("utf-8").splitlines()
    if IDENTIFIER.match(line.removeprefix("| "))
]
IDENTIFIERS = [row[0] for row in ROWS]

of_each_requirement = pytest.mark.parametrize("identifier", IDENTIFIERS)


def cited_by_docstrings(path: Path) -> set[str]:
    nodes = ast.walk(ast.parse(path.read_text("utf-8")))
    documented = [node for node in nodes if isinstance(node, DOCUMENTED)]
    return set(IDENTIFIER.findall(" ".join(ast.get_docstring(node) or "" for node in documented)))


def cited_by_comments(path: Path) -> set[str]:
    tokens = tokenize.generate_tokens(io.StringIO(path.read_text("utf-8")).readline)
    comments = (token.string for token in tokens if token.type == tokenize.COMMENT)
    return set(IDENTIFIER.findall(" ".join(comments)))


def citing(cited, folder: Path) -> dict[str, set[str]]:
    """The files that cite each requirement."""
    places: dict[str, set[str]] = {}
    for path in folder.rglob("*.py"):
        for identifier in cited(path):
            places.setdefault(identifier, set()).add(path.relative_to(folder).as_posix())
    return places


@pytest.fixture(scope="module")
def docstrings():
    return citing(cited_by_docstrings, SOURCE)


@pytest.fixture(scope="module")
def comments():
    return citing(cited_by_comments, SOURCE)


@pytest.fixture(scope="module")
def tested():
    return citing(cited_by_comments, REPOSITORY / "tests")


def test_each_requirement_has_one_row_in_order():
    numbers = [
        (identifier.split("-")[0], int(identifier.split("-")[1])) for identifier in IDENTIFIERS
    ]

    assert numbers == sorted(set(numbers))


@pytest.mark.parametrize("row", ROWS, ids=IDENTIFIERS)
def test_a_requirement_has_a_sentence_a_source_and_a_place(row):
    assert len(row) == 4
    assert all(row)


@of_each_requirement
def test_a_requirement_is_cited_by_the_code(identifier, docstrings):
    assert docstrings.get(identifier)


@of_each_requirement
def test_a_requirement_is_cited_by_a_test(identifier, tested):
    assert tested.get(identifier)


@pytest.mark.parametrize("row", ROWS, ids=IDENTIFIERS)
def test_a_requirement_is_where_its_row_says(row, docstrings, comments):
    places = docstrings.get(row[0], set()) | comments.get(row[0], set())

    assert set(re.findall(r"`([^`]+)`", row[3])) <= places


def test_no_requirement_is_cited_that_the_document_does_not_know(docstrings, comments, tested):
    cited = {*docstrings, *comments, *tested}

    assert cited - set(IDENTIFIERS) == set()
