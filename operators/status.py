"""The status bar's text. Blender keeps one for each workspace, and sets that of the context's only."""

from __future__ import annotations

import bpy

_told: dict[int, bool] = {}  # session_uid of workspaces that show a text of ours: whether they still shall


def tell_status(context: bpy.types.Context, text: str | None) -> None:
    """Show a text in the status bar of the present workspace, and soon in no other one; None: in none any more."""
    here = context.workspace
    _told.update(dict.fromkeys(_told, False))
    if here is not None and text is not None:
        here.status_text_set(text)
        _told[here.session_uid] = True
    elif here is not None and here.session_uid in _told:
        here.status_text_set(None)
        del _told[here.session_uid]
    # Later: Blender 4.3 does not bear another context while it closes a window.
    if not all(_told.values()) and not bpy.app.timers.is_registered(clear_others):
        bpy.app.timers.register(clear_others)


def clear_others() -> None:
    """Timer: clear the texts in workspaces that the user has left."""
    for workspace in bpy.data.workspaces:
        if _told.get(workspace.session_uid) is False:
            with bpy.context.temp_override(workspace=workspace):
                workspace.status_text_set(None)
    for uid in [uid for uid, wanted in _told.items() if not wanted]:
        del _told[uid]


def end_status() -> None:
    """Leave no text and no timer behind."""
    if bpy.app.timers.is_registered(clear_others):
        bpy.app.timers.unregister(clear_others)
        clear_others()
