import csv
import re

import numpy as np
import pytest
from brickprint.core.catalogue.colours import Palette, load_colours
from brickprint.core.catalogue.parts import KINDS_OF_PARTS, PART_SETS, Part, load_parts, part_numbered
from brickprint.core.errors import BadSetting
from brickprint.core.layout import LAYOUT_DTYPE, extents, footprint_cells
from brickprint.core.structure.links import stud_links
from hypothesis import given
from hypothesis import strategies as st

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


# LDraw number, size along x and y in studs and height in plates, LDD, BrickLink, Rebrickable; cells with a stud and
# cells that take one, rows from the front parted by "/".
OTHERS = """
2357 2x2x3 2357 2357 2357 11/10 11/10
2420 2x2x1 2420 2420 2420 11/10 11/10
30145 2x2x9 30145 30145 30145 11/11 11/11
30144 4x2x9 30144 30144 30144 1111/1111 1111/1111
3070b 1x1x1 3070 3070b 3070b 0 1
3069b 2x1x1 3069 3069b 3069b 00 11
3068b 2x2x1 3068 3068b 3068b 00/00 11/11
26603 3x2x1 26603 26603 26603 000/000 111/111
3040b 1x2x3 3040 3040 3040b 0/1 1/1
3039 2x2x3 3039 3039 3039 00/11 11/11
3038 3x2x3 3038 3038 3038 000/111 111/111
3037 4x2x3 3037 3037 3037 0000/1111 1111/1111
4286 1x3x3 4286 4286 4286 0/0/1 1/1/1
3298 2x3x3 3298 3298 3298 00/00/11 11/11/11
3665a 1x2x3 3665 3665 3665 1/1 0/1
3660a 2x2x3 3660 3660 3660 11/11 00/11
54200 1x1x2 50746 54200 54200 0 1
85984 2x1x2 85984 85984 85984 00 11
11477 1x2x2 11477 11477 11477 0/0 1/0
6141 1x1x1 6141 4073 6141 1 1
98138 1x1x1 98138 98138 98138 0 1
"""


@pytest.mark.parametrize("line", OTHERS.split("\n")[1:-1])
def test_shapes_and_ids_of_the_other_parts(line):
    number, size, ldd, bricklink, rebrickable, studs, tubes = line.split()
    part = next(part for part in load_parts().parts if part.ldraw == number)
    assert (part.studs_x, part.studs_y, part.plates) == tuple(map(int, size.split("x")))
    assert (part.ldd, part.bricklink, part.rebrickable) == (ldd, bricklink, rebrickable)
    for of, expected in (("studs", studs), ("tubes", tubes)):
        found = "/".join("".join("01"[cell] for cell in row) for row in part.masks[of].astype(int))
        assert found == expected


def test_baseplates_have_studs_everywhere_and_no_room_below():
    plates = [part for part in load_parts().parts if part.kind == "baseplate"]
    assert [(part.ldraw, part.studs_x, part.studs_y) for part in plates] == [
        ("3867", 16, 16),
        ("3811", 32, 32),
        ("4186", 48, 48),
    ]
    for part in plates:
        assert part.masks["studs"].all() and not part.masks["tubes"].any()


def test_only_these_parts_have_other_numbers_elsewhere():
    parts = load_parts().parts
    renamed = {part.ldraw: part.ldd for part in parts if part.ldd != part.ldraw.rstrip("ab")}
    assert renamed == {"2456": "44237", "54200": "50746", "3867": "6098"}
    renamed = {part.ldraw: part.bricklink for part in parts if part.bricklink != part.ldraw}
    assert renamed == {"3040b": "3040", "3665a": "3665", "3660a": "3660", "6141": "4073"}


def test_no_number_means_two_parts():
    owner = {}
    for part in load_parts().parts:
        for number in {part.ldraw, part.ldd, part.bricklink, part.rebrickable}:
            assert owner.setdefault(number, part) is part
            assert part_numbered(number.upper()) is part


# How many designs each set has, and how many ways there are to place one (requirements 1.3 to 1.6).
@pytest.mark.parametrize(
    ("name", "designs", "placements"), [("basic-11", 11, 20), ("paper-12", 12, 24), ("brickformer-22", 11, 22)]
)
def test_part_sets_have_the_placements_of_their_sources(name, designs, placements):
    catalogue = load_parts(name)
    assert {part.kind for part in catalogue.parts} == {"brick"}
    assert len(catalogue.parts) == designs
    assert sum(len(catalogue.turns(row)) for row in range(designs)) == placements
    assert catalogue.packable(3) == tuple(range(designs)) and catalogue.packable(1) == ()


