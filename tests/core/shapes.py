"""Meshes with known volumes, for tests: vertices (V, 3) and triangles (T, 3), counter-clockwise from outside."""

import numpy as np
from brickprint.core.grid import Surface, units_of, visible
from brickprint.core.mesh import Material, Mesh

_CUBE_FACES = np.array(
    [[0, 2, 1], [0, 3, 2], [4, 5, 6], [4, 6, 7], [0, 1, 5], [0, 5, 4]]
    + [[1, 2, 6], [1, 6, 5], [2, 3, 7], [2, 7, 6], [3, 0, 4], [3, 4, 7]],
    np.int32,
)


def box(size=(1.0, 1.0, 1.0), at=(0.0, 0.0, 0.0)):
    """A box with its lowest corner at `at`."""
    corners = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 0, 1], [1, 0, 1], [1, 1, 1], [0, 1, 1]], float)
    return corners * size + at, _CUBE_FACES.copy()


def ball(radius=1.0, rings=24, sides=32, at=(0.0, 0.0, 0.0)):
    """A sphere of latitude rings."""
    angle = np.linspace(0, np.pi, rings + 1)[1:-1]
    turn = np.arange(sides) * 2 * np.pi / sides
    ring = np.stack([np.outer(np.sin(angle), np.cos(turn)), np.outer(np.sin(angle), np.sin(turn))], axis=-1)
    middle = np.concatenate([ring, np.repeat(np.cos(angle)[:, None, None], sides, axis=1)], axis=-1).reshape(-1, 3)
    vertices = np.concatenate([middle, [[0, 0, 1], [0, 0, -1]]]) * radius + at
    i, j = np.meshgrid(np.arange(rings - 2), np.arange(sides), indexing="ij")
    a, b = (i * sides + j).ravel(), (i * sides + (j + 1) % sides).ravel()
    quads = np.concatenate([np.stack([a, a + sides, b], 1), np.stack([b, a + sides, b + sides], 1)])
    j, following, top = np.arange(sides), (np.arange(sides) + 1) % sides, len(middle)
    last = (rings - 2) * sides
    caps = [np.stack([np.full(sides, top), j, following], 1)]
    caps += [np.stack([np.full(sides, top + 1), last + following, last + j], 1)]
    return vertices, np.concatenate([quads, *caps]).astype(np.int32)


def joined(*bodies):
    """Several bodies as one list of triangles."""
    starts = np.cumsum([0] + [len(vertices) for vertices, _ in bodies])
    triangles = [faces + start for (_, faces), start in zip(bodies, starts, strict=False)]
    return np.concatenate([vertices for vertices, _ in bodies]), np.concatenate(triangles)


def inverted(body):
    """The same body, facing inwards."""
    return body[0], body[1][:, ::-1]


def mesh_of(body, colour=(0.8, 0.1, 0.1, 1.0), **rest):
    """A Mesh of one plain colour."""
    return Mesh(*body, materials=(Material("plain", colour),), **rest)


def plain_surface(filled, plates):
    """The Surface of a grid whose mesh is black."""
    cells = np.argwhere(visible(filled)).astype(np.int32)
    seen, unit = units_of(cells, plates)
    black = np.zeros((len(cells), 3), np.float32)
    return Surface(cells, unit, black, seen, black[: len(seen)])


def volume(corners):
    """Signed volume of triangles (T, 3, 3)."""
    a, b, c = np.moveaxis(corners, 1, 0)
    return float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6)
