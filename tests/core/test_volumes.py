"""Volumes that networks make of images, and the meshes and bricks that they become."""

import numpy as np
import pytest
from brickprint.core.colour.spaces import srgb_to_linear
from brickprint.core.errors import CannotRead, NothingToBuild
from brickprint.core.imaging import front_half
from brickprint.core.layout import Role, extents
from brickprint.core.networks.runner import Network, Port, open_network
from brickprint.core.networks.surface import surface_of
from brickprint.core.networks.volume import Volume, mesh_of_volume
from brickprint.core.networks.volumetric import volume_by_network, volume_interface
from brickprint.core.pipeline import Conversion
from brickprint.core.settings import Settings
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from onnx_files import FLOAT, UINT8, ball_network, network, node, port, spread_network, weights


def volume_inside(mesh):
    """The signed volume of a closed mesh: above 0 where its triangles face outwards."""
    a, b, c = np.moveaxis(mesh.corners, 1, 0)
    return np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6


def ball(side, radius, middle=None):
    """Logits of a ball."""
    z, y, x = np.indices((side,) * 3) + 0.5
    middle = middle or (side / 2,) * 3
    return (radius - np.sqrt((x - middle[0]) ** 2 + (y - middle[1]) ** 2 + (z - middle[2]) ** 2)).astype(np.float32)


def pixels(side=16, colour=(255, 255, 255, 255)):
    return np.full((side, side, 4), colour, np.uint8)


def test_a_ball_has_its_volume_and_its_place():
    mesh = mesh_of_volume(Volume("ball", ball(32, 10, (12, 16, 20)), 0.0))
    assert volume_inside(mesh) == pytest.approx(4 / 3 * np.pi * 10**3, rel=0.02)
    middle = (mesh.vertices.min(axis=0) + mesh.vertices.max(axis=0)) / 2
    assert middle == pytest.approx([12, 16, 20], abs=0.01)


@given(arrays(bool, (3, 4, 5)).filter(np.any), st.sampled_from([0.25, 0.5, 0.75]))
def test_any_cells_get_a_closed_surface_that_faces_outwards(cells, threshold):
    corners, triangles, _ = surface_of(cells.astype(np.float32), threshold)
    edges = np.concatenate([triangles[:, [a, b]] for a, b in ((0, 1), (1, 2), (2, 0))])
    there, counts = np.unique(edges, axis=0, return_counts=True)
    back = {tuple(edge): count for edge, count in zip(there[:, ::-1].tolist(), counts.tolist(), strict=True)}
    assert all(back.get(tuple(e)) == n for e, n in zip(there.tolist(), counts.tolist(), strict=True))
    a, b, c = np.moveaxis(corners[triangles], 1, 0)
    assert np.einsum("ij,ij->i", a, np.cross(b, c)).sum() > 0


def test_colours_are_those_of_the_filled_voxels():
    colour = np.zeros((8, 8, 8, 3), np.uint8)
    colour[:, :, :4], colour[:, :, 4:] = (200, 0, 0), (0, 0, 200)
    mesh = mesh_of_volume(Volume("ball", ball(8, 3), 0.0, colour))
    red, blue = (srgb_to_linear(200 / 255), 0, 0, 1), (0, 0, srgb_to_linear(200 / 255), 1)
    x = mesh.corners[..., 0]
    assert mesh.corner_colours[x < 3.4] == pytest.approx(np.tile(red, (np.count_nonzero(x < 3.4), 1)))
    assert mesh.corner_colours[x > 4.6] == pytest.approx(np.tile(blue, (np.count_nonzero(x > 4.6), 1)))


def test_nothing_above_the_threshold_is_refused():
    with pytest.raises(NothingToBuild, match=r"nothing above 0\.5; the most is 0\.30"):
        mesh_of_volume(Volume("empty", np.full((4, 4, 4), 0.3, np.float32)))


def test_the_front_half_of_a_ball_is_half_of_it():
    whole = mesh_of_volume(Volume("ball", ball(32, 12), 0.0))
    half = front_half(whole)
    assert volume_inside(half) == pytest.approx(volume_inside(whole) / 2, rel=0.01)
    assert half.vertices[:, 1].min() == whole.vertices[:, 1].min()


