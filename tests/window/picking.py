"""Steps with the mouse on parts: hover, click, Shift-click, recolour, delete, a locked part, four views at once."""

from itertools import product

import bpy
import numpy as np
import window
from bpy_extras.view3d_utils import location_3d_to_region_2d
from mathutils import Vector
from session import OUT, idle, models, ours, plan
from window import point, press, search, until, view

_ROOM = 4  # pixels around a part, for its stud


def steps():
    """On the only model in the scene, which is as before when they end."""
    before = plan().layout.copy()
    yield from search("Pick Parts")
    yield from until(lambda: highlight().picking, "picking")
    (first,) = yield from clicked(place_of_view(0.5, 0.5))
    window.picture(OUT, "16-picked")
    both = yield from clicked(place_of_view(0.56, 0.56), shift=True)
    assert len(both) == 2 and first in both
    yield from ended()
    yield from recoloured(both, before)
    yield from deleted(before)
    yield from locked_part_stays(before)
    yield from picked_in_four_views()


def highlight():
    """What of the model is picked and hovered over."""
    return ours("scene.highlight").HIGHLIGHT


def picked():
    """The rows that are picked."""
    return np.flatnonzero(ours("scene.picking").picked_parts(models()[0])).tolist()


def place_of_view(across, up, region=None):
    """Pixels of the window at these shares of a view's width and height."""
    region = region or window.region("WINDOW")
    return region.x + int(region.width * across), region.y + int(region.height * up)


def clicked(place, region=None, **held):
    """Steps that pick what is under the mouse; gives the rows that are picked then, one of them there."""
    region = region or window.region("WINDOW")
    point(place)
    yield 0.3
    hovered = highlight().hovered
    assert hovered is not None, "nothing is under the mouse"
    press("LEFTMOUSE", place, **held)
    yield 0.3
    rows = picked()
    assert hovered in rows
    low, high = seen_at(hovered, region)
    at = np.array(place) - (region.x, region.y)
    assert (low - _ROOM < at).all() and (at < high + _ROOM).all(), "the part that was picked is elsewhere"
    return rows


def seen_at(row, region):
    """The lowest and highest pixels that a part takes in a view."""
    bricks, whole, units = models()[0], plan(), ours("core.units")
    cells = ours("core.layout").extents(whole.layout[row : row + 1], whole.catalogue)[0]
    size = cells * (units.STUD_MM, units.STUD_MM, units.PLATE_MM)
    foot = np.array(bricks.data.vertices[row].co)
    corners = [foot + size * corner for corner in product((-0.5, 0.5), (-0.5, 0.5), (0, 1))]
    pixels = [location_3d_to_region_2d(region, region.data, bricks.matrix_world @ Vector(one)) for one in corners]
    return np.min(pixels, axis=0), np.max(pixels, axis=0)


def ended():
    """Esc ends picking; what is picked stays so."""
    rows = picked()
    press("ESC")
    yield from until(lambda: not highlight().picking, "the end of picking")
    assert picked() == rows


def recoloured(rows, before):
    """The first colour of the menu, and back."""
    with bpy.context.temp_override(**view()):
        bpy.ops.wm.call_menu(name="BRICKPRINT_MT_by_hand")
    yield 0.7
    for key in ("DOWN_ARROW", "RIGHT_ARROW", "RET"):
        press(key)
        yield 0.7
    yield from until(idle, "the colour")
    colours = plan().layout["colour"]
    changed = np.flatnonzero(colours != before["colour"]).tolist()
    assert changed and set(changed) <= set(rows) and len(set(colours[rows])) == 1
    window.picture(OUT, "17-recoloured")
    yield from undone(before)


def undone(before, strokes=1):
    """Steps back to how the model was."""
    for _ in range(strokes):
        press("Z", ctrl=True)
        yield 1.0
    assert np.array_equal(plan().layout, before), "undo should bring every part back"


def deleted(before):
    """X takes a picked part away while picking goes on."""
    yield from search("Pick Parts")
    yield from clicked(place_of_view(0.5, 0.5))
    press("X")
    yield from until(lambda: idle() and len(plan().layout) < len(before), "the part to go")
    assert len(plan().layout) == len(before) - 1 and highlight().picking
    yield from ended()
    yield from undone(before, 2)  # picking is a step of its own


def locked_part_stays(before):
    """X on a part that is locked is refused in a word; picking goes on."""
    yield from search("Pick Parts")
    yield from clicked(place_of_view(0.5, 0.5))
    with bpy.context.temp_override(**view()):
        bpy.ops.brickprint.lock_parts("EXEC_DEFAULT", True, lock=True)
    press("X")
    yield 0.3
    point(place_of_view(0.51, 0.51))  # Blender shows what is reported at the next event
    yield 0.5
    window.picture(OUT, "18-locked")
    assert len(plan().layout) == len(before) and highlight().picking
    yield from clicked(place_of_view(0.56, 0.56))
    yield from ended()
    yield from undone(before, 2)


def picked_in_four_views():
    """Each of the four views picks what it shows itself."""
    turn_four_views()
    yield 1.0
    views = [region for region in window.area().regions if region.type == "WINDOW"]
    assert len(views) == 4
    yield from search("Pick Parts")
    for region in views:
        with bpy.context.temp_override(window=bpy.context.window_manager.windows[0], area=window.area(), region=region):
            bpy.ops.view3d.view_all()
        yield 0.5
        yield from clicked(place_of_view(0.5, 0.5, region), region)
    window.picture(OUT, "19-four-views")
    yield from ended()
    turn_four_views()
    yield 1.0


def turn_four_views():
    """Four views, or one again."""
    with bpy.context.temp_override(**view()):
        bpy.ops.screen.region_quadview()
