"""What the sidebar shows."""

from dataclasses import fields
from types import SimpleNamespace

import bpy
import numpy as np
import pytest
from brickprint.core.settings import Settings, options

pytestmark = pytest.mark.usefixtures("switched_on")


class Layout:
    """Writes down what a panel draws: ("prop", name), ("operator", name), ("label", text), ("progress", text)."""

    def __init__(self, drawn):
        self.drawn = drawn

    def _inner(self, **options):
        return Layout(self.drawn)

    column = row = split = box = _inner

    def prop(self, owner, name, **options):
        assert hasattr(owner, name)
        self.drawn.append(("prop", name))

    def operator(self, name, **options):
        assert name.split(".")[1] in dir(bpy.ops.brickprint)
        self.drawn.append(("operator", name))

    def operator_menu_enum(self, name, choice, **options):
        self.operator(name)

    def label(self, text="", **options):
        self.drawn.append(("label", text))

    def progress(self, factor, text):
        self.drawn.append(("progress", text))


def drawn(panel, width=300):
    """What a panel draws now, or None where its poll keeps it away."""
    names = ("scene", "view_layer", "active_object", "selected_objects", "mode")
    context = SimpleNamespace(**{name: getattr(bpy.context, name) for name in names})
    context.region = SimpleNamespace(width=width)
    context.preferences = SimpleNamespace(system=SimpleNamespace(ui_scale=1.0))
    if hasattr(panel, "poll") and not panel.poll(context):
        return None
    lines = []
    panel.draw(SimpleNamespace(layout=Layout(lines), group=getattr(panel, "group", "")), context)
    return lines


def test_properties_are_the_settings():
    properties = type(bpy.context.scene.brickprint).bl_rna.properties
    for item in fields(Settings):
        option = item.metadata["option"]
        shown = properties[item.name]
        assert shown.description == option.help
        if option.choices and not option.open:
            assert tuple(shown.enum_items.keys()) == option.choices
        if option.minimum is not None:
            assert shown.hard_min == pytest.approx(option.minimum)
        if option.maximum is not None:
            assert shown.hard_max == pytest.approx(option.maximum)
    assert set(properties.keys()) - {"rna_type", "name"} == set(options())


def test_untouched_properties_give_the_default_settings():
    from brickprint.operators.chosen_settings import settings_from

    assert settings_from(bpy.context.scene.brickprint) == Settings()


def test_words_are_parted_by_commas():
    from brickprint.operators.chosen_settings import settings_from

    bpy.context.scene.brickprint.without = " Bright Red,15 ,, "
    assert settings_from(bpy.context.scene.brickprint).without == ("Bright Red", "15")


@pytest.mark.filterwarnings("ignore:.*blend relative")  # Blender 5 offers whole paths only, older ones both
def test_the_stock_is_a_file_beside_the_blend_or_anywhere(tmp_path):
    from brickprint.operators.chosen_settings import settings_from

    settings = bpy.context.scene.brickprint
    assert type(settings).bl_rna.properties["stock"].subtype == "FILE_PATH"
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "house.blend"))
    settings = bpy.context.scene.brickprint
    for written in ("//mine.csv", str(tmp_path / "mine.csv")):
        settings.stock = written
        assert settings_from(settings).stock == str(tmp_path / "mine.csv")


def test_the_shell_s_thickness_shows_only_with_a_shell():
    from brickprint.ui.panel import ConvertPanel

    settings = bpy.context.scene.brickprint
    settings.interior = "shell"
    assert ("prop", "shell") in drawn(ConvertPanel)
    settings.interior = "solid"
    assert ("prop", "shell") not in drawn(ConvertPanel)


def test_every_setting_that_leaves_a_choice_is_in_one_panel():
    from brickprint.ui import panel

    bpy.context.scene.brickprint.interior = "shell"
    names = [line[1] for cls in panel.CLASSES for line in drawn(cls) or [] if line[0] == "prop"]
    assert sorted(names) == sorted(name for name, option in options().items() if len(option.choices) != 1)


def test_the_size_is_that_of_the_selection():
    from brickprint.ui.panel import ConvertPanel

    bpy.context.scene.brickprint.studs = 20
    assert ("label", "Select an object") in drawn(ConvertPanel)
    bpy.ops.mesh.primitive_cube_add(size=2)
    assert ("label", "20 × 20 studs, 17 bricks high") in drawn(ConvertPanel)
    assert ("label", "16.0 × 16.0 × 16.3 cm") in drawn(ConvertPanel)
    bpy.context.object.scale = (1.0, 0.5, 1.0)
    bpy.context.view_layer.update()
    assert ("label", "20 × 10 studs, 17 bricks high") in drawn(ConvertPanel)
    bpy.context.scene.brickprint.studs = 40
    assert ("label", "40 × 20 studs, 34 bricks high") in drawn(ConvertPanel)


@pytest.mark.parametrize("coordinate", [float("nan"), float("inf"), 0.0])
def test_a_selection_without_a_size_is_told(coordinate):
    from brickprint.ui.panel import ConvertPanel

    mesh = bpy.data.meshes.new("odd")
    mesh.from_pydata([(0, 0, 0), (coordinate, 0, 0), (0, 0, 1)], [], [(0, 1, 2)])
    odd = bpy.data.objects.new("odd", mesh)
    bpy.context.scene.collection.objects.link(odd)
    odd.select_set(True)
    bpy.context.view_layer.update()
    assert ("label", "The selection has no width") in drawn(ConvertPanel)


