"""From an image to a mesh by the network that was chosen; and the command line's words for it."""

import sys

import numpy as np
import pytest
from brickprint.cli import parse
from brickprint.core import imaging
from brickprint.core.errors import BadSetting, CannotRead, MissingLibrary, MissingNetwork
from brickprint.core.images import Picture
from brickprint.core.imaging import ImageSettings, mesh_of_image, networks_here
from face_networks import detector, face_mesh
from onnx_files import ball_network, spread_network
from test_faces import painted

IMAGE = ["image", "me.jpg", "--out", "out"]


@pytest.fixture
def vrn(tmp_path):
    (tmp_path / "vrn.onnx").write_bytes(ball_network(60, (100, 96, 96)))
    return str(tmp_path / "vrn.onnx")


def picture(high=40, wide=40):
    return Picture("thing", np.full((high, wide, 4), 200, np.uint8))


def test_the_words_make_a_request():
    words = ["--network", "vrn", "--weights", "a.onnx", "--threshold", "0.25", "--front", "--background", "colour"]
    request = parse([*IMAGE, *words, "--studs", "32"])
    assert request.image == ImageSettings("vrn", ("a.onnx",), "colour", 0.25, True)
    assert request.settings[0].studs == 32 and request.settings[0].fineness == 0.5
    assert parse(["convert", "a.glb", "--out", "out"]).image is None


def test_heads_begin_with_the_preset_for_portraits():
    usual = parse([*IMAGE, "--network", "face", "--weights", "folder"]).settings[0]
    assert (usual.fineness, usual.smoothing, usual.colours) == (0.9, 0.1, 0)
    assert parse([*IMAGE, "--network", "face", "--fineness", "0.3"]).settings[0].fineness == 0.3
    selfie = parse([*IMAGE, "--network", "face", "--preset", "selfie"]).settings[0]
    assert selfie.colours == 4


def test_the_help_tells_the_preset_of_heads(capsys):
    with pytest.raises(SystemExit):
        parse(["image", "--help"])
    assert "A face begins with the preset portrait" in " ".join(capsys.readouterr().out.split())


def test_limits_are_checked():
    for value in ("1.1", "-0.1"):
        with pytest.raises(BadSetting, match=f"--threshold {value}"):
            parse([*IMAGE, f"--threshold={value}"])


@pytest.mark.parametrize("library", ["onnxruntime", "PIL"])
def test_without_a_library_it_is_named_before_anything_is_read(monkeypatch, library):
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(MissingLibrary, match="Models from images need"):
        parse(IMAGE)


def test_vrn_needs_its_file():
    for weights in ((), ("a.onnx", "b.onnx")):
        with pytest.raises(MissingNetwork, match="1 x 200 x 192 x 192"):
            mesh_of_image(picture(), ImageSettings("vrn", weights))


def test_vrn_by_name_and_by_file_is_the_same(vrn):
    by_name = mesh_of_image(picture(), ImageSettings("vrn", (vrn,)))
    by_file = mesh_of_image(picture(), ImageSettings(vrn))
    assert by_name.name == "thing" and (by_name.vertices == by_file.vertices).all()


def test_what_is_not_vrn_is_refused_by_that_name(tmp_path):
    (tmp_path / "spread.onnx").write_bytes(spread_network(192, 5))
    with pytest.raises(CannotRead, match="is not VRN"):
        mesh_of_image(picture(), ImageSettings("vrn", (str(tmp_path / "spread.onnx"),)))
    assert mesh_of_image(picture(), ImageSettings(str(tmp_path / "spread.onnx"))).name == "thing"


def test_what_is_not_square_is_told(vrn):
    assert "40 x 30 pixels" in mesh_of_image(picture(30), ImageSettings(vrn)).warnings[0]


def test_the_front_half(vrn):
    whole, half = (mesh_of_image(picture(), ImageSettings(vrn, front=front)) for front in (False, True))
    assert np.ptp(half.vertices[:, 1]) == pytest.approx(np.ptp(whole.vertices[:, 1]) / 2)


