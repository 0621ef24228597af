"""Which way up a mesh is built, how large, and on which of its sides it would stand most widely."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial import ConvexHull, QhullError, cKDTree

from .errors import BadSetting, UnusableMesh
from .mesh import Mesh
from .units import MM_PER_METRE, STUD_MM

ORIGINAL_SCALE = 10.0  # the scale factor that keeps the original size

_UPRIGHT = {  # rows: the mesh's axes that become x, y, z; all turn without mirroring
    "X": np.array([[0, 1, 0], [0, 0, 1], [1, 0, 0]], float),
    "Y": np.array([[1, 0, 0], [0, 0, -1], [0, 1, 0]], float),
    "Z": np.eye(3),
}
_AXES = {"X": 0, "Y": 1, "Z": 2}
_SAME_SIDE = 0.01  # directions (radians) and distances (of the mesh's size) of faces that count as one side
_NEARLY = 0.95  # a side that has this share of the widest one's area is as good
_INSIDE = -1e-9  # barycentric coordinates from here up are inside


@dataclass(frozen=True)
class Suggestion:
    """A better way to stand.

    rotation (3, 3): new = rotation @ old; angle: degrees by which it turns; area, present_area: of the side the mesh
    would stand on and of the one it stands on now (0 when it would fall over), in the mesh's units, squared.
    """

    rotation: np.ndarray
    angle: float
    area: float
    present_area: float


def oriented(mesh: Mesh, up: str = "Z", flips: Iterable[str] = ()) -> Mesh:
    """The mesh with its axis `up` (X, Y or Z) pointing up, then mirrored along each of `flips` (of the upright mesh).

    The middle of its bounding box stays where it was. Raises BadSetting for other names of axes.
    """
    mirrored = np.ones(3)
    for axis in flips:
        mirrored[_axis(axis)] *= -1
    turn = _UPRIGHT["XYZ"[_axis(up)]]
    if (mirrored > 0).all() and up.upper() == "Z":
        return mesh
    moved = turned(mesh, mirrored[:, None] * turn)
    return _inside_out(moved) if mirrored.prod() < 0 else moved


def _axis(name: str) -> int:
    if name.upper() not in _AXES:
        raise BadSetting(f"{name!r} is no axis; use X, Y or Z.")
    return _AXES[name.upper()]


def turned(mesh: Mesh, rotation: np.ndarray) -> Mesh:
    """The mesh turned by a matrix (3, 3) about the middle of its bounding box."""
    used = mesh.vertices[np.unique(mesh.triangles)]
    used = used[np.isfinite(used).all(axis=1)]
    if not len(used):
        return mesh
    middle = (used.min(axis=0) + used.max(axis=0)) / 2
    with np.errstate(invalid="ignore"):  # coordinates that are no numbers are refused later, with their count
        around = (mesh.vertices - middle) @ rotation.T
    after = (used - middle) @ rotation.T
    return replace(mesh, vertices=around + middle - (after.min(axis=0) + after.max(axis=0)) / 2)


def _inside_out(mesh: Mesh) -> Mesh:
    """Every triangle the other way round, with what belongs to its corners."""
    return replace(
        mesh,
        triangles=mesh.triangles[:, ::-1],
        uvs=None if mesh.uvs is None else mesh.uvs[:, ::-1],
        corner_colours=None if mesh.corner_colours is None else mesh.corner_colours[:, ::-1],
    )


def scale_to_studs(extent_mm: np.ndarray, k: float) -> float:
    """How many studs, whole or not, the larger horizontal side of `extent_mm` (3,) takes at scale factor `k`.

    The factor is linear, and 10 is the original size: 408 mm at k = 5 are 25.5 studs. Raises BadSetting.
    """
    if not (np.isfinite(k) and k > 0):
        raise BadSetting(f"A scale factor of {k:g} makes nothing; use a number above 0, where 10 is the original size.")
    return float(max(extent_mm[0], extent_mm[1]) * (k / ORIGINAL_SCALE) / STUD_MM)


def wanted_studs(extent: np.ndarray, studs: int, scale: float) -> float:
    """The size asked for, in studs: `studs`, or by scale factor where that is not 0. extent (3,): metres, upright."""
    return scale_to_studs(np.asarray(extent) * MM_PER_METRE, scale) if scale else float(studs)


def upright_extent(extent: np.ndarray, up: str) -> np.ndarray:
    """The extent (3,) of a mesh after its axis `up` has been turned upwards."""
    return np.abs(_UPRIGHT["XYZ"[_axis(up)]]) @ extent


def widest_base(mesh: Mesh) -> Suggestion | None:
    """How to turn the mesh so that it stands on its widest side; None when it does already, or nearly so.

    Sides are those of its convex hull. It stands on one if its centre of mass is above it, not beside it. Of sides
    that are nearly as wide as the widest, it is the one that takes the least turning. Raises UnusableMesh.
    """
    corners, points = mesh.closed.corners, mesh.closed.points
    origin, size = points.mean(axis=0), float(np.ptp(points, axis=0).max())
    corners = (corners - origin) / size
    try:
        hull = ConvexHull((points - origin) / size)
    except QhullError as error:
        raise UnusableMesh(f"{mesh.name} is too flat to stand; give it thickness, with a Solidify modifier.") from error
    outward, area = hull.equations[:, :3], _areas(hull.points[hull.simplices])
    stable = np.flatnonzero(_stands_over(hull, _centre_of_mass(corners)))
    # Where one facet of a side carries the centre of mass, all facets of that side carry the mesh.
    planes = np.column_stack([outward, hull.equations[:, 3]])
    pairs = cKDTree(planes[stable]).sparse_distance_matrix(cKDTree(planes), _SAME_SIDE, output_type="coo_matrix")
    support = np.bincount(pairs.row, area[pairs.col], len(stable)) * size**2
    down = np.array([0.0, 0.0, -1.0])
    angle = np.degrees(np.arccos(np.clip(outward[stable] @ down, -1, 1)))
    good = np.flatnonzero(support >= _NEARLY * support.max())
    present = support[angle <= np.degrees(_SAME_SIDE)].max(initial=0.0)
    best = good[angle[good].argmin()]
    if angle[best] <= np.degrees(_SAME_SIDE):
        return None
    rotation = _turn_onto(outward[stable[best]], down)
    return Suggestion(rotation, float(angle[best]), float(support[best]), float(present))


def _areas(corners: np.ndarray) -> np.ndarray:
    a, b, c = np.moveaxis(corners, 1, 0)
    return 0.5 * np.linalg.norm(np.cross(b - a, c - a), axis=1)


def _centre_of_mass(corners: np.ndarray) -> np.ndarray:
    """(3,) of the volume that closed triangles (T, 3, 3) enclose, by the pyramids over them."""
    a, b, c = np.moveaxis(corners, 1, 0)
    volume = np.einsum("ij,ij->i", a, np.cross(b, c))
    return (volume[:, None] * (a + b + c)).sum(axis=0) / (4 * volume.sum())


def _stands_over(hull: ConvexHull, centre: np.ndarray) -> np.ndarray:
    """(F,) bool: facets whose triangle holds the foot of the perpendicular from the centre."""
    foot = centre - (hull.equations[:, :3] @ centre + hull.equations[:, 3])[:, None] * hull.equations[:, :3]
    a, b, c = np.moveaxis(hull.points[hull.simplices], 1, 0)
    normal = np.cross(b - a, c - a)
    square = np.maximum(np.einsum("ij,ij->i", normal, normal), 1e-300)
    shares = [np.einsum("ij,ij->i", np.cross(q - p, foot - p), normal) / square for p, q in ((a, b), (b, c), (c, a))]
    return (np.stack(shares) >= _INSIDE).all(axis=0)


def _turn_onto(start: np.ndarray, goal: np.ndarray) -> np.ndarray:
    """(3, 3): the shortest rotation of unit vector `start` onto `goal` (Rodrigues); half a turn is made about x."""
    cosine = float(start @ goal)
    if cosine < -1 + 1e-12:
        return np.diag([1.0, -1.0, -1.0])
    x, y, z = np.cross(start, goal)
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.eye(3) + cross + cross @ cross / (1 + cosine)
