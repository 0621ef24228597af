"""`make bench`: the build animation, set to a frame and filmed, without a graphics card."""

from __future__ import annotations

import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from brickprint.core.catalogue.parts import load_parts
from brickprint.core.colour.palettes import load_palette
from brickprint.core.layout import LAYOUT_DTYPE
from brickprint.core.pipeline import Conversion
from brickprint.core.plan import Plan
from brickprint.core.settings import Settings
from table import Row, measured, read

_PARTS = 20_000
_FRAMES = 240
_STUDS = 34  # Spot then has about 1,000 parts


def _heap() -> Plan:
    """Many bricks of some parts and colours, side by side and on each other, one a step."""
    catalogue, palette = load_parts(), load_palette("solid")
    layout = np.zeros(_PARTS, LAYOUT_DTYPE)
    rows = np.arange(_PARTS)
    layout["part"], layout["colour"], layout["step"] = rows % 20, rows % 15, rows
    layout["x"], layout["y"], layout["z"] = rows % 40 * 4, rows // 40 % 40 * 4, rows // 1600 * 3
    return Plan("heap", layout, catalogue, palette, (160, 160, 39))


@measured("animation-frame")
def animation_frame() -> list[Row]:
    """What setting the frame takes longer with the animation than without, all of Blender's work included."""
    import bpy
    from brickprint.scene.animation import animate_build
    from brickprint.scene.bricks import show_plan

    bpy.ops.wm.read_homefile(use_empty=True)
    plan = _heap()
    bricks = show_plan(bpy.context, plan)
    scene = bpy.context.scene

    def seconds_a_frame() -> float:
        times = []
        for frame in range(1, _FRAMES + 1, 4):
            bricks.data.update_tag()  # so that the bricks alone are worked out anew, too
            began = time.perf_counter()
            scene.frame_set(frame)
            times.append(time.perf_counter() - began)
        return float(np.median(times))

    still = seconds_a_frame()
    rows = []
    for fly_in in ("above", "pile"):
        animate_build(bricks, plan, Settings(frames=_FRAMES, fly_in=fly_in))
        moving = seconds_a_frame()
        spent = 1000 * (moving - still)
        details = f"{1000 * moving:.1f} ms in all, {1000 * still:.1f} ms the bricks alone"
        rows.append(
            Row(f"{_PARTS:,} parts, {fly_in}: the frame set", "<= 30 ms", f"{spent:.1f} ms", spent <= 30, details)
        )
    return rows


@measured("animation-film", needs="Spot.glb")
def animation_film() -> list[Row]:
    """A model of 1,000 parts filmed with Workbench, from its plan to the mp4."""
    import bpy
    from brickprint.scene.animation import animate_build
    from brickprint.scene.bricks import show_plan
    from brickprint.scene.filming import plan_film
    from brickprint.scene.shooting import shoot

    plan = Conversion(read("Spot.glb")).run(Settings(studs=_STUDS, packer="fast", prove="none"))
    bpy.ops.wm.read_homefile(use_empty=True)
    began, worked = time.perf_counter(), time.process_time()
    bricks = show_plan(bpy.context, replace(plan, name="film"))
    animate_build(bricks, plan, Settings(frames=_FRAMES))
    film = plan_film(bpy.context, bricks, 360.0, (640, 360))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        for _ in shoot(bpy.context, bricks, film, path, "mp4", 24.0):
            pass
        size = path.stat().st_size
    seconds, processor = time.perf_counter() - began, time.process_time() - worked
    details = f"{len(plan.layout):,} parts, {processor:.0f} s of processor time, {size / 1e6:.1f} MB"
    return [Row(f"{_FRAMES} frames, 640 x 360, Workbench", "<= 120 s", f"{seconds:.0f} s", seconds <= 120, details)]
