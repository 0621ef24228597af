"""The sidebar: simple things first, the rest in folded panels. Everything drawn is stored; nothing is worked out."""

import textwrap

import bpy

from ..core.orientation import upright_extent, wanted_studs
from ..core.settings import STANDING, options
from ..operators.progress import PROGRESS
from ..scene.layers import LAYERS, layers_modifier
from ..scene.versions import nodes_input_property
from .figures import figures
from .presets import PresetsPanel
from .shown import shown, size_lines

MAIN = ("studs", "detail", "fineness", "palette", "interior", "shell")  # in the main panel; all others by group, folded


class _InSidebar:
    """Where Brickprint's panels are."""

    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Brickprint"


class ConvertPanel(_InSidebar, bpy.types.Panel):
    """What to build, and the button that builds it."""

    bl_idname = "BRICKPRINT_PT_convert"
    bl_label = "Brickprint"

    def draw_header_preset(self, context: bpy.types.Context) -> None:
        """The button that chooses and saves presets."""
        PresetsPanel.draw_panel_header(self.layout)

    def draw(self, context: bpy.types.Context) -> None:
        """The few choices that matter most, the resulting size, and Convert or its progress."""
        layout, settings = self.layout, context.scene.brickprint
        layout.use_property_split = True
        layout.use_property_decorate = False
        column = layout.column()
        column.enabled = not PROGRESS.running
        column.prop(settings, "studs")
        _draw_size(column, context)
        for name in MAIN[1:]:
            if (name != "shell" or settings.interior != "solid") and (name != "fineness" or settings.detail == "auto"):
                column.prop(settings, name, slider=name == "fineness")
        if PROGRESS.running:
            layout.progress(factor=PROGRESS.fraction, text=PROGRESS.text)
            layout.label(text="Esc to stop", icon="CANCEL")
        else:
            row = layout.row()
            row.scale_y = 1.5
            row.operator("brickprint.convert", icon="MOD_BUILD")


