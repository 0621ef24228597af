"""What the sidebar shows."""

import json
from dataclasses import fields
from types import SimpleNamespace

import bpy
import numpy as np
import pytest
from brickprint.core.settings import Settings, options
from brickprint.scene.bricks import read_plan

pytestmark = pytest.mark.usefixtures("switched_on")


class Layout:
    """Writes down what a panel draws: ("prop", name), ("choice", value), ("operator", name), ("label", text), …"""

    def __init__(self, drawn):
        self.drawn = drawn

    def _inner(self, **options):
        return Layout(self.drawn)

    column = row = split = box = grid_flow = _inner

    def prop(self, owner, name, **options):
        assert hasattr(owner, name)
        self.drawn.append(("prop", name))

    def prop_enum(self, owner, name, value, **options):
        assert hasattr(owner, name)
        self.drawn.append(("choice", value))

    def operator(self, name, **options):
        assert name.split(".")[1] in dir(bpy.ops.brickprint)
        self.drawn.append(("operator", name))
        return SimpleNamespace()

    def operator_menu_enum(self, name, choice, **options):
        self.operator(name)

    def label(self, text="", **options):
        self.drawn.append(("label", text))

    def template_ID(self, owner, name, **options):  # noqa: N802 - Blender's own name
        assert hasattr(owner, name)
        self.drawn.append(("image", name))

    def progress(self, factor, text):
        self.drawn.append(("progress", text))


def drawn(panel, width=300):
    """What a panel draws now, or None where its poll keeps it away."""
    names = ("scene", "view_layer", "active_object", "selected_objects", "mode", "window_manager")
    context = SimpleNamespace(**{name: getattr(bpy.context, name) for name in names})
    context.region = SimpleNamespace(width=width)
    context.preferences = SimpleNamespace(system=SimpleNamespace(ui_scale=1.0))
    if hasattr(panel, "poll") and not panel.poll(context):
        return None
    drawing = Drawing(panel)
    panel.draw(drawing, context)
    return drawing.layout.drawn


class Drawing:
    """What a panel's `draw` is called with: all of the panel's own, and a layout that writes down."""

    def __init__(self, panel):
        self.layout, self._panel = Layout([]), panel

    def __getattr__(self, name):
        return getattr(self._panel, name)


def panel(name):
    """A panel's class by the end of its name in Blender."""
    from brickprint.ui.panel import CLASSES

    return next(cls for cls in CLASSES if cls.bl_idname == f"BRICKPRINT_PT_{name}")


def labels(lines):
    """The texts among what was drawn."""
    return [text for kind, text in lines if kind == "label"]


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


def test_every_setting_that_leaves_a_choice_is_in_one_panel():
    from brickprint.ui import mosaic_panel, panel

    bpy.ops.mesh.primitive_cube_add(size=2)
    bpy.context.scene.brickprint.studs = 4
    bpy.ops.brickprint.convert()
    names = [
        line[1]
        for cls in panel.CLASSES
        if cls not in mosaic_panel.CLASSES
        for line in drawn(cls) or []
        if line[0] == "prop"
    ]
    assert sorted(names) == sorted(name for name, option in options().items() if len(option.choices) != 1)


def test_the_size_is_that_of_the_selection():
    bpy.context.scene.brickprint.studs = 20
    assert ("label", "Select an object") in drawn(panel("source"))
    bpy.ops.mesh.primitive_cube_add(size=2)
    assert ("label", "20 × 20 studs, 17 bricks high") in drawn(panel("source"))
    assert ("label", "16.0 × 16.0 × 16.3 cm") in drawn(panel("source"))
    bpy.context.object.scale = (1.0, 0.5, 1.0)
    bpy.context.view_layer.update()
    assert ("label", "20 × 10 studs, 17 bricks high") in drawn(panel("source"))
    bpy.context.scene.brickprint.studs = 40
    assert ("label", "40 × 20 studs, 34 bricks high") in drawn(panel("source"))


@pytest.mark.parametrize("coordinate", [float("nan"), float("inf"), 0.0])
def test_a_selection_without_a_size_is_told(coordinate):
    mesh = bpy.data.meshes.new("odd")
    mesh.from_pydata([(0, 0, 0), (coordinate, 0, 0), (0, 0, 1)], [], [(0, 1, 2)])
    odd = bpy.data.objects.new("odd", mesh)
    bpy.context.scene.collection.objects.link(odd)
    odd.select_set(True)
    bpy.context.view_layer.update()
    assert ("label", "The selection has no width") in drawn(panel("source"))


def test_a_turned_selection_s_size_is_about_right():
    bpy.ops.mesh.primitive_cube_add(size=2, rotation=(0, 0, 0.5))
    bpy.context.scene.brickprint.studs = 20
    assert [text for kind, text in drawn(panel("source")) if kind == "label" and text.startswith("About 20 × 20 studs")]


