"""The samples of nomenclatures shipped with the package: a few codes of each, typed by hand."""

from datetime import date
from importlib.resources import files

from ordonnance.domain.line import Kind
from ordonnance.domain.nomenclature import (
    SAMPLE,
    SYSTEMS,
    Item,
    Nomenclature,
    Provision,
    System,
    spell,
)

_VERSION = f"# Version: {SAMPLE}"
_WARNING = "Échantillon saisi à la main, à vérifier"
_COLUMNS = (
    "code",
    "label",
    "kind",
    "agreement",
    "ends_on",
    "provision",
    "count_max",
    "incompatible",
    "source",
)
_AGREEMENTS = {"oui": True, "non": False, "": None}


def read_samples() -> Nomenclature:
    """The samples in the package, read from their files at each call: call it once.

    Raises:
        AssertionError: a shipped file is broken; the message names the line.

    Source: REF-21.
    """
    folder = files("ordonnance.store").joinpath("extract")
    items = [
        item
        for system in System
        for item in parse(system, folder.joinpath(f"{system.lower()}.tsv").read_text("utf-8"))
    ]
    return Nomenclature.of(items, versions=dict.fromkeys(System, SAMPLE))


def parse(system: System, text: str) -> tuple[Item, ...]:
    """The codes of the sample in *text*: comments, a row of column names, a row a code.

    Fields are parted by tabs, without quoting; codes that may not stand together, by semicolons.
    The column *source* says where a code was read, for who checks it.

    Raises:
        AssertionError: it does not say that it is a sample, or a line is not what it promises.

    Source: REF-21.
    """
    lines = text.removesuffix("\n").split("\n")
    head = [line for line in lines if line.startswith("#")]
    if _VERSION not in head or not any(_WARNING in line for line in head):
        raise AssertionError(f"{system} sample: its comments do not say that it is a sample")
    rows = lines[len(head) :]
    if rows[0] != "\t".join(_COLUMNS):
        raise AssertionError(f"{system} sample: the columns are not {', '.join(_COLUMNS)}")
    items: dict[str, Item] = {}
    for rank, line in enumerate(rows[1:], start=len(head) + 2):
        try:
            item = _read_row(system, line)
        except ValueError as problem:
            raise AssertionError(f"{system} sample, line {rank}: {problem}") from problem
        if item.code in items:
            raise AssertionError(f"{system} sample, line {rank}: {item.code} is there twice")
        items[item.code] = item
    return tuple(items.values())


def _read_row(system: System, line: str) -> Item:
    fields = line.split("\t")
    if len(fields) != len(_COLUMNS):
        raise ValueError(f"{len(fields)} fields for {len(_COLUMNS)} columns")
    row = dict(zip(_COLUMNS, fields, strict=True))
    if spell(system, row["code"]) != row["code"]:
        raise ValueError(f"{row['code']} is no code of the {system}")
    if not (row["label"] and row["source"]):
        raise ValueError("a label or a source is missing")
    kind = Kind(row["kind"])
    if SYSTEMS.get(kind) is not system:
        raise ValueError(f"{kind} is not coded in the {system}")
    if row["agreement"] not in _AGREEMENTS:
        raise ValueError("the agreement is neither oui, non nor unsaid")
    return Item(
        system=system,
        code=row["code"],
        label=row["label"],
        kind=kind,
        needs_agreement=_AGREEMENTS[row["agreement"]],
        ends_on=date.fromisoformat(row["ends_on"]) if row["ends_on"] else None,
        provision=Provision(row["provision"]) if row["provision"] else None,
        count_max=int(row["count_max"]) if row["count_max"] else None,
        incompatible=tuple(row["incompatible"].split(";")) if row["incompatible"] else (),
    )
