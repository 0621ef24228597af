"""Plans in colours that tell something of each part."""

from dataclasses import replace

import numpy as np
import pytest
from brickprint.core.errors import BadSetting
from brickprint.core.structure.energies import model_energies, part_energies
from brickprint.core.structure.shades import SHADES, hanging_parts, shaded, weakest_rows
from random_plans import CATALOGUE, plan_of

ROW_OF = {part.ldraw: row for row, part in enumerate(CATALOGUE.parts)}


def brick(number, x, y, z, role=0, section=0, step=0):
    return (ROW_OF[number], x, y, z, 0, 0, role, section, step)


# A post with an arm of eight studs, a support below its end, and a brick that hangs on nothing.
GALLOWS = [
    brick("3003", 0, 0, 0),
    brick("3003", 0, 0, 3, step=1),
    brick("3007", 0, 0, 6, section=1, step=2),
    brick("3003", 6, 0, 0, role=1, step=1),
    brick("3003", 6, 0, 3, role=2, step=1),
    brick("3003", 20, 0, 30, section=2, step=3),
]


def shades_of(rows, by, **rest):
    plan = plan_of(rows, **rest)
    seen = shaded(plan, by)
    assert (seen.layout[["part", "x", "y", "z", "role", "section", "step"]] == plan.layout[
        ["part", "x", "y", "z", "role", "section", "step"]]).all()  # fmt: skip
    return [seen.palette.colours[row].hex for row in seen.layout["colour"]]


def test_overhangs_are_yellow_and_supports_red():
    found = shades_of(GALLOWS, "overhangs")
    grey, yellow, red = found[0], found[2], found[3]
    assert found == [grey, grey, yellow, red, red, yellow]
    for shade, more, less in ((yellow, 1, 2), (red, 0, 1)):
        channels = [int(shade[i : i + 2], 16) for i in (1, 3, 5)]
        assert channels[more] > 2 * channels[less] and channels[0] > 200


def test_what_hangs_over_by_a_stud_is_no_overhang():
    rows = [brick("3003", 0, 0, 0), brick("3002", 0, 0, 3), brick("3001", 0, 0, 6), brick("3003", 0, 0, 9)]
    assert not hanging_parts(plan_of(rows).layout, CATALOGUE).any()


def test_bricks_moved_far_away_take_no_memory():
    rows = [*GALLOWS[:3], brick("3003", 0, 0, 2**30), brick("3003", 2**30, 0, 0)]
    np.testing.assert_array_equal(hanging_parts(plan_of(rows).layout, CATALOGUE), [False, False, True, True, False])


def test_supports_alone_hang_nowhere():
    assert not hanging_parts(plan_of(GALLOWS[3:5]).layout, CATALOGUE).any()


@pytest.mark.parametrize(
    ("by", "groups"),
    [("components", [0, 0, 0, 0, 0, 1]), ("sections", [0, 0, 1, 0, 0, 2]), ("roles", [0, 0, 0, 1, 2, 0])]
    + [("steps", [0, 1, 2, 1, 1, 3])],
)
def test_alike_parts_are_shown_alike(by, groups):
    found = shades_of(GALLOWS, by)
    names = list(dict.fromkeys(found))
    assert [names.index(shade) for shade in found] == [list(dict.fromkeys(groups)).index(group) for group in groups]


def test_the_harder_pulled_the_hotter():
    share = np.array([0.0, 0.5, 0.99, 1.0, np.inf, 0.2], np.float32)
    found = shades_of(GALLOWS, "utilisation", utilisation=share)
    assert found[3] == found[4] and len(set(found)) == 5
    with pytest.raises(BadSetting, match="not known"):
        shaded(plan_of(GALLOWS), "utilisation")


def test_every_kind_of_part_has_a_shade_of_its_own():
    rows = [(row, 20 * row, 0, 0, 0, 0, 0, 0, 0) for row in range(len(CATALOGUE.parts))]
    assert len(set(shades_of(rows, "parts"))) == len(rows)
    alone = shades_of(rows[7:8], "parts")
    assert alone == shades_of(rows, "parts")[7:8], "the same in all models"


def test_what_is_held_less_has_more_energy():
    single, large = brick("3005", 20, 20, 30), brick("3001", 0, 0, 3)
    rows = [brick("3001", 0, 0, 0), large, brick("3001", 0, 0, 6), single]
    plan = plan_of(rows)
    energy = part_energies(plan.layout, plan.catalogue)
    assert energy.argmax() == 3 and energy.argmin() in (0, 1)
    assert energy.mean() == pytest.approx(model_energies(plan.layout, plan.catalogue)["total_even"])
    found = shades_of(rows, "energy")
    assert found[3] not in found[:3]


def test_an_unknown_word_is_refused():
    with pytest.raises(BadSetting, match="overhangs"):
        shaded(plan_of(GALLOWS), "weather")


@pytest.mark.parametrize("by", SHADES)
def test_a_plan_without_parts_has_nothing_to_show(by):
    plan = plan_of([])
    assert shaded(replace(plan, utilisation=np.zeros(0, np.float32)), by).layout.shape == (0,)


def test_the_weakest_leave_loose_parts_out():
    assert weakest_rows(np.array([0.1, np.inf, 0.9, 0.5]), 2).tolist() == [2, 3]
    assert weakest_rows(np.array([np.inf, np.inf]), 5).tolist() == []
