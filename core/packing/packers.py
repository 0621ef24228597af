"""The packers by name."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from ..progress import SILENT, Progress
from .best import pack_best
from .deterministic import pack_deterministic
from .fast import pack_fast
from .learned import pack_learned
from .restarts import pack_restarts
from .scored import pack_scored
from .task import Packed, PackingTask


def _layout_of(packer: Callable[..., np.ndarray], task: PackingTask, progress: Progress = SILENT) -> Packed:
    return Packed(packer(task, progress))


PACKERS: dict[str, Callable[..., Packed]] = {
    "best": pack_best,
    "fast": partial(_layout_of, pack_fast),
    "restarts": partial(_layout_of, pack_restarts),
    "deterministic": partial(_layout_of, pack_deterministic),
    "scored": partial(_layout_of, pack_scored),
    "learned": partial(_layout_of, pack_learned),
}
