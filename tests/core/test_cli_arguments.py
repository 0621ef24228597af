"""The words of the command line, without Blender."""

from dataclasses import fields
from pathlib import Path

import pytest
from brickprint.cli import (
    FORMATS,
    InspectRequest,
    parse,
    unlike_names,
)
from brickprint.core.errors import BadSetting
from brickprint.core.mosaic.settings import MosaicSettings
from brickprint.core.settings import Settings


def test_settings_left_out_are_the_defaults():
    request = parse(["convert", "Spot.glb", "--out", "made"])
    assert request.settings == (Settings(),)
    assert request.inputs == (Path("Spot.glb"),)
    assert request.formats == ("ldr", "report")
    assert (request.options.resolution, request.options.engine, request.jobs) == ((640, 360), "", 1)


def test_every_setting_is_an_option():
    wanted = Settings(
        studs=20, detail="plates", cusp=0.5, opacity=0.5, palette="pick-a-brick-29", without=("Black", "15"),
        look="full", interior="solid", shell=2, parts="basic-11", seed=7, keep_thin=True, flip=("X", "Z"), up="Y",
        include=("Red",), colours=4, metric="rgb", scale=2.5,
    )  # fmt: skip
    words = []
    for name, value in wanted.values().items():
        spoken = name.replace("_", "-")
        if isinstance(value, bool):
            words += [f"--{spoken}" if value else f"--no-{spoken}"]
        elif value != []:
            words += [f"--{spoken}", *map(str, value if isinstance(value, list) else [value])]
    assert parse(["convert", "a.glb", "--out", "x", *words]).settings == (wanted,)


def test_several_sizes_name_the_models():
    request = parse(["convert", "Spot.glb", "Fox.glb", "--out", "x", "--studs", "48", "32", "48", "16"])
    assert [settings.studs for settings in request.settings] == [48, 32, 16]
    assert [request.name(1, settings) for settings in request.settings] == ["Fox-48", "Fox-32", "Fox-16"]


def test_one_size_leaves_the_name_alone():
    request = parse(["convert", "Spot.glb", "--out", "x", "--studs", "32"])
    assert request.name(0, request.settings[0]) == "Spot"


def test_equal_names_get_numbers():
    paths = [Path(name) for name in ("a/Cow.glb", "b/cow.obj", "Cow-2.stl", "c/Cow.ply", "Fox.glb")]
    assert unlike_names(paths) == ("Cow", "cow-2", "Cow-2-2", "Cow-3", "Fox")


def test_models_to_inspect_are_named_by_their_files():
    inputs = (Path("a/Spot.ldr"), Path("Spot.plan.json"), Path("my.house.mpd"))
    names = ("Spot", "Spot-2", "my.house")
    words = ["inspect", *map(str, inputs), "--out", "seen"]
    assert parse(words) == InspectRequest(inputs, names, Path("seen"), Settings())
    asked = ["--safety", "1.5", "--ground", "table", "--tilt", "20", "--load", "500 20.5@3,7"]
    wanted = Settings(safety=1.5, ground="table", tilt=20.0, load="500 20.5@3,7")
    assert parse([*words, *asked]) == InspectRequest(inputs, names, Path("seen"), wanted)


def test_every_choice_about_a_mosaic_is_an_option():
    wanted = MosaicSettings(
        size="64x32", zoom=2.0, across=-0.5, pooling="dual", hue=10.0, contrast=-5.0, set=("21226", "The Beatles"),
        without=("Black",), unlimited=True, metric="din99o", method="two-phase", ties="mod-3", blocking=2, darker=True,
        piece="plate", relief=3, depth="near.png", seed=4,
    )  # fmt: skip
    words = []
    for name, value in wanted.values().items():
        if isinstance(value, bool):
            words += [f"--{name}" if value else f"--no-{name}"]
        elif value not in ([], ""):
            words += [f"--{name}", *map(str, value if isinstance(value, list) else [value])]
    request = parse(["mosaic", "a.png", "b/a.png", "--out", "x", "--tilt", "80", "--page", "letter", *words])
    assert (request.settings, request.names) == (wanted, ("a", "a-2"))
    assert request.standing == Settings(tilt=80.0, page="letter")
    assert request.formats == ("ldr", "report")


@pytest.mark.parametrize("words", ["--size 48", "--size 40x48", "--size 0x48", "--size 272x16", "--relief 1", "--set"])
def test_impossible_mosaics_are_refused(words):
    with pytest.raises(BadSetting):
        parse(["mosaic", "photo.png", "--out", "x", *words.split()])


def test_all_formats_are_the_built_ones():
    assert parse(["convert", "a.glb", "--out", "x", "--formats", "all"]).formats == FORMATS


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "required: COMMAND"),
        (["paint", "a.glb"], "invalid choice: 'paint'"),
        (["convert", "--out", "x"], "required: INPUT"),
        (["inspect", "--out", "x"], "required: INPUT"),
        (["inspect", "a.ldr", "--out", "x", "--safety", "0"], "--safety 0.0 is too small"),
        (["convert", "a.glb"], "required: --out"),
        (["convert", "a.glb", "--out", "x", "--stud", "4"], "unrecognized arguments: --stud"),
        (["convert", "a.glb", "--out", "x", "--studs", "many"], "--studs: invalid int value: 'many'"),
        (["convert", "a.glb", "--out", "x", "--studs", "1"], "--studs 1 is too small; the least is 2"),
        (["convert", "a.glb", "--out", "x", "--studs", "48", "1"], "--studs 1 is too small"),
        (["convert", "a.glb", "--out", "x", "--studs", "16", "48", "--scale", "5"], "--scale makes one size"),
        (["convert", "a.glb", "--out", "x", "--cusp", "nan"], "--cusp nan is no number"),
        (["convert", "a.glb", "--out", "x", "--formats", "ldr,docx"], "--formats docx is unknown"),
        (["convert", "a.glb", "--out", "x", "--formats", ","], "--formats is empty"),
        (["convert", "a.glb", "--out", "x", "--resolution", "640"], "--resolution 640 is no picture size"),
        (["convert", "a.glb", "--out", "x", "--resolution", "0x9"], "--resolution 0x9 is no picture size"),
        (["convert", "a.glb", "--out", "x", "--engine", "povray"], "--engine povray is unknown"),
        (["convert", "a.glb", "--out", "x", "--jobs", "0"], "--jobs 0 is too small; the least is 1"),
    ],
)
def test_what_can_not_be_understood_is_told(words, told):
    with pytest.raises(BadSetting) as refused:
        parse(words)
    assert told in str(refused.value)


def test_help_names_every_setting_with_its_help_and_choices(capsys):
    with pytest.raises(SystemExit) as end:
        parse(["convert", "--help"])
    assert end.value.code == 0
    text = " ".join(capsys.readouterr().out.split())
    for item in fields(Settings):
        option = item.metadata["option"]
        assert f"--{item.name.replace('_', '-')} " in text
        assert option.help.split(",")[0] in text
        assert " | ".join(option.choices) in text
