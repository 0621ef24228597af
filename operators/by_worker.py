"""What operators share whose work a worker does: reading in pieces before it, showing its result after it."""

import time
from collections.abc import Callable
from typing import Any

import bpy
from bpy.app.translations import pgettext_iface as iface_
from bpy.app.translations import pgettext_n as n_
from bpy.app.translations import pgettext_rpt as rpt_

from ..core.errors import Cancelled, NotNow
from ..core.pieces import Pieces, whole
from ..core.progress import SILENT, Progress
from .beside import BesideUser, in_window, require_now
from .polled import InMode
from .progress import PROGRESS
from .reporting import reports_errors
from .worker import Worker

_POLL_SECONDS = 0.1
_HELD_SECONDS = 0.06  # of a tick that may go into reading, so that the user's own work goes on
_READING = 0.1  # share of reading in the progress
_STOPPED = n_("Stopped; nothing was changed")


class ByWorker(InMode, BesideUser):
    """An operator whose work a worker does, in a thread of its own.

    A subclass has `_prepared`, which reads what the work needs in pieces and returns the work, a function of a
    Progress; and `_show`, which takes its result into the scene. It may have `_heard`, called while the worker works.
    """

    def _at_once_or_beside(self, context: bpy.types.Context) -> set[str]:
        """Beside the user in a window, else without a pause."""
        return self._start(context) if in_window(context) else self._at_once(context)

    @reports_errors
    def _at_once(self, context: bpy.types.Context) -> set[str]:
        """All of it, without a pause."""
        work = whole(self._prepared(context))
        self._show(context, work(SILENT))
        return {"FINISHED"}

    @reports_errors
    def _start(self, context: bpy.types.Context) -> set[str]:
        """Begin it; what can be told to be wrong at once is raised here."""
        require_now(self, context)
        self._scene, self._worker, self._pieces = context.scene.session_uid, None, self._prepared(context)
        try:
            self._tell(context, 0.0, next(self._pieces).text)
        except StopIteration as ready:
            self._tell(context, 0.0, "Beginning")
            self._work(ready.value)
        return self._begin(context, _POLL_SECONDS)

    def _prepared(self, context: bpy.types.Context) -> Pieces[Callable[[Progress], Any]]:
        """Read in the main thread what the work needs; it is left between pieces only."""
        raise NotImplementedError

    def _show(self, context: bpy.types.Context, result: Any) -> None:
        """Take what the work gave into the scene."""
        raise NotImplementedError

    def _heard(self, context: bpy.types.Context) -> None:
        """The worker may have made something that can be shown already."""

    def _can_show(self, context: bpy.types.Context) -> bool:
        """Whether the result can be taken into the scene in the present mode."""
        return context.mode in self.modes

    def _next(self, context: bpy.types.Context) -> bool:
        worker = self._worker
        if worker is not None and not worker.done:
            step = worker.step
            words = "Stopping" if worker.stopping else step.words or PROGRESS.text
            self._heard(context)
            self._tell(context, max(step.fraction, PROGRESS.fraction), words)
            return False
        if worker is not None and (worker.stopping or worker.error is not None):
            raise Cancelled(_STOPPED) if worker.stopping else worker.error
        here = context.scene.session_uid == self._scene
        if not here or (worker is not None and not self._can_show(context)):
            waiting = rpt_("Waiting: return to {place}") if worker is None else rpt_("Ready: return to {place}")
            place = iface_("Object Mode") if here else self._scene_name()
            self._tell(context, PROGRESS.fraction, waiting.format(place=place))
            return False
        if worker is None:
            self._read_on(context)
            return False
        self._show(context, worker.result)
        return True

    def _scene_name(self) -> str:
        """The name that the scene where it began has now. Raises NotNow when it was removed."""
        scene = next((each for each in bpy.data.scenes if each.session_uid == self._scene), None)
        if scene is None:
            raise NotNow("The scene where this began was removed; nothing was changed.")
        return scene.name

    def _read_on(self, context: bpy.types.Context) -> None:
        """Some more pieces; after the last, the worker starts."""
        began = time.perf_counter()
        while time.perf_counter() - began < _HELD_SECONDS:
            try:
                news = next(self._pieces)
            except StopIteration as ready:
                self._work(ready.value)
                return
            self._tell(context, max(_READING * news.fraction, PROGRESS.fraction), news.text)
            if news.long:  # seen before the window is held
                return

    def _work(self, work: Callable[[Progress], Any]) -> None:
        self._worker = Worker(lambda progress: work(progress.part("", _READING, 1 - _READING)))

    def _stopped(self, context: bpy.types.Context) -> set[str]:
        """Between two pieces at once; the worker when it next listens."""
        if self._worker is None:
            self.cancel(context)
            self.report({"INFO"}, _STOPPED)
            return {"CANCELLED"}
        self._worker.stop()
        return {"RUNNING_MODAL"}

    def _let_go(self) -> None:
        self._pieces.close()
        if self._worker is not None:
            self._worker.stop()
