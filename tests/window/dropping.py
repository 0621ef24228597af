"""Drops a file onto a window of the X server, as a file manager does: `python dropping.py FILE X Y`.

X and Y are pixels of the screen, from above left. The window under them is asked by the XDND protocol, version 5
(https://freedesktop.org/wiki/Specifications/XDND), so no mouse has to move. The exit code is 0 when it took the file.
"""

import ctypes
import ctypes.util
import sys
import time
from pathlib import Path

_CLIENT_MESSAGE, _SELECTION_NOTIFY, _SELECTION_REQUEST = 33, 31, 30
_REPLACE, _VERSION = 0, 5
_KIND = b"text/uri-list"
_PATIENCE_SECONDS = 20

_Id = ctypes.c_ulong


class _Message(ctypes.Structure):
    """XClientMessageEvent with five longs."""

    _fields_ = [
        ("type", ctypes.c_int), ("serial", _Id), ("send_event", ctypes.c_int), ("display", ctypes.c_void_p),
        ("window", _Id), ("message_type", _Id), ("format", ctypes.c_int), ("data", ctypes.c_long * 5),
    ]  # fmt: skip


class _Request(ctypes.Structure):
    """XSelectionRequestEvent."""

    _fields_ = [
        ("type", ctypes.c_int), ("serial", _Id), ("send_event", ctypes.c_int), ("display", ctypes.c_void_p),
        ("owner", _Id), ("requestor", _Id), ("selection", _Id), ("target", _Id), ("property", _Id), ("time", _Id),
    ]  # fmt: skip


class _Answer(ctypes.Structure):
    """XSelectionEvent."""

    _fields_ = [
        ("type", ctypes.c_int), ("serial", _Id), ("send_event", ctypes.c_int), ("display", ctypes.c_void_p),
        ("requestor", _Id), ("selection", _Id), ("target", _Id), ("property", _Id), ("time", _Id),
    ]  # fmt: skip


class _Event(ctypes.Union):
    _fields_ = [("type", ctypes.c_int), ("message", _Message), ("request", _Request), ("pad", ctypes.c_long * 24)]


class _Screen:
    """The X server, a window of ours there, and its words."""

    def __init__(self) -> None:
        self.x = ctypes.CDLL(ctypes.util.find_library("X11") or "libX11.so.6")
        self.x.XOpenDisplay.restype = self.x.XDefaultRootWindow.restype = ctypes.c_void_p
        self.x.XInternAtom.restype = self.x.XCreateSimpleWindow.restype = _Id
        self.display = ctypes.c_void_p(self.x.XOpenDisplay(None))
        self.root = _Id(self.x.XDefaultRootWindow(self.display))
        self.own = _Id(self.x.XCreateSimpleWindow(self.display, self.root, 0, 0, 1, 1, 0, _Id(0), _Id(0)))

    def word(self, text: str | bytes) -> int:
        """The server's number for a word."""
        return self.x.XInternAtom(self.display, text if isinstance(text, bytes) else text.encode(), 0)

    def window_at(self, x: int, y: int) -> int:
        """The window of the root's under a place."""
        child, to_x, to_y = _Id(), ctypes.c_int(), ctypes.c_int()
        self.x.XTranslateCoordinates(
            self.display, self.root, self.root, x, y, ctypes.byref(to_x), ctypes.byref(to_y), ctypes.byref(child)
        )
        return child.value

    def send(self, to: int, word: str, *data: int) -> None:
        """A message of up to five numbers, the first of which is our window."""
        event = _Event()
        event.message.type, event.message.window, event.message.format = _CLIENT_MESSAGE, to, 32
        event.message.message_type = self.word(word)
        event.message.data[: len(data) + 1] = [self.own.value, *data]
        self.x.XSendEvent(self.display, _Id(to), 0, ctypes.c_long(0), ctypes.byref(event))
        self.x.XFlush(self.display)

    def answer(self, request: _Request, text: bytes) -> None:
        """Give what was asked for to who asked."""
        self.x.XChangeProperty(
            self.display, _Id(request.requestor), _Id(request.property), _Id(request.target), 8, _REPLACE, text,
            len(text),
        )  # fmt: skip
        event = _Event()
        answer = _Answer.from_buffer(event)
        answer.type, answer.requestor, answer.selection = _SELECTION_NOTIFY, request.requestor, request.selection
        answer.target, answer.property, answer.time = request.target, request.property, request.time
        self.x.XSendEvent(self.display, _Id(request.requestor), 0, ctypes.c_long(0), ctypes.byref(event))
        self.x.XFlush(self.display)


def drop(file: Path, x: int, y: int) -> bool:
    """Drop a file at a place of the screen; whether the window there took it."""
    screen = _Screen()
    text, kind, copy = f"{file.as_uri()}\r\n".encode(), screen.word(_KIND), screen.word("XdndActionCopy")
    screen.x.XSetSelectionOwner(screen.display, _Id(screen.word("XdndSelection")), screen.own, _Id(0))
    target = screen.window_at(x, y)
    screen.send(target, "XdndEnter", _VERSION << 24, kind)
    screen.send(target, "XdndPosition", 0, x << 16 | y, 0, copy)
    end = time.monotonic() + _PATIENCE_SECONDS
    event = _Event()
    while time.monotonic() < end:
        if not screen.x.XPending(screen.display):
            time.sleep(0.02)
            continue
        screen.x.XNextEvent(screen.display, ctypes.byref(event))
        if event.type == _SELECTION_REQUEST:
            screen.answer(event.request, text)
        elif event.type == _CLIENT_MESSAGE and event.message.message_type == screen.word("XdndStatus"):
            if not event.message.data[1] & 1:
                return False
            screen.send(target, "XdndDrop", 0, 0)
        elif event.type == _CLIENT_MESSAGE and event.message.message_type == screen.word("XdndFinished"):
            return True
    return False


if __name__ == "__main__":
    sys.exit(0 if drop(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])) else 1)
