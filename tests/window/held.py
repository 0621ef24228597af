"""How long our code holds the window's main thread: the longest call of each kind, by the clock and by the processor.

On a busy machine the clock also counts the time that others took; the processor's time of this thread does not.
"""

import sys
import time
from functools import wraps

_ASKED = 0.25  # seconds at most
_longest = {}  # what: (seconds by the clock, seconds of this thread's processor time)


def watch(package):
    """Take the time of everything of ours that the window waits for while it converts."""
    ours = {name: sys.modules[f"{package}.{name}"] for name in _WATCHED}
    for name, things in _WATCHED.items():
        for owner, method, what in things:
            _wrap(getattr(ours[name], owner) if owner else ours[name], method, what)


_WATCHED = {
    "operators.by_worker": [("ByWorker", "_start", "starting"), ("ByWorker", "_read_on", "reading")],
    "operators.beside": [("BesideUser", "_tick", "a tick, of all that follow")],
    "operators.convert": [("ConvertToBricks", "_show", "the new model")],
    "operators.mosaics": [("_MakesMosaics", "_show", "the new mosaic")],
    "operators.live_mosaic": [(None, "_tick", "a tick of what follows"), (None, "_show", "the mosaic that followed")],
    "operators.imaging": [("ImageToBricks", "_show", "the model of an image")],
    "operators.updating": [("UpdateBricks", "_show", "the updated model")],
    "scene.draft": [(None, "_draw", "drawing the draft")],
    "ui.shown": [(None, "_look", "the panel")],
    "ui.up_to_date": [(None, "is_up_to_date", "asking whether it is up to date")],
}


def _wrap(owner, name, what):
    method = getattr(owner, name)

    @wraps(method)
    def timed(*arguments, **named):
        wall, own = time.perf_counter(), time.thread_time()
        try:
            return method(*arguments, **named)
        finally:
            spent = time.perf_counter() - wall, time.thread_time() - own
            _longest[what] = max(_longest.get(what, (0.0, 0.0)), spent)

    setattr(owner, name, timed)


def tell(title):
    """Print the longest calls since this was last asked, and forget them."""
    for what, (wall, own) in sorted(_longest.items(), key=lambda item: -item[1][0]):
        verdict = "ok" if wall <= _ASKED else f"asked {_ASKED:g} s"
        print(f"held, {title}: {what} {wall:.3f} s (processor {own:.3f} s) {verdict}", flush=True)
    _longest.clear()
