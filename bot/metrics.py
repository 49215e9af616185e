"""What the operator can count: events, turns, messages, and what waits."""

from functools import cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

TURN_SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


class Metrics:
    """The counters of one process; several may live in one test."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.events = self._counter("loket_events", "Events that arrived", "channel", "outcome")
        # Looked up once: every turn counts.
        self.events_of = cache(self.events.labels)
        self.turn = Histogram(
            "loket_turn_seconds", "From event to commit", registry=self.registry, buckets=TURN_SECONDS
        )
        self.sent = self._counter("loket_messages", "Messages on their way out", "channel", "outcome")
        self.refused = self._counter("loket_refused", "Messages refused until the operator acts", "channel", "code")
        self.news = self._counter("loket_receipts", "News of sent messages", "channel", "rank")
        self.files = self._counter("loket_files", "Files on their way in", "outcome")
        self.tick = Histogram("loket_tick_seconds", "A look at what is due", registry=self.registry)
        self.tick_failures = self._counter("loket_tick_failures", "Looks at what is due that failed")
        self.owed = Gauge("loket_outbox_owed", "Messages that are due and not sent", registry=self.registry)
        self.unscanned = Gauge("loket_files_unscanned", "Kept files without the scanner's word", registry=self.registry)
        self.unread = Gauge("loket_files_unread", "Kept files that wait to be read", registry=self.registry)
        self.aside = Gauge("loket_events_aside", "Events that could not be handled", registry=self.registry)

    def _counter(self, name: str, what: str, *labels: str) -> Counter:
        return Counter(name, what, labels, registry=self.registry)

    def written(self) -> bytes:
        return generate_latest(self.registry)
