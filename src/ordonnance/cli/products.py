"""``ordonnance products``: the medicines of the referential in force, searched."""

from datetime import date, datetime, time
import os
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ordonnance.api.product import write_answer
from ordonnance.domain.catalogue import LIMIT_DEFAULT, LIMIT_MAX, Catalogue, Found
from ordonnance.domain.datamatrix import Pack, is_datamatrix, read_pack
from ordonnance.domain.days import PARIS, day_in_paris, say_day
from ordonnance.domain.product import Availability, GenericRole, Product, Referential, Supply
from ordonnance.domain.refusal import Refusal
from ordonnance.server import now
from ordonnance.settings import read_settings
from ordonnance.store.database import connect
from ordonnance.store.migrate import pending
from ordonnance.store.product import read_extract
from ordonnance.usecases.referential import read_in_force

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


@click.group()
def products() -> None:
    """The medicines of the referential in force."""


@products.command()
@click.argument("text", nargs=-1, required=True)
@click.option("--database", metavar="URL", help="sqlite:///path or postgresql://…")
@click.option(
    "--limit",
    default=LIMIT_DEFAULT,
    show_default=True,
    type=click.IntRange(1, LIMIT_MAX),
    help="How many medicines at most.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what the téléservice answers.")
def search(*, text: tuple[str, ...], database: str | None, limit: int, as_json: bool) -> None:
    """Search medicines by name, code, class or box.

    TEXT is the name (accents, abbreviations and one typing error do not matter), a substance, a
    CIP13, CIS or UCD code, an ATC class, or the DataMatrix of a box.
    """
    asked, at = " ".join(text), now()
    referential = read_referential(database or read_settings(os.environ).database, at)
    pack = None
    if is_datamatrix(asked):
        try:
            pack = read_pack(asked, on=day_in_paris(at))
        except Refusal as refusal:
            raise click.ClickException(refusal.sentence) from None
    found = Catalogue.of(referential).search(asked, limit=limit)
    if as_json:
        answer = msgspec.json.encode(write_answer(referential.version, asked, found, pack))
        click.echo(msgspec.json.format(answer, indent=2))
    else:
        tell(found, pack, referential.version)


def read_referential(url: str, at: datetime) -> Referential:
    """The referential in force at *at*; the extract in the package where none was loaded.

    Nothing is created nor migrated: to look for a product, no base is needed.
    """
    path = url.removeprefix("sqlite:///")
    if path != url and not Path(path).exists():
        return read_extract()
    database = connect(url)
    try:
        return (None if pending(database) else read_in_force(database, at)) or read_extract()
    finally:
        database.close()


def tell(found: tuple[Found, ...], pack: Pack | None, version: str) -> None:
    """Print what was found, at 80 columns; colours on a terminal only.

    Source: REF-13.
    """
    console = Console(width=WIDTH, highlight=False)
    if pack is not None:
        console.print(say_pack(pack), soft_wrap=True)
    if not found:
        console.print("Aucun médicament trouvé.")
    else:
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
        console.print(table)
    console.print(Text(f"Référentiel : {version}", style="dim"))


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
