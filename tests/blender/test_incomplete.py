"""Where a library is missing, what needs it is greyed, with a reason; here modules are hidden."""

import sys
from types import SimpleNamespace

import bpy
import brickprint
import pytest


class Layout:
    """Notes what is drawn, and whether it can be used."""

    def __init__(self, drawn, enabled=True):
        self.drawn, self.enabled = drawn, enabled

    def column(self, **options):
        return Layout(self.drawn)

    row = column

    def prop_enum(self, owner, name, value, text, **options):
        self.drawn.append((value, text, self.enabled))

    def operator(self, name, **options):
        self.drawn.append(name)

    def label(self, text, **options):
        self.drawn.append(text)


@pytest.fixture
def hidden(monkeypatch):
    return lambda *names: [monkeypatch.setitem(sys.modules, name, None) for name in names]


def drawn(cls):
    lines = []
    context = SimpleNamespace(
        scene=bpy.context.scene,
        region=SimpleNamespace(width=2000),
        preferences=SimpleNamespace(system=SimpleNamespace(ui_scale=1.0)),
    )
    if cls.poll(context) if hasattr(cls, "poll") else True:
        cls.draw(SimpleNamespace(layout=Layout(lines)), context)
    return lines


def test_without_scipy_there_is_a_panel_that_says_so(hidden, monkeypatch):
    from brickprint.ui import incomplete

    before = set(dir(bpy.types))
    with monkeypatch.context() as now:
        now.setitem(sys.modules, "scipy", None)
        brickprint.register()
        assert set(dir(bpy.ops.brickprint)) == {"convert"}
        assert not bpy.ops.brickprint.convert.poll()
        with pytest.raises(RuntimeError, match="Brickprint needs scipy, missing here"):
            bpy.ops.brickprint.convert()
        button, *reason = drawn(incomplete.IncompletePanel)
        assert button == "brickprint.convert" and "scipy" in " ".join(reason)
    brickprint.unregister()  # with scipy there again: as when another extension brings it
    assert set(dir(bpy.types)) == before


def test_a_packer_without_its_library_can_not_be_started(switched_on, hidden):
    from brickprint.ui.incomplete import UnavailablePanel

    bpy.ops.mesh.primitive_cube_add()
    bpy.context.scene.brickprint.packer = "learned"
    assert bpy.ops.brickprint.convert.poll() and not drawn(UnavailablePanel)
    hidden("onnxruntime")
    assert not bpy.ops.brickprint.convert.poll()
    with pytest.raises(RuntimeError, match="Networks need onnxruntime"):
        bpy.ops.brickprint.convert()
    assert "onnxruntime" in " ".join(drawn(UnavailablePanel))
    bpy.context.scene.brickprint.packer = "best"
    assert bpy.ops.brickprint.convert.poll() and not drawn(UnavailablePanel)


def test_formats_that_can_not_be_written_are_greyed(switched_on, hidden):
    from brickprint.operators.exporting import ExportFiles

    def rows():
        lines = []
        ExportFiles.draw(SimpleNamespace(layout=Layout(lines)), bpy.context)
        return lines

    assert all(enabled for _, _, enabled in rows())
    hidden("reportlab")
    assert [row for row in rows() if not row[2]] == [("pdf", "Instructions, PDF (needs reportlab)", False)]
    hidden("PIL")
    assert [word for word, _, enabled in rows() if not enabled] == ["pdf", "html"]
