import re
from functools import cache

import numpy as np
import pytest
from brickprint.core.errors import BrickprintError, CannotRead, TooLarge
from brickprint.core.export.ldraw import ldraw_text
from brickprint.core.export.ldraw_reading import placed_parts, turns_of
from brickprint.core.layout import extents
from hypothesis import given
from hypothesis import strategies as st
from random_plans import CATALOGUE, PALETTE, buildable_plans, plan_of, plans
from reading import imported

IDENTITY = "1 0 0 0 1 0 0 0 1"
TURNED = "0 0 -1 0 1 0 1 0 0"
ROW_OF = {part.ldraw: row for row, part in enumerate(CATALOGUE.parts)}
RED = [colour.ldraw for colour in PALETTE.colours].index(4)


def part(number, x, y, z, turn=0, colour=RED, step=0):
    return (ROW_OF[number], x, y, z, turn, colour, 0, 0, step)


def part_lines(text):
    return [line for line in text.split("\n") if line.startswith("1 ")]


@pytest.mark.parametrize(
    ("row", "line"),
    [
        (part("3001", 0, 0, 0), f"1 4 40 -24 20 {IDENTITY} 3001.dat"),
        (part("3001", 4, 0, 0, turn=1), f"1 4 100 -24 40 {TURNED} 3001.dat"),
        (part("3008", 0, 0, 6, turn=1), f"1 4 10 -72 80 {TURNED} 3008.dat"),
        (part("3005", 0, 0, 0), f"1 4 10 -24 10 {IDENTITY} 3005.dat"),
        (part("3024", 2, 3, 4), f"1 4 50 -40 70 {IDENTITY} 3024.dat"),
        (part("3710", -4, -1, 0, turn=2), "1 4 -40 -8 -10 -1 0 0 0 1 0 0 0 -1 3710.dat"),
        (part("2357", 0, 0, 0), f"1 4 10 -24 10 {IDENTITY} 2357.dat"),
        (part("2357", 0, 0, 0, turn=1), f"1 4 30 -24 10 {TURNED} 2357.dat"),
        (part("3040b", 0, 0, 0), f"1 4 10 -24 30 {IDENTITY} 3040b.dat"),
        (part("3040b", 0, 0, 0, turn=1), f"1 4 10 -24 10 {TURNED} 3040b.dat"),
        (part("4286", 0, 0, 0, turn=2), "1 4 10 -24 10 -1 0 0 0 1 0 0 0 -1 4286.dat"),
        (part("3660a", 0, 0, 0, turn=3), "1 4 30 -24 20 0 0 1 0 1 0 -1 0 0 3660a.dat"),
        (part("54200", 1, 0, 3), f"1 4 30 -24 10 {IDENTITY} 54200.dat"),
        (part("11477", 0, 0, 3, turn=1), f"1 4 20 -24 10 {TURNED} 11477.dat"),
        (part("3867", 0, 0, -1), f"1 4 160 0 160 {IDENTITY} 3867.dat"),
        (part("3710", 0, 0, 0, turn=3), "1 4 10 -8 40 0 0 1 0 1 0 -1 0 0 3710.dat"),
    ],
)
def test_worked_examples(row, line):
    assert part_lines(ldraw_text(plan_of([row]))) == [line]


def test_the_whole_file():
    rows = [part("3001", 0, 0, 3, step=1), part("3001", 0, 0, 0), part("3001", 4, 0, 0)]
    assert ldraw_text(plan_of(rows, "Two/layers")) == (
        "0 Brick model: Two/layers\n"
        "0 Name: Two_layers.ldr\n"
        "0 Author: Brickprint\n"
        "0 !LDRAW_ORG Model\n"
        f"1 4 40 -24 20 {IDENTITY} 3001.dat\n"
        f"1 4 120 -24 20 {IDENTITY} 3001.dat\n"
        "0 STEP\n"
        f"1 4 40 -48 20 {IDENTITY} 3001.dat\n"
        "0 STEP\n"
    )


def test_colours_are_ldraws():
    olive = [colour.name for colour in PALETTE.colours].index("Olive Green")
    assert part_lines(ldraw_text(plan_of([part("3005", 0, 0, 0, colour=olive)])))[0].split()[1] == "330"


def test_an_empty_plan_is_a_header():
    text = ldraw_text(plan_of([]))
    assert text.endswith("0 !LDRAW_ORG Model\n")
    assert len(placed_parts(text).rows) == 0


@given(buildable_plans())
def test_what_is_written_reads_back_to_the_same_layout(plan):
    found = imported(ldraw_text(plan)).layout
    layout = plan.layout[np.argsort(plan.layout["step"], kind="stable")]
    layout["step"] = np.unique(layout["step"], return_inverse=True)[1]
    layout["role"] = layout["section"] = 0  # LDraw has no word for them
    np.testing.assert_array_equal(found, layout)


@pytest.mark.parametrize("turn", range(4))
@pytest.mark.parametrize("row", range(len(CATALOGUE.parts)), ids=[part.name for part in CATALOGUE.parts])
def test_every_part_reads_back_in_every_turn(row, turn):
    plan = plan_of([(row, 3, -2, 5, turn, RED, 0, 0, 0)])
    np.testing.assert_array_equal(imported(ldraw_text(plan)).layout, plan.layout)


