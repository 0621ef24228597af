"""Plans with random layouts: every part, turn, colour and step occurs; the parts may overlap."""

from dataclasses import replace

import numpy as np
from brickprint.core.catalogue.parts import load_parts
from brickprint.core.colour.palettes import load_palette
from brickprint.core.layout import LAYOUT_DTYPE, Role
from brickprint.core.plan import Placement, Plan
from brickprint.core.structure.loads import apart
from hypothesis import strategies as st

CATALOGUE = load_parts()
PALETTE = load_palette("solid")

_PART = st.integers(0, len(CATALOGUE.parts) - 1)
_REST = (
    st.integers(0, 3),
    st.integers(0, len(PALETTE.colours) - 1),
    st.sampled_from([int(role) for role in Role]),
    st.integers(0, 9),
    st.integers(0, 12),
)
ROWS = st.tuples(_PART, *[st.integers(-1000, 100_000)] * 3, *_REST)
NAMES = st.text(max_size=30)
SETTINGS = st.dictionaries(
    st.text(max_size=5), st.integers() | st.floats(allow_nan=False, allow_infinity=False) | NAMES
)


def plan_of(rows, name="model", **rest):
    """A plan of rows (part, x, y, z, turn, colour, role, section, step)."""
    layout = np.array([tuple(row) for row in rows], LAYOUT_DTYPE)
    return Plan(name, layout, CATALOGUE, PALETTE, (48, 40, 90), **rest)


def plans():
    return st.builds(
        plan_of,
        st.lists(ROWS, max_size=40),
        NAMES,
        placement=st.just(Placement((1.5, -2.0, 0.25), 0.01)),
        settings=SETTINGS,
        report=SETTINGS,
    )


def buildable_plans():
    """Plans of parts that are near each other and do not overlap, at least one."""
    row = st.tuples(_PART, *[st.integers(-30, 60)] * 3, *_REST)
    return st.builds(_apart, st.lists(row, min_size=1, max_size=30))


def _apart(rows):
    plan = plan_of(rows)
    return replace(plan, layout=plan.layout[apart(plan.layout, CATALOGUE)])
