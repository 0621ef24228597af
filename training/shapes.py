"""The objects of ../shared/data/shapes as volumes of 32 x 32 x 32 cells, and which packs are trained on."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
from brickprint.core.colour.spaces import linear_to_srgb
from brickprint.core.mesh import Mesh
from brickprint.core.networks.octree import LUMINANCE
from brickprint.core.sizing import ModelSize
from brickprint.core.slicing.cells import slices_of
from brickprint.core.slicing.closing import close
from brickprint.core.slicing.heights import adaptive_heights
from brickprint.core.slicing.voxels import voxel_cells
from brickprint.core.units import PLATE_MM, STUD_MM
from scipy import ndimage

SHAPES = Path(__file__).resolve().parents[2] / "shared" / "data" / "shapes"
PACKS = Path(__file__).with_name("packs.csv")
SIDE = 32
_HIGH = 33  # whole bricks of three layers
_CUSP_MM = 0.4
_AROUND = np.ones((3, 3, 3), bool)


def packs() -> dict[str, str]:
    """Which part of the data each pack belongs to: train, check or test."""
    with PACKS.open(newline="") as file:
        return {row["pack"]: row["part"] for row in csv.DictReader(file)}


def listed() -> list[tuple[str, str]]:
    """Pack and file of all objects, in the order of their index."""
    with (SHAPES / "index.csv").open(newline="") as file:
        return [(row["pack"], row["file"]) for row in csv.DictReader(file)]


def read(file: str) -> Mesh:
    """An object by Blender's importer, which must not be loaded before the processes that use it are started."""
    import bpy
    from brickprint.scene.source.importing import import_file
    from brickprint.scene.source.reading import read_objects

    bpy.ops.wm.read_homefile(use_empty=True)
    return read_objects(bpy.context, import_file(bpy.context, SHAPES / file))


def in_unit_box(mesh: Mesh) -> Mesh:
    """The mesh on the ground, its longest extent 1, centred sideways in the unit box."""
    used = mesh.vertices[np.unique(mesh.triangles)]
    low, high = used.min(axis=0), used.max(axis=0)
    scale = 1.0 / (high - low).max()
    middle = (low + high) / 2
    return replace(mesh, vertices=(mesh.vertices - [middle[0], middle[1], low[2]]) * scale + [0.5, 0.5, 0.0])


def volume(mesh: Mesh) -> np.ndarray:
    """(32, 32, 32) bool [z, y, x]: the cells of the unit box that a mesh in it fills.

    Those half inside by their slices, and those that thin walls touch: touched cells with no other beside them that is
    half inside, and what joins the two.
    """
    size = ModelSize(SIDE, SIDE, _HIGH)
    mm = np.array([SIDE * STUD_MM, SIDE * STUD_MM, SIDE * PLATE_MM])  # a plate cell stands for a cube
    placed = replace(mesh, vertices=mesh.vertices * mm)
    closed = close(placed.vertices, placed.triangles)
    heights = adaptive_heights(closed.corners, _HIGH, _CUSP_MM)
    solid = slices_of(closed, size, heights, keep_thin=True)[0]
    touched = voxel_cells(placed, closed, size).target
    near = ndimage.binary_dilation(solid, _AROUND)
    thin = touched & ~near
    joining = touched & near & ndimage.binary_dilation(thin, _AROUND)
    return (solid | thin | joining)[:SIDE]


def greys(mesh: Mesh) -> np.ndarray:
    """(T,) the brightness of each triangle as a camera would store it (sRGB), 0..1."""
    third = np.full((len(mesh.triangles), 3), 1 / 3)
    linear = mesh.colour_at(np.arange(len(mesh.triangles)), third)[:, :3]
    return linear_to_srgb(np.clip(linear @ LUMINANCE, 0.0, 1.0))
