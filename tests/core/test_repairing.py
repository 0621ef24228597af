"""Repair: what falls is made to stand where it can be, and nothing else gets worse."""

from dataclasses import replace

import numpy as np
import pytest
from brickprint.core.catalogue.parts import load_parts
from brickprint.core.errors import Cancelled
from brickprint.core.grid import Grid, Surface, enclosed, visible
from brickprint.core.layout import LAYOUT_DTYPE, owners
from brickprint.core.packing.connecting import connect_layout
from brickprint.core.packing.fast import pack_fast
from brickprint.core.packing.hidden import colour_hidden
from brickprint.core.packing.task import PackingTask, laid, layers_of
from brickprint.core.packing.validator import problems
from brickprint.core.progress import Progress
from brickprint.core.repair.repairing import repaired
from brickprint.core.structure.links import stud_links
from brickprint.core.structure.statics.equilibrium import Load, Situation
from brickprint.core.structure.statics.verdict import Verdict, assess
from hypothesis import given, settings
from hypothesis import strategies as st

BASIC = load_parts("basic-11")
ROW = {(part.studs_x, part.studs_y): row for row, part in enumerate(BASIC.parts)}
ON_TIP = Situation(loads=(Load(100, at=(11.5, 0.5)),))


def task_of(cells, colours=1, **rest):
    """Brick cells (Z, Y, X) bool; what is seen has colours in stripes along x."""
    filled, plates = np.repeat(cells, 3, axis=0), np.zeros(cells.shape, bool)
    seen = np.argwhere(visible(filled)[::3] | visible(filled)[1::3] | visible(filled)[2::3]).astype(np.int32)
    seen[:, 0] *= 3
    grey = np.zeros((len(seen), 3), np.float32)
    surface = Surface(seen, np.arange(len(seen)), grey, seen, grey)
    colour = (seen[:, 2] // 5 % colours).astype(np.int16)
    made = np.ones((len(BASIC.parts), colours), bool)
    return PackingTask(Grid(filled, plates, surface, colour), BASIC, made, **rest)


def laid_at(*rows):
    """A layout of (size, x, y, z), colour 0."""
    layout = np.zeros(len(rows), LAYOUT_DTYPE)
    for place, (size, x, y, z) in enumerate(rows):
        layout[place] = (ROW[size], x, y, z, 0, 0, 0, 0, 0)
    return layout


def coloured(layout, task):
    return colour_hidden(layout, task.catalogue, task.made)


def arm():
    """An arm of two courses, 8 studs long; a single stud of its tower holds it, beside a seam through both."""
    cells = np.zeros((6, 1, 12), bool)
    cells[:, :, :4] = True
    cells[4:] = True
    tower = [((4, 1), 0, 0, z) for z in (0, 3, 6, 9)]
    lower = [((wide, 1), x, 0, 12) for x, wide in ((0, 3), (3, 2), (5, 3), (8, 4))]
    upper = [((wide, 1), x, 0, 15) for x, wide in ((0, 3), (3, 3), (6, 4), (10, 2))]
    return task_of(cells), laid_at(*tower, *lower, *upper)


def box(high, wide, roof):
    """A closed box with walls one stud thick and a roof of so many bricks."""
    cells = np.zeros((high, wide, wide), bool)
    cells[0] = cells[high - roof :] = True
    cells[:, 0] = cells[:, -1] = cells[:, :, 0] = cells[:, :, -1] = True
    return cells


def test_an_arm_held_by_one_stud_is_laid_anew_and_stands():
    task, layout = arm()
    before = layout.copy()
    assert problems(layout, task.grid, BASIC, task.made) == ()
    assert assess(layout, BASIC, ON_TIP).verdict is Verdict.FALLS
    done = repaired(layout, task, situation=ON_TIP)
    assert problems(done.layout, done.grid, BASIC, task.made, connected=True) == ()
    found = assess(done.layout, BASIC, ON_TIP)
    assert found.verdict is Verdict.STANDS
    assert done.before == pytest.approx(assess(layout, BASIC, ON_TIP).margin, abs=1e-3)
    assert done.after == pytest.approx(found.margin, abs=1e-3)
    assert done.before < 0 < done.after
    # Nothing but the arm and the top of its tower was touched.
    assert np.array_equal(done.layout[done.layout["z"] < 12], layout[layout["z"] < 12])
    (change,) = done.changes
    assert change.before < 0 < change.after
    assert "laid anew" in str(change) and "4 brick heights up" in str(change)
    assert np.array_equal(layout, before)


def test_what_stands_stays_as_it_is():
    task, layout = arm()
    done = repaired(layout, task, safety=2.0)
    assert done.layout is layout and done.grid is task.grid
    assert done.changes == ()
    assert done.before == done.after > 0.5


def test_more_safety_asks_for_more():
    task, layout = arm()
    assert assess(layout, BASIC, safety=4.0).verdict is not Verdict.STANDS
    done = repaired(layout, task, safety=4.0)
    assert assess(done.layout, BASIC, safety=4.0).verdict is Verdict.STANDS


def test_a_roof_under_a_load_gets_a_pillar():
    task = task_of(box(6, 14, 2))
    layout = coloured(connect_layout(pack_fast(task), task), task)
    load = Situation(loads=(Load(9000, at=(6.5, 6.5)),))
    assert assess(layout, BASIC, load).verdict is Verdict.FALLS
    done = repaired(layout, task, situation=load)
    assert assess(done.layout, BASIC, load).verdict is Verdict.STANDS
    added = done.grid.filled & ~task.grid.filled
    assert added.any() and not (added & ~enclosed(task.grid.filled)).any()
    assert problems(done.layout, done.grid, BASIC, task.made, connected=True) == ()
    inside = np.unique(owners(done.layout, BASIC, done.grid.shape)[added])
    links = stud_links(done.layout, BASIC)
    # Studs join it to the floor and to the roof.
    ends = np.concatenate([links.lower[np.isin(links.upper, inside)], links.upper[np.isin(links.lower, inside)]])
    assert {0, 12} <= set(done.layout["z"][ends].tolist())
    assert any("Pillar" in change.what or "Wall" in change.what for change in done.changes)


def test_what_hangs_on_nothing_inside_is_joined():
    cells = box(7, 8, 1)
    cells[4, 3:5, 3:5] = True
    task = task_of(cells)
    layout = coloured(connect_layout(pack_fast(task), task), task)
    assert stud_links(layout, BASIC).floating.any()
    done = repaired(layout, task)
    assert not stud_links(done.layout, BASIC).floating.any()
    assert problems(done.layout, done.grid, BASIC, task.made, connected=True) == ()
    assert "hung on nothing" in str(done.changes[0])


def test_what_its_feet_cannot_hold_is_left_to_supports():
    cells = np.zeros((3, 2, 12), bool)
    cells[0, :, 0] = True
    cells[1:] = True
    task = task_of(cells)
    layout = coloured(connect_layout(pack_fast(task), task), task)
    heavy = Situation(loads=(Load(2000, at=(11.5, 0.5)),))
    done = repaired(layout, task, situation=heavy)
    assert done.after < 0
    assert done.after >= done.before - 2e-3 * (1 - done.before)
    assert problems(done.layout, done.grid, BASIC, task.made, connected=True) == ()


def at_random(task, seed):
    """Parts that fit, drawn by chance, and single ones in the gaps."""
    rng = np.random.default_rng(seed)
    rows = []
    for layer in layers_of(task):
        free = layer.cells.copy()
        order = rng.permutation(len(layer.placements))
        small = layer.placements["area"][order] == 1
        chosen = []
        for row in np.concatenate([order[~small][: rng.integers(4, 40)], order[small]]):
            one = layer.placements[row]
            under = np.s_[one["y"] : one["y"] + one["deep"], one["x"] : one["x"] + one["wide"]]
            if free[under].all():
                free[under] = False
                chosen.append(row)
        rows.append(laid(layer.placements[chosen], layer.z))
    return np.concatenate(rows)


@settings(max_examples=15)
@given(st.integers(0, 10_000), st.integers(1, 3), st.sampled_from([0, 50, 400]))
def test_repair_keeps_cells_colours_and_pieces_and_never_weakens(seed, colours, grams):
    rng = np.random.default_rng(seed)
    cells = box(5, 8, 1) & (rng.random((5, 8, 8)) < 0.9)
    cells[0] = True
    cells[:, 0] = True
    task = task_of(cells, colours, seed=seed, deadline=5.0)
    layout = coloured(at_random(task, seed), task)
    situation = Situation(loads=(Load(grams, at=(4.5, 0.5)),) if grams else ())
    done = repaired(layout, task, 2.0, situation)
    assert problems(done.layout, done.grid, BASIC, task.made) == ()
    assert np.array_equal(done.grid.colour, task.grid.colour)
    assert not (task.grid.filled & ~done.grid.filled).any()
    assert not (done.grid.filled & ~task.grid.filled & ~enclosed(task.grid.filled)).any()
    before, after = (stud_links(each, BASIC) for each in (layout, done.layout))
    assert after.floating.sum() <= before.floating.sum()
    assert after.components <= before.components
    assert len(done.layout) <= len(layout) * 1.03 + 2
    judged = assess(done.layout, BASIC, situation)
    assert judged.margin == pytest.approx(done.after, abs=2e-3 * (2 - done.after))
    slack = 2e-3 if not before.floating.any() else 0.05
    assert 1 - done.after <= max(1 - done.before, 0.5 if before.floating.any() else 0) * (1 + slack) + 1e-6
    if not done.changes:
        assert done.layout is layout


def test_repair_is_the_same_again():
    task, layout = arm()
    one, other = (repaired(layout, task, situation=ON_TIP) for _ in range(2))
    assert np.array_equal(one.layout, other.layout)
    assert one.changes == other.changes


def test_no_more_is_used_than_is_owned():
    task, layout = arm()
    owned = np.bincount(layout["part"], minlength=len(BASIC.parts))[:, None]
    done = repaired(layout, replace(task, stock=owned), situation=ON_TIP)
    assert (np.bincount(done.layout["part"], minlength=len(BASIC.parts))[:, None] <= owned).all()
    assert done.after >= done.before


def test_nothing_is_repaired_to_nothing():
    task = task_of(np.zeros((1, 2, 2), bool))
    done = repaired(np.zeros(0, LAYOUT_DTYPE), task)
    assert not len(done.layout) and done.changes == ()


def test_no_time_leaves_the_layout_and_a_wish_to_stop_is_heard():
    task, layout = arm()
    assert repaired(layout, replace(task, deadline=0.0), situation=ON_TIP).layout is layout
    with pytest.raises(Cancelled):
        repaired(layout, task, situation=ON_TIP, progress=Progress(cancelled=lambda: True))
