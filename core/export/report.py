"""The report: what was built and how good it is, as plain values under the keys of report.json."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..building import Connected, Held, Proved, with_colours_of
from ..catalogue.parts import SLOPING, Catalogue
from ..concerns import places
from ..grid import Grid, enclosed, without_cells
from ..interior import hollow_out_ratio
from ..measures import built_shape, colour_error, shape_iou, surface_distance
from ..plan import Plan
from ..settings import Settings
from ..sizing import Placed
from ..slicing.cells import Sliced
from ..stages import Coloured
from ..structure.demand import demand_figures, demand_of
from ..structure.links import Links
from ..support.coming_off import require_model
from ..support.removal import is_support, supports_report
from ..units import PLATE_MM, PLATES_PER_BRICK, STUD_MM
from ..voxel_models import VoxelModel, idle_settings
from .standing_report import cells_taken, loose_parts_warning, prefix_figures, standing_warnings, structure_figures

_LOST = 0.05  # share of the surface whose loss is worth a warning


@dataclass(frozen=True)
class Original:
    """What a model was made from.

    size_mm: x, y, z of it in the model's size. target (Z, Y, X) bool: the plate cells it fills. sliced: of a mesh only;
    there is no surface to be measured without. warnings: of all stages before the colours.
    """

    triangles: int
    textured: bool
    size_mm: tuple[float, ...]
    target: np.ndarray
    sliced: Sliced | None
    warnings: tuple[str, ...]


def original_mesh(placed: Placed, sliced: Sliced) -> Original:
    """A mesh, as the model's original."""
    mesh = placed.mesh
    size = mesh.corners.max(axis=(0, 1)) - mesh.corners.min(axis=(0, 1))
    warnings = (*mesh.warnings, *placed.warnings, *sliced.warnings)
    return Original(len(mesh.triangles), mesh.textured, tuple(size.tolist()), sliced.target, sliced, warnings)


def original_voxels(model: VoxelModel, grid: Grid) -> Original:
    """A voxel model, as the model's original. grid: its cells."""
    high, deep, wide = grid.shape
    size = wide * STUD_MM, deep * STUD_MM, high * PLATE_MM
    return Original(0, False, size, grid.filled, None, model.warnings)


@dataclass(frozen=True)
class Result:
    """What the stages made: the grid with all that is inside and its colours; the parts; the least that could do.

    links: of the parts as they are in the plan.
    """

    coloured: Coloured
    connected: Connected
    lower_bound: int | None
    held: Held
    links: Links
    proved: Proved


def make_report(
    plan: Plan, original: Original, result: Result, settings: Settings, seconds: dict[str, float]
) -> dict[str, Any]:
    """Everything known of a finished model; None where this version does not find it out."""
    whole = result.coloured.grid
    if result.connected.left_out is not None:
        whole = without_cells(whole, result.connected.left_out)
    whole = with_colours_of(plan.layout, whole, plan.catalogue)
    kept = result.connected.grid.filled
    sliced = original.sliced
    concerns = [
        *loose_parts_warning(plan, result.links),
        *standing_warnings(plan, result.held, result.proved, settings),
    ]
    return {
        "input": {
            "triangles": original.triangles,
            "textured": original.textured,
            "size_mm": [round(length, 3) for length in original.size_mm],
        },
        "settings": settings.values(),
        "grid": {"studs_x": plan.size[0], "studs_y": plan.size[1], "plates_z": plan.size[2]},
        "parts": {**part_figures(plan), "lower_bound": result.lower_bound},
        "stock": _stock(plan, result.coloured.stock),
        "shape": {
            "iou": shape_iou(whole.filled, original.target),
            "surface_mm": surface_distance(whole.filled, sliced.samples, sliced.mesh.corners) if sliced else None,
            **_finish_figures(plan, whole.filled & ~kept, original, settings),
        },
        "colour": colour_error(whole, result.coloured.shown, settings.metric),
        "interior": {"hollow_out_ratio": hollow_out_ratio(kept, whole.filled | enclosed(whole.filled))},
        "structure": structure_figures(plan, result.links, result.proved.stability)
        | {"situation": demand_figures(demand_of(settings)), "prefixes": prefix_figures(result.proved.prefixes)},
        "supports": supports_report(result.held.layout, plan.catalogue, result.held.removal),
        "repairs": list(result.connected.repairs),
        "steps": plan.steps,
        "grams": float(plan.catalogue.grams[plan.layout["part"]].sum()),
        "seconds": seconds,
        "peak_mb": peak_mb(),
        "warnings": [*_warnings(plan, original, result, settings), *(each.text for each in concerns)],
        "places": places(concerns),
    }


