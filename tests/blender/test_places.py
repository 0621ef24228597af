"""Where people look for Brickprint: menus, files dropped onto the view, samples, the asset browser."""

import struct
from pathlib import Path
from types import SimpleNamespace

import bpy
import numpy as np
import pytest
from brickprint.core.catalogue.colours import load_colours
from brickprint.core.catalogue.parts import load_parts
from brickprint.scene.brick_assets import BLEND, CATALOGS
from brickprint.scene.bricks import is_bricks, read_plan

pytestmark = pytest.mark.usefixtures("switched_on")

SAMPLES = Path(__file__).parents[2] / "samples"
MENUS = {
    "OBJECT": (
        "TOPBAR_MT_file_import",
        "TOPBAR_MT_file_export",
        "VIEW3D_MT_object",
        "VIEW3D_MT_object_context_menu",
        "VIEW3D_MT_mesh_add",
    ),
    "EDIT": ("TOPBAR_MT_file_import", "TOPBAR_MT_file_export", "VIEW3D_MT_edit_mesh_context_menu"),
}


class MenuLayout:
    """Writes down what a menu shows: operators by name, submenus with what they show; with which icon in `icons`."""

    def __init__(self, found):
        self.found, self.icons = found, []

    def operator(self, name, icon="NONE", **options):
        self.found.append(name)
        self.icons.append((name, icon))
        return SimpleNamespace()  # for what is set of it

    def operator_menu_enum(self, name, choice, icon="NONE", **options):
        assert choice in rna_of(name).properties
        return self.operator(name, icon)

    def menu(self, name):
        self.found.append(name)
        getattr(bpy.types, name).draw(SimpleNamespace(layout=self), bpy.context)

    def row(self, **options):
        return self

    def separator(self):
        pass


def operator_class(name):
    return getattr(bpy.types, name.replace("brickprint.", "BRICKPRINT_OT_"))


def rna_of(name):
    return getattr(bpy.ops.brickprint, name.removeprefix("brickprint.")).get_rna_type()


def shown(*menus):
    """What Brickprint adds to menus."""
    found = []
    for menu in menus:
        for draw in getattr(bpy.types, menu)._dyn_ui_initialize():
            if draw.__module__.startswith("brickprint."):
                draw(SimpleNamespace(layout=MenuLayout(found)), bpy.context)
    return found


def make_model():
    bpy.ops.mesh.primitive_cube_add()
    bpy.context.scene.brickprint.studs = 4
    bpy.ops.brickprint.convert()


def make_mosaic():
    chosen = bpy.context.scene.brickprint_mosaic
    chosen.image, chosen.size = bpy.data.images.new("picture", 32, 32), "16x16"
    bpy.ops.brickprint.mosaic()


@pytest.mark.parametrize("mode", ["OBJECT", "EDIT"])
def test_every_operator_stands_in_a_menu_of_its_mode_so_that_search_finds_it(mode):
    word = {"OBJECT": "OBJECT", "EDIT": "EDIT_MESH"}[mode]
    wanted = {
        f"brickprint.{name}"
        for name in dir(bpy.ops.brickprint)
        if word in getattr(operator_class(f"brickprint.{name}"), "modes", {"OBJECT"})
        and "INTERNAL" not in getattr(operator_class(f"brickprint.{name}"), "bl_options", ())
    }
    wanted.discard("brickprint.show_warned")  # of one warning, which only its own button can name
    found = set()
    for make in (make_model, make_mosaic):
        make()
        bpy.ops.object.mode_set(mode=mode)
        found.update(shown(*MENUS[mode]))
        bpy.ops.object.mode_set(mode="OBJECT")
    assert "brickprint.recolour_parts" in wanted <= found


class Everywhere(MenuLayout):
    """What panels draw, too."""

    def prop(self, *_, **__):
        return None

    prop_enum = label = template_ID = progress = popover = template_list = prop  # noqa: N815 - Blender's own name

    def _inner(self, *_, **__):
        return self

    column = row = split = box = grid_flow = _inner


