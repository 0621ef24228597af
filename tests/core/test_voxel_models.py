"""Voxels from .vox and .npy files become grids, and grids become bricks that fill just these voxels."""

import itertools
import struct

import numpy as np
import pytest
from brickprint.core import pipeline, sizing
from brickprint.core.colour.palettes import load_palette
from brickprint.core.colour.spaces import srgb_to_linear
from brickprint.core.errors import BadSetting, BrickprintError, CannotRead, NothingToBuild, TooLarge
from brickprint.core.layout import extents, footprint_cells
from brickprint.core.mesh import Material
from brickprint.core.orientation import oriented
from brickprint.core.pipeline import Conversion
from brickprint.core.settings import Settings
from brickprint.core.voxel_files import default_palette, read_voxels
from brickprint.core.voxel_models import MESH_SETTINGS, VoxelModel, turned_upright
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from shapes import box, mesh_of
from test_pipeline import KEYS

IDENTITY = "4"
SOLID = load_palette("solid")
RED, BLUE = (201, 26, 9, 255), (0, 85, 191, 255)


def chunk(name, content=b"", children=b""):
    return struct.pack("<4sii", name, len(content), len(children)) + content + children


def text(words):
    return struct.pack("<i", len(words)) + words.encode()


def pairs(**words):
    return struct.pack("<i", len(words)) + b"".join(text(key) + text(value) for key, value in words.items())


def model(size, *voxels):
    """A model's two chunks; voxels: x, y, z, palette row."""
    packed = b"".join(struct.pack("4B", *voxel) for voxel in voxels)
    return chunk(b"SIZE", struct.pack("<3i", *size)) + chunk(b"XYZI", struct.pack("<i", len(voxels)) + packed)


def palette(*colours):
    """Colours from row 1 on."""
    return chunk(b"RGBA", np.array([*colours, *[(0, 0, 0, 0)] * (256 - len(colours))], np.uint8).tobytes())


def transform(number, child, layer=-1, hidden=False, frames=1, **placed):
    own = pairs(_hidden="1") if hidden else pairs()
    numbers = struct.pack("<4i", child, -1, layer, frames)
    return chunk(b"nTRN", struct.pack("<i", number) + own + numbers + pairs(**placed) * frames)


def group(number, *children):
    count = len(children)
    return chunk(b"nGRP", struct.pack("<i", number) + pairs() + struct.pack(f"<{count + 1}i", count, *children))


def shape(number, part):
    return chunk(b"nSHP", struct.pack("<i", number) + pairs() + struct.pack("<2i", 1, part) + pairs())


def layer(number, hidden):
    return chunk(b"LAYR", struct.pack("<i", number) + pairs(_hidden="1" if hidden else "0") + struct.pack("<i", -1))


def vox(*chunks):
    return b"VOX " + struct.pack("<i", 150) + chunk(b"MAIN", children=b"".join(chunks))


@pytest.fixture
def read(tmp_path):
    """Reads the model in the bytes of a .vox file, or in an array saved as .npy."""

    def written(content):
        path = tmp_path / ("model.vox" if isinstance(content, bytes) else "model.npy")
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            np.save(path, content)
        return read_voxels(path)

    return written


def filled(found):
    """{(x, y, z)} of a VoxelModel."""
    return {tuple(place[::-1].tolist()) for place in np.argwhere(found.cells)}


def colours(found):
    """{(x, y, z): linear RGB}"""
    places = np.argwhere(found.cells)[:, ::-1].tolist()
    return {tuple(place): colour for place, colour in zip(places, found.colour, strict=True)}


def linear(colour):
    return pytest.approx(srgb_to_linear(np.array(colour[:3]) / 255), abs=1e-6)


# Nothing is laid beside the voxels, and none of them is left out.
ALONE = {"supports": "none", "floating": "keep", "prove": "none"}


def built_cells(plan):
    """(Z, Y, X): how many parts lie in each plate cell."""
    wide, deep, high = plan.size
    count = np.zeros((high, deep, wide), int)
    row, x, y = footprint_cells(plan.layout, plan.catalogue)
    heights = extents(plan.layout, plan.catalogue)[row, 2]
    for plate in range(heights.max()):
        here = heights > plate
        np.add.at(count, (plan.layout["z"][row[here]] + plate, y[here], x[here]), 1)
    return count


