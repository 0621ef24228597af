"""The five energies of a layer: the worked examples of requirements.md rows 6.12 to 6.20 and its section 14."""

import numpy as np
import pytest
from brickprint.core.catalogue.parts import load_parts
from brickprint.core.layout import LAYOUT_DTYPE
from brickprint.core.structure.energies import gauss_normalised, layer_energies, model_energies, total_energy
from hypothesis import given, settings
from hypothesis import strategies as st

CATALOGUE = load_parts("all")
CORNER = next(row for row, part in enumerate(CATALOGUE.parts) if part.name == "Brick 2 x 2 Corner")

# Row, column, height and width of bricks in 5 x 9 cells whose rows are 7, 9, 9, 9 and 7 wide.
RAGGED = [
    (0, 1, 1, 3), (0, 4, 1, 1), (0, 5, 1, 3), (1, 0, 3, 1), (1, 1, 3, 2), (1, 3, 2, 6), (3, 3, 1, 6), (4, 1, 1, 4),
    (4, 5, 1, 3),
]  # fmt: skip
MIRRORED = [
    (0, 1, 1, 4), (0, 5, 1, 3), (1, 0, 1, 8), (2, 0, 1, 8), (3, 0, 1, 8), (1, 8, 3, 1), (4, 1, 1, 4), (4, 5, 1, 3),
]  # fmt: skip


def bricks(rectangles, z=3, colour=0):
    """Layout rows of (y, x, deep, wide) in one layer."""
    rows = np.zeros(len(rectangles), LAYOUT_DTYPE)
    for row, (y, x, deep, wide) in zip(rows, rectangles, strict=True):
        size = (max(deep, wide), min(deep, wide), 3)
        parts = CATALOGUE.parts
        row["part"] = next(i for i in CATALOGUE.packable(3) if (parts[i].studs_x, parts[i].studs_y, 3) == size)
        row["turn"] = deep > wide
        row["x"], row["y"], row["z"], row["colour"] = x, y, z, colour
    return rows


def energies(*, layer, above=(), below=(), ground=0):
    """The energies of one layer of bricks between others."""
    parts = [bricks(layer), bricks(above, 6), bricks(below, 0)]
    number = np.repeat([0, -1, -1], [len(rows) for rows in parts])
    return layer_energies(np.concatenate(parts), CATALOGUE, number, ground)[0]


def test_a_2x8_under_six_studs_and_on_three_lacks_23_sixteenths_of_its_hold():
    # 6 cells above: 2 x 3; 3 below: 1 x 3
    held = energies(layer=[(0, 0, 2, 8)], above=[(0, 1, 2, 3)], below=[(1, 4, 1, 3)])
    assert held["vertical"] == pytest.approx(23 / 16)


def test_four_studs_above_and_one_below_make_43_twenty_fourths():
    # The 2 x 3 above covers the end of the brick and two cells of the ring, the other one two more.
    held = energies(layer=[(2, 2, 2, 8)], above=[(2, 9, 2, 2), (2, 1, 2, 2)], below=[(2, 10, 1, 1), (3, 9, 1, 2)])
    assert held["horizontal"] == pytest.approx(43 / 24)


def test_a_part_beside_the_brick_holds_nothing():
    alone = energies(layer=[(2, 2, 2, 8)])
    assert alone["vertical"] == alone["horizontal"] == 2
    beside = energies(layer=[(2, 2, 2, 8)], above=[(2, 10, 2, 2)], below=[(0, 2, 2, 8)])
    assert beside == alone


def test_the_ground_is_full_support():
    standing = energies(layer=[(0, 0, 1, 2)], ground=3)
    assert standing["vertical"] == standing["horizontal"] == 1


def test_two_diagonal_pairs_among_ten_singles_are_four_tenths():
    pairs = [(0, 0, 1, 1), (1, 1, 1, 1), (0, 6, 1, 1), (1, 5, 1, 1)]
    others = [(4, 0, 1, 1), (4, 1, 1, 1), (4, 4, 1, 1), (6, 4, 1, 1), (8, 0, 1, 1), (8, 4, 1, 1)]
    assert energies(layer=[*pairs, *others, (10, 0, 2, 4)])["units"] == pytest.approx(4 / 10)
    assert energies(layer=[(0, 0, 1, 2), (1, 2, 1, 2)])["units"] == 0


def test_singles_of_other_layers_are_no_pair():
    rows = np.concatenate([bricks([(0, 0, 1, 1)], 0), bricks([(1, 1, 1, 1)], 3)])
    assert (layer_energies(rows, CATALOGUE, np.array([0, 1]))["units"] == 0).all()


def test_symmetry_of_the_ragged_layers():
    ragged, mirrored = energies(layer=RAGGED), energies(layer=MIRRORED)
    assert ragged["symmetry"] == pytest.approx(5 / 9)  # about x; 6/9 about y
    assert mirrored["symmetry"] == 0


def test_symmetry_takes_the_better_axis_whichever_it_is():
    turned = [(x, y, wide, deep) for y, x, deep, wide in RAGGED]
    assert energies(layer=turned)["symmetry"] == pytest.approx(5 / 9)


def test_mirror_partners_have_one_colour():
    pair = bricks([(0, 0, 1, 2), (0, 4, 1, 2), (2, 0, 1, 1)])
    assert layer_energies(pair, CATALOGUE, np.zeros(3, int))["symmetry"][0] == pytest.approx(1 / 3)
    pair["colour"] = 0, 1, 0
    assert layer_energies(pair, CATALOGUE, np.zeros(3, int))["symmetry"][0] == 1