def test_the_threshold_counts(tmp_path):
    (tmp_path / "spread.onnx").write_bytes(spread_network(16, 5))
    grey = Picture("grey", np.full((16, 16, 4), 255, np.uint8))
    grey.pixels[:8, :, :3] = 100
    sizes = []
    for threshold in (0.2, 0.6):
        mesh = mesh_of_image(grey, ImageSettings(str(tmp_path / "spread.onnx"), threshold=threshold))
        sizes.append(np.ptp(mesh.vertices[:, 2]))
    assert sizes == pytest.approx([16, 8], abs=1)


def test_backgrounds_go_first(tmp_path):
    (tmp_path / "spread.onnx").write_bytes(spread_network(64, 5))
    scene = Picture("scene", np.full((64, 64, 4), 255, np.uint8))
    scene.pixels[20:44, 20:44, :3] = (255, 0, 0)
    chosen = ImageSettings(str(tmp_path / "spread.onnx"), background="colour")
    assert np.ptp(mesh_of_image(scene, chosen).vertices[:, 0]) == pytest.approx(24, abs=3)


def test_a_head_is_made_by_the_networks_of_a_folder(tmp_path):
    (tmp_path / "d.onnx").write_bytes(detector())
    (tmp_path / "m.onnx").write_bytes(face_mesh())
    mesh = mesh_of_image(painted(), ImageSettings("face", (str(tmp_path),)))
    assert mesh.name == "portrait" and np.ptp(mesh.vertices[:, 2]) > 25


@pytest.fixture
def octree(monkeypatch, tmp_path):
    """A network of our own that fills what it sees of an image, as wide and high as that."""
    (tmp_path / "some_octree.py").write_text(
        "import numpy as np\n"
        "from brickprint.core.networks.volume import Volume\n"
        "NETWORKS = {'one.onnx': (), 'two.onnx': ()}\n"
        "def volume_of_image(pixels, progress):\n"
        "    return Volume('octree', np.ones((len(pixels), 2, pixels.shape[1]), np.float32))\n"
    )
    for name in ("one", "two"):
        (tmp_path / f"{name}.onnx").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(imaging, "_OCTREE", "some_octree")
    yield tmp_path
    sys.modules.pop("some_octree", None)


def test_our_own_network_is_the_first_where_all_of_its_files_are(octree):
    assert networks_here() == ("octree", "vrn", "face")
    (octree / "two.onnx").unlink()
    assert networks_here() == ("face", "vrn")
    with pytest.raises(MissingNetwork, match="octree is not in this version"):
        mesh_of_image(picture(), ImageSettings("octree"))


def test_our_own_network_that_is_not_there_is_refused_by_name(monkeypatch):
    monkeypatch.setattr(imaging, "_OCTREE", "brickprint.core.networks.gone")
    assert networks_here() == ("face", "vrn")
    with pytest.raises(MissingNetwork, match="octree is not in this version"):
        mesh_of_image(picture(), ImageSettings("octree"))


def test_the_default_is_the_first_network_here():
    assert parse(IMAGE).image.network == networks_here()[0]


def test_our_own_network_sees_the_whole_image(octree):
    mesh = mesh_of_image(picture(30), ImageSettings("octree"))
    assert np.ptp(mesh.vertices, axis=0) == pytest.approx([40, 2, 30]) and not mesh.warnings


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (["octree", "--weights", "a.onnx"], "weights"),
        (["octree", "--threshold", "0.3"], "threshold"),
        (["face", "--threshold", "0.3"], "threshold"),
        (["mine.onnx", "--weights", "a.onnx"], "weights"),
    ],
)
def test_choices_that_would_do_nothing_are_refused(words, name):
    with pytest.raises(BadSetting, match=f"--{name} does nothing with the network {words[0]}"):
        parse([*IMAGE, "--network", *words])


def test_files_that_are_no_networks_are_refused(tmp_path):
    with pytest.raises(CannotRead, match=r"gone\.onnx"):
        mesh_of_image(picture(), ImageSettings(str(tmp_path / "gone.onnx")))
    (tmp_path / "text.onnx").write_text("not a network")
    with pytest.raises(CannotRead, match=r"damaged|not a network"):
        mesh_of_image(picture(), ImageSettings(str(tmp_path / "text.onnx")))
