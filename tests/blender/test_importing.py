"""Files of every kind come in by Blender's importers."""

import addon_utils
import bpy
import numpy as np
import pytest
from brickprint.core.errors import CannotRead
from brickprint.scene.source.importing import fresh_scene, import_file
from brickprint.scene.source.reading import read_objects
from painted_objects import add_cube, add_image, add_material, add_object, add_plane, textured_material, two_colours


def of_kinds(*kinds):
    """One parameter for each kind of file; USD is skipped where Blender was built without."""
    without_usd = pytest.mark.skipif(not bpy.app.build_options.usd, reason="this Blender was built without USD")
    return [pytest.param(kind, marks=without_usd) if kind.startswith("usd") else kind for kind in kinds]


def export(path):
    """Write everything in the scene with Blender's exporter for the kind of file."""
    kind = path.suffix[1:]
    if kind in {"glb", "gltf"}:
        bpy.ops.export_scene.gltf(filepath=str(path), export_format="GLB" if kind == "glb" else "GLTF_SEPARATE")
    elif kind == "fbx":
        bpy.ops.export_scene.fbx(filepath=str(path), path_mode="COPY", embed_textures=True)
    elif kind.startswith("usd"):
        bpy.ops.wm.usd_export(filepath=str(path))
    elif kind == "blend":
        bpy.ops.wm.save_as_mainfile(filepath=str(path), copy=True)
    else:
        getattr(bpy.ops.wm, f"{kind}_export")(filepath=str(path))


def imported(path):
    fresh_scene()
    return read_objects(bpy.context, import_file(bpy.context, path))


KINDS = ["glb", "gltf", "obj", "stl", "ply", "fbx", "usd", "usda", "usdc", "usdz", "blend"]


@pytest.mark.parametrize("kind", of_kinds(*KINDS))
def test_a_model_survives_the_round_trip(kind, tmp_path):
    cube = add_cube(side=2, location=(3, 0, 0))
    cube.scale.z = 2
    bpy.ops.mesh.primitive_ico_sphere_add(subdivisions=2, location=(0, 0, 5))
    before = read_objects(bpy.context, list(bpy.context.scene.objects))
    path = tmp_path / f"model.{kind}"
    export(path)
    after = imported(path)
    assert len(after.triangles) == len(before.triangles) == 12 + 80
    spans = [np.ptp(mesh.vertices, axis=0) for mesh in (before, after)]
    np.testing.assert_allclose(*spans, rtol=1e-4)
    middles = [(mesh.vertices.min(axis=0) + mesh.vertices.max(axis=0)) / 2 for mesh in (before, after)]
    np.testing.assert_allclose(*middles, atol=1e-3)


@pytest.mark.parametrize("kind", of_kinds("glb", "gltf", "obj", "fbx", "usdc", "usdz", "blend"))
def test_textures_come_along(kind, tmp_path):
    image = add_image(two_colours(), name="picture")
    image.filepath_raw, image.file_format = str(tmp_path / "picture.png"), "PNG"
    image.save()
    add_plane(material=textured_material(image)[0])
    path = tmp_path / f"model.{kind}"
    export(path)
    mesh = imported(path)
    assert mesh.textured
    assert not mesh.warnings
    colours = mesh.colour_at(np.arange(2), np.array([[0.6, 0.2, 0.2], [0.6, 0.2, 0.2]]))[:, :3]
    anywhere = np.random.default_rng(0).dirichlet((1, 1, 1), 1000)
    average = mesh.colour_at(np.repeat([0, 1], 500), anywhere)[:, :3].mean(axis=0)
    assert set(map(tuple, np.rint(colours).tolist())) <= {(1, 0, 0), (0, 0, 1)}
    np.testing.assert_allclose(average, (0.5, 0, 0.5), atol=0.05)


@pytest.mark.parametrize("kind", ["glb", "ply"])
def test_painted_vertices_come_along(kind, tmp_path):
    material, principled = add_material()
    painted = material.node_tree.nodes.new("ShaderNodeVertexColor")
    painted.layer_name = "Col"
    material.node_tree.links.new(painted.outputs["Color"], principled.inputs["Base Color"])
    plane = add_plane(material=material, uvs=None)
    colours = plane.data.color_attributes.new("Col", "FLOAT_COLOR", "POINT")
    colours.data.foreach_set("color", np.float32([(0.5, 0.25, 0, 1)] * 4).ravel())
    path = tmp_path / f"model.{kind}"
    if kind == "ply":
        bpy.ops.wm.ply_export(filepath=str(path), export_colors="SRGB")
    else:
        export(path)
    mesh = imported(path)
    np.testing.assert_allclose(mesh.colour_at([0], np.full((1, 3), 1 / 3))[0, :3], (0.5, 0.25, 0), atol=0.01)