def test_half_a_ball_of_bricks_has_half_its_cells():
    mesh = mesh_of_volume(Volume("ball", ball(32, 14), 0.0))
    settings = Settings(studs=28, detail="bricks", interior="solid", packer="fast", supports="none", prove="none")
    whole, half = (Conversion(m).run(settings) for m in (mesh, front_half(mesh)))
    cells = [extents(plan.layout, plan.catalogue).prod(axis=1).sum() for plan in (whole, half)]
    assert cells[1] / cells[0] == pytest.approx(0.5, abs=0.02)


def test_vrn_gives_the_ball_its_voxels(write):
    file = write(ball_network(60, (100, 96, 96)))
    volume = volume_by_network(file, 0.5, pixels())
    d, y, x = np.ogrid[:200, :192, :192]
    assert np.count_nonzero(volume.cells) == np.count_nonzero((d - 100) ** 2 + (y - 96) ** 2 + (x - 96) ** 2 < 60**2)
    assert volume.occupancy.shape == (192, 200, 192) and volume.voxel == (1, 0.5, 1)


def test_vrn_has_the_front_first_and_the_top_last(write):
    volume = volume_by_network(write(ball_network(10, (180, 20, 40))), 0.5, pixels())
    z, y, x = np.argwhere(volume.cells).mean(axis=0)
    assert (z, y, x) == pytest.approx((191 - 20, 199 - 180, 40), abs=0.01)


def test_a_ball_by_vrn_becomes_bricks_in_the_image_s_colours(write):
    image = pixels(192, (201, 26, 9, 255))
    image[96:] = (0, 85, 191, 255)
    mesh = mesh_of_volume(volume_by_network(write(ball_network(60, (100, 96, 96))), 0.5, image))
    plan = Conversion(mesh).run(Settings(studs=12, prove="none", detail="bricks"))
    assert {"Red", "Blue"} <= set(plan.report["parts"]["by_colour"])
    layout = plan.layout[plan.layout["role"] == Role.MODEL]
    colour = plan.palette.linear[layout["colour"]]
    red, blue = (layout["z"][colour.argmax(axis=1) == channel] for channel in (0, 2))
    assert red.min() >= 12 >= blue.max()  # of 30 plates


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (("image", "volume"), (None, None)),
        (("image", "volume"), (("n", 3, 192, 192), ("n", 200, 192, 192))),
        (("image", "volume"), (("n", 3, "h", "w"), ("n", 200, "h", "w"))),
        (("input_1:0", "activation_274/Sigmoid:0"), (("n", 3, "h", "w"), ("n", "s", "h", "w"))),
    ],
)
def test_vrn_is_known_by_200_slices_or_its_names(write, names, told):
    network = open_network(write(ball_network(60, (100, 96, 96), names, told=told)))
    image, vrn = volume_interface(network)
    assert vrn and image.size == (192, 192)
    assert volume_by_network(network.file, 0.5, pixels()).voxel == (1, 0.5, 1)


def test_slices_that_are_not_told_are_vrn_s_only_where_one_says_so():
    ports = (Port("image", (1, 3, 192, 192)),), (Port("volume", (1, None, 192, 192)),)
    network = Network("net.onnx", None, *ports)
    assert [volume_interface(network, said)[1] for said in (False, True)] == [False, True]


def test_vrn_sees_bytes_and_nearest_pixels(write):
    """The volume is the red it is fed, which is 0 or 200, never between, nor a share of 255."""
    nodes = [node("Slice", ["image", "zero", "one", "one"], "red"), node("Expand", ["red", "shape"], "volume")]
    tensors = [weights(name, np.array([n], np.int64)) for n, name in enumerate(("zero", "one"))]
    tensors.append(weights("shape", np.array([1, 200, 192, 192], np.int64)))
    ports = [port("image", FLOAT, ("n", 3, 192, 192))], [port("volume", FLOAT, ("n", 200, 192, 192))]
    image = pixels(100, (0, 0, 0, 255))
    image[:50, :, 0] = 200
    volume = volume_by_network(write(network(*ports, nodes, tensors)), 0.5, image)
    assert (volume.occupancy[96:] == 200).all() and (volume.occupancy[:96] == 0).all()


