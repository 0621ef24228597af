"""`python benchmarks/run.py learned`: what the layout classifier is worth, on models it was not trained on.

Every layer is chosen from the same candidates (core/packing/candidates.py): by chance, by the fewest parts, by the
classifier, and by the measured truth that it was trained to tell: parts, loose pieces and weak joints, by trial.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from brickprint.core.catalogue.parts import Catalogue
from brickprint.core.packing.best import pack_best
from brickprint.core.packing.candidates import features, packed_by_all
from brickprint.core.packing.connecting import connect_layout
from brickprint.core.packing.learned import WORTH, classifier, grades
from brickprint.core.packing.task import PackingTask
from brickprint.core.progress import SILENT
from brickprint.core.structure.links import stud_links
from brickprint.training.models import HELD_OUT, task_of
from brickprint.training.truth import Choice, costs, fewest_parts, model_cost, samples_of, walk
from layout import cells_of, plain_task
from table import Row, measured

_BALLS = ("h32", "s16")
_SAMPLES = 300
_RUNS = 3  # of chance


@dataclass(frozen=True)
class _Way:
    """How a way of choosing did: parts, their cost with faults (training/truth.py), loose parts, joints, and so on."""

    parts: float
    cost: float
    loose: float
    joints: float
    connected: float
    seconds: float


@measured("learned", needs="Suzanne.glb")
def learned() -> list[Row]:
    """The classifier's grades and choices, against chance, the fewest parts and the truth."""
    tasks = {name: task_of(name, studs) for name, studs in HELD_OUT.items()}
    tasks |= {name: plain_task(cells_of(name)) for name in _BALLS}
    return [_f1(tasks), *_choices(tasks)]


def _f1(tasks: dict[str, PackingTask]) -> Row:
    """Micro-F1 of the grades; with one grade a sample, that is the share of right ones."""
    shares, grade = {}, []
    for name, task in tasks.items():
        samples = samples_of(task, _SAMPLES, seed=0)
        right = np.argmax(grades(classifier(), samples.features), axis=1) == samples.grade
        shares[name] = (right.sum(), len(right))
        grade.append(samples.grade)
    right, count = np.sum(list(shares.values()), axis=0)
    commonest = np.bincount(np.concatenate(grade)).max() / count
    details = ", ".join(f"{name} {a / b:.2f}" for name, (a, b) in shares.items())
    asked, share = f"> {commonest:.3f}", right / count
    return Row(f"grades of {count} candidates: micro-F1", asked, f"{share:.3f}", bool(share > commonest), details)


def _choices(tasks: dict[str, PackingTask]) -> list[Row]:
    sums: dict[str, list[_Way]] = {}
    packing = proving = 0.0
    for task in tasks.values():
        began = time.process_time()
        sources = packed_by_all(task, SILENT)
        packing += time.process_time() - began
        began = time.process_time()
        walk(task, sources, partial(_first_with_proof, task.catalogue))
        proving += time.process_time() - began
        for name, choose in _ways(task).items():
            runs = [_way(task, sources, partial(choose, np.random.default_rng(i))) for i in range(_RUNS)]
            sums.setdefault(name, []).append(_Way(*np.mean([list(vars(run).values()) for run in runs], axis=0)))
    total = {name: _Way(*np.sum([list(vars(way).values()) for way in ways], axis=0)) for name, ways in sums.items()}
    rows = [_row(name, way, total) for name, way in total.items()]
    rows.append(Row("making the candidates", "", f"{packing:.2f} s", None, f"proving the fewest parts {proving:.1f} s"))
    began = time.process_time()
    least = sum(len(pack_best(task).layout) for task in tasks.values())
    rows.append(Row("the best packer", "", f"{least} parts", None, f"{time.process_time() - began:.1f} s"))
    return rows


def _first_with_proof(catalogue: Catalogue, choice: Choice) -> int:
    """The first candidate, once the fewest parts are proved: for the time that takes."""
    fewest_parts(choice, catalogue)
    return 0


def _ways(task: PackingTask) -> dict[str, Callable[[np.random.Generator, Choice], int]]:
    def by_classifier(rng: np.random.Generator, choice: Choice) -> int:
        values = features(choice.candidates, choice.below, task.catalogue, choice.ground)
        return int(np.argmax(grades(classifier(), values) @ WORTH))

    return {
        "chance": lambda rng, choice: int(rng.integers(choice.candidates.count)),
        "the fast packer alone": lambda rng, choice: 0,
        "fewest parts": lambda rng, choice: int(np.argmin(np.bincount(choice.candidates.number))),
        "classifier": by_classifier,
        "measured truth": lambda rng, choice: int(np.argmin(costs(choice, task.catalogue))),
    }


def _way(task: PackingTask, sources: list[np.ndarray], choose: Callable[[Choice], int]) -> _Way:
    spent = 0.0

    def timed(choice: Choice) -> int:
        nonlocal spent
        began = time.process_time()
        number = choose(choice)
        spent += time.process_time() - began
        return number

    layout = walk(task, sources, timed)
    links = stud_links(layout, task.catalogue)
    connected = connect_layout(layout, task)
    cost = model_cost(layout, task.catalogue)
    return _Way(len(layout), cost, np.count_nonzero(links.floating), len(links.studs), len(connected), spent)


def _row(name: str, way: _Way, total: dict[str, _Way]) -> Row:
    chance, truth = total["chance"], total["measured truth"]
    near = (chance.cost - way.cost) / (chance.cost - truth.cost)
    details = (
        f"cost with faults {way.cost:.0f}, {near:.0%} of the way from chance to the truth; {way.loose:.0f} loose, "
        f"{way.joints / way.parts:.3f} joints a part, {way.connected:.0f} parts when connected, "
        f"{way.seconds:.2f} s of choosing"
    )
    asked, holds = (
        (f"< {chance.parts:.0f} parts", bool(way.parts < chance.parts)) if name == "classifier" else ("", None)
    )
    return Row(f"layers chosen by {name}", asked, f"{way.parts:.0f} parts", holds, details)
