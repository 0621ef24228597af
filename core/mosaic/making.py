"""An image becomes a mosaic: the stages in order, each run again only when something it depends on changed."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ..building import Proved
from ..images import Picture
from ..layout import LAYOUT_DTYPE, size_of
from ..pipeline import Run, Stage
from ..plan import Placement, Plan
from ..progress import SILENT, Progress
from ..settings import DEFAULTS, STANDING, Settings
from ..structure.links import Links, stud_links
from ..units import MM_PER_METRE, STUD_MM
from .by_hand import NOTHING_BY_HAND, by_hand_values, fitting, listed, overridden, raised, read_overrides
from .colouring import Chosen, choose_colours
from .levels import depth_of, levels_of
from .pieces import Cells, Pieces, lay_pieces
from .pooling import adjusted, cropped, pooled, working_image
from .report import Made, mosaic_report
from .settings import MosaicSettings
from .standing import mosaic_stands
from .studs import Studs, chosen_studs

_CROP = ("size", "zoom", "across", "down")
_ADJUST = ("hue", "saturation", "value", "brightness", "contrast")


def _crop(picture: Picture, settings: MosaicSettings, progress: Progress) -> np.ndarray:
    return working_image(cropped(picture.pixels, settings))


def _pool(working: np.ndarray, settings: MosaicSettings, progress: Progress) -> np.ndarray:
    return adjusted(pooled(working, settings.studs, settings.pooling), settings)


def _studs(settings: MosaicSettings, progress: Progress) -> Studs:
    return chosen_studs(settings)


def _colour(target: np.ndarray, studs: Studs, settings: MosaicSettings, progress: Progress) -> Chosen:
    return choose_colours(target, studs, settings, progress)


def _overrides(by_hand: np.ndarray, studs: Studs, settings: MosaicSettings, progress: Progress) -> np.ndarray:
    """First those of the list, then those picked in the mosaic, as far as they fit."""
    lines = read_overrides(Path(settings.overrides)) if settings.overrides else ()
    return np.concatenate([listed(lines, studs.palette, settings), fitting(by_hand, studs.palette, settings)])


def _by_hand(
    chosen: Chosen, overrides: np.ndarray, studs: Studs, settings: MosaicSettings, progress: Progress
) -> Chosen:
    if not len(overrides):
        return chosen
    return replace(chosen, columns=overridden(chosen.columns, studs.palette, overrides))


def _depth(picture: Picture, settings: MosaicSettings, progress: Progress) -> np.ndarray | None:
    return depth_of(picture, settings, progress)


def _relief(working: np.ndarray, depth: np.ndarray | None, settings: MosaicSettings, progress: Progress) -> np.ndarray:
    return levels_of(working, depth, settings)


def _levels_by_hand(
    levels: np.ndarray, overrides: np.ndarray, settings: MosaicSettings, progress: Progress
) -> np.ndarray:
    return raised(levels, overrides) if len(overrides) else levels


def _lay(chosen: Chosen, levels: np.ndarray, studs: Studs, settings: MosaicSettings, progress: Progress) -> Pieces:
    return lay_pieces(Cells(chosen.columns, levels), studs, settings)


def _stand(pieces: Pieces, standing: Settings, progress: Progress) -> tuple[Links, Proved]:
    links = stud_links(pieces.layout, pieces.catalogue)
    return links, mosaic_stands(pieces.layout, pieces.catalogue, standing, progress)


CROP = Stage("crop", _crop, _CROP, 0.05)
POOL = Stage("pool", _pool, ("size", "pooling", *_ADJUST), 0.05)
STUDS = Stage("studs", _studs, ("set", "palette", "without", "include", "stock", "unlimited", "method", "piece"), 0.05)
COLOUR = Stage("colour", _colour, ("metric", "method", "distance", "ties", "blocking", "seed", "darker"), 0.5)
OVERRIDES = Stage("overrides", _overrides, ("overrides", "size", "relief"), 0.0)
BY_HAND = Stage("by hand", _by_hand, (), 0.0)
DEPTH = Stage("depth", _depth, ("depth",), 0.05)
RELIEF = Stage("relief", _relief, ("relief", *_CROP), 0.05)
LEVELS_BY_HAND = Stage("levels by hand", _levels_by_hand, (), 0.0)
LAY = Stage("lay", _lay, ("piece", "large", "relief"), 0.05)
STAND = Stage("stand", _stand, ("prove", *STANDING), 0.2)  # of the settings of a model


class MosaicMaking:
    """One image, and the results its stages had the last time."""

    def __init__(self, picture: Picture, read_seconds: float = 0.0) -> None:
        self.picture = picture
        self.read_seconds = read_seconds
        self._kept: dict[str, tuple[tuple, Any]] = {}
        self._stood: Pieces | None = None
        self._by_hand = NOTHING_BY_HAND

    def run(
        self,
        settings: MosaicSettings,
        standing: Settings = DEFAULTS,
        progress: Progress = SILENT,
        by_hand: np.ndarray = NOTHING_BY_HAND,
    ) -> Plan:
        """The plan of the image's mosaic; standing: what it has to bear, and how its files are made.

        by_hand (N,): studs picked in it and set by hand. Raises a BrickprintError; Cancelled when asked to stop.
        """
        began = time.perf_counter()
        if not np.array_equal(by_hand, self._by_hand):
            self._by_hand = by_hand.copy()
        run = Run(self._kept, settings, progress, seconds={"read": self.read_seconds})
        studs = run(STUDS)
        working = run(CROP, self.picture)
        target = run(POOL, working)
        overrides = run(OVERRIDES, self._by_hand, studs)
        chosen = run(BY_HAND, run(COLOUR, target, studs), overrides, studs)
        levels = run(RELIEF, working, run(DEPTH, self.picture) if settings.relief else None)
        pieces = run(LAY, chosen, run(LEVELS_BY_HAND, levels, overrides), studs)
        plan = _plan(self.picture.name, pieces)
        if self._stood is None or not _in_the_same_places(self._stood, pieces):
            self._stood = pieces
        links, proved = Run(self._kept, standing, progress, run.seconds, 1 - STAND.share)(STAND, self._stood)
        if proved.stability:
            plan = replace(plan, utilisation=proved.stability.utilisation.astype(np.float32))
        made = Made(self.picture, target, studs, chosen, links, proved, settings, self._by_hand, overrides)
        report = mosaic_report(plan, made, standing, run.seconds)
        run.seconds["total"] = self.read_seconds + time.perf_counter() - began
        values = standing.values() | settings.values() | by_hand_values(self._by_hand)
        return replace(plan, settings=values, report=report)


def _in_the_same_places(one: Pieces, other: Pieces) -> bool:
    """Whether two mosaics differ in nothing but colours, which do not bear on how they stand."""
    numbers = [[part.ldraw for part in each.catalogue.parts] for each in (one, other)]
    names = [name for name in LAYOUT_DTYPE.names or () if name != "colour"]
    return numbers[0] == numbers[1] and all(np.array_equal(one.layout[name], other.layout[name]) for name in names)


def _plan(name: str, pieces: Pieces) -> Plan:
    """The parts as a plan, with its middle at the scene's origin."""
    size = size_of(pieces.layout, pieces.catalogue)
    metres = STUD_MM / MM_PER_METRE
    middle = Placement((-size[0] * metres / 2, -size[1] * metres / 2, 0.0), 1 / MM_PER_METRE)
    return Plan(name, pieces.layout, pieces.catalogue, pieces.palette, size, middle)
