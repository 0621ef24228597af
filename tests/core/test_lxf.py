import io
import struct
import zipfile
import zlib
from xml.etree import ElementTree

import numpy as np
import pytest
from brickprint.core.errors import CannotRead
from brickprint.core.export.ldraw import write_ldr
from brickprint.core.export.ldraw_reading import turns_of
from brickprint.core.export.lxf import lxf_bytes, lxfml, write_lxf
from brickprint.core.export.lxf_reading import placed_designs
from brickprint.core.export.mpd import write_mpd
from brickprint.core.export.options import ExportOptions
from brickprint.core.progress import SILENT
from hypothesis import given
from hypothesis import strategies as st
from random_plans import CATALOGUE, PALETTE, buildable_plans, plan_of
from reading import imported

ROW_OF = {part.ldraw: row for row, part in enumerate(CATALOGUE.parts)}
RED = [colour.ldraw for colour in PALETTE.colours].index(4)
STRAIGHT = "1,0,0,0,1,0,0,0,1"
TURNED = "0,0,-1,0,1,0,1,0,0"


def row(number, x, y, z, turn=0):
    return (ROW_OF[number], x, y, z, turn, RED, 0, 0, 0)


def numbers_of(bone):
    return [float(number) for number in bone.split(",")]


@pytest.mark.parametrize(
    ("placed", "design", "bone"),
    [
        (row("3001", 0, 0, 0), "3001", f"{STRAIGHT},0.4,0,-0.4"),
        (row("3001", 4, 0, 0, 1), "3001", f"{TURNED},4.4,0,-0.4"),
        (row("3008", 0, 0, 6, 1), "3008", f"{TURNED},0.4,1.92,-0.4"),
        (row("2456", 0, 0, 0), "44237", f"{STRAIGHT},0.4,0,-0.4"),
        (row("54200", 3, 2, 1), "50746", f"{STRAIGHT},2.8,0.32,-2"),
        (row("3040b", 0, 0, 0), "3040", f"{STRAIGHT},0.4,0,-1.2"),
        (row("2357", 0, 0, 0), "2357", "-1,0,0,0,1,0,0,0,-1,1.2,0,-0.4"),
        (row("3070b", 0, 0, 3), "3070", f"{STRAIGHT},0.4,0.96,-0.4"),
    ],
)
def test_worked_examples(placed, design, bone):
    root = ElementTree.fromstring(lxfml(plan_of([placed])))
    part = root.find("Bricks/Brick/Part")
    assert part.get("designID") == root.find("Bricks/Brick").get("designID") == design
    assert part.get("materials") == "21,0"
    assert numbers_of(part.find("Bone").get("transformation")) == pytest.approx(numbers_of(bone))


def expected(plan):
    layout = plan.layout[np.argsort(plan.layout["step"], kind="stable")].copy()
    layout["step"] = layout["role"] = layout["section"] = 0  # not in the file
    return layout


@given(buildable_plans())
def test_what_is_written_reads_back_to_the_same_layout(plan):
    np.testing.assert_array_equal(imported(lxf_bytes(plan), "lxf").layout, expected(plan))


@pytest.mark.parametrize("turn", range(4))
def test_every_part_reads_back_in_every_turn(turn):
    plan = plan_of([(part, 3, -2, 5 + 99 * part, turn, RED, 0, 0, 0) for part in range(len(CATALOGUE.parts))])
    np.testing.assert_array_equal(imported(lxf_bytes(plan), "lxf").layout, plan.layout)


def test_the_file_is_a_zip_with_a_picture_and_always_the_same():
    data = lxf_bytes(plan_of([row("3001", 0, 0, 0)]))
    assert data == lxf_bytes(plan_of([row("3001", 0, 0, 0)]))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["IMAGE100.LXFML", "IMAGE100.PNG"]
        assert all(entry.compress_type == zipfile.ZIP_DEFLATED for entry in archive.infolist())
        picture = archive.read("IMAGE100.PNG")
    assert picture[:8] == b"\x89PNG\r\n\x1a\n" and struct.unpack(">II", picture[16:24]) == (128, 128)
    length = struct.unpack(">I", picture[33:37])[0]
    assert zlib.decompress(picture[41 : 41 + length]) == (b"\0" + b"\xff" * 128) * 128