def test_plain_colours_come_along(tmp_path):
    add_plane(material=add_material("Paint", (0.1, 0.5, 0.2, 1))[0])
    export(tmp_path / "model.glb")
    mesh = imported(tmp_path / "model.glb")
    np.testing.assert_allclose(mesh.materials[0].base_colour, (0.1, 0.5, 0.2, 1), atol=1e-3)


def test_the_bones_of_a_rigged_file_are_no_part_of_the_model(shared_data):
    found = import_file(bpy.context, shared_data / "meshes" / "Fox.glb")
    assert [item.type for item in found] == ["MESH"]
    assert len(read_objects(bpy.context, found).triangles) == 576


def test_what_was_there_before_is_not_returned(tmp_path):
    add_cube("Old")
    export(tmp_path / "model.stl")
    found = import_file(bpy.context, tmp_path / "model.stl")
    assert len(found) == 1
    assert found[0].name != "Old"
    assert "Old" in bpy.context.scene.objects


def test_of_a_blend_the_visible_objects_of_its_open_scene_come_in(tmp_path):
    add_cube("Shown", location=(0, 0, 3))
    add_cube("Hidden").hide_set(True)
    add_object("Lamp", bpy.data.lights.new("Lamp", "POINT"))
    parent = add_object("Parent", None)
    child = add_cube("Child")
    child.parent, parent.location.x = parent, 10
    first = bpy.context.scene
    first.name = "Second by name"
    other = bpy.data.scenes.new("First by name")
    other.collection.objects.link(bpy.data.objects.new("Elsewhere", child.data.copy()))
    bpy.context.view_layer.update()
    export(tmp_path / "model.blend")
    fresh_scene()
    found = import_file(bpy.context, tmp_path / "model.blend")
    assert [item.name for item in found] == ["Child", "Shown"]
    mesh = read_objects(bpy.context, found)
    np.testing.assert_allclose(mesh.vertices.max(axis=0), (11, 1, 4), atol=1e-5)
    assert [scene.name for scene in bpy.data.scenes] == [bpy.context.scene.name]
    assert {item.name for item in bpy.context.scene.objects if item.visible_get()} == {"Child", "Shown"}
    assert "Elsewhere" not in bpy.data.objects


def test_collection_instances_of_a_blend_come_in(tmp_path):
    inner = bpy.data.collections.new("Inner")
    cube = add_cube()
    bpy.context.scene.collection.objects.unlink(cube)
    inner.objects.link(cube)
    instance = add_object("Instance", None)
    instance.instance_type, instance.instance_collection = "COLLECTION", inner
    export(tmp_path / "model.blend")
    assert len(imported(tmp_path / "model.blend").triangles) == 12


def test_switched_off_add_ons_stay_off(tmp_path):
    add_cube()
    export(tmp_path / "model.glb")
    addon_utils.disable("io_scene_gltf2", default_set=True)
    try:
        assert len(imported(tmp_path / "model.glb").triangles) == 12
        assert addon_utils.check("io_scene_gltf2") == (False, False)
    finally:
        addon_utils.enable("io_scene_gltf2", default_set=True)


def test_no_such_file(tmp_path):
    with pytest.raises(CannotRead, match=r"gone\.glb: there is no such file"):
        import_file(bpy.context, tmp_path / "gone.glb")


def test_a_folder(tmp_path):
    with pytest.raises(CannotRead, match="it is a folder"):
        import_file(bpy.context, tmp_path)


def test_unknown_kinds_of_file_are_told_which_are_known(tmp_path):
    (tmp_path / "model.docx").write_text("words")
    with pytest.raises(CannotRead, match=r"'\.docx'.*\.glb.*\.blend"):
        import_file(bpy.context, tmp_path / "model.docx")


@pytest.mark.parametrize("content", [b"", b"no model at all\n" * 20])
@pytest.mark.parametrize("kind", KINDS)
def test_damaged_files_are_named(kind, content, tmp_path, capfd):
    path = tmp_path / f"broken.{kind}"
    path.write_bytes(content)
    with pytest.raises(CannotRead, match=rf"broken\.{kind}"):
        import_file(bpy.context, path)
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("kind", ["glb", "stl", "ply", "fbx", "blend"])
def test_files_that_end_too_early(kind, tmp_path):
    bpy.ops.mesh.primitive_ico_sphere_add(subdivisions=4)
    path = tmp_path / f"half.{kind}"
    export(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    fresh_scene()
    with pytest.raises(CannotRead, match=r"half\."):
        import_file(bpy.context, path)


def test_a_file_without_meshes(tmp_path):
    add_object("Empty", None)
    export(tmp_path / "empty.glb")
    fresh_scene()
    with pytest.raises(CannotRead, match="no visible mesh"):
        import_file(bpy.context, tmp_path / "empty.glb")


def test_a_fresh_scene_is_empty():
    add_cube()
    fresh_scene()
    assert not bpy.data.objects
    assert not bpy.data.meshes
