"""Studs picked in a finished mosaic and set by hand: applied last, kept on top of every other choice."""

from dataclasses import replace

import numpy as np
import pytest
from brickprint.core.editing.changes import split
from brickprint.core.errors import BadEdit, CannotRead
from brickprint.core.export.plan_file import load_plan, save_plan
from brickprint.core.images import Picture
from brickprint.core.layout import Role, footprint_cells
from brickprint.core.mosaic.by_hand import BY_HAND, NOTHING_BY_HAND, by_hand_of, by_hand_values, set_at, without
from brickprint.core.mosaic.making import MosaicMaking
from brickprint.core.mosaic.picked import as_found, colour_picked, coloured, lifted, made_again
from brickprint.core.mosaic.settings import MosaicSettings
from brickprint.core.settings import Settings
from hypothesis import given
from hypothesis import strategies as st

UNPROVED = Settings(prove="none")


def making():
    """Of an image: white at the left, then darker towards the right, bluer towards the bottom."""
    down, across = np.mgrid[:64, :64] / 63
    light = 255 * np.stack([1 - across, 1 - across, 1 - across * (1 - down)], axis=-1)
    return MosaicMaking(Picture("slope", np.dstack([light, np.full((64, 64), 255)]).astype(np.uint8)))


def seen(plan):
    """(down, across) names of colours, and levels."""
    top = plan.layout[plan.layout["role"] == Role.MODEL]
    row, x, y = footprint_cells(top, plan.catalogue)
    colour, level = np.full(plan.size[1::-1], "", object), np.zeros(plan.size[1::-1], int)
    names = np.array([each.name for each in plan.palette.colours], object)
    colour[plan.size[1] - 1 - y, x], level[plan.size[1] - 1 - y, x] = names[top["colour"][row]], top["z"][row] - 1
    return colour, level


def pieces_at(plan, *places):
    """(N,) bool: the pieces that are seen at places x, y from 1."""
    rows = np.zeros(len(plan.layout), bool)
    top = np.flatnonzero(plan.layout["role"] == Role.MODEL)
    row, x, y = footprint_cells(plan.layout[top], plan.catalogue)
    for place in places:
        rows[top[row[(x + 1 == place[0]) & (plan.size[1] - y == place[1])]]] = True
    return rows


@pytest.mark.parametrize("piece", ["round-tile", "variable-tile"])
def test_picked_studs_take_a_colour_and_nothing_else_changes(piece):
    maker = making()
    plan = maker.run(MosaicSettings(size="32x32", piece=piece), UNPROVED)
    rows = pieces_at(plan, (3, 2), (20, 32))
    edited = made_again(maker, plan, coloured(plan, rows, "Red"), rows)
    row, x, y = footprint_cells(plan.layout[rows], plan.catalogue)
    wanted, _ = seen(plan)
    wanted[31 - y, x] = "Red"
    assert np.array_equal(seen(edited.plan)[0], wanted)
    assert piece == "round-tile" or len(row) > 2
    assert edited.plan.report["mosaic"]["by_hand"] == len(row) == len(by_hand_of(edited.plan.settings))
    assert {"crop", "pool", "studs", "colour", "stand"}.isdisjoint(edited.plan.report["seconds"])
    again = edited.plan.layout[edited.picked]
    assert np.array_equal(np.sort(seen_at(again, plan)), np.sort(seen_at(plan.layout[rows], plan)))


def seen_at(layout, plan):
    _, x, y = footprint_cells(layout, plan.catalogue)
    return x + 1000 * y


def test_they_stay_on_top_of_every_other_choice_and_of_a_list(tmp_path):
    maker = making()
    chosen = MosaicSettings(size="16x16")
    plan = maker.run(chosen, UNPROVED)
    rows = pieces_at(plan, (1, 1), (16, 9))
    plan = made_again(maker, plan, coloured(plan, rows, "Red"), rows).plan
    (tmp_path / "studs.csv").write_text("x,y,colour\n1,1,Green\n2,1,Green\n", "utf-8")
    for change in ({"brightness": 60.0}, {"piece": "plate", "method": "atkinson"}, {"size": "32x32"},
                   {"overrides": str(tmp_path / "studs.csv")}):  # fmt: skip
        other = maker.run(replace(chosen, **change), UNPROVED, by_hand=by_hand_of(plan.settings))
        colours, _ = seen(other)
        assert colours[0, 0] == colours[8, 15] == "Red" and np.count_nonzero(colours == "Red") == 2
        assert other.report["mosaic"]["by_hand"] == (3 if "overrides" in change else 2)
    assert colours[0, 1] == "Green"
    plain = maker.run(chosen, UNPROVED)
    assert "Red" not in seen(plain)[0] and BY_HAND not in plain.settings and plain.report["mosaic"]["by_hand"] == 0


