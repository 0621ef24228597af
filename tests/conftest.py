"""Loads the checkout's root as the package `brickprint`, under which the tests import it."""

import runpy
import socket
import sys
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[1]
SHARED_DATA = ROOT.parent / "shared" / "data"

BATCH = runpy.run_path(str(ROOT / "batch.py"))
BATCH["load_package"]()


# How long an example takes says more of the machine than of the code; `make bench` looks after speed.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture
def shared_data():
    """The folder of test data beside the checkout; the test is skipped where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"no test data at {SHARED_DATA}")
    return SHARED_DATA


@pytest.fixture
def no_network(monkeypatch):
    """Any attempt to connect fails the test."""

    def refuse(self, address, *rest):
        raise AssertionError(f"a connection to {address} was tried")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)


_ENDED = pytest.StashKey[int]()


def pytest_sessionfinish(session, exitstatus):
    """Remember how the run ended, for `pytest_unconfigure`."""
    session.config.stash[_ENDED] = int(exitstatus)


def pytest_unconfigure(config):
    """End as a batch run does, for the same reason."""
    if "bpy" in sys.modules and _ENDED in config.stash:
        BATCH["leave"](config.stash[_ENDED])
