import json
from dataclasses import replace

import numpy as np
import pytest
from brickprint.core.catalogue.parts import load_parts
from brickprint.core.errors import CannotRead, CannotWrite
from brickprint.core.export.plan_file import load_plan, save_plan
from brickprint.core.plan import FORMAT, Placement, plan_from_values, plan_values
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_plans import plan_of, plans

SAME_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
ROWS = [(0, 1, 2, 3, 0, 4, 0, 0, 0), (8, -1, 5, 6, 1, 7, 2, 1, 3)]


def assert_same(plan, other):
    np.testing.assert_array_equal(plan.layout, other.layout)
    assert plan.layout.dtype == other.layout.dtype
    assert replace(plan, layout=None) == replace(other, layout=None)


@pytest.fixture
def saved(tmp_path):
    """A plan with its two files."""
    plan = plan_of(ROWS, "Grüße", settings={"studs": 48, "without": ["Red"]}, report={"parts": {"total": 2}})
    return plan, *save_plan(plan, tmp_path, "model")


def test_a_plan_counts_its_steps():
    assert plan_of(ROWS).steps == 4
    assert plan_of([]).steps == 0


@given(plans())
def test_values_are_json_and_give_the_plan_back(plan):
    values = json.loads(json.dumps(plan_values(plan), allow_nan=False))
    assert_same(plan_from_values(values, plan.layout), plan)


@SAME_FOLDER
@given(plans())
def test_saved_and_loaded_plans_are_equal(tmp_path, plan):
    header, body = save_plan(plan, tmp_path, "model")
    assert (header.name, body.name) == ("model.plan.json", "model.plan.npz")
    assert_same(load_plan(header), plan)


def test_a_saved_plan_needs_no_tables_of_this_version(saved):
    plan, header, _ = saved
    values = json.loads(header.read_text())
    values["catalogue"]["parts"][0] |= {"grams": 99.5, "ldraw": "unknown", "ldraw_colours": [12345]}
    values["palette"]["colours"][0] |= {"name": "Octarine", "hex": "#123456"}
    header.write_text(json.dumps(values))
    loaded = load_plan(header)
    assert loaded.catalogue.parts[0].ldraw_colours == {12345}
    assert loaded.catalogue.grams[0] == 99.5
    assert loaded.palette.colours[0].name == "Octarine"
    assert load_parts().parts[0].grams == 0.44
    assert loaded.catalogue.parts[1:] == plan.catalogue.parts[1:]


def test_equal_plans_give_equal_bytes(tmp_path, saved, monkeypatch):
    plan, header, body = saved
    monkeypatch.setattr("time.time", lambda: 1.7e9)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1234567890")
    again = save_plan(plan, tmp_path / "again", "other")
    assert [path.read_bytes() for path in again] == [header.read_bytes(), body.read_bytes()]


def test_the_placement_is_kept(tmp_path):
    plan = plan_of(ROWS, placement=Placement((0.1, -2.0, 3.25), 0.01))
    loaded = load_plan(save_plan(plan, tmp_path, "model")[0])
    assert loaded.placement == Placement((0.1, -2.0, 3.25), 0.01)
    assert loaded.size == (48, 40, 90)


def test_nothing_is_pickled(saved):
    with np.load(saved[2], allow_pickle=False) as arrays:
        assert list(arrays) == ["layout"]


@pytest.mark.parametrize("which", [1, 2])
def test_a_missing_file_is_named(saved, which):
    saved[which].unlink()
    with pytest.raises(CannotRead, match=saved[which].name.replace(".", r"\.")):
        load_plan(saved[1])


@pytest.mark.parametrize("which", [1, 2])
@pytest.mark.parametrize("data", [b"", b"{", b"\xff\xfe\x00", b"[]", b"null", b"PK\x03\x04", b"\x80\x04K\x01."])
def test_a_file_of_another_kind_is_refused(saved, which, data):
    saved[which].write_bytes(data)
    with pytest.raises(CannotRead):
        load_plan(saved[1])


