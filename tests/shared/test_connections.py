"""Of connections that wait there is always one to close, and it is of whoever has the most."""

import resource
from unittest.mock import Mock

import pytest

from shared.http.connections import (
    MOST_CONNECTIONS,
    Connections,
    Why,
    most_connections,
    peer_of,
    raise_descriptors,
)


class Line:
    """A connection that only remembers why it was cut."""

    def __init__(self) -> None:
        self.why: Why | None = None

    def cut(self, why: Why, /) -> None:
        self.why = why


def opened(connections: Connections, peer: str) -> Line:
    line = Line()
    assert connections.opened(line, peer)
    return line


def test_who_has_the_most_that_wait_loses_his_oldest() -> None:
    connections = Connections(4)
    proxy = opened(connections, "10.0.0.1")
    first, second, third = (opened(connections, "203.0.113.9") for _ in range(3))
    opened(connections, "10.0.0.2")
    assert [one.why for one in (proxy, first, second, third)] == [None, "room", None, None]
    opened(connections, "203.0.113.9")
    assert [one.why for one in (proxy, second, third)] == [None, "room", None]
    assert len(connections) == 4


def test_what_is_being_answered_stays_and_waits_from_then_on() -> None:
    connections = Connections(2)
    busy, idle = opened(connections, "a"), opened(connections, "a")
    connections.works(busy)
    newcomer = opened(connections, "a")
    assert (busy.why, idle.why) == (None, "room")
    connections.waits(busy)
    connections.waits(newcomer)  # it waits already, and keeps its place
    opened(connections, "a")
    assert (newcomer.why, busy.why) == ("room", None)


def test_where_all_are_at_work_nobody_more_is_taken() -> None:
    connections = Connections(1)
    busy = opened(connections, "a")
    connections.works(busy)
    assert not connections.opened(Line(), "b")
    assert len(connections) == 1
    connections.closed(busy)
    assert connections.opened(Line(), "b")


def test_a_network_of_ipv6_is_one_peer_and_no_address_is_nobody() -> None:
    assert peer_of("2001:db8::1") == peer_of("2001:db8::ffff:2") != peer_of("2001:db8:0:1::1")
    assert peer_of("::ffff:10.0.0.1") == peer_of("10.0.0.1") == "10.0.0.1"
    assert peer_of("a" * 9_000) == peer_of("") == ""


def test_there_are_as_many_as_descriptors_allow(monkeypatch: pytest.MonkeyPatch) -> None:
    def limited(soft: int) -> int:
        monkeypatch.setattr(resource, "getrlimit", Mock(return_value=(soft, soft)))
        return most_connections(1)

    assert limited(1_000_000) == limited(resource.RLIM_INFINITY) == MOST_CONNECTIONS
    assert limited(256) == 160
    assert limited(10) == 16


def test_a_process_takes_the_descriptors_that_it_may_have(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = Mock()
    monkeypatch.setattr(resource, "getrlimit", Mock(return_value=(1_024, 4_096)))
    monkeypatch.setattr(resource, "setrlimit", taken)
    raise_descriptors()
    taken.assert_called_once_with(resource.RLIMIT_NOFILE, (4_096, 4_096))
