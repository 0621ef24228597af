"""What the report says of standing: pieces, statics, steps of building, supports."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..building import Held, Proved
from ..plan import Plan
from ..structure.energies import model_energies
from ..structure.links import Links
from ..structure.shades import weakest_rows
from ..structure.statics.prefixes import Prefixes
from ..structure.statics.verdict import Stability, Verdict
from ..support.removal import is_support

_WEAKEST = 10  # so many parts are named
_MOST_SAFETY = 1000.0  # where hardly anything is pulled


def cells_taken(plan: Plan) -> np.ndarray:
    """(N,) how many plate cells each part takes."""
    layout, catalogue = plan.layout, plan.catalogue
    return catalogue.spots().count[layout["part"], layout["turn"]] * catalogue.sizes[layout["part"], 2]


def structure_figures(plan: Plan, links: Links, stability: Stability | None) -> dict[str, Any]:
    """The key `structure`; stability: None where the statics were not asked."""
    volume = cells_taken(plan)
    return {
        "components": links.components,
        "main_share": float(np.bincount(links.component, volume).max() / volume.sum()),
        "floating": int(links.floating.sum()),
        **(_not_assessed(links) if stability is None else _stability_figures(plan, stability)),
        "energies": model_energies(plan.layout[~is_support(plan.layout)], plan.catalogue),
    }


def prefix_figures(found: Prefixes | None) -> dict[str, Any] | None:
    """How many prefixes of the steps stand, and the first step, from 1, after which one does not."""
    if found is None:
        return None
    standing = found.certified & (found.loose == 0)
    return {
        "total": len(standing),
        "standing": int(standing.sum()),
        "first_not_standing": None if standing.all() else int(np.argmin(standing)) + 1,
        "most_loose": int(found.loose.max(initial=0)),
    }


def _not_assessed(links: Links) -> dict[str, Any]:
    # What hangs on nothing falls; whether the rest stands is not known without the statics.
    stable = False if links.floating.any() else None
    return {"stable": stable, "certified": None, "utilisation_max": None, "safety": None, "weakest": None}


def _stability_figures(plan: Plan, stability: Stability) -> dict[str, Any]:
    """safety: by what factor the clutch could be weaker, None where it is not known to do; of what is not loose."""
    used = stability.utilisation[np.isfinite(stability.utilisation)]
    needed = 1 - stability.margin  # share of the clutch
    return {
        "stable": {Verdict.STANDS: True, Verdict.FALLS: False, Verdict.NOT_CERTIFIED: None}[stability.verdict],
        "certified": stability.verdict == Verdict.STANDS,
        "utilisation_max": float(used.max()) if len(used) else None,
        "safety": 1 / max(needed, 1 / _MOST_SAFETY) if np.isfinite(needed) else None,
        "weakest": _weakest(plan, stability.utilisation),
    }


def _weakest(plan: Plan, utilisation: np.ndarray) -> list[dict[str, Any]]:
    rows = weakest_rows(utilisation, _WEAKEST)
    return [
        {
            "part": plan.catalogue.parts[row["part"]].name,
            "colour": plan.palette.colours[row["colour"]].name,
            **{axis: int(row[axis]) for axis in "xyz"},
            "utilisation": float(share),
        }
        for row, share in zip(plan.layout[rows], utilisation[rows], strict=True)
    ]


def loose_parts_warning(plan: Plan, links: Links) -> list[str]:
    """What hangs on nothing, if anything does."""
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


def standing_warnings(plan: Plan, held: Held, proved: Proved) -> list[str]:
    """What does not stand, or only with supports that stay."""
    told = []
    if held.missed:
        told.append(f"Below {held.missed} cells of {plan.name} there is no way down for a support.")
    kept = sum(len(each.rows) for each in held.removal.kept)
    if kept:
        parts = "1 part" if kept == 1 else f"{kept} parts"
        told.append(f"{parts} of the supports must stay after the build: without them something falls.")
    if proved.stability and not proved.stability.loose.any() and proved.stability.verdict != Verdict.STANDS:
        word = "falls" if proved.stability.verdict == Verdict.FALLS else "is not certified to stand"
        told.append(
            f"{plan.name} {word} with the factor of safety that was asked for; try supports, a thicker shell, a wider "
            "base, or more studs."
        )
    steps = prefix_figures(proved.prefixes)
    if steps and steps["standing"] < steps["total"]:
        told.append(
            f"After {steps['total'] - steps['standing']} of {steps['total']} steps of building, the first of them step "
            f"{steps['first_not_standing']}, {plan.name} has to be held by hand."
        )
    return told
