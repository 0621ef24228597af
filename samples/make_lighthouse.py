"""Make samples/lighthouse.glb, a lighthouse on its island: `.venv/bin/python samples/make_lighthouse.py`.

The scene is 48 units wide and meant for 48 studs: a brick layer is then 1.2 units high, and nothing is thinner than
1.5 units. Every solid is a stack of rings, closed at both ends, counter-clockwise seen from above. Its colour is a
plain one, a picture painted by place (the sea and the grass, seen from above; the walls, unrolled), or its corners'.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import bpy
import numpy as np
from mathutils import Color

TARGET = Path(__file__).with_name("lighthouse.glb")

WIDTH = 48.0
PIXELS = 9  # of a picture, for one unit
SEA, SAND, LAWN = 3.6, 4.8, 10.8  # heights of what one could stand on
EAVES, LANTERN_TOP = 18.0, 57.6
BURIED = 1.2  # how deep things stand in the ground
ISLAND, TOWER = (-1.5, 1.5), (-7.5, 4.5)
BOULDERS = ((-18.5, -15.5, 2.6), (-13.0, -18.5, 1.8), (19.5, 9.0, 2.0))  # x, y, radius
TREES = ((5.0, 10.0), (12.0, 7.0), (-13.0, -6.0))

RED, WHITE, YELLOW, BLACK, BLUE, AZURE = "#B40000", "#F4F4F4", "#FAC80A", "#1B2A34", "#1E5AA8", "#68C3E2"
GREY, PALE_GREY, GREEN, TAN, BROWN = "#646464", "#969696", "#00852B", "#B0A06F", "#5F3109"

Pair = tuple[float, float]
Mapping = Callable[[np.ndarray], np.ndarray]  # rings (K, N, 3) -> UVs (K, N + 1, 2)


def main() -> None:
    """Build the scene from nothing and write it."""
    bpy.ops.wm.read_homefile(use_empty=True)
    make_sea_and_island()
    make_tower()
    make_house()
    make_trees()
    make_pier_and_boat()
    bpy.ops.export_scene.gltf(filepath=str(TARGET), export_format="GLB", export_vertex_color="MATERIAL")


def make_sea_and_island() -> None:
    """Water, beach, rock in two terraces, grass with paths, boulders in the sea, stairs up from the beach."""
    chart = textured("Chart", paint_chart(seen_from_above()))
    place("Sea", mesh(chart, [stack((round_square(), 0), (round_square(), SEA))], from_above))
    beach = stack((around_island(coast_radius, 0.3), BURIED), (around_island(coast_radius), SAND))
    place("Beach", mesh(plain("Sand", TAN), [beach]))
    cliff = [(around_island(cliff_radius, out), z) for out, z in ((0.3, BURIED), (0, 7.2), (-1.5, 7.2), (-1.6, 9.6))]
    boulders = [revolved((x, y), (size, BURIED), (size, 6), (0.6 * size, 7.2), sides=8) for x, y, size in BOULDERS]
    place("Rocks", mesh(plain("Rock", GREY), [stack(*cliff), *boulders]))
    stairs = [block((3, 7), (y, y + 1.5), (BURIED, z)) for y, z in ((-14, 6.1), (-12.5, 7.3), (-11, 8.5), (-9.5, 9.7))]
    place("Stairs", mesh(plain("Stone", PALE_GREY), stairs))
    lawn = around_island(cliff_radius, -2.5)
    place("Grass", mesh(chart, [stack((lawn, LAWN - BURIED), (lawn, LAWN))], from_above))


def make_tower() -> None:
    """The tower with its bands, the gallery, the lantern room and its roof."""
    tower = revolved(TOWER, (6.75, LAWN - BURIED), (4.5, 46.8))
    place("Tower", mesh(textured("Tower walls", paint_tower(unrolled(tower))), [tower], around))
    gallery = revolved(TOWER, (4.4, 45.6), (6.8, 48.6), (6.8, 51.6), (5.2, 51.6), (5.2, 50.4))
    place("Gallery", mesh(plain("Iron", GREY), [gallery]))
    place("Lantern", mesh(plain("Light", YELLOW), [revolved(TOWER, (4, 48), (4, LANTERN_TOP))]))
    roof = ((4, 55.2), (5.6, LANTERN_TOP), (5.6, 59.4), (1.4, 63.6), (1.4, 65.4))
    place("Tower roof", mesh(plain("Roof", RED), [revolved(TOWER, *roof)]))


def make_house() -> None:
    """The keeper's house, its door towards the stairs."""
    walls = block((0, 10), (-4, 2), (LAWN - BURIED, EAVES))
    place("House", mesh(textured("House walls", paint_house(unrolled(walls))), [walls], around))
    place("House roof", mesh(plain("Shingles", BROWN), [block((-1, 11), (-4, 2), (EAVES, 22.8), narrower=(0, 2.5))]))
    place("Chimney", mesh(plain("Chimney", RED), [block((7, 9), (-1, 1), (EAVES, 25.2))]))


