"""Brickprint never uses the network: nothing imports what could, and nothing connects while it works."""

import ast
import socket
from pathlib import Path

import numpy as np
import pytest
from brickprint.core.export.ldraw import ldraw_text
from brickprint.core.mesh import Mesh
from brickprint.core.pipeline import Conversion
from brickprint.core.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
FILES = ("__init__.py", "batch.py", "cli.py")
ROOMS = ("core", "scene", "operators", "ui")
SHIPPED = [*(ROOT / name for name in FILES), *(path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")))]
NETWORK = {
    "aiohttp", "asyncio", "ftplib", "http", "httpx", "imaplib", "poplib", "requests", "smtplib", "socket",
    "socketserver", "ssl", "telnetlib", "urllib", "urllib3", "webbrowser", "websockets", "xmlrpc",
}  # fmt: skip

CUBE = np.array([[x, y, z] for z in (0.0, 1.0) for y in (0.0, 1.0) for x in (0.0, 1.0)])
CUBE_FACES = [
    (0, 2, 3), (0, 3, 1), (4, 5, 7), (4, 7, 6), (0, 1, 5), (0, 5, 4),
    (2, 6, 7), (2, 7, 3), (0, 4, 6), (0, 6, 2), (1, 3, 7), (1, 7, 5),
]  # fmt: skip


def test_no_module_can_reach_the_network():
    assert len(SHIPPED) > 20
    reaching = []
    for path in SHIPPED:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module]
            reaching += [(path.name, name) for name in names if name.partition(".")[0] in NETWORK]
    assert not reaching


def test_the_fixture_notices_a_connection(no_network):
    with pytest.raises(AssertionError, match="was tried"):
        socket.create_connection(("127.0.0.1", 9), timeout=1)


def test_a_conversion_connects_to_nothing(no_network):
    plan = Conversion(Mesh(CUBE, np.array(CUBE_FACES, np.int32))).run(Settings(studs=4))
    assert ldraw_text(plan).count("\n1 ") == len(plan.layout) > 0
