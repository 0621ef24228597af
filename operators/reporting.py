"""Named errors become reports, which Blender shows to the user."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from ..core.errors import BrickprintError

Method = Callable[[Any, Any], set[str]]


def reports_errors(method: Method) -> Method:
    """An operator's method that reports a BrickprintError as an error and then is cancelled."""

    @wraps(method)
    def reporting(operator: Any, context: Any) -> set[str]:  # Blender counts the arguments of `execute`
        try:
            return method(operator, context)
        except BrickprintError as error:
            operator.report({"ERROR"}, str(error))
            return {"CANCELLED"}

    return reporting
