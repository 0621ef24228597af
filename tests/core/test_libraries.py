"""Where a library is missing, what needs it is known before it is used; here modules are hidden."""

import sys
from types import SimpleNamespace

import pytest
from brickprint import cli
from brickprint.core.errors import MissingLibrary
from brickprint.core.export.formats import FORMATS
from brickprint.core.libraries import (
    EVERYTHING,
    NETWORKS,
    lacking_for_format,
    load,
    missing,
    missing_for_format,
    missing_for_settings,
)
from brickprint.core.settings import Settings

CONVERT = ["convert", "a.glb", "--out", "out"]


@pytest.fixture
def hidden(monkeypatch):
    """Hides modules as if they were not installed."""
    return lambda *names: [monkeypatch.setitem(sys.modules, name, None) for name in names]


def test_nothing_is_missing_where_all_is_installed():
    assert not missing(EVERYTHING) and not missing(NETWORKS)
    assert not any(missing_for_format(word) for word in FORMATS)
    assert not missing_for_settings(Settings(packer="learned"))


def test_a_format_names_all_that_it_lacks(hidden):
    hidden("reportlab")
    assert "need reportlab, missing here" in missing_for_format("pdf")
    assert [word for word in FORMATS if missing_for_format(word)] == ["pdf"]
    hidden("PIL")
    assert "need reportlab and pillow, missing here" in missing_for_format("pdf")
    assert "pip install reportlab pillow" in missing_for_format("pdf")
    assert lacking_for_format("pdf") == ["reportlab", "pillow"]
    assert [word for word in FORMATS if lacking_for_format(word)] == ["pdf", "html"]


def test_only_the_packer_with_a_network_needs_its_library(hidden):
    hidden("onnxruntime")
    reason = missing_for_settings(Settings(packer="learned"))
    assert "onnxruntime" in reason and "choose a way without a network" in reason
    assert not missing_for_settings(Settings())
    assert missing_for_settings(SimpleNamespace(packer="learned", colours=0)) == reason  # as the panel asks


def test_what_can_not_be_loaded_is_told_with_its_cause(hidden):
    hidden("onnxruntime")
    with pytest.raises(MissingLibrary, match=r"onnxruntime, which can't be loaded here \(.*\); install"):
        load(NETWORKS)


@pytest.mark.parametrize(
    ("module", "words", "library"),
    [
        ("reportlab", ["--formats", "ldr,pdf"], "reportlab"),
        ("PIL", ["--formats", "all"], "pillow"),
        ("onnxruntime", ["--packer", "learned"], "onnxruntime"),
        ("sklearn", ["--colours", "4"], "scikit-learn"),
    ],
)
def test_a_command_line_that_can_not_be_carried_out_is_refused_at_once(module, words, library, hidden):
    cli.parse([*CONVERT, *words])
    hidden(module)
    with pytest.raises(MissingLibrary, match=library):
        cli.parse([*CONVERT, *words])
    cli.parse(CONVERT)
