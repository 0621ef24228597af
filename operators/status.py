"""The status bar's text. Blender keeps one for each workspace, and sets it for the present one only."""

from __future__ import annotations

import bpy

_told: set[int] = set()  # session_uid of the workspaces that show a text of ours


def tell_status(context: bpy.types.Context, text: str | None) -> None:
    """Show a text in the status bar of the present workspace, and in no other one; None: in none any more."""
    here = context.workspace
    for other in [each for each in bpy.data.workspaces if each.session_uid in _told]:
        if text is None or other != here:
            with bpy.context.temp_override(workspace=other):
                other.status_text_set(None)
            _told.discard(other.session_uid)
    if text is not None and here is not None:
        here.status_text_set(text)
        _told.add(here.session_uid)
