"""LDraw models of several files in one (.mpd): sections, and what is there for another reason than the model, apart.

https://www.ldraw.org/article/47.html. All sub-models share the coordinates of the model. Supports are put up as one
when the first of them is needed, so that they can be hidden or taken away as one. What they are in the plan is told to
our own reader by lines that begin with 0 !BRICKPRINT: the SECTION and the ROLE of a file's parts, and the plan's STEP.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ..layout import Role
from ..plan import Plan
from ..progress import Progress
from ..structure.sections import sections_of
from .files import file_name, write_whole
from .ldraw import TURNS, grey_told, header, part_lines
from .options import ExportOptions
from .views import VIEWS, step_views

META = "!BRICKPRINT"
_IN_PLACE = f"0 0 0 {TURNS[0]}"
INHERITED = 16  # LDraw's number for the colour of what a file is placed by
_ROLE_NAMES = {
    Role.SUPPORT_OUTER: "supports",
    Role.SUPPORT_INNER: "inner supports",
    Role.BASE: "base",
    Role.FILLER: "fillers",
}


def write_mpd(plan: Plan, folder: Path, options: ExportOptions, progress: Progress) -> Sequence[str]:
    """Write `<name>.mpd`. Raises CannotWrite."""
    write_whole(folder / f"{file_name(plan.name)}.mpd", mpd_text(plan))
    return grey_told(plan)


def mpd_text(plan: Plan) -> str:
    """The plan as several LDraw files in one: the main one first, then a section after the other.

    A section is a step of the main file, if there are several; else its steps are the main file's.
    """
    sections = sections_of(plan.layout)
    if len(sections) < 2:
        number = int(plan.layout["section"].max(initial=0))
        return _joined(_section_files(plan, plan.layout, "", _marks(number) if number else []))
    names = [f"section {number}" for number in range(1, len(sections) + 1)]
    steps = [line for name in names for line in (_placing(plan, name), "0 STEP")]
    files = [[*_opening(plan, ""), *steps]]
    for rows, name in zip(sections, names, strict=True):
        number = int(plan.layout["section"][rows[0]])
        files += _section_files(plan, plan.layout[rows], name, _marks(number))
    return _joined(files)


def _marks(section: int) -> list[str]:
    return [f"0 {META} SECTION {section}"]


def _joined(files: list[list[str]]) -> str:
    return "".join("\n".join([*lines, "0 NOFILE", ""]) for lines in files)


def _file(plan: Plan, part: str) -> str:
    """What a file of the model is called, without .ldr."""
    return file_name(plan.name) + (f" {part}" if part else "")


def _opening(plan: Plan, part: str) -> list[str]:
    file = _file(plan, part)
    title = f"{plan.name}, {part}" if part else plan.name
    return [f"0 FILE {file}.ldr", *header(title, file)]


def _placing(plan: Plan, part: str) -> str:
    return f"1 {INHERITED} {_IN_PLACE} {_file(plan, part)}.ldr"


def _section_files(plan: Plan, layout: np.ndarray, name: str, marks: list[str]) -> list[list[str]]:
    """The lines of a section's own file, and of those of what is no model in it. marks: lines for the header."""
    files, shown = [], layout.copy()
    placing: dict[int, list[str]] = {}
    for role, word in _ROLE_NAMES.items():
        rows = layout["role"] == role
        if not rows.any():
            continue
        inner = " ".join(filter(None, (name, word)))
        opening = [*_opening(plan, inner), *marks, f"0 {META} ROLE {role.name}"]
        files.append([*opening, *_stepped(plan, layout[rows], layout[rows], {})])
        first = int(layout["step"][rows].min())
        shown["step"][rows] = first
        placing.setdefault(first, []).append(_placing(plan, inner))
    own = layout[layout["role"] == Role.MODEL]
    return [[*_opening(plan, name), *marks, *_stepped(plan, own, shown, placing)], *files]


def _stepped(plan: Plan, own: np.ndarray, shown: np.ndarray, placing: dict[int, list[str]]) -> list[str]:
    """The lines of parts, step by step.

    placing: lines that put something in place, by step. shown: all parts by the step in which they come, for the views.
    """
    own = own[np.argsort(own["step"], kind="stable")]
    lines = part_lines(own, plan)
    steps = np.unique(shown["step"])
    starts, ends = (np.searchsorted(own["step"], steps, side).tolist() for side in ("left", "right"))
    found: list[str] = []
    turned = False
    for step, first, last, view in zip(steps.tolist(), starts, ends, step_views(shown, plan.catalogue), strict=True):
        found += [f"0 {META} STEP {step}", *lines[first:last], *placing.get(step, []), _step_end(int(view), turned)]
        turned = view > 0
    return found


def _step_end(view: int, turned: bool) -> str:
    """What ends a step. A turned view belongs to the step that it ends, and holds until another or END comes."""
    if view:
        return f"0 ROTSTEP {VIEWS[view].tilt:g} {VIEWS[view].turn:g} 0 ABS"
    return "0 ROTSTEP END" if turned else "0 STEP"
