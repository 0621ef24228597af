"""Builds the extension's zip files, one a platform, with Blender's own builder: `make extension`.

Run by the Python that has `bpy`, from anywhere. The wheels listed in the manifest come from the package index into
wheels/ and must have the hashes of wheels.sha256; the zip files go to build/.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HASHES = Path(__file__).with_name("wheels.sha256")
MANIFEST = "blender_manifest.toml"
LEFT_OUT = {MANIFEST, "build", "out", "tests", "wheels"}  # never looked at by the builder, so not staged
SYSTEMS = {"linux": "linux", "macos": "macosx", "windows": "win"}
MACHINES = {"x64": ("x86_64", "amd64"), "arm64": ("arm64", "aarch64")}


def main() -> None:
    """Fetch the wheels, stage, validate and build; print what came out."""
    manifest = tomllib.loads((ROOT / MANIFEST).read_text("utf-8"))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("platforms", nargs="*", default=[], help="such as linux-x64; all of the manifest when left out")
    parser.add_argument("--out", type=Path, default=ROOT / "build")
    given = parser.parse_args()
    platforms = given.platforms or manifest["platforms"]
    if unknown := set(platforms) - set(manifest["platforms"]):
        parser.error(f"not in the manifest: {', '.join(sorted(unknown))}")
    wheels = [wheel for wheel in manifest["wheels"] if any(fits(wheel, platform) for platform in platforms)]
    for wheel in wheels:
        fetch(ROOT / wheel)
    given.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=given.out) as folder:
        stage(Path(folder), platforms, wheels)
        blender_extension("validate", "--valid-tags", str(scripts() / TAGS), folder)
        blender_extension("build", "--split-platforms", "--source-dir", folder, "--output-dir", str(given.out))
    for platform in platforms:
        archive = given.out / f"brickprint-{manifest['version']}-{platform.replace('-', '_')}.zip"
        archive = archive.rename(given.out / f"brickprint-{manifest['version']}-{platform}.zip")
        blender_extension("validate", "--valid-tags", str(scripts() / TAGS), str(archive))
        print(f"{archive}  {archive.stat().st_size / 1e6:.1f} MB")


def fits(wheel: str, platform: str) -> bool:
    """Whether a wheel, by its file name, is for a platform such as linux-x64."""
    system, machine = platform.split("-")
    tag = Path(wheel).stem.rsplit("-", 1)[1]
    return tag == "any" or (SYSTEMS[system] in tag and tag.endswith(MACHINES[machine]))


def fetch(wheel: Path) -> None:
    """Download one wheel unless it is there; raise SystemExit when its hash is not the pinned one."""
    hashes = dict(reversed(line.split()) for line in HASHES.read_text("utf-8").splitlines())
    if not wheel.exists():
        name, version, python, abi, tags = wheel.stem.split("-")
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
        if tags != "any":
            pip += ["--implementation", "cp", "--python-version", f"{python[2]}.{python[3:]}", "--abi", abi]
            pip += [word for tag in tags.split(".") for word in ("--platform", tag)]
        subprocess.run([*pip, "--dest", str(wheel.parent), f"{name}=={version}"], check=True)
    if hashlib.sha256(wheel.read_bytes()).hexdigest() != hashes.get(wheel.name):
        raise SystemExit(f"{wheel}: not the file that {HASHES.name} names; delete it and run again.")


def stage(folder: Path, platforms: list[str], wheels: list[str]) -> None:
    """Put the sources into `folder`, with a manifest that names only these platforms and wheels."""
    shutil.copytree(ROOT, folder, ignore=not_staged, dirs_exist_ok=True)
    (folder / "wheels").mkdir()
    for wheel in wheels:
        (folder / wheel).hardlink_to(ROOT / wheel)  # the builder follows no symbolic links
    text = (ROOT / MANIFEST).read_text("utf-8")
    for key, values in (("platforms", platforms), ("wheels", wheels)):
        listed = ", ".join(f'"{value}"' for value in values)
        text = re.sub(rf"^{key} = \[.*?\]", f"{key} = [{listed}]", text, flags=re.MULTILINE | re.DOTALL)
    (folder / MANIFEST).write_text(text, "utf-8")


def not_staged(folder: str, names: list[str]) -> set[str]:
    """Which of the names in a folder the staged copy leaves out."""
    left_out = LEFT_OUT if Path(folder) == ROOT else set()
    return {name for name in names if name.startswith((".", "__pycache__")) or name in left_out}


TAGS = "modules/_bpy_internal/extensions/tags.py"


def scripts() -> Path:
    """The folder of Blender's own scripts inside the installed `bpy`."""
    package = Path(importlib.util.find_spec("bpy").origin).parent
    return next(package.glob("[0-9]*/scripts"))


def blender_extension(*arguments: str) -> None:
    """Run one command of Blender's extension tool; raise SystemExit when it finds a fault."""
    tool = scripts() / "addons_core/bl_pkg/cli/blender_ext.py"
    if subprocess.run([sys.executable, str(tool), *arguments], check=False).returncode:
        raise SystemExit(f"blender_ext.py {arguments[0]} failed.")


if __name__ == "__main__":
    main()
