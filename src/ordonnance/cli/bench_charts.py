"""The charts of a run: how much by number of connections, at what cost, and in what memory."""

from collections.abc import Iterator, Mapping
from math import ceil
from pathlib import Path

from ordonnance.cli.bench_figures import Memory, OperationFigures
from ordonnance.cli.bench_report import Report
from ordonnance.cli.bench_svg import CHARACTER, MARGIN, WIDTH, bar, dot, frame, line, text

# The CPU that an operation may cost the service, in microseconds. Source: ours.
TARGETS_US = {"issue": 300, "consult": 150, "execute": 350}
TOP = 92
RIGHT = WIDTH - MARGIN
KIB_IN_MIB = 1024

RATES_FLOOR = 296  # where the bars stand
RATES_TALLEST = 160
PANEL_WIDTH = 216
PANEL_STEP = 248
BAR_WIDTH_MAX = 48

COSTS_LEFT = 104
COSTS_STEP = 80
COSTS_THICKNESS = 24

MEMORY_LEFT = 72
MEMORY_FLOOR = 252
DOTS_MAX = 60


def write_charts(report: Report, folder: Path) -> None:
    """Write the charts of an engine, each in a file named for what it shows and the engine."""
    for name, chart in draw_charts(report).items():
        (folder / f"{name}-{report.engine}.svg").write_text(chart, "utf-8")


def draw_charts(report: Report) -> dict[str, str]:
    """The SVG of each chart by its name."""
    charts = {"rates": draw_rates(report), "costs": draw_costs(report)}
    if report.figures.memory is not None:
        charts["memory"] = draw_memory(report.title, report.figures.memory)
    return charts


def draw_rates(report: Report) -> str:
    """Operations a second: a panel each, a bar a number of connections, the floor dashed."""
    figures = report.figures
    by_operation = {
        name: {n: found[name].per_second for n, found in figures.by_connections.items()}
        for name in figures.operations
    }
    least = figures.floor.issue_per_second
    tallest = max(least, *(rate for rates in by_operation.values() for rate in rates.values()))
    marks: list[str] = []
    for panel, (name, rates) in enumerate(by_operation.items()):
        left = MARGIN + panel * PANEL_STEP
        heights = {n: RATES_TALLEST * rate / tallest for n, rate in rates.items()}
        marks += (
            text(left, TOP, name, style="name"),
            *draw_bars(rates, heights, left=left, headline=figures.connections),
            line([(left, RATES_FLOOR), (left + PANEL_WIDTH, RATES_FLOOR)], style="axis"),
        )
    y = RATES_FLOOR - RATES_TALLEST * least / tallest
    marks += (
        line([(MARGIN, y), (MARGIN + PANEL_WIDTH, y)], style="limit dashed"),
        text(MARGIN, y - 8, f"floor {least:,.0f}", style="mark halo"),
    )
    issued = figures.operations["issue"].per_second
    return frame(
        f"{report.title}: {issued:,.0f} issues a second, "
        f"{figures.ratio_issue_to_floor:.2f} times the floor",
        "Operations a second by number of connections. Floor: the same issues, database alone.",
        height=RATES_FLOOR + 48,
        marks=marks,
        description=". ".join(
            (
                *(f"{name}: {say_rates(rates)}" for name, rates in by_operation.items()),
                f"Floor: {least:,.0f} issues a second.",
            )
        ),
    )


def draw_bars(
    rates: Mapping[int, float], heights: Mapping[int, float], *, left: float, headline: int
) -> Iterator[str]:
    """A panel's bars, each with its rate above and its connections below; the headline is full."""
    step = PANEL_WIDTH / len(rates)
    width = min(0.8 * step, BAR_WIDTH_MAX)
    for rank, (connections, rate) in enumerate(rates.items()):
        middle = left + step * (rank + 0.5)
        top = RATES_FLOOR - heights[connections]
        shape, name = ("full", "name") if connections == headline else ("pale", "")
        yield bar(middle - width / 2, top, width=width, height=RATES_FLOOR - top, style=shape)
        yield text(middle, top - 6, f"{rate:,.0f}", style=f"{name} halo", anchor="middle")
        yield text(middle, RATES_FLOOR + 20, str(connections), style=name, anchor="middle")


def say_rates(rates: Mapping[int, float]) -> str:
    """The rates of an operation in words."""
    return ", ".join(f"{rate:,.0f} a second through {n}" for n, rate in rates.items())


