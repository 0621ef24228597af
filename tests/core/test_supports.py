"""Overhangs, offset regions and supports: the worked examples, and what holds for any model."""

import numpy as np
import pytest
from brickprint.core.errors import Cancelled
from brickprint.core.layout import LAYOUT_DTYPE, Role, extents, owners, part_cells
from brickprint.core.mesh import Mesh
from brickprint.core.packing.connecting import connect_layout
from brickprint.core.packing.fast import pack_fast
from brickprint.core.packing.hidden import colour_hidden
from brickprint.core.pipeline import Conversion
from brickprint.core.progress import Progress
from brickprint.core.settings import Settings
from brickprint.core.structure.links import stud_links
from brickprint.core.structure.order import building_steps
from brickprint.core.structure.statics.prefixes import certify_prefixes, certify_sections
from brickprint.core.structure.statics.verdict import Verdict, assess
from brickprint.core.support.beams import beams_of, divided, links_of, rows_of
from brickprint.core.support.boxes import bonded, boxes_of, support_sizes, with_tall
from brickprint.core.support.offset import offset_cells, offset_layers, with_offset
from brickprint.core.support.overhangs import NO_SPAN, Overhang, angle_span, overhangs, span_angle, spans
from brickprint.core.support.removal import Reason, is_support, pieces_of_supports, removable, supports_report
from brickprint.core.support.standing import unbalanced_parts, unbalanced_while_built
from brickprint.core.support.supporting import Mode, support
from grids import CATALOGUE, PALETTE, ball_cells, grid_of, task_of, tasks
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import ndimage

MODES = list(Mode)


def table(side=12, height=6, legs=((1, 1),), thick=2):
    """Brick cells of a square top on legs three studs square."""
    cells = np.zeros((height + thick, side, side), bool)
    cells[height:] = True
    for y, x in legs:
        cells[:height, y : y + 3, x : x + 3] = True
    return cells


def packed(cells, **rest):
    """A grid of brick cells, and parts that build it."""
    task = task_of(grid_of(cells, **rest))
    return task.grid, colour_hidden(connect_layout(pack_fast(task), task), task.catalogue, task.made)


def supported(cells, mode=Mode.TREE, unbalanced=None, **rest):
    """The model of these cells, supported; and its parts without."""
    grid, layout = packed(cells, **rest)
    return support(layout, grid.shape, CATALOGUE, PALETTE, mode, unbalanced), layout


def cells_of_supports(done):
    """How many plate cells the supports take."""
    return len(part_cells(done.layout[is_support(done.layout)], done.catalogue)[0])


def test_supports_that_end_high_above_the_ground():
    """A step 49 bricks up holds what hangs 2 bricks above it; heights there are more than a byte holds."""
    cells = np.zeros((54, 9, 12), bool)
    cells[:, :, :4] = cells[:49, :, 4:] = cells[51:53, :, 4:] = True
    cells[48, 4, 4:] = False
    done, _ = supported(cells)
    assert not done.missed.any() and done.held.any()
    held_from = done.layout["z"][is_support(done.layout)]
    assert held_from.min() > 127


# Overhangs


@pytest.mark.parametrize(("span", "angle"), [(1, 39.81), (2, 59.04), (14, 85.10)])
def test_the_span_of_an_angle(span, angle):
    assert span_angle(span) == pytest.approx(angle, abs=0.006)
    assert angle_span(angle) == pytest.approx(span, abs=0.02)


def test_a_beam_that_reaches_out_by_14_is_too_long():
    cells = np.zeros((2, 3, 20), bool)
    cells[0, :, :4] = cells[1, :, :18] = True
    found = spans(cells)
    np.testing.assert_array_equal(found[1, 1], [0] * 4 + list(range(1, 15)) + [0] * 2)
    assert found[0].max() == 0
    too_long = overhangs(cells).too_long
    np.testing.assert_array_equal(np.flatnonzero(too_long[1, 0]), np.arange(10, 18))


