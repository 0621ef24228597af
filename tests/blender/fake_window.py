"""A context as of a window, for operators that go on beside the user: its timers are noted, and nothing is drawn."""

from types import SimpleNamespace

import bpy


class WindowContext:
    """Blender's context, but for windows. timers: those that run now."""

    window = None

    def __init__(self):
        self.timers = []
        self.window_manager = SimpleNamespace(
            windows=[],
            event_timer_add=lambda seconds, window: self.timers.append(object()) or self.timers[-1],
            event_timer_remove=self.timers.remove,
            modal_handler_add=lambda operator: None,
        )

    def __getattr__(self, name):
        return getattr(bpy.context, name)


def event(kind, value="PRESS"):
    """A key, a button or a tick, as operators are told of it."""
    return SimpleNamespace(type=kind, value=value)
