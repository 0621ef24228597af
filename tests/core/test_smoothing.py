import numpy as np
import pytest
from brickprint.core.colour.differences import METRICS, difference, nearest_colours
from brickprint.core.colour.neighbours import patchiness, unit_neighbours
from brickprint.core.colour.palettes import load_palette
from brickprint.core.colour.smoothing import GREATEST_LOSS, smoothed
from brickprint.core.errors import BadSetting
from brickprint.core.grid import Surface

PALETTE = load_palette("solid")
NAMES = [colour.name for colour in PALETTE.colours]
DEFAULT = 0.25
SIDE = 40
Y, X = np.mgrid[:SIDE, :SIDE].reshape(2, -1)


def linear_of(name):
    return PALETTE.linear[NAMES.index(name)]


def wall(height=3):
    """An upright wall of bricks (or plates): its neighbours; its units' y and x are Y, X."""
    seen = np.column_stack([Y * height, np.zeros_like(X), X])
    return unit_neighbours(seen, np.full(len(seen), height))


def surface_of(linear):
    """A surface of one cell a unit; of its places only their number counts."""
    place, unit = np.zeros((len(linear), 3), np.int32), np.arange(len(linear))
    return Surface(place, unit, linear, place, linear)


def speckled(true, palette=PALETTE, seed=0, metric="ciede2000"):
    """Linear colours `true` (N, 3) with noise that lets the nearest palette colour jump, and these colours."""
    rng = np.random.default_rng(seed)
    linear = np.clip(true * (1 + rng.normal(0, 0.1, (len(true), 1))) + rng.normal(0, 0.004, true.shape), 0, 1)
    return linear, nearest_colours(linear, palette.linear, metric)[0]


def between(first, second):
    """A linear colour that two palette colours are equally near to."""
    share = np.linspace(0, 1, 1001)[:, None]
    mixed = (1 - share) * linear_of(first) + share * linear_of(second)
    tie = np.abs(difference(mixed, linear_of(first)) - difference(mixed, linear_of(second))).argmin()
    return mixed[tie]


EDGES = {
    "straight": X < 20,
    "diagonal": X + Y < SIDE,
    "slanted": 3 * X + Y < 70,
    "corner": (X < 20) & (Y < 20),
    "disc": (X - 20) ** 2 + (Y - 20) ** 2 < 81,
}


@pytest.mark.parametrize("height", [1, 3])
@pytest.mark.parametrize("edge", EDGES)
def test_speckle_goes_and_edges_stay_to_the_cell(edge, height):
    # Each side is halfway between two palette colours, so noise lets it jump from one to the other.
    region = EDGES[edge]
    true = np.where(region[:, None], between("Dark Tan", "Olive Green"), between("Red", "Dark Red"))
    linear, row = speckled(true)
    neighbours = wall(height)
    calm = smoothed(row, surface_of(linear), PALETTE.linear, neighbours, 1.0)
    earthy = [NAMES.index(name) for name in ("Dark Tan", "Olive Green")]
    np.testing.assert_array_equal(np.isin(row, earthy), region)
    np.testing.assert_array_equal(np.isin(calm, earthy), region)
    assert patchiness(calm, neighbours) < 0.35 * patchiness(row, neighbours)
    assert difference(linear, PALETTE.linear[calm]).mean() < 1.25 * difference(linear, PALETTE.linear[row]).mean()


