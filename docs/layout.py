"""The pictures and figures of layout.md: packers, surfaces with tiles and slopes, parts that wrong colours save."""

from __future__ import annotations

from dataclasses import replace

from brickprint.core.grid import enclosed
from brickprint.core.layout import owners
from brickprint.core.measures import built_shape
from brickprint.core.progress import SILENT
from brickprint.core.settings import Settings, options
from brickprint.core.stages import place_mesh, slice_mesh
from pages import APPLE, colour_error, parts, pieces, sample, strip, table


def packers() -> None:
    """Parts and seconds of every packer on both models."""
    rows = []
    for packer in options()["packer"].choices:
        row = [packer]
        for model, studs in (("apple", 32), ("lighthouse", 48)):
            plan = sample(model).run(Settings(studs=studs, packer=packer))
            seconds = plan.report["seconds"]
            row += [parts(plan), f"{seconds['pack'] + seconds['connect']:.2f}", str(pieces(plan))]
        rows.append(row)
    head = ("packer", "apple: parts", "seconds", "pieces", "lighthouse: parts", "seconds", "pieces")
    table("packers", head, rows, "layout")


def finish() -> None:
    """Studs everywhere, tiles on flat tops, slopes where it slants."""
    ways = [("studs", {}), ("tiles", {"tiles": True}), ("tiles and slopes", {"tiles": True, "slopes": True})]
    plans = [(name, sample("lighthouse").run(Settings(studs=40, **chosen))) for name, chosen in ways]
    strip("finish", plans)
    settings = Settings(studs=40)
    sliced = slice_mesh(place_mesh(sample("lighthouse").source, settings, SILENT), settings, SILENT)
    rows = []
    for name, plan in plans:
        filled = owners(plan.layout, plan.catalogue, sliced.target.shape) >= 0
        shape = built_shape(plan.layout, plan.catalogue, enclosed(filled) & ~filled, sliced)
        rows.append((name, parts(plan), f"{shape['fine_iou']:.4f}", f"{shape['built_mm']:.2f}"))
    table("finish", ("surface", "parts", "IoU with studs and slopes", "distance to the mesh (mm)"), rows, "layout")


def colour_trade() -> None:
    """What a slightly wrong colour saves."""
    rows = []
    for trade in (0.0, 10.0, 30.0, 100.0):
        plan = sample("apple").run(replace(APPLE, colour_trade=trade))
        rows.append((f"{trade:g}", parts(plan), colour_error(plan)))
    table("colour_trade", ("--colour-trade", "parts", "mean CIEDE2000"), rows, "layout")
