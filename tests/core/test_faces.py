"""From a portrait to a head: with networks made by formula, and with real ones where they are."""

from pathlib import Path

import numpy as np
import pytest
from brickprint.core.errors import Cancelled, CannotRead, MissingNetwork, NoFace
from brickprint.core.images import Picture, read_image
from brickprint.core.networks.faces.detection import find_faces
from brickprint.core.networks.faces.landmarks import Crop, cut_out, face_points
from brickprint.core.networks.faces.outline import EQUATOR, MIDDLE, directions, find_outline
from brickprint.core.networks.faces.portrait import head_of_portrait, open_face_networks
from brickprint.core.networks.faces.pose import straightened
from brickprint.core.networks.runner import open_network
from brickprint.core.pipeline import Conversion
from brickprint.core.presets import find_preset, with_preset
from brickprint.core.progress import Progress
from brickprint.core.settings import Settings
from face_networks import detector, face_in_cm, face_mesh
from onnx_files import FLOAT, network, node, port

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
SKIN, HAIR, WALL = (225, 180, 150), (70, 45, 25), (120, 150, 190)


@pytest.fixture
def files(tmp_path):
    """The two networks in a folder, beside what is none."""
    (tmp_path / "detector.onnx").write_bytes(detector())
    (tmp_path / "mesh.onnx").write_bytes(face_mesh())
    (tmp_path / "another.onnx").write_bytes(b"no network")
    return [tmp_path]


def painted(size=400, cm=12.5, hair=9.5):
    """A portrait for these networks: skin, a disc of hair, a wall; cm: pixels in a centimetre."""
    row, column = np.indices((size, size))
    x, z = (column - size / 2) / cm, (size / 2 - row) / cm
    pixels = np.full((size, size, 4), 255, np.uint8)
    pixels[..., :3] = WALL
    pixels[np.hypot(x, z - 2.5) < hair, :3] = HAIR
    pixels[(x / 7.6) ** 2 + ((z + 0.5) / 9.2) ** 2 < 1, :3] = SKIN
    pixels[(np.abs(x) < 5) & (z < -8), :3] = SKIN
    return Picture("portrait", pixels)


def test_a_box_seen_twice_is_one_face(files):
    found = find_faces(open_network(files[0] / "detector.onnx"), np.zeros((200, 100, 3), np.uint8))
    assert found == pytest.approx(np.array([[30, 50, 70, 150]]), abs=0.01)


def test_unlikely_faces_are_none(tmp_path):
    (tmp_path / "d.onnx").write_bytes(detector(score=0.69))
    assert len(find_faces(open_network(tmp_path / "d.onnx"), np.zeros((9, 9, 3), np.uint8))) == 0


def test_points_lie_where_the_square_was_cut_out(files):
    rgb = np.zeros((400, 400, 3), np.uint8)
    points, score = face_points(open_network(files[0] / "mesh.onnx"), rgb, np.array([120.0, 100.0, 280.0, 300.0]))
    assert score == 9.0 and points.shape == (468, 3)
    middle = (points[234] + points[454]) / 2
    assert middle[:2] == pytest.approx([200, 200], abs=20)


def test_squares_are_turned_upright():
    rgb = np.zeros((100, 100, 3), np.uint8)
    rgb[50:52, 20:80] = 255  # a line to the right
    upright = cut_out(rgb, Crop(np.array([50.0, 51.0]), 80.0, np.pi / 2), 80)
    rows, columns = np.nonzero(upright[..., 0] > 128)
    assert np.ptp(columns) <= 3 and np.ptp(rows) > 50
    assert not cut_out(rgb, Crop(np.array([-90.0, -90.0]), 80.0), 8).any()  # beyond the image


@pytest.mark.parametrize("degrees", [0, 20, -35])
def test_any_pose_is_straightened(degrees):
    face = face_in_cm()
    turn, tip = np.radians(degrees), np.radians(10)
    yaw = np.array([[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0], [0, 0, 1]])
    pitch = np.array([[1, 0, 0], [0, np.cos(tip), -np.sin(tip)], [0, np.sin(tip), np.cos(tip)]])
    seen = 7.0 * face @ (yaw @ pitch).T + [200, 10, -150]
    straight, pose = straightened(seen[:, [0, 2, 1]] * [1, -1, 1])
    assert straight == pytest.approx(face, abs=1e-9)
    assert pose.pixels(straight) == pytest.approx(seen[:, [0, 2]] * [1, -1], abs=1e-6)
    assert pose.turned_degrees == pytest.approx(np.degrees(np.arccos(np.cos(turn) * np.cos(tip))), abs=1e-6)
    flat = np.column_stack([straight[:, 0], np.full(468, 3.0), straight[:, 2]])
    assert pose.places(pose.pixels(flat), 3.0) == pytest.approx(straight[:, [0, 2]], abs=1e-6)


