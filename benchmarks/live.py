"""`make bench`: how soon another palette is seen on a converted model, and how long the interface is held meanwhile.

Spot, 48 studs, as the window does it but without one: the conversion runs in its worker, and what the main thread does
is timed. In a window, Blender's own drawing comes on top.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import bpy
from brickprint.core.pieces import Pieces
from brickprint.core.pipeline import Conversion
from brickprint.core.settings import Settings
from brickprint.operators.convert import read_conversion
from brickprint.operators.drafts import Draft, convert_and_draw
from brickprint.operators.kept import kept_conversion
from brickprint.operators.worker import Worker
from brickprint.scene.bricks import show_plan
from brickprint.scene.dressing import dress_updated
from brickprint.scene.source.chosen import Selection
from brickprint.scene.source.state import state_of
from table import Row, measured, read

_BEFORE, _AFTER = {"palette": "solid"}, {"palette": "pick-a-brick-29"}
_CHOICES = {
    "whole, fast, not proved": {"packer": "fast", "prove": "none", "supports": "none"},
    "whole, fast": {"packer": "fast"},
    "whole": {},
}
_LONGEST_HELD = 0.25

Held = dict[str, tuple[float, float]]  # the longest of each kind: seconds by the clock, and of this thread's processor


@measured("live", needs="Spot.glb")
def live() -> list[Row]:
    """The palette of a converted model."""
    read("Spot.glb")  # leaves it in the scene
    sources = list(bpy.context.scene.objects)
    chosen = Selection(tuple(source.session_uid for source in sources))
    held: Held = {}
    conversion, state = _in_pieces(read_conversion(bpy.context, chosen), held, "reading")
    rows = []
    for name, choice in _CHOICES.items():
        plan = conversion.run(Settings(**_BEFORE, **choice))
        with _noted(held, "showing"):
            bricks = show_plan(bpy.context, plan)
        began = time.perf_counter()
        with _noted(held, "asking for the state"):
            assert state_of(sources).text == state
            kept = kept_conversion(state)
        assert kept is conversion
        seen, whole = _updated(kept, Settings(**_AFTER, **choice), bricks, held, began)
        what = "Spot, 48 studs: palette change"
        if not rows:
            rows.append(Row(f"{what}, seen, fast", "1 s", f"{seen:.2f} s", seen <= 1))
        if name == "whole":
            rows.append(Row(f"{what}, seen", "1 s", f"{seen:.2f} s", seen <= 1, "drawn; the bricks follow when proved"))
        asked = "1 s" if "not proved" in name else ""
        rows.append(Row(f"{what}, {name}", asked, f"{whole:.2f} s", whole <= 1 if asked else None))
    longest = max(wall for wall, _ in held.values())
    details = ", ".join(f"{what} {wall:.3f} s (processor {own:.3f} s)" for what, (wall, own) in held.items())
    reached, good = f"{longest:.2f} s", longest <= _LONGEST_HELD
    rows.append(Row("Spot, 48 studs: longest time held", f"{_LONGEST_HELD:g} s", reached, good, details))
    return rows


@contextmanager
def _noted(held: Held, what: str) -> Iterator[None]:
    """Note how long this thread is held, if that is longer than before."""
    wall, own = time.perf_counter(), time.thread_time()
    yield
    held[what] = max(held.get(what, (0.0, 0.0)), (time.perf_counter() - wall, time.thread_time() - own))


def _in_pieces(pieces: Pieces[Any], held: Held, what: str) -> Any:
    """The result of work in pieces; the longest of them is noted."""
    while True:
        with _noted(held, what):
            try:
                next(pieces)
            except StopIteration as end:
                return end.value


def _updated(
    conversion: Conversion, settings: Settings, bricks: bpy.types.Object, held: Held, began: float
) -> tuple[float, float]:
    """Seconds until the new colours can be drawn, and until the model has them."""
    draft = Draft()
    worker = Worker(partial(convert_and_draw, conversion, settings, draft))
    while draft.boxes is None and not worker.done:
        time.sleep(0.01)
    seen = time.perf_counter() - began
    worker.wait()
    if worker.error is not None:
        raise worker.error
    with _noted(held, "updating"):
        dress_updated(bricks, worker.result, settings.look)
    return seen, time.perf_counter() - began
