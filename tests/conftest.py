"""Loads the checkout's root as the package `brickprint`, under which the tests import it."""

import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED_DATA = ROOT.parent / "shared" / "data"

if "brickprint" not in sys.modules:
    spec = importlib.util.spec_from_file_location(
        "brickprint", ROOT / "__init__.py", submodule_search_locations=[str(ROOT)]
    )
    package = importlib.util.module_from_spec(spec)
    sys.modules["brickprint"] = package
    spec.loader.exec_module(package)


@pytest.fixture
def shared_data():
    """The folder of test data beside the checkout; the test is skipped where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"no test data at {SHARED_DATA}")
    return SHARED_DATA