def test_the_greater_of_both_directions_counts():
    cells = np.zeros((2, 6, 6), bool)
    cells[0, 0, 0] = cells[1, 0, 0] = cells[1, 3, 5] = True
    assert spans(cells)[1, 3, 5] == 5


def test_cone_tip_roof_edge_and_table():
    tip = np.zeros((3, 9, 9), bool)
    tip[1, 4, 4] = tip[2, 3:6, 3:6] = True
    edge = np.zeros((3, 9, 9), bool)
    edge[1, 4, 1:8] = edge[2, 3:6, 1:8] = True
    for cells, kind in ((tip, Overhang.POINT), (edge, Overhang.EDGE), (table(9, 1, legs=((0, 0),)), Overhang.FACE)):
        assert overhangs(cells).kind[1].max() == kind
    assert overhangs(tip).span[1, 4, 4] == NO_SPAN
    assert overhangs(tip).angle[1, 4, 4] == 90
    # The cone's walls hang over by a stud: 39.81 degrees.
    assert not overhangs(tip).kind[2].any()
    assert overhangs(tip, critical=30).kind[2].any()


# Offset


def test_a_shelf_with_a_step_of_five_is_offset_until_no_span_is_above_one():
    cells = np.zeros((8, 4, 10), bool)
    cells[:, :, :4] = cells[7] = True
    cells[7, :, 9:] = False
    added = offset_layers(cells)
    assert spans(cells).max() == 5
    np.testing.assert_array_equal(added[:, 0].sum(axis=1), [0, 0, 0, 1, 2, 3, 4, 0])
    assert spans(cells | added).max() == 1


def test_what_rests_on_nothing_is_not_offset():
    cells = np.zeros((4, 3, 3), bool)
    cells[0, 0, 0] = cells[3] = True
    assert not offset_layers(cells).any()


@given(arrays(bool, (5, 6, 6)))
def test_offsets_add_no_cell_twice_and_leave_no_long_span_beside_a_hold(cells):
    added = offset_layers(cells)
    assert not (added & cells).any()
    after = cells | added
    for layer in range(1, len(cells)):
        # A region that rests on nothing cannot be held from below by what is added: it needs supports.
        region, _ = ndimage.label(after[layer], np.ones((3, 3)))
        held = np.isin(region, region[after[layer] & after[layer - 1]])
        assert spans(after)[layer][added[layer] & held].max(initial=0) <= 1


def test_offset_cells_have_the_colour_of_the_underside():
    cells = np.zeros((6, 3, 9), bool)
    cells[:, :, :4] = cells[5] = True
    grid = grid_of(cells)
    red = grid.surface.of_unit.copy()
    under = (grid.surface.seen[:, 0] == 15) & (grid.surface.seen[:, 2] >= 4)
    red[under] = (1.0, 0.0, 0.0)
    surface = grid.surface
    of_cell = surface.of_cell.copy()
    of_cell[under[surface.unit]] = (1.0, 0.0, 0.0)
    grid = grid_of(cells)
    object.__setattr__(grid, "surface", type(surface)(surface.cells, surface.unit, of_cell, surface.seen, red))
    added = offset_cells(grid)
    assert added.any()
    after = with_offset(grid, added)
    np.testing.assert_array_equal(after.filled, grid.filled | added)
    new = added[tuple(after.surface.seen.T)]
    assert new.any()
    np.testing.assert_array_equal(after.surface.of_unit[new], np.broadcast_to((1, 0, 0), (new.sum(), 3)))


# Division of rows, links, pillars

DIVISIONS = {
    **{1: (1,), 2: (2,), 5: (3, 2), 7: (4, 3), 8: (6, 2), 9: (6, 3), 10: (6, 4), 11: (6, 3, 2), 12: (6, 6)},
    **{13: (6, 4, 3), 14: (6, 6, 2), 19: (6, 6, 4, 3)},
}


@pytest.mark.parametrize(("length", "beams"), DIVISIONS.items())
def test_rows_are_divided_as_the_paper_does(length, beams):
    assert divided(length) == beams


