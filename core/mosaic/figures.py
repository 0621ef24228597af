"""The figures of a mosaic that follow from its parts, and so from every change by hand."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..catalogue.part_lists import shortened
from ..concerns import Concern
from ..layout import Role, footprint_cells
from ..plan import Plan


def mosaic_figures(plan: Plan, known: dict[str, Any]) -> dict[str, Any]:
    """The report's key `mosaic`, of the parts as they are.

    known: of the same key, method, studs (the colours to name), available (studs by colour, None where nobody
    counted them) and by_hand (how many studs of the mosaic are set by hand).
    """
    seen = plan.layout[plan.layout["role"] == Role.MODEL]
    row, *_ = footprint_cells(seen, plan.catalogue)
    counts = np.bincount(seen["colour"][row], minlength=len(plan.palette.colours)).tolist()
    used = {each.name: count for each, count in zip(plan.palette.colours, counts, strict=True) if count}
    available = known["available"]
    over = {name: count - available.get(name, 0) for name, count in used.items()} if available is not None else {}
    return {
        "method": known["method"],
        "studs": dict.fromkeys(known["studs"], 0) | used,
        "available": available,
        "by_hand": known.get("by_hand", 0),
        "missing": {name: count for name, count in over.items() if count > 0},
        "base_plates": int(np.count_nonzero(plan.layout["role"] == Role.BASE)),
        "filler_plates": int(np.count_nonzero(plan.layout["role"] == Role.FILLER)),
    }


def studs_to_buy(plan: Plan, mosaic: dict[str, Any]) -> list[Concern]:
    """A warning of the studs that are used and not there; mosaic: as `mosaic_figures` gives it."""
    missing = mosaic["missing"]
    if not missing:
        return []
    named = shortened([f"{count:,} {name}" for name, count in sorted(missing.items(), key=lambda item: -item[1])])
    text = f"{sum(missing.values()):,} studs more are used than there are: {named}."
    return [Concern(text, plan.layout[:0])]
