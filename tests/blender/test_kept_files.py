"""Presets, palettes and stocks of the user's own, and the preferences."""

from types import SimpleNamespace

import bpy
import pytest
from brickprint.core import parallel
from brickprint.core.catalogue.stock import load_stock
from brickprint.core.colour.palette_files import read_palette
from brickprint.core.presets import PRESET_SETTINGS, find_preset, load_presets, read_preset
from brickprint.core.settings import Settings
from brickprint.operators import preferred
from brickprint.operators.chosen_settings import settings_from
from brickprint.scene import user_files
from brickprint.scene.bricks import read_plan, show_plan
from model_plans import small_plan

pytestmark = pytest.mark.usefixtures("switched_on", "own_folder")


@pytest.fixture
def own_folder(tmp_path, monkeypatch):
    """A folder of its own for what the user keeps."""
    monkeypatch.setattr(user_files, "user_folder", lambda: tmp_path / "user")
    monkeypatch.setenv("BLENDER_USER_SCRIPTS", str(tmp_path / "scripts"))
    return tmp_path / "user"


@pytest.fixture
def preferring(monkeypatch):
    """Sets preferences, as an add-on that Blender has switched on would have them."""

    def prefer(**values):
        addons = {"brickprint": SimpleNamespace(preferences=SimpleNamespace(**values))}
        stand_in = SimpleNamespace(context=SimpleNamespace(preferences=SimpleNamespace(addons=addons)), data=bpy.data)
        monkeypatch.setattr(preferred, "bpy", SimpleNamespace(**vars(stand_in), path=bpy.path))

    return prefer


def chosen():
    return settings_from(bpy.context.scene.brickprint)


def a_model():
    bricks = show_plan(bpy.context, small_plan())
    bpy.context.view_layer.objects.active = bricks
    return bricks


@pytest.mark.parametrize("preset", load_presets(), ids=lambda preset: preset.name)
def test_a_shipped_preset_sets_the_panel(preset):
    bpy.context.scene.brickprint.without = "Black"
    bpy.context.scene.brickprint.up = "X"
    assert bpy.ops.brickprint.use_preset(name=preset.name) == {"FINISHED"}
    assert chosen() == Settings(up="X", **preset.settings)


def test_a_preset_of_one_s_own_is_saved_chosen_and_deleted(tmp_path):
    settings = bpy.context.scene.brickprint
    settings.studs, settings.without, settings.opacity, settings.up = 20, "Black, Bright Red", 0.3, "X"
    wanted = chosen()
    assert bpy.ops.brickprint.preset_add(name="Mine") == {"FINISHED"}
    (path,) = (tmp_path / "scripts/presets/brickprint").glob("*.py")
    assert set(read_preset(path).settings) == set(PRESET_SETTINGS)
    bpy.ops.brickprint.use_preset(name="Strong")
    settings.studs = 99
    assert chosen() != wanted
    bpy.ops.script.execute_preset(filepath=str(path), menu_idname="BRICKPRINT_PT_presets")
    assert chosen() == wanted
    assert find_preset(str(path)).values() == {name: getattr(wanted, name) for name in PRESET_SETTINGS}
    bpy.ops.brickprint.preset_add(name="Mine", remove_name=True)
    assert not path.exists()


@pytest.mark.parametrize("kind", [".json", ".csv", ".gpl"])
def test_a_palette_goes_out_and_comes_in(tmp_path, own_folder, kind):
    settings = bpy.context.scene.brickprint
    settings.palette, settings.without = "pick-a-brick-29", "Black"
    path = tmp_path / f"My colours{kind}"
    assert bpy.ops.brickprint.export_palette(filepath=str(path), colours="CHOSEN") == {"FINISHED"}
    settings.palette, settings.without = "solid", ""
    assert bpy.ops.brickprint.import_palette(filepath=str(path)) == {"FINISHED"}
    path.unlink()  # it is kept
    assert settings.palette == "My colours"
    kept = read_palette(own_folder / "palettes/My colours.json")
    assert len(kept.colours) == 28 and "Black" not in {colour.name for colour in kept.colours}
    assert chosen().palette == str(own_folder / "palettes/My colours.json")


