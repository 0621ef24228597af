"""The runner of ONNX files: what it takes, and what it refuses."""

import sys

import numpy as np
import pytest
from brickprint.core.errors import CannotRead, MissingLibrary
from brickprint.core.networks.external import external_files
from brickprint.core.networks.runner import Port, load_network, open_network
from onnx_files import field, network, node, port

INPUT, OUTPUT = Port("x", (None, 4)), Port("y", (None, 4))


def tensor(location=None):
    """Four floats, 0 to 3, in the file or in another one."""
    head = field(1, 4) + field(2, 1) + field(8, "w")
    if location is None:
        return head + field(9, np.arange(4, dtype=np.float32).tobytes())
    entries = {"location": location, "offset": "0", "length": "16"}
    return head + b"".join(field(13, field(1, key) + field(2, value)) for key, value in entries.items()) + field(14, 1)


def model(location=None, **output):
    """y = x + w, as the bytes of an ONNX file."""
    node = field(1, "x") + field(1, "w") + field(2, "y") + field(4, "Add")
    ports = field(11, port("x")) + field(12, port("y", **output))
    graph = field(1, node) + field(2, "sum") + field(5, tensor(location)) + ports
    return field(1, 8) + field(7, graph) + field(8, field(2, 17))


@pytest.fixture
def write(tmp_path):
    def written(content):
        (tmp_path / "net.onnx").write_bytes(content)
        return tmp_path / "net.onnx"

    return written


def test_a_network_runs(write):
    loaded = load_network(write(model()), (INPUT,), (OUTPUT,))
    x = np.ones((2, 4), np.float32)
    assert loaded.run(x=x)["y"].tolist() == [[1, 2, 3, 4]] * 2


def test_weights_may_lie_beside_the_file(write, tmp_path):
    np.arange(4, dtype=np.float32).tofile(tmp_path / "weights.bin")
    loaded = load_network(write(model("weights.bin")), (INPUT,), (OUTPUT,))
    assert loaded.run(x=np.zeros((1, 4), np.float32))["y"].tolist() == [[0, 1, 2, 3]]


def test_weights_outside_the_folder_are_refused(write, tmp_path):
    (tmp_path / "in").mkdir()
    np.arange(4, dtype=np.float32).tofile(tmp_path / "secret.bin")
    (tmp_path / "in" / "link.bin").symlink_to(tmp_path / "secret.bin")
    for place in ("../secret.bin", str(tmp_path / "secret.bin"), "link.bin", "a/../../secret.bin"):
        file = tmp_path / "in" / "net.onnx"
        file.write_bytes(model(place))
        with pytest.raises(CannotRead, match="outside its own folder"):
            load_network(file, (INPUT,), (OUTPUT,))


def test_weights_are_found_wherever_a_tensor_may_stand():
    attribute = field(1, "value") + field(5, tensor("constant.bin"))
    branch = field(1, field(4, "Constant") + field(5, attribute))
    inner = field(5, field(1, "then_branch") + field(6, branch))
    sparse = field(15, field(1, tensor("sparse.bin")))
    function = field(25, field(7, field(5, attribute)))
    whole = field(7, field(1, field(4, "If") + inner) + sparse) + function
    assert external_files(whole) == {"constant.bin", "sparse.bin"}
    assert external_files(model()) == set()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not a network|inputs"),
        (b"\x00\xff no network", "damaged|not a network"),
        (model()[:-20], "damaged|not a"),
    ],
)
def test_damaged_files_are_refused(write, content, words):
    with pytest.raises(CannotRead, match=words):
        load_network(write(content), (INPUT,), (OUTPUT,))


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(CannotRead, match=r"none\.onnx"):
        load_network(tmp_path / "none.onnx", (INPUT,), (OUTPUT,))


@pytest.mark.parametrize(
    ("inputs", "outputs", "words"),
    [
        (Port("z", (None, 4)), OUTPUT, "inputs x, not z"),
        (INPUT, Port("depth", (None, 4)), "no output depth"),
        (INPUT, Port("y", (None, 5)), "y of the network"),
        (INPUT, Port("y", (4,)), "y of the network"),
        (Port("x", (None, 4), "uint8"), OUTPUT, "x of the network"),
    ],
)
def test_another_network_is_refused(write, inputs, outputs, words):
    with pytest.raises(CannotRead, match=words):
        load_network(write(model()), (inputs,), (outputs,))


def test_inputs_that_do_not_fit_are_an_error_with_a_name(write):
    loaded = load_network(write(model()), (INPUT,), (OUTPUT,))
    with pytest.raises(CannotRead, match="failed"):
        loaded.run(x=np.zeros((1, 3), np.float32))


def test_without_onnxruntime_the_library_is_named(write, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(MissingLibrary, match="onnxruntime"):
        load_network(write(model()), (INPUT,), (OUTPUT,))


def test_any_network_tells_its_tensors(write):
    loaded = open_network(write(model()))
    assert (loaded.inputs, loaded.outputs) == ((INPUT,), (OUTPUT,))


def test_tensors_too_large_are_refused(write):
    with pytest.raises(CannotRead, match="too large"):
        open_network(write(network([port("x", 1, (1, 2**29))], [port("y", 1, (1, 2**29))], [node("Abs", ["x"], "y")])))
