"""The look of brick plastic: one material for each colour, shared by all models of a file."""

from __future__ import annotations

import bpy

from ..core.catalogue.colours import Colour, Palette
from .versions import start_nodes

_MARK = "brickprint_colour"  # custom property of our materials: the colour's hex
ROUGHNESS = 0.4
REFRACTION = 1.5  # ABS has 1.54, but with 1.5 a glTF file needs no extension


def plastic(colour: Colour) -> bpy.types.Material:
    """The material of a colour: the file's own one if it has it, else a new one."""
    name = f"{colour.name} plastic"
    for material in bpy.data.materials:
        if material.get(_MARK) == colour.hex and material.name.startswith(name) and not material.library:
            return material
    return _new_plastic(name, colour)


def is_plastic(material: bpy.types.Material) -> bool:
    """Whether the material was made by `plastic`."""
    return _MARK in material


def linear_rgba(colour: Colour) -> tuple[float, float, float, float]:
    """The colour in linear light, opaque, as Blender's colour fields want it."""
    red, green, blue = Palette("", (colour,)).linear[0].tolist()
    return red, green, blue, 1.0


def show_palette_colours(scene: bpy.types.Scene) -> None:
    """Make a scene's pictures show colours as a palette has them: every other view transform changes them."""
    scene.view_settings.view_transform = "Standard"
    scene.view_settings.look = "None"


def _new_plastic(name: str, colour: Colour) -> bpy.types.Material:
    rgba = linear_rgba(colour)
    material = bpy.data.materials.new(name)
    material[_MARK] = colour.hex
    shader = start_nodes(material).nodes["Principled BSDF"]
    shader.inputs["Base Color"].default_value = rgba
    shader.inputs["Roughness"].default_value = ROUGHNESS
    shader.inputs["IOR"].default_value = REFRACTION
    # Solid view and Workbench know no nodes and use these.
    material.diffuse_color = rgba
    material.roughness = ROUGHNESS
    return material
