"""The contents of a book of instructions, and its pictures."""

from collections import Counter

import numpy as np
import pytest
from brickprint.core.catalogue.parts import load_parts
from brickprint.core.errors import NothingToBuild, TooLarge
from brickprint.core.export.instructions.book import make_book
from brickprint.core.export.instructions.canvas import blank_canvas, fitting_pitch, put
from brickprint.core.export.instructions.looks import OUTLINES, outline_colour
from brickprint.core.export.instructions.pictures import part_picture, step_pictures, still
from brickprint.core.export.instructions.sprites import LOOKS, sprite
from brickprint.core.export.instructions.views import HOME, View
from brickprint.core.layout import Role
from hypothesis import given
from hypothesis import strategies as st
from random_plans import CATALOGUE, PALETTE, plan_of

PART = {part.ldraw: row for row, part in enumerate(CATALOGUE.parts)}
COLOUR = {colour.name: row for row, colour in enumerate(PALETTE.colours)}
RED, WHITE, BLACK = COLOUR["Red"], COLOUR["White"], COLOUR["Black"]
VIEWS = [View(quarter, below) for quarter in range(4) for below in (False, True)]


def row(part, x, y, z, turn=0, colour=RED, role=Role.MODEL, section=0, step=0):
    return PART[part], x, y, z, turn, colour, role, section, step


def tower(levels=6):
    return [row("3001", 0, 0, 3 * level, colour=(RED, WHITE)[level % 2], step=level) for level in range(levels)]


def listed(book):
    total = Counter()
    for chapter in book.chapters:
        for step in chapter.steps:
            for line in step.parts:
                total[line.part, line.colour] += line.count
    return total


def of_layout(layout):
    return Counter(zip(layout["part"].tolist(), layout["colour"].tolist(), strict=True))


def test_every_step_lists_its_parts_and_all_add_up_to_the_model():
    plan = plan_of([*tower(3), row("3005", 8, 0, 0, step=0), row("3005", 9, 0, 0, step=0)])
    book = make_book(plan)
    (chapter,) = book.chapters
    assert [step.number for step in chapter.steps] == [1, 2, 3]
    first = {(line.part, line.colour): line.count for line in chapter.steps[0].parts}
    assert first == {(PART["3001"], RED): 1, (PART["3005"], RED): 2}
    assert listed(book) == of_layout(plan.layout) == Counter({(b.part, b.colour): b.count for b in book.parts})


def test_a_plan_without_parts_is_refused():
    with pytest.raises(NothingToBuild, match=r"^nothing has no parts"):
        make_book(plan_of([], name="nothing"))


def test_the_cover_tells_size_and_weight():
    facts = make_book(plan_of(tower(6))).facts
    assert facts == ("6 parts", "4 × 2 studs, 6 bricks high", "3.2 × 1.6 × 5.8 cm", "14 g")