def test_what_does_not_fit_waits_and_is_told():
    maker = making()
    chosen = MosaicSettings(size="32x32", relief=5)
    plan = maker.run(chosen, UNPROVED)
    outside, inside, high = (pieces_at(plan, place) for place in ((32, 1), (2, 2), (5, 5)))
    plan = made_again(maker, plan, coloured(plan, outside | inside, "Red"), outside | inside).plan
    plan = made_again(maker, plan, set_at(by_hand_of(plan.settings), np.array([[5, 5]]), "level", 4), high).plan
    assert seen(plan)[1][4, 4] == 4 and not plan.report["warnings"]
    by_hand = by_hand_of(plan.settings)
    small = maker.run(replace(chosen, size="16x16", relief=3, without=("Red",)), UNPROVED, by_hand=by_hand)
    (told,) = small.report["warnings"]
    assert "1 outside the 16 x 16 studs; 1 in colours" in told and "1 at levels beyond 0 to 2" in told
    assert small.report["mosaic"]["by_hand"] == 0 and np.array_equal(by_hand_of(small.settings), by_hand)
    flat = maker.run(replace(chosen, relief=0), UNPROVED, by_hand=by_hand)
    assert "1 at levels, but the mosaic is flat" in flat.report["warnings"][0]
    back = maker.run(chosen, UNPROVED, by_hand=by_hand_of(flat.settings))
    assert np.array_equal(back.layout, plan.layout) and not back.report["warnings"]


def test_studs_are_raised_and_lowered_by_levels():
    maker = making()
    plan = maker.run(MosaicSettings(size="16x16", relief=3, piece="variable-plate"))
    rows = pieces_at(plan, (8, 8))
    _, x, y = footprint_cells(plan.layout[rows], plan.catalogue)
    before = seen(plan)[1]
    assert before[7, 7] == 1
    up = made_again(maker, plan, lifted(plan, rows, 1), rows)
    wanted = before.copy()
    wanted[15 - y, x] = 2
    assert np.array_equal(seen(up.plan)[1], wanted) and up.plan.report["structure"]["stable"] is True
    assert np.array_equal(seen(up.plan)[0], seen(plan)[0])
    with pytest.raises(BadEdit, match="the highest level, 2"):
        lifted(up.plan, pieces_at(up.plan, (8, 8)), 1)
    down = made_again(maker, up.plan, lifted(up.plan, pieces_at(up.plan, (8, 8)), -5), up.picked).plan
    wanted[15 - y, x] = 0
    assert np.array_equal(seen(down)[1], wanted)
    with pytest.raises(BadEdit, match="the lowest level, 0"):
        lifted(down, pieces_at(down, (8, 8)), -1)
    both = lifted(plan, pieces_at(plan, (8, 8), (1, 1)), 1)
    assert before[0, 0] == 2 and len(both) == len(x)  # what is at the top already is not held there
    flat = maker.run(MosaicSettings(size="16x16"), UNPROVED)
    with pytest.raises(BadEdit, match="is flat"):
        lifted(flat, pieces_at(flat, (8, 8)), 1)


def test_taking_back_brings_the_mosaic_as_it_was():
    maker = making()
    plan = maker.run(MosaicSettings(size="16x16", relief=3), UNPROVED)
    first, second = pieces_at(plan, (1, 1)), pieces_at(plan, (2, 1), (3, 1))
    edited = made_again(maker, plan, coloured(plan, first | second, "Red"), first)
    edited = made_again(maker, edited.plan, lifted(edited.plan, edited.picked, -1), edited.picked)
    one = made_again(maker, edited.plan, as_found(edited.plan, edited.picked), edited.picked).plan
    assert (seen(one)[0] == "Red").sum() == 2 and np.array_equal(seen(one)[1], seen(plan)[1])
    with pytest.raises(BadEdit, match="Of the picked studs none"):
        as_found(one, pieces_at(one, (1, 1)))
    none = np.zeros(len(one.layout), bool)
    back = made_again(maker, one, as_found(one, none), none)
    assert np.array_equal(back.plan.layout, plan.layout) and back.plan.settings == plan.settings
    assert not back.picked.any()
    with pytest.raises(BadEdit, match="Of the studs of slope none"):
        as_found(plan, np.zeros(len(plan.layout), bool))


