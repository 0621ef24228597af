"""Pictures of a model, taken in a scene of their own that is thrown away afterwards."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import bpy
import numpy as np
from mathutils import Euler, Matrix, Vector

from ..core.errors import BadSetting, NothingToBuild
from ..core.export.files import temporary_folder, write_whole
from ..core.layout import extents
from ..core.units import PLATE_MM, STUD_HEIGHT_MM, STUD_MM
from .bricks import is_outlined, read_plan
from .plastic import show_palette_colours
from .section_plane import carry_section
from .temporary import TemporaryData, require_whole, temporary_data
from .versions import start_nodes, use_eevee

# From the model towards the camera: from the front, a little from the right and from above.
_TURN_DEGREES = 32.0
_RISE_DEGREES = 28.0
TOWARDS_CAMERA = Euler((math.radians(90 - _RISE_DEGREES), 0.0, math.radians(_TURN_DEGREES)))
FIELD_OF_VIEW = math.radians(28.0)  # across the longer side of the picture
MARGIN = 0.06  # of the picture, kept free on every side
_FLOOR_RADII = 60.0  # size of the floor, in radii of the model; it fills the picture

_PNG_END = b"IEND\xaeB`\x82"
_CYCLES_SAMPLES = 32
_EEVEE_SAMPLES = 32
_WORKBENCH_EXPOSURE = 0.4  # its lamps are dimmer than the palette's colours


# Irradiance over pi: 1 lights a white face to white. Sun and sky together stay just below 1 on top and front faces,
# so that white plastic keeps its shading and every colour comes out near its palette value. A single lamp and an
# even sky leave the least noise at few samples.
_SUN = 0.70
_SUN_TOWARDS = (-0.45, -0.62, 0.80)
_SUN_SOFTNESS = math.radians(20.0)  # sharper, and slopes that mirror it glare
_SKY = 0.33
_FLOOR_GREY = 0.70


def render_still(
    context: bpy.types.Context,
    bricks: bpy.types.Object,
    path: Path,
    resolution: tuple[int, int] = (640, 360),
    engine: str = "cycles",
) -> None:
    """Write a PNG picture of a model; resolution: width and height in pixels; engine: one of ENGINES.

    The user's scene, camera and settings stay as they are. Raises CannotWrite, CannotRead, BadSetting,
    NothingToBuild.
    """
    if engine not in ENGINES:
        raise BadSetting(f"The render engine {engine} is unknown; use one of: {', '.join(ENGINES)}.")
    context.view_layer.update()  # a model that was just made or moved is placed only then
    with studio(bricks, brick_corners(bricks), resolution) as (scene, _):
        ENGINES[engine](scene)
        take_picture(scene, path)


def take_picture(scene: bpy.types.Scene, path: Path, resolution: tuple[int, int] | None = None) -> None:
    """Render what a scene's camera sees to a PNG file, made smaller to a resolution if one is given.

    Raises CannotWrite.
    """
    with temporary_folder() as folder:
        picture = folder / "still.png"
        scene.render.filepath = str(picture)
        try:
            bpy.ops.render.render(write_still=True, scene=scene.name)
        except RuntimeError as error:
            if "save" not in str(error):  # that it can't be saved is told below
                raise
        _whole(picture)
        if resolution and resolution != (scene.render.resolution_x, scene.render.resolution_y):
            _make_smaller(picture, resolution)
        write_whole(path, _whole(picture))


def _whole(picture: Path) -> bytes:
    """A PNG file's content. Raises CannotWrite where it lacks its end: of a full disk Blender does not always tell."""
    data = picture.read_bytes() if picture.is_file() else b""
    require_whole(data.endswith(_PNG_END), picture)
    return data


def _make_smaller(picture: Path, resolution: tuple[int, int]) -> None:
    with temporary_data() as made:
        image = made.keep(bpy.data.images.load(str(picture)))
        image.scale(*resolution)
        image.save()