def test_corner_bricks_are_partners_if_one_mirrors_the_other():
    pair = np.zeros(2, LAYOUT_DTYPE)
    pair["part"], pair["x"] = CORNER, (0, 4)
    masks = [CATALOGUE.mask(CORNER, turn) for turn in range(4)]
    mirror = next(turn for turn in range(4) if (masks[turn] == np.fliplr(masks[0])).all())
    upside = next(turn for turn in range(4) if (masks[turn] == np.flipud(np.fliplr(masks[0]))).all())
    pair["turn"], pair["y"] = (0, mirror), (0, 0)
    assert layer_energies(pair, CATALOGUE, np.zeros(2, int))["symmetry"][0] == 0
    pair["turn"], pair["y"] = (0, upside), (0, 5)
    assert layer_energies(pair, CATALOGUE, np.zeros(2, int))["symmetry"][0] == 1


@pytest.mark.parametrize(
    ("layer", "waste"),
    [
        ([(0, x, 1, 1) for x in range(8)], 15 / 15),
        ([(0, 2 * x, 1, 2) for x in range(4)], 14 / 15),
        ([(0, 0, 1, 4), (0, 4, 1, 4)], 12 / 15),
        ([(0, 0, 2, 4)], 8 / 15),
        # 13 bricks of 56 cells, and 12 of 58
        ([(3 * i, 0, 2, 2) for i in range(12)] + [(0, 9, 2, 4)], 152 / 195),
        ([(3 * i, 0, 2, 2) for i in range(10)] + [(0, 9, 2, 6), (3, 9, 2, 3)], 134 / 180),
    ],
)
def test_efficiency(layer, waste):
    assert energies(layer=layer)["efficiency"] == pytest.approx(waste)


def test_gauss_normalisation():
    values = np.array([-30.0, -3, 0, 1.5, 3, 30])
    assert gauss_normalised(values, 0.0, 1.0).tolist() == [0, 0, 0.5, 0.75, 1, 1]
    assert gauss_normalised(values, 4.0, 0.0).tolist() == [0.5] * 6


def test_totals_weigh_stability_symmetry_and_efficiency():
    found = energies(layer=RAGGED)[None]
    stable, lopsided, waste = 4.0, 5 / 9, found["efficiency"][0]
    assert total_energy(found)[0] == pytest.approx(stable + lopsided + waste)
    assert total_energy(found, "stable")[0] == pytest.approx(10 * stable + lopsided + waste)
    assert total_energy(found, "symmetric")[0] == pytest.approx(stable + 10 * lopsided + waste)
    assert total_energy(found, "efficient")[0] == pytest.approx(stable + lopsided + 10 * waste)


def test_a_model_has_the_mean_over_its_parts():
    rows = np.concatenate([bricks([(0, 0, 2, 4)], 0), bricks([(0, 0, 2, 2), (0, 2, 2, 2)], 3)])
    found = model_energies(rows, CATALOGUE)
    # The lower brick is covered on both sides; the two upper ones lack only what would be above.
    assert found["vertical"] == pytest.approx(2 / 3)
    assert found["horizontal"] == pytest.approx((1 + 2 * (2 - 2 / 24)) / 3)
    assert found["symmetry"] == 0
    assert found["efficiency"] == pytest.approx((8 + 12 + 12) / 45)
    assert found["total_even"] == pytest.approx(sum(found[name] for name in ("vertical", "horizontal", "efficiency")))


def test_a_brick_among_plates_meets_each_at_its_height():
    plate = next(i for i in CATALOGUE.packable(1) if CATALOGUE.parts[i].name == "Plate 2 x 2")
    rows = np.concatenate([bricks([(0, 0, 2, 2)], 0), bricks([(0, 2, 2, 2)], 0), bricks([(0, 0, 2, 4)], 4)])
    rows = np.append(rows, rows[:1])
    rows["part"][-1], rows["z"][-1] = plate, 3
    held = layer_energies(rows, CATALOGUE, np.array([-1, -1, 0, -1]))
    assert held["vertical"][0] == pytest.approx(1 + 4 / 8)


@settings(max_examples=40)
@given(seed=st.integers(0, 10_000), dx=st.integers(-50, 50), dy=st.integers(-50, 50))
def test_energies_do_not_depend_on_where_a_model_lies(seed, dx, dy):
    rng = np.random.default_rng(seed)
    layers = [bricks([(2 * y, 4 * x, 2, rng.integers(1, 5)) for x in range(3) for y in range(2)], z) for z in (0, 3)]
    rows = np.concatenate(layers)
    moved = rows.copy()
    moved["x"] += dx
    moved["y"] += dy
    found = model_energies(rows, CATALOGUE)
    assert found == pytest.approx(model_energies(moved, CATALOGUE))
    assert 0 <= found["vertical"] <= 2 and 0 <= found["horizontal"] <= 2


def test_nothing_has_no_energy():
    assert layer_energies(np.zeros(0, LAYOUT_DTYPE), CATALOGUE, np.zeros(0, int)).size == 0
    assert set(model_energies(np.zeros(0, LAYOUT_DTYPE), CATALOGUE).values()) == {0.0}
