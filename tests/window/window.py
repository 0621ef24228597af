"""The window as a user has it: what it shows, the mouse, the keys. Places are pixels of the window, from below left."""

import shutil
import subprocess
import time

import bpy

PATIENCE_SECONDS = 300
_ROW = 7  # pixels: no button is lower


def area():
    """The 3D view."""
    return next(area for area in bpy.context.window_manager.windows[0].screen.areas if area.type == "VIEW_3D")


def region(kind):
    """The 3D view's main region (WINDOW) or its sidebar (UI)."""
    return next(region for region in area().regions if region.type == kind)


def view():
    """The window and its 3D view, as a context to call operators in."""
    return {"window": bpy.context.window_manager.windows[0], "area": area(), "region": region("WINDOW")}


def picture(out, name):
    """Save what the screen shows; the X server knows better than software OpenGL, where Blender sees black."""
    if shutil.which("import"):
        subprocess.run(["import", "-window", "root", out / f"{name}.png"], check=True)
        return
    with bpy.context.temp_override(**view()):
        bpy.ops.screen.screenshot(filepath=str(out / f"{name}.png"))


def press(key, place=None, window=None, **held):
    """One stroke of a key or mouse button, over the 3D view unless a place is given; held: ctrl=True and the like."""
    x, y = place or (region("WINDOW").x + 200, region("WINDOW").y + 200)
    window = window or bpy.context.window_manager.windows[0]
    for value in ("PRESS", "RELEASE"):
        window.event_simulate(type=key, value=value, x=x, y=y, **held)


def point(place):
    """Move the mouse."""
    x, y = place
    bpy.context.window_manager.windows[0].event_simulate(type="MOUSEMOVE", value="NOTHING", x=x, y=y)


def until(condition, what):
    """Steps that wait for a condition, with a pause for the window between them."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > PATIENCE_SECONDS:
            raise TimeoutError(f"waited too long for: {what}")
        yield 0.05


def click(operator):
    """Steps that look for an operator's button in the sidebar, from above, and click it with the mouse.

    Found by pointing at every row and copying what is there by Ctrl-C: of a button, that is its Python command.
    """
    sidebar = region("UI")
    x = sidebar.x + sidebar.width // 2
    for y in range(sidebar.y + sidebar.height - _ROW, sidebar.y, -_ROW):
        bpy.context.window_manager.clipboard = ""
        point((x, y))
        yield 0.03
        press("C", (x, y), ctrl=True)
        yield 0.03
        if f"bpy.ops.{operator}(" in bpy.context.window_manager.clipboard:
            press("LEFTMOUSE", (x, y))
            yield 0.1
            point((region("WINDOW").x + 200, region("WINDOW").y + 200))
            yield 0.2
            return
    raise LookupError(f"no button for {operator} in the sidebar")
