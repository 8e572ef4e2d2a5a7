"""What messaging tells Prometheus."""

from shared.telemetry import counter, gauge, histogram

CONSUMED = counter("events_consumed_total", "Events handled", "room", "type")
SKIPPED = counter(
    "events_skipped_total", "Events that were heard already, or that the room doesn't hear", "room", "why"
)
PARKED = counter("events_parked_total", "Events set aside", "room", "reason")
PARKED_KEYS = gauge("parked_keys", "Keys whose events wait for an operator", "room")
GAPS = counter("event_gap_total", "Sequences that were not contiguous: an event may be lost", "room", "topic")
RETRIES = counter("consumer_retries_total", "Batches tried again in place", "room")
LAG = gauge("consumer_lag", "Messages not committed yet", "room", "topic", "partition")
BATCH = histogram("consumer_batch_seconds", "From a batch's hand-out to its committed transaction", "room")
LINE_STOPPED = gauge("consumer_line_stopped", "1 while too many keys are parked", "room")
PUBLISHED = counter("relay_published_total", "Events published", "room")
PUBLISH_FAILURES = counter("relay_failures_total", "Publishes that did not end well", "room")
OUTBOX_ROWS = gauge("outbox_rows", "Events committed and not published yet", "room")
OUTBOX_AGE = gauge("outbox_oldest_seconds", "Age of the oldest of them", "room")
HELD_KEYS = gauge("relay_held_keys", "Keys with an event that the bus refuses", "room")
