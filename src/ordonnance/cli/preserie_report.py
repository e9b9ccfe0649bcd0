"""What a replayed présérie says in the terminal: a timeline, pharmacies, the five criteria."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from itertools import groupby

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ordonnance.cli.products import WIDTH
from ordonnance.cli.rules import MARGIN, print_inside
from ordonnance.domain.bilan import Bilan, Criterion, say_count, say_percent
from ordonnance.domain.bilan_rate import EXECUTE, count_rate, whole_of
from ordonnance.domain.bilan_words import say_figure, say_interval, say_target
from ordonnance.domain.days import day_in_paris, say_date, say_day
from ordonnance.domain.modalites import Modalities
from ordonnance.domain.preserie import Participant, Preserie, state_of
from ordonnance.domain.preserie_coverage import list_covered
from ordonnance.domain.preserie_event import CheckScorStop, Event
from ordonnance.domain.preserie_event_bilan import Decide
from ordonnance.domain.preserie_replay import Replay
from ordonnance.domain.preserie_step import next_step
from ordonnance.domain.preserie_words import OUTCOMES, STATES, VERBS

_NAME_WIDTH = 22


def tell(replayed: Replay) -> None:
    """Print *replayed* at 80 columns; colours on a terminal only.

    Source: PRE-37.
    """
    console = Console(width=WIDTH, highlight=False)
    preserie = replayed.preserie
    tell_state(console, preserie)
    tell_timeline(console, replayed)
    if preserie.participants:
        tell_participants(console, preserie)
    if preserie.bilan is not None:
        tell_bilan(console, preserie.bilan, preserie.modalities)
    tell_end(console, replayed)


def clean(text: str) -> str:
    """*text* on one line, without what would move the cursor of a terminal."""
    return "".join(one if one.isprintable() else " " for one in text)


def tell_state(console: Console, preserie: Preserie) -> None:
    """Print which présérie it is, its state, and what is awaited."""
    software = preserie.software.get(preserie.opened or "")
    title = f"Présérie : {software.name} ({software.vendor})" if software else "Présérie à ouvrir"
    print_inside(console, clean(title), "bold", margin=0)
    shape, colour, words = STATES[state_of(preserie)]
    console.print(Text(f"{shape} {words}", style=colour))
    print_inside(console, clean(f"Modalités : {preserie.modalities.name}"), "dim", margin=0)
    if preserie.started_on is not None:
        weeks = preserie.weeks or 0
        lasted = f"{weeks} semaine{'s' if weeks > 1 else ''}"
        begun = f"Premières ordonnances {say_date(preserie.started_on)} ; {lasted}."
        print_inside(console, begun, "", margin=0)
    step = next_step(preserie)
    if step is not None:
        print_inside(console, f"À faire maintenant : {VERBS[step][2]} ({step}).", "", margin=0)


def tell_timeline(console: Console, replayed: Replay) -> None:
    """Print what happened day by day, each refusal and warning at its place."""
    console.print()
    console.print(Text("Ce qui s’est passé", style="bold"))
    refused = {one.line: one for one in replayed.refused}
    warned: dict[int, list[str]] = {}
    for line, one in replayed.warned:
        warned.setdefault(line, []).append(f"! {one.sentence} ({one.code.value})")
    numbers = sorted({*replayed.accepted, *refused})
    for day, group in groupby(numbers, key=lambda number: day_at(replayed, number)):
        lines = list(group)
        if day is None:
            for line in lines:
                words = f"✗ ligne {line} : {refused[line].sentence} ({refused[line].code})"
                print_inside(console, clean(words), "red")
            continue
        counts = Counter(say_once(replayed.accepted[line]) for line in lines)
        done = " ; ".join(say_done(*one, count) for one, count in counts.items())
        told = f"{say_date(day).removeprefix('le ')} : {done} ({say_lines(lines)})."
        print_inside(console, told, "")
        for sentence in (sentence for line in lines for sentence in warned.get(line, ())):
            print_inside(console, clean(sentence), "yellow", margin=2 * MARGIN)


def day_at(replayed: Replay, line: int) -> date | None:
    """The day in Paris of the event accepted at a line; None: it was refused."""
    event = replayed.accepted.get(line)
    return None if event is None else day_in_paris(event.at)


def say_once(event: Event) -> tuple[str, str]:
    """What happened, said alone, and said after a count."""
    once, several, _ = VERBS[event.verb]
    if isinstance(event, Decide):
        outcome = " et ".join(OUTCOMES[one] for one in event.outcome)
        return f"{once} : {outcome}", several
    if isinstance(event, CheckScorStop) and not event.conform:
        return f"{once}, non conforme", f"{several}, non conformes"
    return once, several


def say_done(once: str, several: str, count: int) -> str:
    """What happened, as many times as it did that day."""
    return once if count == 1 else f"{count} {several or once}"


def say_lines(lines: list[int]) -> str:
    """Which lines of the file say so."""
    return f"ligne {lines[0]}" if len(lines) == 1 else f"lignes {lines[0]} à {lines[-1]}"


def tell_participants(console: Console, preserie: Preserie) -> None:
    """Print the pharmacies: since when, which version, the share they recorded."""
    console.print()
    count = len(preserie.participants)
    console.print(Text(f"Pharmacies ({count})", style="bold"))
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False)
    for title in ("N° AM", "Pharmacie", "CPAM", "Installée", "Version", "Enregistré"):
        table.add_column(title, justify="right" if title == "Enregistré" else "left", max_width=22)
    for one in preserie.participants.values():
        table.add_row(*(Text(clean(cell)) for cell in cells_of(preserie, one)))
    console.print(table)


def cells_of(preserie: Preserie, one: Participant) -> Iterator[str]:
    """The row of a pharmacy."""
    yield one.am
    yield one.name if len(one.name) <= _NAME_WIDTH else f"{one.name[: _NAME_WIDTH - 1]}…"
    yield one.department
    if not one.is_active:
        yield "a quitté"
    else:
        yield one.installed_on.strftime("%d/%m/%Y") if one.installed_on else "–"
    yield one.version[:12]
    figures = count_rate(
        figures
        for key, figures in preserie.figures.items()
        if key.am == one.am and key.operation == EXECUTE
    )
    whole = whole_of(figures, is_excluded=preserie.modalities.refusals_excluded)
    yield say_percent(Fraction(figures.recorded, whole)) if whole else "–"


def tell_bilan(
    console: Console, bilan: Bilan, modalities: Modalities, *, reads: bool = True
) -> None:
    """Print the five criteria: verdict, figure, target, interval; *reads*: what the text says too.

    Source: PRE-23, PRE-38.
    """
    console.print()
    met = "tous les critères sont atteints" if bilan.is_met else "critères non tous atteints"
    print_inside(console, f"Bilan dressé {say_day(bilan.drawn_at)} : {met}", "bold", margin=0)
    waived = {waiver.criterion: waiver.reason for waiver in bilan.waives}
    for criterion in bilan.criteria:
        mark, style = ("✓", "green") if criterion.met else ("✗", "red")
        verdict = "atteint" if criterion.met else "non atteint"
        console.print(
            Text.assemble((f"{mark} {criterion.number}. {criterion.name} : {verdict}", style))
        )
        print_inside(console, say_line(criterion, modalities), "")
        if not criterion.met and criterion.met_by_text:
            print_inside(
                console,
                "Ce que le texte exige est atteint ; un seuil de notre lecture ne l’est pas.",
                "",
            )
        if not criterion.met and criterion.number in waived:
            print_inside(console, clean(f"Levé par la Cnam : {waived[criterion.number]}"), "")
        for sentence in criterion.reading if reads else ():
            print_inside(console, clean(sentence), "dim")


def say_line(criterion: Criterion, modalities: Modalities) -> str:
    """The figure of a criterion, its target, its interval. Source: PRE-38."""
    figure = say_figure(criterion)
    told = f"{figure[0].upper()}{figure[1:]} ; attendu : {say_target(criterion, modalities)}."
    interval = say_interval(criterion.low, criterion.high)
    return told if interval is None else f"{told} Intervalle à 95 % : {interval}."


def tell_end(console: Console, replayed: Replay) -> None:
    """Print what the présérie is valid for, whose traces are on, what was asked and refused."""
    preserie = replayed.preserie
    console.print()
    covered = list_covered(preserie)
    if covered:
        print_inside(console, clean(f"Valable pour : {', '.join(covered)}."), "", margin=0)
    for line, one in replayed.covers:
        words = f"Ligne {line}, {one.software} : {one.because}"
        print_inside(console, clean(words), "", margin=0)
    active = preserie.traces_active
    traces = f"Traces postes actives : {', '.join(active)}." if active else "Aucune trace active."
    print_inside(console, traces, "", margin=0)
    count = say_count(len(replayed.refused), "événement refusé", "événements refusés")
    words = f"{count}."
    print_inside(console, words, "", margin=0)
