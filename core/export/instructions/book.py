"""What a book of instructions says: chapters of numbered steps with their parts, and the parts of all.

It is one value for every form of the book; how it is drawn and printed is for others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count, pairwise

import numpy as np

from ...catalogue.parts import Catalogue
from ...layout import Role, size_of
from ...plan import Plan
from ...structure.links import stud_links
from ...structure.order import ways_of
from ...structure.sections import sections_of
from ...support.coming_off import coming_off, coming_off_early, require_model
from ...support.removal import is_support
from ...units import PLATE_MM, PLATES_PER_BRICK, STUD_MM
from ..views import VIEWS, step_views
from .assemblies import Callout, callouts
from .views import HOME, View

_TURNS = {45.0: 0, 315.0: 1, 225.0: 2, 135.0: 3}  # quarters of our views, by LDraw's angle
_VIEWS = tuple(View(_TURNS[view.turn], below=view.tilt < 0) for view in VIEWS)


_WHY_KEPT = {
    "closed in": "is closed in by the model",
    "holds": "holds parts of the model",
    "steadies": "keeps the model in balance",
}
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
    """The instructions of a plan. Raises NothingToBuild for one without parts but supports."""
    require_model(plan)
    off, early = coming_off(plan), coming_off_early(plan)
    plan = replace(plan, layout=plan.layout.copy())
    plan.layout["role"][is_support(plan.layout) & ~off] = Role.MODEL  # what stays is no support to the builder
    sections = sections_of(plan.layout)
    chapters, numbers = list[Chapter](), count(1)
    for number, rows in enumerate(sections, 1):
        title = f"Section {number} of {len(sections)}" if len(sections) > 1 else ""
        chapters += _section(title, _in_steps(plan.layout[rows]), plan.catalogue, numbers)
        if early[rows].any():
            taking = f"Taking the supports out of section {number}"
            chapters.append(_taking_off(taking, plan.layout[rows], early[rows], plan.catalogue, ()))
    if len(sections) > 1:
        chapters.append(_joining([_in_steps(plan.layout[rows[~early[rows]]]) for rows in sections], plan.catalogue))
    if (off & ~early).any():
        left, last = plan.layout[~early], off[~early]
        chapters.append(_taking_off("Taking the supports off", left, last, plan.catalogue, _kept_lines(plan)))
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


def _taking_off(
    title: str, layout: np.ndarray, off: np.ndarray, catalogue: Catalogue, notes: tuple[str, ...]
) -> Chapter:
    """A last step in which the parts `off` (N,) bool are taken away."""
    layout = np.concatenate([layout[~off], layout[off]])
    first = len(layout) - int(off.sum())
    view = _views(layout, np.array([0, first]), catalogue)[-1]
    notes = ("Take these supports off.", *notes)
    step = Step(1, first, len(layout), (), view, view != HOME, takes_off=part_lines(layout[first:]), notes=notes)
    return Chapter(title, layout, (step,))


def _kept_lines(plan: Plan) -> tuple[str, ...]:
    """A line for each support that stays, with its place counted in studs and plates from 1, and why."""
    return tuple(
        f"The support at stud {x} along, {y} deep, plate {z} stays: it {_WHY_KEPT[each['reason']]}."
        for each in (plan.report.get("supports") or {}).get("kept", [])
        for x, y, z in (each["at"],)
    )


def _facts(plan: Plan, finished: np.ndarray) -> tuple[str, ...]:
    parts, lent = len(plan.layout), int(is_support(plan.layout).sum())
    wide, deep, high = size_of(finished, plan.catalogue)
    grams, bricks = float(plan.catalogue.grams[plan.layout["part"]].sum()), high / PLATES_PER_BRICK
    lengths = wide * STUD_MM, deep * STUD_MM, high * PLATE_MM
    return (
        f"{parts:,} {'part' if parts == 1 else 'parts'}"
        + (f", {lent:,} of them for supports while you build" if lent else ""),
        f"{wide} × {deep} studs, {bricks:.3g} {'brick' if bricks == 1 else 'bricks'} high",
        " × ".join(f"{mm / 10:.1f}" for mm in lengths) + " cm",
        f"{grams:,.0f} g",
    )
