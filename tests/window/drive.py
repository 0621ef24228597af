"""Drives Blender's window as a user would: `make test-window`.

    blender --factory-startup --enable-event-simulate --python tests/window/drive.py -- OUT

Shows the sidebar, starts a conversion, stops it with Esc, converts, undoes, and leaves pictures of the window in the
folder OUT. The exit code is 0 when all went as it should.
"""

import os
import runpy
import shutil
import subprocess
import sys
import time
import traceback
from pathlib import Path

import bpy

ROOT = Path(__file__).resolve().parents[2]
OUT = Path(sys.argv[sys.argv.index("--") + 1]).resolve()
PATIENCE_SECONDS = 300


def view():
    """The window and its 3D view's area and main region, as a context to call operators in."""
    window = bpy.context.window_manager.windows[0]
    area = next(area for area in window.screen.areas if area.type == "VIEW_3D")
    region = next(region for region in area.regions if region.type == "WINDOW")
    return {"window": window, "area": area, "region": region}


def picture(name):
    """Save what the window shows; the X server knows better than software OpenGL, where Blender sees black."""
    if shutil.which("import"):
        subprocess.run(["import", "-window", "root", OUT / f"{name}.png"], check=True)
        return
    with bpy.context.temp_override(**view()):
        bpy.ops.screen.screenshot(filepath=str(OUT / f"{name}.png"))


def press(key):
    """One key stroke, with the mouse over the 3D view."""
    place = view()
    x, y = place["region"].x + 200, place["region"].y + 200
    for value in ("PRESS", "RELEASE"):
        place["window"].event_simulate(type=key, value=value, x=x, y=y)


def convert():
    """What the panel's button does."""
    with bpy.context.temp_override(**view()):
        return bpy.ops.brickprint.convert("INVOKE_DEFAULT")


def names():
    """All objects with whether they are hidden."""
    return {obj.name: obj.hide_get() for obj in bpy.context.view_layer.objects}


def until(condition):
    """Steps that wait for a condition, with a pause for the window between them."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > PATIENCE_SECONDS:
            raise TimeoutError("waited too long")
        yield 0.05


def show_sidebar():
    """Brickprint's tab in the sidebar, and only Suzanne in the scene; gives her."""
    for obj in list(bpy.data.objects):
        bpy.data.objects.remove(obj)
    bpy.ops.mesh.primitive_monkey_add(size=2)
    bpy.ops.object.modifier_add(type="SUBSURF")
    bpy.context.object.modifiers[0].levels = 3
    area = view()["area"]
    area.spaces.active.show_region_ui = True
    yield 1.0
    next(region for region in area.regions if region.type == "UI").active_panel_category = "Brickprint"
    bpy.ops.ed.undo_push(message="ready")
    yield 1.0


def settings(studs, interior):
    """Choose, as in the panel."""
    chosen = bpy.context.scene.brickprint
    chosen.studs, chosen.interior = studs, interior
    bpy.ops.ed.undo_push(message="settings")


def session():
    """The steps; each yields the seconds until the next."""
    yield from show_sidebar()
    picture("1-panel")
    before = names()
    yield from stopped_with_escape(before)
    yield from converted(before)
    yield from undone_and_redone(before)
    yield from waits_for_object_mode()
    yield from switched_off_while_it_runs()
    yield from another_file_while_it_runs()
    yield from the_sample_converted()


def stopped_with_escape(before):
    """Esc leaves everything as it was."""
    settings(250, "solid")
    assert convert() == {"RUNNING_MODAL"}
    assert PROGRESS.running and not bpy.ops.brickprint.convert.poll()
    yield from until(lambda: PROGRESS.fraction > 0.02 or not PROGRESS.running)
    yield 0.3
    assert PROGRESS.running, "too fast to be stopped"
    picture("2-running")
    press("ESC")
    yield from until(lambda: not PROGRESS.running)
    assert names() == before, "stopping changed the scene"
    yield 0.5
    picture("3-stopped")