def view_matrix(corners: np.ndarray, resolution: tuple[int, int]) -> Matrix:
    """Where the camera stands so that points (N, 3) fill the picture and none is cut off.

    Seen along a fixed direction, a point stays inside when |x - cx| <= (depth + d) t, with t the tangent of half the
    field of view; the smallest distance d, and the centre cx, follow from the extremes of x - t depth and x + t depth.
    """
    rotation = TOWARDS_CAMERA.to_matrix()
    along = corners @ np.array(rotation, np.float64)  # right, up, backwards
    depth = -along[:, 2]
    tangent = math.tan(FIELD_OF_VIEW / 2) * np.array(resolution) / max(resolution) * (1 - 2 * MARGIN)
    low = (along[:, :2] - depth[:, None] * tangent).max(axis=0)
    high = (along[:, :2] + depth[:, None] * tangent).min(axis=0)
    distance = ((low - high) / (2 * tangent)).max()
    place = np.append((low + high) / 2, distance)
    return Matrix.Translation(rotation @ Vector(place.tolist())) @ rotation.to_4x4()


def brick_corners(bricks: bpy.types.Object) -> np.ndarray:
    """(8 N, 3) float64: the corners of every brick's box, studs included, in the scene."""
    plan = read_plan(bricks)
    if not len(plan.layout):
        raise NothingToBuild(f"Model {bricks.name!r} has no bricks to show; convert it again.")
    low = np.stack([plan.layout["x"], plan.layout["y"], plan.layout["z"]], axis=-1) * (STUD_MM, STUD_MM, PLATE_MM)
    high = low + extents(plan.layout, plan.catalogue) * (STUD_MM, STUD_MM, PLATE_MM) + (0, 0, STUD_HEIGHT_MM)
    chosen = np.stack(np.meshgrid([0, 1], [0, 1], [0, 1]), axis=-1).reshape(-1, 1, 3)
    corners = np.where(chosen, high, low).reshape(-1, 3)
    world = np.array(bricks.matrix_world, np.float64)
    return corners @ world[:3, :3].T + world[:3, 3]


@contextmanager
def studio(
    bricks: bpy.types.Object, corners: np.ndarray, resolution: tuple[int, int]
) -> Iterator[tuple[bpy.types.Scene, bpy.types.Object]]:
    """A scene with a copy of the model, a floor, a lamp, a sky and a camera; and that copy, to be changed at will.

    corners (N, 3): what the camera sees the whole of.
    """
    with temporary_data() as made:
        scene = made.keep(bpy.data.scenes.new("Brickprint studio"))
        scene.camera = _camera(corners, resolution, made)
        scene.world = _sky(made)
        copy = _copy_of(bricks, made)
        if is_outlined(bricks):  # Workbench would lighten the very edges that the lines darken
            scene.display.shading.cavity_ridge_factor = scene.display.shading.curvature_ridge_factor = 0.0
        for thing in (copy, _floor(corners, made), _sun(made), scene.camera):
            scene.collection.objects.link(thing)
        _set_picture(scene, resolution)
        yield scene, copy


def _copy_of(bricks: bpy.types.Object, made: TemporaryData) -> bpy.types.Object:
    """The same points and nodes, visible whatever the user has hidden."""
    copy = made.keep(bricks.copy())
    copy.parent = None
    copy.constraints.clear()
    copy.animation_data_clear()
    copy.matrix_world = bricks.matrix_world
    plane = carry_section(bricks, copy)
    if plane is not None:
        made.keep(plane)
    copy.hide_render = copy.hide_viewport = False
    return copy


def _camera(corners: np.ndarray, resolution: tuple[int, int], made: TemporaryData) -> bpy.types.Object:
    data = made.keep(bpy.data.cameras.new("Brickprint studio"))
    data.sensor_fit = "AUTO"  # the angle then counts along the longer side
    data.angle = FIELD_OF_VIEW
    camera = made.keep(bpy.data.objects.new("Brickprint studio", data))
    camera.matrix_world = view_matrix(corners, resolution)
    distance = np.linalg.norm(corners - np.array(camera.matrix_world.translation), axis=-1)
    data.clip_start = float(distance.min()) / 10
    data.clip_end = float(distance.max()) + 2 * _FLOOR_RADII * _radius(corners)
    return camera