@pytest.mark.parametrize(
    "other", [spread_network(192, 100), spread_network(192, 200, UINT8, (1, 200, 192, 192)), spread_network(64, 200)]
)
def test_where_vrn_is_asked_for_nothing_else_will_do(write, other):
    with pytest.raises(CannotRead, match=r"net\.onnx is not VRN: it has image .* VRN takes 1 x 3 x 192 x 192 float32"):
        volume_by_network(write(other), 0.5, pixels(), vrn=True)


@pytest.mark.parametrize("kind", [FLOAT, UINT8])
def test_other_networks_are_fed_as_their_tensors_say(write, kind):
    file = write(spread_network(16, 5, kind))
    image = pixels(16, (0, 0, 0, 255))
    image[:4, :, 0] = 255
    volume = volume_by_network(file, 0.5, image)
    assert volume.occupancy.shape == (16, 5, 16)
    assert volume.cells[12:].all() and not volume.cells[:12].any()  # the image's top is up


def test_what_alpha_hides_is_black(write):
    image = pixels(16)
    image[:, :8, 3] = 0
    volume = volume_by_network(write(spread_network(16, 5)), 0.5, image)
    assert volume.cells[:, :, 8:].all() and not volume.cells[:, :, :8].any()


def doubled_less_one(last):
    """2 x - 1 of an image, and then another operation, or none."""
    nodes = [node("Add", ["image", "image"], "sum"), node("Sub", ["sum", "one"], "less" if last else "v")]
    if last:
        nodes += [node(last, ["less"], "end"), node("Identity", ["end"], "v")]
    ports = [port("image", FLOAT, (1, 3, 8, 8))], [port("v", FLOAT, (1, 3, 8, 8))]
    return network(*ports, nodes, [weights("one", np.array(1, np.float32))])


@pytest.mark.parametrize(("last", "found"), [("", 0.6225), ("Sigmoid", 0.6225), ("Clip", 0.5), ("Relu", 0.5)])
def test_the_graph_tells_logits_and_not_their_range(write, last, found):
    """Of a grey of 0.75 all answers are 0.5, which may be a logit."""
    volume = volume_by_network(write(doubled_less_one(last)), 0.5, pixels(8, (191, 191, 191, 255)))
    assert volume.occupancy == pytest.approx(np.full((8, 3, 8), found), abs=3e-3)


def test_logits_become_probabilities(write):
    image = pixels(8)
    image[4:] = (0, 0, 0, 255)
    volume = volume_by_network(write(doubled_less_one("")), 0.5, image)
    assert volume.occupancy[[0, 7], 0, 0] == pytest.approx([1 / (1 + np.e), 1 / (1 + 1 / np.e)])


def test_one_slice_is_no_volume(write):
    ports = [port("image", FLOAT, (1, 1, 8, 8))], [port("v", FLOAT, (1, 1, 8, 8))]
    with pytest.raises(CannotRead, match="makes no volume"):
        volume_by_network(write(network(*ports, [node("Abs", ["image"], "v")])), 0.5, pixels(8))


@pytest.mark.parametrize(
    ("given", "made"),
    [
        (("image", FLOAT, (1, 3, 16, 16)), ("v", FLOAT, (1, 10))),
        (("image", FLOAT, (1, 2, 16, 16)), ("v", FLOAT, (1, 2, 16, 16))),
        (("image", FLOAT, (16, 16)), ("v", FLOAT, (16, 16))),
        (("image", FLOAT, (1, 3, "h", "w")), ("v", FLOAT, (1, 3, "h", "w"))),
        (("image", FLOAT, (1, 3, 4096, 4096)), ("v", FLOAT, (1, 3, 4096, 4096))),
        (("image", 7, (1, 3, 16, 16)), ("v", 7, (1, 3, 16, 16))),
    ],
)
def test_networks_with_other_tensors_are_refused_with_what_they_must_be(write, given, made):
    file = write(network([port(*given)], [port(*made)], [node("Identity", ["image"], "v")]))
    with pytest.raises(CannotRead, match=r"(?s)VRN takes 1 x 3 x 192 x 192|too large|can be run"):
        volume_by_network(file, 0.5, pixels())
