"""The model of what many submissions need says what arithmetic does."""

import pytest

from benchmarks.model import USED, Costs, needed

COSTS = Costs(judging=0.5, main=0.01, recording=0.005, sent=90_000, returned=60_000)


def test_twice_as_many_need_twice_the_workers_and_twice_the_time_need_half() -> None:
    one = needed(COSTS, 36_000, 3600)
    assert one.workers == 8  # 10 a second, of half a second each, of which 0.7 are used
    assert needed(COSTS, 72_000, 3600).workers == 15
    assert needed(COSTS, 36_000, 7200).workers == 4
    assert one.main == pytest.approx(0.1)
    assert one.traffic == pytest.approx(1.5)


def test_one_process_that_records_is_enough_until_it_is_busy_all_the_time() -> None:
    assert needed(COSTS, 36_000, 3600).fits
    most = USED / COSTS.main * 3600
    assert needed(COSTS, int(most) - 1, 3600).fits
    assert not needed(COSTS, int(most) + 10, 3600).fits
