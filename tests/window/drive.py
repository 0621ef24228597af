"""Drives Blender's window as a user would: `make test-window`.

    blender --factory-startup --enable-event-simulate --python tests/window/drive.py -- OUT [ZIP]

Shows the sidebar, clicks Convert, stops it with Esc, converts, changes the palette, undoes and redoes, saves, opens
again, exports; makes mosaics and models of images, also of one that is dropped; and leaves pictures of the window in
the folder OUT. The extension is this checkout, or the ZIP, which it installs. The exit code is 0 when all went as it
should.
"""

import os
import runpy
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
from session import OUT, PACKAGE, ROOT, ZIP


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
bpy.context.preferences.view.show_splash = False
if ZIP:
    bpy.ops.extensions.package_install_files(filepath=str(ZIP[0]), repo="user_default", enable_on_install=True)
else:
    runpy.run_path(str(ROOT / "batch.py"))["load_package"]().register()
held.watch(PACKAGE)
STEPS = chain(meshes.steps(), images.steps())
bpy.app.timers.register(run_steps, first_interval=2.0, persistent=True)
