"""The bench's figures: medians, sets, ratios."""

import os

import pytest

from ordonnance.cli.bench_figures import (
    CPU,
    Cost,
    Figures,
    FloorCost,
    FloorFigures,
    Memory,
    StoredFigures,
    headline_of,
    median_us,
    ratio,
    summarise,
    summarise_floor,
)
from ordonnance.cli.bench_machine import (
    describe_machine,
    find_postmaster,
    read_field,
    read_stat,
    resident_kib,
)
from ordonnance.cli.bench_rounds import Plan
from ordonnance.cli.floor import Written
from ordonnance.simulation.load import Measured
from ordonnance.store.queries import Engine

NOBODY = 2**22 + 1  # no process has this number


def a_cost(count, *, p50=1.0, p99=1.0, service=0.1, database=None, sets=()):
    measured = Measured(count=count, taken=count, seconds=2.0, p50_ms=p50, p99_ms=p99, errors={})
    return Cost(measured, CPU(service, database), sets)


def test_median_cpu_is_per_operation_and_survives_a_round_without_any():
    assert median_us([(0.5, 1000), (0.2, 1000), (0.3, 1000)]) == 300.0
    assert median_us([(0.5, 0), (0.2, 1000), (0.3, 1000)]) == 300.0


def test_an_operation_is_told_by_the_medians_of_its_rounds():
    figures = summarise(
        [
            a_cost(2000, p50=10.0, p99=90.0, service=0.4, database=0.2),
            a_cost(4000, p50=30.0, p99=50.0, service=1.6, database=0.4),
            a_cost(1000, p50=20.0, p99=70.0, service=0.3, database=0.3),
        ]
    )

    assert figures.per_second == 1000.0
    assert (figures.p50_ms, figures.p99_ms) == (20.0, 70.0)
    assert (figures.service_cpu_us, figures.database_cpu_us) == (300.0, 100.0)


def test_sets_are_told_by_those_of_all_rounds():
    figures = summarise([a_cost(9, sets=[1, 8]), a_cost(7, sets=[3, 4]), a_cost(2, sets=[1, 1])])

    assert (figures.set_mean, figures.set_p50, figures.set_max) == (3.0, 1, 8)


def test_without_any_set_there_is_nothing_to_tell():
    figures = summarise([a_cost(0)])

    assert (figures.set_mean, figures.set_p50, figures.set_max) == (0.0, 0, 0)


def test_the_database_s_cpu_is_unknown_where_one_round_does_not_know_it():
    assert summarise([a_cost(10), a_cost(10, database=0.1)]).database_cpu_us is None


def test_the_floor_is_that_of_the_connections_that_do_best():
    def cost(count):
        return FloorCost(Written(count=count, seconds=1.0, cpu_seconds=0.1), 0.2)

    figures = summarise_floor(
        {1: [cost(100), cost(900), cost(200)], 4: [cost(300), cost(500), cost(400)]}
    )

    assert (figures.connections, figures.issue_per_second, figures.cpu_us) == (4, 400.0, 500.0)


def test_cpu_since_is_a_difference():
    assert CPU(3.0, 2.0).since(CPU(1.0, 0.5)) == (2.0, 1.5)
    assert CPU(3.0, None).since(CPU(1.0, None)) == (2.0, None)


@pytest.mark.parametrize(
    ("connections", "expected"), [((1, 8, 64, 256), 64), ((1, 8), 8), ((128, 256), 256)]
)
def test_the_headline_is_at_64_connections_or_at_the_largest_number(connections, expected):
    assert headline_of(connections) == expected


def test_a_ratio_to_nothing_is_nothing():
    assert ratio(1.0, 3.0) == 0.333
    assert ratio(1.0, 0.0) == 0.0


def test_ratios_are_those_of_the_headline():
    def operations(count):
        return {name: summarise([a_cost(count)]) for name in ("issue", "consult")}

    figures = Figures(
        by_connections={1: operations(20), 64: operations(200), 256: operations(400)},
        floor=FloorFigures(issue_per_second=50.0, connections=1, cpu_us=1.0),
        errors={},
        stored=StoredFigures(
            count=1000,
            partitions=20,
            operations={**operations(150), "consult_old": summarise([a_cost(100)])},
        ),
    )

    assert figures.ratio_issue_to_floor == 2.0
    assert figures.ratios_stored_to_new == {
        "issue": 0.75,
        "consult": 0.75,
        "consult_old": 0.5,
    }


def test_memory_is_told_from_its_samples():
    memory = Memory(operations=7, samples=[(3.0, 100), (6.1, 300), (9.0, 200)])

    assert memory.seconds == 9.0
    assert memory.kib == [100, 300, 200]


@pytest.mark.parametrize(
    ("engine", "stored", "soak", "expected"),
    [
        (Engine.SQLITE, 0, 0.0, 3 * (1 + 2 * 3)),
        (Engine.POSTGRESQL, 0, 0.0, 3 * (4 + 2 * 3)),
        (Engine.SQLITE, 9, 0.0, 3 * (1 + 2 * 3 + 4)),
        (Engine.SQLITE, 0, 0.1, 3 * (1 + 2 * 3) + 4),
        (Engine.SQLITE, 0, 60.0, 3 * (1 + 2 * 3) + 20),
    ],
)
def test_every_step_is_counted(engine, stored, soak, expected):
    plan = Plan(seconds=1.0, connections=(1, 64), stored=stored, soak=soak)

    assert plan.step_count(engine) == expected


def test_a_process_that_is_not_there_says_nothing():
    assert find_postmaster(os.getpid()) is None
    assert read_stat(NOBODY) == []
    assert resident_kib(NOBODY) == 0
    assert resident_kib(os.getpid()) > 0


def test_the_machine_is_named(tmp_path):
    file = tmp_path / "cpuinfo"
    file.write_text("processor : 0\nmodel name\t: AMD EPYC: a CPU\nmodel name\t: other\n")

    assert read_field(file, "model name") == "AMD EPYC: a CPU"
    assert read_field(file, "bogomips") == ""
    assert all(describe_machine().values())
