"""What operators share that work beside the user: a timer's ticks, Esc or the Stop button, and one way out."""

from collections.abc import Iterator

import bpy
from bpy.app.translations import pgettext_rpt as rpt_

from ..core.errors import Cancelled, NotNow
from .polled import Polled, WhileIdle
from .progress import PROGRESS, stop_asked
from .reporting import reports_errors
from .status import end_status, tell_status


class BesideUser(WhileIdle):
    """An operator that goes on at a timer's ticks. A subclass has `_next`, `_stopped` and, if need be, `_let_go`."""

    current = None  # the one that works now
    _timer: bpy.types.Timer | None = None

    def _begin(self, context: bpy.types.Context, seconds: float) -> set[str]:
        """Work from now on, at a tick every so many seconds."""
        BesideUser.current = self
        PROGRESS.running, PROGRESS.stop = True, False
        self._timer = context.window_manager.event_timer_add(seconds, window=context.window)
        context.window_manager.modal_handler_add(self)
        return {"RUNNING_MODAL"}

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """The next piece of work at every tick; Esc and Stop end it."""
        if BesideUser.current is not self:  # ended from outside, or another one works
            self.cancel(context)
            return {"CANCELLED"}
        if stop_asked(event):
            return self._stopped(context)
        return self._tick(context) if event.type == "TIMER" else {"PASS_THROUGH"}

    @reports_errors
    def _tick(self, context: bpy.types.Context) -> set[str]:
        try:
            over = self._next(context)
        except Cancelled as stopped:
            self.cancel(context)
            self.report({"INFO"}, str(stopped))
            return {"CANCELLED"}
        except BaseException:
            self.cancel(context)
            raise
        if over:
            self.cancel(context)
            return {"FINISHED"}
        return {"PASS_THROUGH"}

    def _next(self, context: bpy.types.Context) -> bool:
        """Do the next piece of work, or see how far the worker is; whether that was all, which then is told."""
        raise NotImplementedError

    def _stopped(self, context: bpy.types.Context) -> set[str]:
        """The user wants no more of it."""
        raise NotImplementedError

    def _let_go(self) -> None:
        """Give up what only this operator holds."""

    def _tell(self, context: bpy.types.Context, fraction: float, text: str) -> None:
        """Bring the progress to the panel and the status bar."""
        PROGRESS.fraction, PROGRESS.text = fraction, text
        tell_status(context, rpt_("Brickprint: {doing}. Esc to stop").format(doing=rpt_(text)))
        redraw(context)

    def cancel(self, context: bpy.types.Context) -> None:
        """Let go of everything, on every way out; also when Blender ends the operator."""
        if self._timer is None:
            return
        context.window_manager.event_timer_remove(self._timer)
        self._timer = None
        self._let_go()
        if BesideUser.current is self:
            BesideUser.current = None
            PROGRESS.running = False
            tell_status(context, None)
        redraw(context)


class Stop(Polled, bpy.types.Operator):
    """Stop what Brickprint is working on; the scene stays as it was"""

    bl_idname = "brickprint.stop"
    bl_label = "Stop"

    @classmethod
    def refusals(cls, context: bpy.types.Context) -> Iterator[str]:
        """Nothing runs."""
        yield from super().refusals(context)
        if not PROGRESS.running:
            yield "Nothing is running"

    def execute(self, _context: bpy.types.Context) -> set[str]:
        """Ask for it; the running operator listens at its next tick."""
        PROGRESS.stop = True
        return {"FINISHED"}


def require_now(operator: Polled, context: bpy.types.Context) -> None:
    """Raises NotNow where an operator can't be used: Blender does not poll again when a file dialog is confirmed."""
    if isinstance(operator, WhileIdle) and BesideUser.current is not None:
        running = BesideUser.current.bl_label
        raise NotNow(f"{running} is still running; press Esc to stop it, then choose again")
    reason = next(filter(None, operator.refusals(context)), "")
    if reason:
        raise NotNow(reason)


def in_window(context: bpy.types.Context) -> bool:
    """Whether there is a user to work beside: without a window there are no timers."""
    return context.window is not None and not bpy.app.background


def redraw(context: bpy.types.Context) -> None:
    """Draw the sidebars anew."""
    for window in context.window_manager.windows:
        for area in window.screen.areas:
            if area.type == "VIEW_3D":
                area.tag_redraw()


CLASSES = (Stop,)


def add() -> None:
    """Nothing runs yet."""


def take_away() -> None:
    """End what still runs when the extension is switched off."""
    if BesideUser.current is not None:
        BesideUser.current.cancel(bpy.context)
    end_status()
