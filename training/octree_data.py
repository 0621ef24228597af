"""Volumes and pictures of all shapes, for training/octree.py: python training/octree_data.py [--short] [--out FOLDER]

Needs the shapes in ../shared/data. Takes a few minutes on two cores, and about 1 GB.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from batch import load_package

load_package()

from brickprint.core.errors import BrickprintError  # noqa: E402
from brickprint.core.mesh import Mesh  # noqa: E402
from brickprint.core.networks.octree import PIXELS, network_input  # noqa: E402
from brickprint.core.networks.poses import POSES, SET_POSE, Pose  # noqa: E402
from brickprint.training.renders import render  # noqa: E402
from brickprint.training.shapes import SIDE, greys, in_unit_box, listed, packs, read, volume  # noqa: E402

VARIED = ("varied_volumes", "varied_set_pose")
COPIES = 8  # four turns of an object, and of its mirror image
VARIANTS = 6  # an object stretched along its axes, turned by any angle, and mirrored or not
STRETCH = 0.35  # the natural logarithm of the most
SHORT = 90  # a short run takes one object of so many


def main() -> None:
    """Write the data into a folder."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--out", type=Path, default=Path("build/octree"))
    words.add_argument("--short", action="store_true", help=f"one object of {SHORT}")
    chosen = words.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    objects = [(i, pack, file) for i, (pack, file) in enumerate(listed()) if not chosen.short or i % SHORT == 0]
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as processes:
        made = list(processes.map(_made, objects, chunksize=8))
    kept = [(at, row) for at, row in zip(objects, made, strict=True) if not isinstance(row, str)]
    names = ("volumes", "set_pose", "poses", "copy_of_pose", "pose", *VARIED)
    for name, column in zip(names, zip(*(row for _, row in kept), strict=True), strict=True):
        np.save(chosen.out / f"{name}.npy", np.stack(column))
    part = packs()
    rows = [{"file": file, "part": part[pack]} for (_, pack, file), _ in kept]
    left_out = [row for row in made if isinstance(row, str)]
    (chosen.out / "objects.json").write_text(json.dumps({"objects": rows, "left_out": left_out}, indent=1))
    count = {name: sum(row["part"] == name for row in rows) for name in ("train", "check", "test")}
    print(f"{len(rows)} objects in {chosen.out}: {count}; {len(left_out)} left out, which enclose no volume")


def copy_of(mesh: Mesh, copy: int) -> Mesh:
    """A mesh in the unit box, mirrored along x from copy 4 on, then turned by `copy` quarters to the left."""
    corner = mesh.vertices - 0.5
    if copy >= COPIES // 2:
        corner = corner * [-1.0, 1.0, 1.0]
    for _ in range(copy % 4):
        corner = np.stack([-corner[:, 1], corner[:, 0], corner[:, 2]], axis=1)
    return replace(mesh, vertices=corner + 0.5)


def copy_of_volume(cells: np.ndarray, copy: int) -> np.ndarray:
    """The same of cells (..., z, y, x)."""
    if copy >= COPIES // 2:
        cells = cells[..., ::-1]
    return np.rot90(cells, -(copy % 4), axes=(-2, -1))


def _made(task: tuple[int, str, str]) -> tuple[np.ndarray, ...] | str:
    """Packed volume, pictures in the set pose of all copies, and in other poses of some copies; or the file's name."""
    number, pack, file = task
    try:
        mesh = in_unit_box(read(file))
        cells = volume(mesh)
    except BrickprintError:
        return file
    shade = greys(mesh)
    set_pose = [_picture(copy_of(mesh, copy), shade, SET_POSE) for copy in range(COPIES)]
    # What is not trained on is measured as it is, in every pose.
    chance = np.random.default_rng(number)
    trained_on = packs()[pack] == "train"
    copies = chance.integers(COPIES, size=len(POSES)) if trained_on else np.zeros(len(POSES), int)
    poses = chance.integers(len(POSES), size=len(POSES)) if trained_on else np.arange(len(POSES))
    others = [_picture(copy_of(mesh, c), shade, POSES[p]) for c, p in zip(copies, poses, strict=True)]
    columns = (np.stack(set_pose), np.stack(others), copies.astype(np.uint8), poses.astype(np.uint8))
    return np.packbits(cells), *columns, *varied(mesh, shade, number if trained_on else None)


def varied(mesh: Mesh, shade: np.ndarray, seed: int | None) -> tuple[np.ndarray, np.ndarray]:
    """Packed volumes of the variants of an object, and pictures of them in the set pose; of no seed, nothing."""
    if seed is None:
        return np.zeros((VARIANTS, SIDE**3 // 8), np.uint8), np.zeros((VARIANTS, PIXELS, PIXELS), np.uint8)
    chance = np.random.default_rng([seed, VARIANTS])
    variants = [_variant(mesh, chance) for _ in range(VARIANTS)]
    pictures = [_picture(variant, shade, SET_POSE) for variant in variants]
    return np.stack([np.packbits(volume(variant)) for variant in variants]), np.stack(pictures)


def _variant(mesh: Mesh, chance: np.random.Generator) -> Mesh:
    """The object stretched along its own axes, then turned, in the unit box."""
    stretched = copy_of(mesh, int(chance.integers(COPIES))).vertices * np.exp(chance.uniform(-STRETCH, STRETCH, 3))
    x, y, z = stretched.T
    angle = chance.uniform(0, np.pi / 2)
    turned = np.stack([np.cos(angle) * x - np.sin(angle) * y, np.sin(angle) * x + np.cos(angle) * y, z], axis=1)
    return in_unit_box(replace(mesh, vertices=turned))


def _picture(mesh: Mesh, shade: np.ndarray, pose: Pose) -> np.ndarray:
    """(128, 128) uint8."""
    grey, alpha = render(mesh.corners, shade, pose, PIXELS)
    return np.round(network_input(grey, alpha) * 255).astype(np.uint8)


if __name__ == "__main__":
    main()
