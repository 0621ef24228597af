"""A command line carried out: files in, files out, without a window."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import TextIO

import bpy

from ..cli import ConvertRequest, InspectRequest, MosaicRequest, own_output, parse
from ..core.errors import BrickprintError
from ..core.export.files import refuse_unwritable
from ..core.export.formats import CLOSING_WRITERS, WRITERS, write_format
from ..core.images import read_image
from ..core.imaging import MESHING, ImageSettings, mesh_of_image
from ..core.layout import size_of
from ..core.mesh import Mesh
from ..core.pipeline import Conversion
from ..core.plan import Plan
from ..core.progress import Progress
from ..core.units import PLATES_PER_BRICK
from ..core.voxel_files import VOXEL_KINDS, read_voxels
from ..core.voxel_models import VoxelModel
from ..scene.bricks import remove_bricks, show_plan
from ..scene.formats import SCENE_WRITERS
from ..scene.plastic import show_palette_colours
from ..scene.source.importing import fresh_scene, import_file
from ..scene.source.reading import read_objects
from .inspecting import inspect_all
from .mosaics import plan_of_file
from .outcomes import DONE, FAULT, REFUSED, STOPPED, failures_noted, worst
from .telling import Telling

_WRITING = 0.2  # share of the files in the progress; many lists take less, pictures and films more
_command: list[object] = []  # the handle of `blender --command brickprint`, while it is registered


def main(arguments: Sequence[str], out: TextIO | None = None) -> int:
    """Carry out a command line and give its exit code. out: where the line for each finished model goes."""
    out = out or own_output()
    telling = Telling(out)
    try:
        with redirect_stdout(out):  # for --help
            request = parse(arguments)
        refuse_unwritable(request.out)
    except BrickprintError as error:
        telling.complain(error)
        return REFUSED
    except SystemExit as after_help:
        return int(after_help.code or DONE)
    try:
        if isinstance(request, InspectRequest):
            return inspect_all(request, telling)
        if isinstance(request, MosaicRequest):
            return worst([_mosaic(row, request, telling) for row in range(len(request.inputs))])
        return _convert_all(arguments, request, telling)
    except KeyboardInterrupt:
        telling.complain("stopped.")
        return STOPPED


def _convert_all(arguments: Sequence[str], request: ConvertRequest, telling: Telling) -> int:
    rows = range(len(request.inputs)) if request.only is None else [request.only]
    if request.jobs > 1 and len(rows) > 1:
        commands = [[*_this_program(arguments), *arguments, "--only", str(row)] for row in rows]
        return _side_by_side(commands, request, telling)
    return worst([_convert(row, request, telling) for row in rows])


def _convert(row: int, request: ConvertRequest, telling: Telling) -> int:
    """Convert one input in all its sizes; what goes wrong stays with it."""
    path = request.inputs[row]
    codes: list[int] = []
    with failures_noted(path, codes, telling):
        telling.show(f"{request.names[row]}: reading")
        conversion = _read(path, request.names[row], request.image, telling)
        begun = MESHING if request.image else 0.0
        for settings in request.settings:
            with failures_noted(path, codes, telling):
                name = request.name(row, settings)
                making, writing = _shares(telling.progress(name))
                plan = replace(conversion.run(settings, making.part("", begun, 1 - begun)), name=name)
                _finish(plan, path, request, telling, writing)
    return worst(codes)


def _mosaic(row: int, request: MosaicRequest, telling: Telling) -> int:
    """Make a mosaic of one image; what goes wrong stays with it."""
    path, name = request.inputs[row], request.names[row]
    codes: list[int] = []
    with failures_noted(path, codes, telling):
        telling.show(f"{name}: reading")
        making, writing = _shares(telling.progress(name))
        plan = plan_of_file(path, request.settings, request.standing, making)
        _finish(replace(plan, name=name), path, request, telling, writing)
    return worst(codes)


def _shares(progress: Progress) -> tuple[Progress, Progress]:
    """The progress of making a plan, and after it of writing its files."""
    return progress.part("", 0.0, 1 - _WRITING), progress.part("", 1 - _WRITING, _WRITING)


def _finish(
    plan: Plan, path: Path, request: ConvertRequest | MosaicRequest, telling: Telling, progress: Progress
) -> None:
    """Write the files of a plan and tell of it."""
    plan = _write(plan, request, progress)
    for warning in plan.report["warnings"]:
        telling.complain(f"{path}: warning: {warning}")
    telling.finished(_line(plan, request.out / plan.name))


def _read(path: Path, name: str, image: ImageSettings | None, telling: Telling) -> Conversion:
    """The conversion of what a file shows: an image, voxels, or meshes in an otherwise empty scene."""
    fresh_scene()
    began = time.perf_counter()
    model: Mesh | VoxelModel
    if image:
        making, _ = _shares(telling.progress(name))
        model = mesh_of_image(read_image(path), image, making.part("image", 0.0, MESHING))
    elif path.suffix.lower() in VOXEL_KINDS:
        model = read_voxels(path)
    else:
        model = read_objects(bpy.context, import_file(bpy.context, path))
    return Conversion(replace(model, name=name), time.perf_counter() - began)


def _write(plan: Plan, request: ConvertRequest | MosaicRequest, progress: Progress) -> Plan:
    """Write every file that was asked for, and give the plan with the time that took and new warnings in its report."""
    began = time.perf_counter()
    folder, asked = request.out / plan.name, request.formats
    in_turn = [word for writers in (WRITERS, SCENE_WRITERS, CLOSING_WRITERS) for word in asked if word in writers]
    parts = {word: progress.part(word, row / len(asked), 1 / len(asked)) for row, word in enumerate(in_turn)}
    warnings: list[str] = []
    for word in (word for word in in_turn if word in WRITERS):
        warnings += write_format(word, plan, folder, request.options, parts[word])
    if set(SCENE_WRITERS) & set(asked):
        warnings += _write_from_scene(plan, folder, request, parts)
    spent = time.perf_counter() - began
    seconds = plan.report["seconds"]
    told = {
        "seconds": seconds | {"export": spent, "total": seconds["total"] + spent},
        "warnings": list(dict.fromkeys([*plan.report["warnings"], *warnings])),  # the lists to buy from warn alike
    }
    plan = replace(plan, report=plan.report | told)
    for word in (word for word in in_turn if word in CLOSING_WRITERS):
        write_format(word, plan, folder, request.options, parts[word])
    return plan


def _write_from_scene(
    plan: Plan, folder: Path, request: ConvertRequest | MosaicRequest, parts: dict[str, Progress]
) -> list[str]:
    """Write what Blender itself makes of the bricks, each with its part of the progress; gives the warnings."""
    options = request.options
    fresh_scene()  # without the source, so that the .blend holds the model alone
    show_palette_colours(bpy.context.scene)
    bricks = show_plan(bpy.context, plan, options.look, outlined=options.outline)
    warnings: list[str] = []
    try:
        for word, part in parts.items():
            if word in SCENE_WRITERS:
                part.at(0.0)
                warnings += SCENE_WRITERS[word](bricks, plan, folder, options, part)
    finally:
        remove_bricks(bricks)
    return warnings


def _line(plan: Plan, folder: Path) -> str:
    wide, deep, high = size_of(plan.layout, plan.catalogue)
    seconds, supports = plan.report["seconds"]["total"], plan.report["supports"]["parts"]
    held = f" and {supports} of supports" if supports else ""
    return (
        f"{plan.name}: {wide} x {deep} studs, {high / PLATES_PER_BRICK:.3g} bricks high, "
        f"{plan.report['parts']['total']} parts{held}, {seconds:.1f} s, {folder}"
    )


def _side_by_side(commands: list[list[str]], request: ConvertRequest, telling: Telling) -> int:
    """Run the command of each input in a process of its own and pass on what they say as they end."""
    codes: list[int] = []
    with ThreadPoolExecutor(request.jobs) as pool:
        runs = {pool.submit(subprocess.run, command, capture_output=True): row for row, command in enumerate(commands)}
        telling.show(f"0 of {len(runs)} inputs")
        try:
            for run in as_completed(runs):
                codes.append(_pass_on(run.result(), runs[run], request, telling))
                telling.show(f"{len(codes)} of {len(runs)} inputs")
        except KeyboardInterrupt:  # those that run have heard it, too
            pool.shutdown(cancel_futures=True)
            raise
    telling.show("")
    return worst(codes)


def _pass_on(result: subprocess.CompletedProcess[bytes], row: int, request: ConvertRequest, telling: Telling) -> int:
    """Tell what one input's process told, and give its exit code."""
    telling.relay(result.stderr.decode(errors="replace"))
    for line in result.stdout.decode(errors="replace").splitlines():
        if line.startswith(request.names[row]):  # Blender says things of its own, too
            telling.finished(line)
    if result.returncode in (DONE, FAULT, REFUSED):
        return result.returncode
    telling.complain(f"{request.inputs[row]}: its process broke off with code {result.returncode}.")
    return FAULT


def _this_program(arguments: Sequence[str]) -> list[str]:
    """The words that started this process, up to our own arguments."""
    words = sys.argv[: len(sys.argv) - len(arguments)]
    return [bpy.app.binary_path, *words[1:]] if bpy.app.binary_path else [sys.executable, *words]


def add() -> None:
    """Answer to `blender --command brickprint`."""
    _command.append(bpy.utils.register_cli_command("brickprint", main))


def take_away() -> None:
    """Undo `add`."""
    bpy.utils.unregister_cli_command(_command.pop())
