"""The products shipped with the package: a small extract of the public database of medicines."""

from dataclasses import replace
from importlib.resources import files

from ordonnance.domain.delivery import read_regime
from ordonnance.domain.identifiers import CIP13, CIS
from ordonnance.domain.product import GenericRole, Product, Referential
from ordonnance.domain.refusal import Refusal
from ordonnance.store.nomenclature_samples import read_samples

_FILE = "medicines.tsv"
_VERSION = "# Version: "
_COLUMNS = (
    "cis",
    "cip13",
    "name",
    "form",
    "substances",
    "generic_group",
    "generic_role",
    "conditions",
    "packaging",
)


def read_extract() -> Referential:
    """The referential in the package, read from its files at each call: call it once.

    It holds the samples of the nomenclatures too.

    Raises:
        AssertionError: a shipped file is broken; the message names the line.

    Source: TLS-9; REF-21.
    """
    text = files("ordonnance.store").joinpath("extract", _FILE).read_text("utf-8")
    return replace(parse(text), nomenclature=read_samples())


def parse(text: str) -> Referential:
    """The referential written in *text*: comments, a row of column names, a row a presentation.

    Fields are parted by tabs, without quoting. The comment ``# Version:`` names the version.

    Raises:
        AssertionError: a line is not what the file promises; the message names it.
    """
    lines = text.removesuffix("\n").split("\n")
    head = sum(1 for line in lines if line.startswith("#"))
    versions = [line.removeprefix(_VERSION) for line in lines[:head] if line.startswith(_VERSION)]
    if len(versions) != 1:
        raise AssertionError(f"{_FILE}: its comments name {len(versions)} versions, not one")
    if lines[head : head + 1] != ["\t".join(_COLUMNS)]:
        raise AssertionError(f"{_FILE}, line {head + 1}: the columns are not {', '.join(_COLUMNS)}")
    products: dict[CIP13 | None, Product] = {}
    for rank, line in enumerate(lines[head + 1 :], start=head + 2):
        try:
            product = _read_row(line)
        except (Refusal, ValueError) as problem:
            raise AssertionError(f"{_FILE}, line {rank}: {problem}") from problem
        if product.cip13 in products:
            raise AssertionError(f"{_FILE}, line {rank}: {product.cip13} is there twice")
        products[product.cip13] = product
    return Referential.of(products.values(), version=versions[0])


def _read_row(line: str) -> Product:
    fields = line.split("\t")
    if len(fields) != len(_COLUMNS):
        raise ValueError(f"{len(fields)} fields for {len(_COLUMNS)} columns")
    row = dict(zip(_COLUMNS, fields, strict=True))
    if bool(row["generic_group"]) != bool(row["generic_role"]):
        raise ValueError("a generic group and a role in it go together")
    if not (row["name"] and row["substances"] and row["packaging"]):
        raise ValueError("a name, a substance or a packaging is missing")
    return Product(
        cis=CIS.parse(row["cis"], "cis"),
        cip13=CIP13.parse(row["cip13"], "cip13"),
        name=row["name"],
        form=row["form"],
        substances=tuple(row["substances"].split(";")),
        generic_group=row["generic_group"] or None,
        generic_role=GenericRole(row["generic_role"]) if row["generic_role"] else None,
        regime=read_regime(row["conditions"].split(" | ") if row["conditions"] else ()),
        packaging=row["packaging"],
    )
