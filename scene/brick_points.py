"""The points of a model: a vertex a brick, with what changes from brick to brick as attributes; and the way back."""

from __future__ import annotations

import bpy
import numpy as np

from ..core.layout import LAYOUT_DTYPE, extents
from ..core.plan import Plan
from ..core.units import PLATE_MM, STUD_MM
from .instancer import PICK

UTILISATION = "utilisation"
_LOCKED = "locked"
_ATTRIBUTES = ("part", "turn", "colour", "role", "section", "step")  # layout fields; x, y, z are the positions


def points_of(plan: Plan, pick: np.ndarray) -> bpy.types.Mesh:
    """The mesh of loose vertices; pick (N,): the source object of each brick."""
    layout = plan.layout
    points = bpy.data.meshes.new(f"{plan.name} bricks")
    points.vertices.add(len(layout))
    points.vertices.foreach_set("co", _centres(plan).astype(np.float32).ravel())
    points.vertices.foreach_set("select", np.zeros(len(layout), bool))  # Blender adds them selected
    for name, column in [(name, layout[name]) for name in _ATTRIBUTES] + [(PICK, pick)]:
        attribute = points.attributes.new(name, "INT", "POINT")
        attribute.data.foreach_set("value", np.ascontiguousarray(column, np.int32))
    if plan.utilisation is not None:
        attribute = points.attributes.new(UTILISATION, "FLOAT", "POINT")
        attribute.data.foreach_set("value", np.ascontiguousarray(plan.utilisation, np.float32))
    if plan.locked is not None:
        attribute = points.attributes.new(_LOCKED, "BOOLEAN", "POINT")
        attribute.data.foreach_set("value", plan.locked)
    points.update()
    return points


def read_fields(points: bpy.types.Mesh) -> np.ndarray:
    """(N,) a layout without its places, as the attributes have it. Raises KeyError with the name of a lost one."""
    layout = np.zeros(len(points.vertices), LAYOUT_DTYPE)
    for name in _ATTRIBUTES:
        attribute = points.attributes.get(name)
        if attribute is None or attribute.data_type != "INT" or attribute.domain != "POINT":
            raise KeyError(name)
        column = np.zeros(len(layout), np.int32)
        attribute.data.foreach_get("value", column)
        layout[name] = column
    return layout


def with_places(plan: Plan, points: bpy.types.Mesh) -> np.ndarray:
    """(N,) the plan's layout, each part in the cell where its point is."""
    layout = plan.layout.copy()
    corners = positions(points) - _corner_to_centre(plan)
    cells = np.rint(corners / (STUD_MM, STUD_MM, PLATE_MM)).astype(np.int32)
    for axis, name in enumerate("xyz"):
        layout[name] = cells[:, axis]
    return layout


def utilisation_of(points: bpy.types.Mesh) -> np.ndarray | None:
    """(N,) float32: how hard each part is pulled; None where that is not known."""
    attribute = points.attributes.get(UTILISATION)
    if attribute is None or attribute.data_type != "FLOAT" or attribute.domain != "POINT":
        return None
    share = np.zeros(len(points.vertices), np.float32)
    attribute.data.foreach_get("value", share)
    return share


def locked_parts(points: bpy.types.Mesh) -> np.ndarray | None:
    """(N,) bool: which parts of a model are locked; None where none is."""
    attribute = points.attributes.get(_LOCKED)
    if attribute is None or attribute.data_type != "BOOLEAN" or attribute.domain != "POINT":
        return None
    marks = np.zeros(len(points.vertices), bool)
    attribute.data.foreach_get("value", marks)
    return marks if marks.any() else None


def _centres(plan: Plan) -> np.ndarray:
    """(N, 3) float64, mm: where the origin of each part's mesh lies."""
    layout = plan.layout
    corners = np.stack([layout["x"], layout["y"], layout["z"]], axis=-1) * (STUD_MM, STUD_MM, PLATE_MM)
    return corners + _corner_to_centre(plan)


def _corner_to_centre(plan: Plan) -> np.ndarray:
    """(N, 3) float64, mm: from each part's lowest corner to the centre of its underside."""
    return extents(plan.layout, plan.catalogue) * (STUD_MM / 2, STUD_MM / 2, 0.0)


def positions(points: bpy.types.Mesh) -> np.ndarray:
    """(N, 3) float64, mm: where the points of a model are, in its own space."""
    found = np.zeros(len(points.vertices) * 3, np.float32)
    points.vertices.foreach_get("co", found)
    return found.reshape(-1, 3).astype(np.float64)
