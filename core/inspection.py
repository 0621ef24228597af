"""A look at a model as it is, of whatever origin: what hangs together, whether it stands, and its parts.

What can't be a part of its layout is a load: it has a weight and lies on what is below it, but holds nothing.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .catalogue.part_lists import shortened
from .catalogue.parts import Catalogue
from .concerns import never_made, places
from .export.report import part_figures, peak_mb
from .export.standing_report import (
    falls_warning,
    loose_parts_warning,
    prefix_figures,
    structure_figures,
    supports_to_mind,
)
from .plan import Plan
from .progress import SILENT, Progress
from .settings import DEFAULTS, STANDING, Settings
from .structure.demand import demand_figures, demand_of, require_places, situations
from .structure.links import Links, stud_links
from .structure.loads import BOX_DTYPE, apart, boxes_of, loads_on, near, ties, touched_by
from .structure.statics.equilibrium import Situation
from .structure.statics.prefixes import Prefixes, certify_prefixes
from .structure.statics.verdict import Stability, Verdict, assess_all
from .support.coming_off import require_model
from .support.removal import Removal, is_support, removable, supports_report
from .support.standing import unbalanced_in

_BELOW = 1.0  # plates by which a load has to be below the lowest parts, so that these do not stand on the ground


@dataclass(frozen=True)
class Given:
    """A model as it is given: its plan, what lies on it (BOX_DTYPE), and what had to be guessed or left out."""

    plan: Plan
    loads: np.ndarray
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Judged:
    """The parts (N,) bool that were judged, what they bear while they are built, and the result for all parts.

    idle: how many loads lie on no part; lower_loads: whether some are below all parts.
    """

    rows: np.ndarray
    while_built: Situation
    stability: Stability
    idle: int
    lower_loads: bool


def given_plan(plan: Plan) -> Given:
    """A plan as it is given; its bricks may have been moved, and those in the place of others become loads."""
    kept = near(plan.layout)
    kept[kept] = apart(plan.layout[kept], plan.catalogue)
    if kept.all():
        return Given(plan, np.zeros(0, BOX_DTYPE))
    loads = boxes_of(plan.layout[~kept], plan.catalogue)
    plan = replace(plan, layout=plan.layout[kept], utilisation=None, locked=None)
    return Given(plan, loads, (taken_as_loads(loads["part"], "in the place of others, or far from them"),))


def taken_as_loads(parts: np.ndarray, why: str) -> str:
    """The warning on parts, by their LDraw ids, that become loads."""
    named = shortened([f"{count} x {part}" for part, count in Counter(parts.tolist()).most_common()])
    return f"{len(parts)} {'part is a load' if len(parts) == 1 else 'parts are loads'} only ({why}): {named}."


def inspect(
    given: Given, settings: Settings = DEFAULTS, progress: Progress = SILENT, read_seconds: float = 0.0
) -> Plan:
    """The plan with what is found in its report and its utilisation; of the settings, those of STANDING matter.

    Of the keys of report.json it has those that a model has without its origin, and `loads`. Raises NothingToBuild
    for a plan without parts but supports, BadSetting for a load beside the model, Cancelled.
    """
    plan, began = given.plan, time.perf_counter()
    require_model(plan)
    demand = demand_of(settings)
    require_places(demand, plan.layout, plan.catalogue)
    links = stud_links(plan.layout, plan.catalogue)
    judged = _judge(given, links, settings, progress.part("stand", 0.0, 0.5))
    stood = time.perf_counter()
    prefixes = _prefixes(plan, judged, settings.safety, progress.part("order", 0.5, 0.5))
    ended = time.perf_counter()
    removal = removal_of(given, settings, progress.unheard())
    concerns = [
        *never_made(plan),
        *loose_parts_warning(plan, links),
        *supports_to_mind(plan.layout, removal),
        *falls_warning(plan, judged.stability, settings),
    ]
    seconds = {"read": read_seconds, "stand": stood - began, "order": ended - stood}
    report = {
        "settings": {name: getattr(settings, name) for name in STANDING},
        "grid": {"studs_x": plan.size[0], "studs_y": plan.size[1], "plates_z": plan.size[2]},
        "parts": part_figures(plan),
        "loads": _load_figures(given.loads, judged.idle),
        "structure": structure_figures(plan, links, judged.stability)
        | {"situation": demand_figures(demand), "prefixes": prefix_figures(prefixes)},
        "supports": supports_report(plan.layout, plan.catalogue, removal) if is_support(plan.layout).any() else None,
        "steps": plan.steps,
        "grams": float(plan.catalogue.grams[plan.layout["part"]].sum()),
        "seconds": seconds | {"total": sum(seconds.values())},
        "peak_mb": peak_mb(),
        "warnings": [*given.warnings, *_loads_told(judged), *(each.text for each in concerns)],
        "places": places(concerns),
    }
    return replace(plan, report=report, utilisation=judged.stability.utilisation.astype(np.float32))


def verdict_word(plan: Plan) -> Verdict:
    """What the report of an inspected plan says of its standing."""
    stable = plan.report["structure"]["stable"]
    return Verdict.NOT_CERTIFIED if stable is None else Verdict.STANDS if stable else Verdict.FALLS


def _judge(given: Given, links: Links, settings: Settings, progress: Progress) -> _Judged:
    """The statics of all parts but of loose pieces that something taken as a load may hold in truth."""
    layout, catalogue = given.plan.layout, given.plan.catalogue
    rows = ~(links.floating & np.isin(links.component, _held_by_loads(given, links)))
    loads, idle = loads_on(layout[rows], catalogue, given.loads)
    demand = demand_of(settings)
    asked = situations(demand, layout[rows], catalogue, loads)
    found = assess_all(layout[rows], catalogue, asked, settings.safety, progress)
    low = given.loads["low"][:, 2] - layout["z"].min()
    while_built = replace(demand.while_built, loads=loads)
    judged = _Judged(rows, while_built, found, int(idle.sum()), bool((low < -_BELOW).any()))
    utilisation, residual = np.full(len(layout), np.inf), np.full(len(layout), np.inf)
    utilisation[rows], residual[rows] = found.utilisation, found.residual
    in_doubt = {
        # Something that weighs on the model, or bears it, is not accounted for.
        Verdict.STANDS: not rows.all() or judged.lower_loads or bool((idle & (low > _BELOW)).any()),
        Verdict.FALLS: not found.loose.any() and bool(ties(layout, catalogue, given.loads).any()),
        Verdict.NOT_CERTIFIED: True,
    }
    word = Verdict.NOT_CERTIFIED if in_doubt[found.verdict] else found.verdict
    return replace(judged, stability=Stability(word, found.margin, links.floating, utilisation, residual))


def _held_by_loads(given: Given, links: Links) -> np.ndarray:
    """The components that something taken as a load may hold: those it touches, and all if its size is a guess."""
    if not (len(given.loads) and links.floating.any()):
        return np.zeros(0, links.component.dtype)
    if not given.loads["sized"].all():
        return np.unique(links.component)
    touched = touched_by(given.plan.layout, given.plan.catalogue, given.loads)
    return np.unique(links.component[np.concatenate(touched)])


def _prefixes(plan: Plan, judged: _Judged, safety: float, progress: Progress) -> Prefixes:
    """Which prefixes of the steps stand."""
    layout = plan.layout[judged.rows]
    return certify_prefixes(layout, plan.catalogue, judged.while_built, safety, progress=progress)


def removal_of(given: Given, settings: Settings, progress: Progress = SILENT) -> Removal:
    """Which supports come off, as the statics says, of the parts that are known to be some: not all files tell.

    Of the settings, those of STANDING matter. Raises Cancelled.
    """

    def unbalanced(left: np.ndarray, catalogue: Catalogue) -> np.ndarray:
        loads, _ = loads_on(left, catalogue, given.loads)
        asked = situations(demand_of(settings), left, catalogue, loads)
        return unbalanced_in(left, catalogue, asked, settings.safety, progress)

    return removable(given.plan.layout, given.plan.catalogue, unbalanced)


def _load_figures(loads: np.ndarray, idle: int) -> dict[str, Any]:
    return {
        "parts": len(loads),
        "by_part": dict(Counter(loads["part"].tolist()).most_common()),
        "grams": float(loads["grams"].sum()),
        "idle": idle,
    }


def _loads_told(judged: _Judged) -> list[str]:
    told = []
    if judged.idle:
        told.append(f"Loads that lie on no part, and are left out: {judged.idle}.")
    if judged.lower_loads:
        told.append("Some loads are below all parts; the lowest parts are taken to stand on the ground.")
    count = int((~judged.rows).sum())
    if count:
        told.append(f"Parts that only a load may hold, so that it is not known whether they are held: {count}.")
    return told
