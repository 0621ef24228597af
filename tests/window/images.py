"""Steps with images: a mosaic by the panel, live under a slider, undone; Image to Bricks; files that are dropped."""

import math
import os
import subprocess
import sys
from pathlib import Path

import bpy
import held
import numpy as np
import window
from mathutils import Vector
from session import OUT, ROOT, all_in_view, idle, models, ours, picture, plan, progress, show_sidebar
from window import browse, click, field_of, fold_and_scroll_down, let_go, press, pull, search, unfold, until, view

_CHAIR = (  # middle and size of its boxes, and which of the colours they have
    ((0, 0, 0.35), (1.0, 1.2, 0.7), 1),
    ((0, 0.5, 0.75), (1.0, 0.25, 1.5), 1),
    *(((x, 0, 0.55), (0.25, 1.25, 1.1), 0) for x in (-0.6, 0.6)),
)
_COLOURS = ((0.55, 0.3, 0.12, 1.0), (0.15, 0.4, 0.85, 1.0))  # wood, blue
_TURNED, _RAISED, _AWAY = math.radians(30), math.radians(25), 3.2  # the network's set pose
_TOWARDS = Vector((math.sin(_TURNED) * math.cos(_RAISED), -math.cos(_TURNED) * math.cos(_RAISED), math.sin(_RAISED)))


def steps():
    """From an image to a mosaic and to a model; each yields the seconds until the next."""
    lighthouse, chair, libraries = OUT / "lighthouse.png", OUT / "chair.png", ours("core.libraries")
    if libraries.missing(libraries.IMAGES):
        assert not bpy.ops.brickprint.mosaic_of_camera.poll()
        return
    bpy.ops.wm.read_homefile()
    yield 1.0
    empty_scene()
    bpy.ops.import_scene.gltf(filepath=str(ROOT / "samples" / "lighthouse.glb"))
    photographed(lighthouse, clear=False)
    empty_scene()
    add_chair()
    photographed(chair, clear=True)
    empty_scene()
    yield from show_sidebar()
    yield from image_opened(lighthouse)
    yield from mosaic_stopped_with_escape()
    yield from mosaic_made()
    first = colours()
    yield from mosaic_follows_a_slider()
    yield from slider_let_go_by_escape()
    yield from followed_undone_and_redone(first)
    if libraries.missing(libraries.FROM_IMAGES):
        assert not bpy.ops.brickprint.image_to_bricks.poll()
        return
    yield from image_to_bricks_stopped_with_escape(chair)
    yield from image_to_bricks(chair)
    yield from dropped_files(lighthouse, chair)


def empty_scene():
    """Nothing in the scene, and nothing to undo."""
    for obj in list(bpy.data.objects):
        bpy.data.objects.remove(obj)
    for collection in list(bpy.context.scene.collection.children_recursive)[1:]:
        bpy.data.collections.remove(collection)
    bpy.ops.outliner.orphans_purge(do_recursive=True)
    bpy.ops.ed.undo_push(message="ready")


def add_chair():
    """An armchair of boxes."""
    materials = [bpy.data.materials.new("chair") for _ in _COLOURS]
    for material, colour in zip(materials, _COLOURS, strict=True):
        material.diffuse_color = colour
    for middle, size, colour in _CHAIR:
        bpy.ops.mesh.primitive_cube_add(size=1, location=middle, scale=size)
        bpy.context.object.data.materials.append(materials[colour])


def photographed(file, clear):
    """Write a picture of all there is; clear: what is behind it is transparent, else sky."""
    scene = bpy.context.scene
    corners = [obj.matrix_world @ Vector(corner) for obj in scene.objects for corner in obj.bound_box]
    middle = (Vector(map(min, *corners)) + Vector(map(max, *corners))) / 2
    radius = max((corner - middle).length for corner in corners)
    bpy.ops.object.camera_add(location=middle + _AWAY * radius * _TOWARDS)
    scene.camera = bpy.context.object
    scene.camera.rotation_euler = _TOWARDS.to_track_quat("Z", "Y").to_euler()
    scene.camera.data.angle = 2 * math.asin(1 / _AWAY)
    scene.world.color = (0.25, 0.55, 0.9)
    scene.render.engine = "BLENDER_WORKBENCH"
    scene.view_settings.view_transform = "Standard"
    scene.display.shading.light = "STUDIO" if clear else "FLAT"
    scene.display.shading.color_type = "MATERIAL" if clear else "TEXTURE"
    scene.render.film_transparent = clear
    scene.render.resolution_x = scene.render.resolution_y = 512
    scene.render.filepath = str(file)
    bpy.ops.render.render(write_still=True)


