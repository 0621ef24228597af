"""Colours that only Blender can compute, baked by Cycles into a texture of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import bpy
import numpy as np

from ..temporary import TemporaryData, temporary_data
from .atlas import surface_atlas
from .emission import glowing_copy
from .images import encode_texture

_UNBAKED = -1.0  # no material glows in negative colours
_MARGIN = 16  # texels around the charts that averages may meet


class BakeImpossible(Exception):  # caught by the one who knows what to show instead
    """Blender can't bake here; the message says why."""


@dataclass(frozen=True)
class Baked:
    """texture: (H, W, 4) uint8 as in Material; uvs: (B, 3, 2) float32 of the baked triangles."""

    texture: np.ndarray
    uvs: np.ndarray


def bake_colours(
    context: bpy.types.Context,
    surface: bpy.types.Object,
    materials: Sequence[bpy.types.Material | None],
    chosen: np.ndarray,
    with_alpha: bool,
) -> Baked:
    """The colour (and alpha) of the chosen triangles, (T,) bool, of a temporary object with only triangles.

    materials: by slot of the mesh, None for those that are not baked. The object's mesh gets a UV map and other
    materials. Raises BakeImpossible where Cycles is missing or refuses.
    """
    mesh = surface.data
    corners = _corners(mesh)
    atlas = surface_atlas(corners[chosen])
    if atlas is None:
        raise BakeImpossible(f"mesh '{mesh.name}' falls into too many pieces; merge its vertices by distance")
    layer = _add_uv_map(mesh, atlas.uvs, chosen)
    with temporary_data() as made:
        scene = _bake_scene(context, surface, made)
        target = made.keep(bpy.data.images.new("bake", atlas.side, atlas.side, float_buffer=True, is_data=True))
        _wear(mesh, materials, target, False, made)
        linear = _baked_pass(context, scene, surface, layer, target)
        linear[..., 3] = 1.0
        if with_alpha:
            _wear(mesh, materials, target, True, made)
            linear[..., 3] = _baked_pass(context, scene, surface, layer, target)[..., 0]
    return Baked(encode_texture(linear), atlas.uvs)


def _corners(mesh: bpy.types.Mesh) -> np.ndarray:
    """(T, 3, 3) float64 of a mesh that has only triangles."""
    positions = np.zeros(len(mesh.vertices) * 3, np.float32)
    mesh.vertices.foreach_get("co", positions)
    rows = np.zeros(len(mesh.loops), np.int32)
    mesh.loops.foreach_get("vertex_index", rows)
    return positions.reshape(-1, 3).astype(np.float64)[rows.reshape(-1, 3)]


def _add_uv_map(mesh: bpy.types.Mesh, uvs: np.ndarray, chosen: np.ndarray) -> str:
    layer = mesh.uv_layers.new(name="Brickprint bake", do_init=False)
    if layer is None:
        raise BakeImpossible(f"mesh '{mesh.name}' has no room for another UV map; remove one")
    everywhere = np.full((len(chosen), 3, 2), -1, np.float32)  # outside the image: nothing is baked there
    everywhere[chosen] = uvs
    layer.uv.foreach_set("vector", everywhere.ravel())
    mesh.update()
    return layer.name


def _bake_scene(context: bpy.types.Context, surface: bpy.types.Object, made: TemporaryData) -> bpy.types.Scene:
    """A scene with nothing but the surface, so that the user's render settings and selection stay untouched."""
    scene = made.keep(bpy.data.scenes.new("Brickprint bake"))
    scene.frame_set(context.scene.frame_current, subframe=context.scene.frame_subframe)
    try:
        scene.render.engine = "CYCLES"
    except TypeError as error:
        raise BakeImpossible("Cycles is not there; enable it in Preferences > Add-ons") from error
    scene.cycles.device = "CPU"
    scene.cycles.samples = 1
    scene.cycles.use_denoising = False
    scene.collection.objects.link(surface)
    view_layer = scene.view_layers[0]
    surface.select_set(True, view_layer=view_layer)
    view_layer.objects.active = surface
    return scene


def _wear(
    mesh: bpy.types.Mesh,
    materials: Sequence[bpy.types.Material | None],
    target: bpy.types.Image,
    alpha: bool,
    made: TemporaryData,
) -> None:
    glowing = [material and glowing_copy(material, target, alpha, made) for material in materials]
    stand_in = next(material for material in glowing if material)  # Cycles asks every slot for a target
    for slot, material in enumerate(glowing):
        if slot == len(mesh.materials):
            mesh.materials.append(None)
        mesh.materials[slot] = material or stand_in  # clearing the list would also clear the faces' slots


def _baked_pass(
    context: bpy.types.Context,
    scene: bpy.types.Scene,
    surface: bpy.types.Object,
    layer: str,
    target: bpy.types.Image,
) -> np.ndarray:
    """(H, W, 4) float32, linear; texels without surface hold the mean of the others."""
    width, height = target.size
    values = np.full(width * height * 4, _UNBAKED, np.float32)
    target.pixels.foreach_set(values)
    override = {
        "scene": scene,
        "view_layer": scene.view_layers[0],
        "object": surface,
        "active_object": surface,
        "selected_objects": [surface],
        "selected_editable_objects": [surface],
    }
    try:
        with context.temp_override(**override):
            bpy.ops.object.bake(
                type="EMIT",
                target="IMAGE_TEXTURES",
                use_clear=False,
                uv_layer=layer,
                margin=_MARGIN,
                margin_type="EXTEND",
            )
    except RuntimeError as error:
        raise BakeImpossible(str(error).strip()) from error
    target.pixels.foreach_get(values)
    pixels = values.reshape(height, width, 4)
    covered = (pixels[..., :3] >= 0).all(axis=-1)
    if not covered.any():
        raise BakeImpossible("Cycles gave no colours")
    pixels[~covered] = pixels[covered].mean(axis=0)
    return pixels
