"""The colour of a material as factor x texture x colour attribute, read from its nodes."""

from __future__ import annotations

from dataclasses import dataclass, field

import bpy
import numpy as np

from ...core.mesh import Material
from ..versions import uses_nodes
from .colour_fields import Field, NotFollowable, Placement, Texels, combined, constant, resized
from .images import encode_texture
from .node_colours import MissingImage, NodeColours
from .node_links import Source, find_input, surface_source
from .node_sums import mixed
from .shaders import ADD, MIX, PRINCIPLED, TRANSPARENT, branches, colour_input, leading_branch


@dataclass(frozen=True)
class SurfaceColour:
    """A material, where its texture lies, and the colour attributes it multiplies with ("": the active render one).

    to_bake: why only Blender itself can give the colour, empty where the nodes could be followed;
    opaque: whether a bake may leave the alpha out.
    """

    material: Material
    placement: Placement = field(default_factory=Placement)
    colour_attribute: str | None = None
    alpha_attribute: str | None = None
    to_bake: str = ""
    opaque: bool = False
    warnings: tuple[str, ...] = ()


UNCOLOURED = SurfaceColour(Material())


def material_colour(material: bpy.types.Material, nodes: NodeColours) -> SurfaceColour:
    """What the material's nodes say about colour and alpha; `nodes` keeps textures from material to material.

    Raises PixelsNeeded where a texture has to be brought first.
    """
    surface = surface_source(material) if uses_nodes(material) else None
    if surface is None:
        return viewport_colour(material)
    reader = _SurfaceReader(nodes, material.name)
    try:
        colour = reader.colour(surface)
        alpha = reader.alpha(surface)
        return _as_surface(material.name, colour, alpha, tuple(reader.warnings))
    except NotFollowable as reason:
        flat = viewport_colour(material).material
        opaque = reader.is_opaque(surface)
        return SurfaceColour(flat, to_bake=str(reason), opaque=opaque, warnings=tuple(reader.warnings))


def viewport_colour(material: bpy.types.Material) -> SurfaceColour:
    """The one colour that solid view shows."""
    return SurfaceColour(Material(material.name, tuple(map(float, material.diffuse_color))))


class _SurfaceReader:
    """Colour and alpha of the shaders of one material, with the warnings met on the way."""

    def __init__(self, nodes: NodeColours, name: str) -> None:
        self.nodes = nodes
        self.name = name
        self.warnings: list[str] = []

    def colour(self, shader: Source) -> Field:
        name = colour_input(shader)
        if name is not None:
            return self._or_own_value(shader, name)
        if shader.is_value or shader.node.bl_idname in TRANSPARENT:
            return constant((0.0, 0.0, 0.0))
        if shader.node.bl_idname not in {MIX, ADD}:
            raise NotFollowable(f"has a {shader.node.bl_label} shader")
        lead = leading_branch(shader)
        if lead is not None:
            return self.colour(branches(shader)[lead])
        share = self._number(shader, "Fac")
        if share.is_constant and share.factor[0] in {0, 1}:
            return self.colour(branches(shader)[int(share.factor[0])])
        return combined(mixed, share, *(self.colour(branch) for branch in branches(shader)))

    def alpha(self, shader: Source) -> Field:
        kind = "" if shader.is_value else shader.node.bl_idname
        if kind == PRINCIPLED:
            return self._number(shader, "Alpha")
        if kind == MIX:
            return self._mixed_alpha(shader)
        if kind == ADD:
            return self.alpha(branches(shader)[leading_branch(shader)])
        return constant(0.0 if kind in TRANSPARENT else 1.0)

    def _mixed_alpha(self, shader: Source) -> Field:
        first, second = (self.alpha(branch) for branch in branches(shader))
        if first.is_constant and second.is_constant and first.factor == second.factor:
            return first
        share = self._number(shader, "Fac")
        if first.is_constant and second.is_constant and (first.factor, second.factor) == (0, 1):
            return share  # kept as it is: the alpha of an image stays that image's alpha
        return combined(mixed, share, first, second)

    def is_opaque(self, shader: Source) -> bool:
        """Whether the alpha is known to be 1 everywhere."""
        try:
            alpha = self.alpha(shader)
        except NotFollowable:
            return False
        return alpha.is_constant and float(alpha.factor[0]) >= 1

    def _or_own_value(self, shader: Source, name: str) -> Field:
        try:
            return self.nodes.colour(shader.input(name))
        except MissingImage as missing:
            self._warn(missing)
            return constant(find_input(shader.node, name).default_value[:3])

    def _number(self, shader: Source, name: str) -> Field:
        """An alpha, or the share of a mix; 1 where its image is missing, which shows the surface opaque."""
        try:
            return self.nodes.number(shader.input(name))
        except MissingImage as missing:
            self._warn(missing)
            return constant(1.0)

    def _warn(self, missing: MissingImage) -> None:
        warning = f"Material '{self.name}' {missing}."
        if warning not in self.warnings:
            self.warnings.append(warning)


def _as_surface(name: str, colour: Field, alpha: Field, warnings: tuple[str, ...]) -> SurfaceColour:
    base = (*map(float, colour.factor), float(np.clip(alpha.factor[0], 0, 1)))
    texture = _joined_texture(colour.texels, alpha.texels)
    placement = (colour.texels or alpha.texels or Texels(Placement())).placement
    return SurfaceColour(Material(name, base, texture), placement, colour.attribute, alpha.attribute, warnings=warnings)


def _joined_texture(colour: Texels | None, alpha: Texels | None) -> np.ndarray | None:
    """(H, W, 4) uint8: the colour's RGB with the alpha's alpha."""
    if colour is None and alpha is None:
        return None
    if colour is not None and alpha is not None and colour.placement != alpha.placement:
        raise NotFollowable("has an alpha that lies differently from its texture")
    if colour is not None and colour.image is not None:
        texture = colour.image
        if alpha is not None and alpha.alpha and alpha.image is texture:
            return texture
        opacity = np.full((*colour.size, 1), 255, np.uint8) if alpha is None else _bytes(alpha, colour.size)
        return np.concatenate([texture[..., :3], opacity], axis=-1)
    size = (colour or alpha).size
    rgb = np.ones((*size, 3), np.float32) if colour is None else colour.linear()
    opacity = np.ones((*size, 1), np.float32) if alpha is None else resized(alpha.linear(), size)
    return encode_texture(np.concatenate([rgb, opacity], axis=-1))


def _bytes(alpha: Texels, size: tuple[int, int]) -> np.ndarray:
    return np.rint(np.clip(resized(alpha.linear(), size), 0, 1) * 255).astype(np.uint8)
