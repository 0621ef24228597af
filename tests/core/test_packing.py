"""Cells to parts: every layout covers every cell once, with parts that exist in their colour."""

from dataclasses import replace

import numpy as np
import pytest
from brickprint.core.errors import BadSetting, Cancelled
from brickprint.core.interior import eroded
from brickprint.core.layout import extents, footprint_cells
from brickprint.core.packing.choosing import apart
from brickprint.core.packing.fast import pack_fast
from brickprint.core.packing.hidden import colour_hidden
from brickprint.core.packing.placements import all_placements, shapes_of
from brickprint.core.packing.task import PackingTask
from brickprint.core.packing.validator import problems
from brickprint.core.progress import Progress
from brickprint.core.structure.links import stud_links
from grids import BASIC, CATALOGUE, PALETTE, grid_of, without_singles
from grids import ball_cells as ball
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

MADE = CATALOGUE.made_in(PALETTE)


def packed(grid, catalogue=CATALOGUE, made=MADE, seed=0):
    return colour_hidden(pack_fast(PackingTask(grid, catalogue, made, seed)), catalogue, made)


cell_arrays = arrays(bool, array_shapes(min_dims=3, max_dims=3, max_side=9))


@settings(max_examples=60)
@given(cells=cell_arrays, colours=st.integers(1, 8), seed=st.integers(0, 99), with_plates=st.booleans())
def test_any_grid_is_covered_exactly_in_its_colours(cells, colours, seed, with_plates):
    plates = np.random.default_rng(seed).random(cells.shape) < (0.4 if with_plates else 0.0)
    grid = grid_of(cells, plates, colours, seed)
    layout = packed(grid, seed=seed)
    assert problems(layout, grid, CATALOGUE, MADE) == ()
    assert ((layout["z"] % 3 == 0) | (CATALOGUE.sizes[layout["part"], 2] == 1)).all()


def test_the_validator_sees_every_kind_of_fault():
    grid = grid_of(ball(8), colours=3)
    layout = packed(grid)
    assert "not covered" in problems(layout[1:], grid, CATALOGUE, MADE)[0]
    assert "covered twice" in problems(np.concatenate([layout, layout[:1]]), grid, CATALOGUE, MADE)[0]
    moved = layout.copy()
    moved["x"][0] = 7
    moved["part"][0] = int(np.flatnonzero((CATALOGUE.sizes == (4, 2, 3)).all(axis=1))[0])
    assert "out of the grid" in problems(moved, grid, CATALOGUE, MADE)[0]
    repainted = layout.copy()
    repainted["colour"] = (repainted["colour"] + 1) % 3
    assert any("another part's colour" in problem for problem in problems(repainted, grid, CATALOGUE, MADE))
    unmade = MADE.copy()
    unmade[layout["part"][0], layout["colour"][0]] = False
    assert any("never made" in problem for problem in problems(layout, grid, CATALOGUE, unmade))


def test_equal_seeds_give_equal_layouts_and_others_differ():
    grid = grid_of(ball(20), colours=2)
    assert np.array_equal(packed(grid, seed=5), packed(grid, seed=5))
    assert not np.array_equal(packed(grid, seed=5), packed(grid, seed=6))


def test_large_parts_are_used_where_they_fit():
    layout = packed(grid_of(np.ones((4, 8, 8), bool)), BASIC, BASIC.made_in(PALETTE))
    assert len(layout) == 16  # four 2 x 8 a layer
    assert stud_links(layout, BASIC).components == 1
    assert set(layout["turn"][layout["z"] == 0]) != set(layout["turn"][layout["z"] == 3])  # they cross


@pytest.mark.parametrize(("diameter", "most"), [(16, 242), (32, 1010)])
def test_hollow_balls_take_few_parts(diameter, most):
    cells = ball(diameter)
    layout = packed(grid_of(cells & ~eroded(cells, 2)), BASIC, BASIC.made_in(PALETTE))
    assert len(layout) <= most


def test_two_reds_and_a_blue_are_not_one_brick():
    grid = grid_of(np.ones((1, 1, 3), bool))
    colour = np.zeros(len(grid.surface.seen), np.int16)
    colour[-1] = 1
    layout = packed(replace(grid, colour=colour))
    assert sorted(extents(layout, CATALOGUE)[:, 0].tolist()) == [1, 2]


def test_hidden_cells_are_wildcards_and_take_a_colour_that_exists():
    cells = np.ones((3, 12, 12), bool)
    grid = grid_of(cells)
    seen = grid.surface.seen[grid.surface.seen[:, 0] == 0]
    row = int(np.flatnonzero(MADE[0])[5])
    only_below = replace(grid, surface=replace(grid.surface, seen=seen), colour=np.full(len(seen), row, np.int16))
    layout = packed(only_below)
    assert MADE[layout["part"], layout["colour"]].all()
    assert problems(layout, only_below, CATALOGUE, MADE) == ()


def test_part_sets_that_cannot_fill_are_refused():
    no_single = without_singles()
    with pytest.raises(BadSetting, match="cannot fill"):
        pack_fast(PackingTask(grid_of(ball(5)), no_single, no_single.made_in(PALETTE)))


