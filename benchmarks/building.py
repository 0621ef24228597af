"""`make bench`: cells, the scene, and how the whole grows."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np
from brickprint.core.catalogue.parts import load_parts
from brickprint.core.colour.palettes import load_palette, usable_palette
from brickprint.core.export.files import write_whole
from brickprint.core.export.ldraw import ldraw_text
from brickprint.core.export.report import peak_mb, report_text
from brickprint.core.grid import Grid
from brickprint.core.layout import LAYOUT_DTYPE
from brickprint.core.pipeline import Conversion
from brickprint.core.plan import Plan
from brickprint.core.progress import SILENT
from brickprint.core.settings import Settings
from brickprint.core.stages import choose_detail, place_mesh, slice_mesh
from table import Row, best_of, measured, read


@measured("spot", needs="Spot.glb")
def spot() -> list[Row]:
    """Spot at 48 studs in bricks: shape, and the time from the file to .ldr and report."""
    import bpy  # noqa: F401 - its own start does not count

    def convert() -> Plan:
        plan = Conversion(read("Spot.glb")).run(Settings(studs=48, detail="bricks"))
        with tempfile.TemporaryDirectory() as folder:
            write_whole(Path(folder) / "spot.ldr", ldraw_text(plan))
            write_whole(Path(folder) / "report.json", report_text(plan))
        return plan

    seconds, plan = best_of(3, convert)
    report = plan.report
    details = f"{report['parts']['total']} parts, {report['structure']['floating']} loose, {peak_mb() or 0:.0f} MB"
    return [
        Row("Spot, 48 studs, bricks: IoU", ">= 0.95", f"{report['shape']['iou']:.4f}", report["shape"]["iou"] >= 0.95),
        Row("the same: file to .ldr and report", "<= 4 s", f"{seconds:.2f} s", seconds <= 4, details),
    ]


@measured("spot150-fast", needs="Spot.glb")
def spot150_fast() -> list[Row]:
    """The whole of a large model, quickly."""
    return [_spot150("fast", 30)]


@measured("spot150-best", needs="Spot.glb")
def spot150_best() -> list[Row]:
    """The whole of a large model, with the fewest parts."""
    return [_spot150("best", 120)]


def _spot150(packer: str, most_seconds: int) -> Row:
    """Spot at 150 studs with its texture, supports and proof, from the mesh to the report."""
    mesh = read("Spot.glb")
    began = time.perf_counter()
    report = Conversion(mesh).run(Settings(studs=150, packer=packer)).report
    seconds, peak = time.perf_counter() - began, peak_mb() or 0
    certified = "certified" if report["structure"]["certified"] else "not certified"
    details = f"{report['parts']['total']:,} parts, {certified}, {peak:.0f} MB (asked 2000)"
    asked, good = f"<= {most_seconds} s", seconds <= most_seconds and peak <= 2000
    return Row(f"Spot, 150 studs, shell, {packer}: the whole", asked, f"{seconds:.1f} s", good, details)


@measured("helmet", needs="FlightHelmet.glb")
def helmet() -> list[Row]:
    """FlightHelmet at 150 studs: slices to coloured cells, against cubes without colour by trimesh."""
    import trimesh

    settings = Settings(studs=150, detail="bricks")
    placed = place_mesh(read("FlightHelmet.glb"), settings, SILENT)

    def cells_and_colours() -> Grid:
        return choose_detail(slice_mesh(placed, settings, SILENT), placed, settings, SILENT)

    ours, grid = best_of(3, cells_and_colours)
    peak = peak_mb() or 0
    plain = trimesh.Trimesh(placed.mesh.vertices, placed.mesh.triangles, process=False)
    theirs, _ = best_of(1, lambda: plain.voxelized(8.0).fill())
    details = f"{np.count_nonzero(grid.filled):,} cells, {len(grid.surface.cells):,} visible, {peak:.0f} MB"
    return [
        Row("FlightHelmet, 150 studs: cells, colours", f"<= {theirs:.1f} s", f"{ours:.2f} s", ours <= theirs, details)
    ]


@measured("scene")
def scene() -> list[Row]:
    """100,000 bricks of 60 part and colour pairs into the scene, up to the evaluated instances."""
    import bpy
    from brickprint.scene.bricks import show_plan

    bpy.ops.wm.read_homefile(use_empty=True)
    catalogue = load_parts("all")
    palette = usable_palette(load_palette("solid"), catalogue, (3,))
    rng = np.random.default_rng(0)
    layout = np.zeros(100_000, LAYOUT_DTYPE)
    layout["part"], layout["colour"] = rng.integers(0, 10, len(layout)), rng.integers(0, 6, len(layout))
    layout["x"], layout["y"], layout["z"] = rng.integers(0, 400, (3, len(layout)))
    plan = Plan("many", layout, catalogue, palette, (400, 400, 400))
    show_plan(bpy.context, Plan("warm-up", layout[:10], catalogue, palette, (400, 400, 400)))
    before = peak_mb() or 0
    began = time.perf_counter()
    show_plan(bpy.context, plan)
    bpy.context.view_layer.update()
    seconds, grown = time.perf_counter() - began, (peak_mb() or 0) - before
    return [
        Row("100,000 bricks into the scene", "<= 1 s", f"{seconds:.2f} s", seconds <= 1),
        Row("the same: memory", "<= 150 MB", f"{grown:.0f} MB", grown <= 150),
    ]


@measured("growth", needs="Spot.glb")
def growth() -> list[Row]:
    """How the whole conversion of Spot (shell) grows with its visible cells, from 32 to 128 studs."""
    mesh = read("Spot.glb")
    sizes, seconds, cells = (32, 48, 64, 96, 128), [], []
    for studs in sizes:
        settings = Settings(studs=studs, detail="bricks", interior="shell")
        taken, _ = best_of(3, lambda settings=settings: Conversion(mesh).run(settings))
        placed = place_mesh(mesh, settings, SILENT)
        cells.append(len(choose_detail(slice_mesh(placed, settings, SILENT), placed, settings, SILENT).surface.cells))
        seconds.append(taken)
    slope = float(np.polyfit(np.log(cells), np.log(seconds), 1)[0])
    steep = float(np.log(seconds[-1] / seconds[-2]) / np.log(cells[-1] / cells[-2]))
    details = ", ".join(f"{n} studs {s:.2f} s" for n, s in zip(sizes, seconds, strict=True))
    return [
        Row(
            "Spot, growth 32 to 128 studs: exponent",
            "< 1.3",
            f"{slope:.2f}",
            slope < 1.3,
            f"{details}; last {steep:.2f}",
        )
    ]
