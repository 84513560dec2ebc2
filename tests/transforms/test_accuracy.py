"""The engine's measures against drawn truth: 32 of those of `python -m tests.accuracy`."""

import pytest

from tests.accuracy import SHARE, figures, measured, table

GROUP = 16


@pytest.mark.parametrize("begin", range(0, 2 * GROUP, GROUP))
def test_measures_are_near_the_truth_and_photos_keep_their_limits(begin):
    portraits = measured(range(begin, begin + GROUP))
    print(table(portraits))
    assert all(each.errors for each in portraits)
    assert [each.broken for each in portraits if each.broken] == []
    for figure in figures(portraits):
        assert figure.within >= min(SHARE, 1 - 1 / GROUP), figure