def make_trees() -> None:
    """One fir with painted corners, in several places."""
    profile = ((2.2, LAWN - BURIED), (2.2, 12), (3.5, 15.6), (1.9, 19.2), (2.5, 21), (0.6, 26.4))
    material, painted = coloured_by("ShaderNodeVertexColor", "Fir")
    painted.layer_name = "Colour"
    fir = mesh(material, [revolved((0, 0), *profile, sides=12)])
    is_trunk = np.arange(len(fir.loops)) < 5 * 12  # the lowest cap, and the first row of faces with four corners each
    colours = np.where(is_trunk[:, None], [*rgb(BROWN), 1], [*rgb(GREEN), 1])
    fir.color_attributes.new("Colour", "BYTE_COLOR", "CORNER").data.foreach_set("color_srgb", colours.ravel())
    for x, y in TREES:
        place("Tree", fir, (x, y))


def make_pier_and_boat() -> None:
    """A pier on posts, and a sailing boat beside it."""
    posts = [block((3, 7), y, (BURIED, SAND)) for y in ((-22, -20), (-17, -15))]
    place("Pier", mesh(plain("Wood", BROWN), [block((3, 7), (-22, -14), (SAND, 6)), *posts]))
    half = np.array([(-1, -0.7), (0, -1), (0.7, -0.8), (1, -0.25)])
    outline = np.concatenate([half, half[::-1] * (1, -1)])
    hull = stack((outline * (4.8, 2.2), 2.4), (outline * (4.8, 2.4), 6))
    sail = stack((rectangle((-3.6, 3.4), (-1, 1)), 4.8), (rectangle((1.2, 3), (-1, 1)), 16.8))
    place("Hull", mesh(plain("Paint", RED), [hull]), at=(15, -18))
    place("Sail", mesh(plain("Canvas", WHITE), [sail]), at=(15, -18))


def paint_chart(xyz: np.ndarray) -> np.ndarray:
    """The sea with foam and shallows, the grass with paths; all places (H, W, 3) and pictures are of one size."""
    x, y = xyz[..., 0], xyz[..., 1]
    angle = np.arctan2(y - ISLAND[1], x - ISLAND[0])
    out = np.hypot(x - ISLAND[0], y - ISLAND[1]) - np.maximum(coast_radius(angle), cliff_radius(angle))
    rocks = [np.hypot(x - rock_x, y - rock_y) - size for rock_x, rock_y, size in BOULDERS]
    picture = np.full(xyz.shape, rgb(BLUE))
    picture[(out < 3.8 + 0.7 * np.sin(7 * angle)) | (np.min(rocks, axis=0) < 2.2)] = rgb(AZURE)
    picture[out < 1.7] = rgb(WHITE)
    picture[out < 0] = rgb(GREEN)
    for low_x, high_x, low_y, high_y in ((-9, -6, -8, 4), (-9, 6, -8, -5), (4, 6, -14, -3)):
        picture[(x > low_x) & (x < high_x) & (y > low_y) & (y < high_y)] = rgb(TAN)
    return picture


