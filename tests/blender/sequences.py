"""Random sequences of what users do: convert, update, change by hand, undo, redo, edit, copy, delete, save, reload.

`make sequences` runs a hundred, in Blender's Python module.
"""

import random
import runpy
import sys
import tempfile
from pathlib import Path

import bpy
import numpy as np

LENGTH = 12  # things done in one sequence
_KINDS = ("objects", "meshes", "materials", "collections", "node_groups", "images", "actions", "texts", "worlds")


def run_sequence(seed, folder):
    """Do one sequence in a new file, and clear it; gives what was done. Anything wrong raises."""
    bpy.ops.wm.read_homefile(use_empty=True)
    bpy.context.preferences.edit.use_global_undo = True
    chance = random.Random(seed)
    path = str(Path(folder) / f"{seed}.blend")
    _add_cube(chance, path)
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.ed.undo_push(message="start")
    done = []
    for _ in range(LENGTH):
        name = chance.choice(list(_DEEDS))
        done.append(name)
        try:
            _DEEDS[name](chance, path)
        except Exception as error:
            raise AssertionError(f"sequence {seed}: {done}") from error
        _check(seed, done)
    _clear(seed, done)
    return done


def _models():
    return [thing for thing in bpy.context.view_layer.objects if "brickprint_plan" in thing]


def _sources():
    return [thing for thing in bpy.context.view_layer.objects if thing.type == "MESH" and thing not in _models()]


def _step(message):
    bpy.ops.ed.undo_push(message=message)


def _add_cube(chance, _path):
    bpy.ops.mesh.primitive_cube_add(size=chance.uniform(1, 3), location=(chance.uniform(-5, 5), 0, 0))
    _step("cube")


def _choose(chance, things):
    """Make one of some objects the only chosen one, in Object Mode, which an undo may have left."""
    if bpy.context.mode != "OBJECT":
        bpy.ops.object.mode_set(mode="OBJECT")
    bpy.ops.object.select_all(action="DESELECT")
    thing = chance.choice(things)
    thing.hide_set(False)
    thing.select_set(True)
    bpy.context.view_layer.objects.active = thing
    return thing


def _settings(chance):
    chosen = bpy.context.scene.brickprint
    chosen.packer, chosen.prove, chosen.supports = "fast", "none", "none"
    chosen.studs = chance.randint(3, 7)
    chosen.palette = chance.choice(["solid", "pick-a-brick-29"])
    chosen.outline = chance.random() < 0.5


def _convert(chance, _path):
    if things := _sources():
        _choose(chance, things)
        _settings(chance)
        assert bpy.ops.brickprint.convert() == {"FINISHED"}
        _step("convert")


def _update(chance, _path):
    if models := _models():
        _choose(chance, models)
        _settings(chance)
        try:
            assert bpy.ops.brickprint.update() == {"FINISHED"}
        except RuntimeError as error:
            assert "is gone" in str(error)
        _step("update")


def _edit(chance, _path):
    if things := _sources():
        thing = chance.choice(things)
        thing.location.z += 1
        thing.data.vertices[0].co.x -= 0.5
        _step("edit")


def _rename(chance, _path):
    if things := list(bpy.context.view_layer.objects):
        chance.choice(things).name = f"name {chance.randint(0, 3)}"
        _step("rename")


def _look(chance, _path):
    if models := _models():
        _choose(chance, models)
        name = chance.choice(["outline", "look_inside", "play_layers", "animate"])
        getattr(bpy.ops.brickprint, name)()
        _step("look")


def _by_hand(chance, _path):
    from brickprint.scene.bricks import read_plan
    from brickprint.scene.picking import pick_parts

    if models := _models():
        model = _choose(chance, models)
        plan = read_plan(model)
        chosen = np.zeros(len(plan.layout), bool)
        chosen[chance.sample(range(len(chosen)), min(3, len(chosen)))] = True
        pick_parts(model, chosen)
        name, words = chance.choice([
            ("recolour_parts", {"colour": chance.choice(plan.palette.colours).name}),
            ("lock_parts", {"lock": chance.random() < 0.7}),
            ("delete_parts", {}),
            ("merge_parts", {}),
        ])  # fmt: skip
        try:
            getattr(bpy.ops.brickprint, name)(**words)
        except RuntimeError as refused:
            assert "Traceback" not in str(refused)
        _step("by hand")


def _edit_mode(chance, _path):
    if things := _sources() + _models():
        _choose(chance, things)
        bpy.ops.object.mode_set(mode="EDIT")
        bpy.ops.ed.undo_push(message="Edit Mode")
        bpy.ops.object.mode_set(mode="OBJECT")
        _step("Object Mode")


def _copy(chance, _path):
    if things := list(bpy.context.view_layer.objects):
        _choose(chance, things)
        bpy.ops.object.duplicate(linked=chance.random() < 0.5)
        _step("copy")


def _delete(chance, _path):
    if things := list(bpy.context.view_layer.objects):
        _choose(chance, things)
        bpy.ops.object.delete()
        _step("delete")


def _remove(chance, _path):
    if models := _models():
        _choose(chance, models)
        bpy.ops.brickprint.remove()
        _step("remove")


def _show(_chance, _path):
    if bpy.ops.brickprint.show_sources.poll():
        bpy.ops.brickprint.show_sources()
        _step("show")


def _undo(_chance, _path):
    if bpy.ops.ed.undo.poll():
        bpy.ops.ed.undo()


def _redo(_chance, _path):
    if bpy.ops.ed.redo.poll():
        bpy.ops.ed.redo()


def _save(_chance, path):
    bpy.ops.wm.save_as_mainfile(filepath=path)


def _reload(_chance, path):
    bpy.ops.wm.open_mainfile(filepath=path)
    _step("reload")


_DEEDS = {
    "convert": _convert, "update": _update, "edit": _edit, "add": _add_cube, "rename": _rename, "look": _look,
    "by hand": _by_hand, "edit mode": _edit_mode, "copy": _copy, "delete": _delete, "remove": _remove, "show": _show,
    "undo": _undo, "redo": _redo, "save": _save, "reload": _reload,
}  # fmt: skip


def _check(seed, done):
    """Every model reads, and says how it stands to its source."""
    from brickprint.core.export.ldraw import ldraw_text
    from brickprint.scene.bricks import read_plan
    from brickprint.ui.up_to_date import lines

    objects = bpy.context.view_layer.objects
    bpy.context.view_layer.update()
    before = objects.active
    for model in _models():
        objects.active = model
        if model.mode == "OBJECT":  # in Edit Mode Blender gives no attributes
            assert ldraw_text(read_plan(model)), (seed, done)
        assert lines(bpy.context), (seed, done)
    objects.active = before  # it may be in Edit Mode


def _clear(seed, done):
    """Without its objects and what a purge takes, nothing of a file is left."""
    for thing in list(bpy.data.objects):
        bpy.data.objects.remove(thing)
    for collection in list(bpy.context.scene.collection.children):
        bpy.data.collections.remove(collection)
    bpy.ops.outliner.orphans_purge(do_local_ids=True, do_linked_ids=True, do_recursive=True)
    left = {kind: [block.name for block in getattr(bpy.data, kind)] for kind in _KINDS}
    left = {kind: names for kind, names in left.items() if names}
    assert not left, (seed, done, left)


def main(count):
    """Run so many and say how it went."""
    root = Path(__file__).resolve().parents[2]
    runpy.run_path(str(root / "batch.py"))["load_package"]().register()
    deeds = 0
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(count):
            deeds += len(run_sequence(seed, folder))
    print(f"{count} sequences, {deeds} deeds: no error, nothing left after purge")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