@pytest.mark.parametrize("edge", EDGES)
@pytest.mark.parametrize("height", [1, 3])
def test_salt_and_pepper_disappears_and_the_edge_stays_to_the_cell(edge, height):
    """Scattered units that fell on the wrong side of a near tie go; not one unit of the edge moves."""
    region = EDGES[edge]
    first, second = "Dark Tan", "Red"
    true = np.where(region[:, None], linear_of(first), linear_of(second))
    expected = np.where(region, NAMES.index(first), NAMES.index(second))
    lone = np.random.default_rng(2).permutation(len(true))[:80]
    linear, row = true.copy(), expected.copy()
    other = np.where(region[lone], NAMES.index("Olive Green"), NAMES.index("Dark Red"))
    linear[lone] = np.where(region[lone, None], between(first, "Olive Green"), between(second, "Dark Red"))
    row[lone] = other
    neighbours = wall(height)
    calm = smoothed(row, surface_of(linear), PALETTE.linear, neighbours, DEFAULT)
    np.testing.assert_array_equal(calm, expected)
    assert difference(linear, PALETTE.linear[calm]).mean() < difference(linear, PALETTE.linear[row]).mean() + 0.05


@pytest.mark.parametrize("strength", [DEFAULT, 1.0])
def test_lines_of_one_unit_and_an_eye_survive(strength):
    white, black, red = (NAMES.index(name) for name in ("White", "Black", "Red"))
    row = np.full(len(X), white)
    row[X == 5] = row[Y == 33] = row[X == Y] = black
    row[(X == 30) & (Y == 12)] = red
    row[(X == 33) & (Y == 12)] = black
    for height in (1, 3):
        calm = smoothed(row, surface_of(PALETTE.linear[row]), PALETTE.linear, wall(height), strength)
        np.testing.assert_array_equal(calm, row)


def test_what_a_lone_unit_may_lose_is_the_strength():
    white, near = NAMES.index("White"), NAMES.index("Light Aqua")
    row = np.full(len(X), white)
    alone = np.flatnonzero((X == 20) & (Y == 20))[0]
    row[alone] = near
    linear = PALETTE.linear[row]
    loss = difference(linear[alone], PALETTE.linear[white])
    for share, stays in ((0.95, True), (1.05, False)):
        calm = smoothed(row, surface_of(linear), PALETTE.linear, wall(), share * loss / GREATEST_LOSS)
        assert (calm[alone] == near) == stays


def test_off_changes_nothing_and_the_input_is_left_alone():
    linear, row = speckled(np.tile(between("Red", "Dark Red"), (len(X), 1)))
    before = row.copy()
    off = smoothed(row, surface_of(linear), PALETTE.linear, wall(), 0.0)
    np.testing.assert_array_equal(off, row)
    off[:] = 0
    smoothed(row, surface_of(linear), PALETTE.linear, wall(), 1.0)
    np.testing.assert_array_equal(row, before)


def test_more_strength_is_calmer_and_costs_more():
    linear, row = speckled(np.tile(between("Red", "Dark Red"), (len(X), 1)))
    neighbours = wall()
    patchy, cost = [], []
    for strength in (0, 0.1, 0.25, 0.5, 1):
        calm = smoothed(row, surface_of(linear), PALETTE.linear, neighbours, strength)
        patchy.append(patchiness(calm, neighbours))
        cost.append(difference(linear, PALETTE.linear[calm]).mean())
    assert patchy == sorted(patchy, reverse=True) and patchy[-1] < 0.2 * patchy[0]
    assert cost == sorted(cost)


@pytest.mark.parametrize("metric", METRICS)
def test_every_metric_calms_the_same_speckle_about_as_much(metric):
    linear, row = speckled(np.tile(between("Red", "Dark Red"), (len(X), 1)), metric=metric)
    neighbours = wall()
    calm = smoothed(row, surface_of(linear), PALETTE.linear, neighbours, 0.5, metric)
    assert patchiness(calm, neighbours) < 0.6 * patchiness(row, neighbours)


