"""In what state a source is: edits that put what was built from it out of date, and what does not."""

import bpy
import numpy as np
import pytest
from brickprint.scene.source.state import state_of
from painted_objects import add_cube, add_image, add_material, add_object, textured_material
from source_edits import EDITS, lattice_of, shape_key


@pytest.mark.parametrize("prepared", EDITS)
def test_an_edit_of_a_mesh_or_of_what_shapes_and_colours_it_is_noticed(prepared):
    cube = add_cube()
    edit = prepared(cube)
    before = state_of([cube]).text
    assert state_of([cube]).text == before
    edit()
    assert state_of([cube]).text != before


def circle():
    bpy.ops.curve.primitive_bezier_circle_add()
    return bpy.context.object


def spline_of(curve):
    return curve.data.splines[0]


def point_of(curve):
    point = spline_of(curve).bezier_points[0]
    point.handle_left_type = point.handle_right_type = "FREE"
    return point


def text():
    return add_object("text", bpy.data.curves.new("text", "FONT"))


def ball():
    bpy.ops.object.metaball_add()
    return bpy.context.object


def nurbs():
    bpy.ops.surface.primitive_nurbs_surface_sphere_add()
    return bpy.context.object


def bevelled():
    curve = circle()
    curve.data.bevel_mode = "OBJECT"
    curve.data.bevel_object = circle()
    return curve


def instance():
    collection = bpy.data.collections.new("parts")
    collection.objects.link(add_cube("part"))
    empty = add_object("instance", None)
    empty.instance_type, empty.instance_collection = "COLLECTION", collection
    return empty


def part_of(empty):
    return empty.instance_collection.objects[0]


@pytest.mark.parametrize(
    ("made", "prepared", "edit"),
    [
        (circle, point_of, lambda point: setattr(point, "handle_left", (9, 9, 9))),
        (circle, point_of, lambda point: setattr(point, "radius", 3)),
        (circle, point_of, lambda point: setattr(point, "tilt", 1)),
        (circle, spline_of, lambda spline: setattr(spline, "use_cyclic_u", False)),
        (circle, lambda curve: curve.data, lambda data: setattr(data, "bevel_depth", 0.2)),
        (bevelled, lambda curve: curve.data.bevel_object, lambda bevel: setattr(point_of(bevel), "co", (3, 3, 3))),
        (nurbs, spline_of, lambda spline: setattr(spline.points[0], "co", (3, 3, 3, 1))),
        (text, lambda item: item.data, lambda data: setattr(data, "body", "Brick")),
        (text, lambda item: item.data.body_format[0], lambda letter: setattr(letter, "use_bold", True)),
        (text, lambda item: item.data, lambda data: setattr(data.text_boxes[0], "width", 3)),
        (ball, lambda item: item.data.elements[0], lambda element: setattr(element, "co", (2, 0, 0))),
        (ball, lambda item: item.data.elements[0], lambda element: setattr(element, "hide", True)),
        (instance, part_of, lambda part: setattr(part, "location", (1, 0, 0))),
        (instance, part_of, lambda part: setattr(part.data.vertices[0], "co", (3, 3, 3))),
        (instance, part_of, lambda part: setattr(part, "hide_viewport", True)),
        (instance, lambda item: item, lambda item: item.instance_collection.objects.unlink(part_of(item))),
    ],
)
def test_an_edit_of_what_is_no_mesh_is_noticed(made, prepared, edit):
    item = made()
    if item.type == "FONT":
        item.data.body = "Bricks"
    edited = prepared(item)
    before = state_of([item]).text
    edit(edited)
    assert state_of([item]).text != before


def test_curves_have_shape_keys_too():
    curve = circle()
    key = shape_key(curve)
    before = state_of([curve]).text
    key.data[0].handle_left = (9, 9, 9)
    assert state_of([curve]).text != before


def saved_image_on_a_cube(folder):
    image = add_image(np.full((4, 4, 4), 0.5))
    image.filepath_raw, image.file_format = str(folder / "image.png"), "PNG"
    image.save()
    cube = add_cube()
    cube.data.materials.append(textured_material(image)[0])
    return image, cube


def test_an_image_file_that_was_painted_on_and_saved_is_another(tmp_path):
    image, cube = saved_image_on_a_cube(tmp_path)
    before = state_of([cube])
    assert not before.painted
    image.pixels.foreach_set(np.full(64, 0.4, np.float32))
    assert state_of([cube]).painted
    image.save()
    after = state_of([cube])
    assert not after.painted and after.text != before.text


def test_saved_into_another_folder_it_is_the_same(tmp_path):
    image, cube = saved_image_on_a_cube(tmp_path)
    (tmp_path / "sub").mkdir()
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "a.blend"))
    image.filepath = "//image.png"
    before = state_of([cube]).text
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "sub" / "b.blend"))
    assert image.filepath == "//../image.png"
    assert state_of([cube]).text == before


@pytest.mark.parametrize(
    "change",
    [
        lambda cube, lattice, material: setattr(lattice, "name", "another"),
        lambda cube, lattice, material: setattr(material, "name", "another"),
        lambda cube, lattice, material: setattr(cube, "name", "another"),
        lambda cube, lattice, material: cube.hide_set(True),
        lambda cube, lattice, material: setattr(cube, "hide_render", True),
        lambda cube, lattice, material: cube.select_set(False),
        lambda cube, lattice, material: setattr(material.node_tree.nodes[0], "location", (300, 300)),
        lambda cube, lattice, material: setattr(material.node_tree.nodes[0], "width", 300),
        lambda cube, lattice, material: setattr(cube.modifiers[0], "show_expanded", False),
        lambda cube, lattice, material: setattr(cube.data.shape_keys.key_blocks[2].points[0], "co", (3, 3, 3)),
    ],
)
def test_names_places_in_editors_and_what_is_switched_off_do_not_matter(change):
    cube, (material, _) = add_cube(), add_material()
    cube.data.materials.append(material)
    lattice = lattice_of(cube)
    shape_key(cube)
    cube.shape_key_add(name="off").value = 0
    before = state_of([cube]).text
    change(cube, lattice, material)
    bpy.context.view_layer.update()
    assert state_of([cube]).text == before


def test_it_knows_all_that_it_hangs_on():
    cube, (material, _), stranger = add_cube(), add_material(), add_cube("stranger")
    cube.data.materials.append(material)
    lattice = lattice_of(cube)
    lattice.parent = add_object("above", None)
    blocks = state_of([cube]).blocks
    needed = [cube, cube.data, material, lattice, lattice.data, lattice.parent]
    assert {item.session_uid for item in needed} <= blocks
    assert stranger.session_uid not in blocks


def test_saved_and_opened_again_it_is_the_same(tmp_path):
    cube = add_cube()
    for prepared in EDITS:
        prepared(cube)
    name, before = cube.name, state_of([cube])
    assert before.painted is False
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "all.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "all.blend"))
    assert state_of([bpy.data.objects[name]]).text == before.text