def test_sections_have_steps_of_their_own_and_are_put_together():
    parts = [row("3001", 0, 0, 3 * level, section=level // 2, step=level) for level in range(6)]
    book = make_book(plan_of(parts))
    titles = [chapter.title for chapter in book.chapters]
    assert titles == ["Section 1 of 3", "Section 2 of 3", "Section 3 of 3", "Putting the sections together"]
    assert [[step.number for step in chapter.steps] for chapter in book.chapters] == [[1, 2]] * 4
    joins = book.chapters[-1].steps
    assert [(step.first, step.last, step.parts) for step in joins] == [(2, 4, ()), (4, 6, ())]
    assert listed(book) == of_layout(plan_of(parts).layout)


def test_parts_that_only_hold_together_are_called_out_and_equal_ones_are_made_at_once():
    # The 1x1 hangs from the long brick above it, over a brick that keeps it from being pressed on from below.
    rows = [row("3006", 0, 0, 0, colour=BLACK), row("3006", 20, 0, 0, colour=BLACK)]
    rows += [row("3005", 4, 0, 4, step=1), row("3009", 0, 0, 7, colour=WHITE, step=1), row("3005", 0, 0, 3, step=0)]
    rows += [row("3005", 24, 0, 4, step=2), row("3009", 20, 0, 7, colour=WHITE, step=2), row("3005", 20, 0, 3, step=0)]
    rows += [row("3024", 0, 0, 6, step=0), row("3024", 20, 0, 6, step=0)]
    plan = plan_of(rows)
    (chapter,) = make_book(plan).chapters
    first, second = chapter.steps[1:]
    assert first.callout is not None and first.callout.copies == 2 and len(first.callout.layout) == 2
    assert {line.count for line in first.parts} == {2}
    assert second.parts == () and second.callout is None and "step 2" in second.notes[0]
    assert listed(make_book(plan)) == of_layout(plan.layout)


def test_supports_come_off_at_last_and_those_that_stay_are_named():
    rows = [*tower(2), row("3005", 9, 0, 0, role=Role.SUPPORT_OUTER), row("3005", 12, 0, 0, role=Role.SUPPORT_OUTER)]
    kept = [{"parts": 1, "reason": "holds", "holds_parts": 1, "at": [13, 1, 1]}]
    book = make_book(plan_of(rows, report={"supports": {"kept": kept}}))
    last = book.chapters[-1].steps[-1]
    assert [(line.part, line.count, line.support) for line in last.takes_off] == [(PART["3005"], 1, True)]
    assert any("stud 13" in note and "holds parts" in note for note in last.notes)
    assert len(book.finished) == 3 and listed(book).total() == 4


def test_only_supports_that_come_off_are_listed_as_such():
    rows = [*tower(2), row("3005", 9, 0, 0, role=Role.SUPPORT_OUTER), row("3005", 12, 0, 0, role=Role.SUPPORT_OUTER)]
    kept = [{"parts": 1, "reason": "holds", "holds_parts": 1, "at": [13, 1, 1]}]
    book = make_book(plan_of(rows, report={"supports": {"kept": kept}}))
    assert [line.count for line in book.parts if line.support] == [1]
    assert book.facts[0] == "4 parts, 1 of them for supports while you build"
    kept.append(kept[0] | {"at": [10, 1, 1]})
    book = make_book(plan_of(rows, report={"supports": {"kept": kept}}))
    assert not any(line.support for line in book.parts) and book.facts[0] == "4 parts"


def test_a_report_that_says_nothing_of_supports():
    rows = [*tower(2), row("3005", 9, 0, 0, role=Role.SUPPORT_OUTER)]
    book = make_book(plan_of(rows, report={"supports": None}))
    assert [line.count for line in book.chapters[-1].steps[-1].takes_off] == [1]


def test_supports_alone_are_refused():
    rows = [row("3005", 0, 0, 0, role=Role.SUPPORT_OUTER), row("3005", 0, 0, 3, role=Role.SUPPORT_INNER)]
    with pytest.raises(NothingToBuild, match=r"^props has no parts but supports"):
        make_book(plan_of(rows, name="props"))


def test_supports_that_a_section_would_close_in_come_out_before_it_is_put_on():
    rows = [*tower(1), row("3005", 9, 0, 0, role=Role.SUPPORT_INNER), row("3005", 12, 0, 0, role=Role.SUPPORT_OUTER)]
    rows.append(row("3001", 0, 0, 3, section=1, step=1))
    book = make_book(plan_of(rows, report={"supports": {"kept": []}}))
    titles = ["Section 1 of 2", "Taking the supports out of section 1", "Section 2 of 2"]
    titles += ["Putting the sections together", "Taking the supports off"]
    assert [chapter.title for chapter in book.chapters] == titles
    assert [line.count for line in book.chapters[1].steps[0].takes_off] == [1]
    assert not (book.chapters[3].layout["role"] == Role.SUPPORT_INNER).any()
    assert len(book.finished) == 2 and listed(book).total() == 4


@given(st.sampled_from(range(len(CATALOGUE.parts))), st.integers(0, 3), st.sampled_from(VIEWS))
def test_a_part_turned_with_the_eye_looks_the_same(part, turn, view):
    part = CATALOGUE.parts[part]
    here = sprite(part, turn, view, 4)
    there = sprite(part, (turn + view.quarter) % 4, View(0, view.below), 4)
    assert here.area == there.area and here.near.shape == there.near.shape
    assert np.array_equal(here.look, there.look)


@pytest.mark.parametrize("part", [part for part in CATALOGUE.parts if part.kind in ("brick", "plate")], ids=str)
def test_a_box_covers_the_pixels_of_its_outline(part):
    if part.cells:
        pytest.skip("not a rectangle")
    pitch = 6
    flat = load_parts().parts[PART["3068b"]]
    assert sprite(flat, 0, HOME, pitch).area == pitch**2 * (2 * 2 * 4 + (2 + 2) * 2 * 1)
    body = pitch**2 * (part.studs_x * part.studs_y * 4 + (part.studs_x + part.studs_y) * 2 * part.plates)
    assert body <= sprite(part, 0, HOME, pitch).area <= body + pitch**2 * (part.studs_x + part.studs_y) * 2


def test_nearer_parts_hide_others_in_any_order():
    layout = plan_of([row("3001", 0, 0, 0), row("3001", 0, 0, 3, colour=WHITE), row("3003", 0, 4, 0)]).layout
    seen = []
    for order in ([0, 1, 2], [2, 1, 0]):
        canvas = blank_canvas(layout, CATALOGUE, HOME, 5)
        for number in order:
            put(canvas, layout[number : number + 1], CATALOGUE, number)
        seen.append(canvas.key)
    assert np.array_equal(*seen)
    pixels = np.bincount(seen[0][seen[0] >= 0] // LOOKS, minlength=3)
    assert pixels[1] == sprite(CATALOGUE.parts[PART["3001"]], 0, HOME, 5 * canvas.fineness).area
    assert 0 < pixels[0] < pixels[1]


def test_studs_and_edges_are_dark_lines_and_faces_have_the_part_colour():
    picture = part_picture(plan_of(tower(1)), PART["3001"], RED, 12)
    red = np.array(list(bytes.fromhex(PALETTE.colours[RED].hex[1:])))
    solid = picture[picture[..., 3] == 255][:, :3].astype(int)
    assert (abs(solid - red).max(axis=1) <= 1).mean() > 0.15  # the top
    assert (solid.sum(axis=1) < 0.65 * red.sum()).mean() > 0.06  # lines
    bare = part_picture(plan_of(tower(1)), PART["87079"], RED, 12)
    lines = [(shown[shown[..., 3] == 255][:, :3].sum(axis=1) < 0.65 * red.sum()).sum() for shown in (picture, bare)]
    assert lines[0] > 1.5 * lines[1]


def test_new_parts_are_bright_within_an_outline_and_earlier_ones_muted():
    plan = plan_of([row("3001", 0, 0, 0, colour=BLACK), row("3001", 0, 0, 3, colour=WHITE, step=1)])
    (chapter,) = make_book(plan).chapters
    first, second = [(drawn.picture.copy(), drawn.new) for drawn in step_pictures(chapter, plan, 8)]
    outline = np.array(outline_colour(plan.layout, plan.palette))

    def outlined(picture):
        return (abs(picture[..., :3].astype(int) - outline).max(axis=2) < 30) & (picture[..., 3] > 200)

    assert outlined(first[0]).sum() > 100 and outlined(second[0]).sum() > 100
    bottom = second[1][3]
    below = second[0][bottom + 8 :]
    opaque = below[below[..., 3] == 255]
    assert len(opaque) and opaque[:, :3].min() > 100  # black, muted


def test_the_outline_differs_from_the_model():
    assert outline_colour(plan_of(tower(1)).layout, PALETTE) != OUTLINES[0]
    assert outline_colour(plan_of([row("3001", 0, 0, 0, colour=WHITE)]).layout, PALETTE) == OUTLINES[0]


def test_the_last_step_shows_what_a_still_picture_shows():
    plan = plan_of(tower(4))
    (chapter,) = make_book(plan).chapters
    *_, last = step_pictures(chapter, plan, 6)
    whole = still(plan.layout, plan, 6)
    assert np.array_equal(last.picture[..., 3] > 250, (last.picture[..., 3] > 250) | (whole[..., 3] > 250))


def test_pictures_of_a_huge_model_are_smaller_or_refused():
    def ends(studs):
        return plan_of([row("3001", 0, 0, 0), row("3001", studs, 0, 0)]).layout

    assert fitting_pitch(ends(20), CATALOGUE, VIEWS, 9) == 9
    assert fitting_pitch(ends(500), CATALOGUE, VIEWS, 9) < 9
    with pytest.raises(TooLarge, match="fewer studs"):
        fitting_pitch(ends(50_000), CATALOGUE, VIEWS, 9)
