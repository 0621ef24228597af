"""The stages of a conversion, in order, each run again only when something it depends on changed.

A stage is a plain function of values and settings. It names the settings it reads; as long as these and its inputs
are the same as the last time, its result is kept: another palette does not slice the mesh again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from . import stages
from .colour.palettes import load_palette
from .export.report import make_report
from .mesh import Mesh
from .plan import Plan
from .progress import SILENT, Progress
from .settings import Settings

Result = TypeVar("Result")


@dataclass(frozen=True)
class Stage(Generic[Result]):
    """A named function of (inputs..., settings, progress), the settings it reads, and its usual share of the time."""

    name: str
    work: Callable[..., Result]
    reads: tuple[str, ...]
    share: float


PLACE = Stage("place", stages.place_mesh, ("studs", "scale", "up", "flip", "level", "opacity"), 0.0)
SLICE = Stage("slice", stages.slice_mesh, ("cusp", "keep_thin"), 0.4)
DETAIL = Stage("detail", stages.choose_detail, ("detail", "fineness", "marking", "sampler", "opacity", "parts"), 0.1)
_COLOURS = ("colours", "colours_from", "colours_in", "smoothing", "cell_colour", "opacity", "seed")
COLOUR = Stage("colour", stages.match_colours, ("palette", "without", "include", "metric", "parts", *_COLOURS), 0.1)
INTERIOR = Stage("interior", stages.fill_inside, ("interior", "shell"), 0.05)
PACK = Stage("pack", stages.pack, ("packer", "seed"), 0.25)
ORDER = Stage("order", stages.order, (), 0.0)
CONNECT = Stage("connect", stages.connect, ("floating",), 0.05)


class Conversion:
    """One mesh, and the results its stages had the last time. read_seconds: how long reading the mesh took."""

    def __init__(self, mesh: Mesh, read_seconds: float = 0.0) -> None:
        self.mesh = mesh
        self.read_seconds = read_seconds
        self._kept: dict[str, tuple[tuple, Any]] = {}

    def run(self, settings: Settings, progress: Progress = SILENT) -> Plan:
        """The plan of `mesh` under `settings`. Raises a BrickprintError; Cancelled when asked to stop."""
        began = time.perf_counter()
        # A wrong colour is refused before the long stages.
        load_palette(settings.palette, settings.without, include=settings.include)
        run = _Run(self._kept, settings, progress, seconds={"read": self.read_seconds})
        placed = run(PLACE, self.mesh)
        sliced = run(SLICE, placed)
        whole = run(DETAIL, sliced, placed)
        coloured = run(COLOUR, whole, sliced)
        grid = run(INTERIOR, coloured)
        loose = run(PACK, grid, coloured)
        layout = run(ORDER, loose)
        links = run(CONNECT, layout, coloured)

        progress.part("report", run.done, 1 - run.done).at(0.0, "Measuring")
        size = (placed.size.studs_x, placed.size.studs_y, placed.size.plates_z)
        plan = Plan(self.mesh.name, layout, coloured.catalogue, coloured.palette, size, placed.placement)
        report = make_report(plan, placed, sliced, coloured, grid, links, settings, run.seconds)
        run.seconds["total"] = self.read_seconds + time.perf_counter() - began
        return replace(plan, settings=settings.values(), report=report)


@dataclass
class _Run:
    """One pass through the stages: which results are still good, and the seconds of those made anew."""

    kept: dict[str, tuple[tuple, Any]]
    settings: Settings
    progress: Progress
    seconds: dict[str, float] = field(default_factory=dict)
    done: float = 0.0

    def __call__(self, stage: Stage[Result], *inputs: Any) -> Result:
        progress = self.progress.part(stage.name, self.done, stage.share)
        self.done += stage.share
        wanted = tuple(getattr(self.settings, name) for name in stage.reads)
        before = self.kept.get(stage.name)
        if before and before[0][0] == wanted and all(a is b for a, b in zip(before[0][1], inputs, strict=True)):
            return before[1]
        began = time.perf_counter()
        result = stage.work(*inputs, self.settings, progress)
        self.seconds[stage.name] = time.perf_counter() - began
        self.kept[stage.name] = (wanted, inputs), result
        return result
