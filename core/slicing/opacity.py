"""What is too transparent to be a surface."""

from __future__ import annotations

import numpy as np

from ..errors import UnusableMesh
from ..mesh import Mesh


def opaque(mesh: Mesh, opacity: float) -> tuple[Mesh, tuple[str, ...]]:
    """The triangles that are not see-through, judged by the mean alpha of each."""
    if not _may_be_clear(mesh):
        return mesh, ()
    centre = np.full((len(mesh.triangles), 3), 1 / 3)
    alpha = mesh.colour_at(np.arange(len(mesh.triangles)), centre, np.sqrt(mesh.areas))[:, 3]
    if (alpha >= opacity).all():
        return mesh, ()
    solid = mesh.only(alpha >= opacity)
    if not len(solid.triangles):
        raise UnusableMesh(
            f"All of {mesh.name} is more transparent than {opacity:g}; lower the opacity setting to keep it."
        )
    share = 1 - solid.areas.sum() / mesh.areas.sum()
    return solid, (f"{share:.1%} of the surface of {mesh.name} is transparent and was left out.",)


def _may_be_clear(mesh: Mesh) -> bool:
    corners = mesh.corner_colours is not None and bool((mesh.corner_colours[..., 3] < 1).any())
    return corners or any(
        m.base_colour[3] < 1 or (m.texture is not None and bool((m.texture[..., 3] < 255).any()))
        for m in mesh.materials
    )
