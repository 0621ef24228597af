"""Which supports come off in the end, and which stay, as the plan's report says it."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from ...plan import Plan
from ...structure.links import stud_links
from ...support.removal import is_support, removable

_WHY = {
    "closed in": "is closed in by the model",
    "holds": "holds parts of the model",
    "steadies": "keeps the model in balance",
}


def taken_off(plan: Plan) -> np.ndarray:
    """(N,) bool: the supports that are taken away after the build."""
    layout = plan.layout
    support = is_support(layout)
    if not support.any() or "supports" not in plan.report:
        return removable(layout, plan.catalogue).comes_off
    links = stud_links(layout, plan.catalogue)
    alike = support[links.lower] & support[links.upper]
    joints = coo_matrix((np.ones(alike.sum(), np.int8), (links.lower[alike], links.upper[alike])), (len(layout),) * 2)
    piece = connected_components(joints, directed=False)[1]
    places = {tuple(row): number for number, row in enumerate(np.stack([layout[a] for a in "xyz"], axis=1).tolist())}
    kept = [piece[places[x - 1, y - 1, z - 1]] for x, y, z in (each["at"] for each in _kept(plan))]
    return support & ~np.isin(piece, kept)


def kept_lines(plan: Plan) -> tuple[str, ...]:
    """A line for each support that stays, with its place counted in studs and bricks from 1, and why."""
    return tuple(
        f"The support at stud {x} along, {y} deep, plate {z} stays: it {_WHY[each['reason']]}."
        for each in _kept(plan)
        for x, y, z in (each["at"],)
    )


def _kept(plan: Plan) -> list[dict]:
    return plan.report.get("supports", {}).get("kept", [])
