"""`make bench`: what outlines cost on a model of 20,000 parts, in the scene and in pictures."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import bpy
import numpy as np
from brickprint.core.catalogue.parts import load_parts
from brickprint.core.colour.palettes import load_palette
from brickprint.core.layout import LAYOUT_DTYPE
from brickprint.core.plan import Plan
from brickprint.scene.bricks import show_plan
from brickprint.scene.layers import LAYERS, layers_modifier, play_layers
from brickprint.scene.rendering import ENGINES, brick_corners, studio, take_picture
from brickprint.scene.section_plane import add_section
from brickprint.scene.versions import set_nodes_input
from table import Row, measured

_WIDE, _DEEP, _HIGH = 50, 20, 20  # bricks
_PARTS = ("Brick 2 x 4", "Brick 2 x 3", "Brick 2 x 2", "Brick 1 x 4")
_COLOURS = 12
_SIZE = (320, 180)
_MOST = 2.0  # times what the same takes without outlines
_MOST_MS = 30.0  # a change of what is shown


@measured("outline")
def outline() -> list[Row]:
    """Scene and renderers with outlines against those without; moving the section plane and sliding layers."""
    plan = _block()
    rows = []
    bare = dict(_seconds(plan, False))
    for name, seconds in _seconds(plan, True):
        ratio = seconds / bare[name]
        details = f"{seconds:.2f} s of processor time, {bare[name]:.2f} s without"
        rows.append(Row(f"outlines, 20,000 parts: {name}", f"{_MOST:g} x", f"{ratio:.2f} x", ratio <= _MOST, details))
    return rows + _looks(plan)


def _block() -> Plan:
    """A block of bricks whose parts and colours change from one to the next; like a shell, it shows its outside."""
    catalogue, palette = load_parts(), load_palette("solid")
    z, y, x = (axis.ravel() for axis in np.indices((_HIGH, _DEEP, _WIDE)))
    number = x + 3 * y + 7 * z
    layout = np.zeros(len(x), LAYOUT_DTYPE)
    rows = [next(row for row, part in enumerate(catalogue.parts) if part.name == name) for name in _PARTS]
    layout["part"] = np.array(rows)[number % len(rows)]
    layout["x"], layout["y"], layout["z"] = 4 * x, 2 * y, 3 * z
    layout["colour"] = (number // 2 % _COLOURS) * (len(palette.colours) // _COLOURS)
    return Plan("block", layout, catalogue, palette, (4 * _WIDE, 2 * _DEEP, 3 * _HIGH))


def _seconds(plan: Plan, outlined: bool) -> list[tuple[str, float]]:
    """Seconds of processor time: wall time says little where software draws on shared processors."""
    bpy.ops.wm.read_homefile(use_empty=True)
    found = []
    began = time.process_time()
    bricks = show_plan(bpy.context, plan, outlined=outlined)
    bpy.context.view_layer.update()
    found.append(("into the scene", time.process_time() - began))
    with studio(bricks, brick_corners(bricks), _SIZE) as (scene, _), tempfile.TemporaryDirectory() as folder:
        for engine in ("workbench", "cycles"):
            ENGINES[engine](scene)
            scene.display.shading.show_shadows, scene.display.render_aa = False, "OFF"  # as films have it
            began = time.process_time()
            take_picture(scene, Path(folder) / "a.png")
            found.append((engine, time.process_time() - began))
    return found


def _looks(plan: Plan) -> list[Row]:
    """Milliseconds until the scene is up to date after a change of the plane or the layer."""
    bpy.ops.wm.read_homefile(use_empty=True)
    bricks = show_plan(bpy.context, plan, outlined=True)
    plane = add_section(bricks)
    bpy.context.view_layer.update()

    def move(step: int) -> None:
        plane.location.y += 1.0 if step % 2 else -1.0

    moved = _milliseconds(move)
    play_layers(bricks, 1, 100)
    bricks.animation_data_clear()
    modifier = layers_modifier(bricks)

    def slide(step: int) -> None:
        set_nodes_input(modifier, LAYERS, step % _HIGH)
        bricks.update_tag()

    slid = _milliseconds(slide)
    return [
        Row(f"{what}, 20,000 parts", f"{_MOST_MS:g} ms", f"{spent:.1f} ms", spent <= _MOST_MS)
        for what, spent in (("section plane moved", moved), ("layers slid", slid))
    ]


def _milliseconds(change: Callable[[int], None]) -> float:
    times = []
    for step in range(20):
        began = time.perf_counter()
        change(step)
        bpy.context.view_layer.update()
        times.append(time.perf_counter() - began)
    return 1000 * float(np.median(times))
