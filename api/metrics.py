"""What this process and the nodes that report to it count, in Prometheus's text format."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from api.live_feed import LiveFeed


class _NodeTotals(Collector):
    """The counters the nodes told last; they count since the node's start, so a fall means a restart."""

    def __init__(self) -> None:
        self.counters: dict[str, dict[str, int]] = {}
        self.free_slots: dict[str, int] = {}

    def collect(self) -> Iterable[Metric]:
        """Return one family for the counters and one for the free slots."""
        totals = CounterMetricFamily(
            "changmao_node_events", "Counted by a node since its start", labels=["node", "counter"]
        )
        for node, counters in self.counters.items():
            for name, value in counters.items():
                totals.add_metric([node, name], value)
        slots = GaugeMetricFamily(
            "changmao_node_free_slots", "Warning calls a node offered to place", labels=["node"]
        )
        for node, free in self.free_slots.items():
            slots.add_metric([node], free)
        return (totals, slots)


class Metrics:
    """The counters of one api process; a registry of its own keeps two in one test apart."""

    def __init__(self, feed: LiveFeed) -> None:
        self._registry = CollectorRegistry()
        self._nodes = _NodeTotals()
        self._registry.register(self._nodes)
        self.events = Counter(
            "changmao_node_facts", "Events taken from nodes", ["type", "result"], registry=self._registry
        )
        self.leased = Counter(
            "changmao_attempts_leased", "Warning calls handed to nodes", registry=self._registry
        )
        self.polls = Gauge("changmao_polls_open", "Polls that wait for work", registry=self._registry)
        self.poll_work = Histogram(
            "changmao_poll_lease_seconds", "Time to lease work for one poll, s", registry=self._registry
        )
        self.logins = Counter("changmao_logins", "Logins by result", ["result"], registry=self._registry)
        self.due_steps = Counter(
            "changmao_due_work_steps", "Rows moved by the due-work loop", registry=self._registry
        )
        self._watch(feed)

    def node_told(self, node: str, free_slots: int, counters: Mapping[str, int]) -> None:
        """Keep what a node told with its poll."""
        self._nodes.counters[node] = dict(counters)
        self._nodes.free_slots[node] = free_slots

    def text(self) -> bytes:
        """Return everything in the text exposition format."""
        return generate_latest(self._registry)

    def _watch(self, feed: LiveFeed) -> None:
        readers = Gauge("changmao_live_readers", "Open live feeds", registry=self._registry)
        readers.set_function(lambda: feed.readers)
        dropped = Gauge(
            "changmao_live_dropped", "Live lines lost to slow open readers", registry=self._registry
        )
        dropped.set_function(lambda: feed.dropped)
        withheld = Gauge(
            "changmao_live_withheld", "Live lines of calls without alert", registry=self._registry
        )
        withheld.set_function(lambda: feed.withheld)
