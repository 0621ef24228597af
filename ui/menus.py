"""Where people look: the menus Object, Add, File and Image, the context menu, files that are dropped onto the view.

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
from .by_hand import ByHandMenu
from .icons import draw_choices, draw_operator

# Operators of the submenu; "" for a line between, _BY_HAND for the menu of picked parts, where there is a model.
_BY_HAND = ByHandMenu.bl_idname
_ENTRIES = (
    "brickprint.mosaic",
    "brickprint.mosaic_of_camera",
    "brickprint.update",
    "brickprint.settings_from_model",
    "brickprint.back_to_colours",
    "brickprint.contours",
    "brickprint.image_to_bricks",
    "",
    "brickprint.outline",
    "brickprint.look_inside",
    "brickprint.play_layers",
    "brickprint.all_layers",
    "brickprint.select_weakest",
    "",
    "brickprint.animate",
    "brickprint.render_animation",
    "brickprint.remove_animation",
    "brickprint.add_turntable",
    "",
    "brickprint.pick_parts",
    _BY_HAND,
    "",
    "brickprint.real_objects",
    "brickprint.merge_for_printing",
    "brickprint.export_files",
    "brickprint.export_stock",
    "brickprint.export_palette",
    "",
    "brickprint.import_palette",
    "brickprint.import_stock",
    "brickprint.make_asset_library",
    "",
    "brickprint.stop",
    "brickprint.remove",
    "brickprint.show_sources",
)


class BricksMenu(bpy.types.Menu):
    """All that can be done with bricks."""

    bl_idname = "BRICKPRINT_MT_bricks"
    bl_label = "Bricks"

    def draw(self, context: bpy.types.Context) -> None:
        """Convert first, then what is done with a model, and what is kept for all files."""
        layout = self.layout
        draw_operator(layout, "brickprint.convert")
        draw_choices(layout, "brickprint.show_by", "by")
        for name in _ENTRIES:
            if not name:
                layout.separator()
            elif name != _BY_HAND:
                draw_operator(layout, name)
            elif is_bricks(context.active_object):
                layout.menu(name)


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
    draw_operator(menu.layout, "brickprint.convert")
    menu.layout.menu(BricksMenu.bl_idname)


def _in_context_menu(menu: bpy.types.Menu, context: bpy.types.Context) -> None:
    menu.layout.separator()
    draw_operator(menu.layout, "brickprint.convert")
    if is_bricks(context.active_object):
        menu.layout.menu(BricksMenu.bl_idname)


def _in_add_menu(menu: bpy.types.Menu, _context: bpy.types.Context) -> None:
    menu.layout.separator()
    draw_choices(menu.layout, "brickprint.add_sample", "sample")


def _in_image_menu(menu: bpy.types.Menu, context: bpy.types.Context) -> None:
    image = getattr(context.space_data, "image", None)
    row = menu.layout.row()
    row.operator_context = "INVOKE_DEFAULT"
    row.enabled = image is not None
    draw_operator(row, ImageToBricks.bl_idname).image = image.name if image else ""


def _in_import_menu(menu: bpy.types.Menu, _context: bpy.types.Context) -> None:
    menu.layout.operator(BuildFile.bl_idname, text="Mesh or Voxels (.glb, .obj, .vox, ...) as Bricks")
    menu.layout.operator(ImageToBricks.bl_idname, text="Image (.png, .jpg, ...) as Bricks")
    menu.layout.operator(MosaicOfFile.bl_idname, text="Image (.png, .jpg, ...) as Mosaic")


_MENUS = (
    (bpy.types.VIEW3D_MT_object, _in_object_menu),
    (bpy.types.VIEW3D_MT_object_context_menu, _in_context_menu),
    (bpy.types.VIEW3D_MT_mesh_add, _in_add_menu),
    (bpy.types.TOPBAR_MT_file_import, _in_import_menu),
    (bpy.types.IMAGE_MT_image, _in_image_menu),
)


def add() -> None:
    """Appear in Blender's menus."""
    for menu, draw in _MENUS:
        menu.append(draw)


def take_away() -> None:
    """Undo `add`."""
    for menu, draw in _MENUS:
        menu.remove(draw)