@given(plans())
def test_the_lines_are_whole_numbers_and_steps_end_with_step(plan):
    lines = ldraw_text(plan).split("\n")
    assert lines[-1] == ""
    used = len(np.unique(plan.layout["step"]))
    assert lines.count("0 STEP") == used
    assert len(lines) == 4 + len(plan.layout) + used + 1
    assert all(re.fullmatch(r"0 STEP|1 \d+( -?\d+){12} \w+\.dat", line) for line in lines[4:-1])
    assert not used or lines[-2] == "0 STEP"


@pytest.mark.parametrize("name", ["STEP", "two\nlines\r\n0 STEP", "\x85\u2028STEP", "", "FILE x.ldr", "\ud800"])
def test_a_name_never_becomes_a_command(name):
    text = ldraw_text(plan_of([part("3005", 0, 0, 0)], name))
    lines = text.splitlines()
    assert len(lines) == 6
    assert [line for line in lines if line.split()[1:2] in (["STEP"], ["FILE"])] == ["0 STEP"]
    text.encode()


def test_reading_skips_remarks_and_blank_lines():
    sub_model = f"  1 16 0 -24 1e1 {IDENTITY}  Sub Model.LDR "
    tile = f"1 4 0 0 0.5 {TURNED} 3070B.DAT"
    text = "\r\n".join(["\ufeff0 Title", "", "0 // remark\u2028and more", sub_model, "0 STEP", tile])
    found = placed_parts(text).rows
    assert found["part"].tolist() == ["sub model.ldr", "3070b"]
    assert found["place"].tolist() == [[0, -24, 10], [0, 0, 0.5]]
    assert found["step"].tolist() == turns_of(found["matrix"]).tolist() == [0, 1]
    assert found["colour"].tolist() == [16, 4]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("1 4 40 -24 20 1 0 0 0 1 0 0 0 1", "damaged"),
        ("1 4 40 -24", "damaged"),
        ("1 red 40 -24 20 1 0 0 0 1 0 0 0 1 3001.dat", "damaged"),
        ("1 4 40 high 20 1 0 0 0 1 0 0 0 1 3001.dat", "damaged"),
        ("1 99999999999 40 -24 20 1 0 0 0 1 0 0 0 1 3001.dat", "out of range"),
        ("1 4 nan -24 20 1 0 0 0 1 0 0 0 1 3001.dat", "out of range"),
        ("2 24 0 0 0 1 1 1", "not a part"),
        ("<html>", "not a part"),
    ],
)
def test_what_cannot_be_read_is_named_by_line(line, reason):
    (found,) = placed_parts(f"0 Title\n{line}\n").skipped
    assert found.line == 2 and reason in found.why and found.words.strip() == line


@pytest.mark.parametrize("matrix", ["1 0 0 0 0 -1 0 1 0", "2 0 0 0 1 0 0 0 1"])
def test_what_is_not_turned_by_quarters_is_no_part_of_the_layout(matrix):
    plan = imported(f"1 4 40 -24 20 {matrix} 3001.dat\n1 4 10 -24 10 {IDENTITY} 3005.dat")
    assert [CATALOGUE.parts[row].ldraw for row in plan.layout["part"]] == ["3005"]


@given(st.text() | st.lists(st.sampled_from([*"01234 \n.-x", "1 4 0 0 0 ", IDENTITY, "0 STEP"])).map("".join))
def test_any_text_is_read_or_refused(text):
    try:
        imported(text)
    except BrickprintError as error:
        assert "model" in str(error)


def test_models_of_others_are_read_or_refused(shared_data):
    for path in sorted((shared_data / "ldraw" / "models").iterdir()):
        text = path.read_text(encoding="utf-8", errors="replace")
        found = placed_parts(text)
        if "0 FILE" not in text and not found.skipped:
            assert len(found.rows) == len(part_lines(text.replace("\r", "")))


TURNS = (IDENTITY, TURNED, "-1 0 0 0 1 0 0 0 -1", "0 0 1 0 1 0 -1 0 0")


def files(**texts):
    """Several files in one; the first is the main one."""
    return "".join(f"0 FILE {name}.ldr\n{text}\n0 NOFILE\n" for name, text in texts.items())


@given(buildable_plans(), st.integers(0, 3), st.tuples(*[st.integers(-99, 99)] * 3))
def test_sub_models_are_turned_and_moved_with_all_in_them(plan, turn, moved):
    x, y, z = moved
    across, along = [(x, z), (z, -x), (-x, -z), (-z, x)][turn]  # turned back
    there = f"1 16 {20 * x} {8 * y} {20 * z} {TURNS[turn]} Inner.ldr"
    back = f"1 16 {-20 * across} {-8 * y} {-20 * along} {TURNS[-turn % 4]} outer.LDR"
    found = imported(files(main=back, outer=there, inner=ldraw_text(plan))).layout
    flat = imported(ldraw_text(plan)).layout
    flat["step"] = 0  # they come as one
    np.testing.assert_array_equal(found, flat)


