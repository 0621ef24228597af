"""When parts of a build animation come and go, and from where."""

import numpy as np
import pytest
from brickprint.core.catalogue.parts import load_parts
from brickprint.core.choreography import STAYS, boxes_mm, choreograph
from brickprint.core.colour.palettes import load_palette
from brickprint.core.errors import NothingToBuild
from brickprint.core.layout import LAYOUT_DTYPE, Role
from brickprint.core.plan import Plan
from brickprint.core.settings import Settings
from brickprint.core.support.coming_off import coming_off
from hypothesis import given
from hypothesis import strategies as st

CATALOGUE = load_parts()
PALETTE = load_palette("solid")
BRICK = next(row for row, part in enumerate(CATALOGUE.parts) if part.name == "Brick 2 x 4")


def plan_of(rows, **rest):
    """rows: x, y, z, role, section, step of 2 x 4 bricks."""
    layout = np.zeros(len(rows), LAYOUT_DTYPE)
    layout["part"] = BRICK
    for number, name in enumerate(("x", "y", "z", "role", "section", "step")):
        layout[name] = [row[number] for row in rows]
    return Plan("model", layout, CATALOGUE, PALETTE, (48, 48, 48), **rest)


def tower(count, supports=0, sections=1):
    """Bricks on each other, a step each, in sections of equal height; then supports beside them."""
    rows = [(0, 0, 3 * n, Role.MODEL, n * sections // count, n) for n in range(count)]
    return plan_of(rows + [(8, 0, 3 * n, Role.SUPPORT_OUTER, 0, n) for n in range(supports)])


@given(
    st.lists(st.tuples(*[st.integers(0, 20)] * 3, st.just(0), st.integers(0, 3), st.integers(0, 30)), min_size=1),
    st.integers(2, 500),
    st.integers(1, 600),
    st.sampled_from(["part", "step"]),
)
def test_every_part_arrives_in_its_order_and_is_in_place_before_its_section_joins(rows, frames, flight, pace):
    rows = [(*row[:5], row[4] * 100 + row[5]) for row in rows]  # sections are built one after the other
    plan = plan_of(rows)
    found = choreograph(plan, Settings(frames=frames, flight=flight, pace=pace))
    steps = plan.layout["step"]
    order = np.lexsort((plan.layout["z"], steps))  # in a step from the ground up
    assert (found.arrive >= 0).all() and (np.diff(found.arrive[order]) >= 0).all()
    assert (found.arrive + found.flight < 1 - 0.1).all()  # then the finished model stands for a while
    assert found.flight > 0
    first = plan.layout["section"] == plan.layout["section"].min()
    assert (found.join[first] == -1).all() and not found.aside[first].any()
    assert (found.join[~first] >= (found.arrive + found.flight)[~first] - 1e-9).all()
    if pace == "step":
        for step in np.unique(steps):
            assert np.ptp(found.arrive[steps == step]) == 0


def test_one_after_the_other_means_that_no_two_start_together():
    arrive = choreograph(tower(20), Settings(pace="part")).arrive
    assert (np.diff(arrive) > 0).all()
    assert np.diff(arrive) == pytest.approx(np.diff(arrive)[0])


def test_sections_are_built_on_the_ground_beside_the_model():
    plan = tower(9, sections=3)
    found = choreograph(plan, Settings())
    low, high = boxes_mm(plan)
    for section in (1, 2):
        rows = plan.layout["section"] == section
        assert (low + found.aside)[rows, 2].min() == 0
        assert (low + found.aside)[rows, 0].min() > high[:, 0].max()
        assert (found.aside[rows] == found.aside[rows][0]).all()  # the section stays as it is
        assert np.ptp(found.join[rows]) == 0
    second, third = (plan.layout["section"] == section for section in (1, 2))
    assert found.join[second][0] + found.joining <= found.arrive[third].min() + 1e-9


def test_supports_go_after_the_last_part_came_and_before_the_end():
    plan = tower(5, supports=4)
    found = choreograph(plan, Settings())
    goes = plan.layout["role"] == Role.SUPPORT_OUTER
    assert (found.leave[~goes] == STAYS).all() and not found.off[~goes].any()
    assert (found.leave[goes] >= (found.arrive + found.flight).max() - 1e-9).all()
    assert (found.leave[goes] + found.leaving < 1).all()
    assert (np.linalg.norm(found.off[goes], axis=1) > 30).all() and not found.off[:, 2].any()
    assert (found.off[goes, 0] > 0).all()  # away from the model


def test_supports_that_would_be_closed_in_go_before_the_next_section_is_put_on():
    rows = [(0, 0, 0, 0, 0, 0), (8, 0, 0, Role.SUPPORT_INNER, 0, 0), (16, 0, 0, Role.SUPPORT_OUTER, 0, 0)]
    rows += [(0, 0, 3, 0, 1, 1), (8, 0, 3, Role.SUPPORT_INNER, 1, 1)]
    found = choreograph(plan_of(rows, report={"supports": {"kept": []}}), Settings())
    first, second = found.leave[1], found.leave[4]
    assert (found.arrive + found.flight)[:3].max() <= first and first + found.leaving <= found.join[3]
    assert (found.arrive + found.flight)[4] <= second and second + found.leaving <= found.join[4] + 1e-9
    assert found.join[4] + found.joining <= found.leave[2]


def test_what_must_stay_by_the_report_stays():
    rows = [(0, 0, 3 * n, 0, 0, n) for n in range(3)]
    rows += [(8, 0, 3 * n, Role.SUPPORT_OUTER, 0, n) for n in range(2)]
    rows += [(16, 0, 3 * n, Role.SUPPORT_OUTER, 0, n) for n in range(2)]
    kept = [{"parts": 2, "reason": "steadies", "holds_parts": 1, "at": [17, 1, 1]}]
    plan = plan_of(rows, report={"supports": {"kept": kept}})
    assert coming_off(plan).tolist() == [False] * 3 + [True] * 2 + [False] * 2
    assert coming_off(plan_of(rows)).tolist() == [False] * 3 + [True] * 4  # the studs know of no reason


@pytest.mark.parametrize(
    ("fly_in", "sideways", "upwards"), [("above", False, True), ("outside", True, True), ("grow", False, False)]
)
def test_directions(fly_in, sideways, upwards):
    way = choreograph(tower(6), Settings(fly_in=fly_in)).way
    assert way[:, :2].any(axis=1).all() == sideways
    assert (way[:, 2] > 0).all() == upwards


def test_parts_of_a_pile_lie_in_front_of_the_model_on_the_ground():
    plan = tower(60, sections=2)
    found = choreograph(plan, Settings(fly_in="pile"))
    low, _ = boxes_mm(plan)
    place = low + found.aside + found.way
    assert found.waiting
    assert place[:, 1].max() < low[:, 1].min()
    assert place[:, 2].min() >= 0
    assert place[found.arrive.argmin(), 2] > np.median(place[:, 2])  # what is used first lies on top


@pytest.mark.parametrize("fly_in", ["above", "outside", "pile", "grow"])
def test_equal_plans_move_equally(fly_in):
    one, other = (choreograph(tower(12, 3, 2), Settings(fly_in=fly_in)) for _ in range(2))
    for name in ("arrive", "leave", "join", "way", "tumble", "off", "aside"):
        assert np.array_equal(getattr(one, name), getattr(other, name))


def test_no_parts_are_refused():
    with pytest.raises(NothingToBuild, match="no bricks"):
        choreograph(plan_of([]), Settings())
