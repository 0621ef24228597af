"""Changes by hand: what is picked changes as asked, all else stays, and the validator finds nothing new."""

from dataclasses import replace

import numpy as np
import pytest
from brickprint.core.editing.changes import deleted, locked, locks_of, merged, recoloured, split
from brickprint.core.editing.renewing import strength_checked
from brickprint.core.editing.repacking import repacked
from brickprint.core.errors import BadEdit
from brickprint.core.export.plan_file import load_plan, save_plan
from brickprint.core.grid import Grid, Surface, visible
from brickprint.core.layout import LAYOUT_DTYPE, Role, owners
from brickprint.core.packing.fast import pack_fast
from brickprint.core.packing.hidden import colour_hidden
from brickprint.core.packing.validator import problems
from brickprint.core.pipeline import Conversion
from brickprint.core.plan import Plan
from brickprint.core.settings import Settings
from brickprint.core.structure.links import stud_links
from brickprint.core.structure.order import building_steps
from grids import CATALOGUE, PALETTE, grid_of, task_of, tasks
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shapes import ball, mesh_of

ROWS = {part.name: row for row, part in enumerate(CATALOGUE.parts)}
COLOURS = {colour.name: row for row, colour in enumerate(PALETTE.colours)}


def plan_of(*parts):
    """A plan of parts given as (name, x, y, z, turn, colour)."""
    rows = [(ROWS[part], x, y, z, turn, COLOURS[colour], 0, 0, 0) for part, x, y, z, turn, colour in parts]
    layout, _ = building_steps(np.array(rows, LAYOUT_DTYPE), CATALOGUE)
    return Plan("wall", layout, CATALOGUE, PALETTE, (16, 16, 30), settings=Settings(packer="fast").values())


def plan_for(task):
    """A task, packed and finished as a conversion does it."""
    layout = colour_hidden(pack_fast(task), task.catalogue, task.made)
    layout, _ = building_steps(layout, task.catalogue)
    high, deep, wide = task.grid.shape
    chosen = Settings(packer="fast", seed=task.seed).values()
    return Plan("cells", layout, task.catalogue, PALETTE, (wide, deep, high), settings=chosen)


def everything(plan):
    return np.ones(len(plan.layout), bool)


def only(plan, *numbers):
    return np.isin(np.arange(len(plan.layout)), numbers)


def named(plan):
    """The parts as (name, x, y, z, colour), sorted."""
    return sorted(
        (plan.catalogue.parts[row["part"]].name, *(int(row[axis]) for axis in "xyz"), colour_of(plan, row))
        for row in plan.layout
    )


def colour_of(plan, row):
    return plan.palette.colours[row["colour"]].name


def as_set(layout):
    return {tuple(row) for row in layout[["part", "x", "y", "z", "turn", "colour", "role", "section"]].tolist()}


