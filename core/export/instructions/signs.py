"""What is said where the view of a step is another one than that before."""

from __future__ import annotations

from .book import Step
from .views import View


def turn_sign(step: Step, before: View) -> str:
    """A few words, or nothing where the view stays."""
    if not step.turned:
        return ""
    if step.view.below != before.below:
        return "Seen from below" if step.view.below else "Seen from above again"
    return "Turn the model"