def test_sub_models_keep_the_order_and_inherit_colour_and_step():
    inner = f"1 16 0 0 0 {IDENTITY} 3005.dat\n0 STEP\n1 2 0 -24 0 {IDENTITY} 3004.dat"
    main = f"1 14 0 0 0 {IDENTITY} 3001.dat\n0 STEP\n1 4 0 -8 0 {TURNED} in ner.ldr\n1 1 0 0 0 {IDENTITY} 3003.dat"
    text = files(main=main, **{"In Ner": inner, "unused": f"1 4 0 0 0 {IDENTITY} 3009.dat"})
    found = placed_parts(text).rows
    assert found["part"].tolist() == ["3001", "3005", "3004", "3003"]
    assert found["colour"].tolist() == [14, 4, 2, 1]
    assert found["step"].tolist() == [0, 1, 1, 1]
    assert turns_of(found["matrix"]).tolist() == [0, 1, 1, 0]
    assert found["place"][:, 1].tolist() == [0, -8, -32, 0]


def test_models_within_themselves_are_refused():
    inner, outer = (f"1 16 0 0 0 {IDENTITY} {name}.ldr" for name in ("inner", "main"))
    with pytest.raises(CannotRead, match=r"contain each other.*(inner|main)\.ldr"):
        placed_parts(files(main=inner, inner=outer))


def test_models_multiplied_beyond_measure_are_refused():
    levels = {f"m{level}": "\n".join([f"1 16 0 0 0 {IDENTITY} m{level + 1}.ldr"] * 10) for level in range(30)}
    with pytest.raises(TooLarge, match="parts"):
        placed_parts(files(**levels, m30=f"1 4 0 0 0 {IDENTITY} 3001.dat"))


@cache
def drawn_points(folder, file):
    """(N, 3) corners of everything an LDraw file draws, with its sub-files."""
    places = [folder / "parts" / file, folder / "p" / file]
    points = [np.zeros((0, 3))]
    for line in next(path for path in places if path.exists()).read_text(encoding="utf-8").splitlines():
        words = line.split()
        if words[:1] == ["1"]:
            numbers = np.array(words[2:14], float)
            inner = drawn_points(folder, words[14].lower().replace("\\", "/"))
            points.append(inner @ numbers[3:].reshape(3, 3).T + numbers[:3])
        elif words[:1] in (["3"], ["4"]):
            points.append(np.array(words[2:], float).reshape(-1, 3))
    return np.unique(np.concatenate(points), axis=0)


@pytest.mark.parametrize("turn", range(4))
def test_ldraws_own_parts_fill_exactly_their_cells(shared_data, turn):
    drawn = [row for row, part in enumerate(CATALOGUE.parts) if part.kind != "support"]  # those are not in the data
    plan = plan_of([(row, 3 * row, -7, 5, turn, RED, 0, 0, 0) for row in drawn])
    sizes = extents(plan.layout, CATALOGUE)
    for placed, size, line in zip(plan.layout, sizes, part_lines(ldraw_text(plan)), strict=True):
        part = CATALOGUE.parts[placed["part"]]
        words = line.split()
        numbers = np.array(words[2:14], float)
        points = drawn_points(shared_data / "ldraw", words[14]) @ numbers[3:].reshape(3, 3).T + numbers[:3]
        # Studs are 4 high; a baseplate is half as thick as a plate, and a cheese slope ends a little below its cells.
        over = 4 if part.masks["studs"].any() else -0.4 if part.kind == "cheese" else 0
        thin = 4 if part.kind == "baseplate" else 0
        low = np.array([20 * placed["x"], -8 * (placed["z"] + size[2]) - over, 20 * placed["y"]])
        high = np.array([20 * (placed["x"] + size[0]), -8 * placed["z"] - thin, 20 * (placed["y"] + size[1])])
        np.testing.assert_allclose(points.min(axis=0), low, atol=0.01, err_msg=line)
        np.testing.assert_allclose(points.max(axis=0), high, atol=0.01, err_msg=line)


@pytest.mark.parametrize("turn", range(4))
def test_ldraws_own_studs_are_where_the_masks_say(shared_data, turn):
    drawn = [row for row, part in enumerate(CATALOGUE.parts) if part.kind != "support"]
    plan = plan_of([(row, 0, 0, 0, turn, RED, 0, 0, 0) for row in drawn])
    for placed, line in zip(plan.layout, part_lines(ldraw_text(plan)), strict=True):
        words = line.split()
        numbers = np.array(words[2:14], float)
        points = drawn_points(shared_data / "ldraw", words[14]) @ numbers[3:].reshape(3, 3).T + numbers[:3]
        on_top = points[points[:, 1] < -8 * CATALOGUE.parts[placed["part"]].plates - 3.9]
        studs = np.argwhere(CATALOGUE.mask(placed["part"], placed["turn"], "studs"))[:, ::-1]
        found = np.unique(np.floor(on_top[:, [0, 2]] / 20), axis=0)
        assert sorted(found.tolist()) == sorted(studs.tolist()), line
