"""``ordonnance rules``: the rules that apply to a medicine, each with its source and its text."""

from collections.abc import Iterator
import os
import re
import sys
from textwrap import wrap

import click
import msgspec
from rich.console import Console
from rich.text import Text

from ordonnance.api.product import write_rules
from ordonnance.cli.products import ROLES, WIDTH, read_shelf, show_availability
from ordonnance.domain.explained import EVERY_MEDICINE, Effect, Explained
from ordonnance.domain.explanation import explain
from ordonnance.domain.identifiers import CIP13, CIS, UCD13
from ordonnance.domain.product import Product, Referential
from ordonnance.domain.refusal import Reasons, Refusal
from ordonnance.server import now
from ordonnance.settings import read_settings

MARGIN = 4
_PARTS = re.compile(r"[ .-]")
_SHORT = re.compile(r"\d{7}", re.ASCII)  # a CIP7 or a UCD7
_LINEAR = re.compile(r"0\d{13}", re.ASCII)  # a CIP13 as a scanner reads a box's linear code
_TOGETHER = re.compile(r" (?=[:;»])|(?<=«) |(?<=art\.) |(?<=[RL]\.) ")

# How each effect is said: its shape and its colour, before its words.
EFFECTS = {
    Effect.REFUSES_ALWAYS: ("●", "red"),
    Effect.REFUSES: ("◐", "yellow"),
    Effect.WARNS: ("○", "cyan"),
    Effect.INFORMS: ("–", "dim"),
}


@click.group()
def rules() -> None:
    """The rules that apply to medicines."""


@rules.command("explain")
@click.argument("code", metavar="CODE")
@click.option("--database", metavar="URL", help="sqlite:///path or postgresql://…")
@click.option("--json", "as_json", is_flag=True, help="Print what the téléservice answers.")
def explain_product(code: str, database: str | None, *, as_json: bool) -> None:
    """Tell every rule that applies to a medicine.

    CODE is its CIS, or the CIP13, CIP7, UCD13 or UCD7 of one of its boxes. Each rule says what it
    does, where it is written, and the text of the BDPM that brings it.
    """
    asked = read_code(code)
    referential = read_shelf(database or read_settings(os.environ).database, now()).current
    product = find(referential, asked)
    if product is None:
        click.echo(f"ordonnance: {Reasons.PRODUCT_UNKNOWN.sentence}", err=True)
        sys.exit(1)
    if as_json:
        answer = msgspec.json.encode(write_rules(referential.version, product))
        click.echo(msgspec.json.format(answer, indent=2))
    else:
        tell(product, referential.version)


def read_code(text: str) -> str:
    """The code in *text*, whose parts may be parted.

    Raises:
        click.BadParameter: it is no CIS, CIP13, CIP7 nor UCD13: its length or its key is wrong.

    Source: TLS-8.
    """
    code = _PARTS.sub("", text)
    if _SHORT.fullmatch(code):
        return code
    if _LINEAR.fullmatch(code):
        code = code.removeprefix("0")
    for kind in (CIS, CIP13, UCD13):
        try:
            return kind.parse(code).value
        except Refusal:
            continue
    raise click.BadParameter(
        "un CIS a 8 chiffres et commence par 6 ; un CIP7 en a 7 ; un CIP13 ou un UCD13 en a 13, "
        "dont une clé.",
        param_hint="CODE",
    )


def find(referential: Referential, code: str) -> Product | None:
    """The product of *referential* whose code, a CIP7 or UCD7 too, is *code*; None: unknown.

    Source: TLS-8, REF-11.
    """
    if not _SHORT.fullmatch(code):
        return referential.find(code)
    boxes = (referential.by_cip13, referential.by_ucd)
    known = (one for held in boxes for full, one in held.items() if full[5:12] == code)
    return next(known, None)


def tell(product: Product, version: str) -> None:
    """Print *product* and its rules, at 80 columns; colours on a terminal only.

    Source: MED-2.
    """
    console = Console(width=WIDTH, highlight=False)
    print_inside(console, product.name, "bold", margin=0)
    for line in (say_codes(product), say_group(product)):
        print_inside(console, line, "", margin=0)
    if product.availability is not None or not product.is_marketed:
        console.print(show_availability(product))
    told = explain(product)
    digits = len(str(len(told)))
    for rank, one in enumerate(told, start=1):
        console.print()
        tell_rule(console, one, f"{rank:>{digits}}. ")
    console.print()
    marks = (f"{EFFECTS[effect][0]} {effect.words}" for effect in EFFECTS)
    console.print(Text(" · ".join(marks), style="dim"))
    console.print(Text(f"Référentiel : {version}", style="dim"))


def tell_rule(console: Console, told: Explained, mark: str) -> None:
    """Print one rule: its title and effect, its sentence, its source, its texts."""
    shape, colour = EFFECTS[told.effect]
    head = Text.assemble((mark, "dim"), (told.title, "bold"), "  ")
    effect = f"{shape} {told.effect.words}" + ("" if told.code is None else f" ({told.code})")
    if len(head) + len(effect) > WIDTH:
        console.print(head)
        print_inside(console, effect, colour)
    else:
        console.print(head.append(effect, style=colour))
    for words, style in lines_of(told):
        print_inside(console, words, style)


def lines_of(told: Explained) -> Iterator[tuple[str, str]]:
    """What is printed under the title of a rule, and how it looks: the sentence, source, texts."""
    yield told.sentence, ""
    source = f"{told.rule} · {told.source}"
    if told.because == EVERY_MEDICINE:
        yield f"{source.rstrip('.')} · tout médicament", "dim"
        return
    yield source, "dim"
    if told.because:
        yield told.because, ""
    if told.texts:
        yield " ; ".join(f"« {' '.join(text.split())} »" for text in told.texts), "italic"


def print_inside(console: Console, words: str, style: str, *, margin: int = MARGIN) -> None:
    """Print *words* inside the margin; no line begins with a « : » nor ends with an opening quote.

    Rich would break at the blanks that French keeps together.
    """
    kept = _TOGETHER.sub("\u00a0", words)
    for line in wrap(kept, WIDTH - margin, break_on_hyphens=False):
        console.print(Text(" " * margin + line.replace("\u00a0", " "), style=style))


def say_codes(product: Product) -> str:
    """The codes of *product*, and what it is made of, in a line."""
    codes = f"CIS {product.cis.value}"
    if product.cip13 is not None:
        codes += f" · CIP13 {product.cip13.value}"
    return f"{codes} · {', '.join(product.substances)}" if product.substances else codes


def say_group(product: Product) -> str:
    """The generic group and what the product is in it, in a line."""
    if product.generic_group is None or product.generic_role is None:
        return "Hors du répertoire des groupes génériques"
    return f"Groupe générique {product.generic_group} · {ROLES[product.generic_role]}"
