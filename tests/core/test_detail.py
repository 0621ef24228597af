"""Which brick cells are built from plates."""

import numpy as np
import pytest
from brickprint.core.detail import built, least_region, superposed, terraces, with_holds
from brickprint.core.pipeline import Conversion
from brickprint.core.settings import Settings
from shapes import ball, box, joined, mesh_of


def plates_of(layout, catalogue):
    return int(np.count_nonzero(catalogue.sizes[layout["part"], 2] == 1))


@pytest.mark.parametrize("marking", ["terraces", "polygons"])
def test_fineness_leads_from_bricks_only_to_more_and_more_plates(marking):
    conversion = Conversion(mesh_of(ball()))
    plates = []
    for fineness in (0.0, 0.25, 0.5, 1.0):
        plan = conversion.run(Settings(studs=24, marking=marking, fineness=fineness))
        plates.append(plates_of(plan.layout, plan.catalogue))
    assert plates[0] == 0 < plates[-1]
    assert plates == sorted(plates) and len(set(plates)) > 2


@pytest.mark.parametrize("marking", ["terraces", "polygons"])
def test_a_prism_in_the_lattice_needs_no_plates_however_fine(marking):
    body = mesh_of(box((12, 9, 9.6)))  # 12 x 9 studs, 8 bricks
    plan = Conversion(body).run(Settings(studs=12, marking=marking, fineness=1.0))
    assert plates_of(plan.layout, plan.catalogue) == 0


def test_a_lid_that_is_no_whole_brick_high_gets_plates_and_is_held():
    lid = joined(box((8, 8, 9.6)), box((16, 8, 0.8), (-4, 0, 9.6)))  # two plates, 4 studs over on either side
    plan = Conversion(mesh_of(lid)).run(Settings(studs=16))
    assert plan.report["shape"]["iou"] == 1.0
    assert plan.report["structure"]["floating"] == 0


def test_terraces_are_judged_by_their_size():
    target = np.ones((6, 4, 6), bool)
    target[4:, :, 3:] = False  # a terrace of 12 cells, one plate of the upper brick layer
    assert terraces(target, 0.5)[1, :, 3:].all()
    assert least_region(0.3) > 12 and not terraces(target, 0.3).any()


def test_plates_at_the_side_of_a_wall_are_held_by_plates_in_it():
    target = np.zeros((12, 1, 3), bool)
    target[:, :, 0] = True  # a wall four bricks high, and beside it two plates in each of two brick layers
    target[4:8, :, 1] = True
    plates = np.zeros((4, 1, 3), bool)
    plates[1:3, :, 1] = True
    held = with_holds(target, superposed(target), plates)
    assert held[:, 0, 0].tolist() == [False, True, True, False]
    assert np.array_equal(held[:, :, 1:], plates[:, :, 1:])
    assert np.array_equal(built(target, superposed(target), held), target)


def test_plates_that_stand_or_lie_on_bricks_need_no_holding():
    for low in (0, 3):
        target = np.zeros((9, 1, 2), bool)
        target[:, :, 0] = True
        target[: low + 2, :, 1] = True  # two plates on the ground, or on a brick
        plates = np.zeros((3, 1, 2), bool)
        plates[low // 3, :, 1] = True
        assert np.array_equal(with_holds(target, superposed(target), plates), plates)
