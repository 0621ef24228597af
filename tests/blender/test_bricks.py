import json
import struct
from dataclasses import replace

import bpy
import numpy as np
import pytest
from brickprint.core.errors import CannotRead, CannotWrite, TooLarge
from brickprint.core.structure.shades import shaded
from brickprint.core.units import PLATE_MM
from brickprint.scene.bricks import (
    read_plan,
    remove_bricks,
    show_in,
    show_plan,
)
from brickprint.scene.plastic import linear_rgba, plastic
from brickprint.scene.real_objects import REAL_OBJECTS_LIMIT, real_objects
from brickprint.scene.saving import save_blend
from model_plans import PALETTE, placed, plan_of, scattered_plan, small_plan

RED = next(colour for colour in PALETTE.colours if colour.name == "Red")
COUNTED = ("objects", "meshes", "materials", "collections", "node_groups", "scenes", "images")


def counts():
    return {kind: len(getattr(bpy.data, kind)) for kind in COUNTED}


def instances(bricks):
    """(N, 4, 4) placed meshes' matrices and their N meshes' names, of what Blender shows of one model."""
    shown = [
        (np.array(instance.matrix_world), instance.object.data.name)
        for instance in bpy.context.evaluated_depsgraph_get().object_instances
        if instance.is_instance and instance.parent.original == bricks
    ]
    return np.array([matrix for matrix, _ in shown]).reshape(-1, 4, 4), [name for _, name in shown]


def boxes(plan, matrices, sources):
    """(N, 6) cells that instances fill: from x, y, z (studs, studs, plates) to x, y, z, sorted."""
    found = []
    for matrix, source in zip(matrices, sources, strict=True):
        vertices = np.empty(len(source.vertices) * 3, np.float32)
        source.vertices.foreach_get("co", vertices)
        world = vertices.reshape(-1, 3) @ matrix[:3, :3].T + matrix[:3, 3]
        mm = (world - plan.placement.origin) / plan.placement.unit
        found.append(np.concatenate([mm.min(axis=0), mm.max(axis=0)]) / np.tile([8, 8, PLATE_MM], 2))
    return np.array(sorted(np.rint(found).astype(int).tolist()))


@pytest.mark.parametrize("look", ["light", "full"])
def test_bricks_stand_in_their_cells(look):
    plan = small_plan()
    bricks = show_plan(bpy.context, plan, look)
    matrices, names = instances(bricks)
    # Studs reach half a plate above the cells, which rounds up to one.
    assert boxes(plan, matrices, [bpy.data.meshes[name] for name in names]).tolist() == sorted(
        [
            [0, 0, 0, 4, 2, 4],
            [4, 0, 0, 6, 4, 4],
            [0, 2, 0, 3, 3, 4],
            [5, 1, 3, 6, 3, 7],
            [5, 3, 3, 6, 4, 5],
        ]
    )
    colours = sorted(bpy.data.meshes[name].materials[0].name for name in names)
    assert colours == ["Blue plastic", "Red plastic", "Red plastic", "White plastic", "Yellow plastic"]


def test_turned_bricks_keep_their_long_side_direction():
    bricks = show_plan(bpy.context, plan_of([placed("Brick 1 x 2", 0, 0, 0, turn, "Red") for turn in range(4)]))
    matrices, _ = instances(bricks)
    long_sides = np.rint(matrices[:, :2, 0] / 0.001).astype(int).tolist()
    assert long_sides == [[1, 0], [0, 1], [-1, 0], [0, -1]]


def test_a_plan_comes_back_from_the_scene():
    plan = small_plan()
    found = read_plan(show_plan(bpy.context, plan))
    assert found.layout.dtype == plan.layout.dtype
    assert found.layout.tolist() == plan.layout.tolist()
    for field in ("name", "catalogue", "palette", "size", "placement", "settings", "report"):
        assert getattr(found, field) == getattr(plan, field)


def test_far_cells_come_back_exactly():
    plan = scattered_plan(5000, 20, 30)
    assert np.array_equal(read_plan(show_plan(bpy.context, plan)).layout, plan.layout)


