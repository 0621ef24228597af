"""The pictures and figures of shape.md: detail, colours and how they are chosen, samplers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from brickprint.core.catalogue.parts import load_parts
from brickprint.core.colour.differences import Choice, compare_metrics
from brickprint.core.colour.palettes import load_palette, usable_palette
from brickprint.core.pipeline import Conversion
from brickprint.core.progress import SILENT
from brickprint.core.settings import Settings, options
from brickprint.core.slicing.voxels import voxel_cells
from brickprint.core.stages import choose_detail, place_mesh, slice_mesh
from brickprint.core.units import PLATES_PER_BRICK
from pages import APPLE, colour_error, floating, iou, parts, sample, strip, table, used

FEW_COLOURS = "pick-a-brick-29"  # with few colours to choose from, metrics differ more often


def detail() -> None:
    """Bricks, auto, plates; and what the slider between them does."""
    kinds = {name: replace(APPLE, detail=name) for name in options()["detail"].choices}
    plans = {name: sample("apple").run(settings) for name, settings in kinds.items()}
    strip("detail", [(f"{name}: {parts(plan)} parts", plan) for name, plan in plans.items()])
    for model, studs in (("apple", 32), ("lighthouse", 48)):
        rows = [("bricks", {"detail": "bricks"})]
        rows += [(f"auto, fineness {share:g}", {"fineness": share}) for share in (0.25, 0.5, 0.75, 1.0)]
        rows += [("plates", {"detail": "plates"})]
        measured = [(name, sample(model).run(Settings(studs=studs, **chosen))) for name, chosen in rows]
        table(
            f"detail-{model}",
            ("detail", "parts", "IoU", "distance to the mesh (mm)", "floating parts"),
            [
                (name, parts(plan), iou(plan), f"{plan.report['shape']['surface_mm']:.2f}", floating(plan))
                for name, plan in measured
            ],
        )


def colours() -> None:
    """All colours, and the dominant seven and four."""
    shown = [("all colours", 0), ("7 dominant colours", 7), ("4 dominant colours", 4)]
    plans = [(name, sample("apple").run(replace(APPLE, colours=count))) for name, count in shown]
    strip("colours", plans)
    rows = [(name, used(plan), parts(plan), colour_error(plan)) for name, plan in plans]
    for name, chosen in (
        ("no smoothing", {"smoothing": 0.0}),
        ("smoothing 1", {"smoothing": 1.0}),
        ("cell colour vote", {"cell_colour": "vote"}),
    ):
        plan = sample("apple").run(replace(APPLE, **chosen))
        rows.append((name, used(plan), parts(plan), colour_error(plan)))
    table("colours", ("choice", "colours used", "parts", "mean CIEDE2000"), rows)


def metrics() -> None:
    """What each metric chooses from the same palette, judged by CIEDE2000."""
    names = options()["metric"].choices
    plans = [(name, sample("apple").run(replace(APPLE, palette=FEW_COLOURS, metric=name))) for name in names]
    strip("metrics", plans, side=340)
    few, all_solid = choices(FEW_COLOURS), choices("solid")
    head = (
        "metric",
        "mean CIEDE2000",
        "greatest CIEDE2000",
        "chosen otherwise than by ciede2000",
        "the same with solid",
    )
    rows = [
        (
            name,
            f"{few[name].mean_ciede2000:.2f}",
            f"{few[name].greatest_ciede2000:.1f}",
            f"{np.mean(few[name].row != few['ciede2000'].row):.1%}",
            f"{np.mean(all_solid[name].row != all_solid['ciede2000'].row):.1%}",
        )
        for name in names
    ]
    table("metrics", head, rows)


def choices(palette: str) -> dict[str, Choice]:
    """What each metric chooses for the apple's visible bricks and plates."""
    placed = place_mesh(sample("apple").source, APPLE, SILENT)
    grid = choose_detail(slice_mesh(placed, APPLE, SILENT), placed, APPLE, SILENT)
    usable = usable_palette(load_palette(palette), load_parts(APPLE.parts), (1, PLATES_PER_BRICK))
    return {choice.metric: choice for choice in compare_metrics(grid.surface.of_unit, usable.linear)}


def palettes() -> None:
    """How many colours the palettes have."""
    rows = [(name, str(len(load_palette(name).colours))) for name in options()["palette"].choices]
    table("palettes", ("palette", "colours"), rows)


def samplers() -> None:
    """Exact areas of slices against all cells that the surface touches."""
    plans = [
        (name, Conversion(sample("apple").source).run(replace(APPLE, sampler=name))) for name in ("slices", "voxels")
    ]
    strip("samplers", plans)
    placed = place_mesh(sample("apple").source, APPLE, SILENT)
    sliced = slice_mesh(placed, APPLE, SILENT)
    voxels = voxel_cells(sliced.mesh, sliced.closed, placed.size, SILENT)
    counts = (len(sliced.samples.position), len(voxels.samples.position))
    rows = []
    for (name, plan), count in zip(plans, counts, strict=True):
        seconds = plan.report["seconds"]["slice"] + plan.report["seconds"]["detail"]
        rows.append((name, f"{count:,}", f"{seconds:.2f}", parts(plan), iou(plan)))
    table("samplers", ("sampler", "surface samples", "seconds for cells", "parts", "IoU"), rows)
