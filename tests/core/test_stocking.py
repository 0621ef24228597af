"""Models out of what somebody owns: within the counts, in no more pieces, or refused with what is missing."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from brickprint.core.catalogue.stock import Stock, owned_palette, owned_parts, with_odd_colours
from brickprint.core.colour.palettes import load_palette
from brickprint.core.errors import BadSetting, CannotRead, OutOfStock
from brickprint.core.layout import LAYOUT_DTYPE
from brickprint.core.mesh import Material, Mesh
from brickprint.core.packing.connecting import connect_layout
from brickprint.core.packing.fast import pack_fast
from brickprint.core.packing.placements import HIDDEN
from brickprint.core.packing.restarts import pack_restarts
from brickprint.core.packing.shortage import coloured_from_stock, count, require_area, require_stock, shortage, uses_of
from brickprint.core.packing.stocking import with_singles, within_stock
from brickprint.core.packing.validator import problems
from brickprint.core.pipeline import Conversion
from brickprint.core.progress import Progress
from brickprint.core.settings import Settings
from brickprint.core.structure.links import stud_links
from grids import BASIC, CATALOGUE, PALETTE, grid_of, task_of, tasks
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from shapes import box, joined

ROW = {part.name: row for row, part in enumerate(BASIC.parts)}
RED, BLUE, LIME = (
    next(colour for colour in PALETTE.colours if colour.name == name) for name in ("Red", "Blue", "Lime")
)


def counts_of(owned, catalogue=BASIC):
    """(P, C) counts from {(part name, palette row): how many}."""
    stock = np.zeros((len(catalogue.parts), len(PALETTE.colours)), np.int32)
    for (name, colour), quantity in owned.items():
        stock[[part.name for part in catalogue.parts].index(name), colour] = quantity
    return stock


def out_of(stock, task):
    """The task, and the layout that `fast` makes of it, connected, when it is to be built from a stock."""
    task = replace(task, stock=stock, made=with_singles(stock > 0, task.catalogue))
    return task, connect_layout(pack_fast(task), task)


def stock_of(layout, task, rng):
    """Just the parts of a layout; those that nobody sees in any colours."""
    uses = uses_of(layout, task.made.shape)
    stock = uses.seen.copy()
    for part, hidden in enumerate(uses.hidden):
        np.add.at(stock[part], rng.choice(np.flatnonzero(task.made[part]), hidden) if hidden else [], 1)
    return stock


def pieces(layout, task):
    return stud_links(layout, task.catalogue).components


def test_exactly_enough_of_other_parts():
    owned = {("Brick 2 x 2", 0): 1, ("Brick 1 x 2", 0): 1, ("Brick 1 x 1", 0): 2, ("Brick 2 x 4", 1): 1}
    task, before = out_of(counts_of(owned), task_of(grid_of(np.ones((1, 2, 4), bool)), BASIC))
    assert count(shortage(before, task.stock)) == 1  # two of 2 x 2
    after = within_stock(before, task)
    wanted = {ROW["Brick 2 x 2"]: 1, ROW["Brick 1 x 2"]: 1, ROW["Brick 1 x 1"]: 2}
    assert Counter(after["part"].tolist()) == wanted
    assert not problems(after, task.grid, BASIC, task.stock > 0, connected=True)


def test_what_holds_a_model_together_is_not_given_up():
    # Two towers, each under the middle of three bricks.
    units = np.array([[[0, 1, 0, 0, 1, 0]], [[1, 1, 1, 1, 1, 1]]], bool)
    owned = {("Brick 1 x 1", 0): 8, ("Brick 1 x 2", 0): 3, ("Brick 1 x 3", 0): 1}
    task, before = out_of(counts_of(owned), task_of(grid_of(units), BASIC))
    assert pieces(before, task) == 1 and count(shortage(before, task.stock)) == 1
    after = within_stock(before, task)
    assert pieces(after, task) == 1 and count(shortage(after, task.stock)) == 1
    task = replace(task, stock=counts_of(owned | {("Brick 1 x 3", 0): 2}))
    assert not count(shortage(within_stock(before, task), task.stock))


def test_a_stock_too_small_lists_what_is_missing():
    grid = grid_of(np.ones((2, 4, 4), bool), colours=1)
    name = PALETTE.colours[0].name
    with pytest.raises(OutOfStock, match=rf"24 studs of {name} bricks \(of 32\)"):
        require_area(grid, BASIC, PALETTE, counts_of({("Brick 2 x 4", 0): 1, ("Brick 2 x 4", 1): 9}))
    # Area enough, but nothing that fits the corners of a grid with a hole.
    units = np.ones((1, 3, 3), bool)
    units[0, 1, 1] = False
    stock = counts_of({("Brick 2 x 4", 0): 9, ("Brick 1 x 2", 0): 3, ("Brick 1 x 1", 1): 9})
    task, before = out_of(stock, task_of(grid_of(units), BASIC))
    require_area(task.grid, BASIC, PALETTE, stock)
    after = within_stock(before, task)
    assert count(shortage(after, stock)) == 1
    with pytest.raises(OutOfStock, match=rf"one part is missing: 1 x Brick 1 x [12] {name}\. Add them"):
        require_stock(after, BASIC, PALETTE, stock)


def test_a_long_list_of_what_is_missing_is_shortened():
    rows = np.zeros(40, LAYOUT_DTYPE)
    rows["part"], rows["colour"] = ROW["Brick 1 x 1"], np.arange(40)
    with pytest.raises(OutOfStock, match=r"40 parts are missing: 1 x Brick 1 x 1 .* and 28 more kinds"):
        require_stock(rows, BASIC, PALETTE, counts_of({}))


def test_parts_that_nobody_sees_have_the_colours_that_are_left():
    grid = grid_of(np.ones((6, 12, 12), bool), colours=4)
    task = task_of(grid, BASIC)
    layout = pack_fast(task)
    hidden = layout["colour"] == HIDDEN
    assert hidden.any()
    stock = stock_of(layout, task, np.random.default_rng(1))
    coloured = coloured_from_stock(layout, stock)
    assert not problems(coloured, grid, BASIC, stock > 0)
    assert np.array_equal(uses_of(coloured, stock.shape).seen, stock)
    assert len(np.unique(coloured["colour"][hidden])) > 5
    stock[layout["part"][hidden][0]] -= 1
    assert count(shortage(layout, np.maximum(stock, 0))) > 0


@pytest.mark.parametrize("seed", range(8))
def test_the_parts_of_another_layout_of_small_grids_suffice(seed):
    rng = np.random.default_rng(seed)
    task = task_of(grid_of(rng.random((3, 4, 5)) < 0.9, rng.random((3, 4, 5)) < 0.3, 2, seed), seed=seed)
    stock = stock_of(connect_layout(pack_restarts(task), task), task, rng)
    task, before = out_of(stock, task)
    after = within_stock(before, task)
    assert not count(shortage(after, stock))
    assert pieces(after, task) <= pieces(before, task)


@examples(deadline=None, max_examples=20)
@given(task=tasks(max_side=4), kept=st.floats(0.6, 1.5), seed=st.integers(0, 99))
def test_whatever_the_stock_a_layout_keeps_to_it_or_is_refused(task, kept, seed):
    rng = np.random.default_rng(seed)
    stock = stock_of(pack_restarts(task), task, rng)
    stock = np.floor(stock * kept + rng.random(stock.shape)).astype(np.int32)
    task, before = out_of(stock, replace(task, deadline=2.0))
    after = within_stock(before, task)
    lacking = count(shortage(after, stock))
    assert lacking <= count(shortage(before, stock))
    if len(after):
        assert pieces(after, task) <= pieces(before, task)
    if lacking:
        told = "one part is missing" if lacking == 1 else f"{lacking} parts are missing"
        with pytest.raises(OutOfStock, match=told):
            require_stock(after, task.catalogue, PALETTE, stock)
    else:
        require_stock(after, task.catalogue, PALETTE, stock)
        coloured = coloured_from_stock(after, stock)
        assert not problems(coloured, task.grid, task.catalogue, stock > 0)
        assert (uses_of(coloured, stock.shape).seen <= stock).all()


def test_equal_tasks_make_equal_layouts():
    task = task_of(grid_of(np.ones((3, 6, 6), bool), colours=2), BASIC)
    stock = stock_of(connect_layout(pack_restarts(task), task), task, np.random.default_rng(0))
    task, before = out_of(stock, task)
    assert np.array_equal(within_stock(before, task), within_stock(before, task))


OWNED = Stock("mine", {("3003", 4): 2, ("3005", 1): 3, ("3024", 4): 1, ("3068b", 4): 9, ("3001", 14): 0})


def test_the_owned_parts_of_a_set_and_its_smallest():
    assert [part.ldraw for part in owned_parts(BASIC, OWNED).parts] == ["3005", "3003"]
    assert {part.ldraw for part in owned_parts(CATALOGUE, OWNED).parts} == {"3005", "3003", "3024", "3068b"}
    only_bricks = Stock("bricks", {("3003", 4): 2})
    assert not owned_parts(CATALOGUE, only_bricks).has_single(1)
    for useless in ({("3068b", 4): 9}, {("3001", 4): 0}):
        with pytest.raises(OutOfStock, match="no brick and no plate of the part set basic-11"):
            owned_parts(BASIC, Stock("mine", useless))


def test_colours_to_show_are_owned_in_all_heights_and_others_may_be_hidden():
    every = load_palette("solid")
    names = [colour.name for colour in owned_palette(every, CATALOGUE, OWNED, (3,)).colours]
    assert names == ["Blue", "Red"]
    both = owned_palette(every, CATALOGUE, OWNED, (3, 1))
    assert [colour.name for colour in both.colours] == ["Red"]
    assert [colour.name for colour in with_odd_colours(both, OWNED, ()).colours] == ["Red", "Blue"]
    assert with_odd_colours(both, OWNED, ("blue",)).colours == both.colours
    with pytest.raises(OutOfStock, match="no colour of the palette solid in which it holds bricks and plates"):
        owned_palette(load_palette("solid", ("Red",)), CATALOGUE, OWNED, (3, 1))


def house():
    """A red box under a blue one."""
    parts = box((6, 6, 4.8)), box((6, 6, 4.8), (0, 0, 4.8))
    vertices, triangles = joined(*parts)
    material = np.repeat([0, 1], len(triangles) // 2).astype(np.int32)
    materials = Material("red", (0.456, 0.0, 0.0, 1.0)), Material("blue", (0.013, 0.102, 0.392, 1.0))
    return Mesh(vertices, triangles, materials, material, name="house")


@pytest.fixture
def listed(tmp_path):
    """A stock file with parts of {(LDraw part, colour name): how many}."""

    def write(owned):
        path = tmp_path / "mine.csv"
        lines = [f"{part},{colour},{quantity}" for (part, colour), quantity in owned.items()]
        path.write_text("Part,Color,Quantity\n" + "\n".join(lines), "utf-8")
        return str(path)

    return write


def built_of(plan):
    return Counter(
        (plan.catalogue.parts[row["part"]].ldraw, plan.palette.colours[row["colour"]].name) for row in plan.layout
    )


HOUSE = {"studs": 8, "detail": "bricks", "interior": "solid"}
PLENTY = {("3003", "Red"): 99, ("3005", "Red"): 20, ("3003", "Blue"): 99, ("3005", "Blue"): 20}


def test_a_model_out_of_a_stock(listed):
    owned = PLENTY | {("3001", "Lime"): 3, ("3001", "Pink"): 2}
    path = listed(owned | {("x99", "Red"): 1})
    plan = Conversion(house()).run(Settings(**HOUSE, stock=path))
    used = built_of(plan)
    assert all(quantity <= owned[what] for what, quantity in used.items())
    assert plan.report["stock"] == {"used": len(plan.layout), "owned": sum(owned.values())}
    assert any("x99" in warning for warning in plan.report["warnings"])
    assert plan.report["structure"]["components"] == 1
    # Lime and pink are no colours of the house: they are only where nobody looks.
    seen = {colour for part, colour in used} - {"Lime", "Pink"}
    assert seen == {"Red", "Blue"} and used["3001", "Lime"] + used["3001", "Pink"] > 0
    without = Conversion(house()).run(Settings(**HOUSE, stock=path, without=("Pink",)))
    assert ("3001", "Pink") not in built_of(without)


def test_another_stock_is_not_answered_from_what_was_kept(listed):
    conversion = Conversion(house())
    free = conversion.run(Settings(**HOUSE))
    assert free.report["stock"] is None
    bound = conversion.run(Settings(**HOUSE, stock=listed(PLENTY)))
    assert set(built_of(bound)) <= set(PLENTY) and not set(built_of(free)) <= set(PLENTY)
    assert np.array_equal(conversion.run(Settings(**HOUSE)).layout, free.layout)


def test_colours_that_are_not_owned_give_way_to_those_that_are(listed):
    owned = {("3003", "Dark Red"): 199, ("3005", "Dark Red"): 99}
    plan = Conversion(house()).run(Settings(**HOUSE, stock=listed(owned)))
    assert set(plan.report["parts"]["by_colour"]) == {"Dark Red"}


@pytest.mark.parametrize(
    ("owned", "rest", "told"),
    [
        ({("3003", "Red"): 5, ("3005", "Blue"): 9}, {}, "studs of Blue bricks.*studs of Red bricks"),
        ({("2456", "Red"): 99, ("2456", "Blue"): 99}, {}, "parts are missing: .* x Brick "),
        ({("3024", "Red"): 99}, {}, "no colour of the palette solid in which it holds bricks"),
        ({("3068b", "Red"): 99}, {}, "no brick and no plate"),
        (PLENTY, {"palette": "pick-a-brick-29", "without": ("Red", "Blue")}, "no colour of the palette"),
    ],
)
def test_a_model_that_the_stock_cannot_build_is_refused(listed, owned, rest, told):
    with pytest.raises(OutOfStock, match=told):
        Conversion(house()).run(Settings(**HOUSE, **rest, deadline=10.0, stock=listed(owned)))


def test_a_stock_without_plates_builds_from_bricks(listed):
    conversion = Conversion(house())
    plan = conversion.run(Settings(studs=8, detail="auto", interior="solid", stock=listed(PLENTY)))
    assert {number for number, _ in built_of(plan)} <= {"3003", "3005"}
    with pytest.raises(BadSetting, match="holds no plate"):
        conversion.run(Settings(studs=8, detail="plates", stock=listed(PLENTY)))


def test_a_stock_that_cannot_be_read_is_refused_at_once():
    steps = []
    with pytest.raises(CannotRead, match=r"nowhere\.csv"):
        Conversion(house()).run(Settings(stock="nowhere.csv"), Progress(on_step=steps.append))
    assert not steps


def test_the_finish_keeps_to_the_stock(listed):
    owned = {
        (part, colour): quantity
        for colour in ("Red", "Blue")
        for part, quantity in (("3003", 99), ("3005", 99), ("3022", 99), ("3024", 99), ("3068b", 1), ("3070b", 2))
    }
    asked = {"studs": 8, "detail": "auto", "tiles": True}
    plan = Conversion(house()).run(Settings(**asked, stock=listed(owned)))
    free = Conversion(house()).run(Settings(**asked))
    tiles = {number for number, _ in built_of(free) if part_kind(number) == "tile"}
    assert tiles, "the top is not flat enough for tiles"
    used = built_of(plan)
    assert all(quantity <= owned[what] for what, quantity in used.items())
    assert used["3068b", "Blue"] + used["3070b", "Blue"] > 0


def part_kind(number):
    return next(part.kind for part in CATALOGUE.parts if part.ldraw == number)
