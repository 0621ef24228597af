"""`make bench`: the instructions of a model of a thousand parts, as PDF and as a page."""

from __future__ import annotations

import time
from collections.abc import Callable

from brickprint.core.export.instructions.html import html_text
from brickprint.core.export.instructions.pdf import pdf_bytes
from brickprint.core.export.report import peak_mb
from brickprint.core.pipeline import Conversion
from brickprint.core.plan import Plan
from brickprint.core.settings import Settings
from table import Row, measured, read

_MOST_MB = 15


@measured("instructions", needs="Spot.glb")
def instructions() -> list[Row]:
    """Spot at 36 studs."""
    plan = Conversion(read("Spot.glb")).run(Settings(studs=36, packer="fast", prove="none"))
    pages = _row("PDF", 40, plan, lambda: pdf_bytes(plan))
    page = _row("HTML", 20, plan, lambda: html_text(plan).encode())
    return [*pages, *page]


def _row(what: str, most_seconds: float, plan: Plan, work: Callable[[], bytes]) -> list[Row]:
    began, own = time.perf_counter(), time.process_time()
    size = len(work()) / 1e6
    seconds, own = time.perf_counter() - began, time.process_time() - own
    details = f"{plan.steps} steps, {own:.1f} s of this process, at most {peak_mb() or 0:.0f} MB of memory"
    name = f"{what} of {len(plan.layout):,} parts"
    return [
        Row(name, f"<= {most_seconds:.0f} s", f"{seconds:.1f} s", seconds <= most_seconds, details),
        Row("the same: size", f"<= {_MOST_MB} MB", f"{size:.1f} MB", size <= _MOST_MB),
    ]