def chosen():
    """The panel's choices."""
    return bpy.context.scene.brickprint_mosaic


def image_opened(file):
    """The panel is unfolded, and its button Open brings an image from the disk."""
    yield from fold_and_scroll_down()
    yield from unfold("BRICKPRINT_PT_mosaic", ctrl=True)  # folds the others
    yield 0.5
    yield from picture("20-mosaic-panel")
    yield from click("image.open")
    yield from browse(file, lambda: window.picture(OUT, "21-open-image"))
    assert chosen().image is not None and chosen().image.name == file.name
    y = 0
    for name in ("relief", "colours", "studs", "crop"):
        y = yield from unfold(f"BRICKPRINT_PT_mosaic_{name}", y)
    yield 0.5
    yield from picture("22-all-choices")


def mosaic_stopped_with_escape():
    """A large mosaic takes its time; Esc leaves the scene empty."""
    chosen().size, chosen().method = "128x128", "exact-diffused"
    bpy.ops.ed.undo_push(message="settings")
    yield from click("brickprint.mosaic")
    yield from until(lambda: progress().fraction > 0.2 or idle(), "some progress")
    assert not idle(), "too fast to be stopped"
    yield from picture("23-mosaic-running")
    press("ESC")
    yield from until(idle, "the end after Esc")
    assert not bpy.data.objects, "stopping changed the scene"
    chosen().size, chosen().method = "48x48", "exact"
    bpy.ops.ed.undo_push(message="settings")
    held.tell("a mosaic, stopped")


def mosaic_made():
    """The button makes a mosaic, seen from above."""
    yield from click("brickprint.mosaic")
    yield from until(idle, "the mosaic")
    held.tell("a mosaic of 48 x 48 studs")
    assert plan().size[:2] == (48, 48)
    from_above()
    yield 1.0
    yield from picture("24-mosaic")


def from_above():
    """Seen as a picture on a wall."""
    with bpy.context.temp_override(**view()):
        bpy.ops.view3d.view_axis(type="TOP")
    all_in_view()


def colours():
    """The colour of every part of the mosaic."""
    return plan().layout["colour"].copy()


def mosaic_follows_a_slider():
    """The mosaic changes while the mouse still holds the slider."""
    before = colours()
    place = yield from field_of("brightness")
    yield from pull(place, 50)
    yield from until(lambda: not np.array_equal(colours(), before), "a mosaic that follows")
    assert chosen().brightness > 10
    yield 0.5
    window.picture(OUT, "26-mosaic-followed")
    let_go((place[0] + 50, place[1]))
    yield from followed()


def followed():
    """Steps that wait until the mosaic is what the panel says."""
    now = ours("operators.live_mosaic").Following.now
    yield 0.5
    yield from until(lambda: now.worker is None and not now.stale, "the mosaic")
    yield 0.5


def slider_let_go_by_escape():
    """Esc while the slider is held: its value comes back, and so does the mosaic."""
    before, brightness = colours(), chosen().brightness
    place = yield from field_of("brightness")
    yield from pull(place, -50)
    yield from until(lambda: not np.array_equal(colours(), before), "a mosaic that follows")
    press("ESC", (place[0] - 50, place[1]))
    yield from followed()
    assert chosen().brightness == brightness and np.array_equal(colours(), before)


def followed_undone_and_redone(first):
    """One step back and forth takes the slider and the mosaic; first: the mosaic before it was touched."""
    brightness, last = chosen().brightness, colours()
    for keys, name, expected in (({}, "27-undone", (0.0, first)), ({"shift": True}, "28-redone", (brightness, last))):
        press("Z", ctrl=True, **keys)
        yield from followed()
        yield from picture(name)
        assert chosen().brightness == expected[0] and np.array_equal(colours(), expected[1])
    held.tell("a mosaic that follows")


