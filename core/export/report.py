"""The report: what was built and how good it is, as plain values under the keys of report.json."""

from __future__ import annotations

import json
import sys
from typing import Any

import numpy as np

from ..grid import Grid, enclosed
from ..interior import hollow_out_ratio
from ..layout import extents
from ..measures import colour_error, shape_iou, surface_distance
from ..plan import Plan
from ..settings import Settings
from ..sizing import Placed
from ..slicing.cells import Sliced
from ..stages import Coloured
from ..structure.links import Links

_LOST = 0.05  # share of the surface whose loss is worth a warning


def make_report(
    plan: Plan,
    placed: Placed,
    sliced: Sliced,
    coloured: Coloured,
    grid: Grid,
    links: Links,
    settings: Settings,
    seconds: dict[str, float],
) -> dict[str, Any]:
    """Everything known of a finished model; None where this version does not find it out.

    coloured: the grid with all that is inside; grid: as built, its inside perhaps hollow.
    """
    whole = coloured.grid
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
            "iou": shape_iou(whole.filled, sliced.target),
            "surface_mm": surface_distance(whole.filled, sliced.samples, sliced.mesh.corners),
        },
        "colour": colour_error(whole, plan.palette, settings.metric),
        "interior": {"hollow_out_ratio": hollow_out_ratio(grid.filled, whole.filled | enclosed(whole.filled))},
        "structure": _structure(plan, links),
        "supports": {"parts": 0, "by_part": {}, "grams": 0.0, "removable": None, "kept": []},
        "steps": plan.steps,
        "grams": float(plan.catalogue.grams[plan.layout["part"]].sum()),
        "seconds": seconds,
        "peak_mb": peak_mb(),
        "warnings": _warnings(plan, placed, sliced, coloured, links, settings),
    }


def _warnings(
    plan: Plan, placed: Placed, sliced: Sliced, coloured: Coloured, links: Links, settings: Settings
) -> list[str]:
    """What every stage had to guess or leave out, in the order of the stages."""
    return [
        *placed.mesh.warnings,
        *placed.warnings,
        *sliced.warnings,
        *coloured.warnings,
        *_idle_settings_warnings(plan, settings),
        *_lost_walls_warning(plan, coloured.grid.surface.lost_share),
        *_loose_parts_warning(plan, links),
    ]


def report_text(plan: Plan) -> str:
    """The report as JSON."""
    return json.dumps(plan.report, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


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


def _idle_settings_warnings(plan: Plan, settings: Settings) -> list[str]:
    """What was chosen, but does nothing beside the other choices."""
    idle = []
    if settings.detail == "auto" and settings.fineness > 0 and not plan.catalogue.has_single(1):
        idle.append(f"--parts {settings.parts} has no 1x1 plate, so that --detail auto built from bricks only.")
    if settings.keep_thin and settings.sampler == "voxels":
        idle.append("--keep-thin changes nothing with --sampler voxels, which keeps thin walls anyway.")
    return idle


def _lost_walls_warning(plan: Plan, share: float) -> list[str]:
    if share < _LOST:
        return []
    return [
        f"{share:.0%} of the surface of {plan.name} lies on walls thinner than half a stud and was lost; ask for more "
        "studs, for plates, or to keep thin walls."
    ]


def _loose_parts_warning(plan: Plan, links: Links) -> list[str]:
    floating = np.flatnonzero(links.floating)
    if not len(floating):
        return []
    first = plan.layout[floating[0]]
    groups = links.components - 1
    return [
        f"{len(floating)} {'part hangs' if len(floating) == 1 else 'parts hang'} on nothing, in {groups} "
        f"{'group' if groups == 1 else 'groups'} (the first at stud {first['x'] + 1}, {first['y'] + 1}, plate "
        f"{first['z'] + 1}); glue them, or try a thicker shell or a larger size."
    ]


def peak_mb() -> float | None:
    """The most memory this process has held so far, in MB; None where the system does not tell (Windows)."""
    if sys.platform == "win32":
        return None
    import resource  # not on Windows

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (2**20 if sys.platform == "darwin" else 2**10), 1)
