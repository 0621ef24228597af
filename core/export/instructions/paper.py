"""Sheets of paper: pages with numbers, and what is put on them, in points from the upper left corner."""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass

import numpy as np
from PIL import Image
from reportlab.pdfbase.pdfdoc import PDFImageXObject, PDFName, PDFStream
from reportlab.pdfgen.canvas import Canvas

from .lettering import shortened, text_width, write

POINTS_PER_MM = 72 / 25.4
SIZES = {"a4": (210 * POINTS_PER_MM, 297 * POINTS_PER_MM), "letter": (612.0, 792.0)}
MARGIN = 30.0
_COLOURS = 256  # of a printed picture
FOOT = 22.0  # at the lower edge, for page numbers
INK, GREY, PALE, BOX, FRAME, ACCENT = "#1A1D21", "#5C6670", "#D5DBE1", "#E6F0F8", "#9DB9CF", "#EC1C24"
CALLOUT, CALLOUT_FRAME = "#FFF8E1", "#E0B84C"
UNDER_LISTS, UNDER_CALLOUTS = (0xE6, 0xF0, 0xF8), (0xFF, 0xF8, 0xE1)  # BOX and CALLOUT, for pictures


@dataclass(frozen=True)
class Printed:
    """A picture as it is kept in the file: 256 colours or fewer. name: equal pictures have equal ones."""

    name: str
    width: int
    height: int
    colours: bytes
    pixels: bytes


def printed(picture: np.ndarray) -> Printed:
    """(H, W, 3) uint8 -> made small for the file: of colours that are much alike the most frequent one is kept."""
    image = Image.fromarray(picture)
    counted = image.getcolors(image.width * image.height) or []
    ordered = sorted((-times, colour) for times, colour in counted)
    colours = np.array([colour for _, colour in ordered], np.uint8)
    for bits in range(8):
        alike, first, kind = np.unique(_cells(colours, bits), return_index=True, return_inverse=True)
        if len(alike) <= _COLOURS:
            break
    number = np.zeros(1 << 3 * (8 - bits), np.uint8)
    number[_cells(colours, bits)] = kind.reshape(-1)
    pixels, table = number[_cells(picture, bits)].tobytes(), colours[first].tobytes()
    name = f"p{zlib.crc32(pixels):08x}{zlib.adler32(table):08x}{image.width}x{image.height}"
    return Printed(name, image.width, image.height, table, zlib.compress(pixels))


def _cells(colours: np.ndarray, bits: int) -> np.ndarray:
    """(...) int32: one number for colours (..., 3) that differ in their lowest bits only."""
    red, green, blue = np.moveaxis(colours >> bits, -1, 0).astype(np.int32)
    deep = 8 - bits
    return (red << 2 * deep) | (green << deep) | blue


class _Indexed(PDFImageXObject):
    """An image with a colour table, which ReportLab's own images lack: a third of the size."""

    def __init__(self, picture: Printed) -> None:
        super().__init__(picture.name)
        self.picture = picture

    def format(self, document: object) -> bytes:
        stream = PDFStream(content=self.picture.pixels)
        table = self.picture.colours
        entries = {
            "Type": PDFName("XObject"),
            "Subtype": PDFName("Image"),
            "Width": self.picture.width,
            "Height": self.picture.height,
            "BitsPerComponent": 8,
            "ColorSpace": f"[/Indexed /DeviceRGB {len(table) // 3 - 1} <{table.hex()}>]",
            "Filter": PDFName("FlateDecode"),
            "Length": len(self.picture.pixels),
        }
        stream.dictionary.dict.update(entries)
        return stream.format(document)


@dataclass
class Paper:
    """Pages in the making; y runs downwards. title: in the foot of every page but the first."""

    canvas: Canvas
    width: float
    height: float
    title: str
    page: int = 1

    @property
    def room(self) -> tuple[float, float]:
        """Width and height between the margins."""
        return self.width - 2 * MARGIN, self.height - 2 * MARGIN - FOOT


def new_paper(target: io.BytesIO, page: str, title: str) -> Paper:
    """An empty first page; page: one of SIZES. Equal books give equal bytes."""
    canvas = Canvas(target, pagesize=SIZES[page], pageCompression=1, invariant=1)
    canvas.setTitle(title)
    canvas.setAuthor("Brickprint")
    canvas.setSubject("Building instructions")
    return Paper(canvas, *SIZES[page], title)


def next_page(paper: Paper) -> None:
    """Close this page, with its number, and begin another."""
    close_page(paper)
    paper.page += 1


def close_page(paper: Paper) -> None:
    """Write the page's number and the title at its foot."""
    number = str(paper.page)
    middle = (paper.width - text_width(number, 10, bold=True)) / 2
    put_text(paper, middle, paper.height - MARGIN, number, 10, bold=True, colour=GREY)
    if paper.page > 1:
        title = shortened(paper.title, 7, paper.width / 2 - MARGIN - 30)
        put_text(paper, MARGIN, paper.height - MARGIN, title, 7, colour=GREY)
    paper.canvas.showPage()


def put_text(paper: Paper, x: float, y: float, text: str, size: float, bold: bool = False, colour: str = INK) -> None:
    """One line; y: its base line."""
    paper.canvas.setFillColor(colour)
    write(paper.canvas, x, paper.height - y, text, size, bold)


def put_centred(
    paper: Paper, x: float, y: float, text: str, size: float, bold: bool = False, colour: str = INK
) -> None:
    """One line around x."""
    put_text(paper, x - text_width(text, size, bold) / 2, y, text, size, bold, colour)


def put_picture(paper: Paper, picture: Printed, x: float, y: float, width: float, height: float) -> None:
    """A picture in a rectangle."""
    canvas = paper.canvas
    if not canvas.hasForm(picture.name):
        canvas._doc.addForm(picture.name, _Indexed(picture))
    canvas.saveState()
    canvas.translate(x, paper.height - y - height)
    canvas.scale(width, height)
    canvas.doForm(picture.name)
    canvas.restoreState()


def put_box(
    paper: Paper, x: float, y: float, width: float, height: float, fill: str = "", stroke: str = "", round_by: float = 5
) -> None:
    """A rectangle with round corners."""
    canvas = paper.canvas
    if fill:
        canvas.setFillColor(fill)
    if stroke:
        canvas.setStrokeColor(stroke)
        canvas.setLineWidth(0.8)
    canvas.roundRect(x, paper.height - y - height, width, height, round_by, stroke=bool(stroke), fill=bool(fill))


def put_turn_sign(paper: Paper, x: float, y: float, radius: float) -> None:
    """Two arrows that chase each other around a point: the model is turned."""
    canvas = paper.canvas
    canvas.saveState()
    canvas.translate(x, paper.height - y)
    canvas.setStrokeColor(ACCENT)
    canvas.setFillColor(ACCENT)
    canvas.setLineWidth(radius * 0.22)
    for angle in (0, 180):
        canvas.saveState()
        canvas.rotate(angle)
        canvas.arc(-radius, -radius, radius, radius, 20, 115)
        canvas.rotate(135)
        tip = canvas.beginPath()
        tip.moveTo(radius * 0.55, -radius * 0.05)
        tip.lineTo(radius * 1.45, -radius * 0.05)
        tip.lineTo(radius, radius * 0.62)
        tip.close()
        canvas.drawPath(tip, stroke=0, fill=1)
        canvas.restoreState()
    canvas.restoreState()
