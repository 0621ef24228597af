"""Whatever is done in whatever order, nothing breaks and nothing is left; `make sequences` runs a hundred."""

import pytest
from sequences import run_sequence

pytestmark = pytest.mark.usefixtures("switched_on")


@pytest.mark.parametrize("seed", range(6))
def test_a_random_sequence_breaks_nothing_and_leaves_nothing(seed, tmp_path):
    assert run_sequence(seed, tmp_path)