def test_packing_tells_how_far_it_is_and_can_be_cancelled():
    news = []
    grid = grid_of(ball(12))
    layout = pack_fast(PackingTask(grid, CATALOGUE, MADE), Progress(on_step=news.append))
    assert np.array_equal(news[-1].layout, layout)
    assert news[-1].fraction == 1
    assert [step.fraction for step in news] == sorted(step.fraction for step in news)
    with pytest.raises(Cancelled):
        pack_fast(PackingTask(grid, CATALOGUE, MADE), Progress(cancelled=lambda: len(news) > 0))


@settings(max_examples=40)
@given(cells=cell_arrays, seed=st.integers(0, 99))
def test_placements_are_all_windows_that_fit_in_one_colour(cells, seed):
    rng = np.random.default_rng(seed)
    code = np.where(cells & (rng.random(cells.shape) < 0.6), rng.integers(1, 4, cells.shape), 0).astype(np.uint8)
    shapes = shapes_of(CATALOGUE, 3)
    layers = list(all_placements(cells, code, shapes, MADE))
    assert len(layers) == len(cells)
    for layer, found in enumerate(layers):
        expected = set()
        for shape in shapes:
            deep, wide = shape.mask.shape
            for y in range(cells.shape[1] - deep + 1):
                for x in range(cells.shape[2] - wide + 1):
                    window = np.s_[layer, y : y + deep, x : x + wide]
                    seen = set(code[window][shape.mask].tolist()) - {0}
                    if cells[window][shape.mask].all() and len(seen) <= 1:
                        colour = min(seen, default=0) - 1
                        if colour < 0 or MADE[shape.part, colour]:
                            expected.add((shape.part, shape.turn, x, y, colour))
        assert {tuple(row) for row in found[["part", "turn", "x", "y", "colour"]].tolist()} == expected
        assert (found["layer"] == layer).all()


@given(
    needs=st.lists(st.tuples(st.integers(0, 3), st.lists(st.integers(0, 9), min_size=1, max_size=4)), max_size=12),
    seed=st.integers(0, 99),
)
def test_candidates_apart_are_those_that_one_after_the_other_are_taken(needs, seed):
    used, taken = set(), []
    for row in sorted(range(len(needs)), key=lambda row: -needs[row][0]):
        if used.isdisjoint(needs[row][1]):
            used.update(needs[row][1])
            taken.append(row)
    pairs = np.array([(row, cell) for row, (_, cells) in enumerate(needs) for cell in cells], int).reshape(-1, 2)
    owner, cell = np.random.default_rng(seed).permutation(pairs).T
    assert apart(np.array([rank for rank, _ in needs]), owner, cell).tolist() == sorted(taken)


# The stud graph


def joined_by_hand(layout, catalogue):
    """Pieces of the stud graph, by looking at every pair of parts."""
    part, x, y = footprint_cells(layout, catalogue)
    height = extents(layout, catalogue)[:, 2]
    studs = [set(zip(x[part == i].tolist(), y[part == i].tolist(), strict=True)) for i in range(len(layout))]
    piece = list(range(len(layout)))
    ground = {i for i in range(len(layout)) if layout["z"][i] == layout["z"].min()}
    pairs = [(i, j) for i in range(len(layout)) for j in range(len(layout))]
    joints = [(i, j) for i, j in pairs if layout["z"][i] + height[i] == layout["z"][j] and studs[i] & studs[j]]
    for i, j in joints + [(i, j) for i in ground for j in ground]:
        old, new = piece[i], piece[j]
        piece = [new if p == old else p for p in piece]
    return joints, piece, ground


@settings(max_examples=30)
@given(cells=arrays(bool, array_shapes(min_dims=3, max_dims=3, max_side=5)), seed=st.integers(0, 9))
def test_links_and_components_are_those_of_every_pair(cells, seed):
    layout = packed(grid_of(cells, colours=2, seed=seed), seed=seed)
    if not len(layout):
        return
    joints, piece, ground = joined_by_hand(layout, CATALOGUE)
    links = stud_links(layout, CATALOGUE)
    assert set(zip(links.lower.tolist(), links.upper.tolist(), strict=True)) == set(joints)
    assert links.components == len(set(piece))
    standing = {piece[i] for i in ground}
    assert links.floating.tolist() == [p not in standing for p in piece]


def test_a_brick_in_the_air_floats():
    cells = np.zeros((3, 3, 3), bool)
    cells[0, 0, 0] = cells[2, 2, 2] = True
    links = stud_links(packed(grid_of(cells)), CATALOGUE)
    assert links.components == 2
    assert links.floating.tolist() == [False, True]


@settings(max_examples=30)
@given(
    cells=arrays(bool, array_shapes(min_dims=3, max_dims=3, max_side=5)),
    move=st.tuples(*[st.integers(-(10**5), 10**5)] * 3),
)
def test_links_do_not_depend_on_where_a_layout_lies(cells, move):
    layout = packed(grid_of(cells))
    moved = layout.copy()
    for name, by in zip("xyz", move, strict=True):
        moved[name] += by
    here, there = stud_links(layout, CATALOGUE), stud_links(moved, CATALOGUE)
    for column in ("lower", "upper", "studs", "component"):
        assert np.array_equal(getattr(here, column), getattr(there, column))