def test_a_subdivided_selection_s_size_is_about_right():
    bpy.ops.mesh.primitive_cube_add(size=2)
    bpy.context.object.modifiers.new("round", "SUBSURF").levels = 2
    bpy.context.scene.brickprint.studs = 20
    assert [text for kind, text in drawn(panel("source")) if kind == "label" and text.startswith("About 20 × 20 studs")]
    bpy.context.object.modifiers["round"].show_viewport = False
    bpy.context.view_layer.update()
    assert ("label", "20 × 20 studs, 17 bricks high") in drawn(panel("source"))


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
    assert drawn(panel("model")) is None
    bpy.ops.mesh.primitive_cube_add(size=2)
    bpy.context.scene.brickprint.studs = 4
    bpy.ops.brickprint.convert()
    lines = drawn(panel("model"))
    told = labels(lines)
    assert ("label", "4 × 4 studs, 4 bricks high") in drawn(panel("source"))
    assert told[told.index("Size") + 1] == "4 × 4 studs, 12 plates"
    assert told[told.index("Structure") + 1] == "In one piece, stands"
    assert {"Parts", "Shape", "Colour", "Time"} <= set(told)
    assert ("operator", "brickprint.remove") in drawn(panel("replace"))
    assert ("operator", "brickprint.export_files") in drawn(panel("files"))


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
    bpy.ops.object.light_add()
    assert ("label", "Select an object") in drawn(panel("source"))


@pytest.mark.parametrize("damaged", ["{", "{}"])
def test_a_damaged_model_still_has_its_panel(damaged):
    bpy.ops.mesh.primitive_cube_add(size=2)
    bpy.ops.brickprint.convert()
    bpy.context.active_object["brickprint_plan"] = damaged
    bpy.context.active_object.update_tag()
    bpy.context.view_layer.update()
    assert drawn(panel("source"))
    assert ("damaged plan" in " ".join(labels(drawn(panel("model"))))) == (damaged == "{")


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
    from brickprint.ui import shown

    bpy.ops.mesh.primitive_cube_add()
    bpy.ops.brickprint.convert()
    warning = "The material Skin has nodes that can't be followed, so its colour was baked; look at the result."
    shown.shown(bpy.context).report["warnings"] = [warning]
    lines = labels(drawn(panel("model"), width=240))
    first = next(row for row, line in enumerate(lines) if line.startswith("The material"))
    assert len(lines) - first > 2 and " ".join(lines[first:]) == warning


def test_swatches_show_which_colours_are_used():
    from brickprint.ui.swatches import found_swatches

    chosen = bpy.context.scene.brickprint
    chosen.palette = "pick-a-brick-29"
    assert ("label", "29 of 29") in drawn(panel("look"))
    assert drawn(panel("look")).count(("operator", "brickprint.use_colour")) == 29
    assert bpy.ops.brickprint.use_colour(ldraw=4) == {"FINISHED"}
    assert chosen.without == "Red" and ("label", "28 of 29") in drawn(panel("look"))
    bpy.ops.brickprint.use_no_colours()
    bpy.ops.brickprint.use_colour(ldraw=4)
    assert [each.colour.name for each in found_swatches(chosen)[0] if each.used] == ["Red"]
    bpy.ops.brickprint.use_all_colours()
    assert (chosen.without, chosen.include) == ("", "")
    others = drawn(panel("more_colours")).count(("operator", "brickprint.use_colour"))
    assert others == sum(not each.own for each in found_swatches(chosen)[0]) > 0


