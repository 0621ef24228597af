"""Slopes and tiles: worked examples, and what they must never cost."""

from collections import Counter

import numpy as np
import pytest
from brickprint.core.catalogue.parts import SLOPING
from brickprint.core.finishing.finish import finish
from brickprint.core.finishing.profiles import FINE_MM3, body_shares, profile, stud_shares
from brickprint.core.finishing.solids import STUD, part_cells, solid_of
from brickprint.core.grid import Grid
from brickprint.core.layout import LAYOUT_DTYPE
from brickprint.core.measures import built_shape
from brickprint.core.packing.fast import pack_fast
from brickprint.core.packing.hidden import colour_hidden
from brickprint.core.packing.task import PackingTask
from brickprint.core.progress import SILENT
from brickprint.core.settings import Settings
from brickprint.core.slicing.closing import close
from brickprint.core.stages import choose_detail, fill_inside, match_colours, place_mesh, slice_mesh
from brickprint.core.structure.links import stud_links
from grids import CATALOGUE, PALETTE, task_of, tasks
from hypothesis import given, settings
from hypothesis import strategies as st
from shapes import ball, box, joined, mesh_of, plain_surface

NAMES = [part.name for part in CATALOGUE.parts]
SLOPES = [part for part in CATALOGUE.parts if part.kind in SLOPING]


def prism(corners, length):
    """A polygon of y and z (K, 2), convex, counter-clockwise seen from +x, drawn out along x."""
    count = len(corners)
    ends = [np.column_stack([np.full(count, x), corners]) for x in (0.0, length)]
    i, j = np.arange(count), (np.arange(count) + 1) % count
    fan = np.column_stack([np.zeros(count - 2, int), np.arange(1, count - 1), np.arange(2, count)])
    sides = [np.column_stack([i, count + j, count + i]), np.column_stack([i, j, count + j])]
    return np.concatenate(ends), np.concatenate([fan[:, ::-1], fan + count, *sides]).astype(np.int32)


def turned(body, turn):
    """The body after quarter turns counter-clockwise seen from above, its lowest corner at the origin again."""
    points = body[0].copy()
    for _ in range(turn):
        points[:, :2] = np.column_stack([-points[:, 1], points[:, 0]])
    return points - points.min(axis=0), body[1]


def red_grid(filled, plates):
    """A grid all in the palette's first colour that every sloping part was made in."""
    made = CATALOGUE.made_in(PALETTE)
    sloping = [part.kind in SLOPING for part in CATALOGUE.parts]
    colour = int(np.flatnonzero(made[sloping].all(axis=0))[0])
    surface = plain_surface(filled, plates)
    return Grid(filled, plates, surface, np.full(len(surface.seen), colour, np.int16))


def finished(grid, body, slopes, tiles, catalogue=CATALOGUE):
    """A packed layout before and after."""
    task = task_of(grid, catalogue)
    layout = colour_hidden(pack_fast(task), catalogue, task.made)
    return layout, finish(layout, grid, close(*body), catalogue, task.made, slopes, tiles)


def names(layout):
    return Counter(NAMES[part] for part in layout["part"])


# What parts fill


@pytest.mark.parametrize("part", SLOPES, ids=lambda part: part.name)
def test_a_sloping_part_fills_what_its_profile_encloses(part):
    y, z = profile(part).T
    area = (y * np.roll(z, -1) - np.roll(y, -1) * z).sum() / 2
    for turn in range(4):
        shares = body_shares(part, turn)
        assert shares.sum() * FINE_MM3 == pytest.approx(area * part.studs_x * 8, rel=0.01)


@pytest.mark.parametrize("turn", range(4))
def test_the_high_side_of_a_turned_slope_has_its_studs(turn):
    for part in SLOPES:
        row = NAMES.index(part.name)
        if part.kind == "slope":
            top = body_shares(part, turn)[-1].mean(axis=-1)
            assert (top[CATALOGUE.mask(row, turn, "studs")] == 1).all()
            assert (top[~CATALOGUE.mask(row, turn, "studs")] < 0.5).all()


def test_a_stud_has_its_volume():
    assert stud_shares().sum() * FINE_MM3 == pytest.approx(np.pi * 2.4**2 * 1.7, rel=0.03)


