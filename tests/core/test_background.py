"""What is behind an object goes."""

import numpy as np
import pytest
from brickprint.core.background import matte_by_colour, without_background
from brickprint.core.errors import CannotRead
from brickprint.core.images import Picture
from brickprint.core.networks.matting import matte_by_network
from onnx_files import FLOAT, network, node, port, weights


def scene(colour=(200, 30, 30), behind=(90, 140, 200), grain=0):
    """A disc before a background, and where it is."""
    row, column = np.indices((80, 100))
    disc = (row - 40) ** 2 + (column - 45) ** 2 < 25**2
    pixels = np.full((80, 100, 4), 255, np.uint8)
    pixels[..., :3] = np.where(disc[..., None], colour, behind)
    noise = np.random.default_rng(1).integers(-grain, grain + 1, (80, 100, 3))
    pixels[..., :3] = np.clip(pixels[..., :3] + noise, 0, 255)
    return Picture("disc", pixels), disc


def agreement(matte, wanted):
    found = matte > 0.5
    return np.count_nonzero(found & wanted) / np.count_nonzero(found | wanted)


@pytest.mark.parametrize("grain", [0, 8])
def test_an_object_is_cut_out_of_its_background(grain):
    picture, disc = scene(grain=grain)
    cut = without_background(picture, "colour")
    assert agreement(cut.pixels[..., 3] / 255, disc) > 0.95 and not cut.warnings
    assert (cut.rgb == picture.rgb).all()


def test_two_colours_behind_are_both_found():
    picture, disc = scene()
    picture.pixels[60:, :, :3] = np.where(disc[60:, :, None], picture.pixels[60:, :, :3], (60, 60, 60))
    assert agreement(matte_by_colour(picture.pixels), disc) > 0.95


def test_the_same_colour_inside_the_object_stays():
    picture, disc = scene()
    picture.pixels[35:45, 40:50, :3] = (90, 140, 200)
    assert agreement(matte_by_colour(picture.pixels), disc) > 0.95


def test_alpha_that_is_there_stays():
    picture, _ = scene()
    picture.pixels[:, 45:, 3] = 0
    cut = without_background(picture, "colour")
    assert (cut.pixels[:, 45:, 3] == 0).all() and (cut.pixels[40, 30:44, 3] == 255).all()


@pytest.mark.parametrize("size", [(80, 100), (1, 1), (3, 3)])
def test_where_all_is_alike_all_stays_with_a_warning(size):
    picture = Picture("wall", np.full((*size, 4), 255, np.uint8))
    kept = without_background(picture, "colour")
    assert (kept.pixels == picture.pixels).all() and "everything looks like background" in kept.warnings[0]


def test_kept_backgrounds_are_left_alone():
    picture, _ = scene()
    assert without_background(picture, "keep") is picture


def red_network(side, divide=1.0):
    """Its matte is the first channel it sees, divided."""
    tensors = [
        weights("zero", np.array([0], np.int64)), weights("one", np.array([1], np.int64)),
        weights("by", np.array(divide, np.float32)),
    ]  # fmt: skip
    nodes = [node("Slice", ["image", "zero", "one", "one"], "red"), node("Div", ["red", "by"], "matte")]
    return network(
        [port("image", FLOAT, (1, 3, side, side))], [port("matte", FLOAT, (1, 1, side, side))], nodes, tensors
    )


def test_a_network_tells_the_object(tmp_path):
    (tmp_path / "matte.onnx").write_bytes(red_network(64))
    picture, disc = scene((255, 0, 0), (0, 0, 255))
    cut = without_background(picture, str(tmp_path / "matte.onnx"))  # -2.1 and 2.2 are logits
    assert agreement(cut.pixels[..., 3] / 255, disc) > 0.9


def stretched(name="red"):
    """Nodes that bring what is called so to 0..1 by its least and its greatest, as U2-Net's users do."""
    return [
        node("ReduceMin", [name], "least", keepdims=1),
        node("ReduceMax", [name], "most", keepdims=1),
        node("Sub", [name, "least"], "above"),
        node("Sub", ["most", "least"], "range"),
        node("Div", ["above", "range"], "matte"),
    ]


def spelled_softmax():
    """Nodes of a sigmoid and of a softmax in their parts: 1 / (1 + e^-x), and the share of e^x in e^x + 1."""
    return {
        "sigmoid": [
            node("Neg", ["red"], "less"), node("Exp", ["less"], "power"), node("Add", ["unit", "power"], "sum"),
            node("Div", ["unit", "sum"], "matte"),
        ],
        "softmax": [
            node("Exp", ["red"], "power"), node("Add", ["power", "unit"], "sum"),
            node("Div", ["power", "sum"], "moved"), node("Identity", ["moved"], "matte"),
        ],
    }  # fmt: skip


def ended_by(nodes, side=64):
    """A network whose matte is made of the red it sees."""
    tensors = [
        weights("zero", np.array([0], np.int64)), weights("one", np.array([1], np.int64)),
        weights("unit", np.array(1, np.float32)), weights("twenty", np.array(20, np.float32)),
    ]  # fmt: skip
    return network(
        [port("image", FLOAT, (1, 3, side, side))],
        [port("matte", FLOAT, (1, 1, side, side))],
        [node("Slice", ["image", "zero", "one", "one"], "red"), *nodes],
        tensors,
    )


def grey_levels():
    """(64, 64, 3): from black to white, and what their red is when it is fed: -2.1 to 2.2."""
    ramp = np.repeat(np.rint(np.linspace(0, 255, 64)).astype(np.uint8)[None], 64, axis=0)
    return np.repeat(ramp[..., None], 3, axis=-1), (ramp / 255 - 0.485) / 0.229


@pytest.mark.parametrize("way", ["stretched", "moved first", "sigmoid", "softmax", "divided logits"])
def test_a_last_division_is_looked_through(tmp_path, way):
    """Of certainties it makes certainties, of logits logits."""
    image, fed = grey_levels()
    logistic, ramp = 1 / (1 + np.exp(-fed)), image[..., 0] / 255
    nodes, wanted = {
        "stretched": (stretched(), ramp),
        "moved first": ([node("Identity", ["red"], "same"), *stretched("same")], ramp),
        "divided logits": ([node("Div", ["red", "twenty"], "matte")], 1 / (1 + np.exp(-fed / 20))),
        **{name: (nodes, logistic) for name, nodes in spelled_softmax().items()},
    }[way]
    (tmp_path / "matte.onnx").write_bytes(ended_by(nodes))
    matte = matte_by_network(tmp_path / "matte.onnx", image)
    assert matte == pytest.approx(wanted, abs=0.01)


@pytest.mark.parametrize("output", [(1, 1, 5, 5), (1, 3, 32, 32), (1, 10)])
def test_other_networks_are_refused_with_what_they_must_be(tmp_path, output):
    (tmp_path / "other.onnx").write_bytes(
        network(
            [port("image", FLOAT, (1, 3, 32, 32))],
            [port("out", FLOAT, output)],
            [node("Identity", ["numbers"], "out")],
            [weights("numbers", np.ones(output, np.float32))],
        )
    )
    with pytest.raises(CannotRead, match="1 x 3 x 320 x 320 float32"):
        matte_by_network(tmp_path / "other.onnx", np.zeros((8, 8, 3), np.uint8))
