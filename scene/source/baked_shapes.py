"""Shapes some of whose materials can't be followed, so that Blender has to bake their colours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import bmesh
import bpy
import numpy as np

from ...core.mesh import Material
from ..source_colour.baking import BakeImpossible, bake_colours
from ..source_colour.base_colour import SurfaceColour, viewport_colour
from ..temporary import TemporaryData
from .mesh_layers import Triangles, read_triangles
from .shapes import Shape, leaves_texture, shape_of

_FLAT = "its viewport colour is used"


@dataclass(frozen=True)
class Unbaked:
    """A temporary object in the place of the original, with triangles only.

    materials, colours: by slot; reasons: why, by the slots that are to be baked; owner: name for warnings.
    """

    surface: bpy.types.Object
    owner: str
    materials: tuple[bpy.types.Material | None, ...]
    colours: tuple[SurfaceColour, ...]
    reasons: dict[int, str]


def bake_reasons(mesh: bpy.types.Mesh, triangles: Triangles, colours: Sequence[SurfaceColour]) -> dict[int, str]:
    """Why a slot has to be baked, by those slots that have to and that some triangle uses."""
    reasons = {}
    for slot in np.unique(triangles.slots).tolist():
        if colours[slot].to_bake:
            reasons[slot] = colours[slot].to_bake
        elif leaves_texture(mesh, triangles, slot, colours[slot]):
            reasons[slot] = "has a texture that does not repeat"
    return reasons


def unbaked(
    found: bpy.types.Object,
    mesh: bpy.types.Mesh,
    owner: str,
    materials: Sequence[bpy.types.Material | None],
    colours: Sequence[SurfaceColour],
    reasons: dict[int, str],
    made: TemporaryData,
) -> Unbaked:
    """A copy of an evaluated object and its mesh that outlives the depsgraph."""
    copy = made.keep(mesh.copy())
    cut = bmesh.new()
    cut.from_mesh(copy)
    bmesh.ops.triangulate(cut, faces=cut.faces)
    cut.to_mesh(copy)
    cut.free()
    surface = made.keep(bpy.data.objects.new(owner, copy))
    surface.matrix_world = found.matrix_world.copy()
    surface.color = found.color
    surface.pass_index = found.pass_index
    return Unbaked(surface, owner, tuple(materials), tuple(colours), reasons)


def baked_shape(context: bpy.types.Context, ready: Unbaked) -> Shape:
    """The shape with baked colours, or with the viewport's flat ones where Blender can't bake."""
    mesh = ready.surface.data
    triangles = read_triangles(mesh, len(ready.materials))
    # Read before the bake, which adds a UV map.
    flat = shape_of(mesh, ready.owner, triangles, [_flat(ready, slot) for slot in range(len(ready.materials))])
    chosen = np.isin(triangles.slots, list(ready.reasons))
    materials = [material if slot in ready.reasons else None for slot, material in enumerate(ready.materials)]
    opaque = all(ready.colours[slot].opaque for slot in ready.reasons)
    try:
        baked = bake_colours(context, ready.surface, materials, chosen, with_alpha=not opaque)
    except BakeImpossible as why:
        return replace(flat, warnings=flat.warnings + _warnings(ready, f"could not be baked ({why}); {_FLAT}"))
    names = ", ".join(ready.materials[slot].name for slot in ready.reasons)
    uvs = np.zeros((len(chosen), 3, 2), np.float32) if flat.uvs is None else flat.uvs.copy()
    uvs[chosen] = baked.uvs
    return replace(
        flat,
        materials=(*flat.materials, Material(names, (1.0, 1.0, 1.0, 1.0), baked.texture)),
        material=np.where(chosen, len(flat.materials), flat.material).astype(np.int32),
        uvs=uvs,
        warnings=flat.warnings + _warnings(ready, "was baked"),
    )


def _flat(ready: Unbaked, slot: int) -> SurfaceColour:
    if slot not in ready.reasons:
        return ready.colours[slot]
    return replace(viewport_colour(ready.materials[slot]), warnings=ready.colours[slot].warnings)


def _warnings(ready: Unbaked, outcome: str) -> tuple[str, ...]:
    return tuple(
        f"Material '{ready.materials[slot].name}' {reason}; its colour {outcome}."
        for slot, reason in ready.reasons.items()
    )
