"""Models cut into sections: nothing is lost, and each is one piece."""

import numpy as np
from brickprint.core.layout import owners
from brickprint.core.packing.connecting import connect_layout
from brickprint.core.packing.fast import pack_fast
from brickprint.core.structure.links import stud_links
from brickprint.core.structure.order import building_steps
from brickprint.core.structure.sections import sections_of, split_at
from grids import CATALOGUE, ball_cells, grid_of, task_of, tasks
from hypothesis import assume, given
from hypothesis import settings as examples
from hypothesis import strategies as st


def pieces_without_ground(layout):
    """How many pieces the parts fall into when nothing stands on anything."""
    # A part far below is all that stands.
    stand = layout[:1].copy()
    stand["z"], stand["x"] = layout["z"].min() - 100, 1000
    return stud_links(np.concatenate([layout, stand]), CATALOGUE).components - 1


@examples(max_examples=30)
@given(task=tasks(max_side=6), height=st.integers(0, 20))
def test_sections_are_the_model_again(task, height):
    assume(task.grid.filled.any())
    layout = connect_layout(pack_fast(task), task)
    split = split_at(layout, task.catalogue, height)
    assert np.array_equal(split[["part", "x", "y", "z"]], layout[["part", "x", "y", "z"]])
    sections = sections_of(split)
    assert np.array_equal(np.sort(np.concatenate(sections)), np.arange(len(layout)))
    ordered, rows = building_steps(split, task.catalogue)
    assert np.array_equal(np.sort(rows), np.arange(len(layout))) and (np.diff(ordered["section"]) >= 0).all()


def test_a_ball_is_cut_in_two_halves_that_join_by_studs():
    cells = ball_cells(13) & ~np.pad(ball_cells(9), 2)
    task = task_of(grid_of(cells))
    layout = connect_layout(pack_fast(task), task)
    split = split_at(layout, CATALOGUE, 21)
    _, upper = sections_of(split)
    assert split["z"][upper].min() == 21
    assert pieces_without_ground(split[upper]) == 1
    assert stud_links(split, CATALOGUE).components == 1
    # Every section comes down in one piece: nothing of the lower one is above its cells.
    owner = owners(split, CATALOGUE, task.grid.shape)
    section = np.where(owner >= 0, split["section"][owner], -1)
    under = np.logical_or.accumulate(section == 1, axis=0)
    assert not (under & (section == 0)).any()


def test_what_hangs_below_the_cut_goes_with_what_holds_it():
    cells = np.ones((6, 8, 8), bool)
    cells[:3, :, 2:] = False
    cells[2, :, 6:] = True
    task = task_of(grid_of(cells))
    layout = connect_layout(pack_fast(task), task)
    split = split_at(layout, CATALOGUE, 9)
    hanging = (split["z"] == 6) & (split["x"] >= 6)
    assert hanging.any() and (split["section"][hanging] == 1).all()
    assert (split["section"][split["z"] < 6] == 0).all()


def test_a_cut_above_or_below_all_leaves_one_section():
    task = task_of(grid_of(np.ones((2, 3, 3), bool)))
    layout = pack_fast(task)
    for height in (0, 99):
        assert (split_at(layout, CATALOGUE, height)["section"] == 0).all()