@pytest.mark.parametrize("length", range(1, 400))
def test_only_a_row_of_one_uses_a_single_stud(length):
    beams = divided(length)
    assert sum(beams) == length
    assert (1 in beams) == (length == 1)
    assert all(beams.count(size) <= 1 for size in (4, 3, 2, 1))


def test_equal_neighbouring_rows_merge_and_single_ones_are_laid_across():
    along_y, across = rows_of(np.ones((6, 4), bool))
    assert not len(across)
    np.testing.assert_array_equal(along_y["width"], [2, 2])
    along_y, across = rows_of(np.ones((1, 5), bool))
    assert not len(along_y)
    beams, _ = beams_of(across)
    np.testing.assert_array_equal(beams["length"], [3, 2])


@pytest.mark.parametrize("length", range(2, 40))
def test_no_beam_of_four_or_more_is_held_by_one_stud(length):
    beams, of_row = beams_of(rows_of(np.ones((length, 1), bool))[0])
    links = links_of(beams, of_row)
    for beam in beams:
        low = np.maximum(links["start"], beam["start"])
        held = np.minimum(links["start"] + links["length"], beam["start"] + beam["length"]) - low
        assert held.max() >= (2 if beam["length"] >= 4 else 1)


def test_a_pillar_of_seven_is_two_tall_bricks_and_one():
    column = boxes_of(np.arange(7) * 3, np.zeros(7, int), np.zeros(7, int), 2, 2, 3)
    found = np.sort(with_tall(column, ((2, 2), (2, 4))), order="z")
    np.testing.assert_array_equal(found["plates"], [9, 9, 3])
    np.testing.assert_array_equal(found["z"], [0, 9, 18])


# Supports


@pytest.mark.parametrize("mode", MODES)
def test_what_stands_gets_none(mode):
    done, layout = supported(ball_cells(8), mode)
    np.testing.assert_array_equal(done.layout, layout)
    assert not done.held.any()


@pytest.mark.parametrize("mode", MODES)
def test_a_floating_ball_is_held(mode):
    cells = np.zeros((14, 8, 16), bool)
    cells[6:, :, 8:] = ball_cells(8)
    cells[:4, 1:4, 1:4] = True
    done, layout = supported(cells, mode)
    assert stud_links(layout, CATALOGUE).components > 1
    assert stud_links(done.layout, done.catalogue).components == 1
    assert (done.layout["role"][len(layout) :] == Role.SUPPORT_OUTER).all()
    assert {done.palette.colours[row].name for row in done.layout["colour"][len(layout) :]} == {"White"}
    removal = removable(done.layout, done.catalogue)
    assert [each.reason for each in removal.kept] == [Reason.HOLDS]
    assert removal.kept[0].parts_held > 1


def test_under_a_table_top_trees_take_far_less_than_columns():
    cells = table(24, 10, legs=((0, 0), (0, 21), (21, 0), (21, 21)), thick=3)
    tree, _ = supported(cells)
    beams, _ = supported(cells, Mode.BEAMS)
    columns = int(tree.held.sum()) * 3 * 10
    assert 0 < cells_of_supports(tree) < 0.2 * columns
    assert cells_of_supports(tree) < cells_of_supports(beams) < columns
    for done in (tree, beams):
        after = owners(done.layout, done.catalogue, done.held.shape) >= 0
        assert not overhangs(after).too_long[30:].any()
        assert removable(done.layout, done.catalogue).comes_off.any()


def test_struts_that_meet_go_on_as_one():
    """Below two beams: a fork is a part over both struts, and what follows is no thinner than the struts above it."""
    cells = np.zeros((20, 3, 9), bool)
    cells[18:, 1, 1:3] = cells[18:, 1, 6:8] = True
    cells[0, :, [0, 8]] = True
    done, _ = supported(cells)
    mine = done.layout[is_support(done.layout)]
    assert stud_links(done.layout, done.catalogue).components == 1
    by_layer = [mine[mine["z"] == z] for z in np.unique(mine["z"])[::-1]]
    struts = [len(layer) for layer in by_layer]
    assert struts[0] == 2
    assert struts == sorted(struts, reverse=True)
    footprint = [extents(layer, done.catalogue)[:, :2].prod(axis=1) for layer in by_layer]
    assert footprint[0].max() == 1
    assert footprint[-1].max() == 4
    fork = by_layer[struts.index(1)]
    links = stud_links(done.layout, done.catalogue)
    row = np.flatnonzero(is_support(done.layout) & (done.layout["z"] == fork["z"][0]))
    assert np.count_nonzero(links.lower == row[0]) == 2


