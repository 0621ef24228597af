"""Plans as files: `<name>.plan.json` holds everything but the arrays, `<name>.plan.npz` these."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from pathlib import Path

import numpy as np

from ..errors import CannotRead
from ..plan import Plan, plan_from_values, plan_values
from .files import write_whole


def save_plan(plan: Plan, folder: Path, name: str) -> tuple[Path, Path]:
    """Write `<name>.plan.json` and `<name>.plan.npz`; equal plans give equal bytes. Gives both paths.

    Raises CannotWrite.
    """
    header = Path(folder) / f"{name}.plan.json"
    body = header.with_suffix(".npz")
    packed = io.BytesIO()
    arrays = {"layout": plan.layout, "utilisation": plan.utilisation, "locked": plan.locked}
    np.savez_compressed(packed, **{name: array for name, array in arrays.items() if array is not None})
    # The sum tells a pair of files from halves of two runs.
    values = plan_values(plan) | {"layout_crc32": zlib.crc32(plan.layout.tobytes())}
    text = json.dumps(values, indent=1, allow_nan=False)
    write_whole(body, packed.getvalue())
    write_whole(header, f"{text}\n")
    return header, body


def load_plan(json_path: Path) -> Plan:
    """The plan of a `.plan.json` file, with the arrays from the `.plan.npz` beside it.

    Raises CannotRead when one of them is missing, damaged, from a newer version, or from another run.
    """
    header = Path(json_path)
    body = header.with_suffix(".npz")
    try:
        values = json.loads(header.read_text(encoding="utf-8"))
        with np.load(body, allow_pickle=False) as arrays:
            layout, utilisation, locked = arrays["layout"], arrays.get("utilisation"), arrays.get("locked")
    except OSError as error:
        raise CannotRead(
            f"{error.filename or header} can't be read ({error.strerror or error}); a plan is a .plan.json "
            "and a .plan.npz file of the same name in one folder."
        ) from error
    except (ValueError, TypeError, KeyError, EOFError, NotImplementedError, zipfile.BadZipFile, zlib.error) as error:
        raise CannotRead(f"The plan {header} is damaged ({error}); convert the model again.") from error
    if not isinstance(values, dict):
        raise CannotRead(f"{header} is not a plan; choose a .plan.json file.")
    plan = plan_from_values(values, layout, utilisation, locked)
    if values.get("layout_crc32") != zlib.crc32(layout.tobytes()):
        raise CannotRead(f"{header} and {body.name} are not from the same run; convert the model again.")
    return plan
