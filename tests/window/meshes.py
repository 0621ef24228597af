"""Steps with meshes: convert, stop, undo, redo, colours by hand, another palette, save, open, export, switch off."""

import sys

import bpy
import held
import picking
import window
from session import (
    EXPORTED,
    OUT,
    PACKAGE,
    ROOT,
    ZIP,
    all_in_view,
    idle,
    models,
    names,
    ours,
    picture,
    plan,
    progress,
    settings,
    show_sidebar,
)
from window import click, press, until, view


def only_suzanne():
    """A smooth monkey and nothing else in the scene."""
    for obj in list(bpy.data.objects):
        bpy.data.objects.remove(obj)
    bpy.ops.mesh.primitive_monkey_add(size=2)
    bpy.ops.object.modifier_add(type="SUBSURF")
    bpy.context.object.modifiers[0].levels = 3
    bpy.ops.ed.undo_push(message="ready")


def steps():
    """From the sidebar to a model saved, exported and opened again; each yields the seconds until the next."""
    only_suzanne()
    yield 1.0
    yield from show_sidebar()
    yield from picture("01-panel")
    before = names()
    yield from stopped_with_escape(before)
    yield from converted(before)
    yield from undone_and_redone(before)
    yield from colours_by_hand()
    yield from picking.steps()
    yield from another_palette()
    yield from saved_and_opened()
    yield from exported()
    yield from without_libraries()
    yield from waits_for_object_mode()
    yield from switched_off_while_it_runs()
    yield from another_file_while_it_runs()
    yield from the_sample_converted()


def stopped_with_escape(before):
    """A click starts it; Esc leaves everything as it was."""
    settings(studs=250, interior="solid")
    yield from click("brickprint.convert")
    yield from until(lambda: progress().fraction > 0.12 or idle(), "some progress")
    yield 0.3
    assert not idle(), "too fast to be stopped"
    assert not bpy.ops.brickprint.convert.poll()
    yield from picture("02-running")
    press("ESC")
    yield from until(idle, "the end after Esc")
    assert names() == before, "stopping changed the scene"
    yield 0.5
    yield from picture("03-stopped")


def converted(before):
    """A finished conversion puts bricks in place of the source."""
    held.tell("250 studs, stopped")
    settings(studs=48, interior="shell")
    yield from click("brickprint.convert")
    drawn = ours("scene.draft")._drawn
    yield from until(lambda: drawn.batches or idle(), "the first layers")
    assert not idle(), "no layer was drawn before the model was there"
    yield 0.3
    yield from picture("03b-layers")
    yield from until(idle, "the bricks")
    yield 1.0
    assert bpy.context.active_object.name not in before and bpy.data.objects["Suzanne"].hide_get()
    assert not bpy.context.selected_objects, "outlines hide the colours"
    held.tell("48 studs, converted")
    all_in_view()
    yield 1.0
    yield from picture("04-converted")
    window.area().spaces.active.shading.type = "MATERIAL"
    yield 15.0  # EEVEE makes its shaders first
    yield from picture("05-material")
    window.area().spaces.active.shading.type = "SOLID"


def undone_and_redone(before):
    """The whole conversion is one step."""
    press("Z", ctrl=True)
    yield 1.0
    assert names() == before, "one undo should take the bricks away and show the source again"
    yield from picture("06-undone")
    press("Z", ctrl=True, shift=True)
    yield 1.0
    assert len(names()) == len(before) + 1
    yield from picture("07-redone")


def colours_by_hand():
    """The menu of what can be done with picked parts, and its colours."""
    with bpy.context.temp_override(**view()):
        bpy.ops.wm.call_menu(name="BRICKPRINT_MT_by_hand")
    yield 0.7
    press("DOWN_ARROW")
    press("RIGHT_ARROW")
    yield 1.0
    window.picture(OUT, "07b-by-hand")
    press("ESC")
    yield 0.3
    press("ESC")
    yield 0.5


def another_palette():
    """Another palette, which a click on Update brings; undo brings the old model, redo the new one."""
    count = len(names())
    settings(palette="pick-a-brick-29")
    yield from click("brickprint.update")
    yield from until(idle, "the bricks in other colours")
    yield 1.0
    held.tell("48 studs, another palette")
    assert plan().settings["palette"] == "pick-a-brick-29" and len(names()) == count
    yield from picture("08-palette")
    for keys, palette in (({}, "solid"), ({"shift": True}, "pick-a-brick-29")):
        press("Z", ctrl=True, **keys)
        yield 1.0
        assert plan().settings["palette"] == palette, "undo and redo should change between the models"


def saved_and_opened():
    """A saved file shows the same model again."""
    file = OUT / "saved.blend"
    before = names()
    bpy.ops.wm.save_as_mainfile(filepath=str(file))
    bpy.ops.wm.open_mainfile(filepath=str(file))
    yield 1.0
    yield from show_sidebar()
    assert names() == before and plan().settings["palette"] == "pick-a-brick-29"
    bpy.context.view_layer.objects.active = models()[0]
    yield 1.0
    yield from picture("09-opened-again")


