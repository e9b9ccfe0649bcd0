"""``ordonnance products``: the medicines, devices and acts in force, searched."""

from datetime import date, datetime, time
from itertools import groupby
import os
from pathlib import Path
import sys
from typing import Never

import click
import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ordonnance.api.product import write_answer
from ordonnance.cli.products_codes import tell_codes
from ordonnance.domain.catalogue import LIMIT_DEFAULT, LIMIT_MAX, Found, Why
from ordonnance.domain.datamatrix import (
    TEXT_LENGTH_MAX,
    Pack,
    is_cip13_mistyped,
    is_datamatrix,
    read_foreign_gtin,
    read_pack,
)
from ordonnance.domain.days import PARIS, day_in_paris, say_day
from ordonnance.domain.lookup import look_up
from ordonnance.domain.product import Availability, GenericRole, Product, Supply
from ordonnance.domain.refusal import Refusal
from ordonnance.server import now
from ordonnance.settings import read_settings
from ordonnance.store.database import connect
from ordonnance.store.migrate import pending
from ordonnance.store.product import read_extract
from ordonnance.usecases.shelf import Shelf

WIDTH = 80

# How each supply is said: its shape, its colour, its words before a day.
SUPPLIES = {
    Supply.OUT_OF_STOCK: ("●", "red", "rupture depuis"),
    Supply.SHORTAGE: ("◐", "yellow", "tension depuis"),
    Supply.DISCONTINUED: ("○", "red", "arrêt depuis"),
    Supply.BACK: ("✓", "green", "de nouveau là depuis"),
}
ROLES = {
    GenericRole.PRINCEPS: "princeps",
    GenericRole.GENERIC: "générique",
    GenericRole.COMPLEMENTARY: "complément",
    GenericRole.SUBSTITUTABLE: "substituable",
}
# What is said above the medicines that do not hold all words as typed.
GUESSES = {
    Why.MISTYPED: "Rien sous ces mots exactement ; vouliez-vous dire :",
    Why.PART: "Aucun médicament ne porte tous ces mots ; en voici qui en portent une partie :",
}
BESIDES = "Vouliez-vous dire aussi :"


@click.group()
def products() -> None:
    """The medicines, devices and acts that are known."""


@products.command()
@click.argument("text", nargs=-1, required=True)
@click.option("--database", metavar="URL", help="sqlite:///path or postgresql://…")
@click.option(
    "--limit",
    default=LIMIT_DEFAULT,
    show_default=True,
    type=click.IntRange(1, LIMIT_MAX),
    help="How many medicines at most, and how many codes.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what the téléservice answers.")
def search(*, text: tuple[str, ...], database: str | None, limit: int, as_json: bool) -> None:
    """Search medicines by name, code, class or box, and devices and acts by name or code.

    TEXT is the name (accents, abbreviations and one typing error do not matter), a substance, a
    CIP13, CIS or UCD code, an ATC class, or the DataMatrix of a box; a code of the LPP, of the
    NABM or of the NGAP (AMI 1,5).
    """
    asked, at = " ".join(text), now()
    check(asked)
    shelf = read_shelf(database or read_settings(os.environ).database, at)
    referential = shelf.current
    pack = None
    if is_datamatrix(asked):
        try:
            pack = read_pack(asked, on=day_in_paris(at))
        except Refusal as refusal:
            raise click.ClickException(refusal.sentence) from None
    found = look_up(
        asked, shelf.catalogue, referential.nomenclature, on=day_in_paris(at), limit=limit
    )
    if as_json:
        answer = msgspec.json.encode(write_answer(referential, asked, found, pack))
        click.echo(msgspec.json.format(answer, indent=2))
        return
    if found.medicines or not found.codes:
        tell(found.medicines, pack, referential.version, gtin=find_foreign_gtin(asked, pack))
    if found.codes:
        tell_codes(found.codes, referential.nomenclature, on=day_in_paris(at))


def check(asked: str) -> None:
    """End the command where *asked* cannot be searched, as the téléservice refuses it."""
    if not asked.strip():
        end("Il n’y a rien à chercher. Tapez un nom, un code ou une classe ATC.", 2)
    if len(asked) > TEXT_LENGTH_MAX:
        end(f"Ce qu’il faut chercher a {TEXT_LENGTH_MAX} caractères au plus.", 2)
    if is_cip13_mistyped(asked):
        end(
            "Ce CIP13 n’est pas valable : son dernier chiffre ne vérifie pas les autres. "
            "Relisez-le ou scannez la boîte.",
            1,
        )