def test_a_swatch_is_a_square_of_its_colour_smaller_where_it_is_not_used():
    from brickprint.core.catalogue.colours import load_colours
    from brickprint.scene.swatch_icons import square_of

    red = next(colour for colour in load_colours() if colour.name == "Red")
    used, unused = (square_of(red.hex, state) for state in (True, False))
    assert used.shape == unused.shape == (32, 32, 4)
    rgb = [int(red.hex[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    for square in (used, unused):
        np.testing.assert_allclose(square[16, 16], (*rgb, 1.0), atol=1e-6)
    assert 0 < (unused[..., 3] > 0).sum() < (used[..., 3] > 0).sum() / 4


def test_a_palette_that_is_wrong_is_told_in_place_of_the_swatches(tmp_path):
    chosen = bpy.context.scene.brickprint
    chosen.palette = "sold"
    lines = drawn(panel("look"), width=2000)
    assert (
        "The palette sold is unknown" in " ".join(labels(lines)) and ("operator", "brickprint.use_colour") not in lines
    )
    assert drawn(panel("more_colours"))
    file = tmp_path / "two.csv"
    for count, names in ((1, "Red\n"), (2, "Red\nBlue\n")):
        file.write_text(f"name\n{names}", "utf-8")
        chosen.palette = str(file)
        assert ("label", f"{count} of {count}") in drawn(panel("look"))


def test_a_warning_with_a_place_has_a_button_that_shows_it():
    bpy.ops.mesh.primitive_cube_add(size=8)
    first = bpy.context.object
    bpy.ops.mesh.primitive_cube_add(size=2, location=(7, 7, 9))
    first.select_set(True)
    chosen = bpy.context.scene.brickprint
    chosen.studs, chosen.supports, chosen.floating, chosen.repair = 22, "none", "keep", False
    bpy.ops.brickprint.convert()
    assert drawn(panel("model")).count(("operator", "brickprint.show_warned")) == 1
    assert ("operator", "brickprint.back_to_colours") not in drawn(panel("model"))
    bricks = bpy.context.active_object
    (warning,) = json.loads(bricks["brickprint_plan"])["report"]["places"]
    assert bpy.ops.brickprint.show_warned(warning=warning) == {"FINISHED"}
    plan = read_plan(bricks)
    selected = np.zeros(len(plan.layout), bool)
    bricks.data.vertices.foreach_get("select", selected)
    np.testing.assert_array_equal(selected, np.isinf(plan.utilisation))
    bpy.context.view_layer.update()
    assert ("operator", "brickprint.back_to_colours") in drawn(panel("model"))
    assert bpy.ops.brickprint.back_to_colours() == {"FINISHED"}
    bpy.context.view_layer.update()
    assert ("operator", "brickprint.back_to_colours") not in drawn(panel("model"))
    with pytest.raises(RuntimeError, match="no longer has the parts"):
        bpy.ops.brickprint.show_warned(warning="another")


def test_while_something_runs_there_is_a_bar_and_a_button_that_stops_it(monkeypatch):
    from brickprint.operators.progress import PROGRESS, stop_asked

    assert not bpy.ops.brickprint.stop.poll()
    monkeypatch.setattr(PROGRESS, "running", True)
    monkeypatch.setattr(PROGRESS, "text", "Slicing")
    lines = drawn(panel("convert"))
    assert ("progress", "Slicing") in lines and ("operator", "brickprint.stop") in lines
    assert ("operator", "brickprint.convert") not in lines
    assert bpy.ops.brickprint.stop() == {"FINISHED"}
    idle = SimpleNamespace(type="TIMER", value="NOTHING")
    assert stop_asked(idle) and not stop_asked(idle)
    assert stop_asked(SimpleNamespace(type="ESC", value="PRESS"))


def test_warnings_speak_of_settings_as_the_panel_does():
    from brickprint.operators.words import in_panel_words

    assert in_panel_words("try --split auto.") == "try Split: Auto."
    assert in_panel_words("--split 5 makes no difference") == "Split 5 makes no difference"
    assert in_panel_words("choose another --detail, or") == "choose another Detail, or"
    assert in_panel_words("--keep-thin changes nothing") == "Keep Thin Walls changes nothing"


def test_what_a_deleted_model_left_hidden_has_a_button():
    bpy.ops.mesh.primitive_cube_add()
    bpy.context.scene.brickprint.studs = 4
    bpy.ops.brickprint.convert()
    button = ("operator", "brickprint.show_sources")
    assert button not in drawn(panel("source"))
    bpy.data.objects.remove(bpy.context.active_object)
    bpy.context.view_layer.update()
    assert button in drawn(panel("source"))
    bpy.ops.brickprint.show_sources()
    bpy.context.view_layer.update()
    assert button not in drawn(panel("source"))


def test_a_model_alone_is_updated_and_a_new_selection_converted():
    bpy.ops.mesh.primitive_cube_add(size=2)
    bpy.context.scene.brickprint.studs = 4
    assert ("operator", "brickprint.convert") in drawn(panel("convert"))
    bpy.ops.brickprint.convert()
    lines = drawn(panel("convert"))
    assert ("operator", "brickprint.update") in lines and ("operator", "brickprint.convert") not in lines
    model = bpy.context.active_object
    bpy.ops.mesh.primitive_cube_add(size=1)
    bpy.context.view_layer.objects.active = model
    bpy.context.view_layer.update()
    assert ("operator", "brickprint.convert") in drawn(panel("convert"))


@pytest.mark.parametrize("width", [120, 300, 900])
def test_every_panel_draws_at_every_width(width):
    from brickprint.ui.panel import CLASSES

    bpy.ops.mesh.primitive_cube_add()
    bpy.ops.brickprint.convert()
    assert all(drawn(cls, width) for cls in CLASSES)
