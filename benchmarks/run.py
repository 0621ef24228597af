"""`make bench`: measures what the project promises, and prints a table of promised and reached.

Every row runs in a process of its own, so that its memory is its own. Rows whose input is not there (meshes that are
not part of the project, in ../shared/data) are left out, with the reason. `python benchmarks/run.py NAME...` runs
some of them.
"""

from __future__ import annotations

import json
import platform
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from batch import load_package

load_package()

import animation  # noqa: E402, F401 - fills the table
import building  # noqa: E402, F401 - fills the table
import export  # noqa: E402, F401 - fills the table
import images  # noqa: E402, F401 - fills the table
import instructions  # noqa: E402, F401 - fills the table
import layout  # noqa: E402, F401 - fills the table
import learned  # noqa: E402, F401 - fills the table
import live  # noqa: E402, F401 - fills the table
import mosaic  # noqa: E402, F401 - fills the table
import networks  # noqa: E402, F401 - fills the table
import outline  # noqa: E402, F401 - fills the table
import shape  # noqa: E402, F401 - fills the table
import standing  # noqa: E402, F401 - fills the table
import statics  # noqa: E402, F401 - fills the table
import supports  # noqa: E402, F401 - fills the table
from table import ROWS, Row, versions  # noqa: E402


def main(names: list[str]) -> int:
    """Run the named rows, or all; 1 if one of them fails to run."""
    if names[:1] == ["--one"]:
        print(json.dumps([vars(row) for row in ROWS[names[1]]()]))
        return 0
    print(f"Python {platform.python_version()}, {platform.machine()}, {versions()}\n")
    print(f"{'what':<46} {'asked':>16} {'reached':>16}  {'':4} details")
    failed = 0
    for name in names or ROWS:
        call = [sys.executable, str(Path(__file__)), "--one", name]
        done = subprocess.run(call, capture_output=True, text=True, check=False)
        if done.returncode:
            failed += 1
            print(f"{name}: did not run\n{done.stderr}")
            continue
        for row in json.loads(done.stdout.splitlines()[-1]):
            print(line(Row(**row)), flush=True)
    return min(failed, 1)


def line(row: Row) -> str:
    """One line of the table."""
    verdict = "" if row.holds is None else "ok" if row.holds else "MISS"
    return f"{row.what:<46} {row.asked:>16} {row.reached:>16}  {verdict:4} {row.details}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
