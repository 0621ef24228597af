"""Files in: every kind of mesh file that Blender's own importers read."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import bpy

from ...core.errors import CannotRead
from ...core.voxel_files import VOXEL_KINDS
from ..reported import reported
from ..versions import import_fbx, with_add_on
from .appending import append_scene
from .reading import can_be_read


def fresh_scene() -> None:
    """Open an empty file; preferences and add-ons stay as they are."""
    bpy.ops.wm.read_homefile(use_empty=True)


def import_file(context: bpy.types.Context, path: str | Path) -> list[bpy.types.Object]:
    """The visible objects with geometry that a file brings into the current scene, by name.

    Raises CannotRead when the file is missing, of an unknown kind, damaged, or holds nothing to build from.
    """
    path = Path(path).resolve()
    if path.is_dir():
        raise CannotRead(f"Can't read {path}: it is a folder. Name the files in it.")
    if not path.is_file():
        raise CannotRead(f"Can't read {path}: there is no such file. Check the path.")
    importer = _IMPORTERS.get(path.suffix.lower())
    if importer is None:
        known = " ".join((*_IMPORTERS, *VOXEL_KINDS))
        raise CannotRead(f"Can't read {path}: '{path.suffix}' is not a known kind of file. Known are {known}.")
    before = set(context.scene.objects)
    try:
        with _complaints_on_standard_output():
            importer(context, path)
    except (RuntimeError, OSError) as error:  # operators raise what they report as RuntimeError
        raise CannotRead(f"Can't read {path}, it seems damaged. The importer says: {reported(error)}") from error
    context.view_layer.update()
    found = [item for item in set(context.scene.objects) - before if item.visible_get() and _has_substance(item)]
    if not found:
        raise CannotRead(f"Can't build from {path}: it holds no visible mesh. Check its contents in Blender.")
    return sorted(found, key=lambda item: item.name)


@contextmanager
def _complaints_on_standard_output() -> Iterator[None]:
    """Compiled importers complain on standard error, which belongs to our own messages."""
    if sys.__stdout__ is None or sys.__stderr__ is None:  # Windows without a console
        yield
        return
    sys.stderr.flush()
    kept = os.dup(2)
    os.dup2(1, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _has_substance(item: bpy.types.Object) -> bool:
    if item.type == "MESH":
        return len(item.data.vertices) > 0
    return can_be_read(item)


def _import_gltf(context: bpy.types.Context, path: Path) -> None:
    with with_add_on("io_scene_gltf2"):
        # The bones of rigged models would otherwise bring a mesh of their own, an icosphere.
        bpy.ops.import_scene.gltf(filepath=str(path), disable_bone_shape=True)


def _import_obj(context: bpy.types.Context, path: Path) -> None:
    bpy.ops.wm.obj_import(filepath=str(path))


def _import_stl(context: bpy.types.Context, path: Path) -> None:
    bpy.ops.wm.stl_import(filepath=str(path))


def _import_ply(context: bpy.types.Context, path: Path) -> None:
    bpy.ops.wm.ply_import(filepath=str(path))


def _import_fbx(context: bpy.types.Context, path: Path) -> None:
    import_fbx(str(path))


def _import_usd(context: bpy.types.Context, path: Path) -> None:
    if not bpy.app.build_options.usd:  # as in some Linux distributions
        raise CannotRead(f"Can't read {path}: this Blender was built without USD. Convert the file to .glb first.")
    bpy.ops.wm.usd_import(
        filepath=str(path),
        import_cameras=False,
        import_lights=False,
        create_world_material=False,
        set_frame_range=False,
        import_textures_mode="IMPORT_PACK",
    )


_IMPORTERS: dict[str, Callable[[bpy.types.Context, Path], None]] = {
    ".glb": _import_gltf,
    ".gltf": _import_gltf,
    ".obj": _import_obj,
    ".stl": _import_stl,
    ".ply": _import_ply,
    ".fbx": _import_fbx,
    ".usd": _import_usd,
    ".usda": _import_usd,
    ".usdc": _import_usd,
    ".usdz": _import_usd,
    ".blend": append_scene,
}
MESH_KINDS = tuple(_IMPORTERS)