def image_to_bricks_stopped_with_escape(file):
    """Found by F3; Esc while it runs leaves the scene as it was."""
    empty_scene()
    bpy.context.scene.brickprint.studs = 150
    yield from search("Image to Bricks")
    yield from browse(file, lambda: window.picture(OUT, "30-image-to-bricks"))
    yield from until(lambda: progress().fraction > 0.4 or idle(), "some progress")
    assert not idle(), "too fast to be stopped"
    yield from picture("31-image-running")
    press("ESC")
    yield from until(idle, "the end after Esc")
    assert not bpy.data.objects
    bpy.context.scene.brickprint.studs = 48
    held.tell("an image, stopped")


def image_to_bricks(file):
    """A chair in a picture becomes a chair of bricks."""
    yield from search("Image to Bricks")
    yield from browse(file)
    yield from until(idle, "the model")
    held.tell("an image to 48 studs")
    assert max(plan().size[:2]) == 48
    window.area().spaces.active.region_3d.view_rotation = _TOWARDS.to_track_quat("Z", "Y")
    yield 0.5
    all_in_view()
    yield 1.0
    yield from picture("32-image-to-bricks")


def dropped_files(mosaic, chair):
    """Blender asks what becomes of an image that is dropped; Esc leaves the scene as it was, also while it works."""
    empty_scene()
    images = set(bpy.data.images)
    yield from dropped(mosaic)
    window.picture(OUT, "40-dropped")
    press("ESC")
    yield 0.5
    yield from dropped(chair)
    press("I")
    yield 1.0
    window.picture(OUT, "41-dropped-for-a-model")
    press("ESC")
    yield 0.5
    chosen().size, chosen().method = "128x128", "exact-diffused"
    yield from dropped(mosaic)
    press("M")
    yield from until(lambda: not idle() and progress().fraction > 0.2, "some progress")
    press("ESC")
    yield from until(idle, "the end after Esc")
    assert not bpy.data.objects and set(bpy.data.images) == images
    chosen().size, chosen().method, chosen().brightness = "48x48", "exact", 0.0
    yield from dropped(mosaic)
    press("M")
    yield from until(models, "the mosaic")
    held.tell("a dropped image")
    assert plan().name == mosaic.stem and len(models()) == 1
    from_above()
    yield 1.0
    yield from picture("42-dropped-for-a-mosaic")
    yield from dropped_mesh(ROOT / "samples" / "apple.glb")


def dropped_mesh(file):
    """Blender asks which importer is meant; ours asks how large, then builds it. Esc takes nothing in."""
    empty_scene()
    for stopped in (True, False):
        yield from dropped(file)
        press("B")
        yield 1.0
        window.picture(OUT, "43-dropped-mesh")
        if stopped:
            press("ESC")
            yield 0.5
            assert not bpy.data.objects
    bpy.context.scene.brickprint.studs = 24
    press("RET")
    yield from until(lambda: models() and idle(), "the model of the mesh")
    held.tell("a dropped mesh")
    assert max(plan().size[:2]) == 24
    all_in_view()
    yield 1.0
    yield from picture("44-dropped-for-bricks")


def dropped(file):
    """Steps that drop a file onto the view: as a file manager does, where there is an X server."""
    with bpy.context.temp_override(**view()):
        if "DISPLAY" not in os.environ:
            bpy.ops.wm.drop_import_file("INVOKE_DEFAULT", directory=str(file.parent), files=[{"name": file.name}])
            yield 1.0
            return
    x, y = window.region("WINDOW").x + 200, window.region("WINDOW").y + 200
    y = bpy.context.window_manager.windows[0].height - y
    dropping = subprocess.Popen([sys.executable, Path(__file__).with_name("dropping.py"), file, str(x), str(y)])
    yield from until(lambda: dropping.poll() is not None, "the drop")
    assert dropping.returncode == 0, "the file was not taken"
    yield 1.0
