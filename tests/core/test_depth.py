"""Depth networks of the user's: recognised by their tensors, fed as they were trained."""

import numpy as np
import pytest
from brickprint.core.errors import CannotRead
from brickprint.core.networks.depth import depth_interface, depth_of_image
from brickprint.core.networks.runner import open_network
from onnx_files import FLOAT, depth_network, network, node, port, weights

MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def ramp(high=20, wide=30):
    """Red grows to the right, blue falls."""
    rgb = np.zeros((high, wide, 3), np.uint8)
    rgb[..., 0] = np.linspace(0, 255, wide).astype(np.uint8)
    rgb[..., 2] = 255 - rgb[..., 0]
    return rgb


@pytest.mark.parametrize(
    ("side", "given", "made", "kind"),
    [
        (256, "input", "output", "MiDaS"),
        (384, "0", "1195", "MiDaS"),
        (384, "pixel_values", "predicted_depth", "MiDaS"),
        (518, "image", "depth", "Depth Anything"),
        (518, "x", "y", "Depth Anything"),
        (252, "pixel_values", "predicted_depth", "Depth Anything"),
    ],
)
def test_interfaces_are_recognised_by_names_and_shapes(write, side, given, made, kind):
    found, image = depth_interface(open_network(write(depth_network(side, given, made))))
    assert (found, *image.size) == (kind, side, side)


@pytest.mark.parametrize(("given", "side"), [("input", 256), ("pixel_values", 518)])
def test_networks_of_any_size_get_their_usual_one(write, given, side):
    _, image = depth_interface(open_network(write(depth_network("any", given, "d"))))
    assert image.size == (side, side)


def test_depth_has_the_image_s_size_and_255_is_nearest(write):
    depth = depth_of_image(write(depth_network(32)), ramp())
    assert (depth.shape, depth.dtype) == ((20, 30), np.float32)
    assert depth.max() == pytest.approx(255) and depth.min() >= 0
    assert (np.diff(depth, axis=1) >= 0).all() and (depth[0] == depth[-1]).all()


def test_images_are_normalised_by_imagenet(write):
    """The network gives its first channel: white is (1 - 0.485) / 0.229 there, and what is black is below 0."""
    rgb = np.zeros((32, 32, 3), np.uint8)
    rgb[:, 8:, 0], rgb[:, 16:, 0] = 160, 255
    depth = depth_of_image(write(depth_network(32)), rgb)
    share = (160 / 255 - MEAN[0]) / (1 - MEAN[0])
    assert depth[0, 10] == pytest.approx(255 * share, rel=1e-4)
    assert depth[0, 0] == 0 and depth[0, -1] == 255


@pytest.mark.parametrize(
    ("given", "made"),
    [
        (("x", FLOAT, (1, 3, 32, 32)), ("y", FLOAT, (1, 10))),
        (("x", FLOAT, (1, 4, 32, 32)), ("y", FLOAT, (1, 1, 32, 32))),
        (("x", FLOAT, (1, 3, 32, 32)), ("y", FLOAT, (1, 3, 32, 32))),
        (("x", FLOAT, (2, 3, 32, 32)), ("y", FLOAT, (2, 1, 32, 32))),
        (("x", FLOAT, (32, 32)), ("y", FLOAT, (32, 32))),
    ],
)
def test_other_networks_are_refused_with_what_they_must_be(write, given, made):
    file = write(network([port(*given)], [port(*made)], [node("Identity", ["x"], "y")]))
    with pytest.raises(CannotRead, match=r"1 x 3 x 256 x 256 float32|can be run"):
        depth_of_image(file, ramp())


def test_channels_may_come_last(write):
    nodes = [node("Gather", ["x", "red"], "y", axis=3)]
    ports = [port("x", FLOAT, (1, 32, 64, 3))], [port("y", FLOAT, (1, 32, 64))]
    file = write(network(*ports, nodes, [weights("red", np.array(0, np.int64))]))
    assert depth_interface(open_network(file))[1].size == (64, 32)
    depth = depth_of_image(file, ramp())
    assert (np.diff(depth, axis=1) >= 0).all() and depth[0, 0] == 0 and depth[0, -1] == pytest.approx(255)


def test_what_is_no_number_is_refused(write):
    with pytest.raises(CannotRead, match="no number"):
        depth_of_image(write(depth_network(32, divide=0.0)), ramp())


def test_an_image_without_depth_is_refused(write):
    with pytest.raises(CannotRead, match="found no depth"):
        depth_of_image(write(depth_network(32)), np.zeros((8, 8, 3), np.uint8))


def test_files_that_are_no_networks_are_refused(write, tmp_path):
    for content in (b"", b"\x89PNG not a network"):
        with pytest.raises(CannotRead, match=r"net\.onnx"):
            depth_of_image(write(content), ramp())
    with pytest.raises(CannotRead, match=r"gone\.onnx"):
        depth_of_image(tmp_path / "gone.onnx", ramp())
