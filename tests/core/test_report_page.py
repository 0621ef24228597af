"""The report as a page: what it says, in which order, and that it loads nothing."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from brickprint.core.export.formats import CLOSING_WRITERS
from brickprint.core.export.options import ExportOptions
from brickprint.core.export.report import report_text
from brickprint.core.export.report_page import report_page
from brickprint.core.inspection import given_plan, inspect
from brickprint.core.layout import Role
from brickprint.core.pipeline import Conversion
from brickprint.core.progress import SILENT
from brickprint.core.settings import Settings
from random_plans import PALETTE, plan_of
from shapes import box, joined, mesh_of

ROWS = [(8, 0, 0, 0, 0, 4, 0, 0, 0), (8, 0, 0, 3, 0, 1, 0, 0, 1), (1, 9, 9, 0, 0, 1, 0, 0, 1)]
UNCLOSED = {"meta", "br"}


class Page(HTMLParser):
    """The texts of a page, but for its style, and its tags with their attributes; tags have to be closed in order."""

    def __init__(self, text):
        super().__init__()
        self.texts, self.tags, self.open = [], [], []
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in UNCLOSED:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if data.strip() and self.open[-1] != "style":
            self.texts.append(data.strip())

    @property
    def words(self):
        return " ".join(self.texts)

    def styles(self, kind):
        return [attributes["style"] for _, attributes in self.tags if attributes.get("class") == kind]


def inspected(rows=ROWS, name="tower"):
    return inspect(given_plan(plan_of(rows, name)))


def test_parts_and_colours_are_counted():
    plan = inspected(name="Turm")
    page = Page(report_page(plan))
    assert page.texts[:2] == ["Turm: report", "Turm"]
    part, colour = plan.catalogue.parts[8], PALETTE.colours[1]
    place = page.texts.index(part.name)
    assert page.texts[place : place + 3] == [part.name, part.ldraw, "2"]
    assert page.texts[page.texts.index(colour.name) + 1] == "2"
    assert page.styles("swatch") == [f"background:{PALETTE.colours[row].hex}" for row in (1, 4)]
    assert page.styles("bar")[:4] == ["width:100.0%", "width:50.0%"] * 2


@pytest.mark.parametrize(
    ("stable", "pieces", "told"),
    [
        (True, 1, "It stands: forces that hold it were found for every joint. All parts hang together."),
        (False, 2, "It does not stand: no forces can hold all of its parts. It is in 2 pieces."),
        (None, 1, "Whether it stands is not known. All parts hang together."),
    ],
)
def test_the_verdict_in_words(stable, pieces, told):
    plan = inspected()
    structure = plan.report["structure"] | {"stable": stable, "components": pieces}
    page = Page(report_page(replace(plan, report=plan.report | {"structure": structure})))
    assert told in page.words


def test_a_whole_report_warnings_first_and_seconds():
    body = joined(box((4, 4, 1)), box((1, 1, 1), (0, 0, 3)))
    settings = Settings(studs=16, packer="fast", repair=False, floating="keep")
    plan = Conversion(mesh_of(body)).run(settings)
    page = Page(report_page(plan))
    assert plan.report["warnings"]
    assert page.texts[3 : 4 + len(plan.report["warnings"])] == ["Mind this", *plan.report["warnings"]]
    assert "does not stand" in page.words and "on nothing" in page.words
    assert f"{plan.report['grams']:,.0f} g" in page.texts
    assert f"{plan.report['seconds']['total']:.1f} seconds in all" in page.words
    assert "Laying parts" in page.texts and "packer" in page.texts


def test_supports_and_why_some_stay():
    rows = [(8, 0, 0, 0, 0, 1, Role.SUPPORT_OUTER, 0, 0), (8, 0, 0, 3, 0, 4, Role.MODEL, 0, 1)]
    page = Page(report_page(inspected(rows)))
    assert "2 parts" not in page.words
    assert "1 must stay after the build: 1 part at stud 1, 1, plate 1: parts would come loose otherwise" in page.words


def test_one_colour_is_no_plural():
    page = Page(report_page(inspected(ROWS[:1])))
    assert "parts are of 1 kind, in 1 colour" in page.words and "1 colours" not in page.words


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "a & b", "\"quoted'", "Größe 模型 🧱", "</title>"])
def test_any_name_is_only_text(name):
    plan = inspected(name=name)
    plan = replace(plan, report=plan.report | {"warnings": [name]})
    page = Page(report_page(plan))
    assert page.texts.count(name) == 2
    assert not {tag for tag, _ in page.tags} & {"script", "link", "img", "iframe", "base"}


def test_nothing_is_loaded():
    text = report_page(inspected())
    assert not re.search(r"https?:|src=|href=|url\(|@import", text)


def test_a_plan_without_a_report_has_a_page():
    page = Page(report_page(plan_of(ROWS)))
    assert "11 × 10 studs" in page.texts and any(text.startswith("6 plates high") for text in page.texts)


def test_both_files_are_written(tmp_path):
    plan = inspected()
    CLOSING_WRITERS["report"](plan, tmp_path, ExportOptions(), SILENT)
    assert {path.name for path in tmp_path.iterdir()} == {"report.json", "report.html"}
    assert (tmp_path / "report.json").read_text(encoding="utf-8") == report_text(plan)
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == report_page(plan)
