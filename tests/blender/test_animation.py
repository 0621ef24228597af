"""The build animation: what is seen at which frame, what it leaves alone, and how it is filmed."""

import errno
import io
from contextlib import closing
from pathlib import Path

import bpy
import numpy as np
import pytest
from brickprint.core.errors import BadSetting, CannotRead, CannotWrite, NothingToBuild
from brickprint.core.export.ldraw import ldraw_text
from brickprint.core.layout import Role
from brickprint.core.settings import Settings, options
from brickprint.scene import rendering, shooting, video
from brickprint.scene.animation import animate_build, built_at, frames_of, is_animated, remove_animation
from brickprint.scene.bricks import read_plan, remove_bricks, show_plan
from brickprint.scene.build_nodes import build_modifier
from brickprint.scene.filming import camera_at, plan_film, turntable_at
from brickprint.scene.layers import LAYERS, layers_modifier, play_layers, remove_layers
from brickprint.scene.saving import save_blend
from brickprint.scene.section_plane import add_section, remove_section, section_plane
from brickprint.scene.shooting import shoot
from brickprint.scene.versions import curves_of, set_nodes_input
from brickprint.scene.video import NoVideo, write_film
from model_plans import placed, plan_of, small_plan

FRAMES = 60
SMALL = (64, 36)
CHOICES = options()


