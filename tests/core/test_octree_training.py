"""The scripts that train the octree network, on a few boxes: they run, go on where they were, and write what runs."""

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from brickprint.core.networks.octree import PIXELS, network_input
from brickprint.core.networks.poses import SET_POSE
from brickprint.training.renders import render
from brickprint.training.shapes import in_unit_box, packs, volume
from shapes import box, mesh_of

TRAINING = Path(__file__).resolve().parents[2] / "training"
COUNT = {"train": 32, "check": 4}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """What training/octree_data.py would write of boxes that no turn and no mirror changes."""
    folder = tmp_path_factory.mktemp("data")
    chance = np.random.default_rng(1)
    volumes, pictures = [], []
    for _ in range(sum(COUNT.values())):
        mesh = in_unit_box(mesh_of(box((1.0, 1.0, chance.uniform(0.3, 1.5)))))
        volumes.append(np.packbits(volume(mesh)))
        grey, alpha = render(mesh.corners, np.full(12, 0.8), SET_POSE, PIXELS)
        pictures.append(np.round(network_input(grey, alpha) * 255).astype(np.uint8))
    parts = [part for part, count in COUNT.items() for _ in range(count)]
    rows = [{"file": f"pack/{i}.glb", "part": part} for i, part in enumerate(parts)]
    (folder / "objects.json").write_text(json.dumps({"objects": rows, "left_out": []}))
    views = np.repeat(np.array(pictures)[:, None], 8, axis=1)
    cells = np.array(volumes)[:, None]
    columns = {"volumes": cells[:, 0], "set_pose": views, "poses": views, "copy_of_pose": np.zeros((len(rows), 8), int)}
    columns |= {"varied_volumes": cells, "varied_set_pose": views[:, :1]}
    for name, values in columns.items():
        np.save(folder / f"{name}.npy", values)
    return folder


def run(script, *words):
    """Run a training script; skips the test where PyTorch or what writes ONNX is absent."""
    for needed in ("torch", "onnx"):
        pytest.importorskip(needed, reason=f"{needed} is needed for training only (training/requirements.txt)")
    call = [sys.executable, str(TRAINING / script), *map(str, words)]
    return subprocess.run(call, check=True, capture_output=True, text=True).stdout


def test_packs_are_split_whole_and_all(shared_data):
    listed = (shared_data / "shapes" / "index.csv").read_text().splitlines()[1:]
    assert {line.split(",")[0] for line in listed} == set(packs())
    assert set(packs().values()) == {"train", "check", "test"}


def test_a_short_run_trains_every_network_and_writes_what_runs(data, tmp_path):
    told = run("octree.py", "--short", "--data", data, "--out", tmp_path)
    assert re.findall(r"^(\w+) 1: loss \d", told, re.M) == ["autoencoder", "latents", "picture", "poses"]
    run("octree_export.py", "--networks", tmp_path, "--to", tmp_path)
    session = pytest.importorskip("onnxruntime").InferenceSession(str(tmp_path / "octree-poses.onnx"))
    made = session.run(None, {"picture": np.zeros((1, 1, PIXELS, PIXELS), np.float32)})
    assert [chance.shape[1:] for chance in made] == [(4,) * 3, (8,) * 3, (16,) * 3, (32,) * 3]
    assert all((chance >= 0).all() and (chance <= 1).all() for chance in made)


def test_a_run_that_was_done_is_not_done_again_and_its_like_gives_the_same(data, tmp_path):
    first = run("octree.py", "autoencoder", "--short", "--data", data, "--out", tmp_path / "a")
    assert run("octree.py", "autoencoder", "--short", "--data", data, "--out", tmp_path / "a") == ""
    second = run("octree.py", "autoencoder", "--short", "--data", data, "--out", tmp_path / "b")
    assert first.split(", IoU")[0] == second.split(", IoU")[0]