def wanted_grid(plan, rows, change, colour):
    """The cells that there should be after a change of some parts, and the colours of those that are seen before it."""
    wide, deep, high = plan.size
    owner = owners(plan.layout, plan.catalogue, (high, deep, wide))
    seen = np.argwhere(visible(owner >= 0)).astype(np.int32)
    painted = plan.layout["colour"].astype(np.int16)
    if change == "recolour":
        painted = np.where(rows, colour, painted).astype(np.int16)
    if change == "delete":
        gone = np.append(rows, False)[owner]
        seen = seen[~gone[tuple(seen.T)]]
        owner = np.where(gone, -1, owner)
    surface = Surface(seen, np.arange(len(seen)), np.zeros((len(seen), 3)), seen, np.zeros((len(seen), 3)))
    every = np.ones((high // 3, deep, wide), bool)
    return Grid(owner >= 0, every, surface, painted[owner[tuple(seen.T)]])


CHANGES = {
    "recolour": lambda plan, rows, colour: recoloured(plan, rows, colour, True),
    "halves": lambda plan, rows, _: split(plan, rows, "halves"),
    "ones": lambda plan, rows, _: split(plan, rows, "ones"),
    "merge": lambda plan, rows, _: merged(plan, rows),
    "delete": lambda plan, rows, _: deleted(plan, rows),
    "lock": lambda plan, rows, colour: locked(plan, rows, bool(colour % 2)),
    "repack": lambda plan, rows, _: repacked(plan, rows),
    "repack all": lambda plan, rows, _: repacked(plan),
}


@settings(max_examples=60)
@given(
    tasks(max_side=5), st.lists(st.tuples(st.sampled_from(sorted(CHANGES)), st.integers(0, 5)), max_size=6), st.data()
)
def test_after_any_changes_the_plan_is_what_was_asked_for(task, changes, data):
    assume(task.grid.filled.any())
    plan = plan_for(task)
    made = plan.catalogue.made_in(PALETTE)
    for change, colour in changes:
        rows = np.array(data.draw(st.lists(st.booleans(), min_size=len(plan.layout), max_size=len(plan.layout))))
        before, marks = plan, locks_of(plan)
        try:
            edited = CHANGES[change](plan, rows, colour)
        except BadEdit:
            continue
        plan = edited.plan
        assert problems(plan.layout, wanted_grid(before, rows, change, colour), plan.catalogue, made) == ()
        assert edited.picked.shape == plan.layout.shape == locks_of(plan).shape
        if change != "lock":
            assert as_set(before.layout[marks]) == as_set(plan.layout[locks_of(plan)])
        if change != "repack all":
            assert as_set(before.layout[~rows]) <= as_set(plan.layout)
        if change.startswith("repack"):
            pieces = [stud_links(each.layout, each.catalogue).components for each in (before, plan)]
            assert (pieces[1], len(plan.layout)) <= (pieces[0], len(before.layout)) or pieces[1] <= pieces[0]


def test_a_brick_is_split_into_like_halves_and_merged_again():
    plan = plan_of(("Brick 2 x 4", 0, 0, 0, 0, "Red"))
    halves = split(plan, everything(plan), "halves").plan
    assert named(halves) == [("Brick 2 x 2", 0, 0, 0, "Red"), ("Brick 2 x 2", 2, 0, 0, "Red")]
    ones = split(plan, everything(plan), "ones").plan
    assert len(ones.layout) == 8
    assert named(merged(ones, everything(ones)).plan) == named(plan)


def test_three_plates_become_a_brick():
    plan = plan_of(*(("Plate 2 x 4", 0, 0, z, 0, "Red") for z in range(3)))
    assert named(merged(plan, everything(plan)).plan) == [("Brick 2 x 4", 0, 0, 0, "Red")]


def test_two_colours_are_not_merged():
    plan = plan_of(("Brick 2 x 2", 0, 0, 0, 0, "Red"), ("Brick 2 x 2", 2, 0, 0, 0, "Blue"))
    with pytest.raises(BadEdit, match="2 parts can't be merged"):
        merged(plan, everything(plan))


def test_a_part_is_recoloured_only_where_it_was_made():
    large = next(part for part in CATALOGUE.parts if part.name == "Brick 2 x 10")
    unmade = next(colour.name for colour in PALETTE.colours if colour.ldraw not in large.ldraw_colours)
    plan = plan_of(("Brick 2 x 10", 0, 0, 0, 0, "Red"), ("Brick 2 x 2", 10, 0, 0, 0, "Red"))
    with pytest.raises(BadEdit, match=f"Brick 2 x 10 at stud 1, 1, plate 1 is not made in {unmade}"):
        recoloured(plan, everything(plan), COLOURS[unmade])
    done = recoloured(plan, everything(plan), COLOURS[unmade], split=True).plan
    assert len(done.layout) > 2 and {colour_of(done, row) for row in done.layout} == {unmade}
    made = CATALOGUE.made_in(PALETTE)
    assert made[done.layout["part"], done.layout["colour"]].all()


def test_what_can_not_be_done_is_said():
    plan = plan_of(("Brick 1 x 1", 0, 0, 0, 0, "Red"), ("Slope Brick 45 2 x 1", 3, 0, 0, 0, "Red"))
    none = np.zeros(2, bool)
    for change in (
        lambda rows: merged(plan, rows),
        lambda rows: deleted(plan, rows),
        lambda rows: locked(plan, rows, True),
    ):
        with pytest.raises(BadEdit, match="pick parts first"):
            change(none)
    with pytest.raises(BadEdit, match="Nothing would be left"):
        deleted(plan, everything(plan))
    slope = np.array([CATALOGUE.parts[row["part"]].kind == "slope" for row in plan.layout])
    with pytest.raises(BadEdit, match="no brick or plate"):
        split(plan, slope, "ones")
    with pytest.raises(BadEdit, match="no smaller parts"):
        split(plan, ~slope, "halves")
    kept = locked(plan, ~slope, True).plan
    with pytest.raises(BadEdit, match="locked; unlock"):
        recoloured(kept, everything(kept), 0)
    with pytest.raises(BadEdit, match="locked; unlock"):
        repacked(kept)


def test_parts_in_each_other_s_place_are_refused():
    plan = plan_of(("Brick 2 x 2", 0, 0, 0, 0, "Red"), ("Brick 2 x 2", 2, 0, 0, 0, "Red"))
    plan.layout["x"][1] = 1
    for change in (lambda: split(plan, only(plan, 0), "ones"), lambda: recoloured(plan, only(plan, 0), 0)):
        with pytest.raises(BadEdit, match="1 part of wall lies in the place of others"):
            change()
    assert len(deleted(plan, only(plan, 0)).plan.layout) == 1


def test_repacking_joins_what_was_taken_apart():
    gate = np.ones((2, 1, 4), bool)
    gate[0, 0, 1:3] = False
    whole = plan_for(task_of(grid_of(gate)))
    apart = split(whole, whole.layout["z"] == 3, "ones").plan
    assert stud_links(apart.layout, apart.catalogue).components == 3
    together = repacked(apart).plan
    assert stud_links(together.layout, together.catalogue).components == 1
    assert as_set(together.layout) == as_set(whole.layout)


def test_the_rest_is_joined_around_locked_parts():
    whole = plan_for(task_of(grid_of(np.ones((3, 6, 6), bool), colours=1)))
    apart = split(whole, whole.layout["z"] == 3, "ones").plan
    rows = (apart.layout["z"] == 3) & (apart.layout["x"] < 3)
    kept = locked(apart, rows, True).plan
    together = repacked(kept).plan
    assert as_set(together.layout[together.locked]) == as_set(kept.layout[kept.locked]) and together.locked.sum() == 18
    assert stud_links(together.layout, together.catalogue).components == 1
    assert len(together.layout) < len(kept.layout)


def test_parts_that_begin_between_two_layers_and_supports_stay():
    plan = plan_of(
        ("Plate 2 x 2", 0, 0, 0, 0, "Red"),
        ("Brick 1 x 2", 0, 0, 1, 0, "Red"),
        ("Brick 1 x 2", 0, 1, 1, 0, "Red"),
        ("Brick 1 x 2", 3, 0, 0, 0, "Red"),
        ("Brick 1 x 2", 3, 1, 0, 0, "Red"),
        ("Brick 1 x 2", 6, 0, 0, 0, "Red"),
        ("Brick 1 x 2", 6, 1, 0, 0, "Red"),
    )
    plan.layout["role"][plan.layout["x"] == 6] = Role.SUPPORT_OUTER
    done = repacked(plan).plan
    assert [row[0] for row in named(done)].count("Brick 1 x 2") == 4 and ("Brick 2 x 2", 3, 0, 0, "Red") in named(done)
    assert (done.layout["role"] == Role.SUPPORT_OUTER).sum() == 2


@pytest.fixture(scope="module")
def converted():
    """A ball with a figure for everything that a report has."""
    return Conversion(mesh_of(ball())).run(Settings(studs=10, packer="fast", supports="none"))


def test_new_colours_leave_all_but_the_colours_as_they_were(converted):
    rows = only(converted, 0, 1)
    after = recoloured(converted, rows, COLOURS["Blue"], True).plan
    report, before = after.report, converted.report
    assert report["structure"] == before["structure"] or len(after.layout) > len(converted.layout)
    assert report["colour"] is None and report["shape"] == before["shape"]
    assert report["parts"]["by_colour"]["Blue"] >= 1 and report["parts"]["lower_bound"] is None


def test_what_is_not_known_any_more_is_not_told(converted):
    after = deleted(converted, only(converted, len(converted.layout) - 1)).plan
    report = after.report
    assert report["shape"] is report["colour"] is report["interior"] is after.utilisation is None
    assert report["structure"]["certified"] is None and report["structure"]["prefixes"] is None
    assert report["parts"]["total"] == len(after.layout) and report["steps"] == after.steps
    assert report["changes_by_hand"] == 1 and any("Check Strength" in each for each in report["warnings"])
    again = strength_checked(after)
    assert again.report["structure"]["stable"] is True and again.utilisation.shape == after.layout.shape
    assert not any("Check Strength" in each for each in again.report["warnings"])


def test_the_same_cells_in_other_parts_have_the_same_shape_and_colour(converted):
    after = split(converted, everything(converted), "halves").plan
    for key in ("shape", "colour", "interior"):
        assert after.report[key] == converted.report[key]
    back = repacked(after).plan
    assert len(back.layout) < len(after.layout) and back.report["changes_by_hand"] == 2


def test_locks_are_kept_in_files(converted, tmp_path):
    rows = only(converted, 1, 3)
    save_plan(locked(converted, rows, True).plan, tmp_path, "ball")
    assert np.array_equal(load_plan(tmp_path / "ball.plan.json").locked, rows)
    save_plan(replace(converted, locked=None), tmp_path, "ball")
    assert load_plan(tmp_path / "ball.plan.json").locked is None


def test_what_is_not_owned_is_told(tmp_path):
    stock = tmp_path / "owned.csv"
    stock.write_text("Part,Color,Quantity\n3001,4,2\n3001,1,1\n", encoding="utf-8")
    plan = plan_of(("Brick 2 x 4", 0, 0, 0, 0, "Red"), ("Brick 2 x 4", 0, 0, 3, 0, "Red"))
    plan = replace(plan, settings=plan.settings | {"stock": str(stock)})
    blue = recoloured(plan, everything(plan), COLOURS["Blue"]).plan
    assert "Parts that are not owned: 1 x Brick 2 x 4 Blue." in blue.report["warnings"]
    one = recoloured(blue, only(blue, 0), COLOURS["Red"]).plan
    assert one.report["warnings"] == []