@given(st.text())
def test_any_name_is_well_formed(name):
    root = ElementTree.fromstring(lxfml(plan_of([row("3001", 0, 0, 0)], name)).encode())
    assert root.tag == "LXFML" and "\n" not in root.get("name")


def test_numbers_count_up():
    root = ElementTree.fromstring(lxfml(plan_of([row("3001", 0, 0, z) for z in range(5)])))
    for path in ("Bricks/Brick", "Bricks/Brick/Part", "Bricks/Brick/Part/Bone"):
        assert [each.get("refID") for each in root.iterfind(path)] == list("01234")


def test_colours_without_a_lego_number_are_grey_and_told(tmp_path):
    plan = imported("1 47 10 -24 10 1 0 0 0 1 0 0 0 1 3005.dat")
    assert list(write_lxf(plan, tmp_path, ExportOptions(), SILENT)) == [
        "Parts of colours without a LEGO number, which are grey in the .lxf: 1."
    ]
    assert 'materials="194,0"' in lxfml(plan)


def packed_with(text):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("IMAGE100.LXFML", text)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "damaged"),
        ("<LXFML>", "damaged"),
        ("<html/>", "holds no LXFML but html"),
        ("<LXFML><Bricks><Brick><Part/></Brick></Bricks></LXFML>", "without a place"),
        ('<LXFML><Bricks><Brick><Part><Bone transformation="1,2"/></Part></Brick></Bricks></LXFML>', "'1,2'"),
        (f'<LXFML><Bricks><Brick><Part><Bone transformation="{TURNED},nan"/></Part></Brick></Bricks></LXFML>', "nan"),
    ],
)  # fmt: skip
def test_damaged_files_are_refused(text, reason):
    with pytest.raises(CannotRead, match=reason):
        placed_designs(packed_with(text))


@given(st.binary(max_size=200), st.integers(0, 400))
def test_no_zip_is_refused(data, place):
    whole = lxf_bytes(plan_of([row("3001", 0, 0, 0)]))
    for wrong in (data, whole[:place]):
        with pytest.raises(CannotRead):
            placed_designs(wrong)


def test_unknown_designs_keep_their_number_and_place():
    bone = f'<Bone transformation="{TURNED},0.8,0.32,-1.6"/>'
    part = f'<Part designID="99999" materials="77777">{bone}</Part>'
    rows = placed_designs(packed_with(f"<LXFML><Bricks><Brick>{part}</Brick></Bricks></LXFML>")).rows
    assert rows["part"].tolist() == ["99999"] and rows["colour"].tolist() == [-1]
    np.testing.assert_allclose(rows["place"], [(20, -8, 40)])
    assert turns_of(rows["matrix"]).tolist() == [1]


def test_parts_of_materials_that_nobody_knows_are_written_grey_for_ldraw(tmp_path):
    bone = f'<Bone transformation="{STRAIGHT},0.4,0,-0.4"/>'
    part = f'<Part designID="3001" materials="77777">{bone}</Part>'
    plan = imported(packed_with(f"<LXFML><Bricks><Brick>{part}</Brick></Bricks></LXFML>"), "lxf")
    assert any("unknown to Brickprint" in warning and "-1" not in warning for warning in plan.report["warnings"])
    told = ["Parts of colours without an LDraw number, which are grey in the file: 1."]
    for write, kind in ((write_ldr, "ldr"), (write_mpd, "mpd")):
        assert list(write(plan, tmp_path, ExportOptions(), SILENT)) == told
        text = (tmp_path / f"model.{kind}").read_text("utf-8")
        again = imported(text, kind)
        assert again.palette.colours[again.layout["colour"][0]].name == "Light Bluish Grey"
