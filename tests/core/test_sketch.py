"""What is drawn of a layout while it is being made."""

from dataclasses import replace

import numpy as np
from brickprint.core.pipeline import Conversion
from brickprint.core.plan import Placement
from brickprint.core.progress import Progress
from brickprint.core.settings import Settings
from brickprint.core.sketch import boxes, drawn_over
from shapes import ball, mesh_of


def converted(**chosen):
    """The plans that news brought, and the last one's plan."""
    news = []
    settings = Settings(**{"studs": 12, "prove": "none", **chosen})
    plan = Conversion(mesh_of(ball())).run(settings, Progress(on_step=news.append))
    return [step.plan for step in news if step.plan is not None], plan


def test_a_conversion_tells_what_is_laid_up_to_all_of_it():
    for packer in ("fast", "best", "deterministic"):
        drafts, plan = converted(packer=packer)
        assert drafts
        last = drafts[-1]
        assert len(last.layout) == len(plan.layout) and last.placement == plan.placement
        names = ["part", "x", "y", "z", "turn", "colour"]
        np.testing.assert_array_equal(*(np.sort(each.layout[names]) for each in (last, plan)))


def test_layers_come_one_by_one():
    drafts, _ = converted(packer="deterministic")
    tops = [draft.layout["z"].max() for draft in drafts]
    assert tops[0] == 0 and tops == sorted(tops) and len(set(tops)) > 3


def test_new_parts_take_the_place_of_those_in_their_layers():
    _, plan = converted(packer="fast")
    low = plan.layout[plan.layout["z"] == plan.layout["z"].min()]
    assert len(drawn_over(plan.layout, low, plan)) == len(plan.layout)
    assert len(drawn_over(plan.layout, low[:1], plan)) == len(plan.layout) - np.count_nonzero(
        (plan.layout["z"] == low["z"][0])
        & (plan.catalogue.sizes[plan.layout["part"], 2] == plan.catalogue.sizes[low["part"][0], 2])
    ) + 1  # fmt: skip
    assert drawn_over(plan.layout, low[:0], plan) is plan.layout


def test_boxes_fill_the_model_s_box_and_face_outwards():
    _, plan = converted(packer="fast")
    plan = replace(plan, placement=Placement((1.0, 2.0, 3.0), 0.5))
    vertices, colours, triangles = boxes(plan)
    assert vertices.dtype == colours.dtype == np.float32 and triangles.dtype == np.int32
    assert (len(vertices), len(colours), len(triangles)) == tuple(k * len(plan.layout) for k in (24, 24, 12))
    size = np.array(plan.size) * (8, 8, 3.2) * 0.5
    np.testing.assert_allclose(vertices.min(axis=0), (1, 2, 3), atol=0.06)
    np.testing.assert_allclose(vertices.max(axis=0), size + (1, 2, 3), atol=0.06)
    a, b, c = vertices[triangles].transpose(1, 0, 2)
    middle = vertices.reshape(-1, 24, 3).mean(axis=1).repeat(12, axis=0)
    assert ((np.cross(b - a, c - a) * (a - middle)).sum(axis=1) > 0).all()
    assert colours.min() >= 0 and colours.max() <= 1


def test_what_has_no_colour_yet_is_not_drawn():
    _, plan = converted(packer="fast")
    hidden = plan.layout.copy()
    hidden["colour"][:3] = -1
    assert len(boxes(replace(plan, layout=hidden))[0]) == 24 * (len(hidden) - 3)
