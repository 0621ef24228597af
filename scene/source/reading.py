"""Meshes in: the given objects, as Blender shows them, become one Mesh of the core in world coordinates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import bpy
import numpy as np

from ...core.errors import NothingToBuild, UnusableMesh
from ...core.mesh import Material, Mesh
from ..source_colour.base_colour import UNCOLOURED, SurfaceColour, material_colour
from ..source_colour.node_colours import NodeColours
from ..temporary import TemporaryData, temporary_data
from .baked_shapes import Unbaked, bake_reasons, baked_shape, unbaked
from .joining import Placed, joined
from .mesh_layers import read_triangles, render_colour_attribute
from .shapes import Shape, shape_of

_WITH_GEOMETRY = {"MESH", "CURVE", "CURVES", "SURFACE", "FONT", "META"}


def read_objects(context: bpy.types.Context, objects: Iterable[bpy.types.Object]) -> Mesh:
    """One mesh, world coordinates, z up, of the visible objects and of what they instance, modifiers applied.

    Raises NothingToBuild when none of them can be built from, UnusableMesh when there are no faces or coordinates
    are not numbers. Nothing in the file changes.
    """
    chosen = [item for item in objects if can_be_read(item)]
    if not chosen:
        raise NothingToBuild("Nothing to build from: select a mesh object or a collection instance, then try again.")
    for item in chosen:
        if item.mode == "EDIT":
            item.update_from_editmode()
    with temporary_data() as made:
        reading = _Reading(made)
        placed = [reading.place(found, owner) for found, owner in _appearances(context, chosen)]
        shapes = [item if isinstance(item, Shape) else baked_shape(context, item) for item in reading.shapes]
    warnings = _left_out(context, chosen, placed)
    mesh = joined(shapes, placed, chosen[0].name)
    return replace(mesh, warnings=tuple(dict.fromkeys(warnings + mesh.warnings)))


def can_be_read(item: bpy.types.Object) -> bool:
    """Whether the object is of a kind that has or instances surfaces."""
    return item.type in _WITH_GEOMETRY or item.instance_type != "NONE"


def _appearances(context: bpy.types.Context, chosen: list[bpy.types.Object]) -> Iterator[tuple[bpy.types.Object, str]]:
    """Every evaluated mesh of the chosen objects and of their instances, with its owner's name."""
    wanted = {item.as_pointer() for item in chosen}
    for instance in context.evaluated_depsgraph_get().object_instances:
        owner = instance.parent if instance.is_instance else instance.object
        if owner is None or owner.original.as_pointer() not in wanted:
            continue
        # Curves, text and metaballs come twice: as themselves, and as an instance of the mesh that they evaluate to.
        if instance.object.type == "MESH" and (instance.is_instance or instance.show_self):
            yield instance.object, owner.name


_PAINTED = SurfaceColour(Material("", (1.0, 1.0, 1.0, 1.0)), colour_attribute="")  # no material, painted vertices


class _Reading:
    """The shapes met so far, each read once however often it appears."""

    def __init__(self, made: TemporaryData) -> None:
        self.shapes: list[Shape | Unbaked] = []
        self._made = made
        self._rows: dict[tuple, int] = {}
        self._nodes = NodeColours()
        self._colours: dict[str, SurfaceColour] = {}

    def place(self, found: bpy.types.Object, owner: str) -> Placed:
        """Note one appearance of an evaluated object; valid only while the depsgraph is."""
        materials = _slot_materials(found)
        key = (found.data.as_pointer(), *(material and material.name_full for material in materials))
        if key not in self._rows:
            self._rows[key] = len(self.shapes)
            try:
                self.shapes.append(self._read(found, found.to_mesh(), owner, materials))
            finally:
                found.to_mesh_clear()
        return Placed(self._rows[key], np.array(found.matrix_world, float), owner)

    def _read(
        self,
        found: bpy.types.Object,
        mesh: bpy.types.Mesh,
        owner: str,
        materials: list[bpy.types.Material | None],
    ) -> Shape | Unbaked:
        colours = [self._colour(mesh, material) for material in materials]
        triangles = read_triangles(mesh, len(materials))
        reasons = bake_reasons(mesh, triangles, colours)
        if reasons and np.isfinite(triangles.vertices).all():  # others are refused later, with their number
            return unbaked(found, mesh, owner, materials, colours, reasons, self._made)
        return shape_of(mesh, owner, triangles, colours)

    def _colour(self, mesh: bpy.types.Mesh, material: bpy.types.Material | None) -> SurfaceColour:
        if material is None:
            painted = render_colour_attribute(mesh) is not None
            return _PAINTED if painted else UNCOLOURED
        if material.name_full not in self._colours:
            self._colours[material.name_full] = material_colour(material, self._nodes)
        return self._colours[material.name_full]


def _slot_materials(found: bpy.types.Object) -> list[bpy.types.Material | None]:
    """The materials by slot, at least one: the mesh's, unless a slot holds the object's own."""
    materials = list(found.data.materials) or [None]
    for row, slot in enumerate(found.material_slots):
        if slot.link == "OBJECT" and row < len(materials):
            materials[row] = slot.material
    return [material and material.original for material in materials]


def _left_out(context: bpy.types.Context, chosen: list[bpy.types.Object], placed: list[Placed]) -> tuple[str, ...]:
    """Warnings about hidden objects. Raises NothingToBuild when nothing else was given."""
    shown = {item.owner for item in placed}
    hidden = [
        item.name for item in chosen if item.name not in shown and not item.visible_get(view_layer=context.view_layer)
    ]
    names = ", ".join(f"'{name}'" for name in hidden)
    if hidden and not placed:
        raise NothingToBuild(f"Nothing to build from: hidden in the viewport: {names}. Show it, then try again.")
    if not placed:
        raise UnusableMesh(f"'{chosen[0].name}' has no faces. Select an object with a surface.")
    return (f"Hidden in the viewport and left out: {names}. Show it to build it too.",) if hidden else ()
