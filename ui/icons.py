"""The icon of every operator that is drawn with one, the same wherever that is."""

from __future__ import annotations

import bpy

ICONS = {
    "brickprint.add_sample": "FILE_3D",
    "brickprint.add_turntable": "CON_ROTLIKE",
    "brickprint.all_layers": "ALIGN_JUSTIFY",
    "brickprint.animate": "PLAY",
    "brickprint.back_to_colours": "LOOP_BACK",
    "brickprint.check_strength": "CHECKMARK",
    "brickprint.contours": "OUTLINER_OB_CURVE",
    "brickprint.convert": "MOD_BUILD",
    "brickprint.delete_parts": "CANCEL",
    "brickprint.export_files": "EXPORT",
    "brickprint.export_palette": "EXPORT",
    "brickprint.export_stock": "EXPORT",
    "brickprint.image_to_bricks": "MESH_MONKEY",
    "brickprint.import_palette": "IMPORT",
    "brickprint.import_stock": "IMPORT",
    "brickprint.lock_parts": "LOCKED",
    "brickprint.look_inside": "MOD_BOOLEAN",
    "brickprint.make_asset_library": "ASSET_MANAGER",
    "brickprint.merge_for_printing": "MESH_CUBE",
    "brickprint.merge_parts": "AUTOMERGE_ON",
    "brickprint.mosaic": "IMAGE_DATA",
    "brickprint.mosaic_of_camera": "CAMERA_DATA",
    "brickprint.outline": "MESH_GRID",
    "brickprint.pick_parts": "RESTRICT_SELECT_OFF",
    "brickprint.play_layers": "SORTSIZE",
    "brickprint.raise_studs": "TRIA_UP",
    "brickprint.real_objects": "OUTLINER_OB_MESH",
    "brickprint.recolour_parts": "BRUSH_DATA",
    "brickprint.remove": "TRASH",
    "brickprint.remove_animation": "KEY_DEHLT",
    "brickprint.remove_kept": "REMOVE",
    "brickprint.render_animation": "RENDER_ANIMATION",
    "brickprint.repack_parts": "PACKAGE",
    "brickprint.select_weakest": "CON_STRETCHTO",
    "brickprint.settings_from_model": "PASTEDOWN",
    "brickprint.show_by": "COLOR",
    "brickprint.show_sources": "HIDE_OFF",
    "brickprint.show_warned": "VIEWZOOM",
    "brickprint.split_parts": "MOD_EXPLODE",
    "brickprint.stop": "X",
    "brickprint.take_back_by_hand": "BACK",
    "brickprint.take_colour": "EYEDROPPER",
    "brickprint.update": "FILE_REFRESH",
}
THE_OTHER_WAY = {"brickprint.lock_parts": "UNLOCKED", "brickprint.raise_studs": "TRIA_DOWN"}  # unlock, lower


def draw_operator(
    layout: bpy.types.UILayout, name: str, the_other_way: bool = False, **shown: object
) -> bpy.types.OperatorProperties:
    """A button, or an entry of a menu; shown: as Blender's `operator` takes it, but the icon."""
    return layout.operator(name, icon=(THE_OTHER_WAY if the_other_way else ICONS)[name], **shown)


def draw_choices(layout: bpy.types.UILayout, name: str, choice: str, **shown: object) -> bpy.types.OperatorProperties:
    """A menu of an operator's choices, each of which starts it; shown: as of `draw_operator`."""
    return layout.operator_menu_enum(name, choice, icon=ICONS[name], **shown)
