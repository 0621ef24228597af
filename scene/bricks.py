"""A plan in the scene: one object whose points are the bricks, and the way back.

The points carry what changes from brick to brick as attributes, and the object carries the rest of the plan as
one JSON text, so that a saved file can be exported, animated and inspected without converting again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import bpy
import numpy as np
from mathutils import Matrix

from ..core.errors import CannotRead
from ..core.plan import CHANGES, Placement, Plan, plan_from_values, plan_values
from .animation import remove_animation
from .brick_meshes import brick_mesh, part_surface
from .brick_points import locked_parts, points_of, read_fields, utilisation_of, with_places
from .instancer import PARTS_INPUT, PICK, instancer_group, instancer_modifier
from .layers import remove_layers
from .plastic import is_plastic, outline_on, plastic
from .section_plane import remove_section
from .versions import nodes_input, set_nodes_input

PLAN_PROPERTY = "brickprint_plan"
_COLLECTION_MARK = "brickprint_collection"
_STILL = 1e-4  # a matrix that differs by less from none was rounded, not moved


def show_plan(
    context: bpy.types.Context,
    plan: Plan,
    look: str = "light",
    outlined: bool = False,
) -> bpy.types.Object:
    """Put a plan into the scene, in a collection of its own, and return the object that is the model.

    look: "light" or "full" brick meshes. outlined: with a thin dark line along all edges.
    """
    parts, pick = _parts_to_pick(plan, look, outlined)
    bricks = bpy.data.objects.new(f"{plan.name} bricks", points_of(plan, pick))
    bricks.location = plan.placement.origin
    bricks.scale = (plan.placement.unit,) * 3
    bricks[PLAN_PROPERTY] = json.dumps(plan_values(plan))
    modifier = bricks.modifiers.new("Bricks", "NODES")
    modifier.node_group = instancer_group()
    set_nodes_input(modifier, PARTS_INPUT, parts)
    new_collection(context, f"{plan.name} bricks").objects.link(bricks)
    return bricks


def _parts_to_pick(plan: Plan, look: str, outlined: bool) -> tuple[bpy.types.Collection, np.ndarray]:
    """A new collection of one object for each part and colour, and (N,) the number of each brick's."""
    keys = plan.layout["part"].astype(np.int64) * len(plan.palette.colours) + plan.layout["colour"]
    used, pick = np.unique(keys, return_inverse=True)
    pairs = np.stack(np.divmod(used, len(plan.palette.colours)), axis=-1)
    for row in np.unique(pairs[:, 0]):
        # A part that can't be shaped fails before anything is made.
        part_surface(plan.catalogue.parts[row], look, outlined)
    parts = bpy.data.collections.new(f"{plan.name} parts")
    for source in _part_objects(plan, pairs, look, outlined):
        parts.objects.link(source)
    return parts, pick.reshape(-1)


def update_bricks(bricks: bpy.types.Object, plan: Plan, look: str = "light", outlined: bool = False) -> None:
    """Make a model that of another plan, in place: its name, its modifiers, and how it was moved and turned stay.

    look, outlined: as of show_plan. The model's layers and build animation are kept out of it: who shows them makes
    them anew. Raises CannotRead when the model has lost what it is shown by.
    """
    modifier = instancer_modifier(bricks)
    if modifier is None:
        raise CannotRead(f"Model {bricks.name!r} has lost its modifier; convert it again.")
    moved = moved_by(bricks)
    before, points = nodes_input(modifier, PARTS_INPUT), bricks.data
    parts, pick = _parts_to_pick(plan, look, outlined)
    bricks.data = points_of(plan, pick)
    bricks[PLAN_PROPERTY] = json.dumps(plan_values(plan))
    set_nodes_input(modifier, PARTS_INPUT, parts)
    bricks.matrix_basis = moved @ placement_matrix(plan.placement)
    _remove_unused([points])
    if before is not None and not before.users:
        _remove_parts(before)


def placement_matrix(placement: Placement) -> Matrix:
    """From a grid's millimetres to the scene."""
    return Matrix.Translation(placement.origin) @ Matrix.Scale(placement.unit, 4)


def moved_by(bricks: bpy.types.Object) -> Matrix:
    """How a model was moved and turned since it was placed where its source stands. Raises CannotRead."""
    try:
        place = read_values(bricks)["placement"]
        placed = placement_matrix(Placement(tuple(place["origin"]), float(place["unit"])))
        moved = bricks.matrix_basis @ placed.inverted()
    except (KeyError, TypeError, ValueError) as error:
        raise CannotRead(f"Model {bricks.name!r} has a damaged plan ({error!r}); convert it again.") from error
    return Matrix() if np.allclose(moved, Matrix(), atol=_STILL) else moved


def show_in(bricks: bpy.types.Object, shown: Plan, outlined: bool = False) -> None:
    """Show a model's bricks as those of another plan, of the same parts in other colours; its own plan stays.

    outlined: as of show_plan. Raises CannotRead when the model has lost what it is shown by.
    """
    modifier = instancer_modifier(bricks)
    before = nodes_input(modifier, PARTS_INPUT) if modifier else None
    if before is None or bricks.data.attributes.get(PICK) is None:
        raise CannotRead(f"Model {bricks.name!r} has lost its modifier or its parts; convert it again.")
    parts, pick = _parts_to_pick(shown, shown.settings.get("look", "light"), outlined)
    bricks.data.attributes[PICK].data.foreach_set("value", np.ascontiguousarray(pick, np.int32))
    set_nodes_input(modifier, PARTS_INPUT, parts)
    if not before.users:
        _remove_parts(before)
    bricks.data.update()


