"""A plan after a change by hand: its order and figures follow, and what would be stale is taken back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from ..building import Held, Ordered, prove
from ..catalogue.part_lists import shortened
from ..catalogue.parts import Catalogue
from ..catalogue.stock import load_stock
from ..concerns import Concern, never_made, places
from ..errors import BrickprintError
from ..export.report import part_figures
from ..export.standing_report import (
    loose_parts_warning,
    prefix_figures,
    standing_warnings,
    structure_figures,
)
from ..layout import extents, part_cells
from ..mosaic.figures import mosaic_figures, studs_to_buy
from ..packing.shortage import missing_words
from ..plan import CHANGES, Plan, is_mosaic
from ..progress import SILENT, Progress
from ..settings import Settings
from ..structure.demand import demand_figures, demand_of, situations
from ..structure.links import stud_links
from ..structure.order import building_steps
from ..support.removal import is_support, removable, supports_report
from ..support.standing import unbalanced_in
from .site import Site, in_own_place, site_of

_UNPROVED = "Changed by hand since its strength was worked out: choose Check Strength to know whether it stands."


@dataclass(frozen=True)
class Edited:
    """A plan after a change, and the parts to go on with: picked (N,) bool."""

    plan: Plan
    picked: np.ndarray


def renewed(before: Plan, layout: np.ndarray, locked: np.ndarray, picked: np.ndarray) -> Edited:
    """The plan with other parts, in building order, with the figures that are quick to find.

    layout (N,), locked, picked (N,) bool: in any order. What the statics said is kept where only colours changed, and
    is not known otherwise. What was measured against the origin is kept as far as cells and colours are the same.
    Raises BadEdit as `site_of`, of the plan as it would be.
    """
    site_of(replace(before, layout=layout))
    marks = locked if locked.any() else None
    if _only_colours(before.layout, layout):
        plan = replace(before, layout=layout, locked=marks)
    else:
        layout, rows = building_steps(layout, before.catalogue)
        picked = picked[rows]
        plan = replace(before, layout=layout, utilisation=None, locked=None if marks is None else marks[rows])
    return Edited(replace(plan, report=_report(before, plan)), picked)


def strength_checked(plan: Plan, progress: Progress = SILENT) -> Plan:
    """The plan with the statics of its parts as they are, as its settings ask for them.

    Raises BadEdit as `site_of`, BadSetting for a load beside the model, Cancelled.
    """
    site_of(plan)
    settings = Settings.from_values(plan.settings)
    settings = settings if settings.prove != "none" else replace(settings, prove="model")
    links = stud_links(plan.layout, plan.catalogue)
    ask = partial(_unbalanced, settings=settings, progress=progress.unheard()) if _supported(plan) else None
    held = Held(plan.layout, plan.catalogue, plan.palette, removable(plan.layout, plan.catalogue, ask))
    proved = prove(Ordered(plan.layout, links), held, settings, progress)
    assert proved.stability is not None
    plan = replace(plan, utilisation=proved.stability.utilisation.astype(np.float32))
    figures = {
        "structure": structure_figures(plan, links, proved.stability)
        | {"situation": demand_figures(demand_of(settings)), "prefixes": prefix_figures(proved.prefixes)},
        "supports": supports_report(plan.layout, plan.catalogue, held.removal),
    }
    told = [*_to_buy(plan), *loose_parts_warning(plan, links), *standing_warnings(plan, held, proved, settings)]
    return replace(plan, report=plan.report | figures | _told(plan, told))


def _unbalanced(layout: np.ndarray, catalogue: Catalogue, settings: Settings, progress: Progress) -> np.ndarray:
    asked = situations(demand_of(settings), layout, catalogue)
    return unbalanced_in(layout, catalogue, asked, settings.safety, progress)


def _supported(plan: Plan) -> bool:
    return bool(is_support(plan.layout).any())


def _only_colours(before: np.ndarray, after: np.ndarray) -> bool:
    places = [name for name in before.dtype.names or () if name != "colour"]
    return len(before) == len(after) and all(np.array_equal(before[name], after[name]) for name in places)


def _report(before: Plan, plan: Plan) -> dict[str, Any]:
    report = dict(before.report)
    report[CHANGES] = int(report.get(CHANGES) or 0) + 1
    report["steps"] = plan.steps
    report["grams"] = float(plan.catalogue.grams[plan.layout["part"]].sum())
    cells, units, colours = _alike(before, plan)
    bound = (report.get("parts") or {}).get("lower_bound")
    report["parts"] = {**part_figures(plan), "lower_bound": bound if units and colours else None}
    for key in ("shape", "interior"):
        report[key] = report.get(key) if cells else None
    report["colour"] = report.get("colour") if cells and colours else None
    if mosaic := report.get("mosaic"):
        report["mosaic"] = mosaic_figures(plan, mosaic)
    if report.get("stock") and mosaic:
        report["stock"] = report["stock"] | {"used": sum(report["mosaic"]["studs"].values())}
    elif report.get("stock"):
        report["stock"] = report["stock"] | {"used": int(np.count_nonzero(~is_support(plan.layout)))}
    if _only_colours(before.layout, plan.layout):
        return report | _told(before, _to_buy(plan), {each.text for each in _to_buy(before)})
    links = stud_links(plan.layout, plan.catalogue)
    situation = (report.get("structure") or {}).get("situation")
    report["structure"] = structure_figures(plan, links, None) | {"situation": situation, "prefixes": None}
    if report.get("supports") or _supported(plan):
        report["supports"] = supports_report(plan.layout, plan.catalogue, removable(plan.layout, plan.catalogue))
    concerns = [*_to_buy(plan), *loose_parts_warning(plan, links), Concern(_UNPROVED, plan.layout[:0])]
    return report | _told(before, concerns)


def _told(plan: Plan, concerns: list[Concern], stale: set[str] | None = None) -> dict[str, Any]:
    """The report's warnings and places, with concerns in the place of those in `stale`, else of all it has."""
    old = plan.report.get("places", {})
    stale = set(old) if stale is None else stale
    kept = {text: cells for text, cells in old.items() if text not in stale}
    lasting = [each for each in plan.report.get("warnings", []) if each not in stale]
    return {"warnings": [*lasting, *(each.text for each in concerns)], "places": kept | places(concerns)}


