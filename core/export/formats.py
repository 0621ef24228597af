"""The formats of --formats: the word of each, and what writes it.

A writer puts its files into a folder, named after the plan, and gives warnings for the report. It raises CannotWrite,
and leaves no half file then. A new format that needs no Blender is one line in WRITERS; one that does is a word in
SCENE_FORMATS and a line in `scene/formats.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from ..errors import NothingToBuild
from ..plan import Plan
from ..progress import SILENT, Progress
from .files import file_name, write_whole
from .instructions.writing import write_html, write_pdf
from .ldraw import write_ldr
from .lxf import write_lxf
from .mpd import write_mpd
from .options import ExportOptions
from .plan_file import save_plan
from .report import report_text
from .report_page import report_page
from .shopping import write_bricklink, write_tables

Writer = Callable[[Plan, Path, ExportOptions, Progress], Sequence[str]]


def write_format(
    word: str, plan: Plan, folder: Path, options: ExportOptions, progress: Progress = SILENT
) -> Sequence[str]:
    """Write a plan in one of the formats that need no Blender, and give the warnings.

    Raises NothingToBuild for a plan without parts, CannotWrite, Cancelled.
    """
    if not len(plan.layout):
        raise NothingToBuild(f"{plan.name} has no parts, so there is nothing to export.")
    progress.at(0.0)
    return (WRITERS | CLOSING_WRITERS)[word](plan, folder, options, progress)


def _write_plan(plan: Plan, folder: Path, options: ExportOptions, progress: Progress) -> Sequence[str]:
    save_plan(plan, folder, file_name(plan.name))
    return ()


def _write_report(plan: Plan, folder: Path, options: ExportOptions, progress: Progress) -> Sequence[str]:
    write_whole(folder / "report.json", report_text(plan))
    write_whole(folder / "report.html", report_page(plan))
    return ()


WRITERS: dict[str, Writer] = {
    "ldr": write_ldr,
    "mpd": write_mpd,
    "lxf": write_lxf,
    "xml": write_bricklink,
    "csv": write_tables,
    "pdf": write_pdf,
    "html": write_html,
    "plan": _write_plan,
}
SCENE_FORMATS = ("glb", "obj", "blend", "png", "mp4")  # those of scene/formats.py
# Written last, as they tell what the others took, and what these warned of.
CLOSING_WRITERS: dict[str, Writer] = {
    "report": _write_report,
}
FORMATS = (*WRITERS, *SCENE_FORMATS, *CLOSING_WRITERS)
