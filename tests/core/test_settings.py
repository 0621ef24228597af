"""The one dataclass that panel, command line and presets are views of."""

import json
import re
from dataclasses import fields

import pytest
from brickprint.core.errors import BadSetting
from brickprint.core.settings import Settings, options
from hypothesis import given
from hypothesis import strategies as st


def any_settings():
    """Settings with every value within its limits."""
    by_name = {}
    for item in fields(Settings):
        option = item.metadata["option"]
        if option.pattern:
            by_name[item.name] = st.from_regex(re.compile(option.pattern, re.ASCII), fullmatch=True)
        elif option.choices:
            by_name[item.name] = st.sampled_from(option.choices)
        elif isinstance(item.default, tuple):
            by_name[item.name] = st.lists(st.text(min_size=1)).map(tuple)
        elif isinstance(item.default, (bool, str)):
            by_name[item.name] = st.booleans() if isinstance(item.default, bool) else st.text()
        else:
            number = st.integers if isinstance(item.default, int) else st.floats
            by_name[item.name] = number(option.minimum, option.maximum)
    return st.builds(Settings, **by_name)


@given(any_settings())
def test_values_survive_json(settings):
    assert Settings.from_values(json.loads(json.dumps(settings.values()))) == settings


def test_a_name_of_another_version_is_left_out():
    assert Settings.from_values({"studs": 20, "glitter": True}) == Settings(studs=20)


@pytest.mark.parametrize("item", fields(Settings), ids=lambda item: item.name)
def test_every_setting_explains_itself(item):
    option = item.metadata["option"]
    assert option.help and not option.help.endswith(".")
    assert not option.choices or item.default in option.choices


@pytest.mark.parametrize("name", [name for name, option in options().items() if option.minimum is not None])
def test_limits_are_kept(name):
    option = options()[name]
    kind = type(getattr(Settings(), name))
    for limit in (option.minimum, option.maximum):
        assert getattr(Settings(**{name: kind(limit)}), name) == limit
    for outside, told in ((option.minimum - 1, "too small"), (option.maximum + 1, "too large")):
        with pytest.raises(BadSetting, match=told):
            Settings(**{name: kind(outside)})


@pytest.mark.parametrize("name", [item.name for item in fields(Settings) if isinstance(item.default, float)])
@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_what_is_no_number_is_refused(name, value):
    with pytest.raises(BadSetting, match=f"^--{name.replace('_', '-')} .*is no number"):
        Settings(**{name: value})


@pytest.mark.parametrize("load", ["heavy", "-5", "5 g", "500@3", "500@3;7", "@3,7", "1e3", "99999999", "5\n", "٥"])
def test_a_load_that_can_not_be_read_is_refused(load):
    with pytest.raises(BadSetting, match=r"(?s)^--load .*can't be read; write grams"):
        Settings(load=load)


@pytest.mark.parametrize("name", [name for name, option in options().items() if option.choices and not option.open])
def test_an_unknown_word_is_refused_with_the_known_ones(name):
    with pytest.raises(BadSetting) as refused:
        Settings(**{name: "nonsense"})
    assert all(word in str(refused.value) for word in options()[name].choices)
