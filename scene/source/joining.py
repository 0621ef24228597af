"""Shapes in their places, joined to one mesh."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ...core.errors import UnusableMesh
from ...core.mesh import Material, Mesh
from .shapes import Shape


@dataclass(frozen=True)
class Placed:
    """One appearance of a shape: its row among the shapes, its matrix (4, 4), the object that the user knows."""

    shape: int
    matrix: np.ndarray
    owner: str


def joined(shapes: Sequence[Shape], placed: Sequence[Placed], name: str) -> Mesh:
    """The mesh of all appearances in world coordinates. Raises UnusableMesh without faces or with broken numbers."""
    worn = [shapes[item.shape] for item in placed]
    _check_finite(worn, placed)
    vertices = [
        shape.vertices @ item.matrix[:3, :3].T + item.matrix[:3, 3] for shape, item in zip(worn, placed, strict=True)
    ]
    starts = np.cumsum([0, *(len(array) for array in vertices)])
    triangles = np.concatenate([shape.corners + start for shape, start in zip(worn, starts[:-1], strict=True)])
    if not len(triangles):
        raise UnusableMesh(f"'{placed[0].owner}' has no faces. Select an object with a surface.")
    materials, rows = _unique_materials(shapes)
    order = _corner_order(worn, placed)
    return Mesh(
        np.concatenate(vertices),
        np.take_along_axis(triangles, order, 1).astype(np.int32),
        materials,
        np.concatenate([rows[item.shape][shape.material] for shape, item in zip(worn, placed, strict=True)]),
        _stacked(worn, lambda shape: shape.uvs, 0.0, order),
        _stacked(worn, lambda shape: shape.colours, 1.0, order),
        name,
        tuple(warning for shape in shapes for warning in shape.warnings),
    )


def _check_finite(worn: Sequence[Shape], placed: Sequence[Placed]) -> None:
    for shape, item in zip(worn, placed, strict=True):
        whole = np.isfinite(shape.vertices).all(axis=1) & np.isfinite(item.matrix).all()
        broken = int((~whole).sum())
        if broken:
            raise UnusableMesh(
                f"{broken} vertices of '{item.owner}' have coordinates that are not finite numbers. Undo the step or "
                "mute the modifier that made them, or run bpy.context.object.data.validate() in the Python console and "
                "then Mesh > Clean Up > Degenerate Dissolve."
            )


def _corner_order(worn: Sequence[Shape], placed: Sequence[Placed]) -> np.ndarray:
    """(T, 3): which corner comes first, second, third; mirrored ones would run clockwise, so two change places."""
    mirrored = [np.linalg.det(item.matrix[:3, :3]) < 0 for item in placed]
    by_triangle = np.repeat(mirrored, [len(shape.corners) for shape in worn])
    return np.where(by_triangle[:, None], (0, 2, 1), (0, 1, 2))


def _unique_materials(shapes: Sequence[Shape]) -> tuple[tuple[Material, ...], list[np.ndarray]]:
    """The materials that some triangle wears, and for each shape the row of each of its materials among them."""
    unique: dict[int, tuple[int, Material]] = {}
    rows = []
    for shape in shapes:
        row = np.zeros(len(shape.materials), np.int32)
        for slot in np.unique(shape.material).tolist():
            material = shape.materials[slot]
            row[slot] = unique.setdefault(id(material), (len(unique), material))[0]
        rows.append(row)
    return tuple(material for _, material in unique.values()), rows


def _stacked(
    worn: Sequence[Shape], of: Callable[[Shape], np.ndarray | None], missing: float, order: np.ndarray
) -> np.ndarray | None:
    """One array for all triangles, corners in `order`; shapes without it get `missing`, None when all lack it."""
    arrays = [of(shape) for shape in worn]
    width = next((array.shape[2] for array in arrays if array is not None), None)
    if width is None:
        return None
    filled = [
        np.full((len(shape.corners), 3, width), missing, np.float32) if array is None else array
        for shape, array in zip(worn, arrays, strict=True)
    ]
    return np.take_along_axis(np.concatenate(filled), order[..., None], 1)