def paint_tower(xyz: np.ndarray) -> np.ndarray:
    """Red bands on white, a door and windows towards the front and the right."""
    x, y, z = np.moveaxis(xyz - (*TOWER, LAWN), -1, 0)
    front, right = between(x, -1.5, 1.5) & (y < 0), between(y, -1.5, 1.5) & (x > 0)
    picture = np.full(xyz.shape, rgb(WHITE))
    picture[between(z, 7.2, 14.4, spread=0.2) | between(z, 21.6, 28.8, spread=0.2)] = rgb(RED)
    picture[front & (z < 4.8)] = rgb(BROWN)
    for side, sill in ((right, 16.8), (front, 30), (right, 30)):
        picture[side & between(z, sill, sill + 3.6)] = rgb(BLACK)
    return picture


def paint_house(xyz: np.ndarray) -> np.ndarray:
    """White walls with a door in the front and windows all around."""
    x, y, z = np.moveaxis(xyz, -1, 0)
    windows = between(x, 1, 3) | between(x, 7, 9) | (between(y, -2, 0) & (x > 9.9))
    picture = np.full(xyz.shape, rgb(WHITE))
    picture[windows & between(z, 13.2, 15.6)] = rgb(BLACK)
    picture[between(x, 4, 6) & (y < -3.9) & (z < 15.6)] = rgb(BLUE)
    return picture


def between(value: np.ndarray, low: float, high: float, spread: float = 0.3) -> np.ndarray:
    """From low to high and a little beyond, so that no brick at the border mixes paler paint into it."""
    return (value > low - spread) & (value < high + spread)


def rgb(colour: str) -> np.ndarray:
    """(3,) encoded sRGB in 0..1 of "#RRGGBB"."""
    return np.array(list(bytes.fromhex(colour[1:]))) / 255


def coast_radius(angle: np.ndarray) -> np.ndarray:
    """How far the sand reaches from the island's middle."""
    return 17.4 + 0.7 * np.sin(3 * angle + 1) + 0.5 * np.sin(5 * angle)


def cliff_radius(angle: np.ndarray) -> np.ndarray:
    """How far the rock reaches: into the water, except at the beach in front."""
    return coast_radius(angle) + 0.8 - 4 * np.clip(np.cos(angle + np.radians(72)), 0, 1) ** 3


def around_island(radius: Callable[[np.ndarray], np.ndarray], wider: float = 0) -> np.ndarray:
    """The coast's or the cliff's outline."""
    angle = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    return (radius(angle) + wider)[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1) + ISLAND


def round_square() -> np.ndarray:
    """The sea's outline, a square with round corners."""
    turn = np.radians(np.arange(4)[:, None] * 90 + np.arange(0, 91, 10))  # a corner a row
    middle = np.array([(1, 1), (-1, 1), (-1, -1), (1, -1)])[:, None] * (WIDTH / 2 - 5)
    return (middle + 5 * np.stack([np.cos(turn), np.sin(turn)], axis=-1)).reshape(-1, 2)


def rectangle(x: Pair, y: Pair) -> np.ndarray:
    """A rectangle from low to high x and y."""
    return np.array([(x[0], y[0]), (x[1], y[0]), (x[1], y[1]), (x[0], y[1])], float)


def stack(*rings: tuple[np.ndarray, float]) -> np.ndarray:
    """Outlines with as many corners each, at their heights."""
    return np.stack([np.column_stack([outline, np.full(len(outline), height)]) for outline, height in rings])


def revolved(centre: Pair, *profile: Pair, sides: int = 32) -> np.ndarray:
    """A (radius, height) profile turned about an upright axis, from behind."""
    angle = np.linspace(0, 2 * np.pi, sides, endpoint=False) + np.pi / 2
    circle = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return stack(*((radius * circle + centre, height) for radius, height in profile))


def block(x: Pair, y: Pair, z: Pair, narrower: Pair = (0, 0)) -> np.ndarray:
    """A box from low to high x, y and z, `narrower` at its top on every side."""
    corners = rectangle(x, y)
    inwards = np.array([(1, 1), (-1, 1), (-1, -1), (1, -1)]) * narrower
    return stack((corners, z[0]), (corners + inwards, z[1]))


def from_above(rings: np.ndarray) -> np.ndarray:
    """UVs of the picture of the whole scene seen from above."""
    return np.concatenate([rings, rings[:, :1]], axis=1)[..., :2] / WIDTH + 0.5


