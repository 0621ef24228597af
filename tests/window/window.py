"""The window as a user has it: what it shows, the mouse, the keys. Places are pixels of the window, from below left."""

import shutil
import subprocess
import time

import bpy

PATIENCE_SECONDS = 300
_ROW = 7  # pixels: no button is lower
_STEPS = 5  # in which the mouse is moved
_TURNS = 30  # of the wheel; it is at the end before


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


def place_of(wanted, key="C", **held):
    """Steps that look for something in the sidebar, from above, and give its place.

    Found by pointing at every row and copying what is there: `wanted` is in what the key then copies.
    """
    sidebar = region("UI")
    x = sidebar.x + sidebar.width // 2
    for y in range(sidebar.y + sidebar.height - _ROW, sidebar.y, -_ROW):
        bpy.context.window_manager.clipboard = ""
        point((x, y))
        yield 0.03
        press(key, (x, y), **held)
        yield 0.03
        if wanted in bpy.context.window_manager.clipboard:
            return x, y
    raise LookupError(f"nothing for {wanted} in the sidebar")


def click(operator):
    """Steps that click an operator's button in the sidebar; Ctrl-C copies its Python command."""
    place = yield from place_of(f"bpy.ops.{operator}(", ctrl=True)
    press("LEFTMOUSE", place)
    yield 0.1
    point((region("WINDOW").x + 200, region("WINDOW").y + 200))
    yield 0.2


def field_of(name):
    """Steps that give the place of a property's field in the sidebar; the keys copy its data path."""
    return (yield from place_of(f".{name}", ctrl=True, shift=True, alt=True))


def fold_and_scroll_down():
    """Steps that bring the last panels into the sidebar.

    A click with Ctrl on the header of the first, open panel folds all in 4.3; in 5.2 the wheel brings the end of what
    is unfolded.
    """
    sidebar = region("UI")
    x, y = sidebar.x + sidebar.width // 2, sidebar.y + sidebar.height - 2 * _ROW
    middle = x, sidebar.y + sidebar.height // 2
    point((x, y))
    yield 0.3
    press("LEFTMOUSE", (x, y), ctrl=True)
    yield 0.5
    for _ in range(2):  # the panels settle once the mouse is over them
        point(middle)
        yield 0.5
    for _ in range(_TURNS):
        press("WHEELDOWNMOUSE", middle)
        yield 0.05
    yield 0.5


def unfold(panel, above=0, **held):
    """Steps that click the header of a folded panel, found from below, and give how high it is.

    above: how high the header of the panel below it is. held: with Ctrl, Blender folds all panels beside it.
    """
    kind, drawn = getattr(bpy.types, panel), []

    def mark(_panel, _context):
        drawn.append(True)

    kind.append(mark)
    sidebar = region("UI")
    x = sidebar.x + sidebar.width // 2
    for y in range(above + 4 * _ROW if above else sidebar.y + _ROW, sidebar.y + sidebar.height, _ROW):
        point((x, y))
        yield 0.03
        press("LEFTMOUSE", (x, y), **held)
        yield 0.15
        if drawn:
            kind.remove(mark)
            return y
    raise LookupError(f"no header of {panel} in the sidebar")


def pull(place, way):
    """Steps that press the left mouse button at a place and move the mouse sideways; it stays pressed."""
    (x, y), main = place, bpy.context.window_manager.windows[0]
    point(place)
    yield 0.1
    main.event_simulate(type="LEFTMOUSE", value="PRESS", x=x, y=y)
    for step in range(1, _STEPS + 1):  # not in a jump
        yield 0.04
        point((x + way * step // _STEPS, y))


def let_go(place):
    """Release the left mouse button."""
    bpy.context.window_manager.windows[0].event_simulate(type="LEFTMOUSE", value="RELEASE", x=place[0], y=place[1])


def write(text):
    """Type letters and spaces into what is open."""
    x, y = region("WINDOW").x + 200, region("WINDOW").y + 200
    main = bpy.context.window_manager.windows[0]
    for letter in text:
        kind = "SPACE" if letter == " " else letter.upper()
        main.event_simulate(type=kind, value="PRESS", unicode=letter, x=x, y=y)
        main.event_simulate(type=kind, value="RELEASE", x=x, y=y)


def search(label):
    """Steps that find an operator by F3, as Blender's search shows it, and start it."""
    press("F3")
    yield 1.0
    write(label)
    yield 1.0
    press("RET")
    yield 0.5


def browse(file, look=None):
    """Steps that choose a file in the file browser that has opened; look: called before it is confirmed."""
    windows = bpy.context.window_manager.windows
    yield from until(lambda: len(windows) > 1, "the file browser")
    yield 1.0
    browser = next(area for area in windows[-1].screen.areas if area.type == "FILE_BROWSER")
    browser.spaces.active.params.directory = bytes(file.parent)
    browser.spaces.active.params.filename = file.name
    yield 1.5
    if look:
        look()
    place = (browser.x + browser.width // 2, browser.y + browser.height // 2)
    press("RET", place, windows[-1])
    yield from until(lambda: len(windows) == 1, "the file browser to close")
    yield 0.3