def test_kept_files_are_suggested(own_folder, tmp_path):
    from brickprint.ui.properties import suggested

    assert suggested("palette", "") == ["solid", "solid-67", "pick-a-brick-29"]
    (tmp_path / "Warm.json").write_text('["Red", "Yellow"]')
    bpy.ops.brickprint.import_palette(filepath=str(tmp_path / "Warm.json"))
    assert suggested("palette", "WA") == ["Warm"]
    assert suggested("stock", "") == []
    assert suggested("parts", "basic") == ["basic-11"]


def test_a_conversion_takes_a_kept_palette(tmp_path):
    (tmp_path / "Warm.json").write_text('["Red", "Yellow"]')
    bpy.ops.brickprint.import_palette(filepath=str(tmp_path / "Warm.json"))
    bpy.ops.mesh.primitive_cube_add()
    bpy.context.scene.brickprint.studs = 4
    bpy.ops.brickprint.convert()
    plan = read_plan(bpy.context.active_object)
    seen = {plan.palette.colours[row].name for row in plan.layout["colour"]}
    assert seen <= {"Red", "Yellow"}


def test_a_palette_may_not_take_the_name_of_a_shipped_one(tmp_path, own_folder):
    (tmp_path / "solid.json").write_text('["Red"]')
    with pytest.raises(RuntimeError, match="solid is the name of a palette that Brickprint has itself"):
        bpy.ops.brickprint.import_palette(filepath=str(tmp_path / "solid.json"))
    assert not own_folder.exists() and bpy.context.scene.brickprint.palette == "solid"


def test_the_colours_of_a_model(tmp_path):
    a_model()
    bpy.ops.brickprint.export_palette(filepath=str(tmp_path / "used.csv"), colours="MODEL")
    used = {colour.name for colour in read_palette(tmp_path / "used.csv").colours}
    assert used == {"Red", "Blue", "White", "Yellow"}


def test_a_palette_of_no_model_or_no_kind_is_refused(tmp_path):
    with pytest.raises(RuntimeError, match="no model to take the colours of"):
        bpy.ops.brickprint.export_palette(filepath=str(tmp_path / "used.csv"), colours="MODEL")
    with pytest.raises(RuntimeError, match=r"can't be written as \.ase"):
        bpy.ops.brickprint.export_palette(filepath=str(tmp_path / "used.ase"))
    assert not list(tmp_path.glob("used*"))


@pytest.mark.parametrize("kind", [".csv", ".xml"])
def test_the_parts_of_a_model_become_a_stock(tmp_path, own_folder, kind):
    a_model()
    path = tmp_path / f"My bricks{kind}"
    assert bpy.ops.brickprint.export_stock(filepath=str(path)) == {"FINISHED"}
    assert bpy.ops.brickprint.import_stock(filepath=str(path)) == {"FINISHED"}
    path.unlink()
    assert bpy.context.scene.brickprint.stock == "My bricks"
    assert chosen().stock == str(own_folder / f"stocks/My bricks{kind}")
    owned = load_stock(chosen().stock).owned
    assert owned == {("3001", 4): 2, ("3622", 1): 1, ("3004", 15): 1, ("3024", 14): 1}


def test_a_kept_stock_imported_from_where_it_is_kept_stays(tmp_path, own_folder):
    a_model()
    bpy.ops.brickprint.export_stock(filepath=str(tmp_path / "mine.csv"))
    bpy.ops.brickprint.import_stock(filepath=str(tmp_path / "mine.csv"))
    here = own_folder / "stocks/mine.csv"
    text = here.read_bytes()
    assert bpy.ops.brickprint.import_stock(filepath=str(here)) == {"FINISHED"}
    assert here.read_bytes() == text


def test_a_stock_imported_again_replaces_the_old_one(tmp_path, own_folder):
    a_model()
    for kind in (".csv", ".xml"):
        bpy.ops.brickprint.export_stock(filepath=str(tmp_path / f"mine{kind}"))
        bpy.ops.brickprint.import_stock(filepath=str(tmp_path / f"mine{kind}"))
    assert [path.name for path in (own_folder / "stocks").iterdir()] == ["mine.xml"]


