"""``ordonnance preserie bilan``: the bilan in the terminal, as PDF, CSV or JSON.

Source: PRE-62, PRE-64.
"""

from contextlib import closing
import json
import os
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from ordonnance.cli.preserie import read_modalities_file, read_text
from ordonnance.cli.preserie_report import clean
from ordonnance.cli.products import WIDTH
from ordonnance.cli.purge import open_base as open_existing
from ordonnance.cli.referentials import DATABASE, JSON
from ordonnance.cli.rules import print_inside
from ordonnance.domain.bilan_files import describe_told, write_criteria, write_measures
from ordonnance.domain.bilan_telling import tell_bilan
from ordonnance.domain.bilan_told import Bar, BilanTold, Chart, ChartKind, Section, Verdict
from ordonnance.domain.preserie_replay import Replay, replay
from ordonnance.portail.bilan_pdf import render_pdf
from ordonnance.server import SetupError
from ordonnance.settings import read_settings
from ordonnance.usecases.preserie import export

_STYLES = {Verdict.MET: "green", Verdict.WAIVED: "yellow", Verdict.FAILED: "red"}
_BAR_WIDTH = 24
_NAME_WIDTH = 24
_EIGHTHS = " ▏▎▍▌▋▊▉"


@click.command("bilan")
@click.argument("preserie_id", metavar="[ID]", required=False)
@click.option("--file", metavar="FILE", type=click.Path(), help="A file of events, not the base.")
@DATABASE
@click.option(
    "--modalites", "modalities_file", metavar="FILE", help="With --file: other modalities."
)
@click.option("--pdf", metavar="OUT", type=click.Path(), help="Write the PDF there.")
@click.option("--csv", metavar="OUT", type=click.Path(), help="Write the criteria there, as CSV.")
@click.option("--for", "reader", metavar="AM", help="As that pilot reads it: others unnamed.")
@JSON
def bilan(  # noqa: PLR0913 - one a way out
    *,
    preserie_id: str | None,
    file: str | None,
    database: str | None,
    modalities_file: str | None,
    pdf: str | None,
    csv: str | None,
    reader: str | None,
    as_json: bool,
) -> None:
    """Show the bilan last drawn of a présérie, or write it.

    ID is a présérie of the base; --file takes a file of events instead. Without --pdf, --csv nor
    --json, it is told in the terminal. Beside the CSV of the criteria, another one, whose name ends
    with -mesures, holds every count. Status 1 where there is no such présérie, or no bilan.
    """
    if (preserie_id is None) == (file is None):
        raise click.UsageError("Give the ID of a présérie, or --file FILE.")
    if file is not None:
        modalities = read_modalities_file(modalities_file)
        replayed = replay(read_text(file).split("\n"), modalities)
    else:
        replayed = read_base(preserie_id or "", database)
    told = find_bilan(replayed, reader)
    if pdf is not None:
        write_file(pdf, render_pdf(told))
    if csv is not None:
        measures = Path(csv).with_stem(f"{Path(csv).stem}-mesures")
        write_file(csv, write_criteria(told).encode())
        write_file(str(measures), write_measures(told).encode())
    if as_json:
        click.echo(json.dumps(describe_told(told), ensure_ascii=False))
    elif pdf is None and csv is None:
        tell(told)


def read_base(preserie_id: str, database: str | None) -> Replay:
    """What the events of a présérie of the base make.

    Raises:
        SetupError: there is no such présérie.
    """
    with closing(open_existing(database or read_settings(os.environ).database)) as base:
        lines = export(base, preserie_id)
    if not lines:
        raise SetupError(f"Aucune présérie n’a l’identifiant {preserie_id}. Vérifiez-le.")
    return replay(lines)


def find_bilan(replayed: Replay, reader: str | None) -> BilanTold:
    """The bilan last drawn, as *reader* may read it.

    Raises:
        SetupError: none is drawn, or *reader* is no pharmacy of the présérie.
    """
    if reader is not None and reader not in replayed.preserie.participants:
        raise SetupError(f"La pharmacie {reader} ne participe pas à cette présérie. Vérifiez.")
    told = tell_bilan(replayed, reader=reader)
    if told is None:
        raise SetupError("Aucun bilan n’est encore dressé. Dressez-le (draw_bilan) d’abord.")
    return told


def write_file(path: str, content: bytes) -> None:
    """Write *content*, over what was there, and say so.

    Raises:
        SetupError: it cannot be written.
    """
    try:
        Path(path).write_bytes(content)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise SetupError(f"{path} ne peut pas être écrit ({why}). Vérifiez le chemin.") from error
    click.echo(f"Écrit : {path}", err=True)


def tell(told: BilanTold) -> None:
    """Print *told* at 80 columns: verdict, criteria with their bars, decision, hash.

    Source: PRE-62.
    """
    console = Console(width=WIDTH, highlight=False)
    heading = f"Bilan de la présérie : {told.software} {told.versions} ({told.vendor})"
    print_inside(console, clean(heading), "bold", margin=0)
    print_inside(console, clean(f"{told.period} ; CPAM {told.cpam}"), "dim", margin=0)
    console.print()
    print_inside(console, clean(told.verdict), "green" if told.is_met else "red", margin=0)
    for section in told.sections:
        tell_section(console, section)
    console.print()
    for sentence in (told.decision, *told.waivers, told.signature, *told.disagreements):
        print_inside(console, clean(sentence), "", margin=0)
    print_inside(console, f"Empreinte : {told.content}", "dim", margin=0)


def tell_section(console: Console, section: Section) -> None:
    """Print a criterion: its verdict, its figure and target, a bar a pharmacy, what is apart."""
    row = section.row
    style = _STYLES[row.verdict]
    console.print()
    console.print(Text(f"{row.shape} {row.number}. {row.name} : {row.words}", style=style))
    print_inside(console, clean(f"{row.figure} ; attendu : {row.target}"), "")
    if row.interval is not None:
        print_inside(console, f"Intervalle à 95 % : {row.interval}", "dim")
    for chart in section.charts:
        if chart.kind is ChartKind.BARS:
            tell_chart(console, chart)
    for sentence in (*section.remarks, *section.apart):
        print_inside(console, clean(sentence), "dim")


def tell_chart(console: Console, chart: Chart) -> None:
    """Print bars in blocks, under what they show."""
    print_inside(console, clean(chart.title), "bold")
    for bar in chart.bars:
        name = clean(bar.name)[:_NAME_WIDTH].ljust(_NAME_WIDTH)
        blocks = draw_bar(bar)
        line = Text.assemble(
            f"    {name} ", (blocks, "red" if bar.is_wrong else "cyan"), f" {clean(bar.words)}"
        )
        console.print(line)


def draw_bar(bar: Bar) -> str:
    """A bar in eighths of a block, cut; what is below its target is shaded, not full."""
    eighths = int((bar.share or 0) * _BAR_WIDTH * 8)
    whole, rest = divmod(eighths, 8)
    if bar.is_wrong:
        return ("▒" * max(whole, int(eighths > 0))).ljust(_BAR_WIDTH)
    return ("█" * whole + (_EIGHTHS[rest] if rest else "")).ljust(_BAR_WIDTH)
