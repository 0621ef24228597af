"""A head from a portrait, for the pictures of images.md; the portrait and its networks are not the project's own."""

from __future__ import annotations

import math
import tempfile
from dataclasses import replace
from pathlib import Path

import bpy
import numpy as np
from brickprint.core.colour.spaces import linear_to_srgb
from brickprint.core.images import read_image
from brickprint.core.imaging import ImageSettings, mesh_of_image
from brickprint.core.layout import owners
from brickprint.core.networks.faces.detection import find_faces
from brickprint.core.networks.faces.landmarks import face_points
from brickprint.core.networks.faces.portrait import open_face_networks
from brickprint.core.pipeline import Conversion
from brickprint.core.plan import Plan
from brickprint.core.presets import find_preset, with_preset
from brickprint.core.settings import Settings
from brickprint.scene.bricks import remove_bricks, show_plan
from brickprint.scene.rendering import ENGINES, brick_corners, studio, take_picture
from mathutils import Euler, Matrix, Vector
from strips import read_picture

DATA = Path(__file__).resolve().parents[1].parent / "shared" / "data"
PHOTO, NETWORKS = DATA / "images" / "astronaut.png", DATA / "weights"
SIZE = (420, 520)
FROM_THE_FRONT, FROM_ITS_LEFT = 0.0, 50.0
_STUD, _PLATE = 8, 3  # pixels, in the plain view
_WALL = 205
_RISE = 6.0  # degrees by which the camera looks down


def here() -> bool:
    """Whether the portrait and the networks are on this machine."""
    return PHOTO.is_file() and NETWORKS.is_dir()


def head(front: bool = False) -> Conversion:
    """The conversion of the portrait."""
    chosen = ImageSettings("face", (str(NETWORKS),), front=front)
    return Conversion(replace(mesh_of_image(read_image(PHOTO), chosen), name="portrait"))


def preset(name: str, **settings: object) -> Settings:
    """The settings of a preset, and others."""
    return with_preset(Settings(**settings), find_preset(name))


def seen(plan: Plan, turn: float) -> np.ndarray:
    """(H, W, 3) uint8: a model at the height of its eyes, from a side that lies `turn` degrees right of its front."""
    bpy.ops.wm.read_homefile(use_empty=True)
    bricks = show_plan(bpy.context, plan, "full")
    bpy.context.view_layer.update()
    corners = brick_corners(bricks)
    with tempfile.TemporaryDirectory() as folder, studio(bricks, corners, SIZE) as (scene, _):
        middle = Vector((corners.min(axis=0) + corners.max(axis=0)) / 2)
        distance = (scene.camera.matrix_world.translation - middle).length
        rotation = Euler((math.radians(90 - _RISE), 0.0, math.radians(turn))).to_matrix()
        place = middle + rotation @ Vector((0.0, 0.0, distance))
        scene.camera.matrix_world = Matrix.Translation(place) @ rotation.to_4x4()
        ENGINES["denoised"](scene)
        take_picture(scene, Path(folder) / "head.png")
        picture = read_picture(Path(folder) / "head.png")
    remove_bricks(bricks)
    return picture


def plain(plan: Plan) -> np.ndarray:
    """(H, W, 3) uint8: the colours of a model's parts straight from the front, without light, on a grey wall."""
    wide, deep, high = plan.size
    row = owners(plan.layout, plan.catalogue, (high, deep, wide))
    z, x = np.indices((high, wide))
    first = row[z, (row >= 0).argmax(axis=1), x][::-1]
    colours = np.rint(linear_to_srgb(plan.palette.linear) * 255)[plan.layout["colour"][np.maximum(first, 0)]]
    seen = np.where((first >= 0)[..., None], colours, _WALL).astype(np.uint8)
    seen = seen.repeat(_PLATE, axis=0).repeat(_STUD, axis=1)
    around = seen.shape[0] // 5
    return np.pad(seen, ((around, around), (2 * around, 2 * around), (0, 0)), constant_values=_WALL)


def recognised(picture: np.ndarray) -> tuple[int, float]:
    """How many faces the detector sees in a picture, and the face mesh's logit of the largest being a person's."""
    networks = open_face_networks([NETWORKS])
    boxes = find_faces(networks.detector, picture)
    return len(boxes), face_points(networks.face_mesh, picture, boxes[0])[1] if len(boxes) else -math.inf
