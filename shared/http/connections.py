"""How many connections a process holds, and which one goes when another comes.

Each one costs a file descriptor and memory, and most of them wait: for a request, for the rest of
one, or for nothing. So there is always one to close in favour of a newcomer, and who opens many
loses his own: it is the oldest that waits of whoever has the most that wait.
"""

import resource
from collections import Counter
from ipaddress import IPv6Address, ip_address
from typing import Literal, Protocol, get_args

MOST_CONNECTIONS = 1_000
_RESERVED = 96
"""Descriptors that one service needs for Postgres, nats-server and files, with some to spare."""
_FEWEST = 16
_MOST_DESCRIPTORS = 65_536


type Why = Literal["room", "full", "idle", "slow", "large", "malformed", "unread"]
"""Why a connection is cut off: *room* for a newcomer, or the newcomer itself when all is *full*."""
WHYS: tuple[Why, ...] = get_args(Why.__value__)


class Connection(Protocol):
    """What is counted: it can be cut off."""

    def cut(self, why: Why, /) -> None:
        """End it at once."""
        ...


class Connections:
    """The open connections of a process."""

    def __init__(self, most: int) -> None:
        """*most* are held at once."""
        self.cut: Counter[Why] = Counter()
        """How many were cut off, by why."""
        self._most = most
        self._open: dict[Connection, str] = {}
        self._waiting: dict[str, dict[Connection, None]] = {}

    def __len__(self) -> int:
        """How many are open."""
        return len(self._open)

    def opened(self, one: Connection, peer: str) -> bool:
        """Take *one* of *peer* in; False, and it is not, when all others are at work."""
        if len(self._open) >= self._most and not self._room():
            return False
        self._open[one] = peer
        self.waits(one)
        return True

    def closed(self, one: Connection) -> None:
        """Forget *one*, which is gone."""
        self.works(one)
        self._open.pop(one, None)

    def waits(self, one: Connection) -> None:
        """From now on *one* may go, unless it may already."""
        if (peer := self._open.get(one)) is not None:
            self._waiting.setdefault(peer, {}).setdefault(one)

    def works(self, one: Connection) -> None:
        """A whole request of *one* has come, and it stays until that is answered."""
        peer = self._open.get(one, "")
        if (waiting := self._waiting.get(peer)) is not None:
            waiting.pop(one, None)
            if not waiting:
                del self._waiting[peer]

    def _room(self) -> bool:
        if not self._waiting:
            return False
        oldest = next(iter(max(self._waiting.values(), key=len)))
        self.closed(oldest)
        oldest.cut("room")
        return True


def peer_of(host: str) -> str:
    """Return who is at the address *host*: of IPv6 a whole network of 64 bits, as one is given."""
    try:
        address = ip_address(host)
    except ValueError:  # a proxy may say anything
        return ""
    if isinstance(address, IPv6Address):
        return address.exploded[:19] if address.ipv4_mapped is None else str(address.ipv4_mapped)
    return host


def raise_descriptors() -> None:
    """Let this process have as many descriptors as it is allowed."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, _MOST_DESCRIPTORS)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def most_connections(services: int) -> int:
    """Return how many connections a process of so many *services* has descriptors for."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return MOST_CONNECTIONS
    return max(_FEWEST, min(MOST_CONNECTIONS, soft - _RESERVED * services))
