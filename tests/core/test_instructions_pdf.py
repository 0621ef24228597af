"""The printed book, read back by another library."""

import io
import re
import sys
from collections import Counter

import pytest
from brickprint.core.errors import Cancelled, MissingLibrary, NothingToBuild
from brickprint.core.export.formats import write_format
from brickprint.core.export.instructions.pdf import pdf_bytes
from brickprint.core.export.options import ExportOptions
from brickprint.core.layout import Role
from brickprint.core.progress import Progress
from random_plans import plan_of
from test_instructions import BLACK, RED, WHITE, row, tower

pypdf = pytest.importorskip("pypdf", reason="reads the PDF")


def pages(data):
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages]


def counts(text):
    """The numbers before "x" in a parts list."""
    return sum(int(number) for number in re.findall(r"^(\d+)x$", text, re.MULTILINE))


def wall(steps=30):
    """A wall that takes several pages."""
    return [
        row("3001", 4 * (number % 3), 0, 3 * (number // 3), colour=(RED, WHITE, BLACK)[number % 3], step=number)
        for number in range(steps)
    ]


def test_every_step_has_its_number_and_the_lists_add_up():
    cover, *rest = pages(pdf_bytes(plan_of(wall(), name="Wall")))
    assert "Wall" in cover and "30 parts" in cover and "12 × 2 studs, 10 bricks high" in cover
    first_list = next(number for number, text in enumerate(rest) if "All 30 parts" in text)
    steps, parts = "\n".join(rest[:first_list]), "\n".join(rest[first_list:])
    numbers = Counter(map(int, re.findall(r"^(\d+)\n", steps, re.MULTILINE)))
    assert all(numbers[number] for number in range(1, 31))
    assert counts(steps) == counts(parts) == 30
    for name in ("Red", "White", "Black"):
        assert f"{name}\n10 parts" in parts or re.search(rf"{name}\s+10 parts", parts)


def test_pages_are_numbered():
    texts = pages(pdf_bytes(plan_of(wall())))
    assert len(texts) > 3
    for number, text in enumerate(texts, 1):
        assert str(number) in text.split("\n")


@pytest.mark.parametrize(("page", "size"), [("a4", (595.3, 841.9)), ("letter", (612, 792))])
def test_the_paper_is_the_one_asked_for(page, size):
    box = pypdf.PdfReader(io.BytesIO(pdf_bytes(plan_of(tower(2)), page))).pages[0].mediabox
    assert (float(box.width), float(box.height)) == pytest.approx(size, abs=0.1)


def test_small_steps_share_a_page_and_large_models_do_not_make_large_ones():
    few = len(pages(pdf_bytes(plan_of(tower(12)))))
    assert few <= 5
    long = [row("3006", 10 * number, 0, 0, step=number) for number in range(24)]
    assert len(pages(pdf_bytes(plan_of(long)))) < 15


def test_a_layer_diagram_for_every_level_if_asked_for():
    plan = plan_of([*tower(3), row("2357", 8, 0, 0), row("3024", -3, -2, 3, role=Role.SUPPORT_OUTER)])
    plain, more = pages(pdf_bytes(plan)), pages(pdf_bytes(plan, diagrams=True))
    assert len(more) == len(plain) + 3
    layers = [text for text in more if re.search(r"Layer \d of 3", text)]
    assert len(layers) == 3 and "Brick 2 x 2 Corner, Red" in layers[0] and "support" in layers[1]


def test_taking_supports_off_is_the_last_step():
    texts = pages(pdf_bytes(plan_of([*tower(2), row("3005", 9, 0, 0, role=Role.SUPPORT_OUTER)])))
    (page,) = (number for number, text in enumerate(texts) if "Taking the supports off" in text)
    assert page == len(texts) - 2 and "Take these supports off." in texts[page]
    assert "White, supports" in texts[-1] or "Red, supports" in texts[-1]


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Ärger & <b>Öl</b>", "Ärger & <b>Öl</b>"),
        ("Лиса", "Лиса"),
        ("Αλεπού", "Αλεπού"),
        ("狐", "狐"),
        ("きつね", "きつね"),
        ("여우", "여우"),
        ("fox 🦊", "fox U+1F98A"),
        ("a\nb\x00c", "a bc"),
        ("", "Building instructions"),
        ("long " * 200, "long long"),
    ],
)
def test_names_in_any_script_are_legible(name, written):
    cover = pages(pdf_bytes(plan_of(tower(1), name=name)))[0]
    assert written in cover.replace("\n", " ")


def test_equal_plans_give_equal_bytes():
    assert pdf_bytes(plan_of(wall(6))) == pdf_bytes(plan_of(wall(6)))


def test_nothing_is_refused_and_cancelling_leaves_no_file(tmp_path):
    with pytest.raises(NothingToBuild):
        pdf_bytes(plan_of([]))
    asked = []
    stopping = Progress(cancelled=lambda: len(asked) > 3, on_step=asked.append)
    for word in ("pdf", "html"):
        asked.clear()
        with pytest.raises(Cancelled):
            write_format(word, plan_of(wall()), tmp_path, ExportOptions(), stopping)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("word", "module", "library"), [("pdf", "reportlab", "reportlab"), ("html", "PIL", "pillow")])
def test_a_library_that_is_not_there_is_named(word, module, library, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingLibrary, match=f"need {library}, .*pip install {library}.*leave {word} out"):
        write_format(word, plan_of(tower(1)), tmp_path, ExportOptions())
    assert not list(tmp_path.iterdir())


def test_progress_runs_from_nothing_to_all(tmp_path):
    for word in ("pdf", "html"):
        heard = []
        write_format(word, plan_of(wall(), name="wall"), tmp_path, ExportOptions(), Progress(on_step=heard.append))
        fractions = [step.fraction for step in heard]
        assert fractions == sorted(fractions) and fractions[-1] == 1 and len(fractions) > 30
    assert sorted(path.name for path in tmp_path.iterdir()) == ["wall.html", "wall.pdf"]


def test_the_settings_choose_paper_and_diagrams(tmp_path):
    plan = plan_of(tower(2), name="m", settings={"page": "letter", "diagrams": True})
    write_format("pdf", plan, tmp_path, ExportOptions())
    reader = pypdf.PdfReader(tmp_path / "m.pdf")
    assert float(reader.pages[0].mediabox.width) == 612
    assert any("Layer 2 of 2" in page.extract_text() for page in reader.pages)
