"""Panel *Result*: the active brick model's figures and warnings, and closer looks at it."""

from __future__ import annotations

from typing import Any

import bpy
from bpy.app.translations import pgettext_iface as iface_

from ..operators.words import in_panel_words
from ..scene.layers import LAYERS, layers_modifier
from ..scene.versions import nodes_input_property
from . import up_to_date
from .figures import figures
from .icons import draw_choices, draw_operator
from .shown import shown
from .sidebar import InSidebar, draw_text


class ModelPanel(InSidebar, bpy.types.Panel):
    """What was built, and what is to be minded."""

    bl_idname = "BRICKPRINT_PT_model"
    bl_label = "Result"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Only beside a brick model."""
        return shown(context).report is not None

    def draw(self, context: bpy.types.Context) -> None:
        """Figures, then warnings, each with a button that shows its place."""
        report = shown(context).report
        _draw_figures(self.layout, report)
        places = report.get("places") or {}
        for warning in report.get("warnings", []):
            _draw_warning(self.layout, warning, bool(places.get(warning)), context)
        if shown(context).shown_by != "colours":
            draw_operator(self.layout, "brickprint.back_to_colours")


def _draw_figures(layout: bpy.types.UILayout, report: dict[str, Any]) -> None:
    column = layout.column(align=True)
    for what, figure in figures(report):
        split = column.split(factor=0.3)
        name = split.row()
        name.alignment = "RIGHT"
        name.active = False
        name.label(text=what)
        split.label(text=figure, translate=False)


def _draw_warning(layout: bpy.types.UILayout, warning: str, has_place: bool, context: bpy.types.Context) -> None:
    """One warning in a box, and a button where it has a place."""
    box = layout.box()
    draw_text(box, in_panel_words(warning), context, "ERROR")
    if has_place:
        row = box.row()
        draw_operator(row, "brickprint.show_warned").warning = warning


class ExaminePanel(InSidebar, bpy.types.Panel):
    """Closer looks: by other colours, from inside, layer by layer."""

    bl_idname = "BRICKPRINT_PT_examine"
    bl_label = "Look Closer"
    bl_parent_id = "BRICKPRINT_PT_model"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        """Buttons; none changes the plan."""
        column = self.layout.column(align=True)
        draw_choices(column, "brickprint.show_by", "by")
        draw_operator(column, "brickprint.select_weakest")
        draw_operator(column, "brickprint.outline")
        draw_operator(column, "brickprint.look_inside")
        _draw_layers(column, context)


def _draw_layers(column: bpy.types.UILayout, context: bpy.types.Context) -> None:
    """Play Layers; where they play, a slider beside what ends it, and what is seen."""
    modifier = layers_modifier(context.active_object)
    if modifier is None:
        draw_operator(column, "brickprint.play_layers")
        return
    row = column.row(align=True)
    owner, name = nodes_input_property(modifier, LAYERS)
    row.prop(owner, name, text=LAYERS, slider=True)
    draw_operator(row, "brickprint.all_layers", text="")
    if (layers := shown(context).layers) is not None:
        now, parts, all_layers = layers
        told = iface_("{now} of {all} layers, {parts:,} parts")
        column.label(text=told.format(now=now, all=all_layers, parts=parts), translate=False)


class ReplacePanel(InSidebar, bpy.types.Panel):
    """The model as something else, or gone."""

    bl_idname = "BRICKPRINT_PT_replace"
    bl_label = "Turn Into"
    bl_parent_id = "BRICKPRINT_PT_model"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        """Buttons that add objects or take the model away."""
        column = self.layout.column(align=True)
        draw_operator(column, "brickprint.real_objects")
        draw_operator(column, "brickprint.merge_for_printing")
        draw_operator(column, "brickprint.remove")


CLASSES = (ModelPanel, *up_to_date.CLASSES, ExaminePanel, ReplacePanel)
