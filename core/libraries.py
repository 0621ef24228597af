"""Which of the libraries that the extension brings are here, so that nothing is offered that can't be done.

They are looked for without being loaded: that is quick enough for what is drawn. One that is there and can't be loaded
is told of when it is used.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from .errors import MissingLibrary

_PACKAGES = {"PIL": "pillow", "sklearn": "scikit-learn"}  # where a package is called otherwise than what is imported


@dataclass(frozen=True)
class Need:
    """who: what needs libraries, with the verb; modules: what it imports; instead: what to do without it."""

    who: str
    modules: tuple[str, ...]
    instead: str


EVERYTHING = Need("Brickprint needs", ("scipy", "threadpoolctl"), "switch Brickprint off")
NETWORKS = Need("Networks need", ("onnxruntime",), "choose a way without a network")
IMAGES = Need("Images need", ("PIL",), "convert a mesh")
FROM_IMAGES = Need("Models from images need", ("PIL", "onnxruntime"), "convert a mesh")
DOMINANT = Need("Dominant colours need", ("sklearn", "threadpoolctl"), "convert without dominant colours")
_OF_FORMATS = {
    "pdf": Need("Instructions as PDF need", ("reportlab", "PIL"), "leave pdf out of the formats"),
    "html": Need("Instructions as HTML need", ("PIL",), "leave html out of the formats"),
}
# What a setting needs, where it has a value of which this holds.
_OF_SETTINGS: tuple[tuple[str, Callable[[Any], bool], Need], ...] = (
    ("packer", lambda packer: packer == "learned", NETWORKS),
    ("colours", lambda colours: colours > 0, DOMINANT),
)


def missing(need: Need) -> str:
    """Why something can't be done here, and what to do; empty where all it needs is there."""
    packages = _lacking(need)
    return _reason(need, packages, "missing here") if packages else ""


def missing_for_format(word: str) -> str:
    """Why a format can't be written here, and what to do; empty where it can."""
    return missing(_OF_FORMATS[word]) if word in _OF_FORMATS else ""


def lacking_for_format(word: str) -> list[str]:
    """The packages that are missing here to write a format."""
    return _lacking(_OF_FORMATS[word]) if word in _OF_FORMATS else []


def missing_for_settings(settings: Any) -> str:
    """Why a conversion with these settings, or with properties of their names, can't run here; empty where it can."""
    reasons = (missing(need) for name, asks, need in _OF_SETTINGS if asks(getattr(settings, name)))
    return " ".join(filter(None, reasons))


def load(need: Need) -> tuple[ModuleType, ...]:
    """The modules that something needs. Raises MissingLibrary when one can't be loaded."""
    return tuple(_loaded(need, module) for module in need.modules)


def load_for_format(word: str) -> None:
    """Load what a format needs. Raises MissingLibrary when something can't be."""
    load(_OF_FORMATS[word])


def _lacking(need: Need) -> list[str]:
    return [_package(module) for module in need.modules if find_spec(module) is None]


def _loaded(need: Need, module: str) -> ModuleType:
    try:
        return import_module(module)
    except ImportError as error:
        state = f"which can't be loaded here ({error})"
        raise MissingLibrary(_reason(need, [_package(module)], state)) from error


def _package(module: str) -> str:
    return _PACKAGES.get(module, module)


def _reason(need: Need, packages: Sequence[str], state: str) -> str:
    return (
        f"{need.who} {' and '.join(packages)}, {state}; install the extension for this system again "
        f"(in another Python: pip install {' '.join(packages)}), or {need.instead}."
    )