def draw_costs(report: Report) -> str:
    """The CPU of an operation: service then database in one bar, the service's target a mark."""
    operations = report.figures.operations
    widest = max(
        *(one.service_cpu_us + (one.database_cpu_us or 0.0) for one in operations.values()),
        *TARGETS_US.values(),
    )
    scale = (RIGHT - COSTS_LEFT - 40) / widest
    marks: list[str] = []
    for rank, (name, one) in enumerate(operations.items()):
        y = TOP + 16 + rank * COSTS_STEP
        marks.append(text(MARGIN, y + 17, name, style="name"))
        marks += draw_cost(one, y, scale=scale, target=TARGETS_US[name])
    issue = operations["issue"].service_cpu_us
    return frame(
        f"{report.title}: {issue:,.0f} µs of CPU an issue, for a target of {TARGETS_US['issue']}",
        f"Full: the service, through {report.figures.connections} connections. Hatched: the "
        "database, where it is apart.",
        height=TOP + len(operations) * COSTS_STEP + 8,
        marks=marks,
        description=". ".join(
            f"{name}: {'; '.join(say_cost(one))}; target {TARGETS_US[name]}"
            for name, one in operations.items()
        ),
    )


def say_cost(one: OperationFigures) -> list[str]:
    """The CPU of service and of database, if it is apart, in words."""
    said = [f"service {one.service_cpu_us:,.0f} µs"]
    if one.database_cpu_us is not None:
        said.append(f"database {one.database_cpu_us:,.0f} µs")
    return said


def draw_cost(one: OperationFigures, y: float, *, scale: float, target: int) -> Iterator[str]:
    """A bar of two parts, each named below, and the target of the first."""
    x = words_from = float(COSTS_LEFT)
    costs = (one.service_cpu_us, one.database_cpu_us or 0.0)
    for said, cost, style in zip(say_cost(one), costs, ("full", "hatched"), strict=False):
        yield bar(x, y, width=cost * scale, height=COSTS_THICKNESS, style=style)
        yield text(max(x, words_from), y + COSTS_THICKNESS + 18, said)
        words_from += CHARACTER * (len(said) + 2)
        x += cost * scale
    x = COSTS_LEFT + target * scale
    yield line([(x, y), (x, y + COSTS_THICKNESS)], style="apart")
    yield line([(x, y - 6), (x, y + COSTS_THICKNESS + 6)], style="limit")
    yield text(x, y - 11, f"target {target}", style="mark", anchor="middle")


def draw_memory(title: str, memory: Memory) -> str:
    """The memory of the service during the mixed load, from nothing up."""
    mib = [kib / KIB_IN_MIB for kib in memory.kib]
    step = next(s for s in (5, 10, 25, 50, 100, 250, 500, 1000, 5000) if 5 * s >= max(mib))
    top = step * ceil(max(mib) / step)
    tall = MEMORY_FLOOR - TOP
    wide = RIGHT - MEMORY_LEFT
    marks: list[str] = []
    for level in range(0, top + 1, step):
        y = MEMORY_FLOOR - tall * level / top
        marks.append(line([(MEMORY_LEFT, y), (RIGHT, y)], style="grid" if level else "axis"))
        marks.append(text(MEMORY_LEFT - 12, y + 4, str(level), style="soft", anchor="end"))
    points = [
        (MEMORY_LEFT + wide * second / memory.seconds, MEMORY_FLOOR - tall * held / top)
        for (second, _), held in zip(memory.samples, mib, strict=True)
    ]
    marks.append(line(points, style="curve"))
    marks += (dot(*point) for point in (points if len(points) <= DOTS_MAX else points[-1:]))
    (first_x, first_y), (_, last_y) = points[0], points[-1]
    marks += (
        text(first_x, first_y - 12, f"{mib[0]:.1f}", style="name halo"),
        text(RIGHT, last_y - 12, f"{mib[-1]:.1f}", style="name halo", anchor="end"),
        text(MEMORY_LEFT, MEMORY_FLOOR + 22, "0", style="soft"),
        text(RIGHT, MEMORY_FLOOR + 22, f"{memory.seconds:.0f} s", style="soft", anchor="end"),
    )
    return frame(
        f"{title}: {mib[-1]:.1f} MiB after {memory.operations:,} operations, "
        f"{mib[-1] - mib[0]:+.1f}",
        "What the service holds, in MiB, under a mixed load: issue, consult, execute in turn.",
        height=MEMORY_FLOOR + 48,
        marks=marks,
        description=f"{mib[0]:.1f} MiB at first, {mib[-1]:.1f} after {memory.seconds:.0f} "
        f"seconds, at most {max(mib):.1f}.",
    )