def test_what_is_closed_in_is_red_and_stays():
    cells = np.ones((12, 9, 9), bool)
    cells[1:11, 1:8, 1:8] = False
    cells[6, 4, 4] = True
    done, _ = supported(cells)
    inner = done.layout["role"] == Role.SUPPORT_INNER
    assert inner.any()
    assert {done.palette.colours[row].name for row in done.layout["colour"][inner]} == {"Red"}
    kept = removable(done.layout, done.catalogue).kept
    assert {each.reason for each in kept} == {Reason.CLOSED_IN}
    assert sum(len(each.rows) for each in kept) == inner.sum()


def test_what_would_fall_over_is_held_on_that_side():
    cells = np.zeros((12, 5, 14), bool)
    cells[:10, 1:4, 1:3] = cells[10:, :, :7] = True
    cells[6:, :, 3:8] = True
    grid, layout = packed(cells)
    done = support(layout, grid.shape, CATALOGUE, PALETTE)
    mine = done.layout[is_support(done.layout)]
    assert len(mine)
    assert mine["x"].min() >= 3
    assert assess(done.layout, done.catalogue).verdict == Verdict.STANDS


def leaning():
    """A block on a foot at its side."""
    cells = np.zeros((24, 9, 14), bool)
    cells[:12, 3:6, :2] = cells[12:, :, :] = True
    return cells


def test_what_leans_gets_few_supports_where_the_statics_agrees_and_else_all_it_may_need():
    few, _ = supported(leaning(), unbalanced=unbalanced_parts)
    all_sides, _ = supported(leaning())
    assert assess(few.layout, few.catalogue).verdict == Verdict.STANDS and not few.weak.any()
    grams = [done.catalogue.grams[done.layout["part"][is_support(done.layout)]].sum() for done in (few, all_sides)]
    assert 0 < grams[0] < grams[1]
    asked = []

    def never_few(layout, catalogue):
        asked.append(len(layout))
        return np.full(len(layout), len(asked) == 1)

    refused, _ = supported(leaning(), unbalanced=never_few)
    assert np.array_equal(refused.layout, all_sides.layout) and asked == [len(few.layout), len(all_sides.layout)]


def test_struts_side_by_side_are_bonded():
    column = np.arange(0, 12, 3)
    pair = np.concatenate([boxes_of(column, np.full(4, 5), np.full(4, x), 1, 1, 3) for x in (2, 3)])
    assert sorted(bonded(pair).tolist()) == [(z, 5, 2, 1, 2, 3) for z in (0, 3, 6, 9)]
    corner = np.concatenate([pair, boxes_of(column, np.full(4, 6), np.full(4, 2), 1, 1, 3)])
    turned = [(box["deep"] > box["wide"]) for box in bonded(corner) if box["deep"] * box["wide"] == 2]
    assert sorted(turned) == [False, False, True, True]  # joints lie above each other in no two layers
    tall = boxes_of(np.zeros(1), np.array([5]), np.array([0]), 2, 2, 9)
    side = np.concatenate([tall, tall])
    side["x"][1] = 2
    assert sorted(bonded(side).tolist()) == [(z, 5, 0, 2, 4, 3) for z in (0, 3, 6)]


