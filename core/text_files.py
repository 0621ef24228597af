"""Text files of the user's: read whole, or refused with what to do."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from .errors import CannotRead


def read_text(path: Path, what: str, kinds: Collection[str]) -> str:
    """The UTF-8 text of a file whose ending is one of `kinds`; what: what it should be, such as "palette file".

    Raises CannotRead for another ending, and for a file that is missing or no text.
    """
    if path.suffix.lower() not in kinds:
        raise CannotRead(f"{path} is no {what}; use one of: {', '.join(kinds)}.")
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CannotRead(f"The {what} {path} can't be read ({error}); check the path, or save it as UTF-8.") from error
