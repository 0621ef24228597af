"""What goes on beside the user: one thing at a time, told in the status bar, gone without a trace."""

from types import SimpleNamespace

import bpy
import pytest
from brickprint.operators import beside
from brickprint.operators.beside import BesideUser
from brickprint.operators.progress import PROGRESS
from brickprint.operators.status import clear_others, tell_status
from fake_window import WindowContext, event

pytestmark = pytest.mark.usefixtures("switched_on")


@pytest.fixture
def shown(monkeypatch):
    """The texts in status bars, by the names of workspaces; as in Blender, only the present one's is set."""
    texts = {}

    def set_here(_workspace, text):
        if text is None:
            texts.pop(bpy.context.workspace.name, None)
        else:
            texts[bpy.context.workspace.name] = text

    monkeypatch.setattr(bpy.types.WorkSpace, "status_text_set", set_here)
    return texts


@pytest.fixture
def window(shown):
    """A context with a window's timers, which it notes."""
    context = WindowContext()
    timers = context.timers
    yield SimpleNamespace(context=context, timers=timers)
    assert not timers and not shown and not PROGRESS.running and BesideUser.current is None


class Endless(BesideUser):
    """Goes on until it is stopped."""

    bl_label = "Endless Work"

    def __init__(self):
        self.let_go, self.reports = 0, []

    @beside.reports_errors
    def execute(self, context):
        beside.require_now(self, context)
        self._tell(context, 0.0, "At work")
        return self._begin(context, 0.1)

    def _next(self, context):
        return False

    def _stopped(self, context):
        self.cancel(context)
        return {"CANCELLED"}

    def _let_go(self):
        self.let_go += 1

    def report(self, kinds, text):
        self.reports.append((kinds, text))


def test_what_is_confirmed_while_something_runs_is_refused(window):
    first, second = Endless(), Endless()
    assert first.execute(window.context) == {"RUNNING_MODAL"}
    assert second.execute(window.context) == {"CANCELLED"}
    told = "Endless Work is still running; press Esc to stop it, then choose again"
    assert second.reports == [({"ERROR"}, told)]
    assert BesideUser.current is first and second.let_go == 0 and len(window.timers) == 1
    assert first.modal(window.context, event("ESC")) == {"CANCELLED"}
    assert first.let_go == 1


def test_one_that_is_displaced_lets_go_of_everything(window):
    first, second = Endless(), Endless()
    first._begin(window.context, 0.1)
    second._begin(window.context, 0.1)
    assert first.modal(window.context, event("TIMER")) == {"CANCELLED"}
    assert first.let_go == 1 and len(window.timers) == 1
    assert BesideUser.current is second and PROGRESS.running
    second.cancel(window.context)
    second.cancel(window.context)  # Blender's own call comes after ours
    assert second.let_go == 1


def test_what_is_refused_since_the_dialog_opened_is_told(window):
    from brickprint.operators.models import OfBrickModel

    class OfModel(OfBrickModel, Endless):
        """One for a brick model."""

    exporting = OfModel()
    assert exporting.execute(window.context) == {"CANCELLED"}
    assert exporting.reports == [({"ERROR"}, "Select a brick model that Brickprint made first")]


def in_workspace(name):
    return bpy.context.temp_override(workspace=bpy.data.workspaces[name])


def test_the_status_text_goes_along_with_the_user(shown):
    with in_workspace("Modeling"):
        tell_status(bpy.context, "first")
    assert shown == {"Modeling": "first"}
    with in_workspace("Shading"):
        tell_status(bpy.context, "second")
    timers_run()
    assert shown == {"Shading": "second"}
    with in_workspace("Modeling"):
        tell_status(bpy.context, None)
    timers_run()
    assert shown == {}


def test_switching_off_clears_status_texts_at_once(shown):
    with in_workspace("Shading"):
        tell_status(bpy.context, "at work")
    tell_status(bpy.context, None)
    assert shown == {"Shading": "at work"}
    beside.take_away()
    assert shown == {} and not bpy.app.timers.is_registered(clear_others)


def timers_run():
    """What Blender does with a window."""
    assert bpy.app.timers.is_registered(clear_others)
    bpy.app.timers.unregister(clear_others)
    clear_others()