def test_little_input_and_bad_metrics():
    nothing = unit_neighbours(np.zeros((0, 3), np.int32), np.zeros(0, int))
    assert patchiness(np.zeros(0, int), nothing) == 0
    assert smoothed(np.zeros(0, int), surface_of(np.zeros((0, 3))), PALETTE.linear, nothing, 1.0).shape == (0,)
    lone = unit_neighbours(np.array([[6, 1, 1]], np.int32), np.array([3]))
    assert patchiness(np.array([4]), lone) == 0
    np.testing.assert_array_equal(smoothed(np.array([4]), surface_of(np.zeros((1, 3))), PALETTE.linear, lone, 1.0), [4])
    one_colour = smoothed(np.zeros(len(X), int), surface_of(np.zeros((len(X), 3))), PALETTE.linear[:1], wall(), 1.0)
    np.testing.assert_array_equal(one_colour, 0)
    with pytest.raises(BadSetting, match="hsv"):
        smoothed(np.zeros(len(X), int), surface_of(np.zeros((len(X), 3))), PALETTE.linear, wall(), 1.0, "hsv")


def pairs(seen, height):
    """Neighbours by rows: {(first, second): (contact, by_face)}."""
    found = unit_neighbours(np.array(seen), np.array(height))
    return {
        (int(a), int(b)): (pytest.approx(float(contact)), bool(face))
        for a, b, contact, face in zip(found.first, found.second, found.contact, found.by_face, strict=True)
    }


def test_neighbours_of_bricks_and_plates_by_hand():
    brick, beside, above, over_edge = (0, 0, 0), (0, 0, 1), (3, 0, 0), (3, 1, 0)
    assert pairs([brick, beside, above, over_edge], [3, 3, 3, 3]) == {
        (0, 1): (1.0, True),
        (0, 2): (1.0, True),
        (2, 3): (1.0, True),
        (0, 3): (0.5, False),
        (1, 2): (0.5, False),
    }
    plates = [(0, 0, 1), (1, 0, 1), (2, 0, 1), (3, 0, 1)]
    assert pairs([brick, *plates], [3, 1, 1, 1, 1]) == {
        **{(0, plate): (1 / 3, True) for plate in (1, 2, 3)},
        **{(plate, plate + 1): (1.0, True) for plate in (1, 2, 3)},
        (0, 4): (1 / 6, False),
    }
    assert pairs([(0, 0, 0), (0, 1, 1), (0, 5, 5), (1, 1, 2)], [1, 1, 1, 1]) == {
        (0, 1): (1 / 6, False),
        (1, 3): (1 / 6, False),
    }


def test_rows_do_not_wrap_around_the_grid():
    assert pairs([(0, 0, 9), (0, 1, 0), (1, 0, 0), (0, 9, 9)], [1, 1, 1, 1]) == {(1, 2): (1 / 6, False)}


def test_patchiness_of_stripes():
    neighbours = wall()
    sides = 2 * SIDE * (SIDE - 1)
    assert patchiness(np.zeros(len(X), int), neighbours) == 0
    assert patchiness(X, neighbours) == pytest.approx(0.5)
    assert patchiness((X + Y) % 2, neighbours) == 1
    assert patchiness(X < 20, neighbours) == pytest.approx(SIDE / sides)


def test_a_unit_of_several_cells_is_judged_by_all_of_them():
    """A brick half red and half white is as well off in either, though its mean colour is pink: it may join the red."""
    white, red = (NAMES.index(name) for name in ("White", "Red"))
    row = np.full(len(X), red)
    split = np.flatnonzero((X == 20) & (Y == 20))[0]
    row[split] = white
    unit = np.repeat(np.arange(len(X)), 2)
    of_cell = PALETTE.linear[np.full(len(unit), red)].copy()
    of_cell[2 * split] = PALETTE.linear[white]
    mean = np.stack([np.bincount(unit, of_cell[:, i]) / 2 for i in range(3)], axis=1)
    assert nearest_colours(mean[[split]], PALETTE.linear)[0] not in (white, red)
    shuffled = np.random.default_rng(0).permutation(len(unit))
    place = np.zeros((len(unit), 3), np.int32)
    surface = Surface(place, unit[shuffled], of_cell[shuffled], place[: len(X)], mean)
    calm = smoothed(row, surface, PALETTE.linear, wall(), 0.05)
    np.testing.assert_array_equal(calm, red)