@settings(deadline=None, max_examples=50)
@given(arrays(bool, (3, 5, 6)))
def test_bonding_changes_no_cell(cells):
    layer, y, x = np.nonzero(cells)
    found = bonded(boxes_of(3 * layer, y, x, 1, 1, 3))
    there = np.zeros(cells.shape, int)
    for z, y, x, deep, wide, plates in found.tolist():
        there[z // 3, y : y + deep, x : x + wide] += 1
        assert (min(deep, wide), max(deep, wide), plates) in support_sizes()
    assert np.array_equal(there, cells.astype(int))


def test_parts_that_are_not_in_balance_are_held_too():
    cells = table(7, 4, legs=((2, 2),))
    plain, layout = supported(cells)
    assert len(plain.layout) == len(layout)
    asked = []

    def top(rows, catalogue):
        asked.append(len(rows))
        return (rows["z"] == 12) if len(asked) == 1 else np.zeros(len(rows), bool)

    done, _ = supported(cells, unbalanced=top)
    assert len(done.layout) > len(layout)
    assert asked == [len(layout), len(done.layout)]
    assert not done.weak.any()


def test_the_statics_ends_where_supports_help():
    cells = np.zeros((8, 3, 30), bool)
    cells[7] = True
    cells[:, :, :3] = True
    grid, layout = packed(cells)
    done = support(layout, grid.shape, CATALOGUE, PALETTE, unbalanced=unbalanced_parts)
    assert not done.weak.any()
    assert assess(done.layout, done.catalogue).verdict == Verdict.STANDS


def test_what_tips_while_it_is_built_is_held_until_then_and_the_support_comes_off():
    """Two stairs that lean on each other: each falls before they meet."""
    layout, shape = leaning_stairs(22)
    assert not unbalanced_parts(layout, CATALOGUE).any()
    fast, found = unbalanced_while_built(layout, CATALOGUE, building_steps)
    alone = certify_sections(building_steps(layout, CATALOGUE)[0], CATALOGUE)
    assert fast.max() == 1 and found is None and not alone.certified.all() and alone.certified[-1]
    asked = []

    def while_built(rows, catalogue):
        fast, found = unbalanced_while_built(rows, catalogue, building_steps)
        asked.append(found)
        return fast

    done = support(layout, shape, CATALOGUE, PALETTE, unbalanced=while_built)
    assert len(done.layout) > len(layout) and asked[-1].certified.all() and not done.weak.any()
    ordered, _ = building_steps(done.layout, done.catalogue)
    assert certify_prefixes(ordered, done.catalogue).certified.all()
    removal = removable(done.layout, done.catalogue, unbalanced_parts)
    assert removal.stands and not removal.kept


def test_all_that_falls_while_it_is_built_is_found_at_once():
    """Two pairs of leaning stairs, one behind the other: of each at least one stair tips before they meet."""
    pair, _ = leaning_stairs(22)
    behind = pair.copy()
    behind["y"] += 8
    layout = np.concatenate([pair, behind])
    fast, _ = unbalanced_while_built(layout, CATALOGUE, building_steps)
    assert fast[: len(pair)].max() == pytest.approx(1, abs=0.01) == fast[len(pair) :].max()


def leaning_stairs(height):
    """Two stairs of 2x4s, two studs further a brick, that end below one bar; and the shape of their grid."""
    part = next(i for i, each in enumerate(CATALOGUE.parts) if (each.studs_x, each.studs_y, each.plates) == (4, 2, 3))
    right = 4 * height + 4
    rows = [(2 * z, z) for z in range(height)] + [(right - 4 - 2 * z, z) for z in range(height)]
    rows += [(2 * height, height)]
    layout = np.zeros(len(rows), LAYOUT_DTYPE)
    layout["part"] = part
    layout["x"], z = np.transpose(rows)
    layout["z"] = 3 * z
    layout["y"] = 4
    return layout, (3 * height + 3, 10, right)


def test_supports_that_steady_stay():
    cells = table(7, 4, legs=((2, 2),))

    def needs_one(rows, catalogue):
        return (rows["z"] == 12) & ~is_support(rows).any()

    done, _ = supported(cells, unbalanced=needs_one)
    removal = removable(done.layout, done.catalogue, needs_one)
    assert [each.reason for each in removal.kept] == [Reason.STEADIES]
    assert removal.stands
    assert removable(done.layout, done.catalogue, lambda rows, _: np.ones(len(rows), bool)).stands is False


def test_what_a_later_support_makes_needless_comes_off():
    """One support goes back first, which alone does not help, and then another one, which does so alone."""
    done, _ = supported(table(9, 4, legs=((0, 0),)))
    piece = pieces_of_supports(stud_links(done.layout, done.catalogue), is_support(done.layout))
    numbers = np.unique(piece[is_support(done.layout)])
    second = piece == numbers[1]
    wanted = done.layout[second]

    def needs_that_one(rows, catalogue):
        there = np.isin(wanted[["x", "y", "z"]], rows[["x", "y", "z"]][is_support(rows)]).all()
        return ~is_support(rows) & ~there

    removal = removable(done.layout, done.catalogue, needs_that_one)
    assert removal.stands
    assert len(numbers) == 4 and len(removal.kept) == 1
    np.testing.assert_array_equal(np.sort(removal.kept[0].rows), np.flatnonzero(second))


def check_order(done, seed, unbalanced):
    """What comes off does not depend on the order of the parts."""
    removal = removable(done.layout, done.catalogue, unbalanced)
    mixed = np.random.default_rng(seed).permutation(len(done.layout))
    again = removable(done.layout[mixed], done.catalogue, unbalanced)
    np.testing.assert_array_equal(again.comes_off, removal.comes_off[mixed])
    np.testing.assert_array_equal(again.early, removal.early[mixed])
    assert removal.stands is again.stands
    told = supports_report(done.layout[mixed], done.catalogue, again)
    assert told["kept"] == supports_report(done.layout, done.catalogue, removal)["kept"]


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10**6), st.floats(0.02, 0.3))
def test_the_order_of_the_parts_makes_no_difference(seed, density):
    cells = np.random.default_rng(seed).random((6, 9, 9)) < density
    done, _ = supported(cells)
    check_order(done, seed, unbalanced_parts)


