"""From one image to a mesh that can be converted, through a network that the user has or one that ships."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from .background import WAYS, without_background
from .errors import BadSetting, MissingNetwork
from .images import Picture, squared
from .mesh import Mesh
from .networks.faces.portrait import head_of_portrait
from .networks.volume import Volume, mesh_of_volume
from .networks.volumetric import WHAT_IT_MUST_BE, volume_by_network
from .option import Choices, option
from .progress import SILENT, Progress

MESHING = 0.3  # about the share of the time from an image to bricks that the network takes
_OCTREE = f"{__package__}.networks.octree"  # has NETWORKS, its files, and `volume_of_image(pixels, progress)`


def networks_here() -> tuple[str, ...]:
    """The words for networks that this version has, the default first: its own, where its files are there."""
    return ("octree", "vrn", "face") if _octree_is_here() else ("face", "vrn")


def _octree_is_here() -> bool:
    if find_spec(_OCTREE) is None:
        return False
    module = import_module(_OCTREE)
    return all(Path(str(module.__file__)).with_name(name).is_file() for name in module.NETWORKS)


@dataclass(frozen=True)
class ImageSettings(Choices):
    """How an image becomes a mesh; raises BadSetting when a choice can't be used, or would do nothing."""

    network: str = option(
        networks_here()[0],
        "What makes three dimensions of an image: octree (objects; comes with Brickprint), vrn or face (with files of "
        "yours), or any ONNX file that gives a volume. A face begins with the preset portrait where no other is "
        "chosen; settings of your own count more",
        group="image",
        choices=networks_here(),
        open=True,
    )
    weights: tuple[str, ...] = option((), "The ONNX files of vrn or face, or a folder with face's", group="image")
    background: str = option(
        "keep",
        "What is behind the object: kept, made transparent where it is like the image's border (colour), or by an ONNX "
        "file that gives a matte",
        group="image",
        choices=WAYS,
        open=True,
    )
    threshold: float = option(
        0.5, "How certain vrn or an ONNX file must be that a voxel is filled", group="image", minimum=0.0, maximum=1.0
    )
    front: bool = option(False, "Build the front half only, with a flat back", group="image")

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in {"weights", "threshold"} - set(read_by(self.network)):
            if getattr(self, name) != getattr(ImageSettings, name):
                raise BadSetting(
                    f"--{name} does nothing with the network {self.network}, which has its own; leave it out."
                )


def preset_of(network: str) -> str:
    """The preset that a network's models begin with where no other is chosen, or nothing."""
    return "portrait" if network == "face" else ""


def read_by(network: str) -> tuple[str, ...]:
    """Which of `weights` and `threshold` count with a network; it has its own where they do not."""
    return {"octree": (), "face": ("weights",), "vrn": ("weights", "threshold")}.get(network, ("threshold",))


def mesh_of_image(picture: Picture, chosen: ImageSettings, progress: Progress = SILENT) -> Mesh:
    """The coloured mesh that a network sees in an image, z up, looked at along +y.

    Raises MissingNetwork (not built yet, or no file of it chosen), CannotRead (a file is missing, or is another
    network), NoFace, NothingToBuild (nothing found), MissingLibrary, Cancelled.
    """
    progress.at(0.0, "Looking at the image")
    picture = without_background(picture, chosen.background)
    if chosen.network == "face":
        mesh = head_of_portrait(picture, [Path(file) for file in chosen.weights], progress)
    else:
        mesh = _mesh_by_volume(picture, chosen, progress)
    return front_half(mesh) if chosen.front else mesh


def front_half(mesh: Mesh) -> Mesh:
    """The half of a mesh that is nearer to who looks along +y, closed by a plane."""
    depth = mesh.vertices[np.unique(mesh.triangles), 1]
    middle = (depth.min() + depth.max()) / 2
    flat = mesh.vertices.copy()
    flat[:, 1] = np.minimum(flat[:, 1], middle)
    return replace(mesh, vertices=flat)


def _mesh_by_volume(picture: Picture, chosen: ImageSettings, progress: Progress) -> Mesh:
    volume_of = _volume_maker(chosen)
    seen = picture if chosen.network == "octree" else squared(picture)  # octree frames the object by itself
    volume = volume_of(seen.pixels, progress)
    return mesh_of_volume(replace(volume, name=picture.name, warnings=seen.warnings + volume.warnings))


def _volume_maker(chosen: ImageSettings) -> Callable[[np.ndarray, Progress], Volume]:
    """What makes a volume of pixels (H, W, 4) uint8; all but octree see squares. Raises MissingNetwork."""
    if chosen.network == "octree":
        if not _octree_is_here():
            raise MissingNetwork("The network octree is not in this version; use vrn, face, or a file of your own.")
        ours: Callable[[np.ndarray, Progress], Volume] = import_module(_OCTREE).volume_of_image
        return ours
    if chosen.network != "vrn":
        return partial(volume_by_network, Path(chosen.network), chosen.threshold)
    if len(chosen.weights) != 1:
        raise MissingNetwork(f"vrn needs one network file, which does not come with Brickprint. {WHAT_IT_MUST_BE}")
    return partial(volume_by_network, Path(chosen.weights[0]), chosen.threshold, vrn=True)