def tower(count=8, supports=0, sections=1):
    """Bricks on each other, a step each; supports beside them."""
    rows = [placed("Brick 2 x 4", 0, 0, 3 * n, n % 4, "Red", 0, n * sections // count, n) for n in range(count)]
    rows += [placed("Brick 1 x 1", 9, 0, 3 * n, 0, "Yellow", Role.SUPPORT_OUTER, 0, n) for n in range(supports)]
    return plan_of(rows)


def animated(plan, **rest):
    bricks = show_plan(bpy.context, plan)
    animate_build(bricks, plan, Settings(frames=FRAMES, **rest))
    return bricks


def seen(bricks, frame):
    """(N, 4, 4) float32: what is seen of a model at a frame, sorted."""
    bpy.context.scene.frame_set(frame)
    matrices = [
        np.array(instance.matrix_world)
        for instance in bpy.context.evaluated_depsgraph_get().object_instances
        if instance.is_instance and instance.parent.original == bricks
    ]
    return np.array(sorted(np.array(matrix).ravel().tolist() for matrix in matrices)).reshape(-1, 4, 4)


def number(bricks, name):
    values = np.zeros(len(bricks.data.vertices), np.float32)
    bricks.data.attributes[name].data.foreach_get("value", values)
    return values


@pytest.mark.parametrize("easing", CHOICES["easing"].choices)
@pytest.mark.parametrize("fly_in", ["above", "outside", "grow"])
def test_parts_are_absent_before_their_time_and_at_their_place_after_it(fly_in, easing):
    plan = tower()
    whole = seen(show_plan(bpy.context, plan), 1)
    bricks = animated(plan, fly_in=fly_in, easing=easing)
    arrive = number(bricks, "arrive")
    assert len(seen(bricks, 1)) == 0
    assert np.array_equal(seen(bricks, FRAMES), whole)
    for frame in range(1, FRAMES + 1, 7):
        assert len(seen(bricks, frame)) == np.count_nonzero(arrive < built_at(bricks, frame))
    flight = 15 / FRAMES
    first_done = next(f for f in range(1, FRAMES) if built_at(bricks, f) > np.sort(arrive)[0] + flight)
    place = whole[np.argmin(whole[:, 2, 3])]  # the lowest, laid first
    assert any(np.array_equal(matrix, place) for matrix in seen(bricks, first_done))


def test_parts_fly_from_above_and_only_come_closer():
    bricks = animated(tower(1), fly_in="above", easing="soft", flight=50)
    heights = [seen(bricks, frame)[0, 2, 3] for frame in range(2, 40)]
    assert heights[0] > 0.05 and heights[-1] == 0
    assert (np.diff(heights) <= 0).all()


def test_an_overshoot_goes_beyond_the_place_and_a_bounce_leaves_it_again():
    low = [seen(animated(tower(1), easing="overshoot", flight=50), f)[0, 2, 3] for f in range(2, 40)]
    assert min(low) < -1e-4 and low[-1] == 0
    bricks = animated(tower(1), easing="bounce", flight=50)
    assert (np.diff([seen(bricks, f)[0, 2, 3] for f in range(2, 40)]) > 0).any()


def test_a_pile_lies_there_from_the_beginning_and_is_used_up():
    plan = tower(6)
    whole = seen(show_plan(bpy.context, plan), 1)
    bricks = animated(plan, fly_in="pile")
    start = seen(bricks, 1)
    assert len(start) == 6
    assert start[:, 1, 3].max() < whole[:, 1, 3].min()  # all in front of the model
    assert np.array_equal(seen(bricks, FRAMES), whole)


def test_supports_come_and_are_gone_in_the_end():
    plan = tower(6, supports=3)
    bricks = animated(plan)
    assert len(seen(bricks, round(0.77 * FRAMES))) == 9
    model = tower(6)
    assert np.array_equal(seen(bricks, FRAMES), seen(show_plan(bpy.context, model), FRAMES))


def test_sections_are_built_beside_and_end_on_the_model():
    plan = tower(6, sections=2)
    bricks = animated(plan)
    join = number(bricks, "join")[-1]
    before = next(f for f in range(FRAMES, 0, -1) if built_at(bricks, f) < join)
    aside = seen(bricks, before)[:, 0, 3]
    assert np.count_nonzero(aside > 0.05) == 3  # of 6
    # The section is lifted above its place before it comes down on it.
    tops = [seen(bricks, frame)[:, 2, 3].max() for frame in range(before, FRAMES + 1)]
    assert max(tops) > tops[-1] + 0.01
    assert np.array_equal(seen(bricks, FRAMES), seen(show_plan(bpy.context, plan), FRAMES))


def test_one_value_drives_all_with_two_linear_keys():
    bricks = animated(tower(30))
    (curve,) = curves_of(bricks)
    assert [(point.co[0], point.co[1], point.interpolation) for point in curve.keyframe_points] == [
        (1, 0, "LINEAR"),
        (FRAMES, 1, "LINEAR"),
    ]
    assert frames_of(bricks) == range(1, FRAMES + 1)
    assert built_at(bricks, FRAMES // 2) == pytest.approx((FRAMES // 2 - 1) / (FRAMES - 1))


def test_a_frame_looks_the_same_whatever_was_shown_before():
    bricks = animated(tower(9, 2, 3), fly_in="outside")
    expected = seen(bricks, 25)
    for frame in (60, 1, 44):
        seen(bricks, frame)
    assert np.array_equal(seen(bricks, 25), expected)


def test_the_file_keeps_the_animation(tmp_path):
    bricks = animated(tower(9, 2))
    expected = [seen(bricks, frame) for frame in (10, 30, FRAMES)]
    save_blend(tmp_path / "a.blend")
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "a.blend"))
    bricks = next(thing for thing in bpy.data.objects if is_animated(thing))
    for frame, matrices in zip((10, 30, FRAMES), expected, strict=True):
        assert np.array_equal(seen(bricks, frame), matrices)


def test_exports_do_not_see_the_animation():
    plan = small_plan()
    bricks = show_plan(bpy.context, plan)
    before = ldraw_text(read_plan(bricks))
    animate_build(bricks, plan, Settings(frames=FRAMES))
    bpy.context.scene.frame_set(1)
    assert ldraw_text(read_plan(bricks)) == before
    assert np.array_equal(read_plan(bricks).layout, plan.layout)


def data():
    kinds = (
        "objects",
        "meshes",
        "materials",
        "collections",
        "node_groups",
        "actions",
        "scenes",
        "images",
        "movieclips",
    )
    return {kind: len(getattr(bpy.data, kind)) for kind in kinds}


def test_removing_it_leaves_the_model_as_it_was():
    plan = tower(4)
    bricks = show_plan(bpy.context, plan)
    before, attributes, whole = data(), sorted(a.name for a in bricks.data.attributes), seen(bricks, 1)
    animate_build(bricks, plan, Settings())
    animate_build(bricks, plan, Settings(easing="bounce"))  # in place of the first
    assert len(bricks.modifiers) == 2
    remove_animation(bricks)
    assert (data(), sorted(a.name for a in bricks.data.attributes)) == (before, attributes)
    assert np.array_equal(seen(bricks, 1), whole)
    remove_animation(bricks)
    with pytest.raises(CannotRead, match="no build animation"):
        frames_of(bricks)


def test_the_users_own_key_frames_stay():
    bricks = show_plan(bpy.context, tower(2))
    bricks.location.x = 3
    bricks.keyframe_insert("location", frame=5)
    animate_build(bricks, tower(2), Settings())
    remove_animation(bricks)
    assert [curve.data_path for curve in curves_of(bricks)] == ["location"] * 3


def test_animating_again_after_the_modifier_was_deleted_plays_the_new_one():
    plan = tower(6, supports=2)
    bricks = animated(plan, fly_in="pile")
    bricks.modifiers.remove(build_modifier(bricks))
    animate_build(bricks, plan, Settings(frames=20), 5)
    fresh = show_plan(bpy.context, plan)
    animate_build(fresh, plan, Settings(frames=20), 5)
    assert frames_of(bricks) == frames_of(fresh) == range(5, 25)
    assert sorted(a.name for a in bricks.data.attributes) == sorted(a.name for a in fresh.data.attributes)
    for frame in (6, 12, 18, 24):
        assert np.array_equal(seen(bricks, frame), seen(fresh, frame))


def linked_duplicate(bricks):
    """As Alt-D makes it."""
    copy = bricks.copy()
    bpy.context.scene.collection.objects.link(copy)
    return copy


def test_a_linked_duplicate_leaves_the_animation_of_the_first_alone():
    plan = tower(6)
    bricks = animated(plan)
    bricks.location.x = 1.0
    bricks.keyframe_insert("location", frame=3)
    expected = [seen(bricks, frame) for frame in (5, 25, FRAMES)]

    def as_before():
        assert frames_of(bricks) == range(1, FRAMES + 1)
        return all(
            np.array_equal(seen(bricks, frame), was) for frame, was in zip((5, 25, FRAMES), expected, strict=True)
        )

    again, removed = linked_duplicate(bricks), linked_duplicate(bricks)
    animate_build(again, plan, Settings(frames=10, fly_in="pile"))
    assert frames_of(again) == range(1, 11) and as_before()
    assert len(seen(again, 1)) == 6  # a pile
    remove_animation(removed)
    assert not is_animated(removed) and len(seen(removed, 1)) == 6 and as_before()
    for copy in (again, removed):
        assert sum(curve.data_path == "location" for curve in curves_of(copy)) == 3


def test_a_removed_model_takes_its_animation_along():
    before = data()
    remove_bricks(animated(tower(3)))
    assert data() == before


def test_no_bricks_can_not_be_animated():
    with pytest.raises(NothingToBuild, match="no bricks"):
        animated(plan_of([]))


# Filming. What pictures show is tested once; else a small file stands for a picture, as rendering takes its time.


@pytest.fixture
def no_rendering(monkeypatch):
    """Pictures are files that say which they are; gives the list of those taken."""
    taken = []

    def take(context, bricks, film, frame, path):
        taken.append(frame)
        rendering.write_whole(path, f"picture {frame}")

    monkeypatch.setattr(shooting, "take_frame", take)
    monkeypatch.setattr(shooting, "write_film", lambda frames, path, fps, size: rendering.write_whole(path, "film"))
    return taken


def film_of(bricks, **rest):
    return plan_film(bpy.context, bricks, **({"orbit": 90.0, "resolution": SMALL} | rest))


def shot(bricks, path, kind="png", keep=False, stop=None, **rest):
    """The warnings of a film that is taken until `stop` pictures are there."""
    with closing(shoot(bpy.context, bricks, film_of(bricks, **rest), path, kind, 24.0, keep)) as run:
        while True:
            try:
                if next(run) == stop:
                    return None
            except StopIteration as end:
                return end.value


def picture(path):
    image = bpy.data.images.load(str(path))
    wide, high = image.size
    pixels = np.empty(wide * high * 4, np.float32)
    image.pixels.foreach_get(pixels)
    bpy.data.images.remove(image)
    return pixels.reshape(high, wide, 4)[..., :3]


def reddish(pixels):
    return pixels[..., 0] - pixels[..., 1:].max(axis=-1) > 0.2


def test_the_film_is_a_video_of_all_frames_that_shows_the_build(tmp_path):
    bricks = show_plan(bpy.context, tower())
    animate_build(bricks, tower(), Settings(frames=6))
    bpy.context.view_layer.update()
    before = data()
    assert shot(bricks, tmp_path / "film.mp4", "mp4", keep=True) == []
    assert data() == before
    clip = bpy.data.movieclips.load(str(tmp_path / "film.mp4"))
    assert (clip.frame_duration, tuple(clip.size), clip.fps) == (6, SMALL, 24)
    pictures = [picture(path) for path in sorted((tmp_path / "film frames").glob("*.png"))]
    assert len(pictures) == 6 and pictures[0].shape == (36, 64, 3)
    share = [reddish(pixels).mean() for pixels in pictures]
    assert share[0] == 0 and share[-1] > 0.05
    assert share == sorted(share)
    edges = reddish(pictures[-1])
    assert not (edges[0].any() or edges[-1].any() or edges[:, 0].any() or edges[:, -1].any())


def test_webm_is_written_too(tmp_path):
    frames = []
    for name in ("a", "b", "c"):
        image = bpy.data.images.new(name, 33, 21)
        image.filepath_raw, image.file_format = str(tmp_path / f"{name}.png"), "PNG"
        image.save()
        frames.append(tmp_path / f"{name}.png")
    write_film(frames, tmp_path / "film.webm", 12.5, (33, 21))
    clip = bpy.data.movieclips.load(str(tmp_path / "film.webm"))
    assert (clip.frame_duration, tuple(clip.size)) == (3, (32, 20))
    assert clip.fps == pytest.approx(12.5, rel=0.02)  # the container counts milliseconds


def vectors(bricks, name):
    values = np.zeros(len(bricks.data.vertices) * 3, np.float32)
    bricks.data.attributes[name].data.foreach_get("vector", values)
    return values.reshape(-1, 3).astype(float)


@pytest.mark.parametrize("plan", [tower(8, supports=3), tower(9, sections=3)])
@pytest.mark.parametrize("fly_in", ["above", "pile"])
def test_the_camera_sees_all_that_lies_about(plan, fly_in):
    bricks = animated(plan, fly_in=fly_in)
    film = film_of(bricks, orbit=360.0)
    places, aside = vectors(bricks, "position"), vectors(bricks, "aside")
    lie = [places, places + aside] + ([places + aside + vectors(bricks, "way")] if fly_in == "pile" else [])
    tangent = np.tan(rendering.FIELD_OF_VIEW / 2) * np.array(SMALL) / max(SMALL)
    for frame in film.frames:
        built = built_at(bricks, frame)
        shown = np.concatenate(lie if built < film.settled else lie[:1]) * 0.001
        turn, view = np.array(turntable_at(bricks, film, frame)), np.array(camera_at(film, built).inverted())
        turned = shown @ turn[:3, :3].T + turn[:3, 3]
        at = turned @ view[:3, :3].T + view[:3, 3]
        assert (np.abs(at[:, :2]) < -at[:, 2:] * tangent).all()


def test_the_last_picture_shows_the_model_as_a_still_does():
    bricks = animated(tower(9, sections=3), fly_in="pile")
    assert np.allclose(np.array(turntable_at(bricks, film_of(bricks), FRAMES)), np.eye(4))
    still = rendering.view_matrix(rendering.brick_corners(bricks), SMALL)
    film = film_of(bricks, orbit=0.0)
    assert np.allclose(np.array(camera_at(film, 1.0)), np.array(still), atol=1e-6)
    assert camera_at(film, 0.0).translation.z > still.translation.z * 1.2  # farther away, to see the pile


def test_a_stopped_run_goes_on_where_it_was(tmp_path, no_rendering):
    bricks = animated(tower())
    assert shot(bricks, tmp_path / "frames", stop=5) is None
    shot(bricks, tmp_path / "frames")
    assert no_rendering == list(range(1, FRAMES + 1))  # each once
    assert len(list((tmp_path / "frames").glob("frame-*.png"))) == FRAMES


def test_pictures_of_another_film_are_taken_anew(tmp_path, no_rendering):
    bricks = animated(tower())
    shot(bricks, tmp_path / "frames", stop=5)
    shot(bricks, tmp_path / "frames", stop=3, resolution=(32, 32))
    assert no_rendering == [1, 2, 3, 4, 5, 1, 2, 3]
    assert len(list((tmp_path / "frames").glob("frame-*.png"))) == 3  # no picture of the first is left
    animate_build(bricks, tower(), Settings(frames=FRAMES, easing="fall"))
    shot(bricks, tmp_path / "frames", stop=1, resolution=(32, 32))
    assert no_rendering[-1] == 1


def test_pictures_of_other_people_are_not_touched(tmp_path, no_rendering):
    (tmp_path / "frame-0001.png").write_text("mine")
    with pytest.raises(CannotWrite, match="choose another folder"):
        shot(animated(tower()), tmp_path)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["mine"]


@pytest.mark.parametrize("keep", [False, True])
def test_a_stopped_video_goes_on_and_leaves_no_pictures_unless_they_are_kept(tmp_path, no_rendering, keep):
    bricks = animated(tower())
    shot(bricks, tmp_path / "film.mp4", "mp4", stop=5)
    assert [path.name for path in tmp_path.iterdir()] == ["film frames"]
    assert shot(bricks, tmp_path / "film.mp4", "mp4", keep) == []
    assert no_rendering == list(range(1, FRAMES + 1))  # each once
    assert (tmp_path / "film.mp4").read_text() == "film"
    assert (tmp_path / "film frames").exists() == keep


def test_what_others_put_beside_the_pictures_stays(tmp_path, no_rendering):
    bricks = animated(tower())
    shot(bricks, tmp_path / "film.mp4", "mp4", stop=1)
    (tmp_path / "film frames" / "notes.txt").write_text("mine")
    shot(bricks, tmp_path / "film.mp4", "mp4")
    assert [path.name for path in (tmp_path / "film frames").iterdir()] == ["notes.txt"]


@pytest.mark.parametrize("kind", ["mp4", "png"])
def test_a_place_that_can_not_be_written_is_told_before_the_first_picture(tmp_path, no_rendering, kind):
    (tmp_path / "file").write_text("")
    (tmp_path / "taken.mp4").mkdir()
    bricks = animated(tower())
    for path in [tmp_path / "file" / "film.mp4"] + [tmp_path / "taken.mp4"] * (kind == "mp4"):
        with pytest.raises(CannotWrite, match="choose another"):
            shot(bricks, path, kind)
    assert no_rendering == []


def test_a_video_that_can_not_be_put_in_its_place_leaves_its_pictures(tmp_path, no_rendering, monkeypatch):
    def fail(*_):
        raise CannotWrite("No room.")

    with monkeypatch.context() as patch:
        patch.setattr(shooting, "write_film", fail)
        with pytest.raises(CannotWrite, match=r"No room.*film frames"):
            shot(animated(tower()), tmp_path / "film.mp4", "mp4")
    no_rendering.clear()
    (bricks,) = (thing for thing in bpy.data.objects if is_animated(thing))
    shot(bricks, tmp_path / "film.mp4", "mp4")
    assert no_rendering == [] and [path.name for path in tmp_path.iterdir()] == ["film.mp4"]


def recolour(bricks):
    bpy.data.materials["Red plastic"].diffuse_color = (0.0, 1.0, 0.0, 1.0)


def repaint(bricks):
    shader = bpy.data.materials["Red plastic"].node_tree.nodes["Principled BSDF"]
    shader.inputs["Base Color"].default_value = (0.0, 1.0, 0.0, 1.0)


def move_plane(bricks):
    section_plane(bricks).location.y += 3
    bpy.context.view_layer.update()


def fewer_layers(bricks):
    set_nodes_input(layers_modifier(bricks), LAYERS, 3)


@pytest.mark.parametrize("change", [recolour, repaint, move_plane, fewer_layers, remove_section, remove_layers])
def test_pictures_are_taken_anew_when_the_model_looks_otherwise(tmp_path, no_rendering, change):
    bricks = animated(tower())
    add_section(bricks)
    play_layers(bricks, 1, FRAMES)
    bpy.context.view_layer.update()
    shot(bricks, tmp_path, stop=2)
    shot(bricks, tmp_path, stop=2)
    assert no_rendering == [1, 2]
    change(bricks)
    shot(bricks, tmp_path, stop=2)
    assert no_rendering == [1, 2, 1, 2]


def test_without_codecs_the_pictures_are_kept_and_it_is_said(tmp_path, no_rendering, monkeypatch):
    monkeypatch.setattr(shooting, "writes_videos", lambda: False)
    (warning,) = shot(animated(tower()), tmp_path / "film.mp4", "mp4")
    assert "without FFmpeg" in warning and str(tmp_path / "film frames") in warning
    assert len(list((tmp_path / "film frames").glob("frame-*.png"))) == FRAMES
    assert not (tmp_path / "film.mp4").exists()


def test_a_failed_video_leaves_its_pictures(tmp_path, no_rendering, monkeypatch):
    def fail(*_):
        raise NoVideo("No codec.")

    monkeypatch.setattr(shooting, "write_film", fail)
    (warning,) = shot(animated(tower()), tmp_path / "film.mp4", "mp4")
    assert warning.startswith("No codec.")
    folder = tmp_path / "film frames"
    assert (folder / "frame-0001.png").read_text() == "picture 1"
    no_rendering.clear()
    shot(animated(tower()), tmp_path / "other.mp4", "mp4")
    assert len(list(folder.glob("frame-*.png"))) == FRAMES


def test_a_video_that_blender_does_not_write_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(video, "write_video", lambda scene, container, codec: None)  # it writes a picture instead
    image = bpy.data.images.new("a", 32, 20)
    image.filepath_raw, image.file_format = str(tmp_path / "a.png"), "PNG"
    image.save()
    before = data()
    with pytest.raises(NoVideo, match="mp4"):
        write_film([tmp_path / "a.png"] * 3, tmp_path / "film.mp4", 24.0, (32, 20))
    assert not (tmp_path / "film.mp4").exists()
    assert data() == before


def test_a_full_disk_is_told_and_leaves_no_half_picture(tmp_path, monkeypatch):
    bricks = animated(tower())

    def full(self, data):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(CannotWrite, match="No space left"):
        shot(bricks, tmp_path / "frames")
    assert not list((tmp_path / "frames").glob("*"))


def test_a_picture_that_blender_left_half_is_told(tmp_path, monkeypatch):
    """As it does on a full disk, without a word."""
    bricks = animated(tower())
    real = bpy.ops.render.render

    class Render:
        def render(self, **words):
            real(**words)
            picture = Path(bpy.data.scenes[words["scene"]].render.filepath)
            picture.write_bytes(picture.read_bytes()[:-20])

    monkeypatch.setattr(rendering.bpy.ops, "render", Render(), raising=False)
    with pytest.raises(CannotWrite, match="make room"):
        shot(bricks, tmp_path / "frames")
    assert not list((tmp_path / "frames").glob("*.png"))


def test_a_folder_that_can_not_be_made_is_told(tmp_path, no_rendering):
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotWrite, match="file"):
        shot(animated(tower()), tmp_path / "file" / "frames")


