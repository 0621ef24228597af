"""Make samples/apple.glb, an apple with a leaf: `.venv/bin/python samples/make_apple.py`.

It is round all over and its paint runs from red over orange to yellow and green, so it shows what bricks, plates,
metrics and dominant colours make of slopes and shades. Lengths are studs of a model of 32 studs.
"""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
from make_lighthouse import BROWN, mesh, place, plain, revolved, rgb, stack, textured

TARGET = Path(__file__).with_name("apple.glb")

RADIUS = 16.0
RINGS, SIDES = 36, 64
PICTURE = (128, 256)  # pixels: along the profile, and around
RED, DARK, ORANGE, YELLOW, GREEN, LEAF = "#B40000", "#720012", "#F57D20", "#FAC80A", "#A5CA18", "#00852B"


def main() -> None:
    """Build the apple from nothing and write it."""
    bpy.ops.wm.read_homefile(use_empty=True)
    skin = revolved((0, 0), *profile(), sides=SIDES)
    place("Apple", mesh(textured("Skin", paint_skin()), [skin], wrapped))
    stem = stack(*((1.4 * circle(12) + (lean, 0), height) for lean, height in ((0, 20), (0.6, 27), (1.6, 33))))
    place("Stem", mesh(plain("Stem", BROWN), [stem]))
    place("Leaf", mesh(plain("Leaf", LEAF), [leaf()]))
    bpy.ops.export_scene.gltf(filepath=str(TARGET), export_format="GLB", export_normals=False)


def profile() -> list[tuple[float, float]]:
    """(radius, height) from the dimple below, around the belly, into the dimple above."""
    angle = np.linspace(0, np.pi, RINGS)  # 0 is below
    radius = RADIUS * (np.sin(angle) + 0.12 * np.sin(2 * (np.pi - angle))) / 1.03
    dimple = 0.5 * np.exp(-((angle / 0.45) ** 2)) + 0.62 * np.exp(-(((np.pi - angle) / 0.5) ** 2))
    height = 15 - 15 * np.cos(angle) * (1 - dimple)
    return list(zip(np.maximum(radius, 0.05).tolist(), height.tolist(), strict=True))


def circle(sides: int) -> np.ndarray:
    """(N, 2): the corners of a circle of radius 1."""
    angle = np.linspace(0, 2 * np.pi, sides, endpoint=False)
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)


def leaf() -> np.ndarray:
    """A thick leaf that leans away from the stem: rings from its lower tip to its upper one."""
    share = np.linspace(0, 1, 12)
    wide = 4.2 * np.sin(np.pi * share) ** 0.8 + 0.3
    middle = np.stack([2.5 + 8.5 * share, -2.0 * share], axis=1)
    rings = [
        (circle(16) * (half, 1.3) + centre, 26 + 7.5 * rise)
        for half, centre, rise in zip(wide, middle, share, strict=True)
    ]
    return stack(*rings)


def paint_skin() -> np.ndarray:
    """(H, W, 3): paler towards the dimples and on the side away from the sun, with streaks."""
    around, along = np.meshgrid(np.linspace(0, 2 * np.pi, PICTURE[1]), np.linspace(0, 1, PICTURE[0]))
    sun = 0.5 + 0.5 * np.cos(around - np.radians(150))  # 1 where it is reddest
    belly = np.sin(np.pi * along) ** 0.6
    streaks = 0.07 * np.sin(17 * around + 3 * along) * np.sin(np.pi * along)
    ripe = np.clip(1.15 * sun * belly + 0.12 + streaks - 0.25 * (along > 0.5) * (2 * along - 1) ** 3, 0, 1)
    steps = (0.0, 0.22, 0.42, 0.6, 0.82, 1.0)
    shades = np.stack([rgb(colour) for colour in (GREEN, GREEN, YELLOW, ORANGE, RED, DARK)])
    return np.stack([np.interp(ripe, steps, shades[:, channel]) for channel in range(3)], axis=-1)


def wrapped(rings: np.ndarray) -> np.ndarray:
    """UVs of the picture of all rings: u around, v along the profile."""
    count, sides = rings.shape[:2]
    return np.stack(np.meshgrid(np.linspace(0, 1, sides + 1), np.linspace(0, 1, count)), axis=-1)


if __name__ == "__main__":
    main()
