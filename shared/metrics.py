"""What a service counts and measures, for Prometheus: numbers alone, and nobody's name.

Every label has few values: codes, outcomes, names of reactions, templates of paths. An id or a text
from outside is never one.
"""

from collections.abc import Iterator
from typing import Literal, get_args, override

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    Metric,
    StateSetMetricFamily,
)
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from shared.http.connections import WHYS, Connections
from shared.projection import Runner
from shared.watching import Watch

type CommandOutcome = Literal["recorded", "repeated", "nothing", "refused", "failed"]
type ReactionOutcome = Literal["done", "waits", "parked"]

OPENMETRICS = "application/openmetrics-text"
_STATES = ("starting", "following", "waiting", "halted")
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """The numbers of one service, in a registry of their own: one process may run several."""

    def __init__(self) -> None:
        """All begin at 0, so that the first of its kind shows in a rate."""
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._requests = Histogram(
            "kkmp_http_request_duration",
            "How long answers took to their last byte; streams of events are not among them.",
            ("method", "route", "status"),
            unit="seconds",
            buckets=_SECONDS,
            registry=registry,
        )
        self._streams = Gauge(
            "kkmp_http_open_streams", "Answers that send events as they come.", registry=registry
        )
        self._commands = Counter(
            "kkmp_commands", "Commands, by what came of them.", ("outcome",), registry=registry
        )
        for outcome in get_args(CommandOutcome.__value__):
            self._commands.labels(outcome)
        self._refusals = Counter(
            "kkmp_refusals", "What was refused, by the code of why.", ("code",), registry=registry
        )
        self._conflicts = Counter(
            "kkmp_conflicts",
            "Decisions made again, because somebody else changed the entity first.",
            registry=registry,
        )
        self._reactions = Counter(
            "kkmp_reactions",
            "Others' facts as they were delivered, by what came of it.",
            ("reaction", "outcome"),
            registry=registry,
        )
        self._reaction_duration = Histogram(
            "kkmp_reaction_duration",
            "How long a reaction took, without its wait for those ahead.",
            ("reaction",),
            unit="seconds",
            buckets=_SECONDS,
            registry=registry,
        )

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """An answer is complete; *route* is the template of its path."""
        self._requests.labels(method, route, f"{status // 100}xx").observe(seconds)

    def stream_opened(self) -> None:
        """Somebody listens."""
        self._streams.inc()

    def stream_closed(self) -> None:
        """And no longer."""
        self._streams.dec()

    def command(self, outcome: CommandOutcome) -> None:
        """A command came to its end."""
        self._commands.labels(outcome).inc()

    def refused(self, code: str) -> None:
        """Something was refused; *code* is a `Refusal`'s."""
        self._refusals.labels(code).inc()

    def conflict(self) -> None:
        """Somebody else was first."""
        self._conflicts.inc()

    def hears(self, reaction: str) -> None:
        """The service has a reaction of this name."""
        for outcome in get_args(ReactionOutcome.__value__):
            self._reactions.labels(reaction, outcome)

    def reaction(self, name: str, outcome: ReactionOutcome, seconds: float) -> None:
        """A fact that was delivered has been dealt with."""
        self._reactions.labels(name, outcome).inc()
        self._reaction_duration.labels(name).observe(seconds)

    def watch(self, runner: Runner) -> None:
        """Tell from now on how far *runner* is."""
        self._registry.register(_Progress(runner))

    def watch_durables(self, watch: Watch) -> None:
        """Tell from now on what *watch* last saw."""
        self._registry.register(_Durables(watch))

    def watch_connections(self, connections: Connections) -> None:
        """Tell from now on of *connections*, which are those of the whole process."""
        self._registry.register(_Held(connections))

    def exposition(self, accept: str) -> tuple[bytes, str]:
        """Return all as text and its media type: OpenMetrics where *accept* wants it."""
        encode, media_type = choose_encoder(OPENMETRICS if OPENMETRICS in accept else "")
        return encode(self._registry), media_type


class _Progress(Collector):
    """How far the tables are, as the runner itself knows when it is asked."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    @override
    def collect(self) -> Iterator[Metric]:
        status = self._runner.status
        head = max(self._runner.head, status.position)
        yield GaugeMetricFamily("kkmp_log_head", "The last position of the log.", head)
        yield GaugeMetricFamily(
            "kkmp_projection_position", "The tables show the log up to here.", status.position
        )
        yield GaugeMetricFamily(
            "kkmp_projection_lag",
            "How many positions of the log the tables do not show yet.",
            head - status.position,
        )
        yield StateSetMetricFamily(
            "kkmp_projection_state",
            "What the projection does: one of these is 1.",
            {state: state == status.state for state in _STATES},
        )


class _Durables(Collector):
    """What the durables of the reactions hold, as they were last seen."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    @override
    def collect(self) -> Iterator[Metric]:
        looks = self._watch.looks
        told = {
            "kkmp_durable_exists": (
                "Whether the durable of a reaction is there; 0: it hears nothing.",
                [int(one.exists) for one in looks],
            ),
            "kkmp_durable_as_decided": (
                "Whether it answers, and nothing about it is otherwise than decided.",
                [int(not one.wrong) for one in looks],
            ),
            "kkmp_durable_pending": (
                "Facts that are yet to be delivered.",
                [one.pending for one in looks],
            ),
            "kkmp_durable_ack_pending": (
                "Facts that were delivered and are not done with.",
                [one.ack_pending for one in looks],
            ),
            "kkmp_durable_redelivered": (
                "Those of them that were delivered more than once.",
                [one.redelivered for one in looks],
            ),
        }
        for name, (meaning, values) in told.items():
            gauge = GaugeMetricFamily(name, meaning, labels=("durable",))
            for one, value in zip(looks, values, strict=True):
                gauge.add_metric((one.durable.name,), value)
            yield gauge


class _Held(Collector):
    """The connections of the process, and how many it has cut off."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @override
    def collect(self) -> Iterator[Metric]:
        yield GaugeMetricFamily(
            "kkmp_http_connections", "Open connections of the process.", len(self._connections)
        )
        cut = CounterMetricFamily(
            "kkmp_http_cut_connections",
            "Connections that the process refused or cut off, by why.",
            labels=("why",),
        )
        for why in WHYS:
            cut.add_metric((why,), self._connections.cut[why])
        yield cut
