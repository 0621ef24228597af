import csv
import io
import json

import pytest
from brickprint.core.catalogue.colours import Palette, load_colours
from brickprint.core.catalogue.parts import Catalogue, load_parts
from brickprint.core.colour.names import ldraw_codes_of
from brickprint.core.colour.palette_files import KINDS, palette_text, read_palette
from brickprint.core.colour.palettes import load_palette, usable_palette, with_colours, without_colours
from brickprint.core.errors import BadPalette, CannotRead
from hypothesis import given
from hypothesis import strategies as st


def names(palette):
    return {colour.name for colour in palette.colours}


def test_palettes_by_name():
    assert len(load_palette("pick-a-brick-29").colours) == 29
    assert load_palette("solid").colours == load_colours()
    assert load_palette("solid").name == "solid"
    with pytest.raises(BadPalette, match=r"pastel.*solid, solid-67, pick-a-brick-29.*\.gpl"):
        load_palette("pastel")


@pytest.mark.parametrize(
    "word",
    [
        "Light Bluish Grey",
        "light_bluish_gray",
        "LIGHT BLUISH GRAY",
        "Medium Stone Grey",
        "71",
        " 71 ",
        "#969696",
        "969696",
    ],
)
def test_colours_are_excluded_by_any_of_their_names(word):
    left = load_palette("solid", without=[word])
    assert names(load_palette("solid")) - names(left) == {"Light Bluish Grey"}


def test_an_ldraw_name_goes_before_a_lego_name():
    assert ldraw_codes_of("Dark Green") == {288}  # LEGO's Dark Green is LDraw's Green
    assert ldraw_codes_of("Brick Yellow") == ldraw_codes_of("Tan") == {19}
    assert ldraw_codes_of("326") == {326}  # LDraw's, not Rebrickable's Olive Green


def test_every_colour_is_found_by_its_ldraw_name_number_and_hex():
    for colour in load_colours():
        for word in (colour.name, colour.name.replace(" ", "_").upper(), str(colour.ldraw), colour.hex.lower()):
            assert ldraw_codes_of(word) == {colour.ldraw}


def test_excluding_a_colour_outside_the_palette_changes_nothing():
    assert names(load_palette("pick-a-brick-29", ["Sand Blue"])) == names(load_palette("pick-a-brick-29"))


def test_an_unknown_colour_is_refused_with_near_names():
    with pytest.raises(BadPalette, match=r"Light Blish Gray.*Light Bluish Grey"):
        load_palette("solid", without=["Light Blish Gray"])
    with pytest.raises(BadPalette, match=r"zzzzzz.*#RRGGBB"):
        load_palette("solid", without=["zzzzzz"])
    with pytest.raises(BadPalette):
        load_palette("solid", without=[""])


def test_usable_keeps_to_given_numbers():
    assert names(load_palette("solid", usable=frozenset({0, 15, 9999}))) == {"Black", "White"}
    with pytest.raises(BadPalette, match="left"):
        load_palette("solid", without=["Black"], usable=frozenset({0}))


def test_usable_palette_has_a_single_stud_part_of_every_height():
    solid, catalogue = load_palette("solid"), load_parts()
    brick = next(part for part in catalogue.parts if part.ldraw == "3005").ldraw_colours
    plate = next(part for part in catalogue.parts if part.ldraw == "3024").ldraw_colours
    assert brick - plate and plate - brick
    for heights, codes in (((3,), brick), ((1,), plate), ((3, 1), brick & plate)):
        usable = usable_palette(solid, catalogue, heights)
        assert {colour.ldraw for colour in usable.colours} == codes
        assert usable.name == "solid"
    assert len(usable_palette(load_palette("pick-a-brick-29"), catalogue, (3, 1)).colours) == 29


def test_usable_palette_refuses_what_has_no_single_stud_part():
    with pytest.raises(BadPalette, match=r"basic-11.*solid"):
        usable_palette(load_palette("solid"), load_parts("basic-11"), (1,))
    with pytest.raises(BadPalette):
        usable_palette(load_palette("solid"), Catalogue("none", ()), (3,))
    vanished = load_palette("solid", usable=frozenset({295}))  # Flamingo Pink: no such brick
    with pytest.raises(BadPalette):
        usable_palette(vanished, load_parts(), (3,))


