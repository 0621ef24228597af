"""The plan: placed parts, and all that is needed to export, show or inspect them later."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from .catalogue.colours import Colour, Palette
from .catalogue.parts import Catalogue, Part
from .errors import CannotRead
from .layout import LAYOUT_DTYPE

CHANGES = "changes_by_hand"  # key of the report: how many; without any it is missing
FORMAT = 1  # counts up when older versions could no longer read what is written


@dataclass(frozen=True)
class Placement:
    """Where the grid lies in the scene: world = origin + unit * (mm, z up)."""

    origin: tuple[float, float, float] = (0.0, 0.0, 0.0)
    unit: float = 0.001


@dataclass(frozen=True)
class Plan:
    """Everything that outputs need.

    layout: LAYOUT_DTYPE rows. size: studs wide, studs deep, plates high. settings: as plain values.
    report: the keys of report.json. utilisation (N,) float32: how hard each part is pulled, 1 as hard as its joint
    bears, inf where it hangs on nothing; None where it is not known. locked (N,) bool: parts that changes by hand and
    packing anew leave as they are; None is none.
    """

    name: str
    layout: np.ndarray
    catalogue: Catalogue
    palette: Palette
    size: tuple[int, int, int]
    placement: Placement = Placement()
    settings: dict[str, Any] = field(default_factory=dict)
    report: dict[str, Any] = field(default_factory=dict)
    utilisation: np.ndarray | None = None
    locked: np.ndarray | None = None

    @property
    def steps(self) -> int:
        """How many building steps there are."""
        return int(self.layout["step"].max()) + 1 if len(self.layout) else 0


def is_mosaic(plan: Plan) -> bool:
    """Whether a plan was made as a mosaic, in sections of base plates."""
    return "mosaic" in plan.report


def plan_values(plan: Plan) -> dict[str, Any]:
    """Everything but the arrays, as values that JSON can hold; parts and colours are written out in full."""
    return {
        "format": FORMAT,
        "name": plan.name,
        "size": [int(length) for length in plan.size],
        "placement": {"origin": list(plan.placement.origin), "unit": plan.placement.unit},
        "settings": plan.settings,
        "report": plan.report,
        "palette": {"name": plan.palette.name, "colours": [asdict(colour) for colour in plan.palette.colours]},
        "catalogue": {"name": plan.catalogue.name, "parts": [_part_values(part) for part in plan.catalogue.parts]},
    }


def plan_from_values(
    values: dict[str, Any],
    layout: np.ndarray,
    utilisation: np.ndarray | None = None,
    locked: np.ndarray | None = None,
) -> Plan:
    """The plan back from `plan_values`, its layout, how hard its parts are pulled, and which are locked.

    Raises CannotRead when the values are damaged or from a newer version, or do not fit the layout.
    """
    try:
        _check_format(values["format"])
        wide, deep, high = map(int, values["size"])
        x, y, z = map(float, values["placement"]["origin"])
        plan = Plan(
            name=str(values["name"]),
            layout=layout,
            catalogue=Catalogue(values["catalogue"]["name"], tuple(map(_part, values["catalogue"]["parts"]))),
            palette=Palette(values["palette"]["name"], tuple(Colour(**row) for row in values["palette"]["colours"])),
            size=(wide, deep, high),
            placement=Placement((x, y, z), float(values["placement"]["unit"])),
            settings=dict(values["settings"]),
            report=dict(values["report"]),
            utilisation=utilisation,
            locked=locked,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise CannotRead(f"The plan is damaged ({error!r}); convert the model again.") from error
    _check_rows(plan)
    return plan


def _check_format(number: Any) -> None:
    if not isinstance(number, int):
        raise TypeError(f"format is {number!r}")
    if number > FORMAT:
        raise CannotRead("The plan was made by a newer version of Brickprint; update Brickprint to read it.")


def _part_values(part: Part) -> dict[str, Any]:
    return asdict(part) | {"ldraw_colours": sorted(part.ldraw_colours)}


def _part(values: dict[str, Any]) -> Part:
    return Part(**values | {"ldraw_colours": frozenset(map(int, values["ldraw_colours"]))})


def _check_rows(plan: Plan) -> None:
    layout = plan.layout
    if plan.utilisation is not None and plan.utilisation.shape != layout.shape:
        raise CannotRead("The plan has not as many utilisations as parts; convert the model again.")
    if plan.locked is not None and (plan.locked.shape != layout.shape or plan.locked.dtype != bool):
        raise CannotRead("The plan's locks do not fit its parts; convert the model again.")
    if layout.dtype != LAYOUT_DTYPE or layout.ndim != 1:
        raise CannotRead("The plan's layout has other columns than this version's; convert the model again.")
    limits = {"part": len(plan.catalogue.parts), "colour": len(plan.palette.colours), "turn": 4}
    for column, limit in limits.items():
        if np.any((layout[column] < 0) | (layout[column] >= limit)):
            raise CannotRead(f"The plan's layout has a {column} that is not in the plan; convert the model again.")