def _warnings(plan: Plan, original: Original, result: Result, settings: Settings) -> list[str]:
    """What the stages up to the layout had to guess or leave out, in their order."""
    return [
        *original.warnings,
        *result.coloured.warnings,
        *result.connected.warnings,
        *(_idle_on_meshes(result.coloured.catalogue, settings) if original.sliced else idle_settings(settings)),
        *_idle_score(settings),
        *_lost_walls_warning(plan, result.coloured.grid.surface.lost_share),
    ]


def report_text(plan: Plan) -> str:
    """The report as JSON."""
    return json.dumps(plan.report, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _finish_figures(plan: Plan, hollow: np.ndarray, original: Original, settings: Settings) -> dict[str, float]:
    """What slopes, tiles and studs do for the shape; it takes a second, so it is measured only where asked for."""
    if original.sliced is None or not (settings.slopes or settings.tiles):
        return {}
    return built_shape(plan.layout[~is_support(plan.layout)], plan.catalogue, hollow, original.sliced)


def part_figures(plan: Plan) -> dict[str, Any]:
    """The key `parts`, but for the lower bound; supports have a key of their own.

    Raises NothingToBuild for a plan without parts but supports.
    """
    require_model(plan)
    plan = replace(plan, layout=plan.layout[~is_support(plan.layout)], utilisation=None, locked=None)
    layout, catalogue = plan.layout, plan.catalogue
    volume = cells_taken(plan)
    part_names = [part.name for part in catalogue.parts]
    colour_names = [colour.name for colour in plan.palette.colours]
    single = list(catalogue.singles(PLATES_PER_BRICK) + catalogue.singles(1))
    return {
        "total": len(layout),
        "by_part": _sums(part_names, layout["part"], None),
        "by_colour": _sums(colour_names, layout["colour"], None),
        "volume_share_by_part": _sums(part_names, layout["part"], volume / volume.sum()),
        "volume_share_by_colour": _sums(colour_names, layout["colour"], volume / volume.sum()),
        "unit_share": float(np.isin(layout["part"], single).mean()),
    }


def _stock(plan: Plan, stock: np.ndarray | None) -> dict[str, int] | None:
    """How many parts are used of those owned, of which the part set and the colours allow the use."""
    if stock is None:
        return None
    # Supports are lent.
    return {"used": int(np.count_nonzero(~is_support(plan.layout))), "owned": int(stock.sum(dtype=np.int64))}


def _sums(names: list[str], row: np.ndarray, weight: np.ndarray | None) -> dict[str, Any]:
    """Counts or sums of weights by name, the greatest first, zeros left out."""
    total = np.bincount(row, weight, len(names))
    return {names[i]: total[i].item() for i in np.argsort(-total, kind="stable") if total[i] > 0}


def _idle_score(settings: Settings) -> list[str]:
    if settings.score == "shipped" or settings.packer == "scored":
        return []
    return [f"--score {settings.score} changes nothing with --packer {settings.packer}, which has no score."]


def _idle_on_meshes(catalogue: Catalogue, settings: Settings) -> list[str]:
    """What was chosen, but does nothing beside the other choices."""
    idle = []
    what = f"--stock {settings.stock}" if settings.stock else f"--parts {settings.parts}"
    if settings.detail == "auto" and settings.fineness > 0 and not catalogue.has_single(1):
        idle.append(
            f"{what} has no {'' if settings.stock else '1x1 '}plate, so that --detail auto built from bricks only."
        )
    kinds = {part.kind for part in catalogue.parts}
    for name, wanted, suited in (("slopes", settings.slopes, SLOPING), ("tiles", settings.tiles, ("tile",))):
        if wanted and kinds.isdisjoint(suited):
            idle.append(f"{what} has no {name}, so that --{name} changed nothing.")
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


def peak_mb() -> float | None:
    """The most memory this process has held so far, in MB; None where the system does not tell (Windows)."""
    if sys.platform == "win32":
        return None
    import resource  # not on Windows

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (2**20 if sys.platform == "darwin" else 2**10), 1)
