"""The shape of one evaluated mesh: its triangles dressed in the colours of its materials."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import bpy
import numpy as np

from ...core.colour.spaces import decode_srgb_bytes
from ...core.mesh import Material
from ..source_colour.base_colour import SurfaceColour
from .mesh_layers import Triangles, corner_colours, corner_uvs

_BORDER = 1e-4  # UVs may leave 0..1 by rounding


@dataclass(frozen=True)
class Shape:
    """Triangles in the object's own coordinates.

    vertices (V, 3) float64; corners (T, 3) int32; materials, and material (T,) int32 rows of them;
    uvs (T, 3, 2) and colours (T, 3, 4) float32, where no triangle has them None; as in core.mesh.Mesh.
    """

    vertices: np.ndarray
    corners: np.ndarray
    materials: tuple[Material, ...]
    material: np.ndarray
    uvs: np.ndarray | None
    colours: np.ndarray | None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Dress:
    """What one slot's triangles wear."""

    material: Material
    uvs: np.ndarray | None = None
    colours: np.ndarray | None = None
    warnings: tuple[str, ...] = ()


def shape_of(mesh: bpy.types.Mesh, owner: str, triangles: Triangles, slots: Sequence[SurfaceColour]) -> Shape:
    """The shape of a mesh with one SurfaceColour a slot; `owner` names the mesh in warnings."""
    worn = np.bincount(triangles.slots, minlength=len(slots)) > 0
    dresses = [
        _dress(mesh, owner, triangles, slot) if on else _Dress(slot.material)
        for slot, on in zip(slots, worn, strict=True)
    ]
    return Shape(
        triangles.vertices,
        triangles.corners,
        tuple(dress.material for dress in dresses),
        triangles.slots,
        _chosen([dress.uvs for dress in dresses], triangles.slots, 0.0),
        _chosen([dress.colours for dress in dresses], triangles.slots, 1.0),
        tuple(warning for dress in dresses for warning in dress.warnings),
    )


def leaves_texture(mesh: bpy.types.Mesh, triangles: Triangles, slot: int, colour: SurfaceColour) -> bool:
    """Whether the slot's triangles reach beyond a texture that does not repeat."""
    if colour.material.texture is None or colour.placement.repeats:
        return False
    uvs = corner_uvs(mesh, triangles, colour.placement.uv_map)
    if uvs is None:
        return False
    placed = colour.placement.placed(uvs[triangles.slots == slot])
    return bool(((placed < -_BORDER) | (placed > 1 + _BORDER)).any())


def _chosen(arrays: list[np.ndarray | None], slots: np.ndarray, missing: float) -> np.ndarray | None:
    """Each triangle's row from the array of its slot; None when all arrays are."""
    given = next((array for array in arrays if array is not None), None)
    if given is None:
        return None
    result = np.full_like(given, missing)
    for slot, array in enumerate(arrays):
        if array is not None:
            result[slots == slot] = array[slots == slot]
    return result


def _dress(mesh: bpy.types.Mesh, owner: str, triangles: Triangles, slot: SurfaceColour) -> _Dress:
    material, warnings = slot.material, list(slot.warnings)
    uvs = None
    if material.texture is not None:
        uvs = corner_uvs(mesh, triangles, slot.placement.uv_map)
        if uvs is None:
            warnings.append(_no_uvs(owner, slot))
            material = _averaged(material)
        else:
            uvs = _placed(uvs, slot)
    return _Dress(material, uvs, _painted(mesh, owner, triangles, slot, warnings), tuple(warnings))


def _placed(uvs: np.ndarray, slot: SurfaceColour) -> np.ndarray:
    placed = slot.placement.placed(uvs)
    if slot.placement.repeats:
        return placed
    half_texel = 0.5 / np.array(slot.material.texture.shape[1::-1], np.float32)
    return np.clip(placed, half_texel, 1 - half_texel)  # or filtering would fetch the opposite border


def _no_uvs(owner: str, slot: SurfaceColour) -> str:
    missing = f"no UV map '{slot.placement.uv_map}'" if slot.placement.uv_map else "no UV map"
    return (
        f"'{owner}' has {missing} to place the texture of material '{slot.material.name}'; "
        "the texture's average colour is used. Unwrap the mesh to see the texture."
    )


def _averaged(material: Material) -> Material:
    texels = decode_srgb_bytes(material.texture).reshape(-1, 4).astype(np.float64)
    colour = np.average(texels[:, :3], axis=0, weights=texels[:, 3] + 1e-9)
    mean = np.array([*colour, texels[:, 3].mean()])
    return replace(material, base_colour=tuple(map(float, mean * material.base_colour)), texture=None)


def _painted(
    mesh: bpy.types.Mesh, owner: str, triangles: Triangles, slot: SurfaceColour, warnings: list[str]
) -> np.ndarray | None:
    """(T, 3, 4) float32: the colour attributes that the material multiplies with."""
    painted = None
    for name, channels in ((slot.colour_attribute, slice(0, 3)), (slot.alpha_attribute, slice(3, 4))):
        if name is None:
            continue
        colours = corner_colours(mesh, triangles, name)
        if colours is None:
            called = f" '{name}'" if name else ""
            warnings.append(
                f"'{owner}' has no colour attribute{called} that material '{slot.material.name}' asks for; "
                "white is used instead."
            )
            continue
        painted = np.ones_like(colours) if painted is None else painted
        painted[..., channels] = colours[..., channels]
    return painted