def end(sentence: str, status: int) -> Never:
    """Say *sentence* on the error output and end with *status*."""
    click.echo(f"ordonnance: {sentence}", err=True)
    sys.exit(status)


def find_foreign_gtin(asked: str, pack: Pack | None) -> str | None:
    """The GTIN of a box of another market, typed or scanned; None: a French one, or no code."""
    if pack is None:
        return read_foreign_gtin(asked)
    return read_foreign_gtin(pack.gtin) if pack.cip13 is None else None


def read_shelf(url: str, at: datetime) -> Shelf:
    """What is in force at *at*; what is in the package where nothing was loaded.

    Nothing is created nor migrated: to look for a product, no base is needed.
    """
    shelf = Shelf(read_extract())
    path = url.removeprefix("sqlite:///")
    if path != url and not Path(path).exists():
        return shelf
    database = connect(url)
    try:
        if not pending(database):
            shelf.refresh(database, at)
    finally:
        database.close()
    return shelf


def tell(
    found: tuple[Found, ...], pack: Pack | None, version: str, *, gtin: str | None = None
) -> None:
    """Print what was found, at 80 columns; colours on a terminal only.

    What is guessed says so. *gtin* is the code of a box of another market, if one was asked.

    Source: REF-10, REF-13.
    """
    console = Console(width=WIDTH, highlight=False)
    if pack is not None:
        console.print(say_pack(pack), soft_wrap=True)
    if not found and gtin is not None:
        sentence = f"Ce code (GTIN {gtin}) n’est pas celui d’un médicament français."
        console.print(sentence, soft_wrap=True)
    elif not found:
        console.print("Aucun médicament, dispositif ou acte trouvé.")
    for guess, alike in groupby(found, key=lambda one: GUESSES.get(one.why)):
        listed = list(alike)
        if guess is not None:
            console.print(guess if listed[0] is found[0] else BESIDES)
        console.print(lay_out(listed))
    console.print(Text(f"Référentiel : {version}", style="dim"))


def lay_out(found: list[Found]) -> Table:
    """The table of the medicines found."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column("Médicament", ratio=5)
    table.add_column("CIS / CIP13", no_wrap=True)
    table.add_column("Groupe", no_wrap=True)
    table.add_column("Disponibilité", ratio=3)
    for one in found:
        codes = (one.product.cis, one.product.cip13)
        table.add_row(
            Text(one.product.name),
            "\n".join(code.value for code in codes if code is not None),
            say_group(one.product),
            show_availability(one.product),
        )
    return table


def say_pack(pack: Pack) -> Text:
    """The lot, the expiry and the serial number of a box, in a line."""
    said = [
        f"lot {pack.lot}" if pack.lot else "",
        f"à utiliser jusqu’au {say_short_day(pack.expires_on)}" if pack.expires_on else "",
        f"n° de série {pack.serial}" if pack.serial else "",
    ]
    return Text("Boîte : " + (", ".join(filter(None, said)) or f"GTIN {pack.gtin}"))


def say_group(product: Product) -> str:
    """The generic group's number and what the product is in it; a dash outside the répertoire."""
    if product.generic_group is None or product.generic_role is None:
        return "–"
    return f"{product.generic_group}\n{ROLES[product.generic_role]}"


def show_availability(product: Product) -> Text:
    """What is known of a product's supply: a shape, a colour and words."""
    if product.availability is not None:
        return show_supply(product.availability)
    if not product.is_marketed:
        return Text("○ non commercialisé", style="dim")
    return Text("–")


def show_supply(availability: Availability) -> Text:
    """What the ANSM says: ``● rupture depuis le 22 oct. 2025``.

    Source: REF-13.
    """
    shape, colour, words = SUPPLIES[availability.supply]
    if availability.since is None:
        words = words.removesuffix(" depuis")
    else:
        words = f"{words} le {say_short_day(availability.since)}"
    # The BDPM also dates a return that has taken place: it was not « expected » then.
    if availability.until is not None and availability.supply is not Supply.BACK:
        words = f"{words}, retour prévu le {say_short_day(availability.until)}"
    return Text(f"{shape} {words}", style=colour)


def say_short_day(on: date) -> str:
    """A day without its weekday: ``22 oct. 2025``."""
    return say_day(datetime.combine(on, time(), PARIS)).split(" ", 2)[2]
