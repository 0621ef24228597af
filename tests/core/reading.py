"""Models as the readers of files give them, of what a file would hold."""

from pathlib import Path
from tempfile import TemporaryDirectory

from brickprint.core.export.foreign import given_file, plan_of_file


def given_of(content, kind="ldr", name="model", read=given_file):
    """The model of a file of this kind with this content (a text, or bytes)."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"model.{kind}"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read(path, name)


def imported(content, kind="ldr", name="model"):
    """The same, as it comes into the scene."""
    return given_of(content, kind, name, plan_of_file)