def test_a_model_that_changes_or_goes_meanwhile_is_told(tmp_path, no_rendering):
    bricks = animated(tower())
    run = shoot(bpy.context, bricks, film_of(bricks), tmp_path / "a", "png", 24.0)
    next(run)
    bricks.location.x += 1
    bpy.context.view_layer.update()
    with pytest.raises(CannotRead, match="was changed"):
        next(run)
    run = shoot(bpy.context, bricks, film_of(bricks), tmp_path / "b", "png", 24.0)
    next(run)
    remove_bricks(bricks)
    with pytest.raises(CannotRead, match="gone"):
        next(run)


def test_what_can_not_be_filmed_is_refused():
    with pytest.raises(CannotRead, match="no build animation"):
        film_of(show_plan(bpy.context, tower()))
    with pytest.raises(BadSetting, match=r"povray.*cycles, workbench, eevee"):
        film_of(animated(tower()), engine="povray")


def test_the_buttons(switched_on, tmp_path, no_rendering):
    bricks = show_plan(bpy.context, tower(9))
    scene = bpy.context.scene
    bpy.context.view_layer.objects.active = bricks
    assert not bpy.ops.brickprint.render_animation.poll() and not bpy.ops.brickprint.remove_animation.poll()
    scene.brickprint.frames = 12
    scene.brickprint.fly_in = "outside"
    assert bpy.ops.brickprint.animate() == {"FINISHED"}
    assert (scene.frame_start, scene.frame_end, scene.frame_current) == (1, 12, 12)
    path = tmp_path / "model v1.2.mp4"
    assert bpy.ops.brickprint.render_animation(filepath=str(path), kind="mp4", size=SMALL) == {"FINISHED"}
    assert path.read_text() == "film"
    assert bpy.ops.brickprint.render_animation(filepath=str(path), kind="png", size=SMALL) == {"FINISHED"}
    assert len(list((tmp_path / "model v1.2").glob("frame-*.png"))) == 12
    with pytest.raises(RuntimeError, match="can't be written"):
        bpy.ops.brickprint.render_animation(filepath=str(path / "below.mp4"), kind="png", size=SMALL)
    assert bpy.ops.brickprint.remove_animation() == {"FINISHED"}
    assert not is_animated(bricks)


