"""The model as one closed surface: every edge twice, a volume that is known, and nothing inside."""

import numpy as np
import pytest
import trimesh
from brickprint.core.catalogue.parts import load_parts
from brickprint.core.errors import TooLarge
from brickprint.core.export.printing import is_shaped, outer_shell, pieces
from brickprint.core.layout import LAYOUT_DTYPE, Role
from hypothesis import given, settings
from hypothesis import strategies as st

CATALOGUE = load_parts()
ROWS = {part.name: row for row, part in enumerate(CATALOGUE.parts)}
STUD_MM3 = 16 / 2 * np.sin(2 * np.pi / 16) * 2.4**2 * 1.7  # a prism over 16 corners


def layout_of(*rows):
    """Of rows (part's name, x, y, z, turn, colour)."""
    layout = np.zeros(len(rows), LAYOUT_DTYPE)
    for place, (part, x, y, z, turn, colour) in enumerate(rows):
        layout[place] = (ROWS[part], x, y, z, turn, colour, Role.MODEL, 0, 0)
    return layout


def solid(shell):
    """The surface as an STL file has it: single precision, and points in the same place are one."""
    mesh = trimesh.Trimesh(shell.vertices.astype(np.float32), shell.triangles, process=True)
    assert len(mesh.vertices) == len(shell.vertices)
    return mesh


@st.composite
def heaps(draw):
    """1 x 1 plates and tiles in any cells of a small box."""
    shape = draw(st.tuples(*[st.integers(1, 5)] * 3))
    count = int(np.prod(shape))
    cells = draw(st.lists(st.sampled_from([None, "Plate 1 x 1", "Tile 1 x 1"]), min_size=count, max_size=count))
    places = np.argwhere(np.ones(shape, bool)).tolist()
    return [(part, x, y, z, 0, 0) for part, (z, y, x) in zip(cells, places, strict=True) if part]


@given(heaps().filter(len))
@settings(max_examples=150, deadline=None)
def test_any_cells_become_a_closed_surface(heap):
    mesh = solid(outer_shell(layout_of(*heap), CATALOGUE))
    assert mesh.is_watertight
    assert mesh.is_winding_consistent
    studs = sum(
        part == "Plate 1 x 1" and not any(other[1:4] == (x, y, z + 1) for other in heap) for part, x, y, z, _, _ in heap
    )
    least = len(heap) * 8 * 8 * 3.2 + studs * STUD_MM3
    assert mesh.volume >= 0.95 * least  # a hair is missing where cells touch; cavities are filled


def test_the_volume_of_a_brick_with_its_studs():
    mesh = solid(outer_shell(layout_of(("Brick 2 x 4", 5, 6, 7, 1, 3)), CATALOGUE))
    assert mesh.volume == pytest.approx(16 * 32 * 9.6 + 8 * STUD_MM3)
    assert mesh.bounds.ravel() == pytest.approx([40, 48, 22.4, 56, 80, 33.7], abs=1e-4)


def test_studs_under_other_parts_and_faces_between_are_gone():
    stack = [("Brick 2 x 4", 0, 0, 0, 0, 1), ("Tile 2 x 4", 0, 0, 3, 0, 2)]
    shell = outer_shell(layout_of(*stack), CATALOGUE)
    assert solid(shell).volume == pytest.approx(32 * 16 * 12.8)
    outside = 2 * 2 * 4 + 4 * 2 * (2 + 4)  # faces of cells: top and bottom; four plates of walls
    assert len(shell.triangles) == 2 * outside
    top = shell.vertices[shell.triangles][:, :, 2].min(axis=1) >= 9.6 - 1e-6
    assert set(shell.colour[top]) == {2}
    assert set(shell.colour[~top]) == {1}


def test_what_is_enclosed_is_filled():
    walls = [("Plate 1 x 1", x, y, z, 0, 0) for x in range(3) for y in range(3) for z in range(3)]
    hollow = outer_shell(layout_of(*(row for row in walls if row[1:4] != (1, 1, 1))), CATALOGUE)
    whole = outer_shell(layout_of(*walls), CATALOGUE)
    assert solid(hollow).volume == pytest.approx(solid(whole).volume)


def test_cells_that_share_an_edge_only_stay_two_pieces():
    layout = layout_of(("Tile 1 x 1", 0, 0, 0, 0, 0), ("Tile 1 x 1", 1, 1, 0, 0, 0))
    mesh = solid(outer_shell(layout, CATALOGUE))
    assert mesh.body_count == pieces(layout, CATALOGUE) == 2
    assert pieces(layout_of(("Tile 1 x 1", 0, 0, 0, 0, 0), ("Tile 1 x 1", 1, 0, 0, 0, 0)), CATALOGUE) == 1


def test_slopes_are_left_out_and_hide_the_studs_below():
    layout = layout_of(("Brick 2 x 2", 0, 0, 0, 0, 0), ("Slope Brick 45 2 x 2", 0, 0, 3, 0, 0))
    assert is_shaped(layout, CATALOGUE).tolist() == [False, True]
    assert solid(outer_shell(layout, CATALOGUE)).volume == pytest.approx(16 * 16 * 9.6)
    assert len(outer_shell(layout[1:], CATALOGUE).triangles) == 0


def test_no_parts_and_parts_far_apart():
    nothing = outer_shell(layout_of(), CATALOGUE)
    assert len(nothing.triangles) == 0
    with pytest.raises(TooLarge, match="too far apart"):
        outer_shell(layout_of(("Brick 2 x 2", 0, 0, 0, 0, 0), ("Brick 2 x 2", 9000, 9000, 9000, 0, 0)), CATALOGUE)
