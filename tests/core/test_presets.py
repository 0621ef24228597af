"""Presets: several settings under one name."""

from dataclasses import fields

import pytest
from brickprint.cli import parse
from brickprint.core.errors import BadSetting, CannotRead
from brickprint.core.pipeline import Conversion
from brickprint.core.presets import PRESET_SETTINGS, Preset, find_preset, load_presets, with_preset
from brickprint.core.settings import Settings
from shapes import box, mesh_of

SHIPPED = load_presets()


@pytest.fixture(params=SHIPPED, ids=lambda preset: preset.name)
def shipped(request):
    return request.param


def test_a_shipped_preset_is_made_of_settings(shipped):
    assert set(shipped.settings) <= set(PRESET_SETTINGS)
    wanted = with_preset(Settings(), shipped)  # raises for values that can't be used
    for name, value in shipped.settings.items():
        assert getattr(wanted, name) == value
        assert type(value) is type(getattr(Settings(), name))
        assert value != getattr(Settings(), name), f"{name} says nothing: it is the default"


def test_shipped_presets_explain_themselves(shipped):
    assert shipped.help and not shipped.help.endswith(".")
    assert [one.name for one in SHIPPED].count(shipped.name) == 1


def test_every_shipped_preset_builds(shipped):
    settings = with_preset(Settings(), shipped)
    plan = Conversion(mesh_of(box())).run(Settings.from_values(settings.values() | {"studs": 6}))
    assert plan.report["parts"]["total"] > 0
    assert plan.report["structure"]["components"] == 1


def test_a_preset_leaves_alone_what_is_of_the_model_or_of_a_person():
    own = {"studs": 20, "up": "Y", "flip": ("X",), "stock": "mine.csv", "load": "500", "frames": 99, "page": "letter"}
    mine = Settings(**own, detail="plates")
    chosen = with_preset(mine, find_preset("Strong"))
    assert {name: getattr(chosen, name) for name in own} == own
    assert chosen.detail == Settings().detail  # what it does not name is as it is at first
    assert with_preset(mine, find_preset("Quick Look")).studs == 24


def test_a_preset_undoes_the_one_before():
    for before in SHIPPED:
        for after in SHIPPED:
            both = with_preset(with_preset(Settings(studs=24), before), after)
            assert both == with_preset(Settings(studs=24), after)


@pytest.mark.parametrize("word", ["Quick Look", "quick-look", " QUICK_LOOK "])
def test_a_preset_is_found_by_its_name(word):
    assert find_preset(word).name == "Quick Look"


def test_an_unknown_preset_is_refused_with_the_known_ones():
    with pytest.raises(BadSetting, match=r"preset nonsense is unknown; use one of: figure, .*only-bricks"):
        find_preset("nonsense")


SAVED = """import bpy
bpy.context.scene.brickprint.studs = 20
bpy.context.scene.brickprint.opacity = 0.699999988079071
bpy.context.scene.brickprint.without = 'Black, Bright Red'
bpy.context.scene.brickprint.detail = 'plates'
bpy.context.scene.brickprint.keep_thin = True
bpy.context.scene.brickprint.glitter = 'much'
"""


def test_a_preset_that_blender_saved_is_read(tmp_path):
    path = tmp_path / "Mine.py"
    path.write_text(SAVED)
    wanted = {"studs": 20, "opacity": 0.7, "without": ("Black", "Bright Red"), "detail": "plates", "keep_thin": True}
    assert find_preset(str(path)) == Preset("Mine", wanted)


def test_a_preset_is_not_run(tmp_path):
    path, witness = tmp_path / "Sly.py", tmp_path / "witness"
    path.write_text(f"bpy.context.scene.brickprint.studs = 20\nopen({str(witness)!r}, 'w')\n")
    assert find_preset(str(path)).settings == {"studs": 20}
    assert not witness.exists()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("bpy.context.scene.brickprint.studs = 20 +", "is damaged"),
        ("bpy.context.scene.brickprint.studs = print()", "is damaged"),
        ("bpy.context.scene.brickprint.studs = 'many'", "studs can't be 'many'"),
        ("import bpy\nsettings.glitter = 3", "holds no setting of Brickprint"),
        ("", "holds no setting of Brickprint"),
    ],
)
def test_a_damaged_preset_is_refused(tmp_path, text, told):
    path = tmp_path / "Mine.py"
    path.write_text(text)
    with pytest.raises(CannotRead, match=told):
        find_preset(str(path))


def test_a_missing_preset_is_refused(tmp_path):
    with pytest.raises(CannotRead, match=r"preset .*gone\.py can't be read"):
        find_preset(str(tmp_path / "gone.py"))


def test_words_of_the_command_line_count_more_than_the_preset():
    words = ["convert", "a.glb", "--out", "x", "--preset", "quick-look"]
    assert parse(words).settings == (with_preset(Settings(), find_preset("quick-look")),)
    (chosen,) = parse([*words, "--studs", "30", "--detail", "auto"]).settings
    assert (chosen.studs, chosen.detail, chosen.packer) == (30, "auto", "fast")


def test_presets_cover_the_conversion():
    rest = {item.name for item in fields(Settings)} - set(PRESET_SETTINGS)
    groups = {item.metadata["option"].group for item in fields(Settings) if item.name in rest}
    assert groups == {"size", "animation", "instructions"}