def test_an_animation_without_key_frames_can_be_removed(switched_on):
    bricks = animated(tower(3))
    bpy.context.view_layer.objects.active = bricks
    bricks.animation_data_clear()
    assert not bpy.ops.brickprint.render_animation.poll()
    assert bpy.ops.brickprint.remove_animation() == {"FINISHED"}
    assert len(bricks.modifiers) == 1 and len(seen(bricks, 1)) == 3
    assert not bpy.ops.brickprint.remove_animation.poll()


@pytest.mark.parametrize("path", ["", " ", "{}/"])
def test_a_film_without_a_name_is_refused(switched_on, tmp_path, no_rendering, path):
    bpy.context.view_layer.objects.active = animated(tower(3))
    folder = tmp_path / "films"
    folder.mkdir()
    with pytest.raises(RuntimeError, match="No file name was given"):
        bpy.ops.brickprint.render_animation(filepath=path.format(folder), kind="mp4", size=SMALL)
    assert list(tmp_path.iterdir()) == [folder] and no_rendering == []


def test_pictures_may_go_into_a_folder_that_is_there(switched_on, tmp_path, no_rendering):
    bpy.context.view_layer.objects.active = animated(tower(3))
    assert bpy.ops.brickprint.render_animation(filepath=f"{tmp_path}/", kind="png", size=SMALL) == {"FINISHED"}
    assert len(list(tmp_path.glob("frame-*.png"))) == FRAMES


