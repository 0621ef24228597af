"""The writers of instructions for `formats.py`: what they need is imported when they are used."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from ...errors import MissingLibrary
from ...plan import Plan
from ...progress import Progress
from ...settings import DEFAULTS
from ..files import file_name, write_whole
from ..options import ExportOptions


def write_pdf(plan: Plan, folder: Path, options: ExportOptions, progress: Progress) -> Sequence[str]:
    """Write `<name>.pdf` on the paper that the plan's settings name.

    Raises CannotWrite, NothingToBuild, TooLarge, MissingLibrary, Cancelled.
    """
    _require_libraries("PDF", "reportlab", "PIL")
    from .pdf import pdf_bytes

    page, diagrams = (plan.settings.get(name, getattr(DEFAULTS, name)) for name in ("page", "diagrams"))
    write_whole(Path(folder) / f"{file_name(plan.name)}.pdf", pdf_bytes(plan, page, diagrams, progress))
    return ()


def write_html(plan: Plan, folder: Path, options: ExportOptions, progress: Progress) -> Sequence[str]:
    """Write `<name>.html`. Raises CannotWrite, NothingToBuild, TooLarge, MissingLibrary, Cancelled."""
    _require_libraries("HTML", "PIL")
    from .html import html_text

    write_whole(Path(folder) / f"{file_name(plan.name)}.html", html_text(plan, progress))
    return ()


def _require_libraries(what: str, *names: str) -> None:
    for name in names:
        try:
            import_module(name)
        except ImportError as error:
            library = {"PIL": "pillow"}.get(name, name)
            raise MissingLibrary(
                f"Instructions as {what} need {library}, which can't be loaded ({error}); install it for this Python "
                f"(pip install {library}), or leave {what.lower()} out of the formats."
            ) from error