def test_axes_and_colours_of_vox(read):
    found = read(vox(model((5, 4, 3), (1, 1, 0, 1), (4, 1, 0, 2), (1, 3, 2, 2)), palette(RED, BLUE)))
    assert found.name == "model" and found.cells.shape == (3, 3, 4)  # cut to what is filled
    assert colours(found) == {(0, 0, 0): linear(RED), (3, 0, 0): linear(BLUE), (0, 2, 2): linear(BLUE)}


def test_axes_and_colours_of_npy(read):
    cells = np.zeros((6, 5, 4, 4), np.uint8)
    cells[3, 1, 1], cells[3, 1, 3], cells[5, 4, 1] = RED, BLUE, (0, 85, 191, 1)
    cells[0, 0, 0] = (255, 255, 255, 0)  # nothing is there
    found = read(cells)
    assert colours(found) == {(0, 0, 0): linear(RED), (2, 0, 0): linear(BLUE), (0, 3, 2): linear(BLUE)}


def test_npy_without_colours(read):
    cells = np.zeros((2, 3, 4), bool)
    cells[0, :, 1] = cells[1, 2, 3] = True
    for stored in (cells, np.asfortranarray(cells)):
        found = read(stored)
        assert found.colour is None
        assert filled(found) == {(0, 0, 0), (0, 1, 0), (0, 2, 0), (2, 2, 1)}


def test_row_0_of_vox_is_empty(read):
    assert filled(read(vox(model((3, 1, 1), (0, 0, 0, 7), (2, 0, 0, 0))))) == {(0, 0, 0)}


def test_the_default_palette():
    # Rows as the format's description lists them (0xAABBGGRR).
    listed = {1: 0xFFFFFFFF, 2: 0xFFCCFFFF, 7: 0xFFFFCCFF, 37: 0xFFFFFFCC, 215: 0xFF330000, 216: 0xFF0000EE}
    listed |= {0: 0, 225: 0xFF000011, 226: 0xFF00EE00, 236: 0xFFEE0000, 246: 0xFFEEEEEE, 255: 0xFF111111}
    packed = default_palette().view("<u4")[:, 0]
    assert {row: packed[row] for row in listed} == listed
    assert len(set(packed.tolist())) == 256


def test_colours_without_a_palette_are_the_default_ones(read):
    assert colours(read(vox(model((1, 1, 1), (0, 0, 0, 216))))) == {(0, 0, 0): linear((0xEE, 0, 0))}


def two_bars(first, second):
    """A bar of three along x twice, in red and blue, each with its own place; the first may be hidden."""
    bar = [(x, 0, 0) for x in range(3)]
    parts = [model((3, 1, 1), *((*voxel, row) for voxel in bar)) for row in (1, 2)]
    nodes = [transform(0, 1), group(1, 2, 4), transform(2, 3, **first), shape(3, 0), transform(4, 5, **second)]
    return vox(*parts, *nodes, shape(5, 1), layer(0, False), layer(1, True), palette(RED, BLUE))


def test_models_are_placed_by_the_scene(read):
    found = colours(read(two_bars({"_t": "0 0 0"}, {"_t": "-1 2 10"})))
    expected = {(x + 1, 0, 0): linear(RED) for x in range(3)} | {(x, 2, 10): linear(BLUE) for x in range(3)}
    assert found == expected


def test_models_are_turned_by_the_scene(read):
    # Rows (0 -1 0), (1 0 0), (0 0 1): 17. The bar then lies along y; it turns about the corner of its second cell, so
    # cells x = -1, 0, 1 go to y = -1, 0, 1 and row y = 0 to x = -1.
    found = filled(read(two_bars({"_t": "0 0 0"}, {"_t": "4 0 0", "_r": "17"})))
    assert found == {(0, 1, 0), (1, 1, 0), (2, 1, 0), (4, 0, 0), (4, 1, 0), (4, 2, 0)}


