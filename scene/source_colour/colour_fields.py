"""Colours over a surface, and the sums of shader nodes done on them.

A field is constant factor x texels x colour attribute, each of the last two optional: what a mesh of the core can
hold. Sums that leave this form raise NotFollowable; the caller bakes instead.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from ...core.colour.spaces import decode_srgb_bytes

_LUMINANCE = np.array([0.2126, 0.7152, 0.0722], np.float32)  # Rec.709, as Blender turns colours into numbers


class NotFollowable(Exception):  # no fault, only a reason to bake
    """The node tree does something that factor x texels x attribute can't say; the message names it."""


@dataclass(frozen=True)
class Placement:
    """Where a texture lies: a UV map ("" is the active render one), then a 2 x 3 affine matrix, row by row."""

    uv_map: str = ""
    matrix: tuple[tuple[float, float, float], tuple[float, float, float]] = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0))
    repeats: bool = True

    def placed(self, uvs: np.ndarray) -> np.ndarray:
        """(..., 2) float32: texture coordinates of UVs (..., 2)."""
        matrix = np.array(self.matrix)
        return (uvs @ matrix[:, :2].T + matrix[:, 2]).astype(np.float32)


@dataclass(frozen=True)
class Texels:
    """Either an image (H, W, 4) uint8 as it is, seen through one of its outputs, or values (H, W, C) float32."""

    placement: Placement
    image: np.ndarray | None = None
    alpha: bool = False  # which output of the image: its alpha, or its colour
    values: np.ndarray | None = None

    def linear(self) -> np.ndarray:
        """(H, W, C) float32 in linear light: C = 3 for colours, 1 for numbers."""
        if self.values is not None:
            return self.values
        return decode_srgb_bytes(self.image)[..., 3:] if self.alpha else decode_srgb_bytes(self.image)[..., :3]

    @property
    def size(self) -> tuple[int, int]:
        """Height and width."""
        return (self.image if self.values is None else self.values).shape[:2]


@dataclass(frozen=True)
class Field:
    """factor (C,) float32 linear, x texels, x the attribute of that name ("" is the active render one)."""

    factor: np.ndarray
    texels: Texels | None = None
    attribute: str | None = None

    @property
    def is_constant(self) -> bool:
        """Whether it is the same everywhere."""
        return self.texels is None and self.attribute is None

    def linear(self) -> np.ndarray:
        """Factor x texels: (H, W, C) or (C,) float32."""
        return self.factor if self.texels is None else self.factor * self.texels.linear()


def constant(values: object) -> Field:
    """The same colour (3 values) or number (1 value) everywhere."""
    return Field(np.atleast_1d(np.asarray(values, np.float32)))


def as_number(field: Field) -> Field:
    """A colour's luminance; a number stays."""
    return field if len(field.factor) == 1 else combined(lambda colour: (colour @ _LUMINANCE)[..., None], field)


def as_colour(field: Field) -> Field:
    """A number as grey; a colour stays."""
    if len(field.factor) == 3:
        return field
    if field.texels is None:
        return replace(field, factor=np.repeat(field.factor, 3))
    return combined(lambda number: np.repeat(number, 3, axis=-1), field)


def multiplied(first: Field, second: Field) -> Field:
    """The product. Raises NotFollowable for two attributes, or textures that lie differently."""
    if first.attribute is not None and second.attribute is not None:
        raise NotFollowable("mixes two colour attributes")
    attribute = second.attribute if first.attribute is None else first.attribute
    if first.texels is None or second.texels is None:
        return Field(first.factor * second.factor, first.texels or second.texels, attribute)
    plain = combined(np.multiply, replace(first, attribute=None), replace(second, attribute=None))
    return replace(plain, attribute=attribute)


def combined(operation: Callable[..., np.ndarray], *fields: Field) -> Field:
    """`operation` on the fields' linear values (..., C). Raises NotFollowable where they can't be lined up."""
    if any(field.attribute is not None for field in fields):
        raise NotFollowable("computes with a colour attribute")
    if all(field.is_constant for field in fields):
        return constant(operation(*(field.factor for field in fields)))
    textured = [field.texels for field in fields if field.texels is not None]
    if len({texels.placement for texels in textured}) > 1:
        raise NotFollowable("mixes textures that lie differently")
    size = max(texels.size for texels in textured)
    values = operation(*(resized(field.linear(), size) if field.texels else field.factor for field in fields))
    return Field(np.ones(values.shape[-1], np.float32), Texels(textured[0].placement, values=np.float32(values)))


def resized(values: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """(H, W, C) sampled at the nearest texels of another size (height, width)."""
    if values.shape[:2] == size:
        return values
    rows, columns = (
        ((np.arange(new) + 0.5) * old / new).astype(np.intp) for new, old in zip(size, values.shape[:2], strict=True)
    )
    return values[rows[:, None], columns]
