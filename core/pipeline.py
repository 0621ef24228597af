"""The stages of a conversion, in order, each run again only when something it depends on changed.

A stage is a plain function of values and settings. It names the settings it reads; as long as these and its inputs
are the same as the last time, its result is kept: another palette does not slice the mesh again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np

from . import building, stages
from .colour.palettes import load_palette
from .export.report import Original, Result, make_report, original_mesh, original_voxels
from .grid import Grid
from .layout import LAYOUT_DTYPE
from .mesh import Mesh
from .packing.covering import Covered
from .plan import Placement, Plan
from .progress import SILENT, Progress, Step
from .settings import STANDING, Option, Settings, options
from .sketch import drawn_over
from .units import MM_PER_METRE, STUD_MM
from .voxel_models import VoxelModel

Made = TypeVar("Made")


@dataclass(frozen=True)
class Stage(Generic[Made]):
    """A named function of (inputs..., settings, progress), the settings it reads, and its usual share of the time."""

    name: str
    work: Callable[..., Made]
    reads: tuple[str, ...]
    share: float


PLACE = Stage("place", stages.place_mesh, ("studs", "scale", "up", "flip", "level", "opacity"), 0.0)
SLICE = Stage("slice", stages.slice_mesh, ("cusp", "keep_thin"), 0.25)
DETAIL = Stage(
    "detail", stages.choose_detail, ("detail", "fineness", "marking", "sampler", "opacity", "parts", "stock"), 0.1
)
VOXELS = Stage("voxels", stages.grid_of_voxels, ("up", "flip", "detail", "parts", "stock"), 0.35)
OFFSET = Stage("offset", stages.thicken, ("offset",), 0.0)
_COLOURS = ("colours", "colours_from", "colours_in", "smoothing", "cell_colour", "opacity", "seed")
COLOUR = Stage(
    "colour", stages.match_colours, ("palette", "without", "include", "metric", "parts", "stock", *_COLOURS), 0.1
)
INTERIOR = Stage("interior", stages.fill_inside, ("interior", "shell"), 0.05)
PACK = Stage("pack", building.pack, ("packer", "score", "seed", "deadline", "colour_trade"), 0.2)
CONNECT = Stage("connect", building.connect, ("floating", "supports", "packer"), 0.05)
REPAIR = Stage("repair", building.repair, ("repair", "prove", *STANDING), 0.05)
FINISH = Stage("finish", building.finish_surface, ("slopes", "tiles", "packer"), 0.05)
SUPPORT = Stage("support", building.hold, ("supports", "floating", "prove", "split", *STANDING), 0.1)
ORDER = Stage("order", building.order, ("split",), 0.0)
STAND = Stage("stand", building.prove, ("prove", *STANDING), 0.05)
_NOTHING_LAID = np.zeros(0, LAYOUT_DTYPE)


def require_usable(settings: Settings) -> None:
    """Refuse wrong colours, parts and heights before anything long begins. Raises a BrickprintError."""
    load_palette(settings.palette, settings.without, include=settings.include)
    stages.chosen_parts(settings)
    building.split_height(settings)


class Conversion:
    """One mesh, or voxel model, and the results its stages had the last time.

    read_seconds: how long reading it took.
    """

    def __init__(self, source: Mesh | VoxelModel, read_seconds: float = 0.0) -> None:
        self.source = source
        self.read_seconds = read_seconds
        self._kept: dict[str, tuple[tuple, Any]] = {}
        self._covers: dict[Hashable, Covered] = {}  # of pieces of layers; another palette keeps most of them

    def run(self, settings: Settings, progress: Progress = SILENT) -> Plan:
        """The plan of the source under `settings`. Raises a BrickprintError; Cancelled when asked to stop."""
        began = time.perf_counter()
        require_usable(settings)
        run = Run(self._kept, settings, progress, seconds={"read": self.read_seconds})
        cells = _from_voxels(self.source, run) if isinstance(self.source, VoxelModel) else _from_mesh(self.source, run)
        coloured = run(COLOUR, run(OFFSET, cells.grid), cells.original.sliced)
        grid = run(INTERIOR, coloured)
        high, deep, wide = grid.shape
        size = (wide, deep, high)
        run.draft = Plan(self.source.name, _NOTHING_LAID, coloured.catalogue, coloured.palette, size, cells.placement)
        laid = run(PACK, grid, coloured, self._covers)
        joined = run(CONNECT, laid, coloured)
        run.show(joined.layout)
        connected = run(REPAIR, joined, laid)
        run.show(connected.layout)
        finished = run(FINISH, connected, coloured, cells.original.sliced)
        run.show(finished)
        held = run(SUPPORT, finished, connected, coloured)
        run.draft = replace(run.draft, catalogue=held.catalogue, palette=held.palette)
        run.show(held.layout)
        ordered = run(ORDER, held, coloured)
        proved = run(STAND, ordered, held)

        progress.part("report", run.done, 1 - run.done).at(0.0, "Measuring")
        plan = Plan(self.source.name, ordered.layout, held.catalogue, held.palette, size, cells.placement)
        if proved.stability:
            plan = replace(plan, utilisation=proved.stability.utilisation.astype(np.float32))
        # Other cells, or parts with another surface, may take fewer than was proved.
        as_packed = connected.grid is laid.task.grid and finished is connected.layout
        bound = laid.lower_bound if as_packed else None
        result = Result(coloured, connected, bound, held, ordered.links, proved)
        report = make_report(plan, cells.original, result, settings, run.seconds)
        run.seconds["total"] = self.read_seconds + time.perf_counter() - began
        return replace(plan, settings=settings.values(), report=report)


@dataclass
class Run:
    """One pass through stages: which results are still good, and the seconds of those made anew."""

    kept: dict[str, tuple[tuple, Any]]
    settings: Any  # a dataclass of options
    progress: Progress
    seconds: dict[str, float] = field(default_factory=dict)
    done: float = 0.0
    draft: Plan | None = None  # what is laid so far, once it is known of which parts and colours

    def show(self, layout: np.ndarray) -> None:
        """Tell of a layout that takes the place of all that was laid so far."""
        if self.draft is not None and layout is not self.draft.layout:
            self.draft = replace(self.draft, layout=layout)
            self.progress.at(self.done, plan=self.draft)

    def _hear(self, step: Step) -> None:
        """Pass on a packer's news, with all that is laid so far."""
        if self.draft is not None and step.layout is not None:
            self.draft = replace(self.draft, layout=drawn_over(self.draft.layout, step.layout, self.draft))
            step = replace(step, plan=self.draft)
        self.progress.on_step(step)

    def __call__(self, stage: Stage[Made], *inputs: Any) -> Made:
        """The result of a stage: the kept one, where neither its settings nor its inputs changed."""
        progress = self.progress.part(stage.name, self.done, stage.share)
        if stage is PACK:  # the parts that other stages lay while they work are not the model's
            progress = replace(progress, on_step=self._hear)
        self.done += stage.share
        choices = options(type(self.settings))
        wanted = tuple(_as_it_is(choices[name], getattr(self.settings, name)) for name in stage.reads)
        before = self.kept.get(stage.name)
        if before and before[0][0] == wanted and all(a is b for a, b in zip(before[0][1], inputs, strict=True)):
            return before[1]
        began = time.perf_counter()
        progress.at(0.0)  # its name is seen, however long it is silent
        result = stage.work(*inputs, self.settings, progress)
        self.seconds[stage.name] = time.perf_counter() - began
        self.kept[stage.name] = (wanted, inputs), result
        return result


def _as_it_is(choice: Option, value: Any) -> Any:
    """A setting's value; where it names a file, with what tells whether that was written anew."""
    may_be_file = isinstance(value, str) and value and value not in choice.choices and (choice.file or choice.open)
    if not may_be_file or not Path(value).is_file():
        return value
    found = Path(value).stat()
    return value, found.st_mtime_ns, found.st_size


@dataclass(frozen=True)
class _Cells:
    """Where the ways of meshes and of voxel models join."""

    grid: Grid
    placement: Placement
    original: Original


def _from_mesh(mesh: Mesh, run: Run) -> _Cells:
    placed = run(PLACE, mesh)
    sliced = run(SLICE, placed)
    grid = run(DETAIL, sliced, placed)
    return _Cells(grid, placed.placement, original_mesh(placed, sliced))


def _from_voxels(model: VoxelModel, run: Run) -> _Cells:
    grid = run(VOXELS, model)
    _, deep, wide = grid.shape
    middle = Placement((-wide * STUD_MM / 2 / MM_PER_METRE, -deep * STUD_MM / 2 / MM_PER_METRE, 0.0), 1 / MM_PER_METRE)
    return _Cells(grid, middle, original_voxels(model, grid))