def is_outlined(bricks: bpy.types.Object) -> bool:
    """Whether a model's bricks have dark lines along their edges. Raises CannotRead."""
    return any(len(source.data.materials) > 1 for source in parts_shown(bricks))


def is_bricks(thing: bpy.types.Object | None) -> bool:
    """Whether an object is a model made by `show_plan`."""
    return thing is not None and thing.type == "MESH" and PLAN_PROPERTY in thing


def is_linked(bricks: bpy.types.Object) -> bool:
    """Whether a brick model comes from another file, so that it can't be changed here."""
    return not bricks.is_editable or bricks.override_library is not None


def is_of_library(bricks: bpy.types.Object, modifier: bpy.types.Modifier | None) -> bool:
    """Whether a modifier of a library override is its library's, which brings it back whenever the file is opened."""
    return modifier is not None and bricks.override_library is not None and modifier.is_override_data


def is_changed(bricks: bpy.types.Object) -> bool:
    """Whether parts of a model were changed or locked by hand, as far as its plan can be read."""
    try:
        report = read_values(bricks).get("report")
    except CannotRead:
        return False
    return bool((report or {}).get(CHANGES)) or locked_parts(bricks.data) is not None


def read_plan(bricks: bpy.types.Object) -> Plan:
    """The plan of a model in the scene, with its bricks as the points now are. Raises CannotRead."""
    if not is_bricks(bricks):
        raise CannotRead(f"Object {bricks.name!r} is no brick model; select one that Brickprint made.")
    values, points = read_values(bricks), bricks.data
    try:
        fields = read_fields(points)
    except KeyError as lost:
        raise CannotRead(f"Model {bricks.name!r} has lost its attribute {lost}; convert it again.") from lost
    plan = plan_from_values(values, fields, utilisation_of(points), locked_parts(points))
    return replace(plan, layout=with_places(plan, points))


def read_values(bricks: bpy.types.Object) -> dict[str, Any]:
    """The values of a model's plan, the layout apart. Raises CannotRead."""
    try:
        values = json.loads(bricks[PLAN_PROPERTY])
    except (TypeError, ValueError) as error:
        raise CannotRead(f"Model {bricks.name!r} has a damaged plan ({error}); convert it again.") from error
    if not isinstance(values, dict):
        raise CannotRead(f"Model {bricks.name!r} has a damaged plan; convert it again.")
    return values


def parts_shown(bricks: bpy.types.Object) -> list[bpy.types.Object]:
    """The objects that `pick` counts."""
    modifier = instancer_modifier(bricks)
    parts = nodes_input(modifier, PARTS_INPUT) if modifier else None
    if parts is None:
        raise CannotRead(f"Model {bricks.name!r} has lost its modifier or its parts; convert it again.")
    return sorted(parts.objects, key=lambda source: source.name)


def remove_bricks(bricks: bpy.types.Object) -> None:
    """Take a model out of the file, with everything that only it used; what the user added stays."""
    modifier = instancer_modifier(bricks)
    group = modifier.node_group if modifier else None
    parts = nodes_input(modifier, PARTS_INPUT) if modifier else None
    remove_animation(bricks)
    remove_layers(bricks)
    remove_section(bricks)
    collections = [collection for collection in bricks.users_collection if _COLLECTION_MARK in collection]
    points = bricks.data
    bpy.data.objects.remove(bricks)
    _remove_unused([points])
    bpy.data.batch_remove([own for own in collections if not own.objects and not own.children])
    if parts is not None and not parts.users:
        _remove_parts(parts)
    if group is not None:
        _remove_unused([group])


def _remove_parts(parts: bpy.types.Collection) -> None:
    sources = list(parts.objects)
    meshes = [source.data for source in sources]
    materials = {material for mesh in meshes for material in mesh.materials if material and is_plastic(material)}
    bpy.data.collections.remove(parts)
    _remove_unused(sources)
    _remove_unused(meshes)
    _remove_unused(materials)


def _remove_unused(things: Iterable[bpy.types.ID]) -> None:
    bpy.data.batch_remove([thing for thing in things if not thing.users])


def _part_objects(plan: Plan, pairs: np.ndarray, look: str, outlined: bool) -> list[bpy.types.Object]:
    """One object a pair (part row, colour row), named so that Blender sorts them in this order."""
    first: dict[int, bpy.types.Mesh] = {}
    objects = []
    digits = len(str(len(pairs)))
    makers = (plastic, outline_on) if outlined else (plastic,)
    materials = {row: [make(plan.palette.colours[row]) for make in makers] for row in np.unique(pairs[:, 1]).tolist()}
    for number, (part_row, colour_row) in enumerate(pairs.tolist()):
        part = plan.catalogue.parts[part_row]
        if part_row in first:
            mesh = first[part_row].copy()
        else:
            mesh = first[part_row] = brick_mesh(part, look, outlined)
            for _ in makers:
                mesh.materials.append(None)
        for slot, material in enumerate(materials[colour_row]):
            mesh.materials[slot] = material
        mesh.name = f"{part.name} {plan.palette.colours[colour_row].name}"
        objects.append(bpy.data.objects.new(f"{number:0{digits}d} {mesh.name}", mesh))
    return objects


def new_collection(context: bpy.types.Context, name: str) -> bpy.types.Collection:
    """A collection in the scene that goes when the last of ours in it goes."""
    collection = bpy.data.collections.new(name)
    collection[_COLLECTION_MARK] = True
    context.scene.collection.children.link(collection)
    return collection


def hide_from_view(context: bpy.types.Context, thing: bpy.types.Object) -> None:
    """Hide an object from view and render."""
    thing.hide_render = True
    if thing.name in context.view_layer.objects:
        thing.hide_set(True)
