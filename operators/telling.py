"""What a run without a window tells: finished models, complaints, and how far it is."""

from __future__ import annotations

import shutil
import sys
import traceback
from typing import TextIO

from ..core.progress import Progress


class Telling:
    """Lines for `out` and standard error. While the latter is a terminal, its last line says what goes on."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._passing = ""

    def finished(self, line: str) -> None:
        """One line of the result."""
        self.show("")
        print(line, file=self._out, flush=True)

    def complain(self, message: object) -> None:
        """One line on standard error."""
        self.relay(f"brickprint: {' '.join(str(message).split())}\n")

    def fault(self) -> None:
        """The exception that is being handled, with where it came from."""
        self.relay(traceback.format_exc())

    def relay(self, text: str) -> None:
        """Text for standard error as it is."""
        self.show("")
        sys.stderr.write(text)
        sys.stderr.flush()

    def show(self, text: str) -> None:
        """Put a text in place of the last such one; nothing where standard error is no terminal."""
        text = text[: shutil.get_terminal_size().columns - 1]
        if text == self._passing or not sys.stderr.isatty():
            return
        blank = " " * len(self._passing)
        sys.stderr.write(f"\r{blank}\r{text}")
        sys.stderr.flush()
        self._passing = text

    def progress(self, name: str) -> Progress:
        """The progress of a model's conversion, told as it goes."""
        return Progress(on_step=lambda step: self.show(f"{name}: {100 * step.fraction:.0f} % {step.words}"))
