"""Networks in ONNX files of the user's that make a volume of an image: VRN, and others of a like interface.

VRN: A. S. Jackson et al., "Large pose 3D face reconstruction from a single image via direct volumetric CNN regression",
ICCV 2017. It sees 192 x 192 pixels, nearest ones, RGB 0 to 255, and answers with 200 slices from the back to the front,
each as wide and high as the image and half as thick as a pixel; all cells are probabilities.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..colour.spaces import LUMA
from ..errors import CannotRead
from ..images import resized
from ..progress import SILENT, Progress
from .graph import certainties
from .image_port import ImagePort, image_port
from .runner import Network, Port, fits, open_network, ports_in_words
from .volume import Volume

VRN_INPUT, VRN_OUTPUT = (1, 3, 192, 192), (1, 200, 192, 192)
VRN_NAMES = ("input_1:0", "activation_274/Sigmoid:0")  # of its TensorFlow graph
_VRN_SLICE = 0.5  # pixels
_SIDES = (8, 1024)
WHAT_IT_MUST_BE = (
    "A network that makes volumes takes one image, 1 x 3 x height x width float32 (RGB, 0 to 1) or uint8 (0 to 255), "
    "and gives 1 x slices x height x width (slices from back to front), or 1 x 1 x z x y x x (z up, y away): float32, "
    "how certainly each voxel is filled, 0 to 1, or a logit. VRN takes 1 x 3 x 192 x 192 float32, RGB 0 to 255, and "
    "gives 1 x 200 x 192 x 192."
)


def volume_by_network(
    file: Path, threshold: float, pixels: np.ndarray, progress: Progress = SILENT, vrn: bool = False
) -> Volume:
    """The volume that an ONNX file makes of square pixels (S, S, 4) uint8: encoded sRGB and straight alpha.

    vrn: only VRN will do. What alpha hides is black to the network. Logits, as the file's graph tells them,
    go through a sigmoid. Raises CannotRead for a file that is missing, damaged, or another network; MissingLibrary;
    Cancelled.
    """
    progress.at(0.0, "Loading the network")
    network = open_network(file)
    port, vrn = volume_interface(network, vrn)
    small = resized(pixels, *port.size, nearest=vrn)
    seen = np.rint(small[..., :3] * (small[..., 3:] / 255)).astype(np.uint8)
    progress.at(0.2, "Running the network")
    made = network.answer(_fed(seen, small[..., 3:], port, vrn))
    if vrn and made.shape != VRN_OUTPUT:
        raise _no_vrn(network)
    occupancy = _in_space(certainties(made, network), network)
    depth = _VRN_SLICE if vrn else 1.0
    return Volume(Path(file).stem, occupancy, threshold, _seen_from_front(seen, occupancy.shape), (1.0, depth, 1.0))


def volume_interface(network: Network, vrn: bool = False) -> tuple[ImagePort, bool]:
    """The image that a network takes, and whether it is VRN.

    vrn: it must be. Raises CannotRead when it makes no volumes, or is not VRN though it must be.
    """
    port = image_port(network, (1, 3, 4), ("float32", "uint8"))
    if port is None or port.channels_last or not _is_volume(network.outputs[0]):
        raise _other(network)
    known = _is_vrn(network, vrn)
    if vrn and not known:
        raise _no_vrn(network)
    sized = port.sized(VRN_INPUT[-1] if known else None, _SIDES)
    if sized is None:
        raise _other(network)
    return sized, known


def _is_vrn(network: Network, said: bool) -> bool:
    """Whether the tensors may be VRN's and its slices are told: by their number, by its names, or by the user."""
    given, made = network.inputs[0], network.outputs[0]
    if given.type != "float32" or not fits(VRN_INPUT, given.shape) or not fits(VRN_OUTPUT, made.shape):
        return False
    return said or made.shape[1] == VRN_OUTPUT[1] or (given.name, made.name) == VRN_NAMES


def _is_volume(port: Port) -> bool:
    return port.type in ("float32", "uint8", "bool") and len(port.shape) in (4, 5) and port.shape[0] in (1, None)


def _other(network: Network) -> CannotRead:
    return CannotRead(
        f"{network.file} makes no volume of an image: it has {ports_in_words(network)}. {WHAT_IT_MUST_BE}"
    )


def _no_vrn(network: Network) -> CannotRead:
    return CannotRead(
        f"{network.file} is not VRN: it has {ports_in_words(network)}, and VRN takes 1 x 3 x 192 x 192 float32 and "
        "gives 1 x 200 x 192 x 192. Choose VRN's file, or name the file itself as the network."
    )


def _fed(seen: np.ndarray, alpha: np.ndarray, port: ImagePort, vrn: bool) -> np.ndarray:
    """The network's input of pixels (h, w, 3) and (h, w, 1) uint8."""
    if port.channels == 1:
        seen = np.rint(seen @ LUMA)[..., None]
    elif port.channels == 4:
        seen = np.concatenate([seen, alpha], axis=-1)
    return port.laid_out(seen if vrn or port.type == "uint8" else seen.astype(np.float32) / np.float32(255))


def _in_space(made: np.ndarray, network: Network) -> np.ndarray:
    """(Z, Y, X) float32 of what the network gave."""
    if made.ndim == 5 and made.shape[:2] == (1, 1):
        space = made[0, 0]
    elif made.ndim == 4 and made.shape[0] == 1:
        space = made[0].transpose(1, 0, 2)[::-1, ::-1]  # slices from the back, rows from the top
    else:
        raise _other(network)
    if min(space.shape) < 2:
        raise _other(network)
    return np.ascontiguousarray(space, np.float32)


def _seen_from_front(seen: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """(Z, Y, X, 3) uint8: the image on every slice of the volume, as a view."""
    high, _, wide = shape
    upright = resized(seen, wide, high)[::-1]
    return np.broadcast_to(upright[:, None], (*shape, 3))