def test_the_support_set_has_two_parts_three_bricks_high():
    high = [part.name for part in load_parts("support-11").parts if part.plates == 9]
    assert high == ["Brick 2 x 2 x 3", "Brick 2 x 4 x 3"]
    assert len(load_parts("support-11").parts) == 11


def test_an_unknown_part_set_is_refused():
    with pytest.raises(BadSetting, match=r"lego-99.*all, basic-11"):
        load_parts("lego-99")


def test_any_cells_are_built_of_bricks_and_plates_only():
    catalogue = load_parts()
    assert len(catalogue.packable(3)) == 13
    assert len(catalogue.packable(1)) == 19
    assert {catalogue.parts[row].kind for row in (*catalogue.packable(3), *catalogue.packable(1))} == {"brick", "plate"}
    assert [catalogue.parts[row].ldraw for plates in (1, 2, 3) for row in catalogue.singles(plates)] == ["3024", "3005"]
    assert catalogue.has_single(1) and catalogue.has_single(3) and not catalogue.has_single(2)


def row_of(number):
    return next(row for row, part in enumerate(load_parts().parts) if part.ldraw == number)


def test_turns_go_counter_clockwise_seen_from_above():
    catalogue = load_parts()
    corner, slope, flat = row_of("2357"), row_of("3298"), row_of("3004")
    found = [catalogue.mask(corner, turn).astype(int).tolist() for turn in range(4)]
    assert found == [[[1, 1], [1, 0]], [[1, 1], [0, 1]], [[0, 1], [1, 1]], [[1, 0], [1, 1]]]
    found = [catalogue.mask(slope, turn, "studs").astype(int).tolist() for turn in range(4)]
    assert found == [
        [[0, 0], [0, 0], [1, 1]],
        [[1, 0, 0], [1, 0, 0]],
        [[1, 1], [0, 0], [0, 0]],
        [[0, 0, 1], [0, 0, 1]],
    ]
    assert catalogue.mask(flat, 1).shape == (2, 1)
    with pytest.raises(ValueError, match="read-only"):
        catalogue.mask(corner, 0)[0, 0] = False


@pytest.mark.parametrize(
    ("number", "turns"),
    [
        ("3003", (0,)),
        ("3867", (0,)),
        ("98138", (0,)),
        ("3001", (0, 1)),
        ("2431", (0, 1)),
        ("2420", (0, 1, 2, 3)),
        ("54200", (0, 1, 2, 3)),
        ("85984", (0, 1, 2, 3)),
        ("3660a", (0, 1, 2, 3)),
    ],
)
def test_a_part_has_as_many_turns_as_differ(number, turns):
    assert load_parts().turns(row_of(number)) == turns


PART = {"name": "", "kind": "brick", "grams": 1.0, "ldraw": "", "ldd": "", "bricklink": "", "rebrickable": ""}


@pytest.mark.parametrize("texts", [{"cells": "11"}, {"studs": "11/1"}, {"tubes": "11/1x"}, {"origin": "1 2"}])
def test_a_part_whose_texts_do_not_fit_is_refused(texts):
    with pytest.raises(ValueError):
        Part(studs_x=2, studs_y=2, plates=3, ldraw_colours=frozenset(), **PART | texts)


@given(st.lists(st.tuples(st.integers(0, len(load_parts().parts) - 1), st.integers(0, 3)), max_size=12))
def test_footprints_are_the_masks_moved_to_their_places(rows):
    catalogue = load_parts()
    layout = np.zeros(len(rows), LAYOUT_DTYPE)
    layout["part"], layout["turn"] = np.array(rows, int).reshape(-1, 2).T
    layout["x"], layout["y"] = np.arange(len(rows)) * 100 - 300, 7
    for of in ("cells", "studs", "tubes"):
        expected = [
            (i, layout["x"][i] + x, 7 + y)
            for i, (row, turn) in enumerate(rows)
            for y, x in np.argwhere(catalogue.mask(row, turn, of))
        ]
        assert list(zip(*footprint_cells(layout, catalogue, of), strict=True)) == expected
    shapes = [catalogue.mask(row, turn).shape for row, turn in rows]
    assert extents(layout, catalogue)[:, [1, 0]].tolist() == [list(shape) for shape in shapes]


