"""``ordonnance preserie``: a vendor's pilot, replayed from a file of events, or written to one.

Source: PRE-34, PRE-48.
"""

from contextlib import closing
from decimal import Decimal
import json
import os
from pathlib import Path
import tomllib

import click

from ordonnance.cli.preserie_report import tell
from ordonnance.cli.purge import open_base as open_existing
from ordonnance.cli.referentials import DATABASE
from ordonnance.domain.modalites import PHARMACISTS_2025_07, Modalities
from ordonnance.domain.modalites_reading import ModalitiesError, read_modalities
from ordonnance.domain.preserie_replay import replay
from ordonnance.domain.preserie_result import describe_replay
from ordonnance.server import SetupError
from ordonnance.settings import read_settings
from ordonnance.usecases.preserie import export

FILE_BYTES_MAX = 16 * 1024 * 1024


@click.group()
def preserie() -> None:
    """Préséries: a vendor's software tried at a few pharmacies before its deployment."""


@preserie.command("replay")
@click.argument("file", metavar="FILE", type=click.Path())
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@click.option(
    "--modalites",
    "modalities_file",
    metavar="FILE",
    type=click.Path(),
    help="Other modalities, in JSON or TOML.  [default: pharmaciens-2025-07]",
)
def replay_file(file: str, modalities_file: str | None, *, as_json: bool) -> None:
    """Replay a présérie from a file of events.

    FILE holds JSON lines, one event a line, in the order in which they happened. The real rules
    are applied: a refused event changes nothing, and the replay goes on. Status 0 if the file was
    read, 1 if not.
    """
    modalities = read_modalities_file(modalities_file)
    # Not splitlines: a JSON text may hold the separators that it also cuts at.
    replayed = replay(read_text(file).split("\n"), modalities)
    if as_json:
        click.echo(json.dumps(describe_replay(replayed), ensure_ascii=False))
    else:
        tell(replayed)


@preserie.command("export")
@click.argument("preserie_id", metavar="ID")
@DATABASE
def export_file(preserie_id: str, database: str | None) -> None:
    """Write the file of events of a présérie of the base.

    JSON lines on standard output, one accepted event a line, each with its instant and its
    sender. Replayed, they give what the téléservice answers. Status 1 if there is no such
    présérie.
    """
    with closing(open_existing(database or read_settings(os.environ).database)) as base:
        lines = export(base, preserie_id)
    if not lines:
        raise SetupError(f"Aucune présérie n’a l’identifiant {preserie_id}. Vérifiez-le.")
    for line in lines:
        click.echo(line)


def read_text(path: str) -> str:
    """The text of a file, in UTF-8.

    Raises:
        SetupError: it cannot be read, is too large, or is no text; the sentence says what to do.
    """
    try:
        with Path(path).open("rb") as file:
            content = file.read(FILE_BYTES_MAX + 1)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise SetupError(f"{path} ne peut pas être lu ({why}). Vérifiez le chemin.") from error
    if len(content) > FILE_BYTES_MAX:
        raise SetupError(f"{path} dépasse {FILE_BYTES_MAX // 2**20} Mio. Coupez-le.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SetupError(f"{path} n’est pas un texte en UTF-8. Convertissez-le.") from error


def read_modalities_file(path: str | None) -> Modalities:
    """The modalities of a file, TOML where its name ends so and JSON otherwise.

    Raises:
        SetupError: the file cannot be read, or tells no modalities.

    Source: PRE-34.
    """
    if path is None:
        return PHARMACISTS_2025_07
    text = read_text(path)
    try:
        if path.endswith(".toml"):
            value: object = tomllib.loads(text, parse_float=Decimal)
        else:
            value = json.loads(text, parse_float=Decimal)
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise SetupError(f"{path} n’est ni du JSON ni du TOML lisible. Corrigez-le.") from error
    try:
        return read_modalities(value)
    except ModalitiesError as error:
        raise SetupError(f"{path} : {error}") from error
