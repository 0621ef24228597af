"""The look of bricks: one material for each colour of plastic, and two of outlines, shared by all models of a file."""

from __future__ import annotations

import bpy
import numpy as np

from ..core.catalogue.colours import Colour, Palette
from .versions import start_nodes

_MARK = "brickprint_colour"  # custom property of our materials: the colour's hex
ROUGHNESS = 0.4
REFRACTION = 1.5  # ABS has 1.54, but with 1.5 a glTF file needs no extension
# Outlines are dark, but on plastic that is nearly black, where they would not be seen, light.
_DARK_LINE = Colour("Dark outline", "", "#14110E", -1, -1, -1, -1)
_LIGHT_LINE = Colour("Light outline", "", "#707070", -1, -1, -1, -1)
_NEARLY_BLACK = 0.04  # relative luminance; of the solid colours, four have less
_LUMINANCE = (0.2126, 0.7152, 0.0722)  # of linear red, green and blue: ITU-R BT.709


def plastic(colour: Colour) -> bpy.types.Material:
    """The material of a colour: the file's own one if it has it, else a new one."""
    name = f"{colour.name} plastic"
    return _own_material(name, colour) or _new_material(name, colour)


def outline_on(colour: Colour) -> bpy.types.Material:
    """The material of the outlines of bricks of a colour: the file's own one if it has it, else a new one."""
    black = np.dot(linear_rgba(colour)[:3], _LUMINANCE) < _NEARLY_BLACK
    line = _LIGHT_LINE if black else _DARK_LINE
    return _own_material(line.name, line) or _new_material(line.name, line, matt=True)


def make_see_through(material: bpy.types.Material, alpha: float) -> None:
    """Let what is behind bricks of a material of `plastic` be seen, in every kind of view."""
    material.diffuse_color[3] = alpha
    material.node_tree.nodes["Principled BSDF"].inputs["Alpha"].default_value = alpha


def is_plastic(material: bpy.types.Material) -> bool:
    """Whether the material was made by `plastic` or `outline_on`."""
    return _MARK in material


def linear_rgba(colour: Colour) -> tuple[float, float, float, float]:
    """The colour in linear light, opaque, as Blender's colour fields want it."""
    red, green, blue = Palette("", (colour,)).linear[0].tolist()
    return red, green, blue, 1.0


def show_palette_colours(scene: bpy.types.Scene) -> None:
    """Make a scene's pictures show colours as a palette has them: every other view transform changes them."""
    scene.view_settings.view_transform = "Standard"
    scene.view_settings.look = "None"


def _own_material(name: str, colour: Colour) -> bpy.types.Material | None:
    for material in bpy.data.materials:
        if material.get(_MARK) == colour.hex and material.name.startswith(name) and not material.library:
            return material
    return None


def _new_material(name: str, colour: Colour, matt: bool = False) -> bpy.types.Material:
    rgba, roughness = linear_rgba(colour), 1.0 if matt else ROUGHNESS
    material = bpy.data.materials.new(name)
    material[_MARK] = colour.hex
    shader = start_nodes(material).nodes["Principled BSDF"]
    shader.inputs["Base Color"].default_value = rgba
    shader.inputs["Roughness"].default_value = roughness
    shader.inputs["IOR"].default_value = REFRACTION
    # Solid view and Workbench know no nodes and use these.
    material.diffuse_color = rgba
    material.roughness = roughness
    if matt:
        shader.inputs["Specular IOR Level"].default_value = 0.0
        material.specular_intensity = 0.0
    return material
