"""Operators that can't be used now, and what they say."""

import bpy
import pytest
from brickprint.operators.progress import PROGRESS

pytestmark = pytest.mark.usefixtures("switched_on")


def refusals():
    """What each operator says that can't be used now, by its name."""
    said = {}
    for name in dir(bpy.ops.brickprint):
        operator = getattr(bpy.ops.brickprint, name)
        if not operator.poll():
            with pytest.raises(RuntimeError) as refused:
                operator()
            said[name] = str(refused.value).partition("poll() ")[2].strip()
    return said


def test_every_one_says_why(monkeypatch):
    bpy.ops.mesh.primitive_cube_add()
    for mode in ("OBJECT", "EDIT"):
        bpy.ops.object.mode_set(mode=mode)
        for running in (False, True):
            monkeypatch.setattr(PROGRESS, "running", running)
            said = refusals()
            assert said and "failed, context is incorrect" not in said.values()  # Blender's words for no reason
            assert ("stop" in said) is not running


def test_what_is_in_the_way_is_said_one_after_the_other(monkeypatch):
    bpy.ops.mesh.primitive_cube_add()
    bpy.ops.object.mode_set(mode="EDIT")
    monkeypatch.setattr(PROGRESS, "running", True)
    assert refusals()["export_files"] == "Something is running; press Esc to stop it"
    monkeypatch.setattr(PROGRESS, "running", False)
    assert refusals()["export_files"] == "Return to Object Mode first"
    bpy.ops.object.mode_set(mode="OBJECT")
    assert refusals()["export_files"] == "Select a brick model that Brickprint made first"
    assert refusals()["repack_parts"] == refusals()["export_files"]
