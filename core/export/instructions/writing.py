"""The writers of instructions for `formats.py`: what they need is imported when they are used."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ...layout import Role
from ...libraries import load_for_format
from ...plan import Plan, is_mosaic
from ...progress import Progress
from ...settings import DEFAULTS
from ..files import file_name, write_whole
from ..options import ExportOptions


def write_pdf(plan: Plan, folder: Path, options: ExportOptions, progress: Progress) -> Sequence[str]:
    """Write `<name>.pdf` on the paper that the plan's settings name; of a relief, `<name>-depth.pdf` as well.

    Raises CannotWrite, NothingToBuild, TooLarge, MissingLibrary, Cancelled.
    """
    load_for_format("pdf")
    from .mosaic import mosaic_pdf, relief_pdf
    from .pdf import pdf_bytes

    page, diagrams = (plan.settings.get(name, getattr(DEFAULTS, name)) for name in ("page", "diagrams"))
    whole, below = (Path(folder) / f"{file_name(plan.name)}{more}.pdf" for more in ("", "-depth"))
    if not is_mosaic(plan):
        write_whole(whole, pdf_bytes(plan, page, diagrams, progress))
        return ()
    write_whole(whole, mosaic_pdf(plan, page, progress))
    if (plan.layout["role"] == Role.FILLER).any():
        write_whole(below, relief_pdf(plan, page, progress))
    return ()


def write_html(plan: Plan, folder: Path, options: ExportOptions, progress: Progress) -> Sequence[str]:
    """Write `<name>.html`. Raises CannotWrite, NothingToBuild, TooLarge, MissingLibrary, Cancelled."""
    load_for_format("html")
    from .html import html_text

    write_whole(Path(folder) / f"{file_name(plan.name)}.html", html_text(plan, progress))
    return ()