@pytest.mark.parametrize("radius", [9.0, 10.5])
def test_the_outline_follows_the_hair(radius):
    face, cm = face_in_cm(), 12.5
    seen = np.column_stack([200 + cm * face[:, 0], 200 - cm * face[:, 2], cm * face[:, 1]])
    straight, pose = straightened(seen)
    picture = painted(cm=cm, hair=radius)
    outline = find_outline(picture.pixels, pose, straight)
    upper = directions()[:, 1] > 0.2
    x, z = (MIDDLE + outline.head[:, None] * directions())[upper].T
    assert np.hypot(x, z - 2.5) == pytest.approx(np.full(upper.sum(), radius), abs=0.35)
    assert (outline.head >= outline.face).all() and EQUATOR > 0


def test_alpha_alone_says_where_the_head_ends():
    face, cm = face_in_cm(), 12.5
    straight, pose = straightened(np.column_stack([200 + cm * face[:, 0], 200 - cm * face[:, 2], cm * face[:, 1]]))
    pixels = painted(cm=cm, hair=10.0).pixels.copy()
    pixels[(pixels[..., :3] == WALL).all(axis=-1), 3] = 0
    pixels[..., :3] = 128  # no colour tells anything
    upper = directions()[:, 1] > 0.2
    assert find_outline(pixels, pose, straight).head[upper] == pytest.approx(np.full(upper.sum(), 10.0), abs=0.35)


def test_transparent_corners_say_nothing_of_the_head():
    face, cm = face_in_cm(), 12.5
    straight, pose = straightened(np.column_stack([200 + cm * face[:, 0], 200 - cm * face[:, 2], cm * face[:, 1]]))
    pixels = painted(cm=cm).pixels.copy()
    whole = find_outline(pixels, pose, straight)
    pixels[:50, :50, 3] = 0
    assert find_outline(pixels, pose, straight).head == pytest.approx(whole.head, abs=0.2)


def test_a_portrait_becomes_a_head_with_its_colours(files):
    mesh = head_of_portrait(painted(), files)
    low, high = mesh.vertices.min(axis=0), mesh.vertices.max(axis=0)
    wide, deep, tall = high - low
    assert 15 < wide < 24 and 17 < deep < 28 and 25 < tall < 36
    place, colour = mesh.corners.mean(axis=1), mesh.corner_colours.mean(axis=1)[:, :3]
    face = (place[:, 1] < -3) & (np.abs(place[:, 0]) < 3) & (np.abs(place[:, 2]) < 4)
    back = (place[:, 1] > 6) & (place[:, 2] > 0)
    lightness = [float(colour[where].mean()) for where in (face, back)]
    assert lightness[0] > 0.35 and lightness[1] < 0.08
    # No spot of the head shows the wall.
    blue = colour[:, 2] > colour[:, 0] * 1.1
    assert blue[place[:, 2] > -9].mean() < 0.005


def test_the_head_is_closed_and_in_one_piece(files):
    mesh = head_of_portrait(painted(), files)
    edges = np.sort(np.concatenate([mesh.triangles[:, pair] for pair in ([0, 1], [1, 2], [2, 0])]), axis=1)
    _, counts = np.unique(edges, axis=0, return_counts=True)
    assert (counts % 2 == 0).all()
    settings = Settings(studs=20, prove="model", packer="fast")
    plan = Conversion(mesh).run(with_preset(settings, find_preset("portrait")))
    structure = plan.report["structure"]
    assert structure["components"] == 1 and structure["stable"] and structure["certified"]


def test_equal_photos_give_equal_heads(files):
    one, other = (head_of_portrait(painted(), files) for _ in range(2))
    assert (one.vertices == other.vertices).all() and (one.corner_colours == other.corner_colours).all()


def test_large_photos_give_the_same_head(files):
    small, large = painted(), painted(1600, 50.0)
    heads = [head_of_portrait(picture, files) for picture in (small, large)]
    sizes = [np.ptp(head.vertices, axis=0) for head in heads]
    assert sizes[0] == pytest.approx(sizes[1], abs=0.6)