def dialog_pictured(name):
    """Steps that open the export dialog, picture it, and close it with Esc."""
    count = len(bpy.context.window_manager.windows)
    with bpy.context.temp_override(**view()):
        bpy.ops.brickprint.export_files("INVOKE_DEFAULT")
    yield from until(lambda: len(bpy.context.window_manager.windows) > count, "the dialog")
    yield 2.0
    window.picture(OUT, name)
    press("ESC", (100, 100), bpy.context.window_manager.windows[-1])
    yield from until(lambda: len(bpy.context.window_manager.windows) == count, "the dialog to close")


def exported():
    """The reopened file exports without converting again; the dialog asks where to and what."""
    yield from dialog_pictured("10-export")
    lacks = ours("core.libraries").missing_for_format
    formats = {word for word in ("ldr", "mpd", "lxf", "xml", "csv", "pdf", "html") if not lacks(word)}
    assert formats >= ({"pdf", "html"} if ZIP else {"ldr"})  # the zip brings the libraries
    with bpy.context.temp_override(**view()):
        bpy.ops.brickprint.export_files("EXEC_DEFAULT", directory=str(EXPORTED), formats=formats)
    yield 0.5
    kinds = {file.suffix for file in (EXPORTED / plan().name).iterdir()}
    assert {f".{word}" for word in formats} <= kinds, kinds


def without_libraries():
    """What needs a library that is missing is greyed, with the reason."""
    chosen = bpy.context.scene.brickprint
    hidden = {name: sys.modules.get(name) for name in ("onnxruntime", "reportlab")}
    sys.modules.update(dict.fromkeys(hidden))
    chosen.packer = "learned"
    assert not bpy.ops.brickprint.convert.poll()
    yield 0.5
    yield from picture("11-no-onnxruntime")
    yield from dialog_pictured("12-no-reportlab")
    for name, module in hidden.items():
        sys.modules.pop(name)
        if module:
            sys.modules[name] = module
    chosen.packer = "best"


def waits_for_object_mode():
    """The user is in Edit Mode when the bricks are ready; the old model is replaced when they leave it."""
    bpy.ops.mesh.primitive_cube_add()
    other = bpy.context.object.name
    models()[0].select_set(True)
    bpy.data.objects[other].select_set(False)
    with bpy.context.temp_override(**view()):
        assert bpy.ops.brickprint.convert("INVOKE_DEFAULT") == {"RUNNING_MODAL"}
    bpy.context.view_layer.objects.active = bpy.data.objects[other]
    bpy.ops.object.mode_set(mode="EDIT")
    yield from until(lambda: progress().text.startswith("Ready"), "bricks that wait")
    yield 0.5
    yield from picture("13-ready")
    bpy.ops.object.mode_set(mode="OBJECT")
    yield from until(idle, "the bricks after Edit Mode")
    assert len(models()) == 1
    bpy.data.objects.remove(bpy.data.objects[other])


def switched_off_while_it_runs():
    """Disabling the extension ends the conversion."""
    yield from started()
    shown = progress()
    switch(False)
    assert not shown.running
    yield 1.0
    switch(True)
    yield 1.0
    assert bpy.ops.brickprint.convert.poll()


def switch(on):
    """The extension on or off."""
    if not ZIP:
        package = sys.modules[PACKAGE]
        (package.register if on else package.unregister)()
    else:
        (bpy.ops.preferences.addon_enable if on else bpy.ops.preferences.addon_disable)(module=PACKAGE)


def started():
    """A long conversion runs."""
    bpy.ops.object.select_all(action="DESELECT")
    (models() or list(bpy.context.scene.objects))[0].select_set(True)
    settings(studs=250, interior="solid")
    with bpy.context.temp_override(**view()):
        assert bpy.ops.brickprint.convert("INVOKE_DEFAULT") == {"RUNNING_MODAL"}
    yield 0.3
    assert not idle()


def another_file_while_it_runs():
    """Opening another file ends the conversion."""
    yield from started()
    bpy.ops.wm.read_homefile()
    yield 1.0
    assert idle()
    only_suzanne()
    yield from show_sidebar()
    assert bpy.ops.brickprint.convert.poll()
    yield from picture("14-another-file")


def the_sample_converted():
    """A textured file, imported as a user would; its picture is the one in the README."""
    bpy.data.objects.remove(bpy.context.object)
    bpy.ops.import_scene.gltf(filepath=str(ROOT / "samples" / "lighthouse.glb"))
    bpy.ops.object.select_all(action="SELECT")
    yield 0.5
    held.tell("what lies between")
    yield from click("brickprint.convert")
    yield from until(idle, "the sample")
    held.tell("48 studs, textured")
    assert len(models()) == 1
    all_in_view()
    window.area().spaces.active.overlay.show_overlays = False
    yield 1.0
    yield from picture("15-sample")
