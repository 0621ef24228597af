import math

import bpy
import numpy as np
import pytest
from brickprint.core.structure.shades import SHADES
from brickprint.scene.brick_meshes import LINE_MM, brick_mesh
from brickprint.scene.bricks import is_outlined, read_plan, remove_bricks, show_plan
from brickprint.scene.dressing import show_by, show_outlines
from brickprint.scene.layers import LAYERS, layers_modifier, play_layers, remove_layers, shown_layers
from brickprint.scene.rendering import brick_corners, render_still, studio
from brickprint.scene.section_plane import add_section, remove_section, section_plane
from brickprint.scene.versions import curves_of, nodes_input, set_nodes_input
from mathutils import Matrix
from model_plans import CATALOGUE, placed, plan_of, small_plan
from test_bricks import counts, instances
from test_rendering import block, picture

SMALL = (160, 90)
LEFT = ("objects", "meshes", "materials", "node_groups", "actions")  # what would be left over


def all_counts():
    return counts() | {"actions": len(bpy.data.actions)}


def shown(bricks):
    bpy.context.view_layer.update()
    return len(instances(bricks)[1])


def tower(high=6):
    return plan_of([placed("Brick 2 x 2", 0, 0, 3 * z, 0, "Red", step=z) for z in range(high)])


def row_of(count=6):
    """Bricks 2 x 2 from the front, y = 0, to the back."""
    return plan_of([placed("Brick 2 x 2", 0, 2 * y, 0, 0, "Red") for y in range(count)])


# Outlines


def outlined_area(name, look):
    part = next(part for part in CATALOGUE.parts if part.name == name)
    mesh = brick_mesh(part, look, outlined=True)
    lines = np.array([polygon.material_index for polygon in mesh.polygons], bool)
    area = np.array([polygon.area for polygon in mesh.polygons])
    return area[lines].sum() / area.sum(), lines, mesh


@pytest.mark.parametrize("look", ["light", "full"])
@pytest.mark.parametrize("name", ["Brick 2 x 4", "Plate 1 x 1", "Tile 1 x 2", "Slope Brick Curved 2 x 1"])
def test_outlines_are_thin(name, look):
    share, lines, _ = outlined_area(name, look)
    assert lines.any()
    assert share < 0.25


@pytest.mark.parametrize("look", ["light", "full"])
def test_a_line_runs_along_every_edge_of_a_brick_and_around_every_stud(look):
    _, lines, mesh = outlined_area("Tile 2 x 2", look)
    centres = np.array([polygon.center for polygon in mesh.polygons])[lines]
    half = 8 - 0.1
    for axis in range(2):  # the eight level edges
        for side in (-half, half):
            for end in (0.0, 3.2):
                beside = np.abs(centres[:, axis] - side) < LINE_MM
                assert (beside & (np.abs(centres[:, 2] - end) < LINE_MM)).any()
    corners = np.abs(np.abs(centres[:, :2]) - half).max(axis=1) < LINE_MM  # the four upright ones
    assert len({tuple(np.sign(centre)) for centre in centres[corners][:, :2]}) == 4

    _, lines, mesh = outlined_area("Brick 1 x 2", look)
    centres = np.array([polygon.center for polygon in mesh.polygons])[lines]
    above = centres[centres[:, 2] > 9.6 - LINE_MM]
    for x in (-4, 4):
        around = above[np.hypot(above[:, 0] - x, above[:, 1]) < 3]
        assert (around[:, 2] > 9.6 + 1.6 - LINE_MM).any()  # its rim
        assert (around[:, 2] < 9.6 + LINE_MM).any()  # its foot


def test_curves_have_no_lines_across():
    _, lines, mesh = outlined_area("Slope Brick Curved 2 x 1", "light")
    normals = np.array([polygon.normal for polygon in mesh.polygons])
    centres = np.array([polygon.center for polygon in mesh.polygons])
    middle = (np.abs(centres[:, 1]) < 4) & (normals[:, 2] > 0.3) & (np.abs(normals[:, 0]) < 0.1)
    assert middle.any() and not (lines & middle).any()


def line_materials(bricks):
    return {bpy.data.meshes[name].materials[1].name for name in instances(bricks)[1]}


