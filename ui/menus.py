"""Where people look: the menus Object, Add and File, the context menu, and files that are dropped onto the view.

Blender's search (F3) finds what a menu shows, so every operator stands in one.
"""

from __future__ import annotations

import bpy

from ..core.images import IMAGE_KINDS
from ..operators.bringing import BuildFile
from ..operators.imaging import ImageToBricks
from ..operators.importing import ImportBrickModel
from ..operators.mosaics import MosaicOfFile
from ..scene.bricks import is_bricks

# Of the submenu: operator and icon, "" for a line between.
_ENTRIES = (
    ("brickprint.mosaic", "IMAGE_DATA"),
    ("brickprint.mosaic_of_camera", "CAMERA_DATA"),
    ("brickprint.update", "FILE_REFRESH"),
    ("brickprint.settings_from_model", "EYEDROPPER"),
    ("brickprint.back_to_colours", "LOOP_BACK"),
    ("brickprint.contours", "OUTLINER_OB_CURVE"),
    ("brickprint.image_to_bricks", "IMAGE_DATA"),
    ("", ""),
    ("brickprint.outline", "MESH_GRID"),
    ("brickprint.look_inside", "MOD_BOOLEAN"),
    ("brickprint.play_layers", "SORTSIZE"),
    ("brickprint.all_layers", "X"),
    ("brickprint.select_weakest", "RESTRICT_SELECT_OFF"),
    ("", ""),
    ("brickprint.animate", "PLAY"),
    ("brickprint.render_animation", "RENDER_ANIMATION"),
    ("brickprint.remove_animation", "X"),
    ("brickprint.add_turntable", "VIEW_CAMERA"),
    ("", ""),
    ("brickprint.pick_parts", "RESTRICT_SELECT_OFF"),
    ("brickprint.repack_parts", "MOD_BUILD"),
    ("brickprint.check_strength", "CHECKMARK"),
    ("brickprint.take_colour", "EYEDROPPER"),
    ("brickprint.raise_studs", "TRIA_UP"),
    ("brickprint.take_back_by_hand", "LOOP_BACK"),
    ("", ""),
    ("brickprint.real_objects", "OUTLINER_OB_MESH"),
    ("brickprint.merge_for_printing", "MESH_CUBE"),
    ("brickprint.export_files", "EXPORT"),
    ("brickprint.export_stock", "EXPORT"),
    ("brickprint.export_palette", "EXPORT"),
    ("", ""),
    ("brickprint.import_palette", "IMPORT"),
    ("brickprint.import_stock", "IMPORT"),
    ("brickprint.make_asset_library", "ASSET_MANAGER"),
    ("", ""),
    ("brickprint.stop", "CANCEL"),
    ("brickprint.remove", "TRASH"),
    ("brickprint.show_sources", "HIDE_OFF"),
)


class BricksMenu(bpy.types.Menu):
    """All that can be done with bricks."""

    bl_idname = "BRICKPRINT_MT_bricks"
    bl_label = "Bricks"

    def draw(self, context: bpy.types.Context) -> None:
        """Convert first, then what is done with a model, and what is kept for all files."""
        layout = self.layout
        layout.operator("brickprint.convert", icon="MOD_BUILD")
        layout.operator_menu_enum("brickprint.show_by", "by", icon="COLOR")
        for name, icon in _ENTRIES:
            if name:
                layout.operator(name, icon=icon)
            else:
                layout.separator()


class OntoView:
    """Takes files that are dropped onto a 3D view."""

    @classmethod
    def poll_drop(cls, context: bpy.types.Context) -> bool:
        """In the 3D view."""
        return context.area is not None and context.area.type == "VIEW_3D"


class DroppedMesh(OntoView, bpy.types.FileHandler):
    """A mesh or a voxel model that is dropped onto the view."""

    bl_idname = "BRICKPRINT_FH_mesh"
    bl_label = "Build from Bricks"
    bl_import_operator = BuildFile.bl_idname
    bl_file_extensions = ".glb;.gltf;.obj;.stl;.ply;.vox"


class DroppedBrickModel(OntoView, bpy.types.FileHandler):
    """A brick model of another program that is dropped onto the view."""

    bl_idname = "BRICKPRINT_FH_model"
    bl_label = "Brick Model"
    bl_import_operator = ImportBrickModel.bl_idname
    bl_file_extensions = ".ldr;.mpd;.lxf"


class DroppedImage(OntoView, bpy.types.FileHandler):
    """An image that is dropped onto the view, for a mosaic."""

    bl_idname = "BRICKPRINT_FH_image"
    bl_label = "Mosaic"
    bl_import_operator = MosaicOfFile.bl_idname
    bl_file_extensions = ";".join(IMAGE_KINDS)


class DroppedPicture(OntoView, bpy.types.FileHandler):
    """An image that is dropped onto the view, for a model of what it shows; Blender asks which of the two."""

    bl_idname = "BRICKPRINT_FH_picture"
    bl_label = "Image to Bricks"
    bl_import_operator = ImageToBricks.bl_idname
    bl_file_extensions = ";".join(IMAGE_KINDS)


CLASSES = (BricksMenu, DroppedMesh, DroppedBrickModel, DroppedImage, DroppedPicture)


def _in_object_menu(menu: bpy.types.Menu, _context: bpy.types.Context) -> None:
    menu.layout.separator()
    menu.layout.operator("brickprint.convert", icon="MOD_BUILD")
    menu.layout.menu(BricksMenu.bl_idname)


def _in_context_menu(menu: bpy.types.Menu, context: bpy.types.Context) -> None:
    menu.layout.separator()
    menu.layout.operator("brickprint.convert", icon="MOD_BUILD")
    if is_bricks(context.active_object):
        menu.layout.menu(BricksMenu.bl_idname)


def _in_add_menu(menu: bpy.types.Menu, _context: bpy.types.Context) -> None:
    menu.layout.separator()
    menu.layout.operator_menu_enum("brickprint.add_sample", "sample", icon="MOD_BUILD")


def _in_import_menu(menu: bpy.types.Menu, _context: bpy.types.Context) -> None:
    menu.layout.operator(BuildFile.bl_idname, text="Mesh or Voxels (.glb, .obj, .vox, ...) as Bricks")
    menu.layout.operator(ImageToBricks.bl_idname, text="Image (.png, .jpg, ...) as Bricks")
    menu.layout.operator(MosaicOfFile.bl_idname, text="Image (.png, .jpg, ...) as Mosaic")


_MENUS = (
    (bpy.types.VIEW3D_MT_object, _in_object_menu),
    (bpy.types.VIEW3D_MT_object_context_menu, _in_context_menu),
    (bpy.types.VIEW3D_MT_mesh_add, _in_add_menu),
    (bpy.types.TOPBAR_MT_file_import, _in_import_menu),
)


def add() -> None:
    """Appear in Blender's menus."""
    for menu, draw in _MENUS:
        menu.append(draw)


def take_away() -> None:
    """Undo `add`."""
    for menu, draw in _MENUS:
        menu.remove(draw)
