"""The printed instructions of mosaics and reliefs."""

import io

import numpy as np
import pytest
from brickprint.core.errors import Cancelled
from brickprint.core.export.files import temporary_folder
from brickprint.core.export.formats import write_format
from brickprint.core.export.instructions.mosaic import mosaic_pdf, relief_pdf, topmost
from brickprint.core.export.options import ExportOptions
from brickprint.core.layout import Role
from brickprint.core.mosaic.making import MosaicMaking
from brickprint.core.mosaic.settings import MosaicSettings
from brickprint.core.mosaic.studs import chosen_studs
from brickprint.core.progress import Progress
from pypdf import PdfReader
from test_mosaic_making import picture


@pytest.fixture(scope="module")
def relief():
    return MosaicMaking(picture()).run(MosaicSettings(size="48x32", set=("21226",), relief=3))


def texts(data):
    return [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]


def test_there_is_a_title_page_and_one_a_section(relief):
    pages = texts(mosaic_pdf(relief))
    assert len(pages) == 1 + 6
    assert "blobs" in pages[0] and "48 × 32 studs, 38.4 × 25.6 cm" in pages[0]
    for number, page in enumerate(pages[1:], 1):
        assert f"Section {number} of 6" in page


def test_the_legend_counts_every_colour(relief):
    title = texts(mosaic_pdf(relief))[0]
    for name, count in relief.report["mosaic"]["studs"].items():
        assert (f"{count:,}x {name}" in title) == (count > 0)


def test_every_piece_of_a_section_has_its_number(relief):
    page = texts(mosaic_pdf(relief))[3]
    words = page.split()
    used = [n for n, count in enumerate(filter(None, relief.report["mosaic"]["studs"].values()), 1)]
    own = relief.layout[(relief.layout["section"] == 2) & (relief.layout["role"] == Role.MODEL)]
    for number, colour in zip(
        used, np.unique(relief.layout["colour"][relief.layout["role"] == Role.MODEL]), strict=True
    ):
        assert words.count(str(number)) >= np.count_nonzero(own["colour"] == colour)


def test_a_relief_has_a_second_book_with_its_levels(relief):
    pages = texts(relief_pdf(relief))
    assert len(pages) == 1 + 6
    assert "Plate" in pages[0] and any("Level 1" in page for page in pages[1:])


def test_equal_plans_give_equal_bytes(relief):
    assert mosaic_pdf(relief) == mosaic_pdf(relief)


def test_the_formats_write_what_lies_below_apart(relief):
    flat = MosaicMaking(picture()).run(MosaicSettings(size="16x16"))
    for plan, wanted in ((relief, {"blobs.pdf", "blobs-depth.pdf", "blobs.xml", "blobs-depth.xml"}),
                         (flat, {"blobs.pdf", "blobs.xml"})):  # fmt: skip
        with temporary_folder() as folder:
            for word in ("pdf", "xml"):
                write_format(word, plan, folder, ExportOptions())
            assert {path.name for path in folder.iterdir()} == wanted
            if plan is relief:
                both = "".join((folder / name).read_text() for name in ("blobs.xml", "blobs-depth.xml"))
                assert sum(int(each.split("<")[0]) for each in both.split("<MINQTY>")[1:]) == len(plan.layout)


def test_the_studs_of_a_mosaic_are_written_as_a_stock_for_another(relief, tmp_path):
    write_format("csv", relief, tmp_path, ExportOptions())
    studs = chosen_studs(MosaicSettings(stock=str(tmp_path / "blobs-studs.json")))
    used = {name: count for name, count in relief.report["mosaic"]["studs"].items() if count}
    assert dict(zip((each.name for each in studs.palette.colours), studs.counts.tolist(), strict=True)) == used


def test_the_topmost_parts_are_the_pieces(relief):
    assert (relief.layout["role"][topmost(relief)] == Role.MODEL).all()


def test_printing_can_be_stopped(relief):
    with pytest.raises(Cancelled):
        mosaic_pdf(relief, progress=Progress(cancelled=lambda: True))