def test_a_kept_file_is_deleted(tmp_path, own_folder):
    (tmp_path / "Warm.json").write_text('["Red"]')
    bpy.ops.brickprint.import_palette(filepath=str(tmp_path / "Warm.json"))
    assert bpy.ops.brickprint.remove_kept(kind="palette", name="Warm") == {"FINISHED"}
    assert not list((own_folder / "palettes").iterdir()) and (tmp_path / "Warm.json").exists()
    with pytest.raises(RuntimeError, match="Nothing called 'Warm' is kept"):
        bpy.ops.brickprint.remove_kept(kind="palette", name="Warm")


def test_a_new_file_begins_with_the_preferred_palette(preferring, tmp_path):
    preferring(palette="pick-a-brick-29")
    bpy.ops.wm.read_homefile(use_empty=True)
    assert bpy.context.scene.brickprint.palette == "pick-a-brick-29"
    bpy.context.scene.brickprint.palette = "solid"
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "a.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "a.blend"))
    assert bpy.context.scene.brickprint.palette == "solid"  # what is saved is not changed


def test_files_go_to_the_preferred_folder(preferring, tmp_path):
    assert preferred.first_place("a.ldr") == "a.ldr"
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "a.blend"))
    assert preferred.first_place("a.ldr") == str(tmp_path / "a.ldr")
    (tmp_path / "files").mkdir()
    preferring(files_folder=str(tmp_path / "files"))
    assert preferred.first_place("a.ldr") == str(tmp_path / "files" / "a.ldr")


def test_a_preferred_folder_that_is_gone_is_passed_over(preferring, tmp_path):
    preferring(files_folder=str(tmp_path / "gone"))
    assert preferred.first_place("a.ldr") == "a.ldr"
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "a.blend"))
    assert preferred.first_place("a.ldr") == str(tmp_path / "a.ldr")


def test_a_film_goes_to_the_preferred_folder_too(preferring, tmp_path):
    from types import MethodType

    from brickprint.operators.animating import RenderBuildAnimation

    bricks = a_model()
    preferring(files_folder=str(tmp_path))
    asked = SimpleNamespace(kind="mp4", execute=lambda context: {"CANCELLED"})
    MethodType(RenderBuildAnimation.invoke, asked)(bpy.context, None)
    assert asked.filepath == str(tmp_path / f"{read_plan(bricks).name}.mp4")


@pytest.mark.filterwarnings("ignore:.*blend relative")  # Blender 5 offers whole paths only, older ones both
@pytest.mark.parametrize("name", ["palette", "parts", "stock"])
def test_a_file_beside_the_blend_can_be_chosen(tmp_path, name):
    from brickprint.core.errors import BadSetting
    from brickprint.ui.swatches import found_swatches

    setattr(bpy.context.scene.brickprint, name, "//two.csv")
    with pytest.raises(BadSetting, match=f"--{name} //two.csv .* never saved; save it first"):
        chosen()
    (tmp_path / "two.csv").write_text("name\nRed\nBlue\n")
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "a.blend"))
    assert getattr(chosen(), name) == str(tmp_path / "two.csv")
    if name == "palette":
        found, wrong = found_swatches(bpy.context.scene.brickprint)
        assert not wrong and [each.colour.name for each in found if each.own] == ["Red", "Blue"]


def test_threads_are_limited_while_it_is_on(preferring):
    from brickprint.ui import preferences

    preferring(threads=3)
    preferences.take_away()
    preferences.add()
    assert parallel.threads() == 3
    preferences.take_away()
    assert parallel.threads() != 3 or parallel.os.cpu_count() == 3
    preferring(threads=0)
    preferences.add()


def test_the_preferences_belong_to_the_package():
    assert bpy.types.AddonPreferences.bl_rna_get_subclass_py("BrickprintPreferences").bl_idname == "brickprint"
