"""What a run without a window tells."""

import io
import sys

import pytest
from brickprint.operators.telling import Telling


class Screen(io.StringIO):
    """Standard error as a terminal, or as a file; `lines` is what a reader has before them."""

    def __init__(self, terminal):
        super().__init__()
        self.terminal = terminal

    def isatty(self):
        return self.terminal

    @property
    def lines(self):
        shown = []
        for line in self.getvalue().split("\n"):
            letters = ""
            for text in line.split("\r"):
                letters = text + letters[len(text) :]
            shown.append(letters.rstrip())
        return shown


@pytest.fixture
def screen_of(monkeypatch):
    """Replaces standard error; called inside a test, because pytest sets its own one before."""

    def replaced(terminal=True):
        monkeypatch.setenv("COLUMNS", "40")
        monkeypatch.setattr(sys, "stderr", Screen(terminal))
        return sys.stderr

    return replaced


def test_a_terminal_shows_how_far_it_is(screen_of):
    screen = screen_of()
    progress = Telling(io.StringIO()).progress("Spot")
    progress.part("slice", 0.2, 0.5).at(0.5, "Measuring cells")
    assert screen.lines == ["Spot: 45 % Measuring cells"]
    progress.part("pack", 0.7, 0.3).at(0.0)
    assert screen.lines == ["Spot: 70 % Laying parts"]


def test_other_lines_take_its_place(screen_of):
    screen = screen_of()
    out = io.StringIO()
    telling = Telling(out)
    telling.show("a long text about what goes on")
    telling.complain("two\n  lines")
    assert screen.lines == ["brickprint: two lines", ""]
    telling.show("again")
    telling.finished("Spot: 12 parts")
    assert (out.getvalue(), screen.lines) == ("Spot: 12 parts\n", ["brickprint: two lines", ""])


def test_it_never_wraps(screen_of):
    screen = screen_of()
    Telling(io.StringIO()).show("x" * 100)
    assert screen.lines == ["x" * 39]


def test_the_same_text_is_not_written_twice(screen_of):
    screen = screen_of()
    telling = Telling(io.StringIO())
    for _ in range(3):
        telling.show("Spot: 45 %")
    assert screen.getvalue().count("Spot") == 1


def test_a_file_gets_none_of_it(screen_of):
    screen = screen_of(terminal=False)
    telling = Telling(io.StringIO())
    telling.progress("Spot").at(0.5, "Measuring")
    telling.finished("Spot: 12 parts")
    telling.complain("something")
    assert screen.getvalue() == "brickprint: something\n"
