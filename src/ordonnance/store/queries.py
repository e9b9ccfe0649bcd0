"""The SQL of the project, read once from its ``.sql`` files.

A query begins with ``-- name: its_name`` and a sentence that says what it is for. Parameters are
written ``:name``. A file with an engine in its name holds what truly differs between engines.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from enum import StrEnum
from importlib.resources import files
import re

_NAME = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)
_PARAMETER = re.compile(r"(?<![:\w]):(\w+)")


class Engine(StrEnum):
    """Which engine keeps the base; also how its own SQL files are named."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


def read_queries(engine: Engine) -> Mapping[str, str]:
    """Every query for *engine* by its name, parameters written as its driver wants them."""
    queries: dict[str, str] = {}
    for file in sorted(files("ordonnance.store").joinpath("sql").iterdir(), key=lambda f: f.name):
        words = file.name.split(".")
        if words[-1] == "sql" and (len(words) == 2 or words[1] == engine):  # noqa: PLR2004 - name.sql
            read = parse(file.read_text("utf-8"), engine)
            refuse_twice([*queries, *read])
            queries |= read
    return queries


def parse(text: str, engine: Engine) -> dict[str, str]:
    """The queries of one file by name.

    Raises:
        ValueError: text stands before the first name, or a name is there twice.
    """
    before, *parts = _NAME.split(text)
    if before.strip() and not all(line.startswith("--") for line in before.strip().splitlines()):
        message = "SQL stands before the first « -- name: »"
        raise ValueError(message)
    refuse_twice(parts[::2])
    named = dict(zip(parts[::2], parts[1::2], strict=True))
    if engine is Engine.POSTGRESQL:
        # Values travel in binary: as text, an array of documents would be escaped byte by byte.
        return {name: _PARAMETER.sub(r"%(\1)b", _strip(query)) for name, query in named.items()}
    return {name: _strip(query) for name, query in named.items()}


def refuse_twice(names: Sequence[str]) -> None:
    """Refuse a name that two queries bear: the last one would be run for both.

    Raises:
        ValueError: it names them.
    """
    twice = sorted(name for name, times in Counter(names).items() if times > 1)
    if twice:
        message = f"two queries have the same name: {', '.join(twice)}"
        raise ValueError(message)


def split(script: str) -> list[str]:
    """The statements of a script, each of which ends its line with a semicolon."""
    return [statement for statement in script.split(";\n") if statement.strip()]


def _strip(query: str) -> str:
    """The statement without its comments and its semicolon, which drivers do not need."""
    lines = [line for line in query.splitlines() if not line.startswith("--")]
    return "\n".join(lines).strip().removesuffix(";")