def test_a_plan_without_bricks_can_be_shown_and_read():
    plan = plan_of([])
    bricks = show_plan(bpy.context, plan)
    assert len(read_plan(bricks).layout) == 0
    remove_bricks(bricks)


def test_a_saved_model_is_whole(tmp_path):
    plan = small_plan()
    show_plan(bpy.context, plan)
    before = counts(), bpy.data.filepath
    for _ in range(2):  # the second time in place of the first
        save_blend(tmp_path / "new" / "tower.blend")
    assert (counts(), bpy.data.filepath) == before
    assert list((tmp_path / "new").iterdir()) == [tmp_path / "new" / "tower.blend"]
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "new" / "tower.blend"))
    (opened,) = bpy.context.scene.objects
    assert read_plan(opened).layout.tolist() == plan.layout.tolist()
    assert read_plan(opened).report == plan.report
    assert len(instances(opened)[1]) == len(plan.layout)
    remove_bricks(opened)
    assert counts() == dict.fromkeys(COUNTED, 0) | {"scenes": 1}


def test_a_blend_that_can_not_be_written_is_refused_by_name(tmp_path):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(CannotWrite, match="taken"):
        save_blend(tmp_path / "taken" / "tower.blend")


def test_each_model_gets_a_collection_of_its_own_and_leaves_without_a_trace():
    bpy.ops.mesh.primitive_cube_add()
    start = counts()
    first = show_plan(bpy.context, small_plan())
    with_first = counts()
    second = show_plan(bpy.context, small_plan())
    assert first.users_collection != second.users_collection
    assert set(bpy.context.scene.collection.children) == {*first.users_collection, *second.users_collection}
    assert len(instances(first)[1]) == len(instances(second)[1]) == 5
    remove_bricks(second)
    assert counts() == with_first
    assert len(instances(first)[1]) == 5
    remove_bricks(first)
    assert counts() == start


def test_what_the_user_put_beside_the_bricks_stays():
    bricks = show_plan(bpy.context, small_plan())
    (collection,) = bricks.users_collection
    lamp = bpy.data.objects.new("lamp", None)
    collection.objects.link(lamp)
    red = plastic(RED)
    lamp["uses"] = red
    remove_bricks(bricks)
    assert list(collection.objects) == [lamp]
    assert "Red plastic" in bpy.data.materials and "Blue plastic" not in bpy.data.materials


def test_a_copy_of_a_model_keeps_the_parts_when_the_model_goes():
    bricks = show_plan(bpy.context, small_plan())
    copy = bricks.copy()
    bpy.context.scene.collection.objects.link(copy)
    remove_bricks(bricks)
    assert len(instances(copy)[1]) == 5


def test_source_parts_are_not_in_the_scene():
    bricks = show_plan(bpy.context, small_plan())
    assert list(bpy.context.scene.objects) == [bricks]


def test_more_than_a_thousand_parts_in_colours_are_told_apart():
    plan = scattered_plan(4000, 30, 40)
    matrices, names = instances(show_plan(bpy.context, plan))
    assert len(matrices) == len(plan.layout)
    shown = [bpy.data.meshes[name].materials[0].diffuse_color[:3] for name in names]
    assert np.allclose(shown, PALETTE.linear[plan.layout["colour"]], atol=1e-6)
    expected = [plan.catalogue.parts[row].name for row in plan.layout["part"]]
    assert [name.startswith(part + " ") for name, part in zip(names, expected, strict=True)] == [True] * len(names)


def test_every_way_to_show_a_colour_has_the_same_value():
    material = plastic(RED)
    shader = material.node_tree.nodes["Principled BSDF"]
    linear = ((180 / 255 + 0.055) / 1.055) ** 2.4  # of #B40000
    assert linear_rgba(RED) == pytest.approx((linear, 0, 0, 1))
    assert tuple(material.diffuse_color) == pytest.approx((linear, 0, 0, 1))
    assert tuple(shader.inputs["Base Color"].default_value) == pytest.approx((linear, 0, 0, 1))


def test_a_users_material_of_the_same_name_is_not_taken():
    own = bpy.data.materials.new("Red plastic")
    assert plastic(RED) != own
    assert plastic(RED) == plastic(RED)