def _draw_size(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    """The size that the selection would have in bricks, under the number of studs."""
    now = shown(context)
    column = layout.column(align=True)
    column.active = False
    column.alignment = "RIGHT"
    if now.extent is None:
        column.label(text="Select an object")
    elif not now.extent.any():
        column.label(text="The selection has no width")
    else:
        settings = context.scene.brickprint
        extent = upright_extent(now.extent, settings.up)
        studs, centimetres = size_lines(extent, wanted_studs(extent, settings.studs, settings.scale))
        column.label(text=studs if now.exact else f"About {studs}")
        column.label(text=centimetres)


class _Folded(_InSidebar):
    """A folded panel with the settings of one group that the main panel leaves out."""

    bl_parent_id = "BRICKPRINT_PT_convert"
    bl_options = {"DEFAULT_CLOSED"}
    group = ""

    def draw(self, context: bpy.types.Context) -> None:
        """Every setting of the group that leaves a choice."""
        layout = self.layout
        layout.use_property_split = True
        layout.use_property_decorate = False
        layout.enabled = not PROGRESS.running
        for name, option in options().items():
            if option.group == self.group and name not in MAIN and len(option.choices) != 1:
                column = layout.column()
                column.active = _matters(name, context.scene.brickprint)
                column.prop(context.scene.brickprint, name, slider=(option.minimum, option.maximum) == (0.0, 1.0))
        if self.group == "model":  # a look at the slices that these settings make
            layout.operator("brickprint.contours", icon="OUTLINER_OB_CURVE")


def _matters(name: str, settings: bpy.types.PropertyGroup) -> bool:
    """Whether a setting makes a difference beside the others as they are now."""
    if name in {"colours_from", "colours_in"}:
        return settings.colours > 0
    if name == "score":
        return settings.packer == "scored"
    if name in {"repair", *STANDING}:
        return settings.prove != "none"
    return name != "marking" or settings.detail == "auto"


class SizePanel(_Folded, bpy.types.Panel):
    """A size by a factor, and how the mesh stands."""

    bl_idname = "BRICKPRINT_PT_size"
    bl_label = "Size and Orientation"
    group = "size"


class ColoursPanel(_Folded, bpy.types.Panel):
    """Colours left out, how they are chosen, and the look of the bricks."""

    bl_idname = "BRICKPRINT_PT_colours"
    bl_label = "Colours and Look"
    group = "look"


class SurfacePanel(_Folded, bpy.types.Panel):
    """How the mesh is turned into cells."""

    bl_idname = "BRICKPRINT_PT_surface"
    bl_label = "Surface"
    group = "model"


class PartsPanel(_Folded, bpy.types.Panel):
    """Parts, and how they are laid."""

    bl_idname = "BRICKPRINT_PT_build"
    bl_label = "Parts"
    group = "build"


class StrengthPanel(_Folded, bpy.types.Panel):
    """What holds the model, and what is proved of it."""

    bl_idname = "BRICKPRINT_PT_strength"
    bl_label = "Strength"
    group = "strength"


class ModelPanel(_InSidebar, bpy.types.Panel):
    """The active brick model: its main figures, and what can be done with it."""

    bl_idname = "BRICKPRINT_PT_model"
    bl_label = "Brick Model"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Only beside a brick model."""
        return shown(context).report is not None

    def draw(self, context: bpy.types.Context) -> None:
        """Figures, warnings, buttons."""
        report = shown(context).report
        _draw_figures(self.layout, report)
        for warning in report.get("warnings", []):
            _draw_warning(self.layout, warning, context)
        column = self.layout.column(align=True)
        column.operator_menu_enum("brickprint.show_by", "by", icon="COLOR")
        column.operator("brickprint.outline", icon="MESH_GRID")
        column.operator("brickprint.look_inside", icon="MOD_BOOLEAN")
        _draw_layers(column, context)
        column.operator("brickprint.select_weakest", icon="RESTRICT_SELECT_OFF")
        column.operator("brickprint.real_objects", icon="OUTLINER_OB_MESH")
        column.operator("brickprint.merge_for_printing", icon="MESH_CUBE")
        column.operator("brickprint.remove", icon="TRASH")


class FilesPanel(_InSidebar, bpy.types.Panel):
    """Files of the active brick model, for other programs, shops and builders."""

    bl_idname = "BRICKPRINT_PT_files"
    bl_label = "Files and Instructions"
    bl_parent_id = "BRICKPRINT_PT_model"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        """How instructions look, and the buttons that write."""
        layout = self.layout
        layout.use_property_split = True
        layout.use_property_decorate = False
        _draw_group(layout, "instructions", context)
        column = layout.column(align=True)
        column.operator("brickprint.export_files", icon="EXPORT")
        column.operator("brickprint.export_ldr", icon="FILE")


class AnimationPanel(_InSidebar, bpy.types.Panel):
    """How the active brick model's build is shown as an animation, and the buttons that make and film it."""

    bl_idname = "BRICKPRINT_PT_animation"
    bl_label = "Build Animation"
    bl_parent_id = "BRICKPRINT_PT_model"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        """The choices first, as they are read when a button is pressed."""
        layout = self.layout
        layout.use_property_split = True
        layout.use_property_decorate = False
        _draw_group(layout, "animation", context)
        column = layout.column(align=True)
        column.operator("brickprint.animate", icon="PLAY")
        column.operator("brickprint.render_animation", icon="RENDER_ANIMATION")
        column.operator("brickprint.remove_animation", icon="X")


def _draw_layers(column: bpy.types.UILayout, context: bpy.types.Context) -> None:
    """Play Layers; where they play, a slider beside what ends it, and what is seen."""
    modifier = layers_modifier(context.active_object)
    if modifier is None:
        column.operator("brickprint.play_layers", icon="SORTSIZE")
        return
    row = column.row(align=True)
    owner, name = nodes_input_property(modifier, LAYERS)
    row.prop(owner, name, text=LAYERS, slider=True)
    row.operator("brickprint.all_layers", text="", icon="X")
    if (layers := shown(context).layers) is not None:
        now, parts, all_layers = layers
        column.label(text=f"{now} of {all_layers} layers, {parts:,} parts")


def _draw_group(layout: bpy.types.UILayout, group: str, context: bpy.types.Context) -> None:
    """Every setting of a group, which a button below reads when it is pressed."""
    column = layout.column()
    for name, option in options().items():
        if option.group == group:
            column.prop(context.scene.brickprint, name)


def _draw_figures(layout: bpy.types.UILayout, report: dict) -> None:
    column = layout.column(align=True)
    for what, figure in figures(report):
        split = column.split(factor=0.3)
        split.alignment = "RIGHT"
        split.label(text=what)
        split.label(text=figure)


def _draw_warning(layout: bpy.types.UILayout, warning: str, context: bpy.types.Context) -> None:
    """One warning, on as many lines as the sidebar's width asks for."""
    letters = context.region.width / (8 * context.preferences.system.ui_scale)
    column = layout.column(align=True)
    for number, line in enumerate(textwrap.wrap(warning, max(20, int(letters)))):
        column.label(text=line, icon="BLANK1" if number else "ERROR")


CLASSES = (
    ConvertPanel,
    SizePanel,
    SurfacePanel,
    ColoursPanel,
    PartsPanel,
    StrengthPanel,
    ModelPanel,
    FilesPanel,
    AnimationPanel,
)
