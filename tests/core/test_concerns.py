"""Warnings that speak of parts, and the way back to these."""

import numpy as np
from brickprint.core.concerns import Concern, never_made, parts_at, places
from brickprint.core.export.foreign import given_file
from brickprint.core.export.ldraw import ldraw_text
from brickprint.core.inspection import inspect
from brickprint.core.pipeline import Conversion
from brickprint.core.settings import Settings
from hypothesis import given
from hypothesis import strategies as st
from random_plans import CATALOGUE, PALETTE, plan_of, plans
from shapes import box, joined, mesh_of

BRICK = next(row for row, part in enumerate(CATALOGUE.parts) if part.name == "Brick 2 x 4")


@given(plans(), st.data())
def test_the_places_of_parts_lead_back_to_them(plan, data):
    chosen = np.array(data.draw(st.lists(st.booleans(), min_size=len(plan.layout), max_size=len(plan.layout))), bool)
    found = parts_at(plan.layout, places([Concern("text", plan.layout[chosen])])["text"])
    assert found[chosen].all()
    corners = [tuple(int(part[axis]) for axis in "xyz") for part in plan.layout]
    assert {corners[row] for row in np.flatnonzero(found)} == {corners[row] for row in np.flatnonzero(chosen)}


def test_parts_that_are_gone_are_not_found():
    plan = plan_of([(BRICK, 4, 2, 0, 0, 0, 0, 0, 0)])
    assert parts_at(plan.layout, [[4, 2, 0], [9, 9, 9]]).tolist() == [True]
    assert parts_at(plan.layout, []).tolist() == [False]
    assert parts_at(plan.layout[:0], [[4, 2, 0]]).tolist() == []


def test_what_hangs_on_nothing_has_its_place_in_the_report():
    apart = mesh_of(joined(box((8, 8, 8)), box((2, 2, 2), (10, 10, 12))))
    plan = Conversion(apart).run(Settings(studs=24, supports="none", floating="keep", repair=False))
    warning = next(text for text in plan.report["warnings"] if "on nothing" in text)
    found = parts_at(plan.layout, plan.report["places"][warning])
    assert found.sum() == plan.report["structure"]["floating"] > 0
    np.testing.assert_array_equal(np.isinf(plan.utilisation), found)


def test_supports_that_stay_have_their_place_in_the_report():
    plan = Conversion(mesh_of(box((4, 4, 4)))).run(Settings(studs=24))
    assert set(plan.report["places"]) <= set(plan.report["warnings"])
    warning = next(text for text in plan.report["warnings"] if "can't be taken out" in text)
    found = parts_at(plan.layout, plan.report["places"][warning])
    assert (plan.layout["role"][found] == 2).all()
    assert found.sum() == sum(each["parts"] for each in plan.report["supports"]["kept"])


def test_parts_in_colours_they_were_never_made_in_are_told(tmp_path):
    made = CATALOGUE.made_in(PALETTE)
    part, colour = np.argwhere(~made)[0].tolist()
    other = int(np.flatnonzero(made[part])[0])
    plan = plan_of([(part, 0, 0, 0, 0, other, 0, 0, 0), (part, 40, 0, 0, 0, colour, 0, 0, 0)])
    (concern,) = never_made(plan)
    assert concern.text.startswith("Parts that are not known to have been made in their colour: 1 (the first: ")
    assert concern.parts["x"].tolist() == [40]
    assert never_made(plan_of([(part, 0, 0, 0, 0, other, 0, 0, 0)])) == []
    path = tmp_path / "model.ldr"
    path.write_text(ldraw_text(plan))
    report = inspect(given_file(path, "model")).report
    assert concern.text in report["warnings"] and len(report["places"][concern.text]) == 1
