"""What we write as LeoCAD reads it: an independent reader. Skipped where it is not installed."""

import shutil
import subprocess
from collections import Counter
from xml.etree import ElementTree

import numpy as np
import pytest
from brickprint.core.export.formats import write_format
from brickprint.core.export.ldraw_reading import placed_parts
from brickprint.core.export.options import ExportOptions
from brickprint.core.layout import Role
from random_plans import CATALOGUE, PALETTE, plan_of

_COLLADA = "{http://www.collada.org/2005/11/COLLADASchema}"
_AXES = np.array([(1, 0, 0), (0, 0, 1), (0, -1, 0)], float)  # LDraw's x, y down, z become LeoCAD's x, y, z up


@pytest.fixture
def leocad(shared_data):
    """LeoCAD with LDraw's parts, on a screen of its own."""
    missing = [name for name in ("leocad", "xvfb-run") if shutil.which(name) is None]
    if missing:
        pytest.skip(f"needs {' and '.join(missing)} (Debian's packages leocad and xvfb)")

    def run(*words, cwd):
        command = ["xvfb-run", "-a", "leocad", "-l", str(shared_data / "ldraw"), *words]
        ran = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=200, check=False)
        assert "Saved" in ran.stdout + ran.stderr, ran.stdout + ran.stderr

    return run


def model():
    """Every part that the data has, in every turn and all colours; sections, supports, steps."""
    rows = []
    for row in (row for row, part in enumerate(CATALOGUE.parts) if part.kind != "support"):
        for turn in range(4):
            role = (Role.MODEL, Role.MODEL, Role.SUPPORT_OUTER, Role.SUPPORT_INNER)[turn]
            colour = (4 * row + turn) % len(PALETTE.colours)
            rows.append((row, 60 * turn, 60 * row, row, turn, colour, role, row % 3, row))
    return plan_of(rows, "every part")


def seen_by_leocad(path):
    """(part, colour's name, place and matrix as LDraw has them) of every part that LeoCAD found."""
    found = Counter()
    for node in ElementTree.parse(path).getroot().iter(f"{_COLLADA}node"):
        numbers = np.array(node.find(f"{_COLLADA}matrix").text.split(), float).reshape(4, 4)
        shape = node.find(f"{_COLLADA}instance_geometry")
        colour = next(shape.iter(f"{_COLLADA}instance_material")).get("target")
        matrix, place = _AXES.T @ numbers[:3, :3] @ _AXES, _AXES.T @ numbers[:3, 3]
        name = shape.get("url").removeprefix("#").removesuffix("_dat").lower()
        found[name, colour.removeprefix("#").removesuffix("-material"), *_rounded(place, matrix)] += 1
    return found


def _rounded(place, matrix):
    return tuple((np.rint(np.concatenate([place, np.ravel(matrix)])) + 0.0).tolist())


def names_of_colours(folder):
    """What LDraw's own table calls its colours, by number."""
    lines = map(str.split, (folder / "LDConfig.ldr").read_text("utf-8").splitlines())
    return {int(words[4]): words[2] for words in lines if words[1:2] == ["!COLOUR"]}


def written(text, names):
    rows = placed_parts(text).rows
    colours = [names.get(code, f"Color_{code:03}") for code in rows["colour"].tolist()]
    places = [_rounded(row["place"], row["matrix"]) for row in rows]
    return Counter((part, colour, *place) for part, colour, place in zip(rows["part"], colours, places, strict=True))


@pytest.mark.parametrize("word", ["ldr", "mpd"])
def test_leocad_finds_the_same_parts_colours_and_places(leocad, shared_data, tmp_path, word):
    plan = model()
    write_format(word, plan, tmp_path, ExportOptions())
    name = f"every part.{word}"
    leocad("-dae", "seen.dae", name, cwd=tmp_path)
    found = seen_by_leocad(tmp_path / "seen.dae")
    names = names_of_colours(shared_data / "ldraw")
    assert found == written((tmp_path / name).read_text("utf-8"), names)
    assert found.total() == len(plan.layout)