def seen_from_above() -> np.ndarray:
    """(H, W, 3): the place of each pixel of that picture."""
    side = (pixel_shares(WIDTH) - 0.5) * WIDTH
    return np.concatenate(np.meshgrid(side, side, 0.0), axis=-1)


def around(rings: np.ndarray) -> np.ndarray:
    """UVs of the picture of two rings' unrolled sides: u along the rings, v upwards."""
    way = way_round(rings[0])
    return np.stack(np.meshgrid(way / way[-1], (0, 1)), axis=-1)


def unrolled(rings: np.ndarray) -> np.ndarray:
    """(H, W, 3): the place of each pixel of that picture."""
    way = way_round(rings[0])
    along = pixel_shares(way[-1]) * way[-1]
    closed = np.concatenate([rings, rings[:, :1]], axis=1)
    low, high = (np.stack([np.interp(along, way, axis) for axis in ring.T], axis=-1) for ring in closed)
    return low + (high - low) * pixel_shares(rings[1, 0, 2] - rings[0, 0, 2])[:, None, None]


def way_round(ring: np.ndarray) -> np.ndarray:
    """(N + 1,) how far each corner is along the ring, and the length of the whole."""
    return np.append(0, np.linalg.norm(np.roll(ring, -1, axis=0) - ring, axis=1).cumsum())


def pixel_shares(length: float) -> np.ndarray:
    """Where the middles of the pixels lie along a side of a picture, in 0..1."""
    count = round(length * PIXELS)
    return (np.arange(count) + 0.5) / count


def mesh(material: bpy.types.Material, solids: Sequence[np.ndarray], mapping: Mapping | None = None) -> bpy.types.Mesh:
    """Closed surfaces of one material."""
    first, faces, uvs = 0, [], []
    for rings in solids:
        count, sides = rings.shape[:2]
        corners = corners_of_faces(count, sides)
        faces += [(first + row * sides + column % sides).tolist() for row, column in corners]
        if mapping:
            uvs += [mapping(rings)[row, column] for row, column in corners]
        first += count * sides
    made = bpy.data.meshes.new(material.name)
    made.from_pydata(np.concatenate([rings.reshape(-1, 3) for rings in solids]), [], faces)
    made.materials.append(material)
    if mapping:
        made.uv_layers.new().data.foreach_set("uv", np.concatenate(uvs).ravel())
    return made


def corners_of_faces(rings: int, sides: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Ring and place in it of each corner of the bottom, the walls row by row, and the top; `sides` is place 0."""
    along = np.arange(sides)
    walls = [(k + np.array([0, 0, 1, 1]), j + np.array([0, 1, 1, 0])) for k in range(rings - 1) for j in along]
    return [(0 * along, along[::-1]), *walls, (0 * along + rings - 1, along)]


def place(name: str, shape: bpy.types.Mesh, at: Pair = (0, 0)) -> None:
    """Put a mesh into the scene."""
    thing = bpy.data.objects.new(name, shape)
    thing.location = (*at, 0)
    bpy.context.scene.collection.objects.link(thing)


def plain(name: str, colour: str) -> bpy.types.Material:
    """A material of one colour."""
    made = bpy.data.materials.new(name)
    shader = made.node_tree.nodes["Principled BSDF"]
    shader.inputs["Base Color"].default_value = (*Color(rgb(colour)).from_srgb_to_scene_linear(), 1)
    shader.inputs["Roughness"].default_value = 0.7
    return made


def coloured_by(kind: str, name: str) -> tuple[bpy.types.Material, bpy.types.Node]:
    """A material that has its colour from a node of some kind, and that node."""
    made = plain(name, WHITE)
    node = made.node_tree.nodes.new(kind)
    made.node_tree.links.new(node.outputs["Color"], made.node_tree.nodes["Principled BSDF"].inputs["Base Color"])
    return made, node


def textured(name: str, picture: np.ndarray) -> bpy.types.Material:
    """A material with a picture (H, W, 3), lowest row first."""
    made, texture = coloured_by("ShaderNodeTexImage", name)
    texture.image = bpy.data.images.new(name, picture.shape[1], picture.shape[0])
    texture.image.pixels.foreach_set(np.insert(picture, 3, 1.0, axis=-1).astype(np.float32).ravel())
    texture.image.pack()
    return made


if __name__ == "__main__":
    main()