def _to_buy(plan: Plan) -> list[Concern]:
    """Parts that can't be had: never made in their colour, or not owned where the model is built from a stock.

    A mosaic's report knows which studs there are; its base plates and fillers are never of a stock.
    """
    if is_mosaic(plan):
        return [*never_made(plan), *studs_to_buy(plan, mosaic_figures(plan, plan.report["mosaic"]))]
    stock = plan.settings.get("stock")
    if not stock:
        return never_made(plan)
    own = plan.layout[~is_support(plan.layout)]
    try:
        owned = load_stock(stock).counts(plan.catalogue, plan.palette)
    except BrickprintError as error:
        return [*never_made(plan), Concern(f"Whether all parts are owned is not known: {error}", plan.layout[:0])]
    words = missing_words(own, plan.catalogue, plan.palette, owned)
    lacking = [Concern(f"Parts that are not owned: {shortened(words)}.", plan.layout[:0])] if words else []
    return [*never_made(plan), *lacking]


def _alike(before: Plan, after: Plan) -> tuple[bool, bool, bool]:
    """Whether two plans take the same cells, with units of the same height, and what is seen has the same colours."""
    if not in_own_place(before).all():
        return False, False, False
    one, other = site_of(before), site_of(after)
    first, second = _model_cells(one), _model_cells(other)
    if first.shape != second.shape or not np.array_equal(first[:3], second[:3]):
        return False, False, False
    seen = _model_seen(one)
    return True, bool(np.array_equal(first[3], second[3])), bool(np.array_equal(first[4][seen], second[4][seen]))


def _model_cells(site: Site) -> np.ndarray:
    """(5, M): z, y, x in the plan, height and colour of the part, for every cell of the model, ascending by place."""
    model = site.layout[~is_support(site.layout)]
    row, places = part_cells(site.back(model), site.catalogue)
    height = extents(model, site.catalogue)[row, 2]
    table = np.stack([*places, height, model["colour"][row]])
    return table[:, np.lexsort(table[2::-1])]


def _model_seen(site: Site) -> np.ndarray:
    """(M,) bool: which of `_model_cells` are seen."""
    _, places = part_cells(site.layout[~is_support(site.layout)], site.catalogue)
    return site.visible[places][np.lexsort(places[::-1])]
