"""Convert: at once when a script asks, with progress and Esc when a user does."""

import time

import bpy
from mathutils import Matrix

from ..core.errors import Cancelled
from ..core.libraries import missing_for_settings
from ..core.pipeline import Conversion
from ..core.plan import Plan
from ..core.settings import Settings
from ..scene.bricks import show_plan
from ..scene.source.chosen import Selection, chosen_objects, remember_sources, selection, visible
from ..scene.source.reading import read_objects
from ..scene.source.state import state_of
from .chosen_settings import settings_from
from .kept import conversion_of
from .progress import PROGRESS, stop_asked
from .reporting import reports_errors
from .running import Run


class Converting:
    """What the operators share that convert: a run beside the user's work, and its ways out.

    A subclass has `_begun`, which reads what is to be converted, and `_show`.
    """

    @reports_errors
    def execute(self, context: bpy.types.Context) -> set[str]:
        """The whole conversion, without a pause."""
        conversion, settings, chosen, state = self._begun(context)
        plan = conversion.run(settings)
        self._show(context, plan, settings, chosen, state)
        return {"FINISHED"}

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Start a conversion that runs beside the user's work."""
        no_timers = bpy.app.background or context.window is None
        return self.execute(context) if no_timers else self._start(context)

    @reports_errors
    def _start(self, context: bpy.types.Context) -> set[str]:
        self._run = Run.start(context, *self._begun(context), self._matrix(context))
        self._run.tell(context)
        context.window_manager.modal_handler_add(self)
        return {"RUNNING_MODAL"}

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Show how far it is; end when the work is done or the user presses Esc."""
        if Run.current is not self._run:  # closed from outside
            return {"CANCELLED"}
        if stop_asked(event):
            self._run.worker.stop()
            return {"RUNNING_MODAL"}
        if event.type == "TIMER":
            self._run.tell(context)
            if self._run.over(context):
                return self._finish(context)
        return {"PASS_THROUGH"}

    def cancel(self, context: bpy.types.Context) -> None:
        """Blender ends the operator: another file is opened, or the window closes."""
        if Run.current is self._run:
            self._run.close(context)

    @reports_errors
    def _finish(self, context: bpy.types.Context) -> set[str]:
        run, worker = self._run, self._run.worker
        stopped = worker.stopping
        run.close(context)
        if stopped or isinstance(worker.error, Cancelled):
            self.report({"INFO"}, "Stopped; nothing was changed")
            return {"CANCELLED"}
        if worker.error is not None:
            raise worker.error
        self._show(context, worker.result, run.settings, run.chosen, run.state)
        return {"FINISHED"}

    def _matrix(self, _context: bpy.types.Context) -> Matrix:
        """What moves the bricks that are drawn while they are made: nothing, they stand where the sources do."""
        return Matrix()

    def _tell(self, plan: Plan) -> None:
        self.report({"INFO"}, f"{plan.name}: {len(plan.layout):,} parts")
        for warning in plan.report["warnings"]:
            self.report({"WARNING"}, warning)


class ConvertToBricks(Converting, bpy.types.Operator):
    """Build the selected objects from bricks; a brick model is built anew from what it was made from"""

    bl_idname = "brickprint.convert"
    bl_label = "Convert to Bricks"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Something is selected, in Object Mode, and no other conversion runs."""
        if PROGRESS.running:
            cls.poll_message_set("Something is running; press Esc to stop it")
        elif context.mode != "OBJECT":
            cls.poll_message_set("Return to Object Mode first")
        elif not chosen_objects(context):
            cls.poll_message_set("Select the objects to convert first")
        elif reason := missing_for_settings(context.scene.brickprint):
            cls.poll_message_set(reason)
        else:
            return True
        return False

    def _begun(self, context: bpy.types.Context) -> tuple[Conversion, Settings, Selection, str]:
        settings = settings_from(context.scene.brickprint)
        chosen = selection(context)
        conversion, state = read_conversion(context, chosen)
        return conversion, settings, chosen, state

    def _show(self, context: bpy.types.Context, plan: Plan, settings: Settings, chosen: Selection, state: str) -> None:
        """Put the plan into the scene in place of what was chosen, make it active, and say what it is."""
        sources = chosen.objects(context)
        bpy.ops.object.select_all(action="DESELECT")  # not by hand, which the outliner would not notice
        chosen.remove_replaced(context)  # before, so that the new model can have the old one's name
        bricks = show_plan(context, plan, settings.look, hide=sources, outlined=settings.outline)
        remember_sources(bricks, sources, state)
        context.view_layer.objects.active = bricks  # not selected: outlines of all bricks would hide their colours
        self._tell(plan)


def read_conversion(context: bpy.types.Context, chosen: Selection) -> tuple[Conversion, str]:
    """The conversion of the chosen objects, read now, and their state."""
    began = time.perf_counter()
    sources = chosen.objects(context)
    with visible(sources):
        mesh = read_objects(context, sources)
    state = state_of(sources)
    return conversion_of(state, mesh, time.perf_counter() - began), state


CLASSES = (ConvertToBricks,)
