"""Intersection over union of the octree networks on objects that none was trained on, in the paper's table.

python training/octree_measure.py [--data FOLDER] [--networks FOLDER]. The shipped networks are measured as they are
shipped, by onnxruntime and with their threshold; autoencoder and the paper's own picture encoder are those that
training/octree.py left.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from batch import load_package

load_package()

from brickprint.core.networks.octree import NETWORKS, THRESHOLD, best_pose, chances  # noqa: E402
from brickprint.training.octree import intersections, trained  # noqa: E402
from brickprint.training.octree_networks import LEVELS, pooled  # noqa: E402
from brickprint.training.octree_sets import COPIES, POSES, Shapes, copies, load_shapes, view_of  # noqa: E402

PAPER = {
    "[I]: chairs, autoencoder": (0.972, 0.870, 0.700, 0.465),
    "[I]: chairs, picture": (0.796, 0.633, 0.455, 0.240),
    "[I]: aeroplanes, autoencoder": (0.985, 0.868, 0.705, 0.439),
    "[I]: aeroplanes, picture": (0.749, 0.528, 0.431, 0.228),
}
THREE = (0, 7, 14)  # of POSES: from the left and low, from the front, from the right and high
ALIKE = 0.9  # an object that shares so much of its cells with one that was trained on is not new


def main() -> None:
    """Print the table, in Markdown."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--data", type=Path, default=Path("build/octree"))
    words.add_argument("--networks", type=Path, default=Path("build/octree/networks"))
    chosen = words.parse_args()
    test, several, seen = (load_shapes(chosen.data, *of) for of in (("test",), ("test", POSES), ("train",)))
    groups = groups_of(test.files, most_alike(test, seen) < ALIKE)
    print("; ".join(f"{name}: {rows.sum()}" for name, rows in groups.items()))
    print(f"| | {' | '.join(f'{side} a side' for side in LEVELS)} |\n| --- | {'--- | ' * len(LEVELS)}")
    for name, row in PAPER.items():
        show(name, row)
    for name, ious in figures(chosen.networks, test, several, seen):
        for group, rows in groups.items():
            if rows.any():
                show(f"{group}, {name}", ious[rows].mean(axis=0))


def show(name: str, row: np.ndarray | tuple[float, ...]) -> None:
    """Print a line of the table."""
    print(f"| {name} | {' | '.join(f'{iou:.3f}' for iou in row)} |", flush=True)


def figures(networks: Path, test: Shapes, several: Shapes, seen: Shapes) -> Iterator[tuple[str, np.ndarray]]:
    """What is measured, and its (N, 4) intersections over unions, means over the pictures of each object."""
    cells, device = test.cells.float(), torch.device("cpu")
    with torch.no_grad():
        known = trained("autoencoder", networks, device)
        yield "autoencoder", intersections(known.decoder(known.encoder(cells[:, None])), cells)
        encoder = trained("latents", networks, device)
        yield "picture, encoder and loss of [I]", intersections(known.decoder(encoder(view_of(test, 0))), cells)
    alike = retrieved(test, seen)
    yield "the trained object whose picture is most alike", intersections([one - 0.5 for one in pooled(alike)], cells)
    for name, shapes, views in (("set pose", test, (0,)), ("three poses", several, THREE)):
        for network, ious in answered(shapes, views).items():
            yield f"{name}, {network}", ious


def answered(shapes: Shapes, views: tuple[int, ...]) -> dict[str, np.ndarray]:
    """(N, 4) of each network, and of the one that fits better, as when it is run; means over the pictures."""
    found: dict[str, list[np.ndarray]] = {}
    for view in views:
        pictures = [picture[0].numpy() for picture in view_of(shapes, view)]
        fits = []
        for network, poses in NETWORKS.items():
            made = [chances(picture, network) for picture in pictures]
            levels = [torch.from_numpy(np.stack([one[side] for one in made])) - THRESHOLD for side in LEVELS]
            found.setdefault(network, []).append(intersections(levels, shapes.cells.float()))
            fits.append([best_pose(one[32], seen, poses)[1] for one, seen in zip(made, pictures, strict=True)])
        latest = np.stack([found[network][-1] for network in NETWORKS])
        found.setdefault("the one that fits", []).append(latest[np.argmax(fits, axis=0), np.arange(len(pictures))])
    return {network: np.mean(ious, axis=0) for network, ious in found.items()}


def groups_of(files: list[str], new: np.ndarray) -> dict[str, np.ndarray]:
    """Which objects are chairs, or spaceships, by the names of their files; and which are new."""
    names = [file.lower() for file in files]
    chairs = np.array(["chair" in Path(name).name and "stool" not in name for name in names])
    ships = np.array(["space" in name and "ship" in Path(name).name for name in names])
    return {"chairs": chairs, "spaceships": ships, "all": np.ones(len(files), bool), "new": new}


def most_alike(test: Shapes, seen: Shapes) -> np.ndarray:
    """(N,) the greatest intersection over union of each object with any copy of one that was trained on."""
    flat = test.cells.float().flatten(1)
    best = np.zeros(len(flat))
    for copy in range(COPIES):
        others = copies(seen.cells, np.full(len(seen.files), copy)).flatten(1)
        both = flat @ others.T
        either = flat.sum(1)[:, None] + others.sum(1)[None] - both
        best = np.maximum(best, (both / either).amax(1).numpy())
    return best


def retrieved(test: Shapes, seen: Shapes) -> Tensor:
    """(N, 32, 32, 32) the copies of trained objects whose pictures in the set pose differ least from the objects'."""

    def small(shapes: Shapes, view: int) -> Tensor:
        return torch.nn.functional.avg_pool2d(view_of(shapes, view), 4).flatten(1)

    wanted = small(test, 0)
    away = torch.stack([torch.cdist(wanted, small(seen, copy)) for copy in range(COPIES)], dim=1)
    nearest = away.flatten(1).argmin(1).numpy()
    return copies(seen.cells[nearest % len(seen.files)], nearest // len(seen.files))


if __name__ == "__main__":
    main()
