"""What is known of one choice besides its value: its help, where it stands, and what it may be."""

from __future__ import annotations

import math
import re
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self

from .errors import BadSetting


@dataclass(frozen=True)
class Option:
    """How one setting is shown and checked.

    choices: the words it may take. pattern: what a text must match; written: how that is written, in words.
    """

    help: str
    group: str = "model"
    choices: tuple[str, ...] = ()
    open: bool = False  # besides `choices`, any other word (a file, say) may stand here
    file: bool = False  # the path of a file, or nothing
    minimum: float | None = None
    maximum: float | None = None
    pattern: str = ""
    written: str = ""


def option(default: Any, help: str, **rest: Any) -> Any:
    """A dataclass field with its Option."""
    return field(default=default, metadata={"option": Option(help, **rest)})


def check(name: str, choice: Option, value: Any) -> None:
    """Raise BadSetting when `value` is not one that setting `name` can take."""
    spoken = name.replace("_", "-")
    if choice.choices and value not in choice.choices and not choice.open:
        allowed = ", ".join(choice.choices)
        raise BadSetting(f"--{spoken} {value} is unknown; use one of: {allowed}.")
    if choice.pattern and not re.fullmatch(choice.pattern, value, re.ASCII):
        raise BadSetting(f"--{spoken} {value} can't be read; write {choice.written}.")
    if isinstance(value, float) and not math.isfinite(value):
        raise BadSetting(f"--{spoken} {value} is no number to work with; give one with digits.")
    if choice.minimum is not None and value < choice.minimum:
        raise BadSetting(f"--{spoken} {value} is too small; the least is {choice.minimum:g}.")
    if choice.maximum is not None and value > choice.maximum:
        raise BadSetting(f"--{spoken} {value} is too large; the most is {choice.maximum:g}.")


@dataclass(frozen=True)
class Choices:
    """Base of dataclasses whose fields are options; raises BadSetting when one can't be used."""

    def __post_init__(self) -> None:
        for item in fields(self):
            check(item.name, item.metadata["option"], getattr(self, item.name))

    def values(self) -> dict[str, Any]:
        """Plain values by name, as the report and the plan keep them."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    @classmethod
    def from_values(cls, values: dict[str, Any]) -> Self:
        """The choices back from `values`; names this version does not know are left out."""
        known = {item.name for item in fields(cls)}
        return cls(**{k: tuple(v) if isinstance(v, list) else v for k, v in values.items() if k in known})
