"""Files that are written from the panel, and work beside the user."""

from types import SimpleNamespace

import bpy
import pytest
from brickprint.core.errors import BadSetting, Cancelled
from fake_window import event
from model_plans import small_plan

pytestmark = pytest.mark.usefixtures("switched_on")


@pytest.fixture
def tower():
    """A brick model that is active."""
    from brickprint.scene.bricks import show_plan

    bpy.context.view_layer.objects.active = show_plan(bpy.context, small_plan())


@pytest.mark.parametrize("page", ["a4", "letter"])
def test_instructions_are_as_the_scene_says_now(tower, tmp_path, monkeypatch, page):
    from brickprint.operators import exporting

    seen = []
    monkeypatch.setattr(exporting, "write_format", lambda word, plan, *rest: seen.append((word, plan.settings)) or ())
    bpy.context.scene.brickprint.page, bpy.context.scene.brickprint.diagrams = page, True
    assert bpy.ops.brickprint.export_files(directory=str(tmp_path), formats={"pdf"}) == {"FINISHED"}
    ((word, settings),) = seen
    assert word == "pdf" and (settings["page"], settings["diagrams"]) == (page, True)
    assert settings["studs"] == 48  # all else as it was made


def test_blender_s_own_formats(tower, tmp_path):
    scenes, objects = len(bpy.data.scenes), sorted(obj.name for obj in bpy.data.objects)
    formats = {"glb", "obj", "blend", "ldr"}
    assert bpy.ops.brickprint.export_files(directory=str(tmp_path), formats=formats) == {"FINISHED"}
    names = {path.name for path in (tmp_path / "tower").iterdir()}
    assert names >= {"tower.glb", "tower.obj", "tower.mtl", "tower-print.stl", "tower.blend", "tower.ldr"}
    assert (len(bpy.data.scenes), sorted(obj.name for obj in bpy.data.objects)) == (scenes, objects)


def test_nothing_chosen_is_told(tower, tmp_path):
    with pytest.raises(RuntimeError, match="No format was chosen"):
        bpy.ops.brickprint.export_files(directory=str(tmp_path), formats=set())
    with pytest.raises(RuntimeError, match="No folder was given"):
        bpy.ops.brickprint.export_files(formats={"ldr"})


def test_every_format_that_needs_no_picture_can_be_chosen():
    from brickprint.core.export.formats import FORMATS

    words = bpy.ops.brickprint.export_files.get_rna_type().properties["formats"].enum_items.keys()
    assert set(words) == set(FORMATS) - {"png", "mp4"}


@pytest.fixture
def work(monkeypatch):
    """An operator that counts to three, one a tick, in a context that notes its timers and texts."""
    from brickprint.operators.beside import BesideUser

    timers, texts, reports = [], [], []
    monkeypatch.setattr(bpy.types.WorkSpace, "status_text_set", lambda workspace, text: texts.append(text))
    context = SimpleNamespace(
        window=None,
        window_manager=SimpleNamespace(
            windows=[],
            event_timer_add=lambda seconds, window: timers.append(seconds) or seconds,
            event_timer_remove=timers.remove,
            modal_handler_add=lambda operator: None,
        ),
        workspace=bpy.context.workspace,
    )

    class Counting(BesideUser):
        count, raises, let_go = 0, None, 0

        def _next(self, context):
            if self.raises:
                raise self.raises
            self.count += 1
            self._tell(context, self.count / 3, f"{self.count} of 3")
            return self.count == 3

        def _stopped(self, context):
            self.raises = Cancelled("Stopped")
            return {"RUNNING_MODAL"}

        def _let_go(self):
            self.let_go += 1

        def report(self, kinds, text):
            reports.append((kinds, text))

    operator = Counting()
    assert operator._begin(context, 0.1) == {"RUNNING_MODAL"}
    yield SimpleNamespace(operator=operator, context=context, timers=timers, texts=texts, reports=reports)
    from brickprint.operators.progress import PROGRESS

    assert not PROGRESS.running and not timers and texts[-1:] in ([], [None]) and operator.let_go == 1


def test_work_goes_on_at_ticks_until_it_is_done(work):
    from brickprint.operators.progress import PROGRESS

    answers = [work.operator.modal(work.context, event(kind)) for kind in ("TIMER", "MOUSEMOVE", "TIMER")]
    assert answers == [{"PASS_THROUGH"}] * 3 and PROGRESS.running and PROGRESS.text == "2 of 3"
    assert work.operator.modal(work.context, event("TIMER")) == {"FINISHED"}
    assert work.operator.modal(work.context, event("TIMER")) == {"CANCELLED"}


@pytest.mark.parametrize("way", ["key", "button"])
def test_work_can_be_stopped_by_key_and_by_button(work, way):
    from brickprint.operators.progress import PROGRESS

    PROGRESS.stop = way == "button"
    assert work.operator.modal(work.context, event("ESC" if way == "key" else "TIMER")) == {"RUNNING_MODAL"}
    assert work.operator.modal(work.context, event("TIMER")) == {"CANCELLED"}
    assert work.reports == [({"INFO"}, "Stopped")]


def test_an_error_ends_the_work_and_is_told(work):
    work.operator.raises = BadSetting("mend it")
    assert work.operator.modal(work.context, event("TIMER")) == {"CANCELLED"}
    assert work.reports == [({"ERROR"}, "mend it")]


def test_a_fault_of_ours_ends_the_work_too(work):
    work.operator.raises = ZeroDivisionError("ours")
    with pytest.raises(ZeroDivisionError):
        work.operator.modal(work.context, event("TIMER"))


def test_switching_off_ends_the_work(work):
    from brickprint.operators import beside

    beside.BesideUser.current.cancel(work.context)
    assert work.operator.modal(work.context, event("TIMER")) == {"CANCELLED"}
