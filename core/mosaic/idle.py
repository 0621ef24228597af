"""Which choices about a mosaic make no difference beside the others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .settings import DITHERERS

# By choice: whether it does nothing beside these settings, or what has their names; and beside what.
_IDLE: dict[str, tuple[Callable[[Any], bool], str]] = {
    "palette": (lambda chosen: bool(chosen.set or chosen.stock), "beside --set or --stock, which have their own"),
    "unlimited": (lambda chosen: not (chosen.set or chosen.stock), "without --set or --stock"),
    "distance": (lambda chosen: chosen.method != "exact", "with a --method other than exact"),
    "ties": (lambda chosen: chosen.method in DITHERERS, "with a --method of error diffusion"),
    "blocking": (
        lambda chosen: chosen.method in DITHERERS or chosen.ties in ("none", "random"),
        "with --ties none or random, or with a --method of error diffusion",
    ),
    "seed": (
        lambda chosen: chosen.method in DITHERERS or not ("noisy" in chosen.ties or chosen.ties == "random"),
        "with --ties that are not random, or with a --method of error diffusion",
    ),
    "large": (lambda chosen: chosen.piece != "variable-plate", "with a --piece other than variable-plate"),
    "depth": (lambda chosen: not chosen.relief, "without --relief"),
}


def is_idle(name: str, chosen: Any) -> bool:
    """Whether a choice makes no difference; chosen: MosaicSettings, or what has the same names."""
    return name in _IDLE and _IDLE[name][0](chosen)


def idle_warnings(chosen: Any, usual: Any) -> list[str]:
    """What was chosen otherwise than is usual, but makes no difference."""
    return [
        f"--{name} changes nothing {words}."
        for name, (_, words) in _IDLE.items()
        if is_idle(name, chosen) and getattr(chosen, name) != getattr(usual, name)
    ]
