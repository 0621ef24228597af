"""The command line's words, generated from the settings; what they ask for is done in `operators.headless`.

The same words work as `python batch.py …`, `blender -b --python batch.py -- …` and `blender --command brickprint …`.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn, TextIO, get_type_hints

from .core.errors import BadSetting, MissingLibrary
from .core.export.files import file_name
from .core.export.formats import FORMATS
from .core.export.options import ExportOptions
from .core.imaging import ImageSettings, preset_of
from .core.libraries import FROM_IMAGES, IMAGES, missing, missing_for_format, missing_for_settings
from .core.mosaic.settings import FLAT, MosaicSettings
from .core.option import Option, check
from .core.presets import find_preset, load_presets, with_preset
from .core.settings import DEFAULTS, STANDING, Settings, options

ENGINES = ("cycles", "workbench", "eevee")


@dataclass(frozen=True)
class ConvertRequest:
    """What `convert` or `image` was asked for.

    names: what each input's model is called; settings: one for each size; formats: in the order they are written;
    only: the one input to convert, or None; image: how images become meshes, or None where inputs are meshes.
    """

    inputs: tuple[Path, ...]
    names: tuple[str, ...]
    out: Path
    settings: tuple[Settings, ...]
    formats: tuple[str, ...]
    options: ExportOptions
    jobs: int
    only: int | None = None
    image: ImageSettings | None = None

    def name(self, row: int, settings: Settings) -> str:
        """What the model of one input in one size is called."""
        return self.names[row] if len(self.settings) == 1 else f"{self.names[row]}-{settings.studs}"


@dataclass(frozen=True)
class InspectRequest:
    """What `inspect` was asked for.

    names: what each input's model is called; settings: what they have to bear.
    """

    inputs: tuple[Path, ...]
    names: tuple[str, ...]
    out: Path
    settings: Settings


@dataclass(frozen=True)
class MosaicRequest:
    """What `mosaic` was asked for.

    names: what each input's model is called; standing: what they have to bear, and how their files are made.
    """

    inputs: tuple[Path, ...]
    names: tuple[str, ...]
    out: Path
    settings: MosaicSettings
    standing: Settings
    formats: tuple[str, ...]
    options: ExportOptions


Request = ConvertRequest | InspectRequest | MosaicRequest


class _Parser(argparse.ArgumentParser):
    """Raises BadSetting where argparse would end the program."""

    def error(self, message: str) -> NoReturn:
        raise BadSetting(f"{message} (see {self.prog} --help)")


def parse(arguments: Sequence[str]) -> Request:
    """The request that the words of a command line make. Raises BadSetting, MissingLibrary; SystemExit after --help."""
    given = _parser(DEFAULTS).parse_args(arguments)
    preset = getattr(given, "preset", "") or preset_of(getattr(given, "network", ""))
    if preset:  # words that are given count more than the preset's
        given = _parser(with_preset(DEFAULTS, find_preset(preset))).parse_args(arguments)
    return _COMMANDS[given.command](given)


def _convert_request(given: argparse.Namespace) -> ConvertRequest:
    chosen = _chosen(given, (name for name in options() if name != "studs"))
    settings = tuple(Settings(studs=studs, **chosen) for studs in dict.fromkeys(given.studs))
    _refuse_missing(map(missing_for_settings, settings))
    if given.scale and len(settings) > 1:
        raise BadSetting("--scale makes one size, and several --studs were asked for; leave one of them out.")
    inputs = tuple(Path(name) for name in given.inputs)
    check("jobs", Option("", minimum=1), given.jobs)
    return ConvertRequest(
        inputs, unlike_names(inputs), Path(given.out), settings, _formats(given.formats),
        _export_options(given, settings[0]), given.jobs, given.only,
    )  # fmt: skip


def _image_request(given: argparse.Namespace) -> ConvertRequest:
    _refuse_missing([missing(FROM_IMAGES)])
    return replace(_convert_request(given), image=ImageSettings(**_chosen(given, options(ImageSettings))))


def _inspect_request(given: argparse.Namespace) -> InspectRequest:
    inputs = tuple(Path(name) for name in given.inputs)
    settings = Settings(**{name: getattr(given, name) for name in STANDING})
    return InspectRequest(inputs, unlike_names(inputs), Path(given.out), settings)


def _mosaic_request(given: argparse.Namespace) -> MosaicRequest:
    _refuse_missing([missing(IMAGES)])
    inputs = tuple(Path(name) for name in given.inputs)
    settings = MosaicSettings(**_chosen(given, options(MosaicSettings)))
    standing = Settings(**_chosen(given, _OF_MOSAICS))
    return MosaicRequest(
        inputs, unlike_names(inputs), Path(given.out), settings, standing, _formats(given.formats),
        _export_options(given, standing),
    )  # fmt: skip


def _chosen(given: argparse.Namespace, names: Iterable[str]) -> dict[str, Any]:
    values = {name: getattr(given, name) for name in names}
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}


def _export_options(given: argparse.Namespace, settings: Settings) -> ExportOptions:
    if given.engine:
        check("engine", Option("", choices=ENGINES), given.engine)
    return ExportOptions(settings.look, _resolution(given.resolution), given.engine, settings.outline)


# Of a conversion's settings, those that a mosaic has too: what it bears, how it looks, and how its files are made.
_OF_MOSAICS = (*STANDING, *(name for name, each in options().items() if each.group in ("animation", "instructions")),
               "look", "outline")  # fmt: skip

_COMMANDS: dict[str, Callable[[argparse.Namespace], Request]] = {
    "convert": _convert_request,
    "image": _image_request,
    "inspect": _inspect_request,
    "mosaic": _mosaic_request,
}


def _parser(defaults: Settings) -> argparse.ArgumentParser:
    """The words, with the values of settings that are left out."""
    parser = _Parser("brickprint", description="Brick models from textured meshes.", allow_abbrev=False)
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")
    _add_convert(commands.add_parser("convert", help="turn mesh files into brick models", allow_abbrev=False), defaults)
    _add_image(commands.add_parser("image", help="turn single images into brick models", allow_abbrev=False), defaults)
    _add_inspect(commands.add_parser("inspect", help="tell whether brick models stand", allow_abbrev=False))
    _add_mosaic(commands.add_parser("mosaic", help="turn images into mosaics and reliefs", allow_abbrev=False))
    return parser


def _add_convert(convert: argparse.ArgumentParser, defaults: Settings) -> None:
    convert.add_argument("inputs", nargs="+", metavar="INPUT", help="a mesh file, or voxels: .vox or .npy")
    _add_conversion(convert, defaults)


def _add_image(image: argparse.ArgumentParser, defaults: Settings) -> None:
    image.add_argument("inputs", nargs="+", metavar="IMAGE", help="an image file, PNG or JPEG say")
    _add_settings(image, options(ImageSettings), ImageSettings())
    _add_conversion(image, defaults)


def _add_conversion(convert: argparse.ArgumentParser, defaults: Settings) -> None:
    convert.add_argument("--out", required=True, metavar="DIR", help="folder to write to: DIR/<name>/<name>.<format>")
    names = " | ".join(preset.name.lower().replace(" ", "-") for preset in load_presets())
    convert.add_argument("--preset", metavar="NAME", help=f"settings to begin with: {names} | a .py that Blender saved")
    _add_settings(convert, options(), defaults)
    files = _add_files(convert)
    files.add_argument("--jobs", type=int, default=1, metavar="N", help="inputs converted side by side (default: 1)")
    files.add_argument("--only", type=int, help=argparse.SUPPRESS)  # the row of one input: what --jobs starts


def _add_mosaic(mosaic: argparse.ArgumentParser) -> None:
    mosaic.add_argument("inputs", nargs="+", metavar="IMAGE", help="an image file, such as .png or .jpg")
    mosaic.add_argument("--out", required=True, metavar="DIR", help="folder to write to: DIR/<name>/<name>.<format>")
    _add_settings(mosaic, options(MosaicSettings), FLAT)
    _add_settings(mosaic, _OF_MOSAICS, DEFAULTS)
    _add_files(mosaic)


def _add_inspect(inspect: argparse.ArgumentParser) -> None:
    inspect.add_argument(
        "inputs", nargs="+", metavar="INPUT", help="a brick model: .ldr, .mpd, .lxf, .blend or a plan's .json"
    )
    inspect.add_argument("--out", required=True, metavar="DIR", help="folder to write to: DIR/<name>/report.json")
    _add_settings(inspect, STANDING, DEFAULTS)


def _add_files(parser: argparse.ArgumentParser) -> Any:
    files = parser.add_argument_group("files")
    files.add_argument(
        "--formats",
        default="ldr,report",
        metavar="LIST",
        help=f"any of {','.join(FORMATS)}, or all (default: ldr,report)",
    )
    files.add_argument(
        "--resolution", default="640x360", metavar="WxH", help="of the png and the mp4 (default: 640x360)"
    )
    files.add_argument(
        "--engine",
        default="",
        metavar="NAME",
        help=f"{' | '.join(ENGINES)} (default: cycles for the png, workbench for the mp4)",
    )
    return files


def _add_settings(
    parser: argparse.ArgumentParser, names: Iterable[str], defaults: Settings | ImageSettings | MosaicSettings
) -> None:
    """Settings of the dataclass that `defaults` are of."""
    kinds, choices = get_type_hints(type(defaults)), options(type(defaults))
    for name in names:
        _add_setting(parser, name, kinds[name], getattr(defaults, name), choices[name])


def _add_setting(parser: argparse.ArgumentParser, name: str, kind: Any, default: Any, option: Option) -> None:
    """One setting as an option. Its limits are checked by Settings, which says what is wrong with a value."""
    words = " | ".join(option.choices)
    shown = " ".join(map(str, default)) if isinstance(default, tuple) else default
    text = option.help + (f": {words}" if words else "") + (f" (default: {shown})" if shown != "" else "")
    rest: dict[str, Any] = {"help": text.replace("%", "%%"), "default": default}
    if kind is bool:
        rest |= {"action": argparse.BooleanOptionalAction}
    elif name == "studs":  # several sizes in one run
        rest |= {"type": int, "nargs": "+", "default": [default], "metavar": "N"}
    elif isinstance(default, tuple):
        rest |= {"nargs": "+", "metavar": "NAME"}
    else:
        rest |= {"type": kind, "metavar": "N" if kind in (int, float) else "WORD"}
    parser.add_argument(f"--{name.replace('_', '-')}", **rest)


def _formats(text: str) -> tuple[str, ...]:
    asked = [word.strip() for word in text.split(",") if word.strip()]
    for word in asked:
        check("formats", Option("", choices=(*FORMATS, "all")), word)
    if not asked:
        raise BadSetting(f"--formats is empty; name some of: {', '.join(FORMATS)}.")
    words = FORMATS if "all" in asked else tuple(word for word in FORMATS if word in asked)
    _refuse_missing(map(missing_for_format, words))
    return words


def _refuse_missing(reasons: Iterable[str]) -> None:
    for reason in filter(None, reasons):
        raise MissingLibrary(reason)


def _resolution(text: str) -> tuple[int, int]:
    parts = text.lower().split("x")
    if len(parts) != 2 or not all(part.isdecimal() and 1 <= int(part) <= 16384 for part in parts):
        raise BadSetting(f"--resolution {text} is no picture size; write width x height in pixels, such as 640x360.")
    return int(parts[0]), int(parts[1])


def unlike_names(inputs: Sequence[Path]) -> tuple[str, ...]:
    """A model name for each input, from the file's; equal ones get -2, -3, also where only capitals differ."""
    taken: set[str] = set()
    return tuple(unlike_name(path.stem.removesuffix(".plan"), taken) for path in inputs)


def unlike_name(text: str, taken: set[str]) -> str:
    """A name for a model called `text` unlike those taken, which are in small letters; it is then taken, too."""
    plain = name = file_name(text)
    number = 1
    while name.casefold() in taken:
        number += 1
        name = f"{plain}-{number}"
    taken.add(name.casefold())
    return name


def own_output() -> TextIO:
    """Standard output for our own lines; what Blender and its importers print there is dropped from now on."""
    sys.stdout.flush()
    own = os.fdopen(os.dup(1), "w", encoding=sys.stdout.encoding, errors="replace")
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 1)
    return own
