"""What a book of instructions says: chapters of numbered steps with their parts, and the parts of all.

It is one value for every form of the book; how it is drawn and printed is for others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count, pairwise

import numpy as np

from ...catalogue.parts import Catalogue
from ...errors import NothingToBuild
from ...layout import extents
from ...plan import Plan
from ...structure.links import stud_links
from ...structure.order import ways_of
from ...structure.sections import sections_of
from ...support.removal import is_support
from ...units import PLATE_MM, PLATES_PER_BRICK, STUD_MM
from ..views import VIEWS, step_views
from .assemblies import Callout, callouts
from .taking_off import kept_lines, taken_off
from .views import HOME, View

_TURNS = {45.0: 0, 315.0: 1, 225.0: 2, 135.0: 3}  # quarters of our views, by LDraw's angle
_VIEWS = tuple(View(_TURNS[view.turn], below=view.tilt < 0) for view in VIEWS)


_MOST_CALLED_OUT = 6  # steps of a sub-assembly that are shown within a step of the model


@dataclass(frozen=True)
class PartLine:
    """So many of a part in a colour; part, colour: rows of catalogue and palette; support: comes off in the end."""

    part: int
    colour: int
    count: int
    support: bool = False


@dataclass(frozen=True)
class Step:
    """One numbered picture.

    first, last: the chapter's parts from first to before last are new. parts: to be fetched for it; takes_off: parts
    that are taken away in it. turned: the view is another one than that of the step before. notes: lines of text.
    """

    number: int
    first: int
    last: int
    parts: tuple[PartLine, ...]
    view: View = HOME
    turned: bool = False
    callout: Callout | None = None
    takes_off: tuple[PartLine, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Chapter:
    """Steps that are numbered together.

    layout: all parts it shows, in the order in which they appear. title: empty where the book has one chapter only.
    """

    title: str
    layout: np.ndarray
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Book:
    """The whole: finished is the layout as it looks in the end; facts: lines for the cover."""

    plan: Plan
    chapters: tuple[Chapter, ...]
    parts: tuple[PartLine, ...]
    finished: np.ndarray
    facts: tuple[str, ...]


def make_book(plan: Plan) -> Book:
    """The instructions of a plan. Raises NothingToBuild for one without parts."""
    if not len(plan.layout):
        raise NothingToBuild(f"{plan.name} has no parts, so that there is nothing to instruct; convert a larger model.")
    sections = [_in_steps(plan.layout[rows]) for rows in sections_of(plan.layout)]
    chapters, numbers = list[Chapter](), count(1)
    for number, section in enumerate(sections, 1):
        title = f"Section {number} of {len(sections)}" if len(sections) > 1 else ""
        chapters += _section(title, section, plan.catalogue, numbers)
    if len(sections) > 1:
        chapters.append(_joining(sections, plan.catalogue))
    off = taken_off(plan)
    if off.any():
        chapters.append(_taking_off(plan, off))
    finished = plan.layout[~off]
    if len(chapters) > 1:
        chapters = [replace(chapter, title=chapter.title or "The model") for chapter in chapters]
    return Book(plan, tuple(chapters), part_lines(plan.layout), finished, _facts(plan, finished))


def part_lines(layout: np.ndarray, copies: int = 1) -> tuple[PartLine, ...]:
    """How many there are of each part in each colour, supports apart; the model's first, large parts first."""
    support = is_support(layout).astype(np.int64)
    values, counts = np.unique(
        np.stack([support, layout["colour"], -layout["part"].astype(np.int64)]), axis=1, return_counts=True
    )
    return tuple(
        PartLine(-part, colour, number * copies, bool(lent))
        for (lent, colour, part), number in zip(values.T.tolist(), counts.tolist(), strict=True)
    )


def _in_steps(layout: np.ndarray) -> np.ndarray:
    return layout[np.argsort(layout["step"], kind="stable")]


