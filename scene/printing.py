"""A model as one closed mesh for printing: the shell of its cells, and parts that are shaped otherwise."""

from __future__ import annotations

import math
from dataclasses import dataclass

import bpy
import numpy as np

from ..core.export.printing import is_shaped, outer_shell, pieces
from ..core.layout import extents
from ..core.plan import Plan
from ..core.support.coming_off import coming_off, require_model
from ..core.units import PART_GAP_MM, PLATE_MM, STUD_MM
from .brick_meshes import part_surface
from .bricks import read_plan
from .plastic import plastic

_LAP_MM = 0.05  # by which a slope reaches into its neighbours on every side


@dataclass(frozen=True)
class Printed:
    """A mesh for printing: polygons as in `surfaces.Surface`, and the palette row of each."""

    vertices: np.ndarray
    corners: np.ndarray
    sizes: np.ndarray
    colour: np.ndarray


def print_object(context: bpy.types.Context, bricks: bpy.types.Object) -> tuple[bpy.types.Object, int]:
    """A model as one mesh in its place, which hides it; and in how many pieces that is.

    Raises NothingToBuild, TooLarge, CannotRead.
    """
    plan = read_plan(bricks)
    mesh, count = print_mesh(plan)
    merged = bpy.data.objects.new(mesh.name, mesh)
    context.view_layer.update()  # a model that was just made or moved is placed only then
    merged.matrix_world = bricks.matrix_world
    context.scene.collection.objects.link(merged)
    bricks.hide_render = True
    bricks.hide_set(True)
    return merged, count


def print_mesh(plan: Plan) -> tuple[bpy.types.Mesh, int]:
    """A new mesh for printing, in mm of the plan's grid, and in how many pieces it is; without supports that come off.

    Raises NothingToBuild for a plan without parts but supports, TooLarge.
    """
    require_model(plan)
    layout = plan.layout[~coming_off(plan)]
    shell = outer_shell(layout, plan.catalogue)
    shaped = is_shaped(layout, plan.catalogue)
    sizes = np.full(len(shell.triangles), 3, np.int32)
    body = Printed(shell.vertices, shell.triangles.ravel(), sizes, shell.colour)
    whole = _joined([body, *_shaped(layout[shaped], plan, layout["z"].min() * PLATE_MM)])
    return _mesh(f"{plan.name} for printing", whole, plan), pieces(layout, plan.catalogue)


def _shaped(layout: np.ndarray, plan: Plan, ground: float) -> list[Printed]:
    """Slopes and round parts, each a closed surface of its own, a little larger than its place so that it laps over.

    ground: mm, below which none reaches.
    """
    found = []
    for part_row, turn in np.unique(np.stack([layout["part"], layout["turn"]], axis=-1), axis=0).tolist():
        rows = layout[(layout["part"] == part_row) & (layout["turn"] == turn)]
        part = plan.catalogue.parts[part_row]
        surface = part_surface(part, "light")
        size = np.array([part.studs_x * STUD_MM, part.studs_y * STUD_MM, part.plates * PLATE_MM])
        bare = size - (2 * PART_GAP_MM, 2 * PART_GAP_MM, 0)
        vertices = surface.vertices * ((size + 2 * _LAP_MM) / bare) - (0, 0, _LAP_MM)
        cosine, sine = round(math.cos(turn * math.pi / 2)), round(math.sin(turn * math.pi / 2))
        vertices = vertices @ np.array([[cosine, sine, 0], [-sine, cosine, 0], [0, 0, 1]])
        low = np.stack([rows[axis] for axis in "xyz"], axis=-1) * (STUD_MM, STUD_MM, PLATE_MM)
        centre = low + extents(rows, plan.catalogue) * (STUD_MM / 2, STUD_MM / 2, 0.0)
        first = np.arange(len(rows))[:, None] * len(vertices)
        placed = (vertices + centre[:, None]).reshape(-1, 3)
        placed[:, 2] = np.maximum(placed[:, 2], ground)
        found.append(
            Printed(
                placed,
                (surface.corners + first).ravel(),
                np.tile(surface.sizes, len(rows)),
                np.repeat(rows["colour"], len(surface.sizes)),
            )
        )
    return found


def _joined(meshes: list[Printed]) -> Printed:
    first = np.cumsum([0] + [len(mesh.vertices) for mesh in meshes[:-1]])
    return Printed(
        np.concatenate([mesh.vertices for mesh in meshes]),
        np.concatenate([mesh.corners + start for mesh, start in zip(meshes, first, strict=True)]),
        np.concatenate([mesh.sizes for mesh in meshes]),
        np.concatenate([mesh.colour for mesh in meshes]),
    )


def _mesh(name: str, made: Printed, plan: Plan) -> bpy.types.Mesh:
    used, material = np.unique(made.colour, return_inverse=True)
    mesh = bpy.data.meshes.new(name)
    for row in used.tolist():
        mesh.materials.append(plastic(plan.palette.colours[row]))
    mesh.vertices.add(len(made.vertices))
    mesh.vertices.foreach_set("co", made.vertices.astype(np.float32).ravel())
    mesh.loops.add(len(made.corners))
    mesh.loops.foreach_set("vertex_index", made.corners.astype(np.int32))
    mesh.polygons.add(len(made.sizes))
    mesh.polygons.foreach_set("loop_start", (np.cumsum(made.sizes) - made.sizes).astype(np.int32))
    mesh.polygons.foreach_set("use_smooth", np.zeros(len(made.sizes), bool))
    mesh.polygons.foreach_set("material_index", material.reshape(-1).astype(np.int32))
    mesh.update(calc_edges=True)
    return mesh
