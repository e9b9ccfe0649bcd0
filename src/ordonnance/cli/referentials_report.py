"""What ``ordonnance referentials`` says: tables of 80 columns in French, or objects for JSON."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
import textwrap
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from ordonnance.domain.bilan import say_count
from ordonnance.domain.days import PARIS
from ordonnance.domain.delivery import Condition, Regime
from ordonnance.store.bdpm import FileReport, RefusedRow
from ordonnance.store.referential import Version
from ordonnance.usecases.referential import History, Outcome, Report

WIDTH = 80
REFUSED_TOLD = 20
NOTHING_IN_FORCE = "Aucune version en vigueur : le service s’en tient à l’extrait du programme."


def tell_report(report: Report, *, tells_all: bool) -> None:
    """Print what a load did. Source: REF-1, REF-3."""
    version = report.version
    if report.files:
        tell_reading(report, tells_all=tells_all)
    match report.outcome:
        case Outcome.LOADED:
            tell_line(f"Version {version.name} chargée : {say_size(version)}.")
        case Outcome.ALREADY_THERE:
            tell_line(f"La version {version.name} est déjà là : rien n’est changé.")
        case Outcome.OUTDATED | Outcome.BROKEN | Outcome.HELD:
            return
    if report.in_force is None:
        tell_line(f"Elle prendra effet le {say_day(version.effective_on)}. {NOTHING_IN_FORCE}")
    elif report.in_force == version.name:
        tell_line(f"Elle est en vigueur depuis le {say_day(version.effective_on)}.")
    elif report.outcome is Outcome.LOADED:
        tell_line(
            f"Elle prendra effet le {say_day(version.effective_on)} ; d’ici là, "
            f"{report.in_force} reste en vigueur."
        )
    else:
        tell_line(f"En vigueur : {report.in_force}.")


def tell_reading(report: Report, *, tells_all: bool) -> None:
    """Print what became of the files of medicines."""
    tell_files(report.files, aside="Sans spécialité")
    if report.several_groups_count:
        medicines = say_count(report.several_groups_count, "spécialité")
        tell_line(f"{medicines} de plusieurs groupes génériques.")
    tell_refused(report.files, tells_all=tells_all)
    tell_conditions(report.regimes)


def tell_files(files: Sequence[FileReport], *, aside: str) -> None:
    """Print a row a file: taken, set aside (for what *aside* says), refused."""
    table = Table(box=None, pad_edge=False)
    table.add_column("Fichier")
    for column in ("Prises", aside, "Refusées"):
        table.add_column(column, justify="right")
    table.add_column("")
    for file in files:
        if not file.is_present:
            table.add_row(file.file, "–", "–", "–", file.broken or "absent")
            continue
        counts = (file.taken, file.set_aside, len(file.refused))
        table.add_row(file.file, *map(say_number, counts), "cassé" if file.broken else "")
    console = Console(width=WIDTH, highlight=False)
    console.print(table)


def tell_refused(files: Iterable[FileReport], *, tells_all: bool) -> None:
    """Print the rows refused: the first twenty, or all."""
    refused = list(refused_rows(files))
    if not refused:
        return
    click.echo()
    click.echo("Lignes refusées :")
    told = refused if tells_all else refused[:REFUSED_TOLD]
    for row in told:
        tell_line(f"{row.file}, ligne {row.line} : {row.reason}", indent=2)
    if len(refused) > len(told):
        others = say_count(len(refused) - len(told), "autre")
        click.echo(f"  … et {others} (--all les dit toutes).")


def tell_conditions(regimes: Mapping[str, Regime]) -> None:
    """Print how many texts on prescription and delivery are typed, and which are not."""
    if not regimes:
        return
    kept = list(kept_texts(regimes))
    texts = say_count(len(regimes), "texte de CPD distinct", "textes de CPD distincts")
    typed = say_count(len(regimes) - len(kept), "typé")
    left = say_count(len(kept), "gardé en texte", "gardés en texte")
    click.echo()
    click.echo(f"{texts} : {typed}, {left}{' :' if kept else '.'}")
    for text in kept:
        tell_line(f"« {text} »", indent=2)
    click.echo()


def tell_history(history: History, *, on: date) -> None:
    """Print the version in force, those to come, then those of the past. Source: REF-3."""
    states = {version.name: state_of(version, history, on=on) for version in history.versions}
    if history.in_force is None:
        tell_line(NOTHING_IN_FORCE)
    for version in history.versions:
        match states[version.name]:
            case "in_force":
                tell_line(f"En vigueur depuis le {say_day(version.effective_on)} :")
            case "to_come":
                tell_line(f"À venir, le {say_day(version.effective_on)} :")
            case _:
                tell_line(f"Passée, du {say_day(version.effective_on)} :")
        tell_line(f"{version.name}, {say_size(version)},", indent=2)
        tell_line(
            f"chargée le {version.loaded_at.astimezone(PARIS):%d/%m/%Y à %H:%M}, à Paris", indent=2
        )


def say_obstacle(report: Report) -> str | None:
    """Why a load changed nothing, where it should have; None: it did what was asked."""
    match report.outcome:
        case Outcome.LOADED | Outcome.ALREADY_THERE | Outcome.HELD:
            return None
        case Outcome.OUTDATED:
            return f"la version {report.in_force}, en vigueur, est plus récente"
        case Outcome.BROKEN:
            return say_broken(report.files)


def say_broken(files: Iterable[FileReport]) -> str:
    """Which files cannot be used, and why."""
    return " ; ".join(f"{one.file} : {one.broken}" for one in files if one.broken)


def describe_report(report: Report) -> dict[str, Any]:
    """The JSON object of a load. Source: REF-1, REF-3."""
    return {
        "outcome": report.outcome.value,
        "in_force": report.in_force,
        **describe_version(report.version),
        "files": [describe_file(file) for file in report.files],
        "refused": [row._asdict() for row in refused_rows(report.files)],
        "several_groups": report.several_groups_count,
        "conditions": {"texts": len(report.regimes), "kept": list(kept_texts(report.regimes))},
    }


def describe_file(file: FileReport) -> dict[str, Any]:
    """The JSON object of a file; *broken* is null for one that can be used."""
    return {
        "file": file.file,
        "present": file.is_present,
        "taken": file.taken,
        "set_aside": file.set_aside,
        "refused": len(file.refused),
        "broken": file.broken,
    }


def describe_history(history: History, *, on: date) -> dict[str, Any]:
    """The JSON object of every version; a state is in_force, to_come or past."""
    return {
        "in_force": history.in_force,
        "versions": [
            {
                **describe_version(version),
                "loaded_at": version.loaded_at,
                "state": state_of(version, history, on=on),
            }
            for version in history.versions
        ],
    }


def describe_version(version: Version) -> dict[str, Any]:
    """The part of a JSON object that says a version."""
    return {
        "version": version.name,
        "source_digest": version.source_digest,
        "effective_on": version.effective_on,
        "medicines": version.medicine_count,
        "presentations": version.product_count,
    }


def state_of(version: Version, history: History, *, on: date) -> str:
    """Where a version stands on a day: in_force, to_come or past."""
    if version.name == history.in_force:
        return "in_force"
    return "to_come" if version.effective_on > on else "past"


def refused_rows(files: Iterable[FileReport]) -> Iterator[RefusedRow]:
    """The rows refused, file by file."""
    for file in files:
        yield from file.refused


def kept_texts(regimes: Mapping[str, Regime]) -> Iterator[str]:
    """The texts that no rule types, in their order."""
    return (text for text, regime in regimes.items() if regime.has(Condition.TEXT))


def say_size(version: Version) -> str:
    """How many medicines and presentations a version holds."""
    medicines = say_count(version.medicine_count, "spécialité")
    return f"{medicines}, {say_count(version.product_count, 'présentation')}"


def say_day(on: date) -> str:
    """A day as an operator reads it: ``23/11/2026``."""
    return f"{on:%d/%m/%Y}"


def say_number(count: int) -> str:
    """A count, thousands set apart."""
    return f"{count:,}".replace(",", "\u202f")


def tell_line(text: str, *, indent: int = 0) -> None:
    """Print a sentence on as many lines of 80 columns as it needs."""
    margin = " " * indent
    for line in textwrap.wrap(text, WIDTH, initial_indent=margin, subsequent_indent=margin):
        click.echo(line)