def _section(title: str, layout: np.ndarray, catalogue: Catalogue, numbers: Iterator[int]) -> list[Chapter]:
    """A section after its large sub-assemblies, which have chapters of their own."""
    starts = np.flatnonzero(np.diff(layout["step"], prepend=layout["step"][0] - 1))
    ends = np.append(starts[1:], len(layout))
    views = _views(layout, starts, catalogue)
    together = ways_of(layout, catalogue, stud_links(layout, catalogue)).assembly
    made = callouts(layout, catalogue, together, starts, ends)
    chapters, steps, names = list[Chapter](), list[Step](), dict[int, str]()
    for row, (first, last) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
        callout, parts, notes = made[row], part_lines(layout[first:last]), tuple[str, ...]()
        if callout and callout.made_in is not None:
            # Its parts were fetched with those of the first of its kind.
            name = names.get(callout.made_in, f"the one made in step {callout.made_in + 1}")
            callout, parts, notes = None, (), (f"Put {name} on.",)
        elif callout and len(callout.ends) > _MOST_CALLED_OUT:
            names[row] = f"sub-assembly {next(numbers)}"
            chapters.append(_apart(names[row].capitalize(), callout, catalogue))
            callout, parts, notes = None, (), (f"Put {names[row]} on.",)
        elif callout:
            parts = part_lines(layout[first:last], callout.copies)
        steps.append(Step(row + 1, first, last, parts, views[row], _turns(views, row), callout, notes=notes))
    return [*chapters, Chapter(title, layout, tuple(steps))]


def _apart(title: str, callout: Callout, catalogue: Catalogue) -> Chapter:
    firsts = (0, *callout.ends[:-1])
    views = _views(callout.layout, np.array(firsts), catalogue)
    steps = tuple(
        Step(
            row + 1, first, last, part_lines(callout.layout[first:last], callout.copies), views[row], _turns(views, row)
        )
        for row, (first, last) in enumerate(zip(firsts, callout.ends, strict=True))
    )
    return Chapter(f"{title}: make {callout.copies}" if callout.copies > 1 else title, callout.layout, steps)


def _views(layout: np.ndarray, starts: np.ndarray, catalogue: Catalogue) -> list[View]:
    """From where steps that begin with these parts are seen."""
    stepped = layout.copy()
    stepped["step"] = np.searchsorted(starts, np.arange(len(layout)), side="right")
    return [_VIEWS[number] for number in step_views(stepped, catalogue).tolist()]


def _turns(views: list[View], row: int) -> bool:
    """Whether a step is seen from elsewhere than the one before; the first one from elsewhere than usual."""
    return views[row] != (views[row - 1] if row else HOME)


def _joining(sections: list[np.ndarray], catalogue: Catalogue) -> Chapter:
    layout = np.concatenate(sections)
    ends = np.cumsum([len(section) for section in sections]).tolist()
    views = [HOME, *_views(layout, np.array([0, *ends[:-1]]), catalogue)[1:]]
    steps = tuple(
        Step(row, first, last, (), views[row], _turns(views, row), notes=(f"Put section {row + 1} on.",))
        for row, (first, last) in enumerate(pairwise(ends), 1)
    )
    return Chapter("Putting the sections together", layout, steps)


def _taking_off(plan: Plan, off: np.ndarray) -> Chapter:
    layout = np.concatenate([plan.layout[~off], plan.layout[off]])
    first = len(layout) - int(off.sum())
    notes = ("Take these supports off.", *kept_lines(plan))
    view = _views(layout, np.array([0, first]), plan.catalogue)[1]
    step = Step(1, first, len(layout), (), view, view != HOME, takes_off=part_lines(layout[first:]), notes=notes)
    return Chapter("Taking the supports off", layout, (step,))


def _facts(plan: Plan, finished: np.ndarray) -> tuple[str, ...]:
    parts, lent = len(plan.layout), int(is_support(plan.layout).sum())
    low = np.stack([finished[axis] for axis in "xyz"], axis=1)
    wide, deep, high = ((low + extents(finished, plan.catalogue)).max(axis=0) - low.min(axis=0)).tolist()
    grams, bricks = float(plan.catalogue.grams[plan.layout["part"]].sum()), high / PLATES_PER_BRICK
    lengths = wide * STUD_MM, deep * STUD_MM, high * PLATE_MM
    return (
        f"{parts:,} {'part' if parts == 1 else 'parts'}"
        + (f", {lent:,} of them for supports while you build" if lent else ""),
        f"{wide} × {deep} studs, {bricks:.3g} {'brick' if bricks == 1 else 'bricks'} high",
        " × ".join(f"{mm / 10:.1f}" for mm in lengths) + " cm",
        f"{grams:,.0f} g",
    )