def test_the_example_of_a_rotation_in_the_description(read):
    # Rows (0 1 0), (0 0 -1), (-1 0 0) turn x to -z, y to x, z to -y. A frame of even size turns about its middle.
    packed = str((1 << 0) | (2 << 2) | (0 << 4) | (1 << 5) | (1 << 6))
    part = model((4, 4, 4), (0, 0, 0, 1), (3, 0, 0, 2), (0, 1, 0, 3), (0, 0, 2, 4))
    turned = read(vox(part, transform(0, 1, _r=packed), shape(1, 0), palette(RED, BLUE, (9, 9, 9, 255), (7,) * 4)))
    expected = {(0, 2, 3): RED, (0, 2, 0): BLUE, (1, 2, 3): (9, 9, 9), (0, 0, 3): (7, 7, 7)}
    assert colours(turned) == {place: linear(colour) for place, colour in expected.items()}


def test_turned_groups_turn_the_places_inside_them(read):
    nodes = [transform(0, 1), group(1, 2, 6), transform(2, 3, _r="17", _t="10 0 0"), group(3, 4)]
    nodes += [transform(4, 5, _t="5 1 0"), shape(5, 0), transform(6, 7), shape(7, 0)]
    found = filled(read(vox(model((2, 2, 2), (0, 0, 0, 1)), *nodes)))
    # (-1, -1, -1) + (5, 1, 0) = cell (4, 0, -1), turned (-1, 4, -1), moved (9, 4, -1); beside (-1, -1, -1).
    assert found == {(0, 0, 0), (10, 5, 0)}


def test_where_models_overlap_the_later_one_is_seen(read):
    found = read(two_bars({}, {"_t": "2 0 0"}))
    assert colours(found)[2, 0, 0] == linear(BLUE) and len(found.colour) == 5


@pytest.mark.parametrize("hidden", [{"hidden": True}, {"layer": 1}])
def test_what_is_hidden_is_left_out(read, hidden):
    assert colours(read(two_bars(hidden, {"layer": 0}))) == {(x, 0, 0): linear(BLUE) for x in range(3)}


def test_of_animations_the_first_frame_is_built(read):
    found = read(vox(model((1, 1, 1), (0, 0, 0, 1)), model((2, 1, 1), (0, 0, 0, 1), (1, 0, 0, 1))))
    assert filled(found) == {(0, 0, 0)} and "animation" in found.warnings[0]
    found = read(vox(model((1, 1, 1), (0, 0, 0, 1)), transform(0, 1, frames=2, _t="1 1 1"), shape(1, 0)))
    assert filled(found) == {(0, 0, 0)} and "animation" in found.warnings[0]


