"""What no linter holds: sizes, and documents that say what the code is."""

import ast
from collections.abc import Iterator
import io
from pathlib import Path
import re
import tokenize
import unicodedata

import click
from click.testing import CliRunner
import pytest

from ordonnance.cli.main import cli
from ordonnance.domain.refusal import ALL_REASONS
from ordonnance.settings import PREFIX, Settings
from raised_rows import row_of, section_of

REPOSITORY = Path(__file__).resolve().parent.parent
SOURCE = REPOSITORY / "src" / "ordonnance"
FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 50
FOLDERS = (".ci", "docs", "src/ordonnance", "tests")
NOQA_WITH_REASON = re.compile(r"noqa: [A-Z]+\d+(?:, ?[A-Z]+\d+)* - \S")
LINK = re.compile(r"\]\(([^()\s]+)\)")
# Folders of somebody's machine, and an installer's own settings: nobody else has them.
ELSEWHERE = re.compile(r"(?<![\w.])/(?:root|home)/|index" + "-url")


def files_in(folder: Path) -> Iterator[Path]:
    """The files of *folder*, at any depth, but for what Python leaves there."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path


SOURCES = [path for path in files_in(SOURCE) if path.suffix == ".py"]
TESTS = [path for path in files_in(REPOSITORY / "tests") if path.suffix == ".py"]
DOCUMENTS = [*sorted(REPOSITORY.glob("*.md")), *sorted((REPOSITORY / "docs").glob("*.md"))]
TRACKED = [
    *(path for path in sorted(REPOSITORY.iterdir()) if path.is_file() and path.name != ".coverage"),
    *(
        path
        for folder in FOLDERS
        for path in files_in(REPOSITORY / folder)
        if path.suffix != ".png"
    ),
]


def name_of(path: Path) -> str:
    return path.relative_to(REPOSITORY).as_posix()


def read(name: str) -> str:
    return (REPOSITORY / name).read_text("utf-8")


def rows_of(text: str) -> list[list[str]]:
    """The cells of each table row that begins with a word between backticks."""
    return [
        [cell.strip() for cell in line.strip("|").split(" | ")]
        for line in text.splitlines()
        if line.startswith("| `")
    ]


def words_in(cell: str) -> list[str]:
    """What stands between backticks, in order."""
    return re.findall(r"`([^`]+)`", cell)


of_each_source = pytest.mark.parametrize("path", SOURCES, ids=name_of)


@pytest.mark.parametrize(
    "path", [path for path in files_in(SOURCE) if path.suffix != ".tsv"], ids=name_of
)
def test_a_file_has_at_most_400_lines(path):
    assert len(path.read_text("utf-8").splitlines()) <= FILE_LINES_MAX


@of_each_source
def test_a_function_has_at_most_50_lines(path):
    functions = [
        node
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]

    long = [
        f"{node.name}: {node.end_lineno - node.lineno + 1} lines"
        for node in functions
        if node.end_lineno - node.lineno >= FUNCTION_LINES_MAX
    ]

    assert long == []


@pytest.mark.parametrize("path", [*SOURCES, *TESTS], ids=name_of)
def test_a_rule_set_aside_has_its_reason(path):
    tokens = tokenize.generate_tokens(io.StringIO(path.read_text("utf-8")).readline)

    bare = [
        f"line {token.start[0]}: {token.string}"
        for token in tokens
        if token.type == tokenize.COMMENT
        and "noqa" in token.string
        and not NOQA_WITH_REASON.search(token.string)
    ]

    assert bare == []


def test_every_query_is_asked_for():
    code = "".join(path.read_text("utf-8") for path in SOURCES)
    names = {
        name
        for path in SOURCE.glob("store/sql/*.sql")
        for name in re.findall(r"^-- name: (\w+)$", path.read_text("utf-8"), re.MULTILINE)
    }

    assert {name for name in names if f'"{name}"' not in code} == set()


def test_the_readme_tells_every_file_and_no_other():
    section = read("README.md").partition("\n## The files\n")[2].partition("\n## ")[0]
    told = [words_in(row[0])[0] for row in rows_of(section)]
    files = {path.relative_to(SOURCE).as_posix() for path in files_in(SOURCE)}
    files = {name.removesuffix("__init__.py") or "__init__.py" for name in files}

    assert {"not told": files - set(told), "gone": set(told) - files} == {
        "not told": set(),
        "gone": set(),
    }
    assert len(told) == len(files)


def test_every_refusal_is_told_as_the_code_says_it():  # TLS-34
    rows = rows_of(section_of(read("docs/teleservice.md")))

    assert [tuple(cells[:-1]) for cells in rows] == [row_of(reason) for reason in ALL_REASONS]


def test_every_refusal_tells_what_to_do():
    rows = rows_of(section_of(read("docs/teleservice.md")))

    assert [cells[0] for cells in rows if len(cells) != 7 or len(cells[-1]) < 5] == []


def test_every_setting_is_told_with_its_default():
    defaults = Settings()
    rows = [row for row in rows_of(read("docs/exploitation.md")) if PREFIX in row[0]]
    told = {row[0].strip("`"): row[1].strip("`") for row in rows}

    assert told == {
        PREFIX + name.upper(): say_default(getattr(defaults, name)) for name in Settings.__slots__
    }


def say_default(value: str | bool) -> str:  # noqa: FBT001 - a default may be one
    if isinstance(value, bool):
        return "oui" if value else "non"
    return value or "–"


def walk(command: click.Command, path: tuple[str, ...]) -> Iterator[tuple[str, click.Command]]:
    """Every command under *command*, by its words."""
    yield " ".join(path), command
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from walk(inner, (*path, name))


COMMANDS = dict(walk(cli, ("ordonnance",)))


def test_every_command_and_option_is_told_and_no_other():
    rows = [row for row in rows_of(read("docs/exploitation.md")) if row[0].startswith("`ordon")]
    told = {row[0].strip("`"): sorted(words_in(row[1])) for row in rows}

    assert told == {
        words: sorted(
            max(option.opts, key=len)
            for option in command.params
            if isinstance(option, click.Option)
        )
        for words, command in COMMANDS.items()
        if command.params or not isinstance(command, click.Group)
    }


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_has_its_help(words):
    result = CliRunner().invoke(cli, [*words.split()[1:], "--help"])

    assert result.exit_code == 0
    assert COMMANDS[words].help


def anchors_of(text: str) -> set[str]:
    """What the headings of a page are called in its address, as GitHub writes them."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {
        "".join(
            "-" if character == " " else character
            for character in heading.lower()
            if character in " -_" or unicodedata.category(character)[0] in "LN"
        )
        for heading in headings
    }


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_links_between_documents_lead_somewhere(path):
    links = [link for link in LINK.findall(path.read_text("utf-8")) if "://" not in link]

    dead = []
    for link in links:
        name, _, anchor = link.partition("#")
        target = path.parent / name if name else path
        if not target.exists() or (anchor and anchor not in anchors_of(target.read_text("utf-8"))):
            dead.append(link)

    assert dead == []


@pytest.mark.parametrize("path", TRACKED, ids=name_of)
def test_nothing_points_outside_the_project(path):
    assert ELSEWHERE.findall(path.read_text("utf-8")) == []