def test_the_report_names_what_stays():
    cells = np.zeros((14, 8, 16), bool)
    cells[6:, :, 8:] = ball_cells(8)
    cells[:4, 1:4, 1:4] = True
    done, layout = supported(cells)
    told = supports_report(done.layout, done.catalogue, removable(done.layout, done.catalogue))
    mine = done.layout[len(layout) :]
    assert told["parts"] == len(mine) == sum(told["by_part"].values())
    assert sum(told["volume_share_by_part"].values()) == pytest.approx(1)
    assert told["grams"] == pytest.approx(done.catalogue.grams[mine["part"]].sum())
    assert told["removable"] is False
    assert told["kept"][0]["reason"] == "holds"
    assert told["kept"][0]["at"][2] == 1
    none = supports_report(layout, CATALOGUE, removable(layout, CATALOGUE))
    assert (none["parts"], none["removable"], none["kept"]) == (0, None, [])


def test_it_can_be_stopped():
    with pytest.raises(Cancelled):
        grid, layout = packed(table())
        support(layout, grid.shape, CATALOGUE, PALETTE, progress=Progress(cancelled=lambda: True))


def test_the_statics_it_asks_can_be_stopped():
    _, layout = packed(table())
    stop = Progress(cancelled=lambda: True)
    with pytest.raises(Cancelled):
        unbalanced_parts(layout, CATALOGUE, progress=stop)
    with pytest.raises(Cancelled):
        unbalanced_while_built(layout, CATALOGUE, building_steps, progress=stop)


def test_nothing_needs_nothing():
    done = support(np.zeros(0, LAYOUT_DTYPE), (3, 2, 2), CATALOGUE, PALETTE)
    assert not len(done.layout)


