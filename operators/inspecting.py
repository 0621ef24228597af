"""The command `inspect` carried out: models of any origin in, a report on each out."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ..cli import InspectRequest, unlike_name
from ..core.errors import CannotRead
from ..core.export.files import write_whole
from ..core.export.foreign import given_file
from ..core.export.plan_file import load_plan
from ..core.export.report import report_text
from ..core.export.report_page import report_page
from ..core.inspection import Given, given_plan, inspect, verdict_word
from ..core.plan import Plan
from ..scene.opening import plans_in_blend
from ..scene.source.importing import fresh_scene
from .outcomes import failures_noted, worst
from .telling import Telling


def inspect_all(request: InspectRequest, telling: Telling) -> int:
    """Inspect every model of every input; gives the exit code."""
    taken = {name.casefold() for name in request.names}
    codes: list[int] = []
    for path, name in zip(request.inputs, request.names, strict=True):
        with failures_noted(path, codes, telling):
            telling.show(f"{name}: reading")
            began = time.perf_counter()
            models = _read(path, name)
            spent = time.perf_counter() - began
            for model in models:
                called = name if len(models) == 1 else unlike_name(f"{name}-{model.plan.name}", taken)
                with failures_noted(path, codes, telling):
                    _inspect(replace(model, plan=replace(model.plan, name=called)), path, spent, request, telling)
    return worst(codes)


def _inspect(model: Given, path: Path, read_seconds: float, request: InspectRequest, telling: Telling) -> None:
    name = model.plan.name
    plan = inspect(model, request.settings, telling.progress(name), read_seconds)
    write_whole(request.out / name / "report.json", report_text(plan))
    write_whole(request.out / name / "report.html", report_page(plan))
    for warning in plan.report["warnings"]:
        telling.complain(f"{path}: warning: {warning}")
    telling.finished(_line(plan, request.out / name))


def _read(path: Path, name: str) -> list[Given]:
    """The models in a file. Raises CannotRead, NothingToBuild, TooLarge."""
    reader = _READERS.get(path.suffix.lower())
    if not path.is_file():
        raise CannotRead(f"{path} is no file; check the path.")
    if reader is None:
        raise CannotRead(f"{path} is of no kind that can be inspected; these can: {' '.join(_READERS)}.")
    return reader(path, name)


def _read_model(path: Path, name: str) -> list[Given]:
    return [given_file(path, name)]


def _read_plan(path: Path, name: str) -> list[Given]:
    return [given_plan(load_plan(path))]


def _read_blend(path: Path, name: str) -> list[Given]:
    fresh_scene()
    return [given_plan(plan) for plan in plans_in_blend(path.resolve())]


_READERS: dict[str, Callable[[Path, str], list[Given]]] = {
    ".ldr": _read_model,
    ".mpd": _read_model,
    ".lxf": _read_model,
    ".blend": _read_blend,
    ".json": _read_plan,
}


def _line(plan: Plan, folder: Path) -> str:
    figures = plan.report
    pieces = figures["structure"]["components"]
    return (
        f"{plan.name}: {len(plan.layout)} {'part' if len(plan.layout) == 1 else 'parts'} in {pieces} "
        f"{'piece' if pieces == 1 else 'pieces'}, {verdict_word(plan)}, {figures['seconds']['total']:.1f} s, {folder}"
    )
