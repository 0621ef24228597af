"""What is told of a mosaic: the keys of report.json that models have, and one of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..building import Proved
from ..colour.differences import difference
from ..colour.spaces import linear_to_lab, srgb_to_linear
from ..concerns import never_made, places
from ..export.report import part_figures, peak_mb
from ..export.standing_report import falls_warning, loose_parts_warning, prefix_figures, structure_figures
from ..images import Picture
from ..plan import Plan
from ..settings import Settings
from ..structure.demand import demand_figures, demand_of
from ..structure.links import Links
from ..units import PLATE_MM, STUD_MM
from .afar import blended
from .by_hand import studs_set, waiting_warning
from .colouring import Chosen, looks
from .figures import mosaic_figures, studs_to_buy
from .idle import idle_warnings
from .settings import FLAT, MosaicSettings
from .studs import Studs

_AFAR = 1.0  # deviation of the eye's blur, in studs, by which every mosaic is judged


@dataclass(frozen=True)
class Made:
    """What the stages made. target (down, across, 3): the image's colours, encoded 0..255.

    by_hand, overrides (N,): studs picked and set by hand; those, as far as they fit, after those of a list.
    """

    picture: Picture
    target: np.ndarray
    studs: Studs
    chosen: Chosen
    links: Links
    proved: Proved
    settings: MosaicSettings
    by_hand: np.ndarray
    overrides: np.ndarray


def mosaic_report(plan: Plan, made: Made, standing: Settings, seconds: dict[str, float]) -> dict[str, Any]:
    """Everything known of a finished mosaic."""
    settings, stability = made.settings, made.proved.stability
    colours, counts = made.studs.palette.colours, made.studs.counts.tolist()
    available = {each.name: count for each, count in zip(colours, counts, strict=True)}
    known = {
        "method": settings.method,
        "studs": available,
        "available": available if made.studs.counted else None,
        "by_hand": studs_set(made.overrides),
    }
    mosaic = mosaic_figures(plan, known)
    concerns = [
        *studs_to_buy(plan, mosaic),
        *never_made(plan),
        *loose_parts_warning(plan, made.links),
        *(falls_warning(plan, stability, standing) if stability else []),
    ]
    high, wide = made.picture.pixels.shape[:2]
    return {
        "input": {"image": made.picture.name, "pixels": [wide, high], "size_mm": _size_mm(plan)},
        "settings": settings.values(),
        "grid": {"studs_x": plan.size[0], "studs_y": plan.size[1], "plates_z": plan.size[2]},
        "parts": part_figures(plan) | {"lower_bound": None},
        "stock": {"used": made.chosen.columns.size, "owned": sum(counts)} if made.studs.limited else None,
        "colour": _colour_figures(made),
        "mosaic": mosaic,
        "structure": structure_figures(plan, made.links, stability)
        | {"situation": demand_figures(demand_of(standing)), "prefixes": prefix_figures(made.proved.prefixes)},
        "supports": {"parts": 0},
        "steps": plan.steps,
        "grams": float(plan.catalogue.grams[plan.layout["part"]].sum()),
        "seconds": seconds,
        "peak_mb": peak_mb(),
        "warnings": [
            *made.picture.warnings,
            *made.studs.warnings,
            *idle_warnings(settings, FLAT),
            *_darker_warning(settings),
            *waiting_warning(made.by_hand, made.studs.palette, settings),
            *(each.text for each in concerns),
        ],
        "places": places(concerns),
    }


def _size_mm(plan: Plan) -> list[float]:
    wide, deep, high = plan.size
    return [STUD_MM * wide, STUD_MM * deep, PLATE_MM * high]


def _colour_figures(made: Made) -> dict[str, Any]:
    """Differences of studs from the image: as they are, as they would be with enough of all colours, and from afar.

    bound: the least mean that the stock allows, where it was proved; afar_mean: CIEDE2000 of what an eye blends.
    """
    columns, metric = made.chosen.columns, made.settings.metric
    wanted = srgb_to_linear(made.target / 255)
    shown = srgb_to_linear(looks(made.studs, made.settings) / 255)[columns]
    off = difference(wanted, shown, metric)
    afar = difference(blended(wanted, _AFAR), blended(shown, _AFAR))
    return {
        "metric": metric,
        "mean": round(float(off.mean()), 6),
        "max": float(off.max()),
        "best_mean": round(made.chosen.nearest, 6),
        "bound": made.chosen.bound,
        "afar_mean": float(afar.mean()),
        "lightness_mean": float((linear_to_lab(shown) - linear_to_lab(wanted))[..., 0].mean()),
    }


def _darker_warning(settings: MosaicSettings) -> list[str]:
    if not settings.darker or settings.piece.startswith("round"):
        return []
    return ["--darker is meant for round pieces, which leave some of their base to see; these do not."]