def test_only_studs_with_nothing_on_them_are_seen():
    layout = np.zeros(2, LAYOUT_DTYPE)
    layout["part"] = NAMES.index("Brick 1 x 2"), NAMES.index("Brick 1 x 1")
    layout["z"] = 0, 3
    assert np.argwhere(solid_of(layout, CATALOGUE, (6, 1, 2)).code == STUD).tolist() == [[3, 0, 1], [6, 0, 0]]


# Slopes


@pytest.mark.parametrize("turn", range(4))
@pytest.mark.parametrize("name", [part.name for part in SLOPES if part.kind in ("slope", "cheese")])
def test_a_mesh_shaped_like_a_slope_becomes_that_slope(name, turn):
    part = CATALOGUE.parts[NAMES.index(name)]
    deep, wide = (part.studs_y, part.studs_x) if turn % 2 == 0 else (part.studs_x, part.studs_y)
    filled = np.zeros((3, deep, wide), bool)
    filled[: part.plates] = True
    grid = red_grid(filled, np.full((1, deep, wide), part.plates < 3))
    _, after = finished(grid, turned(prism(profile(part), part.studs_x * 8.0), turn), slopes=True, tiles=False)
    assert names(after) == {name: 1}
    if name != "Slope Brick 31 1 x 2 x 0.667":
        assert after["turn"].tolist() == [turn]
    assert (after["x"][0], after["y"][0], after["z"][0]) == (0, 0, 0)


def test_an_overhang_gets_an_inverted_slope():
    part = CATALOGUE.parts[NAMES.index("Slope Brick 45 2 x 2 Inverted")]
    filled = np.ones((6, 2, 2), bool)
    filled[:3, 0] = False
    points, faces = prism(profile(part), 16.0)
    body = joined((points + (0, 0, 9.6), faces), box((16, 8, 9.6), (0, 8, 0)))
    _, after = finished(red_grid(filled, np.zeros((2, 2, 2), bool)), body, slopes=True, tiles=False)
    assert names(after) == {"Brick 1 x 2": 1, part.name: 1}
    assert after["turn"][after["z"] == 3].tolist() == [0]


def test_upright_walls_and_flat_tops_get_no_slopes():
    grid = red_grid(np.ones((6, 5, 5), bool), np.zeros((2, 5, 5), bool))
    before, after = finished(grid, box((40, 40, 19.2)), slopes=True, tiles=False)
    assert np.array_equal(before, after)


def test_a_slope_is_not_laid_in_a_colour_in_which_it_was_never_made():
    made = CATALOGUE.made_in(PALETTE)
    sloping = np.array([part.kind in SLOPING for part in CATALOGUE.parts])
    colour = int(np.flatnonzero(~made[sloping].any(axis=0))[0])
    filled, plates = np.ones((3, 2, 2), bool), np.zeros((1, 2, 2), bool)
    surface = plain_surface(filled, plates)
    grid = Grid(filled, plates, surface, np.full(len(surface.seen), colour, np.int16))
    part = CATALOGUE.parts[NAMES.index("Slope Brick 45 2 x 2")]
    before, after = finished(grid, prism(profile(part), 16.0), slopes=True, tiles=False)
    assert np.array_equal(before, after)


# Tiles


def test_a_flat_plate_becomes_a_tile():
    filled = np.zeros((6, 2, 4), bool)
    filled[:4] = True
    plates = np.zeros((2, 2, 4), bool)
    plates[1] = True
    before, after = finished(red_grid(filled, plates), box((32, 16, 12.8)), slopes=False, tiles=True)
    assert names(before) == {"Brick 2 x 4": 1, "Plate 2 x 4": 1}
    assert names(after) == {"Brick 2 x 4": 1, "Tile 2 x 4": 1}


def test_a_flat_brick_becomes_plates_and_a_tile():
    _, after = finished(
        red_grid(np.ones((3, 2, 4), bool), np.zeros((1, 2, 4), bool)), box((32, 16, 9.6)), slopes=False, tiles=True
    )
    assert names(after) == {"Plate 2 x 4": 2, "Tile 2 x 4": 1}


