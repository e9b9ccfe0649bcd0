"""What a run of the bench says in the terminal, at 80 columns."""

from collections.abc import Iterable
import os
import platform

from rich.console import Console
from rich.table import Table

from ordonnance.cli.bench_figures import OPERATIONS, Figures, OperationFigures
from ordonnance.cli.bench_machine import describe_machine
from ordonnance.cli.bench_report import Report, Reports
from ordonnance.cli.bench_rounds import ROUNDS

WIDTH = 80
KIB_IN_MIB = 1024


def print_reports(reports: Reports) -> None:
    """Print the figures of each engine, then what they depend on."""
    console = Console(width=WIDTH, highlight=False)
    for report in reports.values():
        for table in write_tables(report):
            console.print(table)
        console.print()
    console.print("set: commands settled together, on average. µs: CPU an operation.")
    console.print(
        "* the floor's loop and the database together. stored: times the new base's rate."
    )
    connections = next(iter(reports.values())).figures.connections
    console.print(
        f"{connections} connections, {os.cpu_count()} CPUs ({describe_machine()['cpu']}), medians "
        f"of {ROUNDS} rounds, {platform.python_implementation()} {platform.python_version()}."
    )


def write_tables(report: Report) -> Iterable[Table]:
    """The tables of an engine: its headline, what was asked besides, the other connections."""
    figures = report.figures
    yield write_headline(report)
    said = Table.grid(padding=(0, 2))
    for label, sentence in (*say_stored(figures), *say_memory(figures)):
        said.add_row(f" {label:<16}", sentence)
    if said.row_count:
        yield said
    others = [n for n in figures.by_connections if n != figures.connections]
    if others:
        yield write_others(figures, others)


def write_headline(report: Report) -> Table:
    """The operations at the headline's connections, beside the floor."""
    figures = report.figures
    table = Table(title=report.title, title_justify="left", box=None)
    table.add_column("", min_width=18)
    for column in ("a second", "p50 ms", "p99 ms", "set", "service µs", "database µs"):
        table.add_column(column, justify="right")
    for name, one in figures.operations.items():
        database = "–" if one.database_cpu_us is None else f"{one.database_cpu_us:.0f}"
        p99 = f"{one.p99_ms:.1f}"
        service = f"{one.service_cpu_us:.0f}"
        rate, p50, together = write_cells(one)
        table.add_row(name, rate, p50, p99, together, service, database)
    least = figures.floor
    name = f"floor, {least.connections} at once"
    rate = f"{least.issue_per_second:,.0f}"
    table.add_row(name, rate, "", "", "", "", f"{least.cpu_us:.0f} *")
    table.add_row("issue to floor", f"{figures.ratio_issue_to_floor:.2f}")
    return table


def write_others(figures: Figures, others: Iterable[int]) -> Table:
    """The operations at other numbers of connections."""
    table = Table(box=None, padding=(0, 0, 0, 1))
    table.add_column("\nconnections", justify="right")
    for name in OPERATIONS:
        table.add_column(f"{name}\na second", justify="right", min_width=9)
        table.add_column("\np50 ms", justify="right")
        table.add_column("\nset", justify="right", min_width=4)
    for n in others:
        cells = (write_cells(figures.by_connections[n][name]) for name in OPERATIONS)
        table.add_row(str(n), *(cell for three in cells for cell in three))
    return table


def write_cells(one: OperationFigures) -> tuple[str, str, str]:
    """Operations a second, median latency, mean set."""
    return f"{one.per_second:,.0f}", f"{one.p50_ms:.1f}", f"{one.set_mean:.1f}"


def say_stored(figures: Figures) -> Iterable[tuple[str, str]]:
    """What the operations of the filled base are to those of the new one."""
    if figures.stored is not None:
        ratios = figures.ratios_stored_to_new.items()
        said = ", ".join(f"{name.replace('_', ' ')} {ratio:.2f}" for name, ratio in ratios)
        yield f"{figures.stored.count:,} stored", said


def say_memory(figures: Figures) -> Iterable[tuple[str, str]]:
    """What the service held during the mixed load."""
    memory = figures.memory
    if memory is not None:
        first, last, largest = (
            f"{kib / KIB_IN_MIB:.1f}" for kib in (memory.kib[0], memory.kib[-1], max(memory.kib))
        )
        after = f"{memory.seconds:.0f} s, {memory.operations:,} asked"
        yield "memory", f"{first} MiB, {last} after {after}; at most {largest}"
