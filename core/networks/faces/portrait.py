"""A photo with a face, and the user's two networks, become a mesh: a head that looks along -y on a neck and a base."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from ...errors import CannotRead, MissingNetwork, NoFace
from ...images import Picture, resized
from ...mesh import Material, Mesh
from ...progress import SILENT, Progress
from ..runner import Network, open_network
from ..surface import surface_of
from .colouring import head_colours
from .detection import DETECTOR, find_faces, is_detector
from .head import VOXEL, space_of, surfaces
from .landmarks import LANDMARKS, face_points, is_face_mesh
from .outline import find_outline
from .pose import Pose, straightened

_LEAST_PIXELS = 24  # of a face's box; less has neither eyes nor mouth
_AROUND = 1.6  # of the face's height, from its middle: that far reaches the highest hair
_SIDE = 800  # pixels of that: two or more for every voxel
_TURNED = 35.0  # degrees; one side is guessed from the other beyond
WHAT_IS_NEEDED = (
    f"A head needs two networks, which do not come with Brickprint: {DETECTOR}; and {LANDMARKS}. Choose both files, or "
    "the folder they are in (--weights, or the add-on's preferences)."
)


@dataclass(frozen=True)
class FaceNetworks:
    """The two networks of the face path."""

    detector: Network
    face_mesh: Network


def open_face_networks(files: Sequence[Path], progress: Progress = SILENT) -> FaceNetworks:
    """The first face detector and the first face mesh among files, and those of folders by name.

    Raises MissingNetwork when one is not among them, with what was refused in folders; CannotRead for a named file that
    is damaged or is neither; Cancelled.
    """
    detector = face_mesh = None
    refused: list[str] = []
    listed = _listed(files)
    for row, (file, named) in enumerate(listed):
        progress.at(row / len(listed), f"Loading {file.name}")
        try:
            network = open_network(file)
        except CannotRead as error:
            if named:
                raise
            refused.append(str(error))  # a folder may hold anything
            continue
        if is_detector(network):
            detector = detector or network
        elif is_face_mesh(network):
            face_mesh = face_mesh or network
        elif named:
            raise CannotRead(f"{file} is neither of the networks that a head needs. {WHAT_IS_NEEDED}")
        if detector and face_mesh:
            return FaceNetworks(detector, face_mesh)
    lacking = "face detector" if not detector else "face mesh"
    told = " ".join([f"No {lacking} was found.", *refused, WHAT_IS_NEEDED])
    raise MissingNetwork(told if files else WHAT_IS_NEEDED)


def _listed(files: Sequence[Path]) -> list[tuple[Path, bool]]:
    """Every file, and whether it was named itself."""
    found: list[tuple[Path, bool]] = []
    for place in files:
        if place.is_dir():
            found += [(file, False) for file in sorted(place.glob("*.onnx"))]
        else:
            found.append((place, True))
    return found


def head_of_portrait(picture: Picture, files: Sequence[Path], progress: Progress = SILENT) -> Mesh:
    """The head of the largest face in a photo, in centimetres.

    Raises MissingNetwork, CannotRead (see `open_face_networks`), NoFace (none, too small, or no person's), Cancelled.
    """
    networks = open_face_networks(files, progress.part(progress.stage, 0.0, 0.2))
    progress.at(0.2, "Looking for a face")
    points, told = _face(picture, networks)
    pixels, points = _around(picture.pixels, points)
    head, pose = straightened(points)
    warnings = picture.warnings + told + _turned(picture, pose)
    progress.at(0.4, "Looking for the hair")
    outline = find_outline(pixels, pose, head)
    progress.at(0.6, "Closing the head")
    with threadpool_limits(limits=1, user_api="blas"):  # a thousand tiny systems, which threads only hinder
        space = space_of(surfaces(head, outline))
    corners, triangles, _ = surface_of(space.values, 0.0)
    places = corners * VOXEL + space.low
    progress.at(0.9, "Colouring the head")
    colours = head_colours(places, pixels, pose, outline)
    opaque = np.column_stack([colours, np.ones(len(colours), np.float32)])
    white = (Material("", (1.0, 1.0, 1.0, 1.0)),)
    return Mesh(places, triangles, white, corner_colours=opaque[triangles], name=picture.name, warnings=warnings)


def _face(picture: Picture, networks: FaceNetworks) -> tuple[np.ndarray, tuple[str, ...]]:
    """The points of the largest face (468, 3), and warnings. Raises NoFace."""
    rgb = picture.rgb
    boxes = find_faces(networks.detector, rgb)
    if not len(boxes):
        raise NoFace(
            f"No face was found in {picture.name}; use a photo in which one looks at the camera, large and lit."
        )
    faces = [(box, *face_points(networks.face_mesh, rgb, box)) for box in boxes]
    shown = [(box, points) for box, points, score in faces if score > 0]
    if not shown:
        raise NoFace(
            f"What looks like a face in {picture.name} is no person's, says the face mesh (logit "
            f"{max(score for *_, score in faces):.1f}); use a photo in which a person looks at the camera."
        )
    box, points = shown[0]
    size = float((box[2:] - box[:2]).max())
    if size < _LEAST_PIXELS:
        raise NoFace(f"The face in {picture.name} is only {size:.0f} pixels high; use a photo that shows it larger.")
    more = f"{picture.name} shows {len(shown)} faces; the largest was used. Crop the photo to use another one."
    return points, (more,) if len(shown) > 1 else ()


def _around(pixels: np.ndarray, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The part of a photo (H, W, 4) uint8 with the head, made smaller where it is finer than bricks; points in it."""
    low, high = points[:, :2].min(axis=0), points[:, :2].max(axis=0)
    reach = float((high - low).max()) * _AROUND
    middle, size = (low + high) / 2, np.array(pixels.shape[1::-1])
    left, top = np.floor(np.clip(middle - reach, 0, size - 1)).astype(int)
    right, bottom = np.ceil(np.clip(middle + reach, [left + 1, top + 1], size)).astype(int)
    part = pixels[top:bottom, left:right]
    share = min(1.0, _SIDE / max(part.shape[:2]))
    wide, high_ = max(1, round(part.shape[1] * share)), max(1, round(part.shape[0] * share))
    small = part if share == 1.0 else resized(part, wide, high_)
    ratio = np.array([wide / part.shape[1], high_ / part.shape[0]])
    moved = (points[:, :2] - [left, top] + 0.5) * ratio - 0.5
    return small, np.column_stack([moved, points[:, 2] * ratio.mean()])


def _turned(picture: Picture, pose: Pose) -> tuple[str, ...]:
    if pose.turned_degrees < _TURNED:
        return ()
    return (
        f"The face in {picture.name} looks {pose.turned_degrees:.0f} degrees past the camera; what it hides is made up "
        "from the side that shows.",
    )
