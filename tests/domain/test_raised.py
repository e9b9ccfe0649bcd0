"""The table of refusals, held against the reasons and the workflow it speaks of."""

import pytest

from ordonnance.domain.raised import RAISED, REASONS_OF
from ordonnance.domain.raised_row import EVERYWHERE, NUMBERED, PRODUCTS, WRITINGS
from ordonnance.domain.refusal import ALL_REASONS
from ordonnance.domain.workflow import OPERATIONS

of_each_row = pytest.mark.parametrize("row", RAISED, ids=lambda row: row.reason.code)


def test_every_reason_is_there_in_its_order():  # TLS-34
    assert tuple(dict.fromkeys(row.reason for row in RAISED)) == ALL_REASONS


@of_each_row
def test_a_row_names_operations_that_exist_each_once(row):
    assert row.by
    assert set(row.by) <= {*EVERYWHERE, *PRODUCTS}
    assert len(set(row.by)) == len(row.by)


@of_each_row
def test_a_cause_goes_on_after_a_colon(row):
    assert row.cause[0].islower() or row.cause.startswith(("`", "IVG"))
    assert not row.cause.endswith((".", " ", ";"))
    assert "|" not in row.cause


def test_a_cause_is_told_once_of_an_operation():
    told = [(row.reason, name, row.cause) for row in RAISED for name in row.by]

    assert len(set(told)) == len(told)


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=lambda one: one.name)
def test_what_the_workflow_refuses_in_a_state_is_there(operation):  # TLS-13
    assert set(operation.refused.values()) <= set(REASONS_OF[operation.name])


def test_what_is_asked_of_all_is_asked_of_each():
    assert {"read", "consult", "search", "page", "alerts"} == set(EVERYWHERE) - set(WRITINGS)
    assert set(WRITINGS) == set(OPERATIONS) - {"consult"}
    assert set(NUMBERED) == set(EVERYWHERE) - {"issue", "search", "page", "alerts"}
