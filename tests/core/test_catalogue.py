import csv
import re

import numpy as np
import pytest
from brickprint.core.catalogue.colours import Palette, load_colours
from brickprint.core.catalogue.parts import PART_SETS, load_parts
from brickprint.core.errors import BadSetting

# LEGO's name, and the numbers of LDraw, LEGO, BrickLink and Rebrickable, and LDraw's RGB.
PICK_A_BRICK = """
Black 0 26 11 0 #1B2A34
Brick Yellow 19 5 2 19 #B0A06F
Bright Blue 1 23 7 1 #1E5AA8
Bright Green 10 37 36 10 #58AB41
Bright Orange 25 106 4 25 #D67923
Bright Purple 5 221 47 5 #D3359D
Bright Red 4 21 5 4 #B40000
Bright Reddish Violet 26 124 71 26 #901F76
Bright Yellow 14 24 3 14 #FAC80A
Bright Yellowish Green 27 119 34 27 #A5CA18
Cool Yellow 226 226 103 226 #FFEC6C
Dark Brown 308 308 120 308 #352100
Dark Green 2 28 6 2 #00852B
Dark Orange 484 38 68 484 #91501C
Dark Stone Grey 72 199 85 72 #646464
Earth Blue 272 140 63 272 #19325A
Earth Green 288 141 80 288 #00451A
Flame Yellowish Orange 191 191 110 191 #FCAC00
Light Purple 29 222 104 29 #FF9ECD
Medium Azur 322 322 156 322 #68C3E2
Medium Blue 73 102 42 73 #7396C8
Medium Lilac 85 268 89 85 #441A91
Medium Stone Grey 71 194 86 71 #969696
Olive Green 330 330 155 326 #77774E
Reddish Brown 70 192 88 70 #5F3109
Sand Green 378 151 48 378 #708E7C
Sand Yellow 28 138 69 28 #897D62
Spring Yellowish Green 326 326 158 158 #E2F99A
White 15 1 1 15 #F4F4F4
"""

# Size, LDraw number and grams of brick and plate; in how many of the 29 colours the brick was made.
SIZES = """
1x1 3005 0.44 3024 0.20 29
1x2 3004 0.80 3023 0.36 29
1x3 3622 1.24 3623 0.53 28
1x4 3010 1.64 3710 0.71 28
1x6 3009 2.42 3666 1.06 28
1x8 3008 3.21 3460 1.36 23
2x2 3003 1.35 3022 0.64 28
2x3 3002 1.92 3021 0.93 26
2x4 3001 2.32 3020 1.20 28
2x6 2456 3.74 3795 1.74 27
2x8 3007 4.75 3034 2.27 21
"""

# What those bricks were never made in.
NEVER_MADE = {
    "3622": {"Dark Brown"},
    "3010": {"Dark Brown"},
    "3009": {"Dark Brown"},
    "3003": {"Olive Green"},
    "3002": {"Cool Yellow", "Dark Brown", "Medium Azur"},
    "3001": {"Bright Reddish Violet"},
    "2456": {"Bright Purple", "Bright Reddish Violet"},
}


@pytest.fixture
def pick_a_brick():
    return Palette("29", tuple(colour for colour in load_colours() if colour.pick_a_brick))


def test_29_pick_a_brick_colours(pick_a_brick):
    expected = {tuple(line.rsplit(maxsplit=5)) for line in PICK_A_BRICK.split("\n") if line}
    found = {
        (c.lego_name, str(c.ldraw), str(c.lego), str(c.bricklink), str(c.rebrickable), c.hex)
        for c in pick_a_brick.colours
    }
    assert found == expected


def test_colours_are_told_apart_by_name_number_and_rgb():
    colours = load_colours()
    assert len({c.ldraw for c in colours}) == len({c.name.lower() for c in colours}) == len(colours)
    assert len({c.rebrickable for c in colours}) == len({c.hex for c in colours}) == len(colours)
    for colour in colours:
        assert re.fullmatch("#[0-9A-F]{6}", colour.hex)
        assert "_" not in colour.name
        assert 1940 < colour.first_year <= colour.last_year


def test_no_colour_stands_for_something_else():
    names = {colour.name for colour in load_colours()}
    assert not {"Main Colour", "Edge Colour"} & names
    assert {"Light Bluish Grey", "Sand Blue", "Coral"} <= names


