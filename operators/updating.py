"""An existing brick model follows the panel's settings and its source, in place; or the panel follows the model."""

from collections.abc import Iterator
from typing import Any

import bpy
from bpy.app.translations import pgettext_tip as tip_
from mathutils import Matrix

from ..core.errors import CannotRead
from ..core.libraries import missing_for_settings
from ..core.mosaic.settings import MosaicSettings
from ..core.pieces import Pieces
from ..core.pipeline import Conversion
from ..core.plan import Plan
from ..core.settings import Settings, options
from ..scene.bricks import is_bricks, is_changed, moved_by, read_values
from ..scene.dressing import dress_updated
from ..scene.pictures import image_shown
from ..scene.source.chosen import Selection, one_numbered, remember_sources, sources_of, without_source
from ..scene.source.state import state_of
from .chosen_settings import settings_from
from .convert import Converting, read_conversion
from .kept import kept_conversion
from .models import OfBrickModel
from .reporting import reports_errors, tell_built

_NOT_OF_THE_MODEL = ("animation", "instructions")  # groups that say how it is shown in pictures and on paper


def changed_settings(chosen: Settings, made_with: dict[str, Any]) -> tuple[str, ...]:
    """Names of the settings that a model was made with otherwise than they now are chosen. made_with: of its plan.

    Outlines are left out: a model has its own switch for them.
    """
    now = chosen.values()
    return tuple(
        name
        for name, option in options().items()
        if option.group not in _NOT_OF_THE_MODEL and name != "outline" and now[name] != made_with.get(name, now[name])
    )


class UpdateBricks(OfBrickModel, Converting, bpy.types.Operator):
    """Bring the active brick model up to date with its source and with the panel's settings, in place"""

    bl_idname = "brickprint.update"
    bl_label = "Update Bricks"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def refusals(cls, context: bpy.types.Context) -> Iterator[str]:
        """It has nothing that it could be built from, or a library is missing."""
        yield from super().refusals(context)
        if image_shown(context.active_object) is not None:
            yield "A mosaic follows the choices in the panel Mosaic"
        if why := without_source(context, context.active_object):
            yield tip_("{why}, so it stays as it is").format(why=tip_(why))
        yield missing_for_settings(context.scene.brickprint)

    def _begun(self, context: bpy.types.Context) -> Pieces[tuple[Conversion, Settings, Selection, str]]:
        bricks, settings = context.active_object, settings_from(context.scene.brickprint)
        sources = sources_of(context, bricks)
        moved_by(bricks)  # a damaged model is told of at once
        self._model, self._name = bricks.session_uid, bricks.name
        chosen, now = Selection(tuple(source.session_uid for source in sources)), state_of(sources)
        kept, state = None if now.painted else kept_conversion(now.text), now.text
        if kept is None:
            kept, state = yield from read_conversion(context, chosen)
        return kept, settings, chosen, state

    def _matrix(self, context: bpy.types.Context) -> Matrix:
        return moved_by(context.active_object)

    def _show(self, context: bpy.types.Context, plan: Plan) -> None:
        bricks = one_numbered(context, self._model)
        if not is_bricks(bricks):
            raise CannotRead(f"Model {self._name!r} was removed while it was built anew; nothing was changed.")
        if is_changed(bricks):
            self._tell_lost(bricks.name)
        dress_updated(bricks, plan, self._settings.look)
        remember_sources(bricks, sources_of(context, bricks), self._state)
        tell_built(self, plan)


class SettingsFromModel(OfBrickModel, bpy.types.Operator):
    """Bring the settings that the active brick model was made with back into the panel"""

    bl_idname = "brickprint.settings_from_model"
    bl_label = "Settings From Model"
    bl_options = {"REGISTER", "UNDO"}
    changes = "nothing"

    @reports_errors
    def execute(self, context: bpy.types.Context) -> set[str]:
        """Write them into the scene; those of animation and instructions stay."""
        made_with = read_values(context.active_object).get("settings", {})
        of_mosaic = image_shown(context.active_object) is not None
        kind = MosaicSettings if of_mosaic else Settings
        properties = context.scene.brickprint_mosaic if of_mosaic else context.scene.brickprint
        for name, value in kind.from_values(made_with).values().items():
            if options(kind)[name].group not in _NOT_OF_THE_MODEL and name in made_with:
                setattr(properties, name, ", ".join(value) if isinstance(value, list) else value)
        return {"FINISHED"}


CLASSES = (UpdateBricks, SettingsFromModel)
