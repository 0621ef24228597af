"""Colours of a palette, chosen one by one."""

import pytest
from brickprint.core.catalogue.colours import load_colours
from brickprint.core.colour.choosing import swatches, toggled
from brickprint.core.colour.palettes import PALETTES, load_palette
from brickprint.core.errors import BadPalette
from hypothesis import given
from hypothesis import strategies as st

CODES = [colour.ldraw for colour in load_colours()]
NAMES = st.lists(st.sampled_from([colour.name for colour in load_colours()]), max_size=4).map(tuple)


def used(palette, without=(), include=()):
    return {each.colour.ldraw for each in swatches(palette, without, include) if each.used}


@given(st.sampled_from(sorted(PALETTES)), NAMES, NAMES)
def test_what_is_used_is_what_the_conversion_takes(palette, without, include):
    taken = load_palette(palette, without, include=include)
    assert used(palette, without, include) == {colour.ldraw for colour in taken.colours}


@given(st.sampled_from(sorted(PALETTES)), NAMES, NAMES, st.sampled_from(CODES))
def test_a_click_changes_one_colour_and_another_click_brings_it_back(palette, without, include, code):
    before = used(palette, without, include)
    once = toggled(palette, without, include, code)
    assert used(palette, *once) == before ^ {code}
    assert used(palette, *toggled(palette, *once, code)) == before


def test_clicks_leave_short_lists():
    once = toggled("solid", (), (), 4)
    assert once == (("Red",), ())
    assert toggled("solid", *once, 4) == ((), ())
    foreign = next(each.colour for each in swatches("pick-a-brick-29") if not each.own)
    once = toggled("pick-a-brick-29", (), (), foreign.ldraw)
    assert once == ((), (foreign.name,))
    assert toggled("pick-a-brick-29", *once, foreign.ldraw) == ((), ())


def test_unknown_words_are_told():
    with pytest.raises(BadPalette, match="no colour 'Rod'"):
        toggled("solid", ("Rod",), (), 4)
