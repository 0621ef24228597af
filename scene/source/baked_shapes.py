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
from ..temporary import TemporaryData, temporary_data
from .mesh_layers import Triangles, read_triangles
from .shapes import Shape, leaves_texture, shape_of

_FLAT = "its viewport colour is used"


@dataclass(frozen=True)
class ToBake:
    """What is known of a shape before its bake.

    owner: name for warnings; colours: by slot; reasons: why, by the slots that are to be baked.
    """

    owner: str
    colours: tuple[SurfaceColour, ...]
    reasons: dict[int, str]

    @property
    def names(self) -> str:
        """The materials that are to be baked."""
        return ", ".join(self.colours[slot].material.name for slot in self.reasons)


def bake_reasons(mesh: bpy.types.Mesh, triangles: Triangles, colours: Sequence[SurfaceColour]) -> dict[int, str]:
    """Why a slot has to be baked, by those slots that have to and that some triangle uses."""
    reasons = {}
    for slot in np.unique(triangles.slots).tolist():
        if colours[slot].to_bake:
            reasons[slot] = colours[slot].to_bake
        elif leaves_texture(mesh, triangles, slot, colours[slot]):
            reasons[slot] = "has a texture that does not repeat"
    return reasons


def baked_shape(
    context: bpy.types.Context,
    found: bpy.types.Object,
    materials: Sequence[bpy.types.Material | None],
    ready: ToBake,
) -> Shape:
    """The shape of an evaluated object with baked colours, or with the viewport's flat ones where Blender can't bake.

    materials: by slot.
    """
    with temporary_data() as made:
        surface = _surface(found, ready.owner, made)
        triangles = read_triangles(surface.data, len(materials))
        # Read before the bake, which adds a UV map.
        slots = [_flat(ready, slot, material) for slot, material in enumerate(materials)]
        flat = shape_of(surface.data, ready.owner, triangles, slots)
        chosen = np.isin(triangles.slots, list(ready.reasons))
        to_bake = [material if slot in ready.reasons else None for slot, material in enumerate(materials)]
        opaque = all(ready.colours[slot].opaque for slot in ready.reasons)
        try:
            baked = bake_colours(context, surface, to_bake, chosen, with_alpha=not opaque)
        except BakeImpossible as why:
            return replace(flat, warnings=flat.warnings + _warnings(ready, f"could not be baked ({why}); {_FLAT}"))
    uvs = np.zeros((len(chosen), 3, 2), np.float32) if flat.uvs is None else flat.uvs.copy()
    uvs[chosen] = baked.uvs
    return replace(
        flat,
        materials=(*flat.materials, Material(ready.names, (1.0, 1.0, 1.0, 1.0), baked.texture)),
        material=np.where(chosen, len(flat.materials), flat.material).astype(np.int32),
        uvs=uvs,
        warnings=flat.warnings + _warnings(ready, "was baked"),
    )


def _surface(found: bpy.types.Object, owner: str, made: TemporaryData) -> bpy.types.Object:
    """A temporary object in the place of an evaluated one, with triangles only, which outlives the depsgraph."""
    mesh = found.to_mesh()
    try:
        copy = made.keep(mesh.copy())
    finally:
        found.to_mesh_clear()
    cut = bmesh.new()
    cut.from_mesh(copy)
    bmesh.ops.triangulate(cut, faces=cut.faces)
    cut.to_mesh(copy)
    cut.free()
    surface = made.keep(bpy.data.objects.new(owner, copy))
    surface.matrix_world = found.matrix_world.copy()
    surface.color = found.color
    surface.pass_index = found.pass_index
    return surface


def _flat(ready: ToBake, slot: int, material: bpy.types.Material | None) -> SurfaceColour:
    if slot not in ready.reasons:
        return ready.colours[slot]
    return replace(viewport_colour(material), warnings=ready.colours[slot].warnings)


def _warnings(ready: ToBake, outcome: str) -> tuple[str, ...]:
    return tuple(
        f"Material '{ready.colours[slot].material.name}' {reason}; its colour {outcome}."
        for slot, reason in ready.reasons.items()
    )
