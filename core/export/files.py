"""Writing files so that a failure leaves the old one whole, and names that every system takes."""

from __future__ import annotations

import re
import secrets
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import CannotWrite

_LONGEST_NAME = 120  # bytes of UTF-8; file systems take 255, extensions and numbers come on top
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)


def write_whole(path: Path, data: bytes | str) -> None:
    """Write a file (text as UTF-8) beside its place and move it there; folders above it are made.

    Raises CannotWrite; what was at `path` before is then still there.
    """
    path = Path(path)
    unfinished = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            unfinished.write_bytes(data.encode() if isinstance(data, str) else data)
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise CannotWrite(
            f"{path} can't be written ({reason}); choose a folder you may write to, with room left, "
            "or close the program that holds the file."
        ) from error


def refuse_unwritable(folder: Path) -> None:
    """Raise CannotWrite unless files could be made in `folder`, which need not exist yet."""
    place = Path(folder).absolute()
    try:
        there = next(parent for parent in (place, *place.parents) if parent.exists())
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as error:
        raise CannotWrite(f"{folder} can't be written ({error.strerror}); choose another folder.") from error


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder for what others write, gone when the block ends. Raises CannotWrite where none can be made."""
    try:
        folder = tempfile.TemporaryDirectory(prefix="brickprint-", ignore_cleanup_errors=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise CannotWrite(
            f"No temporary folder can be made ({reason}); make room there, or name one in TMPDIR."
        ) from error
    with folder as place:
        yield Path(place)


def file_name(text: str) -> str:
    """A file or folder name for a model called `text`: letters of every script stay, what some system refuses goes."""
    name = _FORBIDDEN.sub("_", unicodedata.normalize("NFC", text))
    name = name.encode()[:_LONGEST_NAME].decode(errors="ignore").strip(". ")
    if _RESERVED.fullmatch(name):
        name = f"{name.split('.')[0]}_"
    return name or "model"
