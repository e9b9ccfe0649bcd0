"""What ``ordonnance referentials`` says of the nomenclatures: sentences, or objects for JSON."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from ordonnance.cli.referentials_report import (
    describe_file,
    refused_rows,
    say_broken,
    say_day,
    tell_files,
    tell_line,
    tell_refused,
)
from ordonnance.domain.bilan import say_count
from ordonnance.domain.days import PARIS
from ordonnance.domain.nomenclature import System
from ordonnance.store.nomenclature import Edition
from ordonnance.usecases.nomenclature import History, Report
from ordonnance.usecases.referential import Outcome


def tell_codes(report: Report, *, tells_all: bool) -> None:
    """Print what a load did of a nomenclature. Source: REF-22, REF-23."""
    edition = report.edition
    if report.files:
        tell_files(report.files, aside="Sans fiche")
        tell_refused(report.files, tells_all=tells_all)
    day = say_day(edition.effective_on)
    match report.outcome:
        case Outcome.LOADED:
            tell_line(f"{edition.system} {edition.name} chargée : {say_codes(edition)}.")
        case Outcome.ALREADY_THERE:
            tell_line(f"{edition.system} {edition.name} est déjà là : rien n’est changé.")
        case Outcome.OUTDATED | Outcome.BROKEN | Outcome.HELD:
            return
    if report.in_force == edition.name:
        tell_line(f"Elle est en vigueur depuis le {day}.")
    elif report.outcome is Outcome.LOADED:
        tell_line(f"Elle prendra effet le {day} ; d’ici là, {say_held(report.in_force)}.")
    else:
        tell_line(f"En vigueur : {report.in_force or 'l’échantillon du programme'}.")


def say_held(in_force: str | None) -> str:
    """What serves until another edition takes effect."""
    return f"{in_force} reste en vigueur" if in_force else "l’échantillon du programme sert"


def say_obstacle(report: Report) -> str | None:
    """Why a load changed nothing, where it should have; None: it did what was asked, or waited."""
    match report.outcome:
        case Outcome.LOADED | Outcome.ALREADY_THERE | Outcome.HELD:
            return None
        case Outcome.OUTDATED:
            return f"la version {report.in_force}, en vigueur, est plus récente"
        case Outcome.BROKEN:
            return say_broken(report.files)


def describe_codes(report: Report) -> dict[str, Any]:
    """The JSON object of what a load did of a nomenclature. Source: REF-22, REF-23."""
    return {
        "outcome": report.outcome.value,
        "in_force": report.in_force,
        **describe_edition(report.edition),
        "files": [describe_file(file) for file in report.files],
        "refused": [row._asdict() for row in refused_rows(report.files)],
    }


def tell_editions(history: History, *, on: date) -> None:
    """Print each nomenclature: the edition in force, those to come, then those of the past.

    Source: REF-21, REF-23.
    """
    for system in System:
        editions = [one for one in history.editions if one.system is system]
        if system not in history.in_force:
            tell_line(f"{system} : l’échantillon du programme, saisi à la main, à vérifier.")
        for edition in editions:
            tell_line(f"{system}, {say_state(edition, history, on=on)} :")
            tell_line(f"{edition.name}, {say_codes(edition)},", indent=2)
            loaded_at = f"{edition.loaded_at.astimezone(PARIS):%d/%m/%Y à %H:%M}"
            tell_line(f"chargée le {loaded_at}, à Paris", indent=2)


def describe_editions(history: History, *, on: date) -> list[dict[str, Any]]:
    """The JSON objects of every edition; a state is in_force, to_come or past."""
    return [
        {
            **describe_edition(edition),
            "loaded_at": edition.loaded_at,
            "state": state_of(edition, history, on=on),
        }
        for edition in history.editions
    ]


def describe_edition(edition: Edition) -> dict[str, Any]:
    """The part of a JSON object that says an edition."""
    return {
        "system": edition.system.value,
        "version": edition.name,
        "source_digest": edition.source_digest,
        "effective_on": edition.effective_on,
        "codes": edition.code_count,
    }


def state_of(edition: Edition, history: History, *, on: date) -> str:
    """Where an edition stands on a day: in_force, to_come or past."""
    if edition.name == history.in_force.get(edition.system):
        return "in_force"
    return "to_come" if edition.effective_on > on else "past"


def say_state(edition: Edition, history: History, *, on: date) -> str:
    """Where an edition stands on a day, in words."""
    day = say_day(edition.effective_on)
    match state_of(edition, history, on=on):
        case "in_force":
            return f"en vigueur depuis le {day}"
        case "to_come":
            return f"à venir, le {day}"
        case _:
            return f"passée, du {day}"


def say_codes(edition: Edition) -> str:
    """How many codes an edition holds."""
    return say_count(edition.code_count, "code")


def join_obstacles(obstacles: Sequence[str | None]) -> str | None:
    """All that kept a load from changing anything, in one sentence; None: nothing did."""
    return " ; ".join(one for one in obstacles if one) or None
