"""The SQL of the project: read by name, each name once."""

import pytest

from ordonnance.store.queries import Engine, parse, read_queries

ONE = "-- name: find_it\n-- What it is for.\nSELECT :it;\n"


def test_a_query_is_read_by_its_name_with_the_parameters_of_its_driver():
    assert parse(ONE, Engine.SQLITE) == {"find_it": "SELECT :it"}
    assert parse(ONE, Engine.POSTGRESQL) == {"find_it": "SELECT %(it)b"}


def test_two_queries_of_one_name_are_refused():
    with pytest.raises(ValueError, match="find_it"):
        parse(ONE + ONE, Engine.SQLITE)


@pytest.mark.parametrize("engine", Engine)
def test_every_query_is_read(engine):
    assert len(read_queries(engine)) > 50
