"""The table of devices, tests and acts that ``ordonnance products search`` prints."""

from datetime import date
from itertools import groupby

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ordonnance.domain.line import Kind
from ordonnance.domain.nomenclature import FoundItem, Item, Match, Nomenclature, Provision, System

WIDTH = 80
KINDS = {
    Kind.DEVICE: "dispositif",
    Kind.BIOLOGY: "biologie",
    Kind.NURSING: "acte infirmier",
    Kind.PHYSIOTHERAPY: "kinésithérapie",
    Kind.SPEECH_THERAPY: "orthophonie",
    Kind.ORTHOPTICS: "orthoptie",
    Kind.PODIATRY: "podologie",
}
PROVISIONS = {
    Provision.PURCHASE: "achat",
    Provision.RENTAL: "location",
    Provision.SERVICE: "prestation",
}
GUESS = "Rien sous ces mots exactement ; vouliez-vous dire :"


def tell_codes(found: tuple[FoundItem, ...], nomenclature: Nomenclature, *, on: date) -> None:
    """Print the codes found, at 80 columns, and which nomenclatures they are of.

    Source: REF-21, REF-24.
    """
    console = Console(width=WIDTH, highlight=False)
    for is_guess, alike in groupby(found, key=lambda one: one.match is Match.MISTYPED):
        if is_guess:
            console.print(GUESS)
        console.print(lay_out([one.item for one in alike], on=on))
    for system in dict.fromkeys(one.item.system for one in found):
        console.print(Text(say_version(system, nomenclature), style="dim"))


def lay_out(items: list[Item], *, on: date) -> Table:
    """The table of the codes found."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column("Dispositif ou acte", ratio=5)
    table.add_column("Code", no_wrap=True)
    table.add_column("Nature", no_wrap=True)
    table.add_column("À savoir", ratio=3)
    for item in items:
        table.add_row(
            Text(item.label),
            f"{item.system}\n{item.code}",
            KINDS[item.kind],
            Text(say_terms(item, on=on)),
        )
    return table


def say_terms(item: Item, *, on: date) -> str:
    """What is to be known of a code, in words; a dash: nothing."""
    said = []
    if item.ends_on is not None:
        verb = "terminé" if item.is_over(on) else "prend fin"
        said.append(f"{verb} le {item.ends_on:%d/%m/%Y}")
    if item.needs_agreement:
        said.append("entente préalable")
    if item.provision is not None:
        said.append(PROVISIONS[item.provision])
    if item.count_max is not None:
        said.append(f"{item.count_max} au plus par facture")
    if item.incompatible:
        said.append(f"jamais avec {', '.join(item.incompatible)}")
    return ", ".join(said) or "–"


def say_version(system: System, nomenclature: Nomenclature) -> str:
    """Which version of a nomenclature answered."""
    if nomenclature.is_sample(system):
        return f"{system} : échantillon saisi à la main, à vérifier"
    return f"{system} : {nomenclature.versions[system]}"
