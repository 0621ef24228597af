"""What the finished model is asked to bear: weights, a tilt, a base plate or a table below."""

import math

import numpy as np
import pytest
from brickprint.core.errors import BadSetting
from brickprint.core.layout import LAYOUT_DTYPE, extents, owners
from brickprint.core.settings import Settings
from brickprint.core.structure.demand import demand_of, demand_words, require_places, situations
from brickprint.core.structure.statics.constants import CONSTANTS
from brickprint.core.structure.statics.verdict import Verdict, assess_all
from hypothesis import given
from hypothesis import strategies as st
from random_plans import CATALOGUE

ROW_OF = {part.ldraw: row for row, part in enumerate(CATALOGUE.parts)}


def layout_of(*rows):
    """(LDraw number, x, y, z[, role]) -> a layout."""
    return np.array([(ROW_OF[part], x, y, z, 0, 0, *role, *[0] * (3 - len(role))) for part, x, y, z, *role in rows],
                    LAYOUT_DTYPE)  # fmt: skip


TOWER = layout_of(*[("3003", 0, 0, 3 * level) for level in range(10)])


def word(layout, **chosen):
    settings = Settings(**chosen)
    return assess_all(layout, CATALOGUE, situations(demand_of(settings), layout, CATALOGUE), settings.safety).verdict


def test_nothing_asked_for_is_one_upright_situation():
    (only,) = situations(demand_of(Settings()), TOWER, CATALOGUE)
    assert (only.ground_holds, only.down, list(only.loads)) == (True, (0.0, 0.0, -1.0), [])
    assert demand_words(demand_of(Settings()), 1.0) == ""


def test_a_tower_on_a_table_falls_when_its_middle_is_beyond_its_feet():
    # A 2 x 2 brick stands on points up to 5/8 of a pitch from its middle; half of the 30 plates is above.
    limit = math.degrees(math.atan2(5 / 8, 15 * CONSTANTS.plate_pitches))
    assert word(TOWER, ground="table") == Verdict.STANDS
    assert word(TOWER, ground="table", tilt=0.98 * limit) == Verdict.STANDS
    assert word(TOWER, ground="table", tilt=1.02 * limit) == Verdict.FALLS
    assert word(TOWER, tilt=1.02 * limit) == Verdict.STANDS  # on a base plate


@pytest.mark.parametrize("arm", [(-6, 0, 0), (0, 0, 0), (0, -6, 1), (0, 0, 1)])
def test_every_side_counts(arm):
    """An arm along each axis: what leans that way falls over first."""
    x, y, turn = arm
    layout = layout_of(*[("3003", 0, 0, 3 * level) for level in range(3)], ("3007", x, y, 9))
    layout["turn"][-1] = turn
    lone = [
        assess_all(layout, CATALOGUE, [one]).margin
        for one in situations(demand_of(Settings(tilt=30.0)), layout, CATALOGUE)
    ]
    assert len(lone) == 5 and max(lone) > 1.0001 * min(lone)
    whole = assess_all(layout, CATALOGUE, situations(demand_of(Settings(tilt=30.0)), layout, CATALOGUE))
    assert whole.margin == min(lone)


STUDS = st.tuples(st.integers(0, 8), st.integers(0, 5))


@given(st.lists(st.tuples(STUDS, st.integers(0, 4)), min_size=1, max_size=8), st.integers(1, 5000))
def test_a_spread_load_lies_whole_on_the_highest_parts(places, grams):
    layout = layout_of(*[("3022", x, y, z) for (x, y), z in places])
    (only,) = situations(demand_of(Settings(load=str(grams))), layout, CATALOGUE)
    assert sum(load.grams for load in only.loads) == pytest.approx(grams)
    high = int((layout["z"] + extents(layout, CATALOGUE)[:, 2]).max())
    top = owners(layout, CATALOGUE, (high, 8, 12))[-1] >= 0
    assert {load.at for load in only.loads} == {(x + 0.5, y + 0.5) for y, x in np.argwhere(top).tolist()}


def test_a_spread_load_does_not_lie_on_supports():
    layout = layout_of(("3003", 0, 0, 0), ("3003", 4, 0, 0, 1))
    (only,) = situations(demand_of(Settings(load="40")), layout, CATALOGUE)
    assert {load.at for load in only.loads} == {(0.5, 0.5), (1.5, 0.5), (0.5, 1.5), (1.5, 1.5)}


BEAM = layout_of(("3003", 0, 0, 0), ("3007", 0, 0, 3), ("3003", 0, 0, 6))


def test_a_load_breaks_where_its_lever_is_long():
    assert word(BEAM, load="500@1,1") == Verdict.STANDS
    assert word(BEAM, load="500@8,1") == Verdict.FALLS
    assert word(BEAM, load="250@1,1 250@8,1") == Verdict.FALLS
    assert word(BEAM, load="20@8,1") == Verdict.STANDS
    assert word(BEAM, load="20@8,1", safety=20.0) == Verdict.FALLS


def test_the_words_say_what_was_asked_for():
    demand = demand_of(Settings(load=" 500  20.5@3,7 ", tilt=12.5, ground="table"))
    said = " on a bare table with 500 g on top and 20.5 g at stud 3, 7 when tilted by 12.5 degrees with a factor of "
    assert demand_words(demand, 2.0) == f"{said}safety of 2"


def test_only_places_with_a_part_of_the_model_are_taken():
    layout = layout_of(("3003", 2, 1, 0), ("3003", 6, 1, 0, 1))
    require_places(demand_of(Settings(load="5 5@3,2 5@4,3")), layout, CATALOGUE)
    for place in ("2,2", "3,4", "7,2", "0,0", "-1,2"):
        with pytest.raises(BadSetting, match="studs 3 to 4 along x and 2 to 3 along y"):
            require_places(demand_of(Settings(load=f"5@{place}")), layout, CATALOGUE)
        (only,) = situations(demand_of(Settings(load=f"5@{place}")), layout, CATALOGUE)
        assert not only.loads
