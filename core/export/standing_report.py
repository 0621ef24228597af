"""What the report says of standing: pieces, statics, steps of building, supports."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..building import Held, Proved
from ..concerns import Concern
from ..layout import Role
from ..plan import Plan
from ..settings import Settings
from ..structure.demand import demand_of, demand_words
from ..structure.energies import model_energies
from ..structure.links import Links
from ..structure.shades import weakest_rows
from ..structure.statics.certificate import ACCEPTED
from ..structure.statics.prefixes import Prefixes
from ..structure.statics.verdict import Stability, Verdict
from ..support.removal import Reason, Removal, is_support

_WEAKEST = 10  # so many parts are named
_MOST_SAFETY = 1000.0  # where hardly anything is pulled
_NAMED = 3  # parts that give way
_NEARLY = 1e-3  # relative, by which a search may end below the clutch


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


def loose_parts_warning(plan: Plan, links: Links) -> list[Concern]:
    """What hangs on nothing, if anything does."""
    floating = plan.layout[links.floating]
    if not len(floating):
        return []
    first, groups = floating[0], links.components - 1
    text = (
        f"{len(floating)} {'part hangs' if len(floating) == 1 else 'parts hang'} on nothing, in {groups} "
        f"{'group' if groups == 1 else 'groups'} (the first at stud {first['x'] + 1}, {first['y'] + 1}, plate "
        f"{first['z'] + 1}); glue them, or try a thicker shell or a larger size."
    )
    return [Concern(text, floating)]


def falls_warning(plan: Plan, stability: Stability, settings: Settings, remedy: str = "") -> list[Concern]:
    """That the model does not stand as it was asked to, and where, unless it is only that parts hang on nothing."""
    if stability.loose.any() or stability.verdict == Verdict.STANDS:
        return []
    falls, asked = stability.verdict == Verdict.FALLS, demand_words(demand_of(settings), settings.safety)
    word = f"falls{asked} (proved)" if falls else f"is not certified to stand{asked}"
    weak = _giving_way(plan, stability, settings.safety)
    return [Concern(f"{plan.name} {word}: {_named(plan, weak)}{remedy}.", weak)]


def _giving_way(plan: Plan, stability: Stability, safety: float) -> np.ndarray:
    """The parts that give way, worst first: those left out of balance or, where all are in it, pulled too hard."""
    out = np.where(stability.residual > ACCEPTED, stability.residual, 0)
    if not out.any():
        out = np.where(stability.utilisation * safety > 1 - _NEARLY, stability.utilisation, 0)
    return plan.layout[np.argsort(-out, kind="stable")[: np.count_nonzero(out)]]


def _named(plan: Plan, weak: np.ndarray) -> str:
    named = [
        f"{plan.catalogue.parts[row['part']].name} at stud {row['x'] + 1}, {row['y'] + 1}, plate {row['z'] + 1}"
        for row in weak[:_NAMED]
    ]
    more = f" and {len(weak) - _NAMED} more" if len(weak) > _NAMED else ""
    return f"what gives way is {', '.join(named)}{more}"


def supports_to_mind(layout: np.ndarray, removal: Removal) -> list[Concern]:
    """Which supports stay, and which have to go before they are closed in."""
    locked, needed = np.zeros((2, len(layout)), bool)
    for each in removal.kept:
        (locked if each.reason is Reason.CLOSED_IN else needed)[each.rows] = True
    words = (
        (removal.early, "Take {} of the inner supports out before the sections are put on each other."),
        (locked, "{} of the supports can't be taken out, the model closes them in; try --split auto."),
        (needed, "{} of the supports must stay after the build: without them something falls."),
    )
    return [Concern(text.format(_parts(rows.sum())), layout[rows]) for rows, text in words if rows.any()]


def _parts(count: int) -> str:
    return "1 part" if count == 1 else f"{count} parts"


def standing_warnings(plan: Plan, held: Held, proved: Proved, settings: Settings) -> list[Concern]:
    """What does not stand, or only with supports that stay."""
    none = plan.layout[:0]
    told = []
    if held.missed:
        told.append(Concern(f"Below {held.missed} cells of {plan.name} there is no way down for a support.", none))
    told += supports_to_mind(held.layout, held.removal)
    if proved.stability:
        remedy = "; try supports, a thicker shell, a wider base, or more studs"
        told += falls_warning(plan, proved.stability, settings, remedy)
    if settings.split == "auto" and not (plan.layout["role"] == Role.SUPPORT_INNER).any():
        told.append(Concern(f"--split auto left {plan.name} in one section: no supports are locked in.", none))
    steps = prefix_figures(proved.prefixes)
    if steps and steps["standing"] < steps["total"]:
        first = steps["first_not_standing"]
        text = (
            f"After {steps['total'] - steps['standing']} of {steps['total']} steps of building, the first of them step "
            f"{first}, {plan.name} has to be held by hand."
        )
        told.append(Concern(text, plan.layout[plan.layout["step"] == first - 1]))
    return told
