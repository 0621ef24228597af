"""Named errors, warnings and results become reports, which Blender shows to the user in the interface's words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from bpy.app.translations import pgettext_rpt as rpt_

from ..core.errors import BrickprintError
from ..core.plan import Plan
from .words import in_panel_words

Method = Callable[[Any, Any], set[str]]


def reports_errors(method: Method) -> Method:
    """An operator's method that reports a BrickprintError as an error and then is cancelled."""

    @wraps(method)
    def reporting(operator: Any, context: Any) -> set[str]:  # Blender counts the arguments of `execute`
        try:
            return method(operator, context)
        except BrickprintError as error:
            operator.report({"ERROR"}, _told(str(error)))
            return {"CANCELLED"}

    return reporting


def warn(operator: Any, warnings: Iterable[str]) -> None:
    """Report warnings, each once."""
    for warning in dict.fromkeys(warnings):
        operator.report({"WARNING"}, _told(warning))


def tell_built(operator: Any, plan: Plan) -> None:
    """Report what was built, and what is to be minded."""
    told = rpt_("{name}: {parts:,} parts").format(name=plan.name, parts=len(plan.layout))
    operator.report({"INFO"}, _told(told))
    warn(operator, plan.report["warnings"])


def _told(text: str) -> str:
    """A text in the panel's words, on one line: names may have line breaks in them."""
    return " ".join(in_panel_words(text).split())
