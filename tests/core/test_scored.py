"""Scored greedy packing: the values of source F, and its rules against a packer that follows them one by one."""

from dataclasses import replace

import numpy as np
import pytest
from brickprint.core.catalogue.parts import Catalogue, load_parts
from brickprint.core.errors import BadSetting, Cancelled
from brickprint.core.layout import extents, footprint_cells
from brickprint.core.packing.placements import shapes_of
from brickprint.core.packing.scored import pack_scored
from brickprint.core.packing.scoring import (
    BOARD_PRINTED,
    BOARD_SHIPPED,
    placement_index,
    printed_similarity,
    score,
    shipped_similarity,
)
from brickprint.core.packing.stacking import plates_to_bricks
from brickprint.core.packing.task import layers_of
from brickprint.core.progress import Progress
from grids import BASIC, CATALOGUE, PALETTE, ball_cells, faults, grid_of, task_of, tasks, without_singles
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

BRICKFORMER = load_parts("brickformer-22")


# The formulas


@pytest.mark.parametrize(("spread", "expected"), [(0, 0.985), (50, 0.890), (100, 0.5), (150, 0.110), (200, 0.015)])
def test_the_shipped_similarity_falls_at_100(spread, expected):
    assert shipped_similarity(spread) == pytest.approx(expected, abs=5e-4)


@pytest.mark.parametrize(("distance", "expected"), [(0, 1), (400, 1), (600, 0.9395), (665.55, 0.5), (765, 0.0154)])
def test_the_printed_similarity_hardly_sees_colour(distance, expected):
    assert printed_similarity(distance) == pytest.approx(expected, abs=2e-4)


@pytest.mark.parametrize(("board", "expected"), [(16, 2.1100), (64, 1.2775), (256, 1.0694)])
def test_a_2x8_on_two_bricks_scores_as_published(board, expected):
    assert score(16, 2, 16, shipped_similarity(0), board) == pytest.approx(expected, abs=5e-5)


def test_the_shipped_board_is_the_default():
    assert (BOARD_SHIPPED, BOARD_PRINTED) == (64, 16)
    assert score(16, 2, 16, shipped_similarity(0)) == score(16, 2, 16, shipped_similarity(0), 64)


def test_parts_that_cover_too_little_are_rejected_but_may_fill_a_hole():
    assert score(10, 1, np.array([1, 2]), 1.0) == pytest.approx([0, 10 / 64 * 1.1 + 0.16 + 0.2])
    filling = score(np.array([1, 8, 16]), 0, 0, 1.0, hole=np.array([True, True, False]))
    assert filling.tolist() == [1 / 64, 8 / 64, 0]


