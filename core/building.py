"""The stages from coloured cells to a model that stands, as plain functions of values and settings."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from .catalogue.colours import Palette
from .catalogue.parts import Catalogue
from .colour.differences import difference
from .errors import BadSetting
from .finishing.finish import finish
from .grid import Grid, without_cells
from .layout import Role, owners
from .packing.connecting import connect_layout
from .packing.covering import Covered
from .packing.hidden import colour_hidden
from .packing.packers import PACKERS
from .packing.scored import pack_scored
from .packing.shortage import coloured_from_stock, require_area, require_stock
from .packing.stacking import plates_to_bricks
from .packing.stocking import with_singles, within_stock
from .packing.task import Packed, PackingTask
from .packing.tolerance import Tolerance
from .progress import Progress
from .repair.repairing import repaired
from .settings import Settings, options
from .slicing.cells import Sliced
from .stages import Coloured
from .structure.demand import demand_of, require_places, situations
from .structure.links import Links, stud_links
from .structure.order import building_steps
from .structure.sections import split_at
from .structure.statics.equilibrium import Situation
from .structure.statics.prefixes import Prefixes, certify_sections
from .structure.statics.verdict import Stability, assess_all
from .support.removal import Removal, is_support, removable
from .support.standing import topples, unbalanced_in, unbalanced_parts, unbalanced_while_built
from .support.supporting import Mode, support
from .units import PLATES_PER_BRICK


@dataclass(frozen=True)
class Laid:
    """What was to be packed, the parts, and the least number of parts that could do, where one was proved."""

    task: PackingTask
    layout: np.ndarray
    lower_bound: int | None = None


@dataclass(frozen=True)
class Connected:
    """Parts that hang together as far as they can, the cells they build, and those left out (Z, Y, X) bool, if any.

    repairs: what was changed to make them stand, in words.
    """

    layout: np.ndarray
    grid: Grid
    left_out: np.ndarray | None = None
    repairs: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Held:
    """The parts with their supports behind them, the parts and colours of both, and which supports come off.

    missed: how many plate cells nothing could hold from below. prefixes: whether the model stands after every step of
    building it, where supports were sought for that too.
    """

    layout: np.ndarray
    catalogue: Catalogue
    palette: Palette
    removal: Removal
    missed: int = 0
    prefixes: Prefixes | None = None


@dataclass(frozen=True)
class Ordered:
    """The parts in building steps, and their stud graph."""

    layout: np.ndarray
    links: Links


@dataclass(frozen=True)
class Proved:
    """Whether the model stands, and whether it does after every step of building; None where that was not asked."""

    stability: Stability | None = None
    prefixes: Prefixes | None = None


def pack(
    grid: Grid, coloured: Coloured, covers: dict[Hashable, Covered], settings: Settings, progress: Progress
) -> Laid:
    """Cells -> parts. covers: see `PackingTask`."""
    palette, stock, made, tolerance = coloured.palette, coloured.stock, coloured.made, None
    if stock is not None:
        made = with_singles(made, coloured.catalogue)
        if not settings.colour_trade:  # which would take other colours
            require_area(grid, coloured.catalogue, palette, stock)
    if settings.colour_trade:
        differences = difference(palette.linear[:, None], palette.linear[None])
        tolerance = Tolerance(differences, settings.colour_trade)
    task = PackingTask(grid, coloured.catalogue, made, settings.seed, settings.deadline, tolerance, stock, covers)
    if settings.packer == "scored" and settings.score == "printed":
        packed = Packed(pack_scored(task, progress, printed=palette.linear))
    else:
        packed = PACKERS[settings.packer](task, progress)
    if tolerance:
        task = replace(task, grid=with_colours_of(packed.layout, grid, task.catalogue), tolerance=None)
    return Laid(task, packed.layout, packed.lower_bound)


def with_colours_of(layout: np.ndarray, grid: Grid, catalogue: Catalogue) -> Grid:
    """The grid with the colours of the parts that cover its visible units."""
    owner = owners(layout, catalogue, grid.shape)
    return replace(grid, colour=layout["colour"][owner[tuple(grid.surface.seen.T)]])


def connect(laid: Laid, coloured: Coloured, settings: Settings, progress: Progress) -> Connected:
    """Parts -> parts that hang together, all in a colour, and out of the stock where there is one."""
    share = 1.0 if coloured.stock is None else 0.5
    joining = progress.part(progress.stage, 0.0, share)
    layout = connect_layout(laid.layout, laid.task, joining, quick=settings.packer == "fast")
    if coloured.stock is None:
        layout = colour_hidden(layout, laid.task.catalogue, laid.task.made)
    else:
        layout = within_stock(layout, laid.task, progress.part(progress.stage, share, 1 - share))
        require_stock(layout, coloured.catalogue, coloured.palette, coloured.stock)
        layout = coloured_from_stock(layout, coloured.stock)
    floating = stud_links(layout, laid.task.catalogue).floating
    stay = settings.floating == "keep" or (settings.floating == "support" and settings.supports != "none")
    if stay or not floating.any():
        return Connected(layout, laid.task.grid)
    left_out = owners(layout[floating], laid.task.catalogue, laid.task.grid.shape) >= 0
    gone = np.count_nonzero(floating)
    warning = f"{gone} {'part that hung on nothing was' if gone == 1 else 'parts that hung on nothing were'} left out."
    return Connected(layout[~floating], without_cells(laid.task.grid, left_out), left_out, warnings=(warning,))


def repair(connected: Connected, laid: Laid, settings: Settings, progress: Progress) -> Connected:
    """Parts -> parts that stand by themselves, as far as laying some anew, and bricks inside, can make them.

    Raises BadSetting for a load beside the model.
    """
    demand = demand_of(settings)
    require_places(demand, connected.layout, laid.task.catalogue)
    if not settings.repair or settings.prove == "none":
        return connected
    asked = situations(demand, connected.layout, laid.task.catalogue)
    for number, situation in enumerate(asked):
        part = progress.part(progress.stage, number / len(asked), 1 / len(asked))
        connected = _repaired_for(situation, connected, laid, settings.safety, part)
    return connected


def _repaired_for(
    situation: Situation, connected: Connected, laid: Laid, safety: float, progress: Progress
) -> Connected:
    task = replace(laid.task, grid=connected.grid)
    if topples(connected.layout, task.catalogue, situation, safety):
        return connected
    if not unbalanced_parts(connected.layout, task.catalogue, situation, safety, progress.unheard()).any():
        return connected
    done = repaired(connected.layout, task, safety, situation, progress)
    repairs = (*connected.repairs, *map(str, done.changes))
    return replace(connected, layout=done.layout, grid=done.grid, repairs=repairs)


def finish_surface(
    connected: Connected, coloured: Coloured, sliced: Sliced | None, settings: Settings, progress: Progress
) -> np.ndarray:
    """Parts -> parts with slopes and tiles where the surface wants them."""
    layout = connected.layout
    if settings.packer == "scored" and coloured.stock is None:
        layout = plates_to_bricks(layout, coloured.catalogue, coloured.made)
    if sliced is None or not (settings.slopes or settings.tiles):
        return layout
    catalogue, made, stock = coloured.catalogue, coloured.made, coloured.stock
    wanted = settings.slopes, settings.tiles
    return finish(layout, connected.grid, sliced.closed, catalogue, made, *wanted, progress, stock)


def hold(layout: np.ndarray, connected: Connected, coloured: Coloured, settings: Settings, progress: Progress) -> Held:
    """Parts -> parts with supports under what would fall."""
    if settings.supports == "none" or settings.floating == "keep":
        none = np.zeros(len(layout), bool)
        return Held(layout, coloured.catalogue, coloured.palette, Removal(none, none, ()))
    whole, ask, built = None, None, list[Prefixes]()
    if settings.prove != "none":
        ask = whole = partial(_unbalanced, settings=settings, progress=progress.unheard())
    if settings.prove == "steps":
        ask = partial(_unbalanced_while_built, built, settings=settings, progress=progress.unheard())
    mode, shape = Mode(settings.supports), connected.grid.shape
    held = support(layout, shape, coloured.catalogue, coloured.palette, mode, ask, progress)
    removal = removable(_in_sections(held.layout, held.catalogue, settings), held.catalogue, whole)
    missed = int(np.count_nonzero(held.missed))
    return Held(held.layout, held.catalogue, held.palette, removal, missed, built[0] if built else None)


def _unbalanced(layout: np.ndarray, catalogue: Catalogue, settings: Settings, progress: Progress) -> np.ndarray:
    """(N,) how fast parts fall that are out of balance with what the settings ask the finished model to bear."""
    asked = situations(demand_of(settings), layout, catalogue)
    return unbalanced_in(layout, catalogue, asked, settings.safety, progress)


def _unbalanced_while_built(
    built: list[Prefixes], layout: np.ndarray, catalogue: Catalogue, settings: Settings, progress: Progress
) -> np.ndarray:
    """(N,) how fast parts fall that are out of balance in the end or, where all stands then, while it is built.

    built: that all steps stand of the layout asked for last, if they do.
    """
    built.clear()
    falling = _unbalanced(layout, catalogue, settings, progress)
    if not falling.any():
        order, alone = partial(_in_order, settings=settings), demand_of(settings).while_built
        falling, found = unbalanced_while_built(layout, catalogue, order, alone, settings.safety, progress)
        built += [found] if found else []
    return falling


def order(held: Held, coloured: Coloured, settings: Settings, progress: Progress) -> Ordered:
    """Parts -> parts in building steps, and what holds on to what."""
    if coloured.stock is not None:
        # The last word on every part, whichever stage laid it; supports are lent.
        own = held.layout[~is_support(held.layout)]
        require_stock(own, coloured.catalogue, coloured.palette, coloured.stock)
    ordered, _ = _in_order(held.layout, held.catalogue, settings)
    return Ordered(ordered, stud_links(ordered, held.catalogue))


def _in_order(layout: np.ndarray, catalogue: Catalogue, settings: Settings) -> tuple[np.ndarray, np.ndarray]:
    """The parts in sections and steps, and the row each had before."""
    return building_steps(_in_sections(layout, catalogue, settings), catalogue)


def _in_sections(layout: np.ndarray, catalogue: Catalogue, settings: Settings) -> np.ndarray:
    """The parts, in the same order, with the sections they are built in."""
    height = _cut_height(layout) if settings.split == "auto" else split_height(settings)
    return layout if height is None else split_at(layout, catalogue, height)


def _cut_height(layout: np.ndarray) -> int | None:
    """In plates, through the middle of the supports that are locked in; None without any."""
    locked = layout[layout["role"] == Role.SUPPORT_INNER]
    if not len(locked):
        return None
    middle = (int(locked["z"].min()) + int(locked["z"].max())) // 2
    return middle - middle % PLATES_PER_BRICK + PLATES_PER_BRICK


def split_height(settings: Settings) -> int | None:
    """The height in plates that was asked for, or None. Raises BadSetting for a word that is no height."""
    if settings.split in options()["split"].choices:
        return None
    if not settings.split.isdecimal() or int(settings.split) == 0:
        raise BadSetting(f"--split {settings.split} is unknown; use none, auto, or a height in bricks.")
    return int(settings.split) * PLATES_PER_BRICK


def prove(ordered: Ordered, held: Held, settings: Settings, progress: Progress) -> Proved:
    """Whether the parts stand, as far as it was asked."""
    if settings.prove == "none":
        return Proved()
    share = 0.2 if settings.prove == "steps" else 1.0
    stands = progress.part(progress.stage, 0.0, share)
    demand = demand_of(settings)
    asked = situations(demand, ordered.layout, held.catalogue)
    stability = assess_all(ordered.layout, held.catalogue, asked, settings.safety, stands)
    if settings.prove == "model":
        return Proved(stability)
    steps = progress.part(progress.stage, share, 1 - share)
    if held.prefixes:
        return Proved(stability, held.prefixes)
    found = certify_sections(ordered.layout, held.catalogue, demand.while_built, settings.safety, steps)
    return Proved(stability, found)