def test_only_what_is_seen_counts_as_picked_and_only_its_colours_are_there():
    plan = making().run(MosaicSettings(size="16x16", set=("40179",), without=("72",)), UNPROVED)
    with pytest.raises(BadEdit, match="pick some of its pieces first"):
        coloured(plan, plan.layout["role"] == Role.BASE, "White")
    with pytest.raises(BadEdit, match="no studs in Dark Bluish Grey"):  # that of the base plate
        coloured(plan, pieces_at(plan, (1, 1)), "Dark Bluish Grey")
    everything = np.ones(len(plan.layout), bool)
    assert len(coloured(plan, everything, "White")) == 256
    assert colour_picked(plan, pieces_at(plan, (1, 1)) | (plan.layout["role"] == Role.BASE)).name == "White"
    with pytest.raises(BadEdit, match=r"colours: .*White.*pick studs of one colour"):
        colour_picked(plan, everything)


def test_what_is_short_then_is_told():
    maker = making()
    plan = maker.run(MosaicSettings(size="16x16", set=("41935-rounds",), include=("Black",)), UNPROVED)
    scarce = min(plan.report["mosaic"]["available"], key=lambda name: plan.report["mosaic"]["available"][name])
    everything = np.ones(len(plan.layout), bool)
    edited = made_again(maker, plan, coloured(plan, everything, scarce), everything).plan
    lacking = 256 - plan.report["mosaic"]["available"][scarce]
    assert edited.report["mosaic"]["missing"] == {scarce: lacking} and edited.report["mosaic"]["studs"][scarce] == 256
    assert f"{lacking} studs more are used than there are: {lacking} {scarce}." in edited.report["warnings"]


def test_other_changes_by_hand_keep_how_many_are_set():
    maker = making()
    plan = maker.run(MosaicSettings(size="16x16", piece="variable-plate"), UNPROVED)
    rows = pieces_at(plan, (1, 1))
    plan = made_again(maker, plan, coloured(plan, rows, "Red"), rows).plan
    count = plan.report["mosaic"]["by_hand"]
    assert split(plan, pieces_at(plan, (1, 1)), "ones").plan.report["mosaic"]["by_hand"] == count > 1


def test_a_plan_file_keeps_them(tmp_path):
    maker = making()
    plan = maker.run(MosaicSettings(size="16x16"), UNPROVED)
    rows = pieces_at(plan, (4, 7))
    plan = made_again(maker, plan, coloured(plan, rows, "Red"), rows).plan
    path, _ = save_plan(plan, tmp_path, "a")
    assert by_hand_of(load_plan(path).settings).tolist() == [(4, 7, 4, -1)]


@pytest.mark.parametrize(
    "rows", [[[1, 2, 3]], [["a", 1, 1, 1]], [[0, 1, 1, 1]], [[1, 300, 1, 1]], [[1, 1, -2, 0]], "x"]
)
def test_damaged_ones_are_refused(rows):
    with pytest.raises(CannotRead, match="damaged"):
        by_hand_of({BY_HAND: rows})


places = st.tuples(st.integers(1, 256), st.integers(1, 256))
steps = st.lists(
    st.tuples(st.sampled_from(["colour", "level", "gone"]), st.lists(places, min_size=1), st.integers(0, 9))
)


@given(steps)
def test_the_last_thing_set_of_a_stud_counts(done):
    by_hand, known = NOTHING_BY_HAND, {}
    for name, where, value in done:
        if name == "gone":
            by_hand = without(by_hand, np.array(where))
            known = {place: row for place, row in known.items() if place not in where}
        else:
            by_hand = set_at(by_hand, np.array(where), name, value)
            known |= {place: known.get(place, {}) | {name: value} for place in where}
    wanted = {(*place, row.get("colour", -1), row.get("level", -1)) for place, row in known.items()}
    assert set(by_hand.tolist()) == wanted and len(by_hand) == len(known)
    assert np.array_equal(by_hand_of(by_hand_values(by_hand)), by_hand)
