"""FastStream on durables that are there or not: its subscribers bind, and never make one.

FastStream asks nats-py for a pull subscription, and nats-py makes the durable when it finds none.
It also asks a durable that is gone without a pause, for the server refuses at once. So its
connection gets a JetStream whose subscriptions do neither, and is a `Bus`: a subject that nats-py
cannot read must not end it.
"""

import asyncio
from typing import Any, override

import nats.errors
import structlog
from faststream.nats import NatsBroker
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext

from shared.bus import Bus

_log = structlog.get_logger()
FETCH_SECONDS = 1.0
"""How long one request for a fact is open; also the pause after a refused one."""


class Broker(NatsBroker):
    """FastStream's broker on a connection of ours, whose subscribers bind and never make."""

    @override
    async def _connect(self) -> Client:
        """Connect as `nats.connect` does, with the client that no message makes deaf."""
        self.bus = Bus()
        await self.bus.connect(**self._connection_kwargs)
        self.config.connect(self.bus)
        state = self.config.connection_state
        state.connect(self.bus, _Binding(self.bus))
        return self.bus


class _Binding(JetStreamContext):
    @override
    async def pull_subscribe(self, *given: Any, **options: Any) -> Any:
        """Bind to the durable, where nats-py would make it; what it is, provisioning decides."""
        bound = await self.pull_subscribe_bind(options["durable"], options["stream"])
        return _Patient(bound)


class _Patient:
    """A pull subscription that takes its time when the server refuses."""

    def __init__(self, bound: JetStreamContext.PullSubscription) -> None:
        self._bound = bound

    async def fetch(self, batch: int, timeout: float) -> list[Msg]:  # noqa: ASYNC109 - FastStream's
        """Return what there is, nothing after a pause where the durable does not answer."""
        try:
            return await self._bound.fetch(batch, timeout)
        except nats.errors.TimeoutError:
            return []
        except nats.errors.Error as refused:
            _log.debug("durable refuses", why=type(refused).__name__)
            await asyncio.sleep(FETCH_SECONDS)
            return []

    async def unsubscribe(self) -> None:
        """Listen no more."""
        await self._bound.unsubscribe()
