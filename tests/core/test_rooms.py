"""Who may import whom, read from the source."""

import ast
import subprocess
import sys
from collections import defaultdict
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("core", "scene", "operators", "ui")
MODULES = sorted(
    [*(path for room in ROOMS for path in (ROOT / room).rglob("*.py")), *(ROOT / n for n in ("__init__.py", "cli.py"))]
)
LONGEST_MODULE = 400


def name_of(path):
    return str(path.relative_to(ROOT))


@cache
def imports(path):
    """What a module imports, anywhere in it: ("bpy", "types") of others, ("", "core", "grid") of our own."""
    package = path.relative_to(ROOT).parts[:-1]
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found += [tuple(alias.name.split(".")) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = ("", *package[: len(package) + 1 - node.level]) if node.level else ()
            module = (*above, *(node.module or "").split(".")) if node.module else above
            found += [(*module, alias.name) for alias in node.names]
    return found


def room(name):
    """The first folder of one of our own modules, or the file at the top: core, scene, cli, ..."""
    return name[1] if len(name) > 1 else ""


def own_rooms(path):
    return {room(name) for name in imports(path) if name[0] == ""}


def of_room(*rooms):
    return [path for path in MODULES if path.relative_to(ROOT).parts[0] in rooms]


@pytest.mark.parametrize("path", of_room("core"), ids=name_of)
def test_core_knows_neither_blender_nor_the_other_rooms(path):
    assert own_rooms(path) <= {"core"}
    blender = {"bpy", "bpy_extras", "mathutils", "gpu", "bmesh", "bl_ui", "addon_utils"}
    assert not {name[0] for name in imports(path)} & blender


@pytest.mark.parametrize("path", of_room("scene"), ids=name_of)
def test_scene_knows_no_interface(path):
    assert own_rooms(path) <= {"core", "scene"}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_own_modules_are_imported_relatively(path):
    assert not [name for name in imports(path) if name[0] in {"brickprint", *ROOMS}]


def test_rooms_form_no_circle():
    above = defaultdict(set)
    for path in of_room(*ROOMS):
        here = path.relative_to(ROOT).parts[0]
        above[here] |= own_rooms(path) - {here}
    order = list(TopologicalSorter(above).static_order())  # raises CycleError
    assert order.index("core") < order.index("scene") < order.index("operators") < order.index("ui")


def test_the_scan_sees_relative_imports():
    """Guards the tests above: a scan that finds nothing would let everything pass."""
    assert ("", "core", "grid", "Grid") in imports(ROOT / "core/stages.py")
    assert ("", "core", "pipeline", "Conversion") in imports(ROOT / "operators/convert.py")
    assert room(("", "core", "grid", "Grid")) == "core"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_fits_in_a_head(path):
    assert len(path.read_text("utf-8").splitlines()) < LONGEST_MODULE


def test_the_core_and_the_root_load_without_blender():
    code = f"""
import importlib.util, pkgutil, sys
sys.modules["bpy"] = None  # importing it raises ImportError from now on
root = {str(ROOT)!r}
place = importlib.util.spec_from_file_location("brickprint", root + "/__init__.py", submodule_search_locations=[root])
sys.modules["brickprint"] = package = importlib.util.module_from_spec(place)
place.loader.exec_module(package)
import brickprint.cli, brickprint.core
for module in pkgutil.walk_packages(brickprint.core.__path__, "brickprint.core."):
    __import__(module.name)
"""
    subprocess.run([sys.executable, "-c", code], check=True)
