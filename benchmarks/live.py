"""`make bench`: how soon another palette is seen on a converted model, and how long the interface is held meanwhile.

Spot, 48 studs, as the window does it but without one: the conversion runs in its worker, and what the main thread does
is timed. In a window, Blender's own drawing comes on top.
"""

from __future__ import annotations

import time
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


@measured("live", needs="Spot.glb")
def live() -> list[Row]:
    """The palette of a converted model."""
    read("Spot.glb")  # leaves it in the scene
    sources = list(bpy.context.scene.objects)
    chosen = Selection(tuple(source.name for source in sources), ())
    held = {}
    conversion, state = _in_pieces(read_conversion(bpy.context, chosen), held, "reading")
    rows = []
    for name, choice in _CHOICES.items():
        plan = conversion.run(Settings(**_BEFORE, **choice))
        began = time.perf_counter()
        bricks = show_plan(bpy.context, plan)
        held["showing"] = time.perf_counter() - began
        began = time.perf_counter()
        assert state_of(sources) == state
        kept = kept_conversion(state)
        held["asking for the state"] = time.perf_counter() - began
        assert kept is conversion
        seen, whole = _updated(kept, Settings(**_AFTER, **choice), bricks, held, began)
        what = "Spot, 48 studs: palette change"
        if not rows:
            rows.append(Row(f"{what}, seen, fast", "1 s", f"{seen:.2f} s", seen <= 1))
        if name == "whole":
            rows.append(Row(f"{what}, seen", "1 s", f"{seen:.2f} s", seen <= 1, "drawn; the bricks follow when proved"))
        asked = "1 s" if "not proved" in name else ""
        rows.append(Row(f"{what}, {name}", asked, f"{whole:.2f} s", whole <= 1 if asked else None))
    longest = max(held, key=lambda what: held[what])
    details = ", ".join(f"{what} {seconds:.3f} s" for what, seconds in held.items())
    reached, good = f"{held[longest]:.2f} s", held[longest] <= _LONGEST_HELD
    rows.append(Row("Spot, 48 studs: longest time held", f"{_LONGEST_HELD:g} s", reached, good, details))
    return rows


def _in_pieces(pieces: Pieces[Any], held: dict[str, float], what: str) -> Any:
    """The result of work in pieces; the longest of them is noted."""
    while True:
        began = time.perf_counter()
        try:
            next(pieces)
        except StopIteration as end:
            return end.value
        finally:
            held[what] = max(held.get(what, 0.0), time.perf_counter() - began)


def _updated(
    conversion: Conversion, settings: Settings, bricks: bpy.types.Object, held: dict[str, float], began: float
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
    shown = time.perf_counter()
    dress_updated(bricks, worker.result, settings.look)
    ended = time.perf_counter()
    held["updating"] = max(held.get("updating", 0.0), ended - shown)
    return seen, ended - began
