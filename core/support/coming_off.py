"""Which supports of a plan come off, as its report says it; without a report, as the studs say."""

from __future__ import annotations

import numpy as np

from ..errors import NothingToBuild
from ..layout import Role
from ..plan import Plan
from ..structure.links import stud_links
from .removal import is_support, pieces_of_supports, removable


def require_model(plan: Plan) -> None:
    """Raise NothingToBuild for a plan without parts but supports."""
    if is_support(plan.layout).all():
        but = " but supports" if len(plan.layout) else ""
        raise NothingToBuild(f"{plan.name} has no parts{but}, so there is no model; convert or open another one.")


def coming_off(plan: Plan) -> np.ndarray:
    """(N,) bool: the supports that are taken away."""
    layout = plan.layout
    support = is_support(layout)
    if not support.any():
        return support
    kept = (plan.report.get("supports") or {}).get("kept")
    if kept is None:
        return removable(layout, plan.catalogue).comes_off
    piece = pieces_of_supports(stud_links(layout, plan.catalogue), support)
    # The report names what hangs together by the place of its lowest part, counted from 1.
    places = np.stack([layout["x"], layout["y"], layout["z"]], axis=-1) + 1
    named = np.array([each["at"] for each in kept]).reshape(-1, 1, 3)
    stays = support & (places == named).all(axis=-1).any(axis=0)
    return support & ~np.isin(piece, piece[stays])


def coming_off_early(plan: Plan) -> np.ndarray:
    """(N,) bool: those of them that are closed in once the sections are put on each other."""
    in_sections = np.ptp(plan.layout["section"]) > 0 if len(plan.layout) else False
    return coming_off(plan) & (plan.layout["role"] == Role.SUPPORT_INNER) & in_sections
