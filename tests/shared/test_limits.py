"""Nobody gets more than a burst and a rate, and nobody's haste is another's delay."""

from datetime import date, timedelta
from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from shared.limits import MOST_BUCKETS, Buckets, Rations

rates = st.floats(0.1, 1_000)
bursts = st.integers(1, 20)
pauses = st.lists(st.just(0.0) | st.floats(0, 5), max_size=100)


@given(rates, bursts, pauses)
def test_in_no_span_of_time_does_anybody_get_more_than_a_burst_and_the_rate(
    rate: float, burst: int, waits: list[float]
) -> None:
    buckets = Buckets(rate, burst)
    taken = [now for now in accumulate(waits) if not buckets.take("siti", now)]
    for first, start in enumerate(taken):
        for count, end in enumerate(taken[first:], 1):
            assert count <= burst + rate * (end - start) + 1e-6


@given(rates, bursts, st.floats(0, 1e6))
def test_a_whole_burst_is_there_at_once_and_after_the_wait_one_more(
    rate: float, burst: int, now: float
) -> None:
    buckets = Buckets(rate, burst)
    assert [buckets.take("siti", now) for _ in range(burst)] == [0.0] * burst
    wait = buckets.take("siti", now)
    assert 0 < wait <= 1 / rate + 1e-6
    assert buckets.take("siti", now + wait / 2) > 0
    assert buckets.take("siti", now + wait + 1e-6) == 0


def test_who_stays_away_saves_up_no_more_than_a_burst() -> None:
    buckets = Buckets(10, 3)
    buckets.take("siti", 0)
    assert [bool(buckets.take("siti", 3_600)) for _ in range(5)] == [False] * 3 + [True] * 2


def test_to_be_refused_costs_nothing() -> None:
    buckets = Buckets(1, 1)
    buckets.take("siti", 0)
    assert {buckets.take("siti", 0.5) for _ in range(100)} == {0.5}
    assert buckets.take("siti", 1) == 0


def test_each_has_a_bucket_of_its_own() -> None:
    buckets = Buckets(1, 1)
    assert (buckets.take("siti", 0), buckets.take("budi", 0)) == (0, 0)
    assert (buckets.take("siti", 0), buckets.take("budi", 0)) == (1, 1)


def test_of_too_many_buckets_the_one_longest_unused_is_forgotten() -> None:
    buckets = Buckets(1, 1)
    buckets.take("siti", 0)
    buckets.take("budi", 0)
    buckets.take("siti", 0)
    for number in range(MOST_BUCKETS - 1):
        buckets.take(f"{number}", 0)
    assert buckets.take("siti", 0) == 1
    assert buckets.take("budi", 0) == 0


def test_a_ration_is_for_a_day_and_for_one_credential() -> None:
    rations, today = Rations(2), date(2026, 11, 25)
    assert rations.left("siti", today) == 2
    rations.take("siti")
    rations.take("siti")
    assert rations.left("siti", today) == 0
    assert rations.left("budi", today) == 2
    assert rations.left("siti", today + timedelta(days=1)) == 2


def test_who_asks_just_before_midnight_gets_nothing_back_of_the_day_that_has_begun() -> None:
    rations, today = Rations(1), date(2026, 11, 25)
    assert rations.left("budi", today + timedelta(days=1)) == 1
    rations.take("siti")
    assert rations.left("siti", today) == 0
    assert rations.left("siti", today + timedelta(days=1)) == 0
