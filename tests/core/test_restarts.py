"""Random merging: legal layouts, a cost that never rises, and nothing left to merge."""

from itertools import combinations

import numpy as np
import pytest
from brickprint.core.errors import BadSetting, Cancelled
from brickprint.core.layout import footprint_cells
from brickprint.core.packing.restarts import RESTARTS, layer_costs, pack_restarts, restarted
from brickprint.core.packing.task import layers_of
from brickprint.core.progress import Progress
from brickprint.core.structure.links import stud_links
from grids import BASIC, ball_cells, faults, grid_of, task_of, tasks, without_singles
from hypothesis import given, settings


def cells_by_part(rows, catalogue):
    """The cells (x, y) of every row, as sets."""
    owner, x, y = footprint_cells(rows, catalogue)
    return [frozenset(zip(x[owner == i].tolist(), y[owner == i].tolist(), strict=True)) for i in range(len(rows))]


@settings(max_examples=60)
@given(task=tasks())
def test_any_grid_is_covered_exactly_in_its_colours(task):
    layout = pack_restarts(task)
    assert faults(layout, task) == ()
    assert np.array_equal(layout, pack_restarts(task))


@settings(max_examples=30)
@given(task=tasks(max_side=6))
def test_no_two_parts_of_a_layer_could_still_be_merged(task):
    layout = pack_restarts(task)
    for layer in layers_of(task):
        height = task.catalogue.sizes[layout["part"], 2]
        parts = cells_by_part(layout[(layout["z"] == layer.z) & (height == layer.plates)], task.catalogue)
        known = set(cells_by_part(layer.placements, task.catalogue))
        assert not [pair for pair in combinations(parts, 2) if frozenset.union(*pair) in known]


def test_the_cost_never_rises_and_is_that_of_the_layout():
    task = task_of(grid_of(ball_cells(14), colours=2), BASIC)
    result = restarted(task)
    assert [len(costs) for costs in result.history] == [RESTARTS] * 14 == [20] * 14
    assert all((np.diff(costs) <= 0).all() for costs in result.history)
    assert any(costs[-1] < costs[0] for costs in result.history)
    joints = len(stud_links(result.layout, BASIC).lower)
    assert sum(costs[-1] for costs in result.history) == len(result.layout) - joints
    assert np.array_equal(result.layout, pack_restarts(task))


def test_running_bond_costs_less_than_stacked_columns():
    below = np.repeat([0, 1], 4)
    stacked, bond = np.repeat([0, 1], 4), 8 + np.repeat([0, 1, 2], [2, 4, 2])
    assert layer_costs(np.stack([stacked, bond]), below).tolist() == [2 - 2, 3 - 4]
    # What hangs over nothing touches nothing.
    assert layer_costs(np.stack([stacked, bond]), np.where(below == 0, -1, below)).tolist() == [2 - 1, 3 - 2]


def test_seeds_differ():
    grid = grid_of(ball_cells(12))
    assert not np.array_equal(pack_restarts(task_of(grid, seed=1)), pack_restarts(task_of(grid, seed=2)))


def test_a_deadline_of_0_merges_every_layer_once():
    task = task_of(grid_of(ball_cells(9)), deadline=0.0)
    result = restarted(task)
    assert [len(costs) for costs in result.history] == [1] * 9
    assert faults(result.layout, task) == ()


def test_part_sets_that_cannot_fill_are_refused():
    with pytest.raises(BadSetting, match="cannot fill"):
        pack_restarts(task_of(grid_of(np.ones((2, 1, 1), bool)), without_singles()))


def test_parts_that_need_no_1x1_are_merged_from_cells_all_the_same():
    layout = pack_restarts(task_of(grid_of(np.ones((2, 1, 2), bool)), without_singles()))
    assert len(layout) == 2


def test_packing_reports_layers_and_can_be_cancelled():
    news = []
    task = task_of(grid_of(ball_cells(8)))
    layout = pack_restarts(task, Progress(on_step=news.append))
    assert sum(len(step.layout) for step in news if step.layout is not None) == len(layout)
    assert [step.fraction for step in news] == sorted(step.fraction for step in news)
    with pytest.raises(Cancelled):
        pack_restarts(task, Progress(cancelled=lambda: True))
