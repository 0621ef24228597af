"""Tests that need Blender: each starts with an empty file; without bpy all are skipped."""

import pytest

try:
    import bpy
except ImportError:
    bpy = None


class WithoutBlender(pytest.Module):
    """A test module that is not imported, because its imports would fail."""

    def collect(self):
        pytest.skip("needs Blender's Python module bpy", allow_module_level=True)


def pytest_pycollect_makemodule(module_path, parent):
    return WithoutBlender.from_parent(parent, path=module_path) if bpy is None else None


@pytest.fixture(autouse=True)
def empty_file():
    """An empty file for each test; user preferences stay."""
    bpy.ops.wm.read_homefile(use_empty=True)


@pytest.fixture
def switched_on(empty_file):
    """The extension is on."""
    import brickprint

    brickprint.register()
    yield
    brickprint.unregister()
