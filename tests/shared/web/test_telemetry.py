"""Threads through logs, messages and traces."""

import io
import json
import logging
from collections.abc import Iterator
from uuid import uuid4

import pytest
import structlog
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from shared import telemetry

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    telemetry.start_tracing("notes", sample=1.0, exporter=exporter)
    yield exporter
    telemetry.stop_tracing()


@pytest.mark.parametrize(
    "odd",
    [
        None,
        "",
        "x",
        f"ff-{TRACE}-{PARENT}-01",
        f"00-{'0' * 32}-{PARENT}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE.upper()}-{PARENT}-01",
        f"00-{TRACE}-{PARENT}-01\r\nX: 1",
        f"00-{TRACE}-{PARENT}",
    ],
)
def test_an_odd_traceparent_begins_a_new_thread(odd: str | None) -> None:
    found = telemetry.thread(odd)
    assert f"{found.trace_id:032x}" != TRACE
    assert found.trace_id
    assert found.span_id == 0


def test_a_thread_is_continued() -> None:
    mine = uuid4()
    found = telemetry.thread(f"00-{TRACE}-{PARENT}-01", mine)
    assert (f"{found.trace_id:032x}", f"{found.span_id:016x}", found.sampled) == (TRACE, PARENT, True)
    inner = telemetry.child(found)
    assert inner.traceparent.startswith(f"00-{TRACE}-")
    assert inner.span_id != found.span_id
    assert inner.correlation_id == mine


def test_from_a_request_through_a_message_to_a_consumer_is_one_trace(spans: InMemorySpanExporter) -> None:
    with telemetry.following("say", None) as said:
        header = telemetry.current.get().traceparent
    with telemetry.following("hear", header, said.correlation_id, topic="notes.events") as heard:
        assert telemetry.current.get() == heard
    assert telemetry.current.get() is None
    telemetry.flush_tracing()
    say, hear = spans.get_finished_spans()
    assert say.context.trace_id == hear.context.trace_id == said.trace_id
    assert say.parent is None
    assert hear.parent.span_id == say.context.span_id
    assert hear.attributes["topic"] == "notes.events"
    assert heard.correlation_id == said.correlation_id


def test_about_the_share_that_was_asked_for_is_sampled() -> None:
    telemetry.start_tracing("notes", sample=0.25)
    share = sum(telemetry.thread().sampled for _ in range(4000)) / 4000
    telemetry.start_tracing("notes", sample=0.0)
    assert 0.2 < share < 0.3
    assert not any(telemetry.thread().sampled for _ in range(100))


def test_log_lines_are_json_with_the_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    monkeypatch.setattr("sys.stderr", out)
    telemetry.start_logging("notes", "api", "info")
    try:
        with telemetry.following("work", f"00-{TRACE}-{PARENT}-00") as thread:
            telemetry.logger().info("it-happened", note="ü\nsecond line")
            logging.getLogger("some.library").warning("theirs %s", "too")
        telemetry.logger().debug("not-shown")
    finally:
        telemetry.start_logging("notes", "test", "critical")
        structlog.reset_defaults()
    ours, theirs = (json.loads(line) for line in out.getvalue().splitlines())
    assert (ours["event"], ours["note"], ours["service"], ours["process"]) == (
        "it-happened",
        "ü\nsecond line",
        "notes",
        "api",
    )
    assert ours["trace_id"] == TRACE
    assert ours["correlation_id"] == theirs["correlation_id"] == str(thread.correlation_id)
    assert (theirs["event"], theirs["logger"], theirs["level"]) == ("theirs too", "some.library", "warning")
