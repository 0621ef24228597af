"""The exact assignment, against a linear program and its own proof."""

import numpy as np
import pytest
from brickprint.core.mosaic.transport import least_cost
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import linear_sum_assignment


def by_assignment(costs, demand, stock):
    """The least sum, by a solver that knows no columns with a stock."""
    whole = np.repeat(np.repeat(costs, demand, axis=0), np.minimum(stock, demand.sum()), axis=1)
    rows, columns = linear_sum_assignment(whole)
    return whole[rows, columns].sum()


def holds(found, costs, demand, stock):
    assert (found.flow >= 0).all()
    assert (found.flow.sum(axis=1) == demand).all()
    assert (found.flow.sum(axis=0) <= stock).all()
    assert found.total == pytest.approx((costs * found.flow).sum(), abs=1e-6 * demand.sum())
    assert found.total == found.bound  # the price of every column proves that nothing is cheaper


@st.composite
def tasks(draw):
    rows, columns = draw(st.integers(1, 12)), draw(st.integers(1, 6))
    costs = draw(arrays(np.float64, (rows, columns), elements=st.integers(0, 20).map(float)))
    demand = draw(arrays(np.int64, rows, elements=st.integers(1, 4)))
    stock = draw(arrays(np.int64, columns, elements=st.integers(0, 12)))
    stock[0] += max(0, demand.sum() - stock.sum())
    return costs, demand, stock


@given(tasks())
def test_small_tasks_are_solved_exactly(task):
    found = least_cost(*task)
    holds(found, *task)
    assert found.total == pytest.approx(by_assignment(*task), abs=1e-4)


@pytest.mark.parametrize(("rows", "columns", "spare"), [(400, 8, 0), (500, 5, 3), (300, 20, 700)])
def test_colours_like_those_of_images(rows, columns, spare):
    rng = np.random.default_rng(rows)
    costs = np.linalg.norm(rng.normal(0, 20, (rows, 1, 3)) - rng.normal(0, 20, (columns, 3)), axis=2)
    stock = rng.multinomial(rows + spare, np.full(columns, 1 / columns))
    found = least_cost(costs, np.ones(rows, np.int64), stock)
    holds(found, costs, np.ones(rows, np.int64), stock)
    assert found.total == pytest.approx(by_assignment(costs, np.ones(rows, int), stock), abs=1e-3)


def test_one_colour_repeated_shares_the_stock():
    found = least_cost(np.array([[1.0, 2.0, 5.0]]), np.array([10]), np.array([3, 4, 9]))
    assert found.flow.tolist() == [[3, 4, 3]]
    assert found.total == 3 + 8 + 15


def test_too_small_a_stock_is_refused():
    with pytest.raises(ValueError, match="suffice"):
        least_cost(np.ones((3, 2)), np.ones(3, int), np.array([1, 1]))
