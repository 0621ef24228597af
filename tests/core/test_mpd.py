import numpy as np
import pytest
from brickprint.core.export.ldraw import ldraw_text
from brickprint.core.export.ldraw_reading import placed_parts
from brickprint.core.export.mpd import mpd_text
from brickprint.core.export.views import VIEWS, step_views
from brickprint.core.layout import LAYOUT_DTYPE, Role
from hypothesis import given
from hypothesis import strategies as st
from random_plans import CATALOGUE, PALETTE, buildable_plans, plan_of, plans
from reading import given_of

IDENTITY = "1 0 0 0 1 0 0 0 1"
ROW_OF = {part.ldraw: row for row, part in enumerate(CATALOGUE.parts)}
RED = [colour.ldraw for colour in PALETTE.colours].index(4)


def part(number, x, y, z, role=Role.MODEL, section=0, step=0, turn=0):
    return (ROW_OF[number], x, y, z, turn, RED, role, section, step)


def files_in(text):
    """The lines of each file by its name, in the text's order."""
    files = {}
    for line in text.split("\n"):
        if line.startswith("0 FILE "):
            own = files.setdefault(line.removeprefix("0 FILE "), [])
        elif line and line != "0 NOFILE":
            own.append(line)
    return files


def step_ends(lines):
    """The command that ends each step."""
    return [line for line in lines if line.startswith(("0 STEP", "0 ROTSTEP"))]


@given(buildable_plans())
def test_what_is_written_reads_back_to_the_same_layout_with_roles_sections_and_steps(plan):
    found = given_of(mpd_text(plan), "mpd").plan.layout
    plan.layout["step"] = np.unique(plan.layout["step"], return_inverse=True)[1]
    assert found.dtype == LAYOUT_DTYPE
    np.testing.assert_array_equal(np.sort(found), np.sort(plan.layout))


@given(plans())
def test_it_places_the_same_as_the_flat_file(plan):
    one, other = (placed_parts(text).rows for text in (mpd_text(plan), ldraw_text(plan)))
    assert sorted(map(placed, one)) == sorted(map(placed, other))


def placed(row):
    return row["part"], row["colour"], *row["place"], *row["matrix"].ravel()


def test_a_model_of_one_section_without_supports_is_one_file():
    files = files_in(mpd_text(plan_of([part("3001", 0, 0, 3, step=1), part("3001", 0, 0, 0)], "A / b")))
    assert files == {
        "A _ b.ldr": [
            "0 Brick model: A / b",
            "0 Name: A _ b.ldr",
            "0 Author: Brickprint",
            "0 !LDRAW_ORG Model",
            "0 !BRICKPRINT STEP 0",
            f"1 4 40 -24 20 {IDENTITY} 3001.dat",
            "0 STEP",
            "0 !BRICKPRINT STEP 1",
            f"1 4 40 -48 20 {IDENTITY} 3001.dat",
            "0 STEP",
        ]
    }


def test_sections_and_supports_are_sub_models():
    rows = [
        part("3001", 0, 0, 0),
        part("3005", 6, 0, 0, Role.SUPPORT_OUTER, step=1),
        part("3005", 6, 0, 3, Role.SUPPORT_OUTER, step=3),
        part("3001", 0, 0, 6, step=2),
        part("3001", 0, 0, 9, section=4, step=4),
        part("3024", 0, 1, 9, Role.SUPPORT_INNER, section=4, step=5),
    ]
    files = files_in(mpd_text(plan_of(rows, "m")))
    places = {
        name: [line.removeprefix(f"1 16 0 0 0 {IDENTITY} ") for line in lines if line.startswith("1 16 0 0 0 ")]
        for name, lines in files.items()
    }
    assert places == {
        "m.ldr": ["m section 1.ldr", "m section 2.ldr"],
        "m section 1.ldr": ["m section 1 supports.ldr"],
        "m section 1 supports.ldr": [],
        "m section 2.ldr": ["m section 2 inner supports.ldr"],
        "m section 2 inner supports.ldr": [],
    }
    assert {name: len(step_ends(lines)) for name, lines in files.items()} == {
        "m.ldr": 2, "m section 1.ldr": 3, "m section 1 supports.ldr": 2, "m section 2.ldr": 2,
        "m section 2 inner supports.ldr": 1,
    }  # fmt: skip
    assert all(lines[3] == "0 !LDRAW_ORG Model" and lines[-1] in step_ends(lines) for lines in files.values())


def test_an_empty_plan_is_one_file_without_parts():
    text = mpd_text(plan_of([]))
    assert list(files_in(text)) == ["model.ldr"] and len(placed_parts(text).rows) == 0


@pytest.mark.parametrize(
    "name", ["STEP", "two\nlines\r\n0 STEP", "\x85\u2028STEP", "", "NOFILE", "\ud800", "a  b ", "İ"]
)
def test_any_name_keeps_the_files_apart(name):
    rows = [part("3001", 0, 0, 0), part("3001", 0, 0, 3, section=1, step=1)]
    text = mpd_text(plan_of(rows, name))
    text.encode()
    assert len(files_in(text)) == 3 and text.count("0 NOFILE\n") == 3
    assert len(placed_parts(text).rows) == 2


@given(st.text(max_size=20), st.sampled_from(["STEP", "ROLE", "SECTION", "other"]))
def test_lines_of_ours_with_other_values_mean_nothing(value, what):
    words = value.split()
    line = f"0 !BRICKPRINT {what} {' '.join(words)}"
    found = placed_parts(f"{line}\n1 4 10 -24 10 {IDENTITY} 3005.dat").rows
    assert len(found) == 1 and found["role"][0] in list(Role) and found["section"][0] >= 0


def test_a_part_behind_a_wall_turns_the_view_and_back():
    wall = [part("3008", 0, 0, z) for z in range(0, 30, 3)] + [part("3008", 8, 0, z, turn=1) for z in range(0, 30, 3)]
    hidden = [part("3005", 4, 4, 0, step=1)]
    after = [part("3008", 0, 0, 30, step=2), part("3008", 0, 0, 33, step=3)]
    ends = step_ends(files_in(mpd_text(plan_of([*wall, *hidden, *after])))["model.ldr"])
    assert ends[0] == ends[3] == "0 STEP" and ends[2] == "0 ROTSTEP END"
    tilt, turn = map(float, ends[1].split()[2:4])
    assert ends[1].endswith(" 0 ABS") and (tilt, turn) in {(view.tilt, view.turn) for view in VIEWS[1:]}


def test_a_part_under_a_ceiling_is_seen_from_below():
    table = [part("3036", 8 * x, 6 * y, 9) for x in range(3) for y in range(4)]
    under = [part("3024", 12, 12, 8, step=1)]
    layout = plan_of([*table, *under]).layout
    first, second = step_views(layout, CATALOGUE).tolist()
    assert first == 0 and VIEWS[second].tilt < 0


@given(plans())
def test_views_do_not_depend_on_what_comes_later(plan):
    layout = np.sort(plan.layout, order="step")
    whole = step_views(layout, CATALOGUE)
    steps = np.unique(layout["step"])
    if len(steps) > 1:
        before = layout[layout["step"] < steps[-1]]
        np.testing.assert_array_equal(step_views(before, CATALOGUE), whole[:-1])


def test_the_usual_view_is_from_the_front_the_right_and_above():
    x, y, z = VIEWS[0].axes[2]
    assert x > 0 > y and z > 0
    for view in VIEWS:
        np.testing.assert_allclose(view.axes @ view.axes.T, np.eye(3), atol=1e-12)
        assert np.linalg.det(view.axes) == pytest.approx(1)
