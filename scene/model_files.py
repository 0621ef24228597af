"""The model as files for other programs, made by Blender's own exporters: GLB, OBJ with materials, STL.

All hold it in real size, on the ground around the origin. GLB is in metres with y up, as its standard has it; OBJ is
so, too; STL is in millimetres with z up, as printers' programs take it.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import bpy
import numpy as np

from ..core.errors import NothingToBuild
from ..core.export.files import write_whole
from ..core.layout import extents
from ..core.plan import Placement, Plan
from ..core.units import MM_PER_METRE, PLATE_MM, STUD_MM
from .bricks import remove_bricks, show_plan
from .printing import print_mesh
from .temporary import place_for, require_whole, temporary_data
from .versions import with_add_on

_GLB_HEAD = struct.Struct("<4sIIII")  # magic, version, length of all, length of the JSON, its mark
_STL_HEAD, _STL_TRIANGLE = 84, 50  # bytes; the head ends with the number of triangles
_COUNTED = re.compile(r"\.\d{3,}$")  # what Blender adds to a name that another thing has
_EMPTY_OBJECT = re.compile(rb"\no [^\n]*(?=\no )")  # in OBJ: the points that carry the bricks
_USED_MATERIAL = re.compile(rb"\nusemtl ([^\r\n]+)")
_NUMBERED_OBJECT = re.compile(rb"\no \d+_([^\n]+?)(?:\.\d{3,})?(?=\r?\n)")


def write_glb(plan: Plan, path: Path, look: str) -> None:
    """Write a GLB file: one mesh for each part and colour, and a node for each brick that shows it.

    Extension EXT_mesh_gpu_instancing would spare the nodes, but many programs don't read it, and it saves little.
    Raises NothingToBuild, CannotWrite.
    """
    with _bricks_alone(plan, look), with_add_on("io_scene_gltf2"), place_for(path.name) as place:
        bpy.ops.export_scene.gltf(
            filepath=str(place),
            export_format="GLB",
            export_gn_mesh=True,
            export_animations=False,
            use_active_scene=True,
        )
        data = place.read_bytes()
    write_whole(path, _with_names(data, plan.name))


def write_obj(plan: Plan, path: Path) -> None:
    """Write an OBJ file, an object for each brick, and its materials beside it, `.mtl`.

    It repeats the shape of every brick, so that bricks are light ones, without normals. Raises NothingToBuild,
    CannotWrite.
    """
    with _bricks_alone(plan, "light"), place_for(path.name) as place:
        bpy.ops.wm.obj_export(filepath=str(place), export_uv=False, export_normals=False, export_smooth_groups=True)
        shapes, materials = place.read_bytes(), place.with_suffix(".mtl").read_bytes()
        require_whole(shapes.count(b"\nf ") == _faces_shown() and shapes.endswith(b"\n"), place)
        used = len(set(_USED_MATERIAL.findall(shapes)))
        require_whole(materials.count(b"\nillum ") == used and materials.endswith(b"\n"), place.with_suffix(".mtl"))
    shapes = _EMPTY_OBJECT.sub(b"", shapes, count=1)
    write_whole(path.with_suffix(".mtl"), materials)
    write_whole(path, _NUMBERED_OBJECT.sub(rb"\no \1", shapes))


def write_stl(plan: Plan, path: Path) -> int:
    """Write an STL file for printing: the model as one closed surface. Gives in how many pieces it is.

    Raises NothingToBuild, TooLarge, CannotWrite.
    """
    _require_parts(plan)
    with _scene_alone(plan.name) as scene, temporary_data() as made:
        mesh, count = print_mesh(plan)
        merged = made.keep(bpy.data.objects.new(mesh.name, made.keep(mesh)))
        for material in mesh.materials:
            if material.users == 1:  # made for it
                made.keep(material)
        merged.location = -_middle(plan)
        scene.collection.objects.link(merged)
        with place_for(path.name) as place:
            bpy.ops.wm.stl_export(filepath=str(place), forward_axis="Y", up_axis="Z")
            data = place.read_bytes()
            triangles = int.from_bytes(data[_STL_HEAD - 4 : _STL_HEAD], "little")
            require_whole(triangles > 0 and len(data) == _STL_HEAD + _STL_TRIANGLE * triangles, place)
    write_whole(path, data)
    return count


@contextmanager
def _bricks_alone(plan: Plan, look: str) -> Iterator[None]:
    """For the moment the current scene is one that holds nothing but the plan."""
    _require_parts(plan)
    origin = -_middle(plan) / MM_PER_METRE
    plan = replace(plan, placement=Placement((origin[0], origin[1], origin[2]), 1 / MM_PER_METRE))
    with _scene_alone(plan.name):
        bricks = show_plan(bpy.context, plan, look)
        try:
            yield
        finally:
            remove_bricks(bricks)


@contextmanager
def _scene_alone(name: str) -> Iterator[bpy.types.Scene]:
    """For the moment the current scene is a new, empty one; the glTF exporter knows only that of the window."""
    window = bpy.context.window
    shown, layer = window.scene, window.view_layer
    with temporary_data() as made:
        scene = made.keep(bpy.data.scenes.new(name))
        window.scene = scene
        try:
            yield scene
        finally:
            window.scene, window.view_layer = shown, layer


def _faces_shown() -> int:
    """How many faces all bricks of the current scene have."""
    shown = bpy.context.evaluated_depsgraph_get().object_instances
    return sum(len(brick.object.data.polygons) for brick in shown if brick.is_instance)


def _require_parts(plan: Plan) -> None:
    if not len(plan.layout):
        raise NothingToBuild(f"{plan.name} has no parts, so there is no model to write; convert it again.")


def _middle(plan: Plan) -> np.ndarray:
    """(3,) float64, mm: the middle of all parts, at their underside."""
    cell = STUD_MM, STUD_MM, PLATE_MM
    low = np.stack([plan.layout[axis] for axis in "xyz"], axis=-1)
    high = low + extents(plan.layout, plan.catalogue)
    least = low.min(axis=0)
    return np.append((least + high.max(axis=0))[:2] / 2, least[2]) * cell


def _with_names(glb: bytes, name: str) -> bytes:
    """The GLB with every brick called by its part and colour, and the node above all by `name`.

    The exporter calls all bricks alike.
    """
    magic, version, _, length, mark = _GLB_HEAD.unpack_from(glb)
    content = json.loads(glb[_GLB_HEAD.size : _GLB_HEAD.size + length])
    for mesh in content["meshes"]:
        mesh["name"] = _COUNTED.sub("", mesh["name"])
    for node in content["nodes"]:
        node["name"] = content["meshes"][node["mesh"]]["name"] if "mesh" in node else name
    text = json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 4)
    rest = glb[_GLB_HEAD.size + length :]
    return _GLB_HEAD.pack(magic, version, _GLB_HEAD.size + len(text) + len(rest), len(text), mark) + text + rest
