"""Images become mosaics: what the command line and the panel ask for, carried out."""

from __future__ import annotations

import time
from pathlib import Path

from ..core.images import read_image
from ..core.mosaic.making import MosaicMaking
from ..core.mosaic.settings import MosaicSettings
from ..core.plan import Plan
from ..core.progress import Progress
from ..core.settings import Settings


def plan_of_file(path: Path, settings: MosaicSettings, standing: Settings, progress: Progress) -> Plan:
    """The mosaic of an image file. Raises a BrickprintError."""
    began = time.perf_counter()
    picture = read_image(path)
    return MosaicMaking(picture, time.perf_counter() - began).run(settings, standing, progress)