def test_solid_67_holds_the_solid_colours_still_made_in_2018():
    palette = load_palette("solid-67")
    assert len(palette.colours) == 45
    assert all(colour.last_year >= 2018 for colour in palette.colours)
    assert {"Aqua", "Coral", "Black"} <= names(palette)  # last made in 2018, first in 2019, always
    assert not {"Light Grey", "Very Light Bluish Grey"} & names(palette)
    assert names(load_palette("pick-a-brick-29")) < names(palette)


def test_colours_are_added_and_taken_away():
    base = load_palette("pick-a-brick-29")
    more = with_colours(base, ["Sand Blue", "379", "White"])
    assert names(more) - names(base) == {"Sand Blue"} and len(more.colours) == 30
    assert [colour.ldraw for colour in more.colours] == sorted(colour.ldraw for colour in more.colours)
    assert without_colours(more, ["sand blue"]) == base
    assert without_colours(with_colours(Palette("mine", ()), ["Red"]), ["Red"]).colours == ()
    assert base == load_palette("pick-a-brick-29")
    for edit in (with_colours, without_colours):
        with pytest.raises(BadPalette, match="Reddish"):
            edit(base, ["Redish Brown"])


def test_excluded_colours_never_occur_even_when_included():
    palette = load_palette("pick-a-brick-29", without=["Sand Blue", "Red"], include=["Sand Blue", "Dark Red"])
    assert names(palette) - names(load_palette("pick-a-brick-29")) == {"Dark Red"}
    assert "Red" not in names(palette)


@pytest.mark.parametrize("kind", KINDS)
@given(chosen=st.sets(st.sampled_from(load_colours()), min_size=1))
def test_files_give_back_the_palette_that_was_written(kind, chosen, tmp_path_factory):
    colours = tuple(colour for colour in load_colours() if colour in chosen)
    path = tmp_path_factory.mktemp("palette") / f"Mine{kind}"
    path.write_text(palette_text(Palette("Mine", colours), kind), encoding="utf-8")
    assert read_palette(path) == Palette("Mine", colours)


def test_what_is_written_is_what_others_read():
    palette = load_palette("solid", usable=frozenset({4, 330}))
    assert json.loads(palette_text(palette, ".json")) == {"name": "solid", "colours": ["Red", "Olive Green"]}
    rows = list(csv.DictReader(io.StringIO(palette_text(palette, ".csv"))))
    assert [row["rebrickable"] for row in rows] == ["4", "326"]
    assert [row["hex"] for row in rows] == ["#B40000", "#77774E"]
    lines = palette_text(palette, ".gpl").splitlines()
    assert lines[0] == "GIMP Palette" and lines[1] == "Name: solid"
    assert lines[-2].split() == ["180", "0", "0", "Red"]
    with pytest.raises(BadPalette, match=r"\.ase.*\.gpl"):
        palette_text(palette, ".ase")


def written(folder, name, text):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", '["Red", 330, "#1b2a34", "Bright Red"]'),
        ("a.json", '{"name": "mine", "colours": ["Olive_Green", "black", 4]}'),
        ("A.JSON", '\ufeff["4", "0", "330"]'),
        ("a.csv", "ldraw\n4\n0\n330\n"),
        ("a.csv", "hex;not used,rebrickable\n,326\n,4\n,0\n"),  # Rebrickable's 326 is Olive Green
        ("a.csv", "Note, BrickLink \nx,5\ny,11\nz,155\n,\n"),
        ("a.csv", "lego,name\n21,\n,Olive Green\n26,Black\n"),
        ("a.csv", "lego\nBright Red\nBlack\n330"),
        ("a.gpl", "GIMP Palette\nName: mine\nColumns: 3\n# comment\n180 0 0 Red\n 27  42  52\n\n119 119 78\tx y\n"),
    ],
)
def test_files_name_colours_in_many_ways(name, text, tmp_path):
    palette = load_palette(str(written(tmp_path, name, text)))
    assert names(palette) == {"Red", "Black", "Olive Green"}
    assert palette.name == ("mine" if "mine" in text else name[0])
    assert palette.warnings == ()