def test_an_operator_has_one_icon_wherever_it_is_drawn_and_shares_it_with_none():
    from brickprint.operators.progress import PROGRESS
    from brickprint.ui import by_hand, icons, menus, panel, preferences

    drawn = Everywhere([])
    for make in (make_model, make_mosaic):
        make()
        bpy.ops.brickprint.animate()
        bpy.ops.brickprint.show_by(by="steps")
        for running in (False, True):
            PROGRESS.running = running
            for cls in (*panel.CLASSES, *by_hand.CLASSES, *menus.CLASSES, *preferences.CLASSES):
                if hasattr(cls, "draw") and issubclass(cls, bpy.types.Panel | bpy.types.Menu):
                    draw_all(cls, drawn)
            PROGRESS.running = False
        bpy.ops.brickprint.play_layers()
    found = {(name, icon) for name, icon in drawn.icons if name.startswith("brickprint.") and icon != "NONE"}
    assert found <= {*icons.ICONS.items(), *icons.THE_OTHER_WAY.items()}
    used = [icon for icon in icons.ICONS.values() if icon not in {"IMPORT", "EXPORT"}]
    assert len(set(used)) == len(used) and not set(used) & set(icons.THE_OTHER_WAY.values())
    assert {name for name, _ in found} > {"brickprint.stop", "brickprint.all_layers", "brickprint.raise_studs"}


def draw_all(cls, layout):
    """Let a panel or a menu draw."""
    context = SimpleNamespace(region=SimpleNamespace(width=300), preferences=bpy.context.preferences)
    for name in ("scene", "view_layer", "active_object", "selected_objects", "mode", "window_manager"):
        setattr(context, name, getattr(bpy.context, name))
    cls.draw(SimpleNamespace(layout=layout, names=getattr(cls, "names", ())), context)


BLENDER_S_OWN = {"rna_type", "filepath", "directory", "filename"}


def test_every_property_of_an_operator_has_a_tooltip():
    for name in dir(bpy.ops.brickprint):
        for each in rna_of(name).properties:
            assert each.is_hidden or each.identifier in BLENDER_S_OWN or each.description, (name, each.identifier)


def test_names_and_tooltips_are_written_as_blender_s():
    for name in dir(bpy.ops.brickprint):
        rna = rna_of(name)
        assert rna.description and not rna.description.endswith("."), name
        small = {"as", "by", "for", "from", "in", "of", "or", "to"}
        assert all(word[0].isupper() for word in rna.name.split() if word not in small), rna.name


@pytest.mark.parametrize("menu", ["VIEW3D_MT_object", "VIEW3D_MT_object_context_menu"])
def test_convert_is_in_the_menus_of_objects(menu):
    assert shown(menu)[0] == "brickprint.convert"


def test_the_context_menu_of_a_model_has_more():
    assert shown("VIEW3D_MT_object_context_menu") == ["brickprint.convert"]
    bpy.ops.mesh.primitive_cube_add()
    bpy.context.scene.brickprint.studs = 4
    bpy.ops.brickprint.convert()
    assert "brickprint.export_files" in shown("VIEW3D_MT_object_context_menu")


@pytest.mark.parametrize("sample", ["lighthouse", "apple"])
def test_a_sample_comes_to_the_cursor_ready_to_be_converted(sample):
    bpy.context.scene.cursor.location = (0, 0, 0)
    bpy.ops.brickprint.add_sample(sample=sample)
    before = {obj.name: obj.matrix_world.translation.copy() for obj in bpy.context.selected_objects}
    bpy.ops.object.delete()
    bpy.context.scene.cursor.location = (5, 6, 7)
    bpy.ops.brickprint.add_sample(sample=sample)
    bpy.context.view_layer.update()
    after = {obj.name.split(".0")[0]: obj.matrix_world.translation.copy() for obj in bpy.context.selected_objects}
    name = next(iter(before))
    np.testing.assert_allclose(after[name.split(".0")[0]] - before[name], (5, 6, 7), atol=1e-5)
    assert bpy.context.active_object in bpy.context.selected_objects
    assert bpy.ops.brickprint.convert.poll()


def our_handlers():
    return [getattr(bpy.types, f"BRICKPRINT_FH_{what}") for what in ("mesh", "model", "image", "picture")]


def handlers_of(ending):
    return [each.bl_import_operator for each in our_handlers() if ending in each.bl_file_extensions.split(";")]


@pytest.mark.parametrize("ending", [".glb", ".gltf", ".obj", ".stl", ".ply", ".vox"])
def test_dropped_meshes_are_built(ending):
    assert handlers_of(ending) == ["brickprint.build_file"]
    assert rna_of("build_file").properties["filepath"].is_skip_save  # or the file before would be built again