def test_outlines_are_dark_and_on_black_bricks_light():
    rows = [
        placed("Brick 1 x 1", x, 0, 0, 0, colour) for x, colour in enumerate(["White", "Red", "Black", "Dark Blue"])
    ]
    bricks = show_plan(bpy.context, plan_of(rows), outlined=True)
    assert line_materials(bricks) == {"Dark outline", "Light outline"}
    for name in instances(bricks)[1]:
        plastic, line = (bpy.data.meshes[name].materials[slot].diffuse_color[:3] for slot in (0, 1))
        assert abs(sum(plastic) - sum(line)) > 0.04


def test_outlines_are_switched_for_one_model_and_leave_no_trace():
    first, second = show_plan(bpy.context, small_plan()), show_plan(bpy.context, small_plan())
    copy = second.copy()
    bpy.context.scene.collection.objects.link(copy)
    show_outlines(second, True)
    assert [is_outlined(model) for model in (first, second, copy)] == [False, True, False]
    assert np.array_equal(read_plan(second).layout, read_plan(first).layout)
    show_outlines(second, False)
    assert not is_outlined(second)
    remove_bricks(second)
    remove_bricks(copy)
    remove_bricks(first)
    assert not any(len(getattr(bpy.data, kind)) for kind in LEFT)


def test_shades_and_outlines_do_not_undo_each_other():
    bricks = show_plan(bpy.context, small_plan())
    show_by(bricks, "steps")
    show_outlines(bricks, True)
    names = sorted(bpy.data.meshes[name].materials[0].name for name in instances(bricks)[1])
    assert names[0].startswith("steps")
    show_by(bricks, "roles")
    assert is_outlined(bricks)
    show_outlines(bricks, False)
    names = sorted(bpy.data.meshes[name].materials[0].name for name in instances(bricks)[1])
    assert names[0].startswith("roles")
    show_by(bricks, "colours")
    names = sorted(bpy.data.meshes[name].materials[0].name for name in instances(bricks)[1])
    assert names == ["Blue plastic", "Red plastic", "Red plastic", "White plastic", "Yellow plastic"]


@pytest.mark.parametrize("by", ["parts", "energy"])
def test_a_model_is_shown_by_parts_and_by_energy(by):
    assert by in SHADES
    bricks = show_plan(bpy.context, small_plan())
    before = all_counts()
    show_by(bricks, by)
    kinds = {name.split(f" {by} ")[0]: bpy.data.meshes[name].materials[0].name for name in instances(bricks)[1]}
    if by == "parts":
        assert len(set(kinds.values())) == len(kinds) == 4
    show_by(bricks, "colours")
    assert all_counts() == before


@pytest.mark.parametrize("engine", ["cycles", "workbench"])
def test_lines_part_bricks_of_one_colour_in_pictures(tmp_path, engine):
    def darkest(outlined):
        bricks = show_plan(bpy.context, block("Yellow", wide=2, high=4), outlined=outlined)
        render_still(bpy.context, bricks, tmp_path / "a.png", (320, 180), engine)
        remove_bricks(bricks)
        front = picture(tmp_path / "a.png")[85:140, 120:165].max(axis=-1)
        return np.percentile(front, 3) / np.median(front)

    assert darkest(True) < 0.75 * darkest(False)


# Section plane


def test_the_plane_hides_what_is_in_front_of_it_and_follows_its_moves():
    bricks = show_plan(bpy.context, row_of(6))
    before = all_counts()
    plane = add_section(bricks)
    assert shown(bricks) == 3
    assert add_section(bricks) == plane
    matrices, _ = instances(bricks)
    assert matrices[:, 1, 3].min() >= plane.matrix_world.translation.y
    plane.location.y += 16  # millimetres of the model
    assert shown(bricks) == 2
    plane.rotation_euler.x += math.pi  # now the back is in front of it
    assert shown(bricks) == 4
    assert len(read_plan(bricks).layout) == 6
    remove_section(bricks)
    remove_section(bricks)
    assert shown(bricks) == 6 and all_counts() == before and not bricks.modifiers[0].name.startswith("Section")


