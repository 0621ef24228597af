"""The report: what was built and how good it is, as plain values under the keys of report.json."""

from __future__ import annotations

import json
import sys
from typing import Any

import numpy as np

from ..grid import Grid, enclosed
from ..interior import hollow_out_ratio
from ..layout import extents
from ..measures import shape_iou, surface_distance
from ..plan import Plan
from ..settings import Settings
from ..sizing import Placed
from ..slicing.cells import Sliced
from ..structure.links import Links


def make_report(
    plan: Plan,
    placed: Placed,
    sliced: Sliced,
    grid: Grid,
    difference: np.ndarray,
    links: Links,
    settings: Settings,
    seconds: dict[str, float],
) -> dict[str, Any]:
    """Everything known of a finished model; None where this version does not find it out.

    grid: as built (its inside perhaps hollow); difference (N,): brick against mesh, per visible unit.
    """
    low, high = placed.mesh.corners.min(axis=(0, 1)), placed.mesh.corners.max(axis=(0, 1))
    return {
        "input": {
            "triangles": len(placed.mesh.triangles),
            "textured": placed.mesh.textured,
            "size_mm": [round(float(length), 3) for length in high - low],
        },
        "settings": settings.values(),
        "grid": {"studs_x": plan.size[0], "studs_y": plan.size[1], "plates_z": plan.size[2]},
        "parts": _parts(plan),
        "shape": {
            "iou": shape_iou(sliced.grid.filled, sliced.target),
            "surface_mm": surface_distance(sliced.grid.filled, sliced.samples, sliced.corners),
        },
        "colour": {
            "metric": settings.metric,
            "mean": float(difference.mean()),
            "max": float(difference.max()),
            # Every visible unit takes the nearest colour that exists as 1x1, so the best is what was reached.
            "best_mean": float(difference.mean()),
        },
        "interior": {
            "hollow_out_ratio": hollow_out_ratio(grid.filled, sliced.grid.filled | enclosed(sliced.grid.filled))
        },
        "structure": _structure(plan, links),
        "supports": {"parts": 0, "by_part": {}, "grams": 0.0, "removable": None, "kept": []},
        "steps": plan.steps,
        "grams": float(plan.catalogue.grams[plan.layout["part"]].sum()),
        "seconds": seconds,
        "peak_mb": peak_mb(),
        "warnings": [*placed.mesh.warnings, *sliced.warnings, *_loose_parts_warning(plan, links)],
    }


def report_text(plan: Plan) -> str:
    """The report as JSON."""
    return json.dumps(plan.report, indent=2, ensure_ascii=False) + "\n"


def _parts(plan: Plan) -> dict[str, Any]:
    layout, catalogue = plan.layout, plan.catalogue
    volume = extents(layout, catalogue).prod(axis=1)
    part_names = [part.name for part in catalogue.parts]
    colour_names = [colour.name for colour in plan.palette.colours]
    unit = (catalogue.sizes[layout["part"], :2] == 1).all(axis=1)
    return {
        "total": len(layout),
        "by_part": _sums(part_names, layout["part"], None),
        "by_colour": _sums(colour_names, layout["colour"], None),
        "volume_share_by_part": _sums(part_names, layout["part"], volume / volume.sum()),
        "volume_share_by_colour": _sums(colour_names, layout["colour"], volume / volume.sum()),
        "unit_share": float(unit.mean()),
        "lower_bound": None,
    }


def _sums(names: list[str], row: np.ndarray, weight: np.ndarray | None) -> dict[str, Any]:
    """Counts or sums of weights by name, the greatest first, zeros left out."""
    total = np.bincount(row, weight, len(names))
    return {names[i]: total[i].item() for i in np.argsort(-total, kind="stable") if total[i] > 0}


def _structure(plan: Plan, links: Links) -> dict[str, Any]:
    volume = extents(plan.layout, plan.catalogue).prod(axis=1)
    floating = int(links.floating.sum())
    return {
        "components": links.components,
        "main_share": float(np.bincount(links.component, volume).max() / volume.sum()),
        "floating": floating,
        # What hangs on nothing falls; whether the rest stands is not known before the statics.
        "stable": False if floating else None,
        "certified": None,
        "utilisation_max": None,
        "safety": None,
        "weakest": None,
        "energies": None,
    }


def _loose_parts_warning(plan: Plan, links: Links) -> list[str]:
    floating = np.flatnonzero(links.floating)
    if not len(floating):
        return []
    first = plan.layout[floating[0]]
    return [
        f"{len(floating)} parts in {links.components - 1} groups hang on nothing (the first at stud {first['x'] + 1}, "
        f"{first['y'] + 1}, plate {first['z'] + 1}); glue them, or try a thicker shell or a larger size."
    ]


def peak_mb() -> float | None:
    """The most memory this process has held so far, in MB; None where the system does not tell (Windows)."""
    if sys.platform == "win32":
        return None
    import resource  # not on Windows

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (2**20 if sys.platform == "darwin" else 2**10), 1)
