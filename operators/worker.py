"""Work in a thread of its own: core only, so that Blender's window stays alive."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from ..core.progress import Progress, Step


class Worker:
    """Runs a function of a Progress beside the main thread, which asks now and then how far it is."""

    def __init__(self, work: Callable[[Progress], Any]) -> None:
        self.step = Step("", 0.0)  # the latest news; replaced as a whole, so reading needs no lock
        self.result: Any = None
        self.error: BaseException | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, args=(work,), name="brickprint", daemon=True)
        self._thread.start()

    def _work(self, work: Callable[[Progress], Any]) -> None:
        progress = Progress(on_step=self._hear, cancelled=self._stop.is_set)
        try:
            self.result = work(progress)
        except BaseException as error:  # whatever it is: the main thread raises it again
            self.error = error

    def _hear(self, step: Step) -> None:
        self.step = step

    @property
    def done(self) -> bool:
        """Whether the thread has ended, with a result or an error."""
        return not self._thread.is_alive()

    def stop(self) -> None:
        """Ask the work to stop at its next step."""
        self._stop.set()

    @property
    def stopping(self) -> bool:
        """Whether `stop` was called."""
        return self._stop.is_set()

    def wait(self) -> None:
        """Wait until the thread has ended."""
        self._thread.join()
