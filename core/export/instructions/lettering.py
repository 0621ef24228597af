"""Text on paper in any script: a font that every viewer has, one that is taken along, or the viewer's own for Chinese,
Japanese and Korean.

What no font has is written as its code point, such as U+1F984, never as an empty box. Scripts that join or turn their
letters (Arabic, Devanagari) are written letter by letter.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import groupby
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

_TAKEN_ALONG = Path(__file__).with_name("DejaVuSans.ttf")  # 0.76 MB here; a book gets the letters it uses only
_OWN = "DejaVuSans"
_JAPANESE, _CHINESE, _KOREAN = "HeiseiKakuGo-W5", "STSong-Light", "HYGothic-Medium"
_KANA = re.compile("[\u3040-\u30ff]")
_HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")
_EAST_ASIAN = re.compile("[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff00-\uffef]")


@cache
def _fonts() -> TTFont:
    font = TTFont(_OWN, _TAKEN_ALONG)
    pdfmetrics.registerFont(font)
    for name in (_JAPANESE, _CHINESE, _KOREAN):
        pdfmetrics.registerFont(UnicodeCIDFont(name))
    return font


def text_width(text: str, size: float, bold: bool = False) -> float:
    """In points."""
    return sum(pdfmetrics.stringWidth(part, font, size) for font, part in _runs(text, bold))


def write(canvas: Canvas, x: float, y: float, text: str, size: float, bold: bool = False) -> None:
    """Put a line of text with its start at a point of the page."""
    for font, part in _runs(text, bold):
        canvas.setFont(font, size)
        canvas.drawString(x, y, part)
        x += pdfmetrics.stringWidth(part, font, size)


def shortened(text: str, size: float, width: float, bold: bool = False) -> str:
    """The text, cut with three dots where it is wider."""
    if text_width(text, size, bold) <= width:
        return text
    while text and text_width(f"{text}…", size, bold) > width:
        text = text[:-1]
    return f"{text}…"


def lines_of(text: str, size: float, width: float, bold: bool = False) -> list[str]:
    """The text in lines of at most this width; a word that is too long is cut."""
    lines, line = list[str](), ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and text_width(longer, size, bold) > width:
            lines.append(line)
            longer = word
        line = shortened(longer, size, width, bold)
    return [*lines, line]


def _runs(text: str, bold: bool) -> list[tuple[str, str]]:
    """Fonts, and what each of them writes."""
    east_asian = _KOREAN if _HANGUL.search(text) else _JAPANESE if _KANA.search(text) else _CHINESE
    pairs = [_lettered(character, bold, east_asian) for character in text if character.isprintable()]
    return [(font, "".join(part for _, part in group)) for font, group in groupby(pairs, key=lambda pair: pair[0])]


def _lettered(character: str, bold: bool, east_asian: str) -> tuple[str, str]:
    usual = "Helvetica-Bold" if bold else "Helvetica"
    try:
        character.encode("cp1252")
    except UnicodeEncodeError:
        if ord(character) in _fonts().face.charToGlyph:
            return _OWN, character
        if _EAST_ASIAN.match(character):
            return east_asian, character
        return usual, f"U+{ord(character):04X}"
    return usual, character
