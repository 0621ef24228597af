"""Meshes in: the given objects, as Blender shows them, become one Mesh of the core in world coordinates."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import replace

import bpy
import numpy as np

from ...core.errors import NothingToBuild, UnusableMesh
from ...core.mesh import Material, Mesh
from ...core.pieces import News, Pieces, whole
from ..source_colour.base_colour import UNCOLOURED, SurfaceColour, material_colour
from ..source_colour.node_colours import NodeColours, PixelsNeeded
from .baked_shapes import ToBake, bake_reasons, baked_shape
from .joining import Placed, joined
from .mesh_layers import read_triangles, render_colour_attribute
from .shapes import Shape, shape_of

PIECE_SECONDS = 0.05  # a piece takes no longer, where it can be cut anywhere
_WITH_GEOMETRY = {"MESH", "CURVE", "CURVES", "SURFACE", "FONT", "META"}
_MATERIALS_AT, _BAKES_AT = 0.5, 0.6  # how far reading is when all materials are read, and all that need no bake
_CHANGED = "'{}' was changed while it was read; convert it again."
_PAINTED = SurfaceColour(Material("", (1.0, 1.0, 1.0, 1.0)), colour_attribute="")  # no material, painted vertices


def read_objects(context: bpy.types.Context, objects: Iterable[bpy.types.Object]) -> Mesh:
    """One mesh, world coordinates, z up, of the visible objects and of what they instance, modifiers applied.

    Raises NothingToBuild when none of them can be built from, UnusableMesh when there are no faces or coordinates
    are not numbers. Nothing in the file changes.
    """
    return whole(reading(context, objects))


def reading(context: bpy.types.Context, objects: Iterable[bpy.types.Object]) -> Pieces[Mesh]:
    """`read_objects` in pieces. The objects are looked at in the first of them only; later they are found by number.

    Raises UnusableMesh also when they were changed meanwhile.
    """
    chosen = [item for item in objects if can_be_read(item)]
    if not chosen:
        raise NothingToBuild("Nothing to build from: select a mesh object or a collection instance, then try again.")
    for item in chosen:
        if item.mode == "EDIT":
            item.update_from_editmode()
    noted = _Noted(context, chosen)
    warnings, name = _left_out(context, chosen, noted.placed), _common_name(context, chosen)
    yield News(0.0, f"Reading {name}")
    colours = yield from _colours(noted)
    shapes = yield from _shapes(context, noted, colours)
    mesh = joined(shapes, noted.placed, name)
    return replace(mesh, warnings=tuple(dict.fromkeys(warnings + mesh.warnings)))


def can_be_read(item: bpy.types.Object) -> bool:
    """Whether the object is of a kind that has or instances surfaces."""
    return item.type in _WITH_GEOMETRY or item.instance_type != "NONE"


def _appearances(context: bpy.types.Context, wanted: set[int]) -> Iterator[tuple[bpy.types.Object, str]]:
    """Every evaluated mesh of the objects with these session ids and of their instances, with its owner's name."""
    for instance in context.evaluated_depsgraph_get().object_instances:
        owner = instance.parent if instance.is_instance else instance.object
        if owner is None or owner.original.session_uid not in wanted:
            continue
        # Curves, text and metaballs come twice: as themselves, and as an instance of the mesh that they evaluate to.
        if instance.object.type == "MESH" and (instance.is_instance or instance.show_self):
            yield instance.object, owner.name


class _Noted:
    """Where every mesh of the chosen objects appears, each of them once as a row, and the materials on it by name."""

    def __init__(self, context: bpy.types.Context, chosen: list[bpy.types.Object]) -> None:
        self.wanted = {item.session_uid for item in chosen}
        self.placed: list[Placed] = []
        self.first: dict[int, int] = {}  # number of the first appearance of a row: that row
        self.materials: dict[str, None] = {}  # names, in the order met
        rows: dict[tuple, int] = {}
        for number, (found, owner) in enumerate(_appearances(context, self.wanted)):
            names = [material and material.name_full for material in _slot_materials(found)]
            self.materials |= dict.fromkeys(filter(None, names))
            key = (found.data.as_pointer(), *names)  # valid only while the depsgraph is
            row = rows.setdefault(key, len(rows))
            if row == len(self.first):
                self.first[number] = row
            self.placed.append(Placed(row, np.array(found.matrix_world, float), owner))

    def found_again(self, context: bpy.types.Context, rows: set[int]) -> Iterator[tuple[int, bpy.types.Object, str]]:
        """The rows with the evaluated object that they are read from, and its owner. Raises UnusableMesh."""
        left = set(rows)
        for number, (found, owner) in enumerate(_appearances(context, self.wanted)):
            row = self.first.get(number)
            if row in left and owner == self.placed[number].owner:
                left.discard(row)
                yield row, found, owner
        if left:
            raise UnusableMesh(_CHANGED.format(next(item.owner for item in self.placed if item.shape in left)))