@pytest.mark.parametrize("ending", [".ldr", ".mpd", ".lxf"])
def test_dropped_brick_models_are_shown(ending):
    assert handlers_of(ending) == ["brickprint.import_model"]


@pytest.mark.parametrize("ending", [".png", ".jpg"])
def test_of_a_dropped_image_there_is_a_choice(ending):
    wanted = ["mosaic_of_file", "image_to_bricks"]
    assert handlers_of(ending) == [f"brickprint.{name}" for name in wanted]
    assert all(rna_of(name).properties["filepath"].is_skip_save for name in wanted)


def test_files_are_taken_by_the_3d_view_alone():
    for handler in our_handlers():
        assert handler.poll_drop(SimpleNamespace(area=SimpleNamespace(type="VIEW_3D")))
        assert not handler.poll_drop(SimpleNamespace(area=SimpleNamespace(type="TEXT_EDITOR")))
        assert not handler.poll_drop(SimpleNamespace(area=None))


def test_a_file_is_imported_and_converted():
    bpy.context.scene.brickprint.studs = 12
    bpy.context.scene.brickprint.packer = "fast"
    assert bpy.ops.brickprint.build_file(filepath=str(SAMPLES / "apple.glb")) == {"FINISHED"}
    assert is_bricks(bpy.context.active_object)
    assert max(read_plan(bpy.context.active_object).size[:2]) == 12


def test_a_file_is_only_imported_where_that_is_wished():
    assert bpy.ops.brickprint.build_file(filepath=str(SAMPLES / "apple.glb"), convert=False) == {"FINISHED"}
    assert bpy.context.selected_objects and not any(map(is_bricks, bpy.data.objects))


def written_vox(path):
    """Three voxels in a row."""

    def chunk(name, content=b"", children=b""):
        return struct.pack("<4sii", name, len(content), len(children)) + content + children

    voxels = struct.pack("<i12B", 3, 0, 0, 0, 1, 1, 0, 0, 1, 2, 0, 0, 1)
    model = chunk(b"SIZE", struct.pack("<3i", 3, 1, 1)) + chunk(b"XYZI", voxels)
    path.write_bytes(b"VOX " + struct.pack("<i", 150) + chunk(b"MAIN", children=model))
    return path


def test_voxels_become_bricks_without_a_mesh(tmp_path):
    path = written_vox(tmp_path / "three.vox")
    bpy.context.scene.brickprint.studs = 20  # of meshes: nothing to warn of here
    assert bpy.ops.brickprint.build_file(filepath=str(path)) == {"FINISHED"}
    plan = read_plan(bpy.context.active_object)
    assert (plan.name, plan.size, len(plan.layout)) == ("three", (3, 1, 3), 1)
    assert not [warning for warning in plan.report["warnings"] if "studs" in warning]
    assert list(bpy.context.scene.objects) == [bpy.context.active_object]


def test_a_damaged_file_is_refused(tmp_path):
    (tmp_path / "bad.vox").write_bytes(b"VOX no")
    (tmp_path / "bad.glb").write_bytes(b"no")
    for name in ("bad.vox", "bad.glb", "gone.obj"):
        with pytest.raises(RuntimeError, match=name):
            bpy.ops.brickprint.build_file(filepath=str(tmp_path / name))
    assert not bpy.data.objects


def test_a_file_that_can_not_be_converted_is_told_of_and_not_left_in_the_scene(monkeypatch):
    from brickprint.core import pipeline
    from brickprint.core.errors import UnusableMesh

    bpy.ops.mesh.primitive_cube_add()
    before, active = everything(), bpy.context.active_object

    def refused(message):
        with pytest.raises(RuntimeError, match=message) as refusal:
            bpy.ops.brickprint.build_file(filepath=str(SAMPLES / "apple.glb"))
        told = str(refusal.value).strip().splitlines()
        assert len(told) == 1 and "Traceback" not in told[0]
        assert everything() == before
        assert bpy.context.active_object == active and bpy.context.selected_objects == [active]

    bpy.context.scene.brickprint.palette = "nonsense"
    refused("The palette nonsense is unknown")
    bpy.context.scene.brickprint.palette = "solid"

    def fail(*_):
        raise UnusableMesh("no mesh to build from")

    monkeypatch.setattr(pipeline.Conversion, "run", fail)  # after it was imported
    refused("no mesh to build from")


