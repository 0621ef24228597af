"""Pictures of mosaics and reliefs, and their figures, from photographs that are not part of the project."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
from brickprint.core.export.instructions.mosaic import topmost
from brickprint.core.images import Picture, read_image, resized
from brickprint.core.mosaic.making import MosaicMaking
from brickprint.core.mosaic.pooling import cropped, working_image
from brickprint.core.mosaic.sets import find_set
from brickprint.core.mosaic.settings import MosaicSettings
from brickprint.core.plan import Plan
from brickprint.core.settings import Settings
from strips import labelled, rendered

PHOTOGRAPHS = Path(__file__).resolve().parents[2] / "shared" / "data" / "images"
SETS = ("21226", "31197", "31198", "31199", "31200", "31201")
CAT = MosaicSettings(set=("31199",), across=-0.2)
_COMPARED = ("exact", "two-phase", "greedy")
_STUD = 8  # pixels
_SIDE = 384
_UNPROVED = Settings(prove="none")
_WAYS = {
    "Exact": {},
    "In two phases": {"method": "two-phase"},
    "Errors spread": {"method": "exact-diffused"},
    "For eyes from afar": {"distance": 1.0},
    "Any number of studs": {"unlimited": True},
}


def there() -> bool:
    """Whether the photographs are."""
    return PHOTOGRAPHS.is_dir()


@cache
def making(name: str) -> MosaicMaking:
    """What makes the mosaics of one photograph."""
    return MosaicMaking(read_image(PHOTOGRAPHS / name))


def ways() -> list[np.ndarray]:
    """The cat, and its mosaics of one set's studs."""
    cat = making("chelsea.png")
    pictures = [labelled(_photograph(cat.picture, CAT), "The photograph")]
    for words, chosen in _WAYS.items():
        plan = cat.run(replace(CAT, **chosen), _UNPROVED)
        pictures.append(labelled(_from_above(plan), f"{words}: {plan.report['colour']['mean']:.1f}"))
    return pictures


def reliefs() -> list[np.ndarray]:
    """A mosaic of tiles, and one with levels by brightness, as they would lie on a table."""
    cat = making("chelsea.png")
    flat = replace(CAT, set=(), piece="variable-tile", size="64x64")
    plans = {"Larger tiles": flat, "Six levels by brightness": replace(flat, piece="plate", relief=6)}
    return [labelled(rendered(cat.run(each), (560, 420)), words) for words, each in plans.items()]


def gains() -> list[tuple[str, ...]]:
    """For each set: studs and colours, the mean difference of exact, two phases and greedy, and how much is gained."""
    files = sorted(path.name for path in PHOTOGRAPHS.glob("*.[pj][np]g"))
    rows = []
    for number in SETS:
        means = np.array(
            [[_mean(name, number, method) for method in ("exact", "two-phase", "greedy")] for name in files]
        )
        gain = 1 - means[:, 0] / means[:, 1]
        found = find_set(number)
        shown = [f"{mean:.2f}" for mean in means.mean(axis=0)]
        rows.append((f"{number} {found.name}", f"{found.total:,} in {len(found.counts)}", *shown,
                     f"{gain.mean():.1%}", f"{gain.min():.1%} to {gain.max():.1%}"))  # fmt: skip
    return rows


def _mean(name: str, number: str, method: str) -> float:
    return making(name).run(MosaicSettings(set=(number,), method=method), _UNPROVED).report["colour"]["mean"]


def printed_mosaic() -> Plan:
    """The plan whose pages are shown."""
    return making("astronaut.png").run(MosaicSettings(set=("21226",)))


def _photograph(picture: Picture, settings: MosaicSettings) -> np.ndarray:
    return resized(np.ascontiguousarray(working_image(cropped(picture.pixels, settings))), _SIDE, _SIDE)


def _from_above(plan: Plan) -> np.ndarray:
    """(H, W, 3) uint8: round studs on their dark base."""
    colours = np.rint(255 * plan.palette.srgb)[plan.layout["colour"][topmost(plan)]]
    place = (np.arange(4 * _STUD) + 0.5) / (4 * _STUD) - 0.5
    inside = (np.hypot(*np.meshgrid(place, place)) < 0.49).astype(float)
    share = inside.reshape(_STUD, 4, _STUD, 4).mean(axis=(1, 3))
    down, across = colours.shape[:2]
    disc = np.tile(share, (down, across))[..., None]
    return np.rint(disc * colours.repeat(_STUD, axis=0).repeat(_STUD, axis=1) + (1 - disc) * 25).astype(np.uint8)