def test_the_plane_goes_with_the_model():
    bricks = show_plan(bpy.context, row_of(6))
    plane = add_section(bricks)
    bricks.matrix_world = Matrix.Translation((5, 6, 7)) @ Matrix.Rotation(2, 4, "Z") @ bricks.matrix_world
    assert shown(bricks) == 3
    bpy.data.objects.remove(plane)  # by the user: nothing is hidden
    assert shown(bricks) == 6
    assert section_plane(bricks) is None
    again = add_section(bricks)
    assert shown(bricks) == 3 and section_plane(bricks) == again
    remove_bricks(bricks)
    assert not bpy.data.objects and not bpy.data.node_groups


def test_a_plane_stays_while_a_copy_of_the_model_is_cut_by_it():
    bricks = show_plan(bpy.context, row_of(6))
    add_section(bricks)
    copy = bricks.copy()
    bpy.context.scene.collection.objects.link(copy)
    remove_section(bricks)
    assert shown(bricks) == 6 and shown(copy) == 3
    remove_section(copy)
    assert not [thing for thing in bpy.data.objects if thing.type == "EMPTY"]


def test_pictures_show_the_section_and_leave_the_plane_alone(tmp_path):
    bricks = show_plan(bpy.context, row_of(6))
    bricks.matrix_world = Matrix.Translation((1, 2, 3)) @ bricks.matrix_world
    render_still(bpy.context, bricks, tmp_path / "whole.png", SMALL)
    add_section(bricks)
    before = all_counts()
    render_still(bpy.context, bricks, tmp_path / "cut.png", SMALL)
    assert all_counts() == before
    red = [(np.ptp(picture(tmp_path / name), axis=-1) > 0.3).mean() for name in ("whole.png", "cut.png")]
    assert 0.2 * red[0] < red[1] < 0.8 * red[0]


def test_the_cut_stays_where_it_is_while_a_film_turns_the_model():
    bricks = show_plan(bpy.context, row_of(6))
    add_section(bricks)
    bpy.context.view_layer.update()
    with studio(bricks, brick_corners(bricks), SMALL) as (scene, copy):
        copy.matrix_world = Matrix.Rotation(2, 4, "Z") @ copy.matrix_world
        layer = scene.view_layers[0]
        layer.update()
        seen = [it for it in layer.depsgraph.object_instances if it.is_instance and it.parent.original == copy]
        assert len(seen) == 3


# Layers


def test_layers_are_played_and_slid():
    scene = bpy.context.scene
    bricks = show_plan(bpy.context, tower(6))
    before = all_counts()
    play_layers(bricks, 10, 61)
    found = []
    for frame in (10, 20, 40, 70, 90):
        scene.frame_set(frame)
        found.append(shown(bricks))
    assert found == [0, 1, 3, 6, 6]
    assert shown_layers(bricks) == (6, 6, 6)
    set_nodes_input(layers_modifier(bricks), LAYERS, 2)
    assert shown_layers(bricks) == (2, 2, 6)
    assert len(read_plan(bricks).layout) == 6
    play_layers(bricks, 1, 10)  # in place of the first
    assert len(bpy.data.actions) == 1
    remove_layers(bricks)
    remove_layers(bricks)
    assert shown(bricks) == 6 and all_counts() == before and bricks.animation_data is None


def test_plates_and_bricks_that_begin_at_one_height_are_one_layer():
    rows = [placed("Brick 1 x 1", 0, 0, 0, 0, "Red"), placed("Plate 1 x 1", 1, 0, 0, 0, "Red")]
    rows += [placed("Plate 1 x 1", 1, 0, 1, 0, "Red"), placed("Plate 1 x 1", 0, 0, 3, 0, "Red")]
    bricks = show_plan(bpy.context, plan_of(rows))
    play_layers(bricks, 1, 4)
    found = []
    for frame in range(1, 5):
        bpy.context.scene.frame_set(frame)
        found.append(shown(bricks))
    assert found == [0, 2, 3, 4]


def test_keys_of_the_user_stay_when_layers_go():
    bricks = show_plan(bpy.context, tower(3))
    bricks.keyframe_insert("location", frame=1)
    play_layers(bricks, 1, 10)
    remove_layers(bricks)
    assert bricks.animation_data.action is not None and len(bpy.data.actions) == 1