def converted(before):
    """A finished conversion puts bricks in place of the source."""
    settings(60, "shell")
    convert()
    yield from until(lambda: not PROGRESS.running)
    yield 1.0
    assert bpy.context.active_object.name not in before and bpy.data.objects["Suzanne"].hide_get()
    assert not bpy.context.selected_objects, "outlines hide the colours"
    with bpy.context.temp_override(**view()):
        bpy.ops.view3d.view_all()
    yield 1.0
    picture("4-converted")
    view()["area"].spaces.active.shading.type = "MATERIAL"
    yield 3.0
    picture("5-material")
    view()["area"].spaces.active.shading.type = "SOLID"


def undone_and_redone(before):
    """The whole conversion is one step."""
    with bpy.context.temp_override(**view()):
        bpy.ops.ed.undo()
    yield 1.0
    assert names() == before, "one undo should take the bricks away and show the source again"
    with bpy.context.temp_override(**view()):
        bpy.ops.ed.redo()
    yield 1.0
    assert len(names()) == len(before) + 1
    picture("6-redone")


def waits_for_object_mode():
    """The user is in Edit Mode when the bricks are ready; the old model is replaced when they leave it."""
    bpy.ops.mesh.primitive_cube_add()
    other = bpy.context.object
    models()[0].select_set(True)
    other.select_set(False)
    convert()
    bpy.context.view_layer.objects.active = other
    bpy.ops.object.mode_set(mode="EDIT")
    yield from until(lambda: PROGRESS.text.startswith("Ready"))
    yield 0.5
    picture("7-ready")
    bpy.ops.object.mode_set(mode="OBJECT")
    yield from until(lambda: not PROGRESS.running)
    assert len(models()) == 1
    bpy.data.objects.remove(other)


def models():
    """The brick models in the scene."""
    return [obj for obj in bpy.context.scene.objects if "brickprint_plan" in obj]


def switched_off_while_it_runs():
    """Disabling the extension ends the conversion."""
    settings(250, "solid")
    convert()
    yield 0.3
    assert PROGRESS.running
    sys.modules["brickprint"].unregister()
    assert not PROGRESS.running
    yield 1.0
    sys.modules["brickprint"].register()
    yield 1.0
    assert bpy.ops.brickprint.convert.poll()


def another_file_while_it_runs():
    """Opening another file ends the conversion."""
    settings(250, "solid")
    convert()
    yield 0.3
    assert PROGRESS.running
    bpy.ops.wm.read_homefile()
    yield 1.0
    assert not PROGRESS.running
    yield from show_sidebar()
    assert bpy.ops.brickprint.convert.poll()
    picture("8-another-file")


def the_sample_converted():
    """A textured file, imported as a user would; its picture is the one in the README."""
    bpy.data.objects.remove(bpy.context.object)
    bpy.ops.import_scene.gltf(filepath=str(ROOT / "samples" / "lighthouse.glb"))
    bpy.ops.object.select_all(action="SELECT")
    yield 0.5
    assert convert() == {"RUNNING_MODAL"}
    yield from until(lambda: not PROGRESS.running)
    assert len(models()) == 1
    with bpy.context.temp_override(**view()):
        bpy.ops.view3d.view_all()
    view()["area"].spaces.active.overlay.show_overlays = False
    yield 1.0
    picture("9-sample")


def run_steps():
    """Timer: the next step; ends Blender after the last."""
    try:
        return next(STEPS)
    except StopIteration:
        print("window test passed", flush=True)
        os._exit(0)
    except BaseException:  # nothing above a timer would end Blender
        traceback.print_exc()
        picture("failed")
        sys.stderr.flush()
        os._exit(1)


OUT.mkdir(parents=True, exist_ok=True)
bpy.context.preferences.view.show_splash = False
runpy.run_path(str(ROOT / "batch.py"))["load_package"]().register()
PROGRESS = sys.modules["brickprint.operators.progress"].PROGRESS
STEPS = session()
bpy.app.timers.register(run_steps, first_interval=2.0, persistent=True)
