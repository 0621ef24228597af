"""A triangle mesh with the colours of its surface."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from .colour.spaces import decode_srgb_bytes
from .colour.textures import halved_levels, sample_levels
from .slicing.closing import Closed, close


@dataclass(frozen=True)
class Material:
    """Base colour times texture.

    base_colour: linear RGBA. texture: (H, W, 4) uint8, sRGB-encoded RGB and straight alpha, or None;
    row 0 is v = 0 (the bottom, as Blender stores images). Textures repeat.
    """

    name: str = ""
    base_colour: tuple[float, float, float, float] = (0.8, 0.8, 0.8, 1.0)
    texture: np.ndarray | None = None

    @cached_property
    def levels(self) -> tuple[np.ndarray, ...]:
        """The texture in linear light, each level half the size of the one before: (h, w, 4) float32."""
        return () if self.texture is None else halved_levels(decode_srgb_bytes(self.texture))


@dataclass(frozen=True)
class Mesh:
    """Triangles with colours: material base colour x texture x corner colour.

    vertices (V, 3) float64, z up; triangles (T, 3) int32, counter-clockwise seen from outside;
    uvs (T, 3, 2) float32 or None; material (T,) int32, rows of `materials`;
    corner_colours (T, 3, 4) float32 linear RGBA or None; warnings: what the reader had to guess.
    """

    vertices: np.ndarray
    triangles: np.ndarray
    materials: tuple[Material, ...] = (Material(),)
    material: np.ndarray | None = None
    uvs: np.ndarray | None = None
    corner_colours: np.ndarray | None = None
    name: str = "model"
    warnings: tuple[str, ...] = ()

    @property
    def textured(self) -> bool:
        """Whether any material has a texture."""
        return any(material.texture is not None for material in self.materials)

    @property
    def material_rows(self) -> np.ndarray:
        """(T,) int32: the material of each triangle, 0 where none was given."""
        return np.zeros(len(self.triangles), np.int32) if self.material is None else self.material

    @cached_property
    def corners(self) -> np.ndarray:
        """(T, 3, 3) float64: the corner positions of each triangle."""
        return self.vertices[self.triangles]

    @cached_property
    def closed(self) -> Closed:
        """The surface made into a closed chain. Raises UnusableMesh when it encloses nothing."""
        return close(self.vertices, self.triangles)

    @cached_property
    def areas(self) -> np.ndarray:
        """(T,) float64: the area of each triangle."""
        a, b, c = np.moveaxis(self.corners, 1, 0)
        return 0.5 * np.linalg.norm(np.cross(b - a, c - a), axis=1)

    def only(self, chosen: np.ndarray) -> Mesh:
        """The mesh with the chosen triangles, (T,) bool or row numbers; vertices stay."""
        return replace(
            self,
            triangles=self.triangles[chosen],
            material=self.material_rows[chosen],
            uvs=None if self.uvs is None else self.uvs[chosen],
            corner_colours=None if self.corner_colours is None else self.corner_colours[chosen],
        )

    def colour_at(self, triangle: np.ndarray, barycentric: np.ndarray, spacing: float | np.ndarray = 0.0) -> np.ndarray:
        """Linear RGBA (N, 4) float32 at points of the surface.

        triangle (N,) row numbers; barycentric (N, 3); spacing: side of the square, in the mesh's units,
        over which the texture is averaged, one for all or (N,) (0: one texel).
        """
        rows = self.material_rows[triangle]
        base = np.array([material.base_colour for material in self.materials], np.float32)
        colours = np.nan_to_num(base[rows])
        if self.corner_colours is not None:
            corner = np.einsum("nc,ncd->nd", barycentric, np.nan_to_num(self.corner_colours[triangle]))
            colours = colours * corner.astype(np.float32)
        if self.uvs is None:
            return colours
        texels = self._texels_per_unit[triangle] * spacing
        uv = np.einsum("nc,ncd->nd", barycentric, np.nan_to_num(self.uvs[triangle]))
        for row, material in enumerate(self.materials):
            if material.levels:
                here = rows == row
                colours[here] *= sample_levels(material.levels, uv[here], texels[here])
        return colours

    @cached_property
    def _texels_per_unit(self) -> np.ndarray:
        """(T,) float64: how many texels of its texture lie along one unit of length on each triangle."""
        a, b, c = np.moveaxis(self.uvs.astype(np.float64), 1, 0)  # type: ignore[union-attr]
        first, second = b - a, c - a
        uv_areas = 0.5 * np.abs(first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0])
        texels = np.array([0 if m.texture is None else m.texture.shape[0] * m.texture.shape[1] for m in self.materials])
        return np.sqrt(uv_areas * texels[self.material_rows] / np.maximum(self.areas, 1e-30))