def test_colours_agree_with_the_crosswalk(shared_data):
    with (shared_data / "palettes" / "colour_crosswalk.csv").open(encoding="utf-8") as table:
        rows = [row for row in csv.DictReader(table) if row["finish"] == "SOLID" and row["rebrickable"]]
    expected = {(r["ldraw"], r["ldraw_name"].replace("_", " "), r["hex_ldraw"], r["rebrickable"]) for r in rows}
    assert expected == {(str(c.ldraw), c.name, c.hex, str(c.rebrickable)) for c in load_colours()}


def test_palette_as_srgb_linear_and_lab():
    palette = Palette("two", tuple(c for c in load_colours() if c.name in {"Black", "White"}))
    np.testing.assert_allclose(palette.srgb * 255, [[0x1B, 0x2A, 0x34], [0xF4, 0xF4, 0xF4]])
    np.testing.assert_allclose(palette.linear[1], [0.90466] * 3, atol=1e-5)
    np.testing.assert_allclose(palette.lab[1], [96.19, 0, 0], atol=0.01)
    np.testing.assert_array_equal(palette.ldraw_codes, [0, 15])


@pytest.mark.parametrize("line", SIZES.split("\n")[1:-1])
def test_ids_weights_and_colours_of_the_common_sizes(line, pick_a_brick):
    size, brick, brick_grams, plate, plate_grams, colours = line.split()
    deep, wide = map(int, size.split("x"))
    parts = {part.ldraw: part for part in load_parts().parts}
    for number, grams, kind, plates in ((brick, brick_grams, "brick", 3), (plate, plate_grams, "plate", 1)):
        part = parts[number]
        assert (part.studs_x, part.studs_y, part.plates, part.kind) == (wide, deep, plates, kind)
        assert part.grams == float(grams)
        assert part.name == f"{kind.title()} {deep} x {wide}"
        assert part.bricklink == part.rebrickable == number
    never = {c.lego_name for c in pick_a_brick.colours if c.ldraw not in parts[brick].ldraw_colours}
    assert len(never) == 29 - int(colours)
    assert never == NEVER_MADE.get(brick, never)


def test_the_2x6_brick_has_its_own_number_in_ldd():
    renamed = {part.ldraw: part.ldd for part in load_parts().parts if part.ldd != part.ldraw}
    assert renamed == {"2456": "44237"}


def test_part_sets():
    assert len(load_parts().parts) == 12 + 18
    assert len(load_parts("basic-11").parts) == 11
    assert {part.kind for part in load_parts("basic-11").parts} == {"brick"}
    sizes = load_parts("basic-11").sizes
    assert (sizes[:, 0] == sizes[:, 1]).sum() * 1 + (sizes[:, 0] != sizes[:, 1]).sum() * 2 == 20
    with pytest.raises(BadSetting, match=r"lego-99.*all, basic-11"):
        load_parts("lego-99")


@pytest.mark.parametrize("name", PART_SETS)
def test_long_side_along_x_and_weight_grows_with_size(name):
    catalogue = load_parts(name)
    assert (catalogue.sizes[:, 0] >= catalogue.sizes[:, 1]).all()
    assert len(np.unique(catalogue.sizes, axis=0)) == len(catalogue.parts)
    per_cell = catalogue.grams / catalogue.sizes.prod(axis=1)
    assert ((per_cell > 0.08) & (per_cell < 0.21)).all()


def test_parts_are_made_in_known_solid_colours():
    known = {colour.ldraw for colour in load_colours()}
    for part in load_parts().parts:
        assert part.ldraw_colours <= known
        assert {0, 4, 15, 71} <= part.ldraw_colours  # black, red, white and grey exist in every size
    assert 10 not in next(part for part in load_parts().parts if part.ldraw == "3021").ldraw_colours


def test_made_in_is_the_table_by_palette(pick_a_brick):
    catalogue = load_parts()
    made = catalogue.made_in(pick_a_brick)
    assert made.shape == (30, 29)
    assert made.dtype == bool
    for row, part in enumerate(catalogue.parts):
        assert made[row].sum() == sum(colour.ldraw in part.ldraw_colours for colour in pick_a_brick.colours)
    names = [colour.lego_name for colour in pick_a_brick.colours]
    two_by_four = [part.ldraw for part in catalogue.parts].index("3001")
    assert [names[i] for i in np.flatnonzero(~made[two_by_four])] == ["Bright Reddish Violet"]


def test_every_part_is_drawn_by_ldraw(shared_data):
    for part in load_parts().parts:
        title = (shared_data / "ldraw" / "parts" / f"{part.ldraw}.dat").read_text(encoding="utf-8").split("\n", 1)[0]
        assert " ".join(title.split()) == f"0 {part.name}"