def test_a_lone_array_is_not_a_plan(saved):
    np.save(saved[2].with_suffix(".npy"), saved[0].layout)
    saved[2].with_suffix(".npy").replace(saved[2])
    with pytest.raises(CannotRead):
        load_plan(saved[1])


@SAME_FOLDER
@given(st.data())
def test_a_damaged_layout_is_read_whole_or_refused(tmp_path, data):
    plan = plan_of(ROWS)
    header, body = save_plan(plan, tmp_path, "model")
    damaged = bytearray(body.read_bytes())
    place = data.draw(st.integers(0, len(damaged) - 1))
    damaged[place] ^= data.draw(st.integers(1, 255))
    body.write_bytes(damaged[: data.draw(st.integers(0, len(damaged)))] if data.draw(st.booleans()) else damaged)
    try:
        loaded = load_plan(header)
    except CannotRead:
        return
    assert_same(loaded, plan)  # the flipped bits did not matter


PATHS = [
    ("format",),
    ("name",),
    ("size",),
    ("placement",),
    ("placement", "unit"),
    ("settings",),
    ("report",),
    ("palette", "colours"),
    ("palette", "colours", 0, "hex"),
    ("catalogue", "name"),
    ("catalogue", "parts", 3),
    ("catalogue", "parts", 3, "studs_x"),
]


@pytest.mark.parametrize("path", PATHS, ids=str)
def test_a_header_without_one_of_its_values_is_refused(saved, path):
    values = json.loads(saved[1].read_text())
    inner = values
    for key in path[:-1]:
        inner = inner[key]
    if path[-1] == 3:
        inner[3] = None
    else:
        del inner[path[-1]]
    with pytest.raises(CannotRead, match="damaged"):
        plan_from_values(values, saved[0].layout)


@pytest.mark.parametrize(
    "change",
    [{"size": [1, 2]}, {"size": "big"}, {"format": "1"}, {"settings": 5}, {"palette": []}, {"placement": None}],
)
def test_values_of_another_kind_are_refused(saved, change):
    with pytest.raises(CannotRead, match="damaged"):
        plan_from_values(plan_values(saved[0]) | change, saved[0].layout)


def test_a_plan_of_a_newer_version_is_refused(saved):
    values = json.loads(saved[1].read_text())
    saved[1].write_text(json.dumps(values | {"format": FORMAT + 1}))
    with pytest.raises(CannotRead, match="newer version"):
        load_plan(saved[1])


def test_files_of_two_runs_are_not_mixed(tmp_path, saved):
    _, other = save_plan(plan_of(ROWS[::-1]), tmp_path / "other", "model")
    other.replace(saved[2])
    with pytest.raises(CannotRead, match="same run"):
        load_plan(saved[1])


@pytest.mark.parametrize(("column", "value"), [("part", 60), ("part", -1), ("colour", 999), ("turn", 4), ("turn", -1)])
def test_a_layout_that_points_outside_the_tables_is_refused(saved, column, value):
    layout = saved[0].layout.copy()
    layout[column][1] = value
    with pytest.raises(CannotRead, match=column):
        plan_from_values(plan_values(saved[0]), layout)


def test_a_layout_with_other_columns_is_refused(saved):
    with pytest.raises(CannotRead, match="columns"):
        plan_from_values(plan_values(saved[0]), saved[0].layout[["part", "x", "y", "z"]])


def test_a_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "out").write_text("a file")
    with pytest.raises(CannotWrite):
        save_plan(plan_of(ROWS), tmp_path / "out", "model")


def test_a_figure_that_is_no_number_is_not_written(tmp_path):
    with pytest.raises(ValueError, match="JSON"):
        save_plan(plan_of(ROWS, report={"seconds": float("nan")}), tmp_path, "model")
    assert list(tmp_path.iterdir()) == []
