"""The pictures of a build animation: the model turns while it is built, seen by a camera that stands still."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import bpy
import numpy as np
from mathutils import Matrix, Vector
from scipy.spatial import ConvexHull

from ..core.errors import BadSetting
from .animation import built_at, frames_of, settled_at, way_stations
from .build_nodes import BUILT, build_modifier
from .rendering import ENGINES, brick_corners, studio, take_picture, view_matrix
from .versions import set_nodes_input

_FINER = 2  # times the size at which Workbench renders
_EXPOSURE = 0.25  # less than in stills, whose shadows darken them
_CLOSE_AT = 0.97  # how much is built when the camera has come close
_TURNS_SEEN = 72  # places of the model on its turntable for which the camera is set up


@dataclass(frozen=True)
class View:
    """A turntable and what is seen on it: x and y of its axis in the scene; corners (N, 3), at every turn."""

    axis: np.ndarray
    corners: np.ndarray


@dataclass(frozen=True)
class Film:
    """What all pictures of a build animation share.

    frames: their numbers. orbit: degrees that the model turns in all. resolution: width and height, pixels. engine:
    one of ENGINES. wide: the view of all that lies about; close: the view of the finished model. settled: how much is
    built when nothing lies about any longer; from then on the camera goes from the one to the other.
    """

    frames: range
    orbit: float
    resolution: tuple[int, int]
    engine: str
    wide: View
    close: View
    settled: float


def plan_film(
    context: bpy.types.Context,
    bricks: bpy.types.Object,
    orbit: float,
    resolution: tuple[int, int],
    engine: str = "workbench",
) -> Film:
    """How an animated model is filmed. Raises BadSetting, CannotRead, NothingToBuild."""
    if engine not in ENGINES:
        raise BadSetting(f"The render engine {engine} is unknown; use one of: {', '.join(ENGINES)}.")
    frames = frames_of(bricks)
    context.view_layer.update()  # a model that was just made or moved is placed only then
    places, *elsewhere = _resting_corners(bricks)
    close = turntable_view(places, orbit)
    wide = turntable_view(np.concatenate([places, *elsewhere]), orbit) if elsewhere else close
    return Film(frames, orbit, resolution, engine, wide, close, settled_at(bricks))


def take_frame(context: bpy.types.Context, bricks: bpy.types.Object, film: Film, frame: int, path: Path) -> None:
    """Write one picture as PNG; nothing else is changed. Raises CannotWrite, CannotRead."""
    context.view_layer.update()
    quick = film.engine == "workbench"
    wide, high = film.resolution
    size = (wide * _FINER, high * _FINER) if quick else film.resolution
    with studio(bricks, film.wide.corners, size) as (scene, model):
        set_nodes_input(build_modifier(model), BUILT, built_at(bricks, frame))
        camera, turn = camera_at(film, built_at(bricks, frame)), turntable_at(bricks, film, frame)
        scene.camera.matrix_world = camera
        model.matrix_world = turn @ model.matrix_world
        ENGINES[film.engine](scene)
        if quick:
            _quicken(scene)
        take_picture(scene, path, film.resolution)


def camera_at(film: Film, built: float) -> Matrix:
    """Where the camera stands; it always looks the same way."""
    wide, close = (view_matrix(view.corners, film.resolution) for view in (film.wide, film.close))
    wide.translation = wide.translation.lerp(close.translation, _closeness(film, built))
    return wide


def turntable_at(bricks: bpy.types.Object, film: Film, frame: int) -> Matrix:
    """How the model is turned at a frame; not at all at the last one."""
    left = (film.frames[-1] - frame) / max(len(film.frames) - 1, 1)
    close = _closeness(film, built_at(bricks, frame))
    axis = film.wide.axis * (1 - close) + film.close.axis * close
    centre = Matrix.Translation(Vector((float(axis[0]), float(axis[1]), 0.0)))
    return centre @ Matrix.Rotation(-math.radians(film.orbit) * left, 4, "Z") @ centre.inverted()


def _closeness(film: Film, built: float) -> float:
    """How far the camera has come from the wide view to the close one, 0 to 1."""
    passed = min(max((built - film.settled) / max(_CLOSE_AT - film.settled, 1e-6), 0.0), 1.0)
    return passed * passed * (3 - 2 * passed)


def turntable_view(points: np.ndarray, orbit: float) -> View:
    """The view of points (N, 3) on a turntable in their middle."""
    seen = points[ConvexHull(points).vertices]
    axis = (seen[:, :2].min(axis=0) + seen[:, :2].max(axis=0)) / 2
    turns = np.radians(np.linspace(0.0, -np.clip(orbit, -360.0, 360.0), _TURNS_SEEN if orbit else 1))
    return View(axis, np.concatenate([_turned(seen, axis, turn) for turn in turns]))


def _resting_corners(bricks: bpy.types.Object) -> list[np.ndarray]:
    """(M, 3) each: the corners of all bricks in their places, then where else a picture must show them."""
    corners = brick_corners(bricks)
    linear = np.array(bricks.matrix_world, np.float64)[:3, :3]
    places = corners.reshape(8, -1, 3)
    return [corners, *((places + way @ linear.T).reshape(-1, 3) for way in way_stations(bricks))]


def _turned(points: np.ndarray, axis: np.ndarray, turn: float) -> np.ndarray:
    rotation = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    level = (points[:, :2] - axis) @ rotation.T + axis
    return np.column_stack([level, points[:, 2]])


def _quicken(scene: bpy.types.Scene) -> None:
    """Without a graphics card, shadows and samples take most of the time; a finer picture, made smaller, is cheaper."""
    scene.display.shading.show_shadows = False
    scene.display.render_aa = "OFF"
    scene.render.image_settings.compression = 0  # the finer picture is read again at once
    scene.view_settings.exposure = _EXPOSURE