# A lower part, an upper one 3 plates higher at x, y, and by how many studs they are joined.
@pytest.mark.parametrize(
    ("lower", "turn", "upper", "upper_turn", "x", "y", "studs"),
    [
        ("3003", 0, "3003", 0, 0, 0, 4),
        ("3003", 0, "3003", 0, 1, 1, 1),
        ("3003", 0, "3003", 0, 2, 0, 0),
        ("2357", 0, "3003", 0, 0, 0, 3),
        ("2357", 0, "3005", 0, 1, 1, 0),  # over the corner's gap
        ("2357", 2, "2357", 0, 0, 0, 2),
        ("3039", 0, "3003", 0, 0, 0, 2),  # two cells are the slope's side
        ("3039", 1, "3003", 0, -1, 0, 2),
        ("3039", 3, "3003", 0, -1, 0, 0),
        ("3003", 0, "3660a", 0, 0, 0, 2),  # the other half hangs over
        ("3003", 0, "3660a", 2, 0, 1, 2),
        ("3003", 0, "3660a", 0, 0, 1, 0),
        ("3003", 0, "3068b", 0, 0, 0, 4),
        ("3003", 0, "11477", 0, 0, 0, 1),
        ("3003", 0, "3867", 0, 0, 0, 0),
    ],
)
def test_parts_are_joined_where_studs_meet_room_for_them(lower, turn, upper, upper_turn, x, y, studs):
    catalogue = load_parts()
    layout = np.zeros(2, LAYOUT_DTYPE)
    layout[["part", "turn"]] = [(row_of(lower), turn), (row_of(upper), upper_turn)]
    layout["x"][1], layout["y"][1], layout["z"][1] = x, y, 3
    links = stud_links(layout, catalogue)
    assert links.studs.sum() == studs
    assert links.components == (1 if studs else 2)
    assert links.floating.tolist() == [False, not studs]


def test_nothing_holds_on_a_tile():
    layout = np.zeros(2, LAYOUT_DTYPE)
    layout["part"], layout["z"] = (row_of("3068b"), row_of("3003")), (0, 1)
    assert stud_links(layout, load_parts()).floating.tolist() == [False, True]


@pytest.mark.parametrize("name", PART_SETS)
def test_long_side_along_x_but_for_slopes_and_weight_grows_with_size(name):
    catalogue = load_parts(name)
    level = ["slope" not in part.kind for part in catalogue.parts]
    assert (catalogue.sizes[level, 0] >= catalogue.sizes[level, 1]).all()
    look = [(part.kind, part.studs_x, part.studs_y, part.plates, part.cells) for part in catalogue.parts]
    assert len(set(look)) == len(look)
    area = np.array([np.count_nonzero(part.masks["cells"]) for part in catalogue.parts])
    per_cell = catalogue.grams / (area * catalogue.sizes[:, 2])
    assert ((per_cell > 0.07) & (per_cell < 0.21)).all()


def test_the_kinds_of_parts():
    assert {part.kind for part in load_parts().parts} == set(KINDS_OF_PARTS)


def test_parts_are_made_in_known_solid_colours():
    known = {colour.ldraw for colour in load_colours()}
    for part in load_parts().parts:
        assert part.ldraw_colours <= known
        if part.kind in ("brick", "plate"):
            assert {0, 4, 15, 71} <= part.ldraw_colours  # black, red, white and grey exist in every size
    assert 10 not in next(part for part in load_parts().parts if part.ldraw == "3021").ldraw_colours


def test_made_in_is_the_table_by_palette(pick_a_brick):
    catalogue = load_parts()
    made = catalogue.made_in(pick_a_brick)
    assert made.shape == (60, 29)
    assert made.dtype == bool
    for row, part in enumerate(catalogue.parts):
        assert made[row].sum() == sum(colour.ldraw in part.ldraw_colours for colour in pick_a_brick.colours)
    names = [colour.lego_name for colour in pick_a_brick.colours]
    two_by_four = [part.ldraw for part in catalogue.parts].index("3001")
    assert [names[i] for i in np.flatnonzero(~made[two_by_four])] == ["Bright Reddish Violet"]


def test_every_part_is_drawn_by_ldraw(shared_data):
    for part in load_parts().parts:
        if part.kind == "support":
            continue  # not among the data
        title = (shared_data / "ldraw" / "parts" / f"{part.ldraw}.dat").read_text(encoding="utf-8").split("\n", 1)[0]
        assert " ".join(title.split()).startswith(f"0 {part.name}")


def test_colours_made_are_those_of_rebrickables_elements(shared_data):
    solid = {str(colour.rebrickable): colour.ldraw for colour in load_colours()}
    made = {part.rebrickable: set() for part in load_parts().parts}
    with (shared_data / "palettes" / "rebrickable_elements_min.csv").open(encoding="utf-8") as table:
        for row in csv.DictReader(table):
            if row["part_num"] in made and row["color_id"] in solid:
                made[row["part_num"]].add(solid[row["color_id"]])
    assert made == {part.rebrickable: part.ldraw_colours for part in load_parts().parts}
