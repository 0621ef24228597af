"""Drives Blender's window as a user would: `make test-window`.

    blender --factory-startup --enable-event-simulate --python tests/window/drive.py -- OUT [ZIP]

Shows the sidebar, clicks Convert, stops it with Esc, converts, picks parts with the mouse, changes the palette, undoes
and redoes, saves, opens again, exports; makes mosaics and models of images; drops images and a mesh; and leaves
pictures of the window in the folder OUT, and what it exports in one of that. The extension is the ZIP, which it
installs, or without one this checkout. The exit code is 0 when all went as it should.
"""

import os
import runpy
import shutil
import sys
import traceback
from itertools import chain
from pathlib import Path

import bpy

sys.path.insert(0, str(Path(__file__).parent))
import held
import images
import meshes
import window
from session import EXPORTED, OUT, PACKAGE, ROOT, ZIP


def run_steps():
    """Timer: the next step; ends Blender after the last."""
    try:
        return next(STEPS)
    except StopIteration:
        print("window test passed", flush=True)
        os._exit(0)
    except BaseException:  # nothing above a timer would end Blender
        traceback.print_exc()
        window.picture(OUT, "failed")
        sys.stderr.flush()
        os._exit(1)


OUT.mkdir(parents=True, exist_ok=True)
for old in OUT.glob("[0-9][0-9]*.png"):  # nothing of an earlier run may pass for this one's
    old.unlink()
shutil.rmtree(EXPORTED, ignore_errors=True)
bpy.context.preferences.view.show_splash = False
if ZIP:
    bpy.ops.extensions.package_install_files(filepath=str(ZIP[0]), repo="user_default", enable_on_install=True)
else:
    runpy.run_path(str(ROOT / "batch.py"))["load_package"]().register()
held.watch(PACKAGE)
STEPS = chain(meshes.steps(), images.steps())
bpy.app.timers.register(run_steps, first_interval=2.0, persistent=True)
