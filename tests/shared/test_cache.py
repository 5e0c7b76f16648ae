"""The cache of entities is bounded by what they hold, not by how many they are."""

from shared.cache import Cache
from tests.shared.story import hall


def loaded(cache: Cache, number: int, events: int, payload: int = 100) -> None:
    known = cache.get(hall(number), 0)
    known.events += events
    known.payloads += events * payload
    cache.weigh(hall(number), known)


def test_an_entity_with_many_events_puts_others_out() -> None:
    cache = Cache(events=100)
    for number in range(10):
        loaded(cache, number, 10)
    assert len(cache) == 10
    loaded(cache, 10, 55)
    assert len(cache) == 5
    assert cache.get(hall(10), 0).events == 55


def test_the_one_that_was_asked_for_longest_ago_goes_first() -> None:
    cache = Cache(events=30)
    for number in range(3):
        loaded(cache, number, 10)
    cache.get(hall(0), 0)
    loaded(cache, 3, 10)
    assert [cache.get(hall(number), 0).events for number in (0, 2, 3)] == [10, 10, 10]
    assert cache.get(hall(1), 0).events == 0


def test_large_payloads_put_others_out() -> None:
    cache = Cache(bytes_=800_000)
    for number in range(10):
        loaded(cache, number, 1, 60_000)
    loaded(cache, 10, 5, 60_000)
    assert len(cache) < 11
    assert cache.get(hall(10), 0).payloads == 300_000


def test_many_small_entities_are_bounded_too() -> None:
    cache = Cache(bytes_=100_000)
    for number in range(1_000):
        cache.get(hall(number), 0)
    assert len(cache) < 70


def test_one_entity_that_is_too_much_alone_is_kept() -> None:
    cache = Cache(events=10)
    loaded(cache, 1, 100)
    assert cache.get(hall(1), 0).events == 100


def test_who_was_forgotten_meanwhile_does_not_put_out_who_was_loaded_anew() -> None:
    cache = Cache()
    forgotten = cache.get(hall(), 0)
    cache.clear()
    anew = cache.get(hall(), 0)
    forgotten.events += 5
    cache.weigh(hall(), forgotten)
    assert cache.get(hall(), 0) is anew
