"""Brickprint without a window: `python batch.py convert …`, or `blender -b --python batch.py -- convert …`.

The folder this file lies in is the package, whatever the folder is called.
"""

import importlib.util
import os
import shutil
import sys
from pathlib import Path
from types import ModuleType
from typing import NoReturn

HERE = Path(__file__).resolve().parent


def load_package() -> ModuleType:
    """The package in this folder: as the extension that Blender has loaded from here, else as `brickprint`."""
    for module in list(sys.modules.values()):
        if getattr(module, "__file__", None) and Path(module.__file__) == HERE / "__init__.py":
            return module
    place = importlib.util.spec_from_file_location(
        "brickprint", HERE / "__init__.py", submodule_search_locations=[str(HERE)]
    )
    package = importlib.util.module_from_spec(place)
    sys.modules["brickprint"] = package
    place.loader.exec_module(package)
    return package


def own_arguments() -> list[str]:
    """Our words of the command line; when Blender runs this file they come after `--`."""
    if Path(sys.argv[0]).name == Path(__file__).name:
        return sys.argv[1:]
    return sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else []


def main() -> int:
    """Carry out the command line and give the exit code."""
    for needed in ("bpy", "scipy", "threadpoolctl"):
        if importlib.util.find_spec(needed) is None:
            print(
                f"brickprint: Python's {needed} is missing; run `make venv` and use .venv/bin/python, "
                "or install the extension in Blender and use `blender --command brickprint`.",
                file=sys.stderr,
            )
            return 2
    package = load_package()
    out = importlib.import_module(f"{package.__name__}.cli").own_output()  # before bpy says its first words
    headless = importlib.import_module(f"{package.__name__}.operators.headless")
    with out:
        return headless.main(own_arguments(), out)


def leave(code: int) -> NoReturn:
    """End the process with an exit code.

    Blender as a module may not survive taking itself down: 4.5 waits for ever once it wrote a .glb, and 4.2 breaks off
    once a text property with suggestions was registered. So nothing is left to that but its folder of temporary files.
    """
    blender = sys.modules.get("bpy")
    if blender is None or blender.app.binary_path:  # the application has one, and ends well
        sys.exit(code)
    shutil.rmtree(blender.app.tempdir, ignore_errors=True)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    leave(main())
