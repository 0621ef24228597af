import numpy as np
import pytest
from brickprint.core.catalogue.colours import Palette, load_colours
from brickprint.core.catalogue.parts import load_parts
from brickprint.core.catalogue.stock import load_stock
from brickprint.core.errors import BadPartList, CannotRead
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

PALETTE = Palette("all", load_colours())
HEADING = "Part,Color,Quantity\n"


@pytest.fixture
def written(tmp_path):
    def write(text, kind="csv"):
        path = tmp_path / f"mine.{kind}"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def bricklink(items):
    fields = "".join(
        "<ITEM>" + "".join(f"<{tag}>{value}</{tag}>" for tag, value in item.items()) + "</ITEM>" for item in items
    )
    return f"<INVENTORY>{fields}</INVENTORY>"


def test_equal_parts_add_up_under_the_number_of_any_system(written):
    # 2456 is 44237 in LDD; 4073, 6141: the round plate; Rebrickable's 326 is LDraw's 330.
    lines = ["3001,4,3", "3001,Red,2", "44237,Bright Red,1", "3070B,0,4", "3070,0,1", "4073,326,5", "3040,15,0"]
    stock = load_stock(written(HEADING + "\n".join(lines)))
    assert stock.name == "mine"
    assert stock.owned == {("3001", 4): 5, ("2456", 4): 1, ("3070b", 0): 5, ("6141", 330): 5, ("3040b", 15): 0}
    assert not stock.warnings


def test_counts_follow_the_rows_of_the_catalogue_and_the_palette(written):
    stock = load_stock(
        written(HEADING + "3001,4,3\n3005,15,999999999\n3005,15,999999999\n3005,15,999999999\n98138,1,2")
    )
    catalogue = load_parts("basic-11")
    counts = stock.counts(catalogue, PALETTE)
    assert counts.shape == (11, len(PALETTE.colours)) and counts.dtype == np.int32
    code = PALETTE.ldraw_codes.tolist()
    rows = [part.ldraw for part in catalogue.parts]
    assert counts[rows.index("3001"), code.index(4)] == 3
    assert counts[rows.index("3005"), code.index(15)] == 2**31 - 1
    assert np.count_nonzero(counts) == 2
    assert stock.counts(catalogue, Palette("none", ())).shape == (11, 0)


def test_other_columns_and_blank_lines_do_not_matter(written):
    text = "\ufeffID, quantity ,Part,Color,Is Spare\r\n7,2,3001,4,False\r\n\r\n,,,,\r\n8,1,3005,4,True\r\n"
    assert load_stock(written(text)).owned == {("3001", 4): 2, ("3005", 4): 1}


def test_a_bricklink_list_has_bricklinks_numbers(written):
    items = [
        {"ITEMTYPE": "P", "ITEMID": "3001", "COLOR": 5, "MINQTY": 3},
        {"ITEMTYPE": "P", "ITEMID": "4073", "COLOR": 155, "QTY": 2, "REMARKS": "a &amp; b"},
        {"ITEMTYPE": "S", "ITEMID": "21226-1", "QTY": 1},
    ]
    assert load_stock(written(bricklink(items), "xml")).owned == {("3001", 4): 3, ("6141", 330): 2}


def test_what_is_not_known_is_left_out_and_named_once(written):
    lines = ["3001,4,3", "3648,4,1", "3648,0,1", "3001,36,2", "3001,Trans-Red,2", "3001,-1,2"]
    stock = load_stock(written(HEADING + "\n".join(lines)))
    assert stock.owned == {("3001", 4): 3}
    parts, colours = stock.warnings
    assert parts.count("3648") == 1 and "parts" in parts
    assert "36, Trans-Red, -1" in colours


def test_many_unknown_parts_are_counted(written):
    (warning,) = load_stock(written(HEADING + "3001,4,3\n" + "\n".join(f"x{i},4,1" for i in range(50)))).warnings
    assert "x7 and 42 more" in warning


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "names no parts"),
        (HEADING, "names no parts"),
        (HEADING + "3648,4,1", "no part that can be used.*3648"),
        (HEADING + "3001,,1", "line 2 has no colour"),
        (HEADING + "3005,4,1\n3001,4,", "line 3 has no quantity"),
        ("Part\n3001", "line 2 has no colour"),
    ],
)
def test_a_stock_without_parts_colours_or_counts_is_refused(written, text, reason):
    with pytest.raises(BadPartList, match=reason):
        load_stock(written(text))


@pytest.mark.parametrize(
    ("text", "kind", "reason"),
    [
        ("3001,4,1", "csv", "heading Part,Color,Quantity"),
        (HEADING + "3001,4,-1", "csv", "line 2 is '-1'"),
        (HEADING + "3001,4,1.5", "csv", "whole number"),
        (HEADING + "3001,4," + "9" * 5000, "csv", "whole number"),
        (HEADING + ",4,1", "csv", "line 2 names no part"),
        (b"\xff\xfe\x00", "csv", "UTF-8"),
        ("<INVENTORY><ITEM>", "xml", "damaged"),
        ("<html/>", "xml", "list of html"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><INVENTORY>&b;</INVENTORY>', "xml", "document type"),
        (bricklink([{"ITEMTYPE": "P", "COLOR": 5, "QTY": 1}]), "xml", "item 1 names no part"),
        ("3001", "txt", "csv, .xml"),
    ],
)
def test_a_damaged_list_is_refused(written, text, kind, reason):
    with pytest.raises(CannotRead, match=reason):
        load_stock(written(text, kind))


def test_a_missing_list_is_refused(tmp_path):
    with pytest.raises(CannotRead, match="check the path"):
        load_stock(tmp_path / "none.csv")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.binary()
    | st.lists(st.sampled_from([HEADING, "3001,4,1\n", "Part", ",", "\n", '"', "<INVENTORY>", "</", "&", "9"])).map(
        lambda words: "".join(words).encode()
    ),
    kind=st.sampled_from(["csv", "xml"]),
)
def test_any_file_is_read_or_refused(written, text, kind):
    try:
        stock = load_stock(written(text, kind))
    except (CannotRead, BadPartList) as error:
        assert "mine" in str(error)
    else:
        assert stock.owned


def test_a_part_set_of_ones_own(written):
    path = written("Part\n3005\n3001\n3001\n3024\n")
    catalogue = load_parts(str(path))
    assert catalogue.name == "mine"
    assert [part.ldraw for part in catalogue.parts] == ["3005", "3001", "3024"]
    path.write_text(HEADING + "3622,4,2\n")
    assert [part.ldraw for part in load_parts(str(path)).parts] == ["3622"]


def test_a_part_set_with_unknown_parts_is_refused(written):
    with pytest.raises(BadPartList, match="3648, x1; delete"):
        load_parts(str(written("Part\n3005\n3648\nx1\n")))
    with pytest.raises(CannotRead, match="check the path"):
        load_parts("nowhere/parts.csv")
