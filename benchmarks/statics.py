"""`make bench`: the certificate's seconds, its word against the linear program's, and prefixes of a real model."""

from __future__ import annotations

import time

import numpy as np
from brickprint.core.catalogue.parts import Catalogue, load_parts
from brickprint.core.interior import eroded
from brickprint.core.layout import LAYOUT_DTYPE, extents
from brickprint.core.packing.best import pack_best
from brickprint.core.packing.connecting import connect_layout
from brickprint.core.packing.fast import pack_fast
from brickprint.core.pipeline import Conversion
from brickprint.core.settings import Settings
from brickprint.core.structure.statics.certificate import certify
from brickprint.core.structure.statics.equilibrium import Situation, model_of
from brickprint.core.structure.statics.prefixes import certify_sections
from brickprint.core.structure.statics.program import least_capacity
from brickprint.core.structure.statics.verdict import Verdict, assess
from layout import cells_of, plain_task
from table import Row, measured, read

_CERTIFIED = {"h32": 0.2, "h64": 1.5, "h96": 4.0, "cone": 20.0}  # seconds
_CONE = 106  # studs of radius: some 30,000 parts
_RANDOM = 200
_NEAR = 1e-4  # theta this close to 1 is either word's


def cone_cells(radius: int) -> np.ndarray:
    """Brick cells (Z, Y, X) bool of a twofold shell of a cone twice as high in layers as its radius in studs."""
    z, y, x = np.indices((2 * radius, 2 * radius, 2 * radius))
    cells = np.hypot(x - radius + 0.5, y - radius + 0.5) <= radius - z / 2
    return cells & ~eroded(cells, 2)


@measured("statics")
def statics() -> list[Row]:
    """Seconds from a layout to its certificate."""
    rows = []
    certify(model_of(_laid("h16")[0], load_parts("basic-11")))  # what is loaded late is loaded now
    for name, seconds in _CERTIFIED.items():
        layout, catalogue = _laid(name)
        began, worked = time.perf_counter(), time.process_time()
        state = certify(model_of(layout, catalogue))
        taken, worked = time.perf_counter() - began, time.process_time() - worked
        word = "stands" if state.balanced else "not certified"
        details = f"{word}, {state.steps} systems, {worked:.2f} s of processor time"
        what = f"certificate of {name}, {len(layout):,} parts"
        rows.append(Row(what, f"<= {seconds:g} s", f"{taken:.2f} s", state.balanced and taken <= seconds, details))
    return rows


def _laid(name: str) -> tuple[np.ndarray, Catalogue]:
    task = plain_task(cone_cells(_CONE) if name == "cone" else cells_of(name))
    layout = pack_fast(task) if name == "cone" else pack_best(task).layout
    return connect_layout(layout, task), task.catalogue


@measured("statics-random")
def random_layouts() -> list[Row]:
    """Words on layouts made to stand or to fall by the strength of gravity, against the linear program's theta."""
    random, catalogue = np.random.default_rng(0), load_parts("basic-11")
    wrong = uncertified = standing = decided = words = 0
    for number in range(_RANDOM):
        layout = _grown(random, int(random.integers(20, 301)), catalogue)
        theta = least_capacity(model_of(layout, catalogue)).theta
        falls = number % 2 == 1
        wanted = random.uniform(1.01, 3) if falls else random.uniform(0.3, 0.99)
        situation = Situation(down=(0.0, 0.0, -wanted / theta))
        certified = certify(model_of(layout, catalogue, situation)).balanced
        wrong += certified and falls
        standing += not falls
        uncertified += not falls and not certified
        word = assess(layout, catalogue, situation).verdict
        decided += word != Verdict.NOT_CERTIFIED
        words += word == (Verdict.FALLS if falls else Verdict.STANDS)
    share = uncertified / standing
    return [
        Row("certificates of what falls", "0", str(wrong), wrong == 0, f"{_RANDOM} layouts of 20 to 300 parts"),
        Row("what stands, not certified", "<= 2 %", f"{share:.1%}", share <= 0.02, f"{standing} that stand"),
        Row("words proved and right", "", f"{words} of {_RANDOM}", None, f"{decided} decided"),
    ]


def _grown(random: np.random.Generator, count: int, catalogue: Catalogue) -> np.ndarray:
    """Bricks set at random upon the last ones laid, or under them, where there is room."""
    layout, taken = np.zeros(count, LAYOUT_DTYPE), set()
    laid = 0
    while laid < count:
        row = np.zeros(1, LAYOUT_DTYPE)
        row["part"], row["turn"] = random.integers(len(catalogue.parts)), random.integers(2)
        wide, deep, _ = extents(row, catalogue)[0].tolist()
        if laid:
            other = layout[random.integers(max(0, laid - 20), laid)]
            reach = extents(np.array([other]), catalogue)[0]
            row["x"] = other["x"] + random.integers(1 - wide, reach[0])
            row["y"] = other["y"] + random.integers(1 - deep, reach[1])
            row["z"] = max(3, other["z"] + (3 if random.random() < 0.7 else -3))
        x, y, z = (int(row[name][0]) for name in "xyz")
        cells = {(i, j, z) for i in range(x, x + wide) for j in range(y, y + deep)}
        beside = other["z"] == row["z"][0] if laid else False
        if not cells & taken and not beside:
            layout[laid] = row[0]
            taken |= cells
            laid += 1
    return layout


@measured("statics-prefixes", needs="Spot.glb")
def prefixes() -> list[Row]:
    """Every step of building Spot at 64 studs as it is converted, with the supports that are sought for these steps."""
    plan = Conversion(read("Spot.glb")).run(Settings(studs=64, packer="fast", prove="steps"))
    stages = sum(plan.report["seconds"][stage] for stage in ("support", "order", "stand"))
    began, worked = time.perf_counter(), time.process_time()
    found = certify_sections(plan.layout, plan.catalogue)
    taken, worked = time.perf_counter() - began, time.process_time() - worked
    count, certified = len(found.certified), int(found.certified.sum())
    what = f"{count} prefixes of Spot, {len(plan.layout):,} parts"
    details = f"proving them: {worked:.1f} s of processor time; support, order and stand: {stages:.1f} s"
    return [
        Row(f"{what}: certified", f"{count}", f"{certified}", certified == count, details),
        Row(f"{what}: proving them", "<= 60 s", f"{taken:.1f} s", taken <= 60),
    ]
