"""What a process tells about itself: structured logs, Prometheus metrics and OpenTelemetry traces."""

import logging
import random
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import NonRecordingSpan, SpanContext, SpanKind, TraceFlags
from prometheus_client import REGISTRY, Counter, Gauge, Histogram, generate_latest

from shared.ids import new_id

METRICS = REGISTRY
LATENCY = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")
_provider: TracerProvider | None = None
_tracer: trace.Tracer = trace.NoOpTracer()
_ratio_limit = 0


@dataclass(frozen=True, slots=True)
class Thread:
    """What joins everything done for one request or event: its correlation id and its place in a trace."""

    correlation_id: UUID
    trace_id: int
    span_id: int
    sampled: bool

    @property
    def traceparent(self) -> str:
        """The W3C header that a message or request sent now carries."""
        return f"00-{self.trace_id:032x}-{self.span_id:016x}-{'01' if self.sampled else '00'}"


current: ContextVar[Thread | None] = ContextVar("thread", default=None)


def thread(traceparent: str | None = None, correlation_id: UUID | None = None) -> Thread:
    """The thread that a caller began, or a new one; a new one is sampled by its trace id, as OpenTelemetry does."""
    found = _TRACEPARENT.fullmatch(traceparent) if traceparent else None
    if found:
        sampled = bool(int(found[3], 16) & 1)
        return Thread(correlation_id or new_id(), int(found[1], 16), int(found[2], 16), sampled)
    trace_id = random.getrandbits(128) or 1
    sampled = trace_id & 0xFFFF_FFFF_FFFF_FFFF < _ratio_limit
    return Thread(correlation_id or new_id(), trace_id, 0, sampled)


def child(of: Thread) -> Thread:
    """The same thread one step further, when no span is recorded for that step."""
    return Thread(of.correlation_id, of.trace_id, random.getrandbits(64) or 1, of.sampled)


@contextmanager
def following(
    name: str,
    traceparent: str | None,
    correlation_id: UUID | None = None,
    kind: SpanKind = SpanKind.CONSUMER,
    **facts: Any,
) -> Iterator[Thread]:
    """Do something as part of a thread that came in: logs carry its ids, and a span is recorded when it is sampled."""
    origin = thread(traceparent, correlation_id)
    with recorded(name, origin, kind, facts) as (inner, _):
        token = current.set(inner)
        try:
            yield inner
        finally:
            current.reset(token)


@contextmanager
def recorded(
    name: str, origin: Thread, kind: SpanKind, facts: dict[str, Any]
) -> Iterator[tuple[Thread, trace.Span | None]]:
    """The thread inside a span of this name; an unsampled thread costs no span at all."""
    if not origin.sampled or _provider is None:
        yield child(origin), None
        return
    with _tracer.start_as_current_span(name, _context_of(origin), kind, facts) as span:
        inner = span.get_span_context()
        yield Thread(origin.correlation_id, inner.trace_id, inner.span_id, inner.trace_flags.sampled), span


def _context_of(origin: Thread) -> Any:
    if not origin.span_id:
        # A root: the id generator hands out the trace id that was sampled already.
        _ids.next_trace_id = origin.trace_id
        return trace.set_span_in_context(trace.INVALID_SPAN)
    parent = SpanContext(origin.trace_id, origin.span_id, is_remote=True, trace_flags=TraceFlags(TraceFlags.SAMPLED))
    return trace.set_span_in_context(NonRecordingSpan(parent))


class _Ids(RandomIdGenerator):
    """Gives a root span the trace id on which the sampling was decided."""

    next_trace_id: int | None = None

    def generate_trace_id(self) -> int:
        found, self.next_trace_id = self.next_trace_id, None
        return found or super().generate_trace_id()


_ids = _Ids()


def start_tracing(
    service: str, *, sample: float, endpoint: str | None = None, exporter: SpanExporter | None = None
) -> None:
    """Record a share of the requests; they are exported only when an OTLP endpoint (or an exporter) is given."""
    global _provider, _tracer, _ratio_limit
    _ratio_limit = round(sample * 2**64)
    if endpoint and exporter is None:
        exporter = _otlp(endpoint)
    if exporter is None:
        _provider, _tracer = None, trace.NoOpTracer()
        return
    resource = Resource.create({"service.name": service, "service.namespace": "sojourn"})
    _provider = TracerProvider(ParentBased(TraceIdRatioBased(sample)), resource, id_generator=_ids)
    _provider.add_span_processor(BatchSpanProcessor(exporter))
    _tracer = _provider.get_tracer("sojourn")


def stop_tracing() -> None:
    """Send what is still buffered, then let go of the exporter."""
    global _provider, _tracer
    if _provider is not None:
        _provider.shutdown()
    _provider, _tracer = None, trace.NoOpTracer()


def _otlp(endpoint: str) -> SpanExporter:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    return OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces", timeout=5)


def flush_tracing(seconds: float = 5) -> None:
    """Export the spans that have ended."""
    if _provider is not None:
        _provider.force_flush(round(seconds * 1000))


def start_logging(service: str, process: str, level: str = "INFO") -> None:
    """JSON lines on stderr, for our own log calls and for those of the libraries."""
    stamp = structlog.processors.TimeStamper(fmt="iso", utc=True)
    shared = [_where(service, process), _thread_ids, structlog.processors.add_log_level, stamp]
    structlog.configure(
        processors=[*shared, structlog.processors.format_exc_info, structlog.processors.JSONRenderer(default=str)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name, structlog.processors.format_exc_info],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(default=str),
            ],
        )
    )
    logging.root.handlers = [handler]
    logging.root.setLevel(max(logging.getLevelName(level.upper()), logging.WARNING))


def _where(service: str, process: str) -> Any:
    def add(_: Any, __: str, line: dict[str, Any]) -> dict[str, Any]:
        line["service"], line["process"] = service, process
        return line

    return add


def _thread_ids(_: Any, __: str, line: dict[str, Any]) -> dict[str, Any]:
    here = current.get()
    if here is not None:
        line.setdefault("correlation_id", str(here.correlation_id))
        line.setdefault("trace_id", f"{here.trace_id:032x}")
    return line


def logger(**facts: Any) -> Any:
    """The structured logger: `logger().info("what-happened", key=value)`."""
    return structlog.get_logger(**facts)


def counter(name: str, what: str, *labels: str) -> Counter:
    """A counter in the process's registry, `sojourn_<name>`."""
    return Counter(name, what, labels, namespace="sojourn", registry=METRICS)


def gauge(name: str, what: str, *labels: str) -> Gauge:
    return Gauge(name, what, labels, namespace="sojourn", registry=METRICS)


def histogram(name: str, what: str, *labels: str, buckets: tuple[float, ...] = LATENCY) -> Histogram:
    return Histogram(name, what, labels, namespace="sojourn", registry=METRICS, buckets=buckets)


def metrics_page() -> tuple[bytes, str]:
    """All metrics in Prometheus' text format, and its content type."""
    return generate_latest(METRICS), "text/plain; version=0.0.4; charset=utf-8"
