import numpy as np
import pytest
from brickprint.core.colour.clusters import k_means
from hypothesis import given
from hypothesis import strategies as st


def spread(points, weights, centres):
    """Weighted squared distances to the nearest centre, and which that is."""
    distances = ((points[:, None] - centres) ** 2).sum(axis=2)
    return distances.min(axis=1) @ weights, distances.argmin(axis=1)


@given(seed=st.integers(0, 10_000), k=st.integers(1, 9))
def test_centres_are_all_used_and_rest_near_the_means_of_their_points(seed, k):
    random = np.random.default_rng(seed)
    points, weights = random.random((40, 3)), random.random(40) + 0.01
    centres = k_means(points, weights, k, seed)
    assert centres.shape == (k, 3)
    _, nearest = spread(points, weights, centres)
    assert len(np.unique(nearest)) == k
    means = [np.average(points[nearest == row], axis=0, weights=weights[nearest == row]) for row in range(k)]
    np.testing.assert_allclose(centres, means, atol=0.05)
    np.testing.assert_array_equal(centres, k_means(points, weights, k, seed))


@pytest.mark.parametrize("seed", range(5))
def test_separate_clouds_are_found(seed):
    random = np.random.default_rng(seed)
    middles = np.stack(np.meshgrid(*[[0.0, 1.0]] * 3), axis=-1).reshape(-1, 3)
    points = np.repeat(middles, 200, axis=0) + random.normal(0, 0.03, (1600, 3))
    centres = k_means(points, np.ones(1600), 8, seed)
    order = np.lexsort(np.rint(centres).T)
    np.testing.assert_allclose(centres[order], middles[np.lexsort(middles.T)], atol=0.02)


def test_a_weight_is_as_many_points():
    points, weights = np.array([[0.0], [1.0], [10.0], [11.0]]), np.array([3.0, 1.0, 1.0, 1.0])
    np.testing.assert_allclose(np.sort(k_means(points, weights, 2, 0), axis=0), [[0.25], [10.5]])
