"""The rest packed anew around locked parts: by the model's own packer, then joined with what stays."""

from __future__ import annotations

import numpy as np

from ..errors import BadEdit
from ..layout import Role, extents, part_cells
from ..packing.connecting import connect_layout
from ..packing.packers import PACKERS
from ..plan import Plan
from ..progress import SILENT, Progress
from ..settings import Settings
from ..structure.links import stud_links
from ..units import PLATES_PER_BRICK
from .changes import locks_of
from .covering import in_place
from .renewing import Edited, renewed
from .site import Site, site_of


def repacked(plan: Plan, rows: np.ndarray | None = None, progress: Progress = SILENT) -> Edited:
    """The plan with all parts that are not locked, or of these the chosen ones (N,) bool, laid anew in their cells.

    Colours stay where they are seen. Slopes, tiles, supports, and what begins between two layers of bricks stay as they
    are. Each section is packed by itself. Where this brings no fewer pieces, parts, or joints of one stud, the old
    parts stay. Of chosen parts the new ones are to go on with. Raises BadEdit when nothing may be laid anew, Cancelled.
    """
    site = site_of(plan)
    free = site.regular & (site.layout["role"] == Role.MODEL) & _can_be_filled(site) & ~locks_of(plan)
    if rows is not None:
        free &= rows
    if not free.any():
        raise BadEdit("All that could be packed anew is locked; unlock some parts first, or choose others.")
    layout, stays = site.layout, np.ones(len(site.layout), bool)
    new = layout[:0]
    sections = np.unique(layout["section"][free])
    for number, section in enumerate(sections):
        part = progress.part("pack", number / len(sections), 1 / len(sections))
        mine = layout["section"] == section
        found = _packed(site, free & mine, mine, Settings.from_values(plan.settings), part)
        found["section"] = section
        stays &= ~(free & mine)
        new = np.concatenate([new, found])
    whole = in_place(site, ~stays, new, _was_there(site, new))
    if _worth(whole, layout, site):
        marks = np.concatenate([locks_of(plan)[stays], np.zeros(len(new), bool)])
        fresh = np.arange(len(whole)) >= np.count_nonzero(stays)
        return renewed(plan, site.back(whole), marks, fresh & (rows is not None))
    return Edited(plan, free & (rows is not None))


def _can_be_filled(site: Site) -> np.ndarray:
    """(N,) bool: parts in a colour in which there is a 1x1 part of their height, so that no packer can fail."""
    height, colour = extents(site.layout, site.catalogue)[:, 2], site.layout["colour"]
    filled = np.zeros(len(site.layout), bool)
    for plates in (PLATES_PER_BRICK, 1):
        single = site.made[list(site.catalogue.singles(plates))].any(axis=0)
        filled |= (height == plates) & np.where(site.seen, single[colour], single.any())
    return filled


def _packed(site: Site, free: np.ndarray, mine: np.ndarray, settings: Settings, progress: Progress) -> np.ndarray:
    """New parts for some of a section, joined with the others of it that stay."""
    task = site.task(free, seed=settings.seed, deadline=settings.deadline)
    laid = PACKERS[settings.packer](task, progress.part(progress.stage, 0.0, 0.5)).layout
    stay = mine & site.regular & ~free
    both = np.concatenate([site.layout[stay], laid])
    whole = site.task(stay | free, seed=settings.seed, deadline=settings.deadline)
    joining = progress.part(progress.stage, 0.5, 0.5)
    held = int(np.count_nonzero(stay))
    return connect_layout(both, whole, joining, settings.packer == "fast", held)[held:]


def _was_there(site: Site, new: np.ndarray) -> np.ndarray:
    """(K,) the row of the site's layout that has the first cell of each new part."""
    row, places = part_cells(new, site.catalogue)
    first = np.flatnonzero(np.diff(row, prepend=-1))
    return site.owner[tuple(along[first] for along in places)]


def _worth(new: np.ndarray, old: np.ndarray, site: Site) -> bool:
    after, before = ((stud_links(each, site.catalogue).components, len(each)) for each in (new, old))
    return after < before or (after == before and _weak(new, site) < _weak(old, site))


def _weak(layout: np.ndarray, site: Site) -> int:
    """How many joints are of one stud."""
    return int(np.count_nonzero(stud_links(layout, site.catalogue).studs == 1))