def _radius(corners: np.ndarray) -> float:
    return float(np.linalg.norm(np.ptp(corners, axis=0))) / 2


def _floor(corners: np.ndarray, made: TemporaryData) -> bpy.types.Object:
    middle = (corners.min(axis=0) + corners.max(axis=0)) / 2
    half = _FLOOR_RADII * _radius(corners)
    mesh = made.keep(bpy.data.meshes.new("Brickprint floor"))
    square = [(-half, -half, 0.0), (half, -half, 0.0), (half, half, 0.0), (-half, half, 0.0)]
    mesh.from_pydata(square, [], [(0, 1, 2, 3)])
    material = made.keep(bpy.data.materials.new("Brickprint floor"))
    material.diffuse_color = (_FLOOR_GREY, _FLOOR_GREY, _FLOOR_GREY, 1.0)
    shader = start_nodes(material).nodes["Principled BSDF"]
    shader.inputs["Base Color"].default_value = material.diffuse_color
    shader.inputs["Roughness"].default_value = 1.0
    shader.inputs["Specular IOR Level"].default_value = 0.0
    mesh.materials.append(material)
    floor = made.keep(bpy.data.objects.new("Brickprint floor", mesh))
    floor.location = (middle[0], middle[1], corners[:, 2].min())
    return floor


def _sun(made: TemporaryData) -> bpy.types.Object:
    data = made.keep(bpy.data.lights.new("Brickprint sun", "SUN"))
    data.energy = _SUN * math.pi
    data.angle = _SUN_SOFTNESS
    lamp = made.keep(bpy.data.objects.new("Brickprint sun", data))
    lamp.rotation_euler = Vector(_SUN_TOWARDS).to_track_quat("Z", "Y").to_euler()
    return lamp


def _sky(made: TemporaryData) -> bpy.types.World:
    world = made.keep(bpy.data.worlds.new("Brickprint studio"))
    background = start_nodes(world).nodes["Background"]
    background.inputs["Color"].default_value = (1.0, 1.0, 1.0, 1.0)
    background.inputs["Strength"].default_value = _SKY
    world.color = (_FLOOR_GREY,) * 3
    return world


def _set_picture(scene: bpy.types.Scene, resolution: tuple[int, int]) -> None:
    scene.render.resolution_x, scene.render.resolution_y = resolution
    scene.render.resolution_percentage = 100
    scene.render.film_transparent = False
    scene.render.image_settings.file_format = "PNG"
    scene.render.image_settings.color_mode = "RGB"
    show_palette_colours(scene)


def _cycles(scene: bpy.types.Scene) -> None:
    scene.render.engine = "CYCLES"
    scene.cycles.device = "CPU"
    scene.cycles.samples = _CYCLES_SAMPLES
    scene.cycles.use_denoising = False  # some builds lack the denoiser and refuse to render with it
    scene.cycles.max_bounces = 4
    scene.cycles.caustics_reflective = scene.cycles.caustics_refractive = False


def _eevee(scene: bpy.types.Scene) -> None:
    use_eevee(scene)
    scene.eevee.taa_render_samples = _EEVEE_SAMPLES
    scene.eevee.use_raytracing = True  # without it, plastic reflects the sky through its neighbours


def _workbench(scene: bpy.types.Scene) -> None:
    scene.render.engine = "BLENDER_WORKBENCH"
    shading = scene.display.shading
    shading.light = "STUDIO"
    shading.studio_light = "paint.sl"  # the most even of Blender's own
    shading.color_type = "MATERIAL"
    shading.show_shadows = True
    shading.shadow_intensity = 0.3
    shading.show_cavity = True
    shading.cavity_type = "BOTH"
    right, back, up = _SUN_TOWARDS
    scene.display.light_direction = Vector((right, up, -back)).normalized()  # here y is up and z points forward
    scene.display.render_aa = "8"
    scene.view_settings.exposure = _WORKBENCH_EXPOSURE


# Cycles needs no graphics driver, so it also works where there is none.
ENGINES: dict[str, Callable[[bpy.types.Scene], None]] = {"cycles": _cycles, "workbench": _workbench, "eevee": _eevee}