def test_studs_stay_where_the_mesh_rises_above_them():
    filled = np.zeros((6, 2, 4), bool)
    filled[:3] = True
    grid = red_grid(filled, np.zeros((2, 2, 4), bool))
    before, after = finished(grid, box((32, 16, 9.6 + 1.2)), slopes=False, tiles=True)
    assert np.array_equal(before, after)
    _, lower = finished(grid, box((32, 16, 9.6 + 0.5)), slopes=False, tiles=True)
    assert names(lower)["Tile 2 x 4"] == 1


def test_a_tile_that_would_come_loose_is_not_laid():
    """A mushroom: two tiles would be as large as its cap, but only one of them would lie on its stem."""
    filled = np.zeros((6, 4, 4), bool)
    filled[:3, 1, 1] = True
    filled[3] = True
    plates = np.zeros((2, 4, 4), bool)
    plates[1] = True
    body = joined(box((8, 8, 9.6), (8, 8, 0)), box((32, 32, 3.2), (0, 0, 9.6)))
    before, after = finished(red_grid(filled, plates), body, slopes=False, tiles=True)
    assert names(after) == names(before) == {"Brick 1 x 1": 1, "Plate 4 x 4": 1}


# What holds for every layout


def check(before, after, grid, catalogue, made):
    """Every filled cell is under one part, nothing overlaps, colours exist and stay, and no piece more."""
    row, cells = part_cells(after, catalogue)
    covered = np.zeros(grid.shape, int)
    np.add.at(covered, cells, 1)
    assert covered.max(initial=0) <= 1
    assert covered[grid.filled].all()
    sloping = np.array([part.kind in SLOPING for part in catalogue.parts])[after["part"][row]]
    assert grid.filled[tuple(axis[~sloping] for axis in cells)].all()
    assert made[after["part"], after["colour"]].all()
    owner = np.full(grid.shape, -1)
    owner[cells] = row
    assert (after["colour"][owner[tuple(grid.surface.seen.T)]] == grid.colour).all()
    assert stud_links(after, catalogue).components <= stud_links(before, catalogue).components


@settings(max_examples=60)
@given(task=tasks(), size=st.floats(0.2, 1.5), shift=st.tuples(*[st.floats(-0.4, 0.4)] * 3), both=st.booleans())
def test_no_finish_costs_a_cell_a_colour_or_a_connection(task, size, shift, both):
    if not task.grid.filled.any():
        return
    high, deep, wide = task.grid.shape
    extent = np.array([wide * 8.0, deep * 8.0, high * 3.2])
    vertices, faces = ball(1.0, rings=8, sides=12)
    closed = close(extent * (0.5 + np.array(shift) + 0.5 * size * vertices), faces)
    before = colour_hidden(pack_fast(task), task.catalogue, task.made)
    after = finish(before, task.grid, closed, task.catalogue, task.made, slopes=True, tiles=both)
    check(before, after, task.grid, task.catalogue, task.made)
    again = finish(before, task.grid, closed, task.catalogue, task.made, slopes=True, tiles=both)
    assert np.array_equal(after, again)


CONE = ball(1.0, rings=2, sides=48)
HOUSE = prism(np.array([(0, 0), (12, 0), (12, 5), (6, 10), (0, 5)], float), 14.0)


@pytest.mark.parametrize(("body", "least"), [(CONE, 0.15), (HOUSE, 0.15)], ids=["double cone", "house"])
def test_slopes_bring_the_surface_nearer_to_the_mesh(body, least):
    chosen = Settings(studs=24)
    placed = place_mesh(mesh_of(body, (0.456, 0.0, 0.0, 1.0)), chosen, SILENT)
    sliced = slice_mesh(placed, chosen, SILENT)
    coloured = match_colours(choose_detail(sliced, placed, chosen, SILENT), sliced, chosen, SILENT)
    grid, catalogue = fill_inside(coloured, chosen, SILENT), coloured.catalogue
    made = catalogue.made_in(coloured.palette)
    before = colour_hidden(pack_fast(PackingTask(grid, catalogue, made)), catalogue, made)
    after = finish(before, grid, sliced.closed, catalogue, made, slopes=True, tiles=True)
    check(before, after, grid, catalogue, made)
    hollow = coloured.grid.filled & ~grid.filled
    old, new = (built_shape(layout, catalogue, hollow, sliced) for layout in (before, after))
    assert new["fine_iou"] > old["fine_iou"]
    assert new["built_mm"] < (1 - least) * old["built_mm"]