def test_what_can_not_be_converted_here_is_not_imported(monkeypatch):
    from brickprint.core import libraries

    bpy.context.scene.brickprint.colours = 4
    monkeypatch.setattr(libraries, "find_spec", lambda module: None)
    assert not bpy.ops.brickprint.build_file.poll()
    with pytest.raises(RuntimeError, match="scikit-learn"):
        bpy.ops.brickprint.build_file(filepath=str(SAMPLES / "apple.glb"))
    assert not bpy.data.objects


@pytest.fixture
def libraries():
    """The libraries of assets in the preferences, which are put back afterwards."""
    known = bpy.context.preferences.filepaths.asset_libraries
    before = len(known)
    yield known
    while len(known) > before:
        known.remove(known[-1])


def everything():
    kinds = ("objects", "meshes", "materials", "collections", "images", "libraries")
    return {kind: {(block.name, bool(block.asset_data)) for block in getattr(bpy.data, kind)} for kind in kinds}


def test_the_asset_library(tmp_path, libraries):
    bpy.ops.mesh.primitive_cube_add()
    bpy.context.object.name = "Brick 2 x 4"  # a name that an asset has, too
    bpy.context.object.data.materials.append(bpy.data.materials.new("Red plastic"))
    before, count = everything(), len(libraries)
    assert bpy.ops.brickprint.make_asset_library(directory=str(tmp_path), look="light") == {"FINISHED"}
    assert everything() == before
    assert [Path(library.path) for library in libraries][count:] == [tmp_path]
    with bpy.data.libraries.load(str(tmp_path / BLEND), assets_only=True) as (there, here):
        assert set(there.objects) == {part.name for part in load_parts().parts}
        assert set(there.materials) == {f"{colour.name} plastic" for colour in load_colours()}
        here.objects, here.materials = there.objects, there.materials
    catalogs = dict(line.split(":")[:2] for line in (tmp_path / CATALOGS).read_text().splitlines() if ":" in line)
    for asset in (*here.objects, *here.materials):
        assert asset.asset_data.catalog_id in catalogs and asset.asset_data.description
        pixels = np.zeros(4 * asset.preview.image_size[0] * asset.preview.image_size[1], np.float32)
        asset.preview.image_pixels_float.foreach_get(pixels)
        alpha = pixels[3::4]
        assert 0.05 < (alpha > 0.5).mean() < 0.9, "the picture shows something, and something beside it"
    brick = next(thing for thing in here.objects if thing.name.split(".")[0] == "Brick 2 x 4" and thing.asset_data)
    np.testing.assert_allclose(brick.dimensions, (0.0318, 0.0158, 0.0112), atol=2e-4)
    assert catalogs[brick.asset_data.catalog_id] == "Brick Parts/Bricks"


def test_an_asset_library_is_renewed_and_leaves_other_catalogs(tmp_path, libraries):
    other = "11111111-2222-3333-4444-555555555555:Trees:Trees"
    (tmp_path / CATALOGS).write_text(f"# mine\nVERSION 1\n{other}\n")
    for stud in (0.008, 1.0):
        bpy.ops.brickprint.make_asset_library(directory=str(tmp_path), look="light", stud=stud, colour="Red")
        text = (tmp_path / CATALOGS).read_text()
    assert text.startswith(f"# mine\nVERSION 1\n{other}\n")
    assert len(text.splitlines()) == len(set(text.splitlines()))
    assert [library.path for library in libraries].count(str(tmp_path)) == 1
    with bpy.data.libraries.load(str(tmp_path / BLEND), assets_only=True) as (_there, here):
        here.objects = ["Brick 1 x 1"]
    assert here.objects[0].dimensions.x == pytest.approx(1.0 - 0.025, abs=0.01)
    assert here.objects[0].data.materials[0].name == "Red plastic"


def test_an_asset_library_needs_a_folder_and_a_colour(tmp_path, libraries):
    with pytest.raises(RuntimeError, match="No folder was given"):
        bpy.ops.brickprint.make_asset_library()
    with pytest.raises(RuntimeError, match="There is no colour 'Redd'"):
        bpy.ops.brickprint.make_asset_library(directory=str(tmp_path), colour="Redd")
    assert not list(tmp_path.iterdir())
