"""The formats of --formats that Blender itself makes, from bricks in an otherwise empty scene.

Its words are SCENE_FORMATS of `core/export/formats.py`, where it says what a writer does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import bpy

from ..core.export.files import file_name
from ..core.export.options import ExportOptions
from ..core.plan import Plan
from ..core.progress import Progress
from ..core.settings import Settings
from .animation import animate_build, remove_animation
from .filming import plan_film
from .model_files import write_glb, write_obj, write_stl
from .rendering import render_still
from .saving import save_blend
from .shooting import Shooting, shoot
from .viewing import look_at

_FPS = 24.0  # as Blender has it for new files

SceneWriter = Callable[[bpy.types.Object, Plan, Path, ExportOptions, Progress], Sequence[str]]


def _write_glb(
    bricks: bpy.types.Object, plan: Plan, folder: Path, options: ExportOptions, progress: Progress
) -> Sequence[str]:
    write_glb(plan, folder / f"{file_name(plan.name)}.glb", options.look)
    return ()


def _write_obj(
    bricks: bpy.types.Object, plan: Plan, folder: Path, options: ExportOptions, progress: Progress
) -> Sequence[str]:
    write_obj(plan, folder / f"{file_name(plan.name)}.obj")
    progress.at(0.5, "the mesh for printing")
    printed = f"{file_name(plan.name)}-print.stl"
    pieces = write_stl(plan, folder / printed)
    return [f"{printed} prints in {pieces} pieces, which touch each other nowhere."] if pieces > 1 else []


def _write_blend(
    bricks: bpy.types.Object, plan: Plan, folder: Path, options: ExportOptions, progress: Progress
) -> Sequence[str]:
    look_at(bpy.context, bricks)
    save_blend(folder / f"{file_name(plan.name)}.blend")
    return ()


def _write_png(
    bricks: bpy.types.Object, plan: Plan, folder: Path, options: ExportOptions, progress: Progress
) -> Sequence[str]:
    picture = folder / f"{file_name(plan.name)}.png"
    render_still(bpy.context, bricks, picture, options.resolution, options.engine or "cycles")
    return ()


def _write_mp4(
    bricks: bpy.types.Object, plan: Plan, folder: Path, options: ExportOptions, progress: Progress
) -> Sequence[str]:
    settings = Settings.from_values(plan.settings)
    animate_build(bricks, plan, settings)
    try:
        film = plan_film(bpy.context, bricks, settings.orbit, options.resolution, options.engine or "workbench")
        with closing(shoot(bpy.context, bricks, film, folder / f"{file_name(plan.name)}.mp4", "mp4", _FPS)) as shooting:
            return _all_taken(shooting, len(film.frames), progress)
    finally:
        remove_animation(bricks)


def _all_taken(shooting: Shooting, frames: int, progress: Progress) -> Sequence[str]:
    while True:
        try:
            done = next(shooting)
        except StopIteration as end:
            return list(end.value)
        progress.at(done / frames, f"picture {done} of {frames}")


SCENE_WRITERS: dict[str, SceneWriter] = {
    "glb": _write_glb,
    "obj": _write_obj,
    "blend": _write_blend,
    "png": _write_png,
    "mp4": _write_mp4,
}
