"""Every choice a user can make. The panel, the command line and presets are views of this one dataclass."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any

from .errors import BadSetting


@dataclass(frozen=True)
class Option:
    """How one setting is shown and checked.

    choices: the words it may take; later: words that the design knows and this version does not build yet.
    """

    help: str
    group: str = "model"
    choices: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    open: bool = False  # besides `choices`, any other word (a file, say) may stand here
    minimum: float | None = None
    maximum: float | None = None


def option(default: Any, help: str, **rest: Any) -> Any:
    """A dataclass field with its Option."""
    return field(default=default, metadata={"option": Option(help, **rest)})


@dataclass(frozen=True)
class Settings:
    """One conversion's choices; raises BadSetting when one can't be used."""

    studs: int = option(48, "Largest horizontal size of the model, in studs", minimum=2, maximum=100_000)
    detail: str = option(
        "bricks",
        "What the model is built from: bricks (fewest parts) or plates (finest steps, three times the layers)",
        choices=("bricks", "plates"),
        later=("auto",),
    )
    sampler: str = option("slices", "How the mesh is turned into cells", choices=("slices",), later=("voxels",))
    sub_planes: int = option(
        1, "Slices per plate height; more follow thin slanted surfaces more exactly", minimum=1, maximum=16
    )
    opacity: float = option(0.7, "Surfaces whose alpha is below this are left out", minimum=0.0, maximum=1.0)
    palette: str = option(
        "solid",
        "Colours to choose from: every solid colour, or the 29 sold loose",
        group="look",
        choices=("solid", "pick-a-brick-29"),
        later=("solid-67",),
    )
    without: tuple[str, ...] = option((), "Colours that must not be used, by name or LDraw number", group="look")
    metric: str = option(
        "ciede2000",
        "How the difference between two colours is measured",
        group="look",
        choices=("ciede2000",),
        later=("rgb", "manhattan", "cie76", "cie94", "din99o"),
    )
    look: str = option(
        "light",
        "Brick meshes in the scene: light (for many bricks) or full (bevelled edges, tubes inside)",
        group="look",
        choices=("light", "full"),
    )
    interior: str = option(
        "shell",
        "What is inside: a shell of a few studs, or bricks throughout",
        group="inside",
        choices=("shell", "solid"),
        later=("hollow",),
    )
    shell: int = option(
        3, "Thickness of the shell: studs sideways, bricks upwards", group="inside", minimum=1, maximum=50
    )
    packer: str = option(
        "fast",
        "How parts are laid",
        group="build",
        choices=("fast",),
        later=("best", "restarts", "deterministic", "scored", "learned"),
    )
    parts: str = option(
        "all",
        "Parts to build from: all known, or the eleven basic sizes",
        group="build",
        choices=("all", "basic-11"),
        later=("paper-12", "brickformer-22"),
    )
    floating: str = option(
        "keep",
        "What happens to parts that hang on nothing: kept, with a warning",
        group="build",
        choices=("keep",),
        later=("support", "delete"),
    )
    seed: int = option(0, "Start value of every random choice", group="build", minimum=0, maximum=2**31 - 1)

    def __post_init__(self) -> None:
        for name, choice in options().items():
            check(name, choice, getattr(self, name))

    def values(self) -> dict[str, Any]:
        """Plain values by name, as the report and the plan keep them."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    @classmethod
    def from_values(cls, values: dict[str, Any]) -> Settings:
        """The settings back from `values`; names this version does not know are left out."""
        known = {item.name for item in fields(cls)}
        chosen: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in values.items() if k in known}
        return cls(**chosen)


def options() -> dict[str, Option]:
    """Every setting's Option by name, in the order they are shown."""
    return {item.name: item.metadata["option"] for item in fields(Settings)}


def check(name: str, choice: Option, value: Any) -> None:
    """Raise BadSetting when `value` is not one that setting `name` can take."""
    spoken = name.replace("_", "-")
    if choice.choices and value not in choice.choices and not choice.open:
        allowed = ", ".join(choice.choices)
        if value in choice.later:
            raise BadSetting(f"--{spoken} {value} is not built yet in this version; use one of: {allowed}.")
        raise BadSetting(f"--{spoken} {value} is unknown; use one of: {allowed}.")
    if choice.minimum is not None and value < choice.minimum:
        raise BadSetting(f"--{spoken} {value} is too small; the least is {choice.minimum:g}.")
    if choice.maximum is not None and value > choice.maximum:
        raise BadSetting(f"--{spoken} {value} is too large; the most is {choice.maximum:g}.")
