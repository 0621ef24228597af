"""Building orders: every part has a free way and something to hold on to."""

import numpy as np
from brickprint.core.export.plan_file import load_plan, save_plan
from brickprint.core.layout import LAYOUT_DTYPE, part_cells
from brickprint.core.packing.connecting import connect_layout
from brickprint.core.packing.fast import pack_fast
from brickprint.core.pipeline import Conversion
from brickprint.core.settings import Settings
from brickprint.core.structure.links import stud_links
from brickprint.core.structure.order import building_steps, ways_of
from grids import CATALOGUE, ball_cells, grid_of, task_of, tasks
from hypothesis import given
from hypothesis import settings as examples
from shapes import ball, mesh_of


def brick(wide, deep, x, y, z, height=3):
    """One part as (part, x, y, z)."""
    row = next(
        i
        for i, part in enumerate(CATALOGUE.parts)
        if (part.studs_x, part.studs_y, part.plates) == (wide, deep, height) and part.kind in ("brick", "plate")
    )
    return row, x, y, z


def layout_of(*bricks):
    layout = np.zeros(len(bricks), LAYOUT_DTYPE)
    for name, column in zip(("part", "x", "y", "z"), zip(*bricks, strict=True), strict=True):
        layout[name] = column
    return layout


def steps_of(layout):
    return building_steps(layout, CATALOGUE)


def faults_of(layout):
    """What is wrong with an order: parts without a free way, and steps after which something built hangs on nothing."""
    ordered, rows = steps_of(layout)
    assert np.array_equal(np.sort(rows), np.arange(len(layout)))
    assert all(np.array_equal(ordered[name], layout[rows][name]) for name in ("part", "x", "y", "z", "turn", "colour"))
    assert (np.diff(ordered["step"]) >= 0).all() and set(ordered["step"]) == set(range(ordered["step"].max() + 1))
    floats = stud_links(layout, CATALOGUE).floating[rows]
    part, (z, y, x) = part_cells(ordered, CATALOGUE)
    step = ordered["step"]
    faults = []
    for now in range(step.max() + 1):
        new = np.isin(part, np.flatnonzero(step == now))
        there = np.isin(part, np.flatnonzero(step < now))
        standing = {}
        for column_x, column_y, column_z in zip(x[there], y[there], z[there], strict=True):
            standing.setdefault((column_x, column_y), []).append(column_z)
        for row in np.unique(part[new]):
            cells = [(a, b, c) for a, b, c in zip(x[part == row], y[part == row], z[part == row], strict=True)]
            above = any(c < top for a, b, c in cells for top in standing.get((a, b), ()))
            below = any(c > top for a, b, c in cells for top in standing.get((a, b), ()))
            if above and below:
                faults.append(("no way", now, row))
        laid = ordered[step <= now]
        # The first step may be one of several towers; the ground is where the whole model stands.
        hanging = _hang_on_nothing(laid, layout["z"].min())
        if (hanging & ~floats[: len(laid)]).any():
            faults.append(("hangs on nothing", now))
    return faults


def _hang_on_nothing(laid, ground):
    """(N,) bool: parts of a prefix without a way to the ground, which lies at a height."""
    plate = layout_of(brick(8, 8, 0, 0, 0, height=1))  # only to reach the ground with, whatever was laid first
    links = stud_links(np.concatenate([laid, _far_away(plate, laid, ground)]), CATALOGUE)
    return links.floating[:-1]


def _far_away(plate, laid, ground):
    plate["x"], plate["z"] = laid["x"].max() + 100, ground
    return plate


@examples(max_examples=30)
@given(task=tasks(max_side=6))
def test_every_part_of_any_layout_can_be_built(task):
    if task.grid.filled.any():
        layout = connect_layout(pack_fast(task), task)
        ordered, _ = building_steps(layout, task.catalogue)
        assert len(ordered) == len(layout)
        if task.catalogue.parts == CATALOGUE.parts:
            assert faults_of(layout) == []


def test_a_shell_with_overhangs_can_be_built():
    cells = ball_cells(13) & ~np.pad(ball_cells(9), 2)
    task = task_of(grid_of(cells))
    assert faults_of(connect_layout(pack_fast(task), task)) == []


def test_a_brick_that_hangs_is_pressed_on_from_below_after_what_holds_it():
    # A column with an arm to the right, and a brick below the arm's end.
    layout = layout_of(*((brick(2, 2, 0, 0, z)) for z in (0, 3, 6)), brick(8, 2, 0, 0, 9), brick(2, 2, 6, 0, 6))
    ordered, rows = steps_of(layout)
    assert ways_of(layout, CATALOGUE, stud_links(layout, CATALOGUE)).from_below.tolist() == [False] * 4 + [True]
    assert rows.tolist().index(4) == 4 and ordered["step"][4] > ordered["step"][3]
    assert faults_of(layout) == []


def test_over_a_floor_it_hangs_on_before_and_both_come_from_above():
    floor = brick(8, 2, 0, 0, 0)
    layout = layout_of(floor, *((brick(2, 2, 0, 0, z)) for z in (3, 6, 9)), brick(8, 2, 0, 0, 12), brick(2, 2, 6, 0, 9))
    ordered, rows = steps_of(layout)
    arm, hanging = rows.tolist().index(4), rows.tolist().index(5)
    assert ordered["step"][arm] == ordered["step"][hanging] > ordered["step"][rows.tolist().index(3)]
    assert faults_of(layout) == []


def test_steps_are_small_and_near():
    task = task_of(grid_of(np.ones((2, 40, 40), bool)))
    ordered, _ = steps_of(pack_fast(task))
    assert np.bincount(ordered["step"]).max() <= 8
    for step in range(ordered["step"].max() + 1):
        here = ordered[ordered["step"] == step]
        assert np.ptp(here["z"]) == 0 and max(np.ptp(here["x"]), np.ptp(here["y"])) <= 40


def test_loose_parts_and_empty_layouts_have_an_order_too():
    loose = layout_of(brick(2, 2, 0, 0, 0), brick(2, 2, 5, 0, 9), brick(2, 2, 5, 0, 12))
    assert steps_of(loose)[1].tolist() == [0, 1, 2]
    empty = steps_of(loose[:0])
    assert len(empty[0]) == len(empty[1]) == 0


def test_the_order_is_in_the_plan(tmp_path):
    plan = Conversion(mesh_of(ball(1.0))).run(Settings(studs=24, packer="fast"))
    assert plan.steps > 10 and (np.diff(plan.layout["step"]) >= 0).all()
    header, _ = save_plan(plan, tmp_path, "ball")
    assert load_plan(header).steps == plan.steps
