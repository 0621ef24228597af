"""Switching the extension on and off leaves Blender as it was."""

import bpy
import brickprint
import pytest

OWNERS = (bpy.types.Scene, bpy.types.Object, bpy.types.Mesh, bpy.types.WindowManager, bpy.types.Collection)
MENUS = (
    bpy.types.TOPBAR_MT_file_export,
    bpy.types.TOPBAR_MT_file_import,
    bpy.types.VIEW3D_MT_object,
    bpy.types.VIEW3D_MT_object_context_menu,
    bpy.types.VIEW3D_MT_mesh_add,
    bpy.types.IMAGE_MT_image,
    bpy.types.VIEW3D_MT_edit_mesh_context_menu,
)


def traces():
    """Everything in Blender that an extension could leave something in."""
    return {
        "classes": set(dir(bpy.types)),
        "operators": set(dir(bpy.ops.brickprint)),
        "properties": [set(dir(owner)) for owner in OWNERS],
        "menus": [len(menu._dyn_ui_initialize()) for menu in MENUS],
        "handlers": {
            name: list(handlers)
            for name in dir(bpy.app.handlers)
            if isinstance(handlers := getattr(bpy.app.handlers, name), list)
        },
    }


@pytest.mark.parametrize("times", [1, 50])
def test_nothing_is_left_behind(times):
    before = traces()
    for _ in range(times):
        brickprint.register()
        assert traces() != before
        brickprint.unregister()
    assert traces() == before


def test_what_is_there_while_it_is_on():
    before = traces()
    brickprint.register()
    try:
        now = traces()
        assert now["operators"] == {
                "convert", "contours", "add_turntable", "export_files", "import_model", "real_objects", "remove",
                "show_by", "select_weakest", "outline", "look_inside", "play_layers", "all_layers",
                "merge_for_printing", "animate", "remove_animation", "render_animation", "stop",
                "use_colour", "use_all_colours", "use_no_colours", "show_warned", "back_to_colours",
                "pick_parts", "recolour_parts", "split_parts", "merge_parts", "delete_parts", "lock_parts",
                "repack_parts", "check_strength",
                "update", "settings_from_model", "show_sources",
                "use_preset", "preset_add", "import_palette", "export_palette", "import_stock", "export_stock",
                "remove_kept", "add_sample", "build_file", "image_to_bricks", "make_asset_library",
                "mosaic", "mosaic_of_camera", "mosaic_of_file", "raise_studs", "take_back_by_hand", "take_colour",
            }  # fmt: skip
        added = now["classes"] - before["classes"]
        assert {"BRICKPRINT_PT_convert", "BRICKPRINT_OT_convert", "BRICKPRINT_FH_mesh", "BRICKPRINT_MT_bricks"} <= added
        assert now["properties"][0] - before["properties"][0] == {"brickprint", "brickprint_mosaic"}
        assert len(now["handlers"]["depsgraph_update_post"]) == len(before["handlers"]["depsgraph_update_post"]) + 2
    finally:
        brickprint.unregister()


def test_the_command_is_given_back(monkeypatch):
    """A command name that is registered twice is unusable."""
    given, taken = [], []
    monkeypatch.setattr(bpy.utils, "register_cli_command", lambda name, main: given.append(name) or f"handle {name}")
    monkeypatch.setattr(bpy.utils, "unregister_cli_command", taken.append)
    brickprint.register()
    assert (given, taken) == (["brickprint"], [])
    brickprint.unregister()
    assert (given, taken) == (["brickprint"], ["handle brickprint"])
