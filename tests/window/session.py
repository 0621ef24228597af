"""What the steps share: where pictures go, the extension's modules, the scene as it is, and the wait for our work."""

import sys
from pathlib import Path

import bpy
import window
from window import press, until, view

ROOT = Path(__file__).resolve().parents[2]
OUT, *ZIP = (Path(word).resolve() for word in sys.argv[sys.argv.index("--") + 1 :])
EXPORTED = OUT / "exported"
PACKAGE = "bl_ext.user_default.brickprint" if ZIP else "brickprint"


def ours(name):
    """A module of the extension."""
    return sys.modules[f"{PACKAGE}.{name}"]


def picture(name):
    """Steps that save what the window shows; panels move to their places only while the mouse is in the sidebar."""
    sidebar = window.region("UI")
    window.point((sidebar.x + 4, sidebar.y + sidebar.height // 2))
    yield 0.7
    window.picture(OUT, name)


def progress():
    """How far the conversion is, as the panel shows it."""
    return ours("operators.progress").PROGRESS


def idle():
    """Whether no conversion runs."""
    return not progress().running


def names():
    """All objects with whether they are hidden."""
    return {obj.name: obj.hide_get() for obj in bpy.context.view_layer.objects}


def models():
    """The brick models in the scene."""
    return [obj for obj in bpy.context.scene.objects if "brickprint_plan" in obj]


def plan():
    """The plan of the only model in the scene."""
    (model,) = models()
    return ours("scene.bricks").read_plan(model)


def show_sidebar():
    """Brickprint's tab in the sidebar, brought by the key N."""
    if not window.area().spaces.active.show_region_ui:
        press("N")
    yield from until(lambda: window.region("UI").width > 1, "the sidebar")
    yield 0.5
    window.region("UI").active_panel_category = "Brickprint"
    yield 0.5


def settings(**chosen):
    """Choose, as in the panel."""
    for name, value in chosen.items():
        setattr(bpy.context.scene.brickprint, name, value)
    bpy.ops.ed.undo_push(message="settings")


def all_in_view():
    """Everything fits the 3D view."""
    with bpy.context.temp_override(**view()):
        bpy.ops.view3d.view_all()