ONE = model((1, 1, 1), (0, 0, 0, 1))
DAMAGED = {
    "empty file": b"",
    "other magic": b"RIFF" + vox(ONE)[4:],
    "nothing after the magic": b"VOX " + struct.pack("<i", 150),
    "no main chunk": b"VOX " + struct.pack("<i", 150) + ONE,
    "chunk longer than the file": vox(chunk(b"SIZE", b"")[:4] + struct.pack("<ii", 2**31 - 1, 0)),
    "chunk of negative length": vox(b"SIZE" + struct.pack("<ii", -12, 0)),
    "short size": vox(chunk(b"SIZE", b"123")),
    "no size": vox(chunk(b"XYZI", struct.pack("<i", 0))),
    "fewer voxels than said": vox(model((9, 9, 9))[:-4] + struct.pack("<i", 7)),
    "negative count": vox(model((9, 9, 9))[:-4] + struct.pack("<i", -1)),
    "voxel outside": vox(model((1, 1, 1), (1, 0, 0, 1))),
    "short palette": vox(ONE, chunk(b"RGBA", b"1234")),
    "no root": vox(ONE, transform(1, 2), shape(2, 0)),
    "missing node": vox(ONE, transform(0, 9)),
    "missing model": vox(ONE, transform(0, 1), shape(1, 5)),
    "a ring of nodes": vox(ONE, transform(0, 1), group(1, 0)),
    "no rotation": vox(ONE, transform(0, 1, _r="5"), shape(1, 0)),
    "words for a place": vox(ONE, transform(0, 1, _t="here and there"), shape(1, 0)),
    "two axes": vox(ONE, transform(0, 1, _t="1 2"), shape(1, 0)),
    "infinitely far": vox(ONE, transform(0, 1, _t=f"0 0 {10**30}"), shape(1, 0)),
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_damaged_vox(read, content):
    with pytest.raises(CannotRead, match=r"model\.vox.*Save it again"):
        read(content)


@pytest.mark.parametrize("length", range(0, len(vox(ONE)), 3))
def test_vox_that_breaks_off(read, length):
    with pytest.raises(CannotRead, match=r"model\.vox"):
        read(vox(ONE)[:length])


@given(st.data())
def test_no_byte_of_a_vox_makes_a_fault_of_ours(tmp_path_factory, data):
    whole = bytearray(two_bars({"_t": "0 0 0", "_r": "17"}, {"_t": "9 9 9"})[:-1036])  # less the palette
    whole[12:20] = struct.pack("<ii", 0, len(whole) - 20)
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / "any.vox"
    path.write_bytes(whole)
    try:
        assert read_voxels(path).cells.any()
    except BrickprintError as error:
        assert "any.vox" in str(error)


@pytest.mark.parametrize(
    "content",
    [vox(), vox(model((5, 5, 5))), two_bars({"hidden": True}, {"layer": 1}), np.zeros((2, 2, 2), bool)]
    + [np.zeros((0, 2, 2), bool), np.full((2, 2, 2, 4), (9, 9, 9, 0), np.uint8)],
)
def test_nothing_filled(read, content):
    with pytest.raises(NothingToBuild, match="no filled voxel"):
        read(content)


@pytest.mark.parametrize(
    "array",
    [np.ones((2, 2), bool), np.ones((2, 2, 2), np.uint8), np.full((2, 2, 2), np.nan), np.ones((2, 2, 2, 3), np.uint8)]
    + [np.ones((2, 2, 2, 4)), np.array(True), np.array("words"), np.ones((2, 2, 2), [("a", bool)])],
)
def test_npy_of_other_things(read, array):
    with pytest.raises(CannotRead, match=r"model\.npy: it holds .*Save bool \[z, y, x\]"):
        read(array)


def test_damaged_npy(tmp_path):
    path = tmp_path / "cells.npy"
    np.save(path, np.ones((4, 4, 4), bool))
    whole = path.read_bytes()
    np.savez(tmp_path / "two.npz", np.ones((2, 2, 2), bool))
    several = (tmp_path / "two.npz").read_bytes()
    for content in (b"", b"no array", whole[:20], whole[:-1], several, several[:40]):
        path.write_bytes(content)
        with pytest.raises(CannotRead, match=r"cells\.npy"):
            read_voxels(path)


def test_pickled_objects_are_never_loaded(tmp_path):
    class Told:
        def __reduce__(self):
            return (pytest.fail, ("the pickle was loaded",))

    path = tmp_path / "cells.npy"
    np.save(path, np.array([[[Told()]]], object), allow_pickle=True)
    with pytest.raises(CannotRead, match=r"cells\.npy"):
        read_voxels(path)


def test_missing_files_and_folders(tmp_path):
    for kind in (".vox", ".npy"):
        with pytest.raises(CannotRead, match=r"gone.*check the path"):
            read_voxels(tmp_path / f"gone{kind}")
        (tmp_path / f"folder{kind}").mkdir()
        with pytest.raises(CannotRead, match=r"folder.*check the path"):
            read_voxels(tmp_path / f"folder{kind}")


def test_models_far_apart_are_refused_before_memory_is_taken(read):
    with pytest.raises(TooLarge, match="spans 2000000003 x 1 studs"):
        read(two_bars({"_t": "-1000000000 0 0"}, {"_t": "1000000000 0 0"}))


def test_a_large_npy_with_little_in_it(read, monkeypatch):
    cells = np.zeros((100, 100, 100), bool)
    cells[40:43, 50, 50] = True
    monkeypatch.setattr(sizing.os, "sysconf", lambda name: 1000)  # a megabyte
    assert read(cells).cells.shape == (3, 1, 1)
    cells[0, 0, 0] = True
    with pytest.raises(TooLarge, match="spans 51 x 51 studs and 43 bricks"):
        read(cells)


@pytest.mark.parametrize("up", ["X", "Y", "Z"])
@pytest.mark.parametrize("flip", [(), ("X",), ("y", "Z"), ("XZ",), ("X", "X")])
def test_voxels_turn_as_meshes_do(up, flip):
    cells = np.zeros((3, 4, 5), bool)
    cells[0, 0, 0] = cells[2, 0, 0] = cells[0, 3, 1] = cells[1, 2, 4] = True
    places = np.argwhere(cells)[:, ::-1]
    turned = turned_upright(VoxelModel("m", cells, places.astype(np.float32)), up, flip)
    # A mesh with a small box in every voxel, and one around all.
    around, faces = box((5, 4, 3))
    corners = [around, *(box((1, 1, 1), place)[0] for place in places)]
    mesh = mesh_of((np.concatenate(corners), np.concatenate([faces + 8 * i for i in range(len(corners))])))
    moved = oriented(mesh, up, "".join(flip)).vertices.reshape(-1, 8, 3).min(axis=1)
    moved = (moved[1:] - moved[0]).round().astype(int)
    expected = {tuple(new): tuple(old) for new, old in zip(moved.tolist(), places.tolist(), strict=True)}
    assert {place: tuple(colour) for place, colour in colours(turned).items()} == expected


def test_an_axis_that_is_none():
    with pytest.raises(BadSetting, match="'W' is no axis"):
        turned_upright(VoxelModel("m", np.ones((1, 1, 1), bool)), "Z", ("W",))


def chequered():
    """Two bricks on a base of three by two, in red and blue by turns."""
    cells = np.zeros((2, 2, 3), bool)
    cells[0] = cells[1, 0, :2] = True
    linear_of = {colour.name: row for colour, row in zip(SOLID.colours, SOLID.linear, strict=True)}
    return VoxelModel("flags", cells, np.array([linear_of["Red"], linear_of["Blue"]] * 4, np.float32))


def test_voxels_become_bricks_in_their_colours():
    plan = Conversion(chequered()).run(Settings(detail="bricks", smoothing=0.0))
    assert plan.name == "flags" and plan.size == (3, 2, 6)
    assert set(plan.report["parts"]["by_colour"]) == {"Red", "Blue"}
    assert plan.report["parts"]["total"] == 8  # no two neighbours are alike
    assert plan.report["colour"]["mean"] == pytest.approx(0, abs=1e-3)
    np.testing.assert_allclose(plan.placement.origin, (-0.012, -0.008, 0))


def test_the_report_of_voxels_has_every_key():
    report = Conversion(chequered(), read_seconds=2.0).run(Settings()).report
    for key, inner in KEYS.items():
        assert set(report[key]) == inner
    assert report["input"] == {"triangles": 0, "textured": False, "size_mm": [24.0, 16.0, 19.2]}
    assert report["shape"] == {"iou": 1.0, "surface_mm": None}
    assert report["seconds"]["total"] > report["seconds"]["read"] == 2.0
    assert "voxels" in report["seconds"] and "slice" not in report["seconds"]
    assert report["warnings"] == []


def test_voxels_without_colours_look_as_meshes_without_material():
    plan = Conversion(VoxelModel("m", np.ones((2, 2, 2), bool))).run(Settings())
    plain = Conversion(mesh_of(box((10, 10, 10)), Material().base_colour)).run(Settings(studs=2))
    assert plan.report["parts"]["by_colour"].keys() == plain.report["parts"]["by_colour"].keys()


def test_plates_stack_three_to_a_voxel_and_auto_is_bricks():
    cells = np.zeros((4, 5, 6), bool)
    cells[:, 1:, 2:] = True
    plates, auto, bricks = (
        Conversion(VoxelModel("m", cells)).run(Settings(detail=detail)) for detail in ("plates", "auto", "bricks")
    )
    assert set(plates.catalogue.sizes[plates.layout["part"], 2]) == {1}
    assert set(auto.catalogue.sizes[auto.layout["part"], 2]) == {3}
    np.testing.assert_array_equal(auto.layout, bricks.layout)
    np.testing.assert_array_equal(built_cells(plates), built_cells(bricks))
    with pytest.raises(BadSetting, match="no 1x1 plate"):
        Conversion(VoxelModel("m", cells)).run(Settings(detail="plates", parts="basic-11"))


def test_up_and_flip_turn_the_bricks():
    cells = np.ones((2, 3, 4), bool)
    cells[1, 1:] = False
    conversion = Conversion(VoxelModel("m", cells))
    assert conversion.run(Settings()).size == (4, 3, 6)
    plan = conversion.run(Settings(up="Y", flip=("Z",), **ALONE))
    assert plan.size == (4, 2, 9)
    np.testing.assert_array_equal(built_cells(plan)[::3] > 0, cells.transpose(1, 0, 2)[::-1, ::-1])


def test_what_is_asked_about_meshes_is_said_to_change_nothing():
    changed = Settings(studs=20, cell_colour="vote", colours=2, colours_from="texture", sampler="voxels")
    plan = Conversion(chequered()).run(changed)
    (warning,) = plan.report["warnings"]
    assert "--studs, --sampler, --colours-from, --cell-colour changed nothing" in warning
    plain = Conversion(chequered()).run(Settings(colours=2))
    np.testing.assert_array_equal(plan.layout, plain.layout)
    assert set(MESH_SETTINGS) <= set(changed.values())


def test_dominant_colours_of_voxels():
    shades = np.array([(201, 26, 9)] * 4 + [(190, 30, 20)] * 3 + [(0, 85, 191)] * 5) / 255
    found = VoxelModel("m", np.ones((3, 2, 2), bool), srgb_to_linear(shades).astype(np.float32))
    plan = Conversion(found).run(Settings(colours=2))
    assert len(plan.report["parts"]["by_colour"]) == 2


def test_stages_run_again_only_for_what_they_read(monkeypatch):
    ran = []
    for name in ("VOXELS", "COLOUR", "PACK"):
        stage = getattr(pipeline, name)

        def noted(*inputs, stage=stage):
            ran.append(stage.name)
            return stage.work(*inputs)

        monkeypatch.setattr(pipeline, name, pipeline.Stage(stage.name, noted, stage.reads, stage.share))
    conversion = Conversion(chequered())
    conversion.run(Settings())
    conversion.run(Settings(studs=9))
    assert ran == ["voxels", "colour", "pack"]
    conversion.run(Settings(palette="pick-a-brick-29"))
    assert ran[3:] == ["colour", "pack"]
    conversion.run(Settings(palette="pick-a-brick-29", up="X"))
    assert ran[5:] == ["voxels", "colour", "pack"]


@given(
    arrays(bool, st.tuples(*[st.integers(1, 6)] * 3)).filter(np.any),
    st.sampled_from(["bricks", "auto", "plates"]),
    st.booleans(),
)
def test_the_bricks_fill_the_voxels_and_nothing_else(tmp_path_factory, cells, detail, as_vox):
    folder = tmp_path_factory.getbasetemp()
    if as_vox:
        path = folder / "some.vox"
        path.write_bytes(vox(model(cells.shape[::-1], *((x, y, z, 1 + z) for z, y, x in np.argwhere(cells).tolist()))))
    else:
        path = folder / "some.npy"
        np.save(path, cells)
    plan = Conversion(read_voxels(path)).run(Settings(detail=detail, shell=50, **ALONE))
    hits = [np.flatnonzero(cells.any(axis=axes)) for axes in ((1, 2), (0, 2), (0, 1))]
    cut = cells[tuple(slice(hit[0], hit[-1] + 1) for hit in hits)]
    np.testing.assert_array_equal(built_cells(plan), np.repeat(cut, 3, axis=0).astype(int))
    assert plan.report["shape"]["iou"] == 1.0


def test_the_benchmark_grid(shared_data):
    path = shared_data / "grids" / "spot48.npy"
    if not path.is_file():
        pytest.skip(f"no grid at {path}")
    found = read_voxels(path)
    assert np.count_nonzero(found.cells) == 9982
    plan = Conversion(found).run(Settings(detail="bricks", parts="basic-11", **ALONE))
    assert plan.report["grid"]["plates_z"] == 3 * len(found.cells)
    np.testing.assert_array_equal(built_cells(plan), np.repeat(found.cells, 3, axis=0).astype(int))


def test_every_turn_of_vox_is_a_turn(read):
    """All 48 signed permutations keep four voxels in general position apart as they are."""
    part = model((4, 4, 4), (0, 0, 0, 1), (3, 0, 0, 1), (0, 2, 0, 1), (0, 0, 1, 1))
    met = set()
    for first, second in itertools.permutations(range(3), 2):
        for signs in range(8):
            word = str(first | second << 2 | signs << 4)
            found = read(vox(part, transform(0, 1, _r=word), shape(1, 0)))
            assert sorted(found.cells.shape) == [2, 3, 4] and np.count_nonzero(found.cells) == 4
            met.add((found.cells.shape, found.cells.tobytes()))
    assert len(met) == 48
