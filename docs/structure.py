"""The pictures and figures of structure.md: what holds a model, and what it bears."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from brickprint.cli import parse
from brickprint.core.pipeline import Conversion
from brickprint.core.plan import Plan
from brickprint.core.settings import Settings
from brickprint.core.structure.shades import shaded
from brickprint.core.voxel_models import VoxelModel
from pages import parts, sample, standing, strip, table


def structure() -> None:
    """How hard parts are pulled, what holds them while they are built, sections, and steps."""
    upright = sample("apple").run(Settings(studs=24, prove="steps"))
    apple = sample("apple").run(Settings(studs=24, up="Y", flip=("Z",), prove="steps"))
    tower = sample("lighthouse").run(Settings(studs=32, split="14", prove="steps"))
    plain = sample("lighthouse").run(Settings(studs=32, prove="steps"))
    whole = hall().run(Settings(split="auto", prove="steps"))
    pictures = [
        ("how hard parts are pulled", shaded(upright, "utilisation")),
        ("lying on its side, held by supports", apple),
        ("what hangs over, and supports", shaded(apple, "overhangs")),
        ("steps, dark first", shaded(tower, "steps")),
        ("sections at 14 bricks", shaded(tower, "sections")),
        ("a closed hall's lower section", shaded(first_section(whole), "overhangs")),
    ]
    strip("structure", pictures, columns=2)
    head = ("model", "parts", "supports", "grams of them", "stands", "safety", "steps", "steps that stand", "seconds")
    models = [
        ("apple, 24 studs", upright),
        ("the same on its side", apple),
        ("lighthouse, 32 studs", plain),
        ("in 2 sections", tower),
        ("closed hall, `--split auto`", whole),
    ]
    table("structure", head, [structure_row(name, plan) for name, plan in models], "structure")


def structure_row(name: str, plan: Plan) -> tuple[str, ...]:
    """What is known of a model's standing."""
    steps, supports, seconds = plan.report["structure"]["prefixes"], plan.report["supports"], plan.report["seconds"]
    spent = sum(seconds.get(key, 0.0) for key in ("repair", "support", "order", "stand"))
    return (
        name, parts(plan), str(supports["parts"]), f"{supports['grams']:.1f}", *standing(plan), str(steps["total"]),
        str(steps["standing"]), f"{spent:.1f}",
    )  # fmt: skip


def hall() -> Conversion:
    """A closed hall, whose roof is wider than any part is long: what holds it is locked in."""
    cells = np.ones((14, 24, 32), bool)
    cells[1:-2, 2:-2, 2:-2] = False
    return Conversion(VoxelModel("hall", cells))


def first_section(plan: Plan) -> Plan:
    """What is built first, by itself."""
    lower = plan.layout["section"] == 0
    return replace(plan, layout=plan.layout[lower], utilisation=None)


def bearing() -> None:
    """What a model bears besides its own weight."""
    rows = []
    for model, studs, words in (
        ("lighthouse", 32, ""),
        ("lighthouse", 32, "--tilt 30"),
        ("lighthouse", 32, "--tilt 15 --ground table"),
        ("lighthouse", 32, "--load 5000"),
        ("apple", 24, ""),
        ("apple", 24, "--load 500"),
        ("apple", 24, "--load 20000"),
    ):
        plan = sample(model).run(replace(asked(words), studs=studs))
        supports = plan.report["supports"]
        kept = sum(each["parts"] for each in supports["kept"])
        name = f"{model}, {studs} studs"
        rows.append((name, f"`{words}`" if words else "", *standing(plan), str(supports["parts"]), str(kept)))
    head = ("model", "asked for", "stands", "safety", "parts of supports", "that must stay")
    table("bearing", head, rows, "structure")


def asked(words: str) -> Settings:
    """The settings that some words of the command line ask for."""
    (chosen,) = parse(["convert", "model", "--out", "folder", *words.split()]).settings
    return chosen
