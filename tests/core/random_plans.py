"""Plans with random layouts: every part, turn, colour and step occurs; the parts may overlap."""

import numpy as np
from brickprint.core.catalogue.parts import load_parts
from brickprint.core.colour.palettes import load_palette
from brickprint.core.layout import LAYOUT_DTYPE, Role
from brickprint.core.plan import Placement, Plan
from hypothesis import strategies as st

CATALOGUE = load_parts()
PALETTE = load_palette("solid")

ROWS = st.tuples(
    st.integers(0, len(CATALOGUE.parts) - 1),
    st.integers(-1000, 100_000),
    st.integers(-1000, 100_000),
    st.integers(-1000, 100_000),
    st.integers(0, 3),
    st.integers(0, len(PALETTE.colours) - 1),
    st.sampled_from([int(role) for role in Role]),
    st.integers(0, 9),
    st.integers(0, 12),
)
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