def _colours(noted: _Noted) -> Pieces[dict[str, SurfaceColour]]:
    """The colours of all materials, by name."""
    nodes, colours = NodeColours(), {}
    for name in noted.materials:
        while name not in colours:
            yield News(_MATERIALS_AT * len(colours) / len(noted.materials), f"Reading material '{name}'")
            material = next((material for material in bpy.data.materials if material.name_full == name), None)
            if material is None:
                raise UnusableMesh(_CHANGED.format(noted.placed[0].owner))
            try:
                colours[name] = material_colour(material, nodes)
            except PixelsNeeded as needed:
                yield from nodes.bring(needed)
    return colours


def _shapes(context: bpy.types.Context, noted: _Noted, colours: dict[str, SurfaceColour]) -> Pieces[list[Shape]]:
    """The shapes in the order of their rows; as many at once as take no longer than a piece may."""
    count = len(noted.first)
    shapes: dict[int, Shape] = {}
    to_bake: dict[int, ToBake] = {}
    while len(shapes) + len(to_bake) < count:
        began = time.perf_counter()
        for row, found, owner in noted.found_again(context, set(range(count)) - shapes.keys() - to_bake.keys()):
            read = _read(found, owner, colours)
            (shapes if isinstance(read, Shape) else to_bake)[row] = read
            if time.perf_counter() - began > PIECE_SECONDS:
                break
        yield News(_MATERIALS_AT + (_BAKES_AT - _MATERIALS_AT) * len(shapes) / count, "Reading meshes")
    for number, (row, ready) in enumerate(to_bake.items()):
        yield News(_BAKES_AT + (1 - _BAKES_AT) * number / len(to_bake), f"Baking {ready.names}", long=True)
        for _, found, _ in noted.found_again(context, {row}):
            shapes[row] = baked_shape(context, found, _slot_materials(found), ready)
            break
    return [shapes[row] for row in range(count)]


def _read(found: bpy.types.Object, owner: str, known: dict[str, SurfaceColour]) -> Shape | ToBake:
    """The shape of an evaluated object; or what there is to bake, where that can't be read."""
    mesh, materials = found.to_mesh(), _slot_materials(found)
    try:
        colours = [_colour(mesh, material, known) for material in materials]
        triangles = read_triangles(mesh, len(materials))
        reasons = bake_reasons(mesh, triangles, colours)
        if reasons and np.isfinite(triangles.vertices).all():  # others are refused later, with their number
            return ToBake(owner, tuple(colours), reasons)
        return shape_of(mesh, owner, triangles, colours)
    finally:
        found.to_mesh_clear()


def _colour(
    mesh: bpy.types.Mesh, material: bpy.types.Material | None, known: dict[str, SurfaceColour]
) -> SurfaceColour:
    if material is None:
        return UNCOLOURED if render_colour_attribute(mesh) is None else _PAINTED
    if material.name_full not in known:
        raise UnusableMesh(_CHANGED.format(mesh.name))
    return known[material.name_full]


def _slot_materials(found: bpy.types.Object) -> list[bpy.types.Material | None]:
    """The materials by slot, at least one: the mesh's, unless a slot holds the object's own."""
    materials = list(found.data.materials) or [None]
    for row, slot in enumerate(found.material_slots):
        if slot.link == "OBJECT" and row < len(materials):
            materials[row] = slot.material
    return [material and material.original for material in materials]


def _common_name(context: bpy.types.Context, chosen: list[bpy.types.Object]) -> str:
    """What the model is called: as its only object, or the collection of them all that the user named.

    Else as the active object, or the first, and how many more there are.
    """
    first = context.active_object if context.active_object in chosen else chosen[0]
    if len(chosen) == 1:
        return first.name
    unnamed = bpy.app.translations.pgettext_data("Collection")  # what Blender calls them by itself
    for collection in first.users_collection:
        holds_all = {item for item in collection.all_objects if can_be_read(item)} == set(chosen)
        if holds_all and collection != context.scene.collection and not collection.name.startswith(unnamed):
            return collection.name
    return f"{first.name} and {len(chosen) - 1} more"


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
