"""Brick models of another file: what would change them is refused, or works for good where they are overridden."""

import bpy
import numpy as np
import pytest
from brickprint.operators.models import OfBrickModel
from brickprint.scene.bricks import is_bricks

pytestmark = pytest.mark.usefixtures("switched_on")

OPTIONS = {
    "show_by": {"by": "steps"},
    "recolour_parts": {"colour": "Blue"},
    "select_weakest": {},
    "show_warned": {"warning": "what is told of everything"},
}
READING = {"export_files", "export_stock", "merge_for_printing", "settings_from_model", "add_turntable", "remove"}
LOCAL = ("objects", "meshes", "collections", "materials", "node_groups", "actions", "cameras")


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """Paths of a .blend with a plain model, one with all that a model can wear, and a mosaic."""
    import brickprint

    folder, paths = tmp_path_factory.mktemp("library"), {}
    brickprint.register()
    try:
        for state, make in (("plain", lambda: None), ("dressed", dress), ("mosaic", None)):
            bpy.ops.wm.read_homefile(use_empty=True)
            make_mosaic() if make is None else make_model(make)
            bpy.context.active_object.name = "Model"
            paths[state] = str(folder / f"{state}.blend")
            bpy.ops.wm.save_as_mainfile(filepath=paths[state])
    finally:
        brickprint.unregister()
    return paths


def make_model(dressing):
    bpy.ops.mesh.primitive_cube_add(size=2)
    bpy.context.scene.brickprint.studs = 6
    bpy.ops.brickprint.convert()
    dressing()


def dress():
    for name, options in (("animate", {}), ("play_layers", {}), ("look_inside", {}), ("show_by", {"by": "steps"})):
        getattr(bpy.ops.brickprint, name)(**options)


def make_mosaic():
    image = bpy.data.images.new("picture", 64, 64)
    image.pack()
    chosen = bpy.context.scene.brickprint_mosaic
    chosen.image, chosen.size = image, "32x32"
    bpy.ops.brickprint.mosaic()


def brought(path, overridden):
    """The library's model in a new file, active."""
    bpy.ops.wm.read_homefile(use_empty=True)
    with bpy.data.libraries.load(path, link=True) as (_, wanted):
        wanted.objects = ["Model"]
    bricks = wanted.objects[0]
    bpy.context.scene.collection.objects.link(bricks)
    if overridden:
        bricks = bricks.override_create(remap_local_usages=True)
    bpy.context.view_layer.objects.active = bricks
    bpy.context.view_layer.update()
    return bricks


def of_models(cls=OfBrickModel):
    """Names of all operators that act on a brick model."""
    own = {cls.bl_idname.removeprefix("brickprint.")} if issubclass(cls, bpy.types.Operator) else set()
    return own.union(*map(of_models, cls.__subclasses__()))


def local():
    """How many blocks of each kind are this file's own."""
    return {kind: sum(block.library is None for block in getattr(bpy.data, kind)) for kind in LOCAL}


def worn(bricks):
    """What a model is shown by: its modifiers, the bricks' rows, its own properties."""
    picks = np.zeros(len(bricks.data.vertices), np.int32)
    bricks.data.attributes["pick"].data.foreach_get("value", picks)
    return [modifier.name for modifier in bricks.modifiers], picks.tolist(), bricks.get("brickprint_shown_by")


@pytest.mark.parametrize("overridden", [False, True], ids=["linked", "overridden"])
@pytest.mark.parametrize("state", ["plain", "dressed", "mosaic"])
def test_every_operator_refuses_or_works_and_leaves_nothing_broken(library, state, overridden, tmp_path):
    paths = {"export_files": {"directory": str(tmp_path)}, "export_stock": {"filepath": str(tmp_path / "stock.csv")}}
    for name in sorted(of_models() - {"render_animation"}):
        bricks = brought(library[state], overridden)
        before, dressed = local(), worn(bricks)
        operator = getattr(bpy.ops.brickprint, name)
        try:
            done = operator(**OPTIONS.get(name, {}), **paths.get(name, {})) == {"FINISHED"}
        except RuntimeError as refused:
            assert "Traceback" not in str(refused), name
            done = False
        assert done or name not in READING, name
        if not done:
            assert (local(), worn(bricks)) == (before, dressed), name
        elif name != "remove" and not overridden:
            assert worn(bricks) == dressed, name
        assert bpy.context.mode == "OBJECT"


CAN_BE_WORN = ("outline", "look_inside", "play_layers", "animate", "real_objects")


@pytest.mark.parametrize("state", ["plain", "dressed"])
@pytest.mark.parametrize("name", [*CAN_BE_WORN, "all_layers", "remove_animation"])
def test_what_is_done_to_an_overridden_model_is_there_when_the_file_is_opened_again(library, tmp_path, name, state):
    bricks = brought(library[state], True)
    operator = getattr(bpy.ops.brickprint, name)
    assert operator.poll() == (name in CAN_BE_WORN and (state == "plain" or name in {"outline", "real_objects"}))
    if operator.poll():
        operator()
    model = bricks.name
    after, shown = worn(bricks), bricks.hide_render
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "here.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "here.blend"))
    bricks = next(thing for thing in bpy.data.objects if is_bricks(thing) and thing.name == model and not thing.library)
    assert (worn(bricks), bricks.hide_render) == (after, shown)


def test_a_linked_mosaic_follows_no_slider(library):
    from brickprint.operators import live_mosaic

    brought(library["mosaic"], False)
    bpy.context.scene.brickprint_mosaic.live = True
    bpy.context.scene.brickprint_mosaic.brightness = 30
    assert not bpy.app.timers.is_registered(live_mosaic._tick)
