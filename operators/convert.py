"""Convert: at once when a script asks, with progress and Esc when a user does."""

import time
from collections.abc import Callable, Iterator
from functools import partial

import bpy
from bpy.app.translations import pgettext_rpt as rpt_
from mathutils import Matrix

from ..core.libraries import missing_for_settings
from ..core.pieces import Pieces
from ..core.pipeline import Conversion
from ..core.plan import Plan
from ..core.progress import Progress
from ..core.settings import Settings
from ..scene.bricks import is_bricks, is_linked, show_plan
from ..scene.draft import hide_draft, show_draft
from ..scene.source.chosen import Selection, chosen_objects, remember_sources, selection
from ..scene.source.hiding import hide_sources, visible
from ..scene.source.reading import reading
from ..scene.source.state import state_of
from .by_worker import ByWorker
from .chosen_settings import settings_from
from .drafts import Draft, convert_and_draw
from .kept import conversion_of
from .reporting import reports_errors, tell_built


class Converting(ByWorker):
    """What the operators share that convert.

    A subclass has `_begun`, which reads what is to be converted, and `_show`.
    """

    _draft: Draft | None = None

    def execute(self, context: bpy.types.Context) -> set[str]:
        """The whole conversion, without a pause."""
        return self._at_once(context)

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Start a conversion that runs beside the user's work."""
        return self._at_once_or_beside(context)

    @reports_errors
    def _start(self, context: bpy.types.Context) -> set[str]:
        self._draft, self._place = Draft(), self._matrix(context)
        return super()._start(context)

    def _prepared(self, context: bpy.types.Context) -> Pieces[Callable[[Progress], Plan]]:
        conversion, self._settings, self._chosen, self._state = yield from self._begun(context)
        return partial(convert_and_draw, conversion, self._settings, self._draft)

    def _begun(self, context: bpy.types.Context) -> Pieces[tuple[Conversion, Settings, Selection, str]]:
        """The conversion, its settings, what it is made of, and in what state that is."""
        raise NotImplementedError

    def _heard(self, context: bpy.types.Context) -> None:
        if self._worker.stopping:
            hide_draft()
        elif self._draft.boxes is not None:
            show_draft(self._scene, self._draft.boxes, self._place)

    def _let_go(self) -> None:
        super()._let_go()
        hide_draft()

    def _matrix(self, _context: bpy.types.Context) -> Matrix:
        """What moves the bricks that are drawn while they are made: nothing, they stand where the sources do."""
        return Matrix()

    def _tell_lost(self, name: str) -> None:
        told = rpt_("{name} was changed by hand, and is built without these changes; undo to go back")
        self.report({"WARNING"}, told.format(name=name))


class ConvertToBricks(Converting, bpy.types.Operator):
    """Build the selected objects from bricks; a brick model is built anew from what it was made from"""

    bl_idname = "brickprint.convert"
    bl_label = "Convert to Bricks"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def refusals(cls, context: bpy.types.Context) -> Iterator[str]:
        """Nothing is selected, a model of another file is, or a library is missing."""
        yield from super().refusals(context)
        chosen = chosen_objects(context)
        if not chosen:
            yield "Select the objects to convert first"
        if any(is_bricks(item) and is_linked(item) for item in chosen):
            yield "The model is linked from another file; convert it there, or make it local"
        yield missing_for_settings(context.scene.brickprint)

    def _begun(self, context: bpy.types.Context) -> Pieces[tuple[Conversion, Settings, Selection, str]]:
        settings = settings_from(context.scene.brickprint)
        chosen = selection(context)
        conversion, state = yield from read_conversion(context, chosen)
        return conversion, settings, chosen, state

    def _show(self, context: bpy.types.Context, plan: Plan) -> None:
        """Put the plan into the scene in place of what was chosen, make it active, and say what it is."""
        chosen, settings, sources = self._chosen, self._settings, self._chosen.objects(context)
        bpy.ops.object.select_all(action="DESELECT")  # not by hand, which the outliner would not notice
        for name in chosen.changed_by_hand(context):
            self._tell_lost(name)
        chosen.remove_replaced(context)  # before, so that the new model can have the old one's name
        bricks = show_plan(context, plan, settings.look, outlined=settings.outline)
        remember_sources(bricks, sources, self._state)
        hide_sources(context, sources)
        context.view_layer.objects.active = bricks  # not selected: outlines of all bricks would hide their colours
        tell_built(self, plan)


def read_conversion(context: bpy.types.Context, chosen: Selection) -> Pieces[tuple[Conversion, str]]:
    """The conversion of the chosen objects, read now, and the state that they were in at first.

    Hidden objects are shown while a piece is read: Blender does not evaluate what it does not show.
    """
    began, pieces, state = time.perf_counter(), None, ""
    while True:
        sources = chosen.objects(context)
        pieces = pieces or reading(context, sources)
        with visible(sources):
            try:
                news = next(pieces)
            except StopIteration as end:
                return conversion_of(state, end.value, time.perf_counter() - began), state
            state = state or state_of(sources).text  # after the first piece, which takes over what is being edited
        yield news


CLASSES = (ConvertToBricks,)
