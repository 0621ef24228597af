"""Slices drawn as curves: one object for all loops of a model, the outer ones blue and the inner ones green."""

from __future__ import annotations

import bpy
import numpy as np

from ..core.plan import Placement
from ..core.slicing.contours import Contours
from .versions import start_nodes

OUTER_COLOUR = (0.01, 0.12, 0.8, 1.0)  # linear
INNER_COLOUR = (0.01, 0.5, 0.06, 1.0)
LINE_MM = 0.4  # thickness
_SOLID_LINES = 200_000  # points; Blender takes 5 seconds to make so many thick, more are drawn as thin lines
_MARK = "brickprint_slices"  # property of our objects, collections and materials: what they belong to


def show_contours(
    context: bpy.types.Context, contours: Contours, heights: np.ndarray, placement: Placement, name: str
) -> bpy.types.Object:
    """Put the loops into the scene, at `heights` (P,) mm of their planes, in place of earlier ones of this name."""
    remove_contours(context, name)
    curve = bpy.data.curves.new(f"{name} slices", "CURVE")
    curve.dimensions = "3D"
    if len(contours.points) <= _SOLID_LINES:
        curve.bevel_depth = LINE_MM / 2
        curve.bevel_resolution = 0
    curve.materials.append(_material("Outer slices", OUTER_COLOUR))
    curve.materials.append(_material("Inner slices", INNER_COLOUR))
    _add_splines(curve, contours, heights)
    drawn = bpy.data.objects.new(f"{name} slices", curve)
    drawn.location = placement.origin
    drawn.scale = (placement.unit,) * 3
    drawn.show_in_front = True  # or the object they were cut from would hide them
    drawn[_MARK] = name
    collection = bpy.data.collections.new(f"{name} slices")
    collection[_MARK] = name
    context.scene.collection.children.link(collection)
    collection.objects.link(drawn)
    return drawn


def remove_contours(context: bpy.types.Context, name: str) -> None:
    """Take the slices of this name out of the scene, with everything that only they used."""
    found = [thing for thing in context.scene.objects if is_contours(thing) and thing[_MARK] == name]
    collections = {own for thing in found for own in thing.users_collection if _MARK in own}
    curves = [thing.data for thing in found]
    materials = {material for curve in curves for material in curve.materials if material and _MARK in material}
    bpy.data.batch_remove(found)
    bpy.data.batch_remove([curve for curve in curves if not curve.users])
    bpy.data.batch_remove([material for material in materials if not material.users])
    bpy.data.batch_remove([own for own in collections if not own.objects and not own.children])


def is_contours(thing: bpy.types.Object) -> bool:
    """Whether an object was made by `show_contours`."""
    return thing.type == "CURVE" and _MARK in thing


def _add_splines(curve: bpy.types.Curve, contours: Contours, heights: np.ndarray) -> None:
    places = np.ones((len(contours.points), 4), np.float32)  # the fourth one is a weight
    places[:, :2] = contours.points
    places[:, 2] = heights[contours.plane[contours.loop]]
    inner = (contours.area < 0).tolist()
    # A spline has no other way in than its own; only its points go at once.
    for loop, points in enumerate(np.split(places, contours.offsets[1:-1])):
        spline = curve.splines.new("POLY")
        spline.points.add(len(points) - 1)
        spline.points.foreach_set("co", points.ravel())
        spline.use_cyclic_u = True
        spline.material_index = int(inner[loop])


def _material(name: str, colour: tuple[float, float, float, float]) -> bpy.types.Material:
    """The file's own material of that name and make, or a new one."""
    for material in bpy.data.materials:
        if material.get(_MARK) == name and not material.library:
            return material
    material = bpy.data.materials.new(name)
    material[_MARK] = name
    shader = start_nodes(material).nodes["Principled BSDF"]
    shader.inputs["Base Color"].default_value = colour
    material.diffuse_color = colour  # for solid view, which knows no nodes
    return material