@settings(deadline=None, max_examples=100)
@given(tasks(), st.sampled_from(MODES))
def test_any_model_is_held(task, mode):
    layout = colour_hidden(pack_fast(task), task.catalogue, task.made)
    done = support(layout, task.grid.shape, task.catalogue, PALETTE, mode)
    np.testing.assert_array_equal(done.layout[: len(layout)], layout)
    check(done, task.grid.shape)
    again = support(layout, task.grid.shape, task.catalogue, PALETTE, mode)
    np.testing.assert_array_equal(again.layout, done.layout)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10**6), st.floats(0.01, 0.2), st.sampled_from(MODES))
def test_any_sparse_tall_model_is_held(seed, density, mode):
    """Few cells, far apart: long struts with much in their way."""
    rng = np.random.default_rng(seed)
    cells = rng.random((14, 16, 16)) < density
    plates = rng.random(cells.shape) < 0.3
    done, _ = supported(cells, mode, plates=plates)
    check(done, done.held.shape)


def check(done, shape):
    """Legal parts in room of their own, in colours they are made in; all that has a way to the ground, has it."""
    _, place = part_cells(done.layout, done.catalogue)
    count = np.zeros(shape, int)
    np.add.at(count, place, 1)
    assert count.max(initial=0) <= 1
    mine = is_support(done.layout)
    supports = done.layout[mine]
    assert done.catalogue.made_in(done.palette)[supports["part"], supports["colour"]].all()
    assert {done.catalogue.parts[part].ldraw for part in np.unique(supports["part"])} <= LEGAL
    names = [done.palette.colours[row].name for row in supports["colour"]]
    assert names == ["White" if role == Role.SUPPORT_OUTER else "Red" for role in supports["role"]]
    links = stud_links(done.layout, done.catalogue)
    assert not links.floating[mine].any()
    assert not done.missed.any()
    if len(done.layout):
        assert links.components == 1
    removal = removable(done.layout, done.catalogue)
    left = done.layout[~removal.comes_off]
    assert not stud_links(left, done.catalogue).floating.any()
    assert not (removal.comes_off & ~mine).any()
    if len(done.layout):
        loose = stud_links(done.layout[~mine], done.catalogue).components - 1
        assert [each.reason for each in removal.kept].count(Reason.HOLDS) <= loose


LEGAL = {"3005", "3004", "3622", "3010", "3009", "3003", "3002", "3001", "2456", "30145", "30144", "3024"}


# Real models


def plan_of(path, studs):
    """A plan of a mesh file, without supports."""
    trimesh = pytest.importorskip("trimesh")
    found = trimesh.load(path, force="mesh")
    mesh = Mesh(np.asarray(found.vertices, np.float64), np.asarray(found.faces, np.int32))
    plan = Conversion(mesh).run(Settings(studs=studs, packer="fast", up="Y"))
    return plan, plan.layout[~is_support(plan.layout)]


def supported_mesh(shared_data, name, studs, mode, unbalanced):
    path = shared_data / "meshes" / f"{name}.glb"
    if not path.exists():
        pytest.skip(f"needs {path}")
    plan, layout = plan_of(path, studs)
    wide, deep, high = plan.size
    done = support(layout, (high, deep, wide), plan.catalogue, plan.palette, mode, unbalanced)
    check(done, (high, deep, wide))
    return done


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", ["Spot", "Fox", "Suzanne"])
def test_real_models_stand_before_and_after_their_supports_come_off(shared_data, name, mode):
    done = supported_mesh(shared_data, name, 24, mode, unbalanced_parts)
    assert not done.weak.any()
    removal = removable(done.layout, done.catalogue, unbalanced_parts)
    assert removal.stands or not removal.comes_off.any()


@pytest.mark.parametrize("seed", [0, 1])
def test_the_order_of_a_real_models_parts_makes_no_difference(shared_data, seed):
    check_order(supported_mesh(shared_data, "FlightHelmet", 24, Mode.TREE, unbalanced_parts), seed, unbalanced_parts)


@pytest.mark.parametrize("mode", MODES)
def test_a_model_of_many_loose_pieces_becomes_one(shared_data, mode):
    done = supported_mesh(shared_data, "FlightHelmet", 24, mode, None)
    model = done.layout[~is_support(done.layout)]
    assert stud_links(model, done.catalogue).components > 10