def test_what_is_no_person_is_refused(tmp_path, files):
    (tmp_path / "mesh.onnx").write_bytes(face_mesh(logit=-8.0))
    with pytest.raises(NoFace, match=r"no person's, says the face mesh \(logit -8\.0\)"):
        head_of_portrait(painted(), files)


def test_images_without_a_face_are_refused(tmp_path, files):
    (tmp_path / "detector.onnx").write_bytes(detector(score=0.2))
    with pytest.raises(NoFace, match="No face was found in portrait"):
        head_of_portrait(painted(), files)


def test_faces_of_a_few_pixels_are_refused(files):
    with pytest.raises(NoFace, match="only 15 pixels high"):
        head_of_portrait(painted(30), files)
    with pytest.raises(NoFace, match="only"):
        head_of_portrait(Picture("pixel", np.zeros((1, 1, 4), np.uint8)), files)


def test_missing_networks_are_named_with_their_tensors(tmp_path, files):
    with pytest.raises(MissingNetwork, match=r"(?s)scores 1 x N x 2.*1 x 3 x 192 x 192 float32 -> 1404 numbers"):
        open_face_networks([])
    with pytest.raises(MissingNetwork, match="No face mesh was found"):
        open_face_networks([tmp_path / "detector.onnx"])
    with pytest.raises(MissingNetwork, match="No face detector was found"):
        open_face_networks([tmp_path / "mesh.onnx"])
    with pytest.raises(CannotRead, match=r"gone\.onnx"):
        open_face_networks([tmp_path / "gone.onnx"])
    with pytest.raises(CannotRead, match=r"damaged|not a network"):
        open_face_networks([tmp_path / "another.onnx"])


def test_damaged_files_of_a_folder_are_named_where_a_network_is_missing(tmp_path):
    (tmp_path / "detector.onnx").write_bytes(detector())
    (tmp_path / "landmark.onnx").write_bytes(face_mesh()[:-400])
    with pytest.raises(MissingNetwork, match=r"No face mesh was found\. .*landmark\.onnx"):
        open_face_networks([tmp_path])
    (tmp_path / "whole.onnx").write_bytes(face_mesh())
    assert open_face_networks([tmp_path]).face_mesh.file.name == "whole.onnx"


def test_loading_can_be_stopped_at_every_file(tmp_path):
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.onnx").write_bytes(detector())
    steps = []
    with pytest.raises(Cancelled):
        open_face_networks([tmp_path], Progress(steps.append, lambda: len(steps) == 2))
    assert [step.message for step in steps] == ["Loading a.onnx", "Loading b.onnx"]
    assert steps[0].fraction < steps[1].fraction


def test_networks_that_are_neither_are_refused(tmp_path):
    (tmp_path / "x.onnx").write_bytes(
        network([port("x", FLOAT, (1, 3))], [port("y", FLOAT, (1, 3))], [node("Abs", ["x"], "y")])
    )
    with pytest.raises(CannotRead, match="neither of the networks that a head needs"):
        open_face_networks([tmp_path / "x.onnx"])


def real(*names):
    """Files of the data for tests."""
    places = [SHARED / name for name in names]
    if not all(place.exists() for place in places):
        pytest.skip("the portraits and face networks are not here")
    return places


@pytest.mark.parametrize("mesh", ["face_landmark.onnx", "face_landmarks_detector.onnx"])
@pytest.mark.parametrize("detector", ["ultraface-RFB-320.onnx", "ultraface-slim-320.onnx"])
def test_a_real_portrait_becomes_a_head(detector, mesh):
    image, *networks = real("images/astronaut.png", f"weights/{detector}", f"weights/{mesh}")
    head = head_of_portrait(read_image(image), networks)
    assert np.ptp(head.vertices, axis=0) == pytest.approx([23.7, 24.6, 33.9], abs=0.8)
    assert not head.warnings


def test_a_cat_is_refused():
    image, weights = real("images/chelsea.png", "weights")
    with pytest.raises(NoFace, match="no person's"):
        head_of_portrait(read_image(image), [weights])


@pytest.mark.parametrize("name", ["moon.png", "coins.png", "china.jpg", "coffee.png"])
def test_images_of_things_are_refused(name):
    image, weights = real(f"images/{name}", "weights")
    with pytest.raises(NoFace, match="No face was found"):
        head_of_portrait(read_image(image), [weights])
