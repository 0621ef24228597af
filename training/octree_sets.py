"""What training/octree_data.py wrote, in batches of cells and pictures, each time in another of its eight copies."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

COPIES = 8
VARIED_SHARE = 0.5
SET_POSE, POSES = "set_pose", "poses"
_FLOOR = 0.15  # what is darker is background; see core/networks/octree.py


@dataclass(frozen=True)
class Shapes:
    """Objects of one part of the data.

    files; cells (N, 32, 32, 32) uint8; pictures (N, P, 128, 128) uint8, memory-mapped; copy (N, P) uint8: which copy
    of the object each shows. row (N,): the objects' rows in `pictures` and in what follows: varied_cells (M, V, 4096)
    uint8, packed, and varied_pictures (M, V, 128, 128) in the set pose, of variants of the objects that are trained on.
    """

    files: list[str]
    cells: Tensor
    pictures: np.ndarray
    copy: np.ndarray
    row: np.ndarray
    varied_cells: np.ndarray
    varied_pictures: np.ndarray


def load_shapes(folder: Path, part: str, views: str = SET_POSE) -> Shapes:
    """The objects of train, check or test, with pictures in the set pose or in several."""
    objects = json.loads((folder / "objects.json").read_text())["objects"]
    row = np.array([i for i, item in enumerate(objects) if item["part"] == part], np.intp)
    packed = np.load(folder / "volumes.npy")[row]
    cells = _unpacked(packed)
    pictures, varied, varied_cells = (
        np.load(folder / f"{name}.npy", mmap_mode="r") for name in (views, "varied_set_pose", "varied_volumes")
    )
    copy = np.load(folder / "copy_of_pose.npy") if views == POSES else np.tile(np.arange(COPIES), (len(objects), 1))
    return Shapes([objects[i]["file"] for i in row], cells, pictures, copy[row], row, varied_cells, varied)


def view_of(shapes: Shapes, view: int) -> Tensor:
    """(N, 1, 128, 128) float32: one of the pictures of each object."""
    return torch.from_numpy(shapes.pictures[shapes.row, view]).float()[:, None] / 255


def batches(shapes: Shapes, chance: np.random.Generator, size: int, varied: bool) -> Iterator[tuple[Tensor, Tensor]]:
    """All objects once, by chance: cells (B, 32, 32, 32) and pictures (B, 1, 128, 128), float32, of the same copy.

    varied: whether half of them are variants of the objects. What batches of `size` leave over waits for another time.
    """
    order = chance.permutation(len(shapes.files))
    plain, variants = shapes.pictures.shape[1], shapes.varied_pictures.shape[1]
    for start in range(0, max(len(order) - size, 0) + 1, size):
        chosen = order[start : start + size]
        view = chance.integers(plain, size=len(chosen))
        if varied:
            other = chance.integers(plain, plain + variants, size=len(chosen))
            view = np.where(chance.random(len(chosen)) < VARIED_SHARE, other, view)
        usual, other = np.flatnonzero(view < plain), np.flatnonzero(view >= plain)
        at = shapes.row[chosen[other]], view[other] - plain
        pictures = np.concatenate([shapes.pictures[shapes.row[chosen[usual]], view[usual]], shapes.varied_pictures[at]])
        same = copies(shapes.cells[chosen[usual]], shapes.copy[chosen[usual], view[usual]])
        cells = torch.cat([same, _unpacked(shapes.varied_cells[at]).float()])
        yield cells, jittered(torch.from_numpy(pictures).float()[:, None] / 255, chance)


def _unpacked(packed: np.ndarray) -> Tensor:
    return torch.from_numpy(np.unpackbits(packed, axis=1).reshape(-1, 32, 32, 32))


def copies(cells: Tensor, copy: np.ndarray) -> Tensor:
    """(B, 32, 32, 32) float32: each object mirrored along x from copy 4 on, then turned by quarters to the left."""
    turned = torch.zeros(cells.shape)
    for number in np.unique(copy):
        here = torch.from_numpy(np.flatnonzero(copy == number))
        some = cells[here].float()
        some = some.flip(-1) if number >= COPIES // 2 else some
        turned[here] = torch.rot90(some, -int(number % 4), (-2, -1))
    return turned


def jittered(pictures: Tensor, chance: np.random.Generator) -> Tensor:
    """The pictures in other light, moved by up to two pixels, with some noise on the object."""
    count = (len(pictures), 1, 1, 1)
    inside = (pictures > _FLOOR).float()
    grey = ((pictures - _FLOOR) / (1 - _FLOOR)).clamp(0, 1)
    gamma, gain = (torch.from_numpy(np.exp(chance.uniform(-w, w, count))).float() for w in (0.4, 0.25))
    grey = (gain * grey**gamma + 0.01 * torch.from_numpy(chance.standard_normal(pictures.shape, np.float32))).clamp(
        0, 1
    )
    lit = torch.where(inside > 0, _FLOOR + (1 - _FLOOR) * grey, pictures)
    moves = chance.integers(-2, 3, size=(len(pictures), 2))
    return torch.stack([torch.roll(one, tuple(map(int, move)), (-2, -1)) for one, move in zip(lit, moves, strict=True)])