def test_the_index_counts_types_then_x_then_the_other_way():
    kinds, wide = len(shapes_of(BRICKFORMER, 3)), 150
    assert kinds == 22
    index = placement_index(7, 40, 99, kinds, wide)
    assert (index % kinds, index // kinds % wide, index // (kinds * wide)) == (7, 40, 99)
    colours = 67
    assert (placement_index(21, 149, 149, kinds, wide) + 1) * colours == 33_165_000


# The packer


@settings(max_examples=60)
@given(task=tasks(), printed=st.booleans())
def test_any_grid_is_covered_exactly_in_its_colours(task, printed):
    palette = PALETTE.linear if printed else None
    layout = pack_scored(task, printed=palette)
    assert faults(layout, task) == ()
    assert np.array_equal(layout, pack_scored(replace(task, seed=task.seed + 1), printed=palette))


def with_mesh_colours(grid, linear):
    """The grid with other colours of the mesh on its visible units."""
    return replace(grid, surface=replace(grid.surface, of_unit=np.asarray(linear, np.float32)))


def grey_grid(cells, seed):
    """A grid whose mesh is black, grey or white at random, as pure sRGB 0, 0.5 or 1 in linear light."""
    grid = grid_of(cells, colours=2, seed=seed)
    grey = np.random.default_rng(seed).choice([0.0, 0.21404114, 1.0], len(grid.surface.seen))
    return with_mesh_colours(grid, np.repeat(grey[:, None], 3, axis=1))


def packed_by_hand(task):
    """The layout, by scoring every placement of every layer alone and taking the best that is left, again and again."""
    grid, width = task.grid, task.grid.shape[2]
    mesh = dict(zip(map(tuple, grid.surface.seen.tolist()), grid.surface.of_unit[:, 0].tolist(), strict=True))
    taken, below = [], {}
    reach = 2 / 16 * max(grid.shape[1:])
    for number, layer in enumerate(layers_of(task)):
        kinds = [(shape.part, shape.turn) for shape in shapes_of(task.catalogue, layer.plates)]
        owner, x, y = footprint_cells(layer.placements, task.catalogue)
        ranked = []
        for i, row in enumerate(layer.placements):
            cells = list(zip(x[owner == i].tolist(), y[owner == i].tolist(), strict=True))
            connected = len({below[cell] for cell in cells if cell in below})
            greys = [mesh[key] for cell in cells if (key := (layer.z, cell[1], cell[0])) in mesh]
            encoded = [{0.0: 0, 1.0: 255}.get(grey, 127.5) for grey in greys]
            spread = 3 * (max(encoded) - min(encoded)) if encoded else 0
            s = 1 - 1 / (1 + np.exp(-32 * (spread / 765 - 100 / 765)))
            f = len(cells) / 64 * (connected / len(cells) + s) + 0.8 + 0.2
            near = any(max(abs(a - p), abs(b - q)) <= reach for a, b in cells for p, q in below)
            if number > 0 and not connected and near:
                f = 0.0
            kind = kinds.index((row["part"], row["turn"]))
            index = kind + len(kinds) * (int(row["x"]) + width * int(row["y"]))
            ranked.append((-round(f, 9), -len(cells) if not f else 0, index, i, cells))
        free, here = set(zip(*np.nonzero(layer.cells)[::-1], strict=True)), {}
        for *_, i, cells in sorted(ranked):
            if free.issuperset(cells):
                free.difference_update(cells)
                here |= dict.fromkeys(cells, i)
                row = layer.placements[i]
                taken.append((int(row["part"]), int(row["turn"]), int(row["x"]), int(row["y"]), layer.z))
        below = here
    return sorted(taken)


@settings(max_examples=40)
@given(cells=arrays(bool, array_shapes(min_dims=3, max_dims=3, min_side=2, max_side=9)), seed=st.integers(0, 99))
def test_the_best_placement_is_taken_again_and_again(cells, seed):
    cells[0, 0, 0] = True
    cells = cells[: np.argmin(cells.any(axis=(1, 2)))] if not cells.any(axis=(1, 2)).all() else cells
    task = task_of(grey_grid(cells, seed), BRICKFORMER)
    layout = pack_scored(task)
    assert sorted(layout[["part", "turn", "x", "y", "z"]].tolist()) == packed_by_hand(task)


def test_parts_keep_to_one_shade_of_the_mesh_unless_as_printed():
    grid = grid_of(np.ones((1, 1, 4), bool))
    task = task_of(with_mesh_colours(grid, [[0.0] * 3] * 2 + [[1.0] * 3] * 2), BASIC)
    assert extents(pack_scored(task), BASIC)[:, 0].tolist() == [2, 2]
    assert extents(pack_scored(task, printed=PALETTE.linear), BASIC)[:, 0].tolist() == [4]


def test_as_printed_a_part_in_the_opposite_colour_of_the_mesh_is_worth_less():
    # Nine units painted white; the mesh is white on the first of them, else black.
    palette = np.zeros_like(PALETTE.linear)
    palette[0] = 1.0
    grid = grid_of(np.ones((1, 1, 9), bool))
    white = np.repeat(np.arange(9)[:, None] == 0, 3, axis=1)
    # With the white unit, 1 x 8: h = 7/8 of 765, s = 0.46, b/B s = 0.23; 1 x 6: h = 5/6, s = 0.76, b/B s = 0.29.
    for mesh, expected in ((white, [(0, 6), (6, 3)]), (white[::-1], [(0, 3), (3, 6)])):
        rows = pack_scored(task_of(with_mesh_colours(grid, mesh), BASIC), printed=palette)
        assert sorted(zip(rows["x"].tolist(), extents(rows, BASIC)[:, 0].tolist(), strict=True)) == expected


def test_nothing_starts_in_the_air_near_what_is_below_unless_it_is_a_cluster_of_its_own():
    cells = np.zeros((2, 1, 32), bool)
    cells[0, 0, 0] = cells[1, 0, :9] = True
    grid = grid_of(cells)
    # Only the cell above the first has the colour that it could share with it.
    upper = (grid.surface.seen[:, 0] == 3) & (grid.surface.seen[:, 2] > 0)
    layout = pack_scored(task_of(replace(grid, colour=upper.astype(np.int16)), BASIC))
    rows = layout[layout["z"] == 3]
    # 2/16 of 32 studs are 4: 1..4 is too near, so the 1 x 8 over 1..8 is not taken; what is left is filled last.
    assert sorted(zip(rows["x"].tolist(), extents(rows, BASIC)[:, 0].tolist(), strict=True)) == [(0, 1), (1, 4), (5, 4)]


# Plates


def test_three_equal_plates_become_a_brick():
    cells = np.ones((1, 4, 8), bool)
    task = task_of(grid_of(cells, cells), load_parts("all"))
    small = Catalogue("up to 2x8", tuple(part for part in CATALOGUE.parts if part.studs_y <= 2))
    layout = plates_to_bricks(pack_scored(task_of(task.grid, small)), small, small.made_in(PALETTE))
    assert (small.sizes[layout["part"]] == (8, 2, 3)).all()
    assert len(layout) == 2


@pytest.mark.parametrize("row", [1, 2])
def test_plates_of_another_colour_or_without_their_brick_stay_plates(row):
    cells = np.ones((1, 2, 4), bool)
    grid = grid_of(cells, cells)
    small = Catalogue("2x4", tuple(part for part in CATALOGUE.parts if part.ldraw in ("3020", "3024", "3001", "3005")))
    colour = (grid.surface.seen[:, 0] == row).astype(np.int16)
    mixed = task_of(replace(grid, colour=colour), small)
    stacked = plates_to_bricks(pack_scored(mixed), small, mixed.made)
    assert extents(stacked, small).tolist() == [[4, 2, 1]] * 3
    made = mixed.made.copy()
    made[[part.ldraw for part in small.parts].index("3001"), 0] = False
    plates = pack_scored(replace(task_of(grid, small), made=made))
    assert extents(plates_to_bricks(plates, small, made), small).tolist() == [[4, 2, 1]] * 3


def test_upper_plates_had_better_repeat_the_one_below():
    # On an upper slice d/b is replaced by 1 - d/b: one part below is then worth more than two.
    assert score(8, 8 - 1, 8, 1.0) > score(8, 8 - 2, 8, 1.0)
    cells = np.zeros((1, 1, 6), bool)
    cells[0, 0] = True
    plates = Catalogue("1x4", tuple(part for part in CATALOGUE.parts if part.ldraw in ("3710", "3023", "3024")))
    layout = pack_scored(task_of(grid_of(cells, cells), plates))
    for z in (1, 2):
        assert np.array_equal(layout[layout["z"] == z][["x", "part"]], layout[layout["z"] == 0][["x", "part"]])


def test_part_sets_that_cannot_fill_are_refused():
    with pytest.raises(BadSetting, match="cannot fill"):
        pack_scored(task_of(grid_of(np.ones((2, 1, 1), bool)), without_singles()))


def test_packing_reports_layers_and_can_be_cancelled():
    news = []
    task = task_of(grid_of(ball_cells(8)))
    layout = pack_scored(task, Progress(on_step=news.append))
    assert sum(len(step.layout) for step in news) == len(layout)
    assert [step.fraction for step in news] == sorted(step.fraction for step in news)
    with pytest.raises(Cancelled):
        pack_scored(task, Progress(cancelled=lambda: True))
