import csv
import io
from collections import Counter
from xml.etree import ElementTree

import pytest
from brickprint.core.catalogue.stock import load_stock
from brickprint.core.errors import CannotWrite, NothingToBuild
from brickprint.core.export.formats import FORMATS, WRITERS, write_format
from brickprint.core.export.options import ExportOptions
from brickprint.core.export.shopping import bricklink_text, rebrickable_text, table_text
from brickprint.core.layout import Role
from hypothesis import given
from random_plans import CATALOGUE, PALETTE, plan_of, plans
from reading import imported

ROW_OF = {part.ldraw: row for row, part in enumerate(CATALOGUE.parts)}
COLOUR_OF = {colour.name: row for row, colour in enumerate(PALETTE.colours)}
SHOPPING = ("xml", "csv")


def part(number, colour="Red", role=Role.MODEL):
    return (ROW_OF[number], 0, 0, 0, 0, COLOUR_OF[colour], role, 0, 0)


def items_of(plan):
    text = bricklink_text(plan)
    assert text.startswith("<INVENTORY>\n")  # not a declaration, with which BrickLink takes nothing
    return [{field.tag: field.text for field in item} for item in ElementTree.fromstring(text)]


def table_of(plan):
    return list(csv.DictReader(io.StringIO(table_text(plan))))


def test_every_system_has_its_own_numbers():
    numbers = ["3070b", "2456", "54200", "6141", "3040b"]
    plan = plan_of([part(number, "Olive Green") for number in numbers])
    assert {(item["ITEMID"], item["COLOR"]) for item in items_of(plan)} == {
        ("3070b", "155"), ("2456", "155"), ("54200", "155"), ("4073", "155"), ("3040", "155"),
    }  # fmt: skip
    rows = list(csv.reader(io.StringIO(rebrickable_text(plan))))
    assert rows[0] == ["Part", "Color", "Quantity"]
    assert sorted(rows[1:]) == sorted([number, "326", "1"] for number in numbers)
    rows = table_of(plan)
    assert {row["LEGO design"] for row in rows} == {"3070", "44237", "50746", "6141", "3040"}
    assert {(row["LDraw colour"], row["LEGO colour"], row["Rebrickable colour"]) for row in rows} == {
        ("330", "330", "326")
    }


def test_supports_have_lines_of_their_own_in_the_table_only():
    rows = [part("3005"), part("3005"), part("3005", role=Role.SUPPORT_OUTER), part("3005", role=Role.SUPPORT_INNER)]
    plan = plan_of(rows)
    assert [(row["Count"], row["Grams"], row["For"]) for row in table_of(plan)] == [
        ("2", "0.88", "model"), ("1", "0.44", "support"), ("1", "0.44", "inner support"),
    ]  # fmt: skip
    assert [item["MINQTY"] for item in items_of(plan)] == ["4"]
    assert rebrickable_text(plan) == "Part,Color,Quantity\n3005,4,4\n"


@given(plans())
def test_all_lists_add_up_to_the_model(plan):
    total = len(plan.layout)
    assert sum(int(item["MINQTY"]) for item in items_of(plan)) == total
    assert sum(int(row["Quantity"]) for row in csv.DictReader(io.StringIO(rebrickable_text(plan)))) == total
    rows = table_of(plan)
    assert sum(int(row["Count"]) for row in rows) == total
    grams = CATALOGUE.grams[plan.layout["part"]].sum()
    assert sum(float(row["Grams"]) for row in rows) == pytest.approx(grams, abs=0.005 * len(rows) + 1e-9)
    kinds = Counter((part.name, colour.name) for part, colour in (
        (CATALOGUE.parts[row["part"]], PALETTE.colours[row["colour"]]) for row in plan.layout
    ))  # fmt: skip
    found = Counter()
    for row in rows:
        found[row["Part"], row["Colour"]] += int(row["Count"])
    assert found == kinds


def test_what_is_not_made_in_its_colour_is_marked_and_told(tmp_path):
    assert PALETTE.colours[COLOUR_OF["Olive Green"]].ldraw not in CATALOGUE.parts[ROW_OF["3006"]].ldraw_colours
    plan = plan_of([part("3006", "Olive Green"), part("3006", "Olive Green"), part("3006")])
    assert [row["Remark"] for row in table_of(plan)] == ["not known in this colour", ""]
    assert [item.get("REMARKS") for item in items_of(plan)] == ["not known in this colour", None]
    for word in SHOPPING:
        warnings = write_format(word, plan, tmp_path, ExportOptions())
        assert len(warnings) == 1 and "2 (2 x Brick 2 x 10 Olive Green)" in warnings[0]
    assert not write_format("csv", plan_of([part("3001")]), tmp_path, ExportOptions())


def test_a_colour_that_a_shop_does_not_have_is_left_open():
    plan = imported("1 47 10 -24 10 1 0 0 0 1 0 0 0 1 3005.dat")
    (item,) = items_of(plan)
    assert "COLOR" not in item and item["REMARKS"]
    assert rebrickable_text(plan).splitlines()[1] == "3005,-1,1"
    assert table_of(plan)[0]["LEGO colour"] == "" and table_of(plan)[0]["LDraw colour"] == "47"


def test_our_own_lists_say_what_is_owned(tmp_path):
    plan = plan_of([part("3001"), part("3001"), part("6141", "Olive Green")])
    for word in SHOPPING:
        write_format(word, plan, tmp_path, ExportOptions())
    lists = [tmp_path / "model.xml", tmp_path / "model-rebrickable.csv"]
    for stock in map(load_stock, lists):
        assert stock.owned == {("3001", 4): 2, ("6141", 330): 1} and not stock.warnings


@pytest.mark.parametrize("word", list(WRITERS))
def test_a_plan_without_parts_is_refused_and_leaves_no_file(word, tmp_path):
    with pytest.raises(NothingToBuild, match="no parts"):
        write_format(word, plan_of([]), tmp_path / "new", ExportOptions())
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("word", ["ldr", "mpd", "lxf", "xml", "csv"])
def test_a_full_disk_leaves_no_half_file(word, tmp_path, monkeypatch):
    from pathlib import Path

    write_format(word, plan_of([part("3001")]), tmp_path, ExportOptions())
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def full(path, data):
        with path.open("wb") as file:
            file.write(data[: len(data) // 2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(CannotWrite, match="No space left"):
        write_format(word, plan_of([part("3001"), part("3005")]), tmp_path, ExportOptions())
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("name", ['a<b>&"c', 'x\ny,"z"', "..", "con", "é ß 漢字", "=1+1"])
@pytest.mark.parametrize("word", ["ldr", "mpd", "lxf", "xml", "csv"])
def test_any_name_gives_files_in_the_folder(word, name, tmp_path):
    write_format(word, plan_of([part("3001")], name), tmp_path / "in", ExportOptions())
    assert [path.name for path in tmp_path.iterdir()] == ["in"]
    assert all(path.is_file() and path.stat().st_size for path in (tmp_path / "in").iterdir())


def test_no_format_is_there_twice():
    assert len(set(FORMATS)) == len(FORMATS)


def test_equal_plans_give_equal_lists():
    rows = [part("3001"), part("3005", "Blue"), part("3005")]
    for text in (bricklink_text, rebrickable_text, table_text):
        assert text(plan_of(rows)) == text(plan_of(rows[::-1]))