def test_real_objects_stand_where_the_bricks_stood():
    plan = small_plan()
    bricks = show_plan(bpy.context, plan)
    bricks.rotation_euler = (0.1, 0.2, 0.3)
    bpy.context.view_layer.update()
    expected, names = instances(bricks)
    made = real_objects(bpy.context, bricks)
    bpy.context.view_layer.update()
    assert np.allclose([np.array(part.matrix_world) for part in made], expected, atol=1e-6)
    assert [part.data.name for part in made] == names
    assert made[0].data == made[1].data  # two red 2 x 4
    assert not bricks.visible_get() and bricks.hide_render
    assert all(part.visible_get() for part in made)
    remove_bricks(bricks)
    assert [part.data.name for part in made] == names


def test_too_many_real_objects_are_refused():
    bricks = show_plan(bpy.context, scattered_plan(REAL_OBJECTS_LIMIT + 1, 3, 3))
    before = counts()
    with pytest.raises(TooLarge, match=r"2,001 parts.*at most 2,000"):
        real_objects(bpy.context, bricks)
    assert counts() == before


def test_reading_a_plan_from_something_else_says_so():
    bpy.ops.mesh.primitive_cube_add()
    with pytest.raises(CannotRead, match="'Cube' is no brick model"):
        read_plan(bpy.context.object)
    bricks = show_plan(bpy.context, small_plan())
    bricks.data.attributes.remove(bricks.data.attributes["colour"])
    with pytest.raises(CannotRead, match="lost its attribute 'colour'"):
        read_plan(bricks)
    bricks.modifiers.clear()
    with pytest.raises(CannotRead):
        real_objects(bpy.context, bricks)


def test_gltf_has_an_instance_a_brick_in_the_palettes_colours(tmp_path):
    plan = small_plan()
    show_plan(bpy.context, plan)
    bpy.ops.export_scene.gltf(
        filepath=str(tmp_path / "tower.glb"), export_gn_mesh=True, export_gpu_instances=True, export_format="GLB"
    )
    binary = (tmp_path / "tower.glb").read_bytes()
    (length,) = struct.unpack_from("<I", binary, 12)
    scene = json.loads(binary[20 : 20 + length])
    instanced = [node for node in scene["nodes"] if "EXT_mesh_gpu_instancing" in node.get("extensions", {})]
    places = [node["extensions"]["EXT_mesh_gpu_instancing"]["attributes"]["TRANSLATION"] for node in instanced]
    single = [node for node in scene["nodes"] if "mesh" in node and node not in instanced]
    assert sum(scene["accessors"][place]["count"] for place in places) + len(single) == len(plan.layout)
    found = {material["name"]: material["pbrMetallicRoughness"]["baseColorFactor"] for material in scene["materials"]}
    used = [PALETTE.colours[row] for row in np.unique(plan.layout["colour"])]
    assert found == {f"{colour.name} plastic": pytest.approx(linear_rgba(colour)) for colour in used}


def shown_colours(bricks):
    return sorted(bpy.data.meshes[name].materials[0].name for name in instances(bricks)[1])


def test_bricks_are_shown_by_steps_and_in_their_own_colours_again():
    plan = small_plan()
    bricks = show_plan(bpy.context, plan)
    before, own = counts(), shown_colours(bricks)
    show_in(bricks, shaded(plan, "steps"))
    assert shown_colours(bricks) == ["steps 0 plastic"] * 3 + ["steps 0 plastic", "steps 5 plastic"]
    assert np.array_equal(read_plan(bricks).layout, plan.layout), "the plan stays"
    show_in(bricks, shaded(read_plan(bricks), "colours"))
    assert shown_colours(bricks) == own
    assert counts() == before, "nothing is left over"


def test_utilisation_is_kept_and_shown():
    share = np.array([0.0, 0.5, 0.99, 1.0, np.inf], np.float32)
    plan = replace(small_plan(), utilisation=share)
    bricks = show_plan(bpy.context, plan)
    assert np.array_equal(read_plan(bricks).utilisation, share)
    show_in(bricks, shaded(read_plan(bricks), "utilisation"))
    assert shown_colours(bricks) == [f"utilisation {row} plastic" for row in (0, 3, 6, 7, 7)]
