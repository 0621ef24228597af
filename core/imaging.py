"""From one image to a mesh that can be converted, through a network that the user has or one that ships."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from .errors import BadSetting
from .images import Picture, squared
from .mesh import Mesh
from .networks.volume import Volume, mesh_of_volume
from .networks.volumetric import volume_by_network
from .progress import SILENT, Progress
from .settings import Option, check, option

# Networks of our own: a word, and the module that has `volume_of_image(pixels, progress)` for it.
_SHIPPED = {"octree": f"{__package__}.networks.octree"}


@dataclass(frozen=True)
class ImageSettings:
    """How an image becomes a mesh; raises BadSetting when a choice can't be used."""

    network: str = option(
        "face",
        "What makes three dimensions of an image: octree (objects), vrn or face (with files of yours), or any ONNX "
        "file that gives a volume",
        group="image",
        choices=("octree", "vrn", "face"),
        open=True,
    )
    weights: tuple[str, ...] = option((), "The network's ONNX files, or a folder with them", group="image")
    threshold: float = option(
        0.5, "How certain the network must be that a voxel is filled", group="image", minimum=-100.0, maximum=100.0
    )
    front: bool = option(False, "Build the front half only, with a flat back", group="image")

    def __post_init__(self) -> None:
        for name, choice in image_options().items():
            check(name, choice, getattr(self, name))


def image_options() -> dict[str, Option]:
    """Every choice's Option by name, in the order they are shown."""
    return {item.name: item.metadata["option"] for item in fields(ImageSettings)}


def mesh_of_image(picture: Picture, chosen: ImageSettings, progress: Progress = SILENT) -> Mesh:
    """The coloured mesh that a network sees in an image, z up, looked at along +y.

    Raises CannotRead (a file is missing, or is another network), NothingToBuild (nothing found), BadSetting (a network
    that is not built yet), MissingLibrary, Cancelled.
    """
    volume_of = _network(chosen)
    progress.at(0.0, "Looking at the image")
    square = squared(picture)
    volume = volume_of(square.pixels, progress)
    volume = replace(volume, name=picture.name, warnings=square.warnings + volume.warnings)
    mesh = mesh_of_volume(volume)
    return front_half(mesh) if chosen.front else mesh


def front_half(mesh: Mesh) -> Mesh:
    """The half of a mesh that is nearer to who looks along +y, closed by a plane."""
    depth = mesh.vertices[np.unique(mesh.triangles), 1]
    middle = (depth.min() + depth.max()) / 2
    flat = mesh.vertices.copy()
    flat[:, 1] = np.minimum(flat[:, 1], middle)
    return replace(mesh, vertices=flat)


def _network(chosen: ImageSettings) -> Callable[[np.ndarray, Progress], Volume]:
    """What makes a volume of square pixels (S, S, 4). Raises BadSetting for what is not built, or has no file."""
    if chosen.network in _SHIPPED:
        module = _SHIPPED[chosen.network]
        if find_spec(module) is None:
            raise BadSetting(f"The network {chosen.network} is not built yet in this version; use a file of your own.")
        return _volume_of(import_module(module))
    if chosen.network == "face":
        raise BadSetting("The network face is not built yet in this version; use vrn, or a file of your own.")
    if chosen.network == "vrn":
        if len(chosen.weights) != 1:
            raise BadSetting(
                "vrn needs one network file: name it with --weights. It must take 1 x 3 x 192 x 192 float32, RGB 0 to "
                "255, and give 1 x 200 x 192 x 192, how certainly each voxel is filled."
            )
        return partial(volume_by_network, Path(chosen.weights[0]), chosen.threshold)
    return partial(volume_by_network, Path(chosen.network), chosen.threshold)


def _volume_of(module: Any) -> Callable[[np.ndarray, Progress], Volume]:
    made: Callable[[np.ndarray, Progress], Volume] = module.volume_of_image
    return made