def test_a_file_palette_is_excluded_from_and_kept_to_what_is_made(tmp_path):
    path = written(tmp_path, "mine.json", '["Red", "Black", "Flamingo Pink"]')
    assert names(load_palette(str(path), without=["Black"], include=["Tan"])) == {"Red", "Flamingo Pink", "Tan"}
    assert names(usable_palette(load_palette(str(path)), load_parts(), (3,))) == {"Red", "Black"}


def test_gimp_colours_become_the_nearest_brick_colour_with_a_warning(tmp_path):
    text = "GIMP Palette\n182 1 2 My red\n27 42 52\n0 0 1\n"
    palette = read_palette(written(tmp_path, "mine.gpl", text))
    assert names(palette) == {"Red", "Black"}
    assert len(palette.warnings) == 2
    assert all(word in palette.warnings[0] for word in ("#B60102", "My red", "Red", "#B40000"))
    assert "#000001" in palette.warnings[1] and "Black" in palette.warnings[1]
    assert usable_palette(palette, load_parts(), (3,)).warnings == palette.warnings


def test_a_palette_of_many_other_colours_does_not_flood_the_report(tmp_path):
    text = "GIMP Palette\n" + "".join(f"{level} {level} {level} g{level}\n" for level in range(101, 141)) * 2
    palette = read_palette(written(tmp_path, "greys.gpl", text))
    assert {"Dark Bluish Grey", "Light Bluish Grey"} <= names(palette)
    assert len(palette.warnings) == 11 and palette.warnings[-1].startswith("30 more")


@pytest.mark.parametrize(
    ("name", "text", "error", "message"),
    [
        ("a.json", "[]", BadPalette, "no colours"),
        ("a.json", '{"colours": []}', BadPalette, "no colours"),
        ("a.csv", "", BadPalette, "no colours"),
        ("a.csv", "name\n", BadPalette, "no colours"),
        ("a.gpl", "GIMP Palette\n#\n", BadPalette, "no colours"),
        ("a.json", '["Redd"]', BadPalette, "'Redd'.*Red"),
        ("a.json", '["#B60102"]', BadPalette, "#B60102.*nearest is Red"),
        ("a.csv", "ldraw\n9999\n", BadPalette, "9999"),
        ("a.csv", "rebrickable\n330\n", BadPalette, "330.*rebrickable"),
        ("a.csv", "bricklink\n-1\n", BadPalette, "-1.*bricklink"),
        ("a.csv", "name\nOlve Green\n", BadPalette, "Olive Green"),
        ("a.json", "[1,", CannotRead, "damaged"),
        ("a.json", '"Red"', CannotRead, "list"),
        ("a.json", '{"color": ["Red"]}', CannotRead, "colours"),
        ("a.json", "[true]", CannotRead, "list"),
        ("a.csv", "4\n0\n", CannotRead, "heading.*ldraw"),
        ("a.gpl", "180 0 0 Red\n", CannotRead, "GIMP Palette"),
        ("a.gpl", "GIMP Palette\n180 0 Red\n", CannotRead, "180 0 Red"),
        ("a.gpl", "GIMP Palette\n256 0 0\n", CannotRead, "256 0 0"),
    ],
)
def test_bad_files_are_refused_by_name(name, text, error, message, tmp_path):
    path = written(tmp_path, name, text)
    with pytest.raises(error, match=message) as raised:
        load_palette(str(path))
    assert str(path) in str(raised.value)


def test_files_that_can_not_be_read_are_refused(tmp_path):
    with pytest.raises(CannotRead, match=r"missing\.json"):
        load_palette(str(tmp_path / "missing.json"))
    path = tmp_path / "latin.csv"
    path.write_bytes("name\nGr\xfcn\n".encode("latin-1"))
    with pytest.raises(CannotRead, match=r"latin\.csv.*UTF-8"):
        load_palette(str(path))
    with pytest.raises(CannotRead, match=r"\.json"):
        read_palette(tmp_path / "colours.txt")
