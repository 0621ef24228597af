"""Panel *Mosaic*: an image, its size in studs, whose studs they are, and what becomes of its colours."""

from __future__ import annotations

import bpy
from bpy.app.translations import pgettext_iface as iface_

from ..core.mosaic.idle import is_idle
from ..core.mosaic.settings import MosaicSettings
from ..core.settings import options
from ..operators.live_mosaic import error_of
from ..operators.progress import PROGRESS
from ..scene.pictures import image_shown
from .icons import draw_operator
from .shown import shown
from .sidebar import InSidebar, draw_progress, draw_text, split_layout


class MosaicPanel(InSidebar, bpy.types.Panel):
    """The image, the main choices, and the buttons that make a mosaic."""

    bl_idname = "BRICKPRINT_PT_mosaic"
    bl_label = "Mosaic"
    bl_options = {"DEFAULT_CLOSED"}
    names = ("size", "set", "piece")

    def draw(self, context: bpy.types.Context) -> None:
        """From image to buttons, or how far it is; beside a mosaic, whether it follows."""
        chosen = context.scene.brickprint_mosaic
        self.layout.template_ID(chosen, "image", open="image.open")
        _draw(self.layout, context, self.names)
        if PROGRESS.running:
            draw_progress(self.layout)
        else:
            column = self.layout.column(align=True)
            draw_operator(column, "brickprint.mosaic")
            draw_operator(column, "brickprint.mosaic_of_camera")
        if image_shown(context.active_object) is not None:
            self.layout.prop(chosen, "live")
            _draw_by_hand(self.layout, shown(context).set_by_hand)
            error = error_of(context.active_object)
            if error:
                draw_text(self.layout.box(), error, context, "ERROR")


def _draw_by_hand(layout: bpy.types.UILayout, count: int) -> None:
    """How many studs of the mosaic are set by hand, and the button that takes all of that back."""
    if count:
        split = layout.split(factor=0.6)
        told = iface_("{count} stud set by hand") if count == 1 else iface_("{count:,} studs set by hand")
        split.label(text=told.format(count=count), translate=False)
        draw_operator(split, "brickprint.take_back_by_hand").everything = True


class _Choices(InSidebar):
    """A folded panel of choices, by name."""

    bl_parent_id = "BRICKPRINT_PT_mosaic"
    bl_options = {"DEFAULT_CLOSED"}
    names: tuple[str, ...] = ()

    def draw(self, context: bpy.types.Context) -> None:
        """The choices in the order of `names`."""
        _draw(self.layout, context, self.names)


class MosaicCropPanel(_Choices, bpy.types.Panel):
    """Which part of the image, and its colours before they are matched."""

    bl_idname = "BRICKPRINT_PT_mosaic_crop"
    bl_label = "Crop and Adjust"
    names = (
        "zoom", "across", "down", "pooling", "hue", "saturation", "value", "brightness", "contrast",
    )  # fmt: skip


class MosaicStudsPanel(_Choices, bpy.types.Panel):
    """Which studs there are."""

    bl_idname = "BRICKPRINT_PT_mosaic_studs"
    bl_label = "Studs"
    names = ("stock", "palette", "without", "include", "unlimited", "large")


class MosaicColoursPanel(_Choices, bpy.types.Panel):
    """How studs get their colours."""

    bl_idname = "BRICKPRINT_PT_mosaic_colours"
    bl_label = "Colours"
    names = ("method", "metric", "distance", "darker", "ties", "blocking", "seed", "overrides")


class MosaicReliefPanel(_Choices, bpy.types.Panel):
    """How high studs lie."""

    bl_idname = "BRICKPRINT_PT_mosaic_relief"
    bl_label = "Relief"
    names = ("relief", "depth")


def _draw(layout: bpy.types.UILayout, context: bpy.types.Context, names: tuple[str, ...]) -> None:
    chosen, known = context.scene.brickprint_mosaic, options(MosaicSettings)
    column = split_layout(layout).column()
    column.enabled = not PROGRESS.running
    for name in names:
        row = column.row()
        row.active = not is_idle(name, chosen)
        limits = known[name].minimum, known[name].maximum
        row.prop(chosen, name, slider=None not in limits and name not in {"seed", "zoom"})


CLASSES = (MosaicPanel, MosaicCropPanel, MosaicStudsPanel, MosaicColoursPanel, MosaicReliefPanel)
