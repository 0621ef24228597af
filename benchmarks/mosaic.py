"""`python benchmarks/run.py mosaic`: what exact assignment under a stock is worth, and how long mosaics take.

The images are the ten photographs of the test data, and two of them seen closer; the sets are the first six mosaic
sets by number. All methods match the same colours, by CIEDE2000.
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
from brickprint.core.images import read_image
from brickprint.core.mosaic.making import MosaicMaking
from brickprint.core.mosaic.settings import MosaicSettings
from brickprint.core.settings import Settings
from table import DATA, Row, measured

_IMAGES = DATA / "images"
_CLOSER = {
    "astronaut.png": MosaicSettings(zoom=2.6, across=-0.15, down=-1.0),
    "coffee.png": MosaicSettings(zoom=2.0),
}
_SETS = ("21226", "31197", "31198", "31199", "31200", "31201")
_UNPROVED = Settings(prove="none")  # how long a certificate takes is another matter


@measured("mosaic")
def mosaic() -> list[Row]:
    """Exact against two phases, the time, and what spreading errors and looking from afar do."""
    if not _IMAGES.is_dir():
        return [Row("mosaic", "", "", None, f"left out: no {_IMAGES}")]
    views = [(read_image(path), MosaicSettings()) for path in sorted(_IMAGES.glob("*.[pj][np]g"))]
    views += [(read_image(_IMAGES / name), settings) for name, settings in _CLOSER.items()]
    means = {
        method: np.array([[_mean(MosaicMaking(picture), settings, each, method) for each in _SETS]
                          for picture, settings in views])
        for method in ("exact", "two-phase", "greedy")
    }  # fmt: skip
    return [*_gains(means, len(views)), _time("48x48", 1, 0.5), _time("128x128", 6, 10.0), *_from_afar(views)]


def _mean(making: MosaicMaking, settings: MosaicSettings, number: str, method: str) -> float:
    """The mean difference of a mosaic from its image."""
    colour = making.run(replace(settings, set=(number,), method=method), _UNPROVED).report["colour"]
    if method == "exact":
        assert abs(colour["mean"] - colour["bound"]) < 1e-5, "not proved"
    return float(colour["mean"])


def _gains(means: dict[str, np.ndarray], images: int) -> list[Row]:
    rows = []
    for method in ("two-phase", "greedy"):
        gain = 1 - means["exact"] / means[method]
        by_set = ", ".join(f"{number} {share:.1%}" for number, share in zip(_SETS, gain.mean(axis=0), strict=True))
        what = f"48 x 48, exact against {method}: CIEDE2000"
        details = f"{images} images x {len(_SETS)} sets, least {gain.min():.2%}, most {gain.max():.1%}; {by_set}"
        holds = bool(gain.min() > 0 and gain.mean() >= 0.05) if method == "two-phase" else None
        asked = "5 % less, all less" if holds is not None else ""
        rows.append(Row(what, asked, f"{gain.mean():.1%} less", holds, details))
    return rows


def _time(size: str, copies: int, most: float) -> Row:
    """From an image that is read to a certified plan, on one of two cores."""
    picture, settings = read_image(_IMAGES / "astronaut.png"), MosaicSettings(size=size, set=("21226",) * copies)
    MosaicMaking(picture).run(settings)  # imports, and tables that are kept
    walls, works = [], []
    for _ in range(3):
        began, worked = time.perf_counter(), time.process_time()
        plan = MosaicMaking(picture).run(settings)
        walls.append(time.perf_counter() - began)
        works.append(time.process_time() - worked)
    seconds = plan.report["seconds"]
    stages = f"studs chosen in {seconds['colour']:.2f} s, certified in {seconds['stand']:.2f} s"
    details = f"{min(works):.2f} s of processor; {stages}"
    return Row(f"mosaic {size} of {copies} x 21226", f"{most:g} s", f"{min(walls):.2f} s", min(walls) <= most, details)


def _from_afar(views: list[tuple]) -> list[Row]:
    """How far the blended light of mosaics is from that of the image, at a deviation of one stud."""
    found = {}
    ways = {"exact": {}, "exact-diffused": {"method": "exact-diffused"}, "distance 1": {"distance": 1.0}}
    for name, how in {**ways, "two-phase": {"method": "two-phase"}}.items():
        reports = [
            MosaicMaking(picture).run(replace(settings, set=(_SETS[0],), **how), _UNPROVED).report
            for picture, settings in views
        ]
        found[name] = np.mean([report["colour"]["afar_mean"] for report in reports])
    details = ", ".join(f"{name} {mean:.2f}" for name, mean in found.items())
    gain = 1 - found["distance 1"] / found["exact"]
    return [Row(f"48 x 48 of {_SETS[0]} seen from afar: CIEDE2000", "", f"{gain:.0%} less", None, details)]
