"""What the pages of the documentation share: the models, and how pictures, tables and lines come into them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import bpy
import numpy as np
from brickprint.core.pipeline import Conversion
from brickprint.core.plan import Plan
from brickprint.core.settings import Settings
from brickprint.scene.source.importing import fresh_scene, import_file
from brickprint.scene.source.reading import read_objects
from strips import GRAIN, labelled, rendered, side_by_side, write_png

DOCS = Path(__file__).resolve().parent
APPLE = Settings(studs=32)


@cache
def sample(name: str) -> Conversion:
    """The conversion of one of the project's own models."""
    fresh_scene()
    path = DOCS.parent / "samples" / f"{name}.glb"
    return Conversion(replace(read_objects(bpy.context, import_file(bpy.context, path)), name=name))


def strip(name: str, plans: Sequence[tuple[str, Plan]], side: int = 400, columns: int = 3) -> None:
    """Write docs/NAME.png: models side by side with their names; side: of one picture, in pixels."""
    pictures = [labelled(rendered(plan, (side, side)), text) for text, plan in plans]
    write_png(DOCS / f"{name}.png", side_by_side(pictures, columns), GRAIN)


def framed(page: np.ndarray) -> np.ndarray:
    """A page's picture (H, W, 3) uint8 with a thin edge."""
    return np.pad(page, ((1, 1), (1, 1), (0, 0)), constant_values=190)


def table(name: str, head: Sequence[str], rows: Iterable[Sequence[str]], page: str = "shape") -> None:
    """Print a table and put it into docs/PAGE.md."""
    put(DOCS / f"{page}.md", name, "\n".join(f"| {' | '.join(row)} |" for row in (head, ("---",) * len(head), *rows)))


def put(page: Path, name: str, text: str) -> None:
    """Print a text, and write it between the marks of that name in a page."""
    print(f"\n{name}\n{text}", flush=True)
    first, last = f"<!-- {name} -->\n", f"\n<!-- /{name} -->"
    before, rest = page.read_text(encoding="utf-8").split(first)
    page.write_text(before + first + text + last + rest.split(last)[1], encoding="utf-8")


def parts(plan: Plan) -> str:
    """The number of parts, without supports."""
    return f"{plan.report['parts']['total']:,}"


def iou(plan: Plan) -> str:
    """How much of the shape the model and the mesh share."""
    return f"{plan.report['shape']['iou']:.3f}"


def pieces(plan: Plan) -> int:
    """How many pieces do not hang together."""
    return plan.report["structure"]["components"]


def floating(plan: Plan) -> str:
    """How many parts hang on nothing."""
    return str(plan.report["structure"]["floating"])


def used(plan: Plan) -> str:
    """How many colours the parts have."""
    return str(len(plan.report["parts"]["by_colour"]))


def colour_error(plan: Plan) -> str:
    """The mean difference between the mesh's colours and the bricks'."""
    return f"{plan.report['colour']['mean']:.2f}"


def standing(plan: Plan) -> tuple[str, str]:
    """The word on it, and how many times weaker the joints could be, where it stands."""
    stable, safety = plan.report["structure"]["stable"], plan.report["structure"]["safety"]
    return {True: "certified", False: "falls", None: "not certified"}[stable], f"{safety:.1f}" if stable else ""