def test_all_of_it_lives_together_and_in_a_saved_file(tmp_path):
    bpy.context.scene.frame_set(1)
    bricks = show_plan(bpy.context, row_of(6), outlined=True)
    add_section(bricks)
    play_layers(bricks, 1, 10)
    bpy.context.scene.frame_set(10)
    assert shown(bricks) == 3
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "a.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "a.blend"))
    bricks = next(thing for thing in bpy.context.scene.objects if thing.type == "MESH")
    assert is_outlined(bricks) and section_plane(bricks) and layers_modifier(bricks)
    assert shown(bricks) == 3
    bpy.context.scene.frame_set(1)
    assert shown(bricks) == 0
    remove_bricks(bricks)
    assert not any(len(getattr(bpy.data, kind)) for kind in LEFT)


def test_layers_played_again_after_their_modifier_was_deleted_have_the_new_keys_alone():
    bricks = show_plan(bpy.context, tower())
    play_layers(bricks, 10, 61)
    bricks.modifiers.remove(layers_modifier(bricks))
    play_layers(bricks, 1, 5)
    (curve,) = curves_of(bricks)
    assert [tuple(key.co) for key in curve.keyframe_points] == [(1, 0), (5, 6)]


def test_layers_of_a_linked_duplicate_play_on_when_the_first_shows_all():
    bricks = show_plan(bpy.context, tower())
    play_layers(bricks, 1, 7)
    copy = bricks.copy()
    bpy.context.scene.collection.objects.link(copy)
    remove_layers(bricks)
    for frame in (2, 5):
        bpy.context.scene.frame_set(frame)
        assert (shown(bricks), shown(copy)) == (6, frame - 1)


def test_a_duplicate_looks_alike_and_both_leave_nothing():
    bricks = show_plan(bpy.context, row_of(6), outlined=True)
    add_section(bricks)
    play_layers(bricks, 1, 10)
    bpy.context.scene.frame_set(10)
    bricks.select_set(True)
    bpy.context.view_layer.objects.active = bricks
    bpy.ops.object.duplicate()
    copy = bpy.context.active_object
    assert copy != bricks and shown(copy) == shown(bricks) == 3
    remove_layers(bricks)
    remove_section(bricks)
    show_outlines(bricks, False)
    assert (shown(bricks), shown(copy)) == (6, 3) and is_outlined(copy)
    bpy.context.scene.frame_set(1)
    assert shown(copy) == 0
    remove_bricks(bricks)
    remove_bricks(copy)
    assert not any(len(getattr(bpy.data, kind)) for kind in LEFT)


@pytest.mark.usefixtures("switched_on")
def test_the_operators_switch_and_are_undone():
    bricks = show_plan(bpy.context, row_of(6))
    bpy.context.view_layer.objects.active = bricks
    name = bricks.name
    assert not bpy.ops.brickprint.all_layers.poll()
    bpy.ops.brickprint.outline()
    bpy.ops.brickprint.look_inside()
    assert bpy.context.active_object.name == name and [thing.name for thing in bpy.context.selected_objects]
    bpy.ops.brickprint.play_layers(frames=20)
    bricks = bpy.data.objects[name]
    assert is_outlined(bricks) and shown(bricks) == 3
    assert (bpy.context.scene.frame_end, nodes_input(layers_modifier(bricks), LAYERS)) == (20, 1)
    bpy.ops.brickprint.all_layers()
    bpy.ops.brickprint.look_inside()
    bpy.ops.brickprint.outline()
    bricks = bpy.data.objects[name]
    assert not is_outlined(bricks) and shown(bricks) == 6 and section_plane(bricks) is None


@pytest.mark.parametrize("operator", ["outline", "look_inside", "play_layers"])
@pytest.mark.usefixtures("switched_on")
def test_every_switch_is_undone_in_one_step(operator):
    bricks = show_plan(bpy.context, row_of(6))
    bpy.context.view_layer.objects.active = bricks
    name, before = bricks.name, all_counts()
    bpy.ops.ed.undo_push(message="model")
    getattr(bpy.ops.brickprint, operator)()
    bpy.ops.ed.undo_push(message="switched")
    assert all_counts() != before
    bpy.ops.ed.undo()
    bricks = bpy.data.objects[name]
    assert all_counts() == before and not is_outlined(bricks) and len(bricks.modifiers) == 1
