"""Small models that the tests of the scene share."""

import bpy
import numpy as np
from brickprint.core.catalogue.parts import load_parts
from brickprint.core.colour.palettes import load_palette
from brickprint.core.layout import LAYOUT_DTYPE
from brickprint.core.plan import Placement, Plan

CATALOGUE = load_parts()
PALETTE = load_palette("solid")
_PART_ROWS = {part.name: row for row, part in enumerate(CATALOGUE.parts)}
_COLOUR_ROWS = {colour.name: row for row, colour in enumerate(PALETTE.colours)}


def placed(part, x, y, z, turn, colour, role=0, section=0, step=0):
    """One row of a layout, the part and the colour by name."""
    return (_PART_ROWS[part], x, y, z, turn, _COLOUR_ROWS[colour], role, section, step)


def plan_of(rows, name="model", **rest):
    return Plan(name, np.array(rows, LAYOUT_DTYPE), CATALOGUE, PALETTE, (48, 40, 90), **rest)


def small_plan(name="tower"):
    """Every kind of turn, two layers, four colours, a brick twice, away from the origin."""
    return plan_of(
        [
            placed("Brick 2 x 4", 0, 0, 0, 0, "Red"),
            placed("Brick 2 x 4", 4, 0, 0, 1, "Red", step=0),
            placed("Brick 1 x 3", 0, 2, 0, 2, "Blue", role=1),
            placed("Brick 1 x 2", 5, 1, 3, 3, "White", section=2, step=1),
            placed("Plate 1 x 1", 5, 3, 3, 0, "Yellow", role=2, step=7),
        ],
        name,
        placement=Placement((1.5, -2.0, 0.25), 0.001),
        settings={"studs": 48, "palette": "solid"},
        report={"parts": {"total": 5}, "warnings": ["Größe"]},
    )


def scattered_plan(count, parts, colours, name="heap"):
    """Many bricks of the first parts and colours, at random places; they may overlap."""
    random = np.random.default_rng(0)
    layout = np.zeros(count, LAYOUT_DTYPE)
    limits = {"part": parts, "colour": colours, "turn": 4, "x": 100_000, "y": 100_000, "z": 100_000, "step": 1000}
    for column, limit in limits.items():
        layout[column] = random.integers(0, limit, count)
    return Plan(name, layout, CATALOGUE, PALETTE, (100_000, 100_000, 100_002))


def exported_ldr(folder):
    """The LDraw file that the active model is exported to."""
    assert bpy.ops.brickprint.export_files(directory=str(folder), formats={"ldr"}) == {"FINISHED"}
    (path,) = folder.glob("*/*.ldr")
    return path
