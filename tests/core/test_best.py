"""The fewest parts: as few as trying everything finds, never more than the fast packer, in any time."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import grids
import numpy as np
import pytest
from brickprint.core.errors import BadSetting, Cancelled
from brickprint.core.interior import eroded
from brickprint.core.packing.best import pack_best
from brickprint.core.packing.fast import pack_fast
from brickprint.core.packing.pieces import Forms, labelled
from brickprint.core.packing.symmetry import INVERSE, SYMMETRIES, moved, moved_cells, turns_after
from brickprint.core.packing.task import layers_of
from brickprint.core.packing.tolerance import Tolerance
from brickprint.core.progress import Progress
from grids import BASIC, PALETTE, faults
from grids import CATALOGUE as ALL
from grids import ball_cells as ball
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

SPOT = Path(__file__).parents[3] / "shared" / "data" / "grids" / "spot48.npy"


def task_of(units, catalogue=BASIC, plates=None, colours=1, seed=0, **limits):
    """Brick cells (Z, Y, X), those in `plates` built from plates, with colours drawn by chance."""
    return grids.task_of(grids.grid_of(units, plates, colours, seed), catalogue, seed=seed, **limits)


def least_by_trying(layer, catalogue):
    """The least number of placements that cover a layer once, cell after cell, by trying all."""
    height, width = layer.cells.shape
    masks = []
    for placement in layer.placements:
        mask = catalogue.mask(placement["part"], placement["turn"])
        bits = np.zeros((height, width), bool)
        bits[placement["y"] :, placement["x"] :][: mask.shape[0], : mask.shape[1]] = mask
        masks.append(sum(1 << int(cell) for cell in np.flatnonzero(bits)))
    by_cell = [[mask for mask in masks if mask >> cell & 1] for cell in range(height * width)]

    @cache
    def least(left):
        if not left:
            return 0
        first = (left & -left).bit_length() - 1
        return 1 + min((least(left & ~mask) for mask in by_cell[first] if mask & ~left == 0), default=10**6)

    return least(sum(1 << int(cell) for cell in np.flatnonzero(layer.cells)))


@settings(max_examples=40)
@given(
    cells=arrays(bool, array_shapes(min_dims=3, max_dims=3, max_side=5), fill=st.nothing(), elements=st.booleans()),
    colours=st.integers(1, 3),
    seed=st.integers(0, 99),
    with_plates=st.booleans(),
)
def test_small_layers_get_the_least_number_that_trying_everything_finds(cells, colours, seed, with_plates):
    plates = np.random.default_rng(seed).random(cells.shape) < (0.4 if with_plates else 0.0)
    task = task_of(cells, ALL, plates, colours, seed)
    packed = pack_best(task)
    assert faults(packed.layout, task) == ()
    assert len(packed.layout) == sum(least_by_trying(layer, ALL) for layer in layers_of(task))
    assert packed.lower_bound <= len(packed.layout)


@settings(max_examples=20)
@given(
    cells=arrays(bool, st.tuples(st.integers(1, 3), st.integers(6, 14), st.integers(6, 14))),
    colours=st.integers(1, 4),
    seed=st.integers(0, 99),
    deadline=st.sampled_from([0.0, 0.1, 60.0]),
)
def test_no_deadline_gives_more_parts_than_the_fast_packer(cells, colours, seed, deadline):
    task = task_of(cells, ALL, None, colours, seed, deadline=deadline)
    packed = pack_best(task)
    assert faults(packed.layout, task) == ()
    assert packed.lower_bound <= len(packed.layout) <= len(pack_fast(task))


@pytest.mark.parametrize(("diameter", "hollow", "least"), [(16, True, 226), (32, True, 970), (16, False, 222)])
def test_balls_take_the_least_number_known_and_it_is_proved(diameter, hollow, least):
    cells = ball(diameter)
    task = task_of(cells & ~eroded(cells, 2) if hollow else cells)
    packed = pack_best(task)
    assert (len(packed.layout), packed.lower_bound) == (least, least)
    assert faults(packed.layout, task) == ()


@pytest.mark.skipif(not SPOT.exists(), reason="needs Spot's cells, ../shared/data/grids/spot48.npy")
def test_spot_takes_the_least_number_known():
    packed = pack_best(task_of(np.load(SPOT)))
    assert (len(packed.layout), packed.lower_bound) == (1741, 1741)


def test_a_large_layer_comes_near_its_bound_and_a_short_deadline_still_fills_it():
    task = task_of(ball(32)[13:14])
    packed = pack_best(task)
    assert len(packed.layout) <= 1.05 * packed.lower_bound
    hurried = pack_best(task_of(ball(32)[10:20], deadline=0.1)).layout
    assert faults(hurried, task_of(ball(32)[10:20])) == ()


def test_a_tolerance_for_colours_is_used_to_the_full():
    count = len(PALETTE.colours)
    differences = np.abs(np.subtract.outer(np.arange(count), np.arange(count))).astype(float)
    cells = np.random.default_rng(4).random((2, 5, 5)) < 0.8
    strict = task_of(cells, ALL, colours=3)
    lenient = replace(strict, tolerance=Tolerance(differences, 1.0))
    packed = pack_best(lenient)
    assert len(packed.layout) == sum(least_by_trying(layer, ALL) for layer in layers_of(lenient))
    assert len(packed.layout) < len(pack_best(strict).layout)


def test_equal_input_gives_equal_layouts():
    task = task_of(ball(14), ALL, colours=2, seed=3)
    assert np.array_equal(pack_best(task).layout, pack_best(task).layout)


def test_covers_that_are_kept_change_nothing():
    cells = ball(14) & ~eroded(ball(14), 2)
    first, second = task_of(cells[:9], ALL), task_of(cells[4:], ALL)
    alone = pack_best(second)
    pack_best(first)
    kept = dict(first.covers)
    again = pack_best(replace(second, covers=first.covers))
    assert np.array_equal(again.layout, alone.layout) and again.lower_bound == alone.lower_bound
    assert kept.keys() & second.covers.keys()
    assert all(first.covers[key] is kept[key] for key in kept)


def test_every_symmetric_copy_of_a_piece_has_the_same_form_and_gives_its_placements_back():
    cells = np.zeros((16, 16), bool)
    cells[2:9, 3:5], cells[2:4, 3:11], cells[8, 3:7] = True, True, True
    for symmetry in SYMMETRIES:
        task = task_of(moved_cells(cells, symmetry)[None], ALL)
        (layer,) = layers_of(task)
        forms = Forms(task)
        (piece,) = forms.pieces(layer, labelled(layer))
        if symmetry == 0:
            form = piece.form
        assert piece.form == form
        layout = pack_fast(task)
        for way in piece.ways:
            back = forms.back([piece], [way], [forms.into(piece, layout)])
            assert set(back[["part", "turn", "x", "y"]].tolist()) == set(layout[["part", "turn", "x", "y"]].tolist())


def test_a_symmetry_and_its_inverse_leave_every_part_as_it_was():
    (layer,) = layers_of(task_of(np.ones((1, 5, 7), bool), ALL))
    after = turns_after(ALL, 3)
    for symmetry in SYMMETRIES:
        there = moved(layer.placements, (5, 7), symmetry, after)
        shape = (5, 7) if symmetry in (0, 2, 5, 7) else (7, 5)
        assert (there["turn"] >= 0).all()
        assert np.array_equal(moved(there, shape, INVERSE[symmetry], after), layer.placements)


def test_equal_layers_above_each_other_are_laid_so_that_they_hold_together():
    task = task_of(np.ones((2, 2, 12), bool))
    packed = pack_best(task)
    quarter = task_of(np.ones((2, 4, 4), bool))
    layout = pack_best(quarter).layout
    assert len(packed.layout) == 4
    assert len(layout) == 4
    assert set(layout["turn"][layout["z"] == 0]) != set(layout["turn"][layout["z"] == 3])


def test_parts_that_cannot_fill_are_refused_and_the_wish_to_stop_is_heard():
    no_single = type(BASIC)("no single", tuple(part for part in BASIC.parts if part.name != "Brick 1 x 1"))
    with pytest.raises(BadSetting, match="no single"):
        pack_best(task_of(np.ones((1, 1, 1), bool), no_single))
    with pytest.raises(Cancelled):
        pack_best(task_of(ball(10)), Progress(cancelled=lambda: True))


def test_nothing_gives_an_empty_layout():
    packed = pack_best(task_of(np.zeros((2, 3, 4), bool)))
    assert (len(packed.layout), packed.lower_bound) == (0, 0)