def test_the_command_line_films_too_and_leaves_nothing_else(tmp_path, capsys):
    from brickprint.operators import headless

    np.save(tmp_path / "cube.npy", np.ones((2, 4, 4), bool))
    words = ["convert", str(tmp_path / "cube.npy"), "--out", str(tmp_path / "made"), "--formats", "mp4,blend"]
    words += ["--frames", "5", "--resolution", "64x36", "--fly-in", "outside", "--packer", "fast"]
    assert headless.main(words, io.StringIO()) == 0, capsys.readouterr().err
    folder = tmp_path / "made" / "cube"
    assert sorted(path.name for path in folder.iterdir()) == ["cube.blend", "cube.mp4"]
    assert bpy.data.movieclips.load(str(folder / "cube.mp4")).frame_duration == 5


def test_a_film_of_the_command_line_that_was_stopped_goes_on(tmp_path, no_rendering, monkeypatch):
    from brickprint.operators import headless

    np.save(tmp_path / "cube.npy", np.ones((2, 4, 4), bool))
    words = ["convert", str(tmp_path / "cube.npy"), "--out", str(tmp_path / "made"), "--formats", "mp4"]
    words += ["--frames", "5", "--resolution", "64x36", "--packer", "fast"]
    take = shooting.take_frame

    def stop(*given):
        if len(no_rendering) == 3:
            raise KeyboardInterrupt
        take(*given)

    with monkeypatch.context() as patch:
        patch.setattr(shooting, "take_frame", stop)
        assert headless.main(words, io.StringIO()) == headless.STOPPED
    assert headless.main(words, io.StringIO()) == 0
    assert no_rendering == [1, 2, 3, 4, 5]
    assert [path.name for path in (tmp_path / "made" / "cube").iterdir()] == ["cube.mp4"]