def test_a_turned_selection_s_size_is_about_right():
    from brickprint.ui.panel import ConvertPanel

    bpy.ops.mesh.primitive_cube_add(size=2, rotation=(0, 0, 0.5))
    bpy.context.scene.brickprint.studs = 20
    assert [text for kind, text in drawn(ConvertPanel) if kind == "label" and text.startswith("About 20 × 20 studs")]


def test_the_size_of_a_collection_instance():
    from brickprint.ui.shown import shown

    inner = bpy.data.collections.new("inner")
    bpy.ops.mesh.primitive_cube_add(size=2, location=(3, 0, 0))
    inner.objects.link(bpy.context.object)
    instance = bpy.data.objects.new("instance", None)
    instance.instance_type, instance.instance_collection = "COLLECTION", inner
    instance.scale = (2, 1, 1)
    bpy.context.scene.collection.objects.link(instance)
    bpy.ops.object.select_all(action="DESELECT")
    instance.select_set(True)
    bpy.context.view_layer.update()
    np.testing.assert_allclose(shown(bpy.context).extent, (4, 2, 2), atol=1e-6)


def test_the_selection_is_looked_at_only_when_the_scene_changed(monkeypatch):
    from brickprint.ui import shown

    looks = []
    real = shown.size_boxes
    monkeypatch.setattr(shown, "size_boxes", lambda obj: looks.append(obj) or real(obj))
    bpy.ops.mesh.primitive_cube_add()
    for _ in range(5):
        shown.shown(bpy.context)
    assert len(looks) == 1
    bpy.context.object.location.x = 4
    bpy.context.view_layer.update()
    shown.shown(bpy.context)
    assert len(looks) == 2


def test_a_brick_model_shows_its_report():
    from brickprint.ui.panel import ConvertPanel, FilesPanel, ModelPanel

    assert drawn(ModelPanel) is None
    bpy.ops.mesh.primitive_cube_add(size=2)
    bpy.context.scene.brickprint.studs = 4
    bpy.ops.brickprint.convert()
    lines = drawn(ModelPanel)
    labels = [text for kind, text in lines if kind == "label"]
    assert ("label", "4 × 4 studs, 4 bricks high") in drawn(ConvertPanel)
    assert labels[labels.index("Size") + 1] == "4 × 4 studs, 12 plates"
    assert labels[labels.index("Structure") + 1] == "In one piece, stands"
    assert {"Parts", "Shape", "Colour", "Time"} <= set(labels)
    assert ("operator", "brickprint.remove") in lines
    assert ("operator", "brickprint.export_files") in drawn(FilesPanel)


def test_the_size_follows_the_frame():
    from brickprint.ui.shown import shown

    bpy.ops.mesh.primitive_cube_add(size=2)
    for frame, height in ((1, 1.0), (10, 3.0)):
        bpy.context.object.scale = (1.0, 1.0, height)
        bpy.context.object.keyframe_insert("scale", frame=frame)
    for frame, height in ((1, 2.0), (10, 6.0)):
        bpy.context.scene.frame_set(frame)
        np.testing.assert_allclose(shown(bpy.context).extent, (2, 2, height), atol=1e-5)


def test_what_can_not_be_converted_has_no_size():
    from brickprint.ui.panel import ConvertPanel

    bpy.ops.object.light_add()
    assert ("label", "Select an object") in drawn(ConvertPanel)


@pytest.mark.parametrize("damaged", ["{", "{}"])
def test_a_damaged_model_still_has_its_panel(damaged):
    from brickprint.ui.panel import ConvertPanel, ModelPanel

    bpy.ops.mesh.primitive_cube_add(size=2)
    bpy.ops.brickprint.convert()
    bpy.context.active_object["brickprint_plan"] = damaged
    bpy.context.active_object.update_tag()
    bpy.context.view_layer.update()
    assert drawn(ConvertPanel)
    labels = " ".join(text for kind, text in drawn(ModelPanel) if kind == "label")
    assert ("damaged plan" in labels) == (damaged == "{")


def test_figures_leave_out_what_is_not_known():
    from brickprint.ui.figures import figures

    assert figures({}) == []
    assert figures({"parts": {"total": 1234}, "grams": None, "shape": {"iou": None}}) == [("Parts", "1,234")]
    report = {
        "parts": {"total": 12},
        "grams": 34.4,
        "structure": {"components": 3, "floating": 2},
        "shape": {"iou": 0.9512},
        "colour": {"mean": 3.14, "best_mean": 2.7},
        "seconds": {"total": 1.25},
    }
    assert figures(report) == [
        ("Parts", "12 (34 g)"),
        ("Structure", "3 pieces, 2 parts floating"),
        ("Shape", "95.1 % alike (IoU)"),
        ("Colour", "ΔE 3.1 on average (best 2.7)"),
        ("Time", "1.2 s"),
    ]


def test_warnings_are_wrapped_to_the_sidebar_s_width():
    from brickprint.ui import panel, shown

    bpy.ops.mesh.primitive_cube_add()
    bpy.ops.brickprint.convert()
    warning = "The material Skin has nodes that can't be followed, so its colour was baked; look at the result."
    shown.shown(bpy.context).report["warnings"] = [warning]
    lines = [text for kind, text in drawn(panel.ModelPanel, width=240) if kind == "label"]
    first = next(row for row, line in enumerate(lines) if line.startswith("The material"))
    assert len(lines) - first > 2 and " ".join(lines[first:]) == warning
