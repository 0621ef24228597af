"""What users get: the zip, built, installed in a Blender of its own, switched on, used, off and on again."""

import os
import platform
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from brickprint.core.export.formats import FORMATS

ROOT = Path(__file__).resolve().parents[2]
MANIFEST = tomllib.loads((ROOT / "blender_manifest.toml").read_text("utf-8"))
SYSTEMS = {"Linux": "linux", "Darwin": "macos", "Windows": "windows"}
MACHINES = {"x86_64": "x64", "AMD64": "x64", "arm64": "arm64"}
PLATFORM = f"{SYSTEMS.get(platform.system())}-{MACHINES.get(platform.machine())}"

SESSION = """
import importlib
import sys
import bpy
import addon_utils  # bpy brings it

addon_utils.enable("bl_pkg")
installed = bpy.ops.extensions.package_install_files
assert installed(filepath=sys.argv[1], repo="user_default", enable_on_install=True) == {"FINISHED"}
name = "bl_ext.user_default.brickprint"
for _ in range(2):
    package = sys.modules[name]
    assert package.__file__.startswith(sys.argv[2]), package.__file__
    bpy.ops.wm.read_homefile(use_empty=True)
    bpy.ops.mesh.primitive_cube_add(size=2)
    bpy.context.scene.brickprint.studs = 8
    assert bpy.ops.brickprint.convert() == {"FINISHED"}
    bricks = bpy.context.active_object
    plan = sys.modules[name + ".scene.bricks"].read_plan(bricks)
    assert plan.size == (8, 8, 21) and len(plan.layout) > 10
    addon_utils.disable(name)
    assert not hasattr(bpy.types.Scene, "brickprint")
    addon_utils.enable(name)
convert = sys.modules[name + ".operators.headless"].main
small = ["--studs", "8", "--frames", "4", "--resolution", "64x36", "--engine", "cycles"]
print("installed and used", flush=True)
code = convert(["convert", sys.argv[3], "--out", "out", "--formats", "all", *small])
importlib.import_module(name + ".batch").leave(code)
"""


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """The zip for this platform, built now."""
    if PLATFORM not in MANIFEST["platforms"]:
        pytest.skip(f"no extension for {PLATFORM}")
    folder = tmp_path_factory.mktemp("zip")
    subprocess.run([sys.executable, str(ROOT / ".ci/extension.py"), PLATFORM, "--out", str(folder)], check=True)
    return folder / f"brickprint-{MANIFEST['version']}-{PLATFORM}.zip"


def test_the_zip_installs_and_converts(archive, tmp_path):
    environment = os.environ | {"BLENDER_USER_RESOURCES": str(tmp_path)}
    environment.pop("PYTHONPATH", None)
    command = [sys.executable, "-c", SESSION, str(archive), str(tmp_path), str(ROOT / "samples/lighthouse.glb")]
    ran = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 0 and "installed and used" in ran.stdout, ran.stdout + ran.stderr
    kinds = {path.suffix for path in (tmp_path / "out/lighthouse").iterdir()}
    assert kinds >= {f".{word}" for word in FORMATS} - {".plan", ".report"} | {".stl", ".json"}


def test_the_zip_holds_what_runs_and_nothing_else(archive):
    names = zipfile.ZipFile(archive).namelist()
    assert {"blender_manifest.toml", "__init__.py", "batch.py", "cli.py", "LICENSE"} <= set(names)
    folders = {"core", "scene", "operators", "ui", "samples", "wheels"}
    assert {name.split("/")[0] for name in names if "/" in name} == folders
    assert {name for name in names if name.startswith("samples/")} == {"samples/apple.glb", "samples/lighthouse.glb"}
    sources = [path for room in ("core", "scene", "operators", "ui") for path in (ROOT / room).rglob("*.*")]
    wanted = {path.relative_to(ROOT).as_posix() for path in sources if path.suffix not in {".pyc", ".md"}}
    assert wanted <= set(names)
    assert not [name for name in names if "__pycache__" in name or "numpy" in name]
    tags = {name.split("-")[2] for name in names if name.endswith(".whl")}
    assert {"cp311", "cp313"} <= tags


def test_every_wheel_has_a_pinned_hash():
    lines = (ROOT / ".ci/wheels.sha256").read_text("utf-8").splitlines()
    pinned = {name for _, name in map(str.split, lines)}
    assert {Path(wheel).name for wheel in MANIFEST["wheels"]} == pinned


def test_the_changelog_knows_this_version():
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert newest.group(1) == MANIFEST["version"]
