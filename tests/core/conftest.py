"""Lets the tests of this folder import the shapes beside them; what several of them write."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def write(tmp_path):
    """Writes the bytes of a network to a file, and gives its path."""

    def written(content, name="net.onnx"):
        (tmp_path / name).write_bytes(content)
        return tmp_path / name

    return written
