"""What Blender's operators report, in the errors that it makes of it for scripts."""

from __future__ import annotations

from bpy.app.translations import pgettext_rpt as rpt_


def is_fault(error: Exception) -> bool:
    """Whether a fault in Python code was raised in an operator, and not a report of the operator's."""
    return "Traceback" in str(error)


def reported(error: Exception) -> str:
    """The operator's own words: the first line that it reported, or the last of a traceback."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip() and not line.startswith("Location:")]
    if not lines:
        return type(error).__name__
    return lines[-1] if is_fault(error) else lines[0].removeprefix("Error: ").removeprefix(f"{rpt_('Error')}: ")
