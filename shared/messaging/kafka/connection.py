"""How to reach the brokers, and the deadlines that every client call gets."""

import asyncio
import logging
import ssl
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import structlog
from aiokafka.errors import KafkaError

from shared.messaging.bus import BusUnavailable
from shared.settings import Kernel

log = structlog.get_logger()
QUIET = 10.0


class Seldom(logging.Filter):
    """aiokafka repeats itself many times a second while a broker is away: each sentence passes once in `QUIET` s."""

    def __init__(self) -> None:
        super().__init__()
        self._last: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        now = time.monotonic()
        if now - self._last.get(record.msg, -QUIET) < QUIET:
            return False
        self._last[record.msg] = now
        return True


def quieten() -> None:
    """Put the filter on every logger of aiokafka (a filter does not apply to a logger's children)."""
    seldom = Seldom()
    for name in list(logging.root.manager.loggerDict):
        if name.startswith("aiokafka"):
            logging.getLogger(name).addFilter(seldom)


# What a client call can end with while brokers are away, moving or restarting. aiokafka raises bare AssertionError,
# AttributeError and ValueError from a client whose cluster has just gone (no controller, no node to ask).
AWAY = (KafkaError, OSError, TimeoutError)


@dataclass(frozen=True, slots=True)
class Connection:
    """`protocol` is PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL; the files are PEM."""

    bootstrap: str
    client_id: str = "sojourn"
    protocol: str = "PLAINTEXT"
    mechanism: str = "SCRAM-SHA-512"
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: str | None = None
    cert_file: str | None = None
    key_file: str | None = None

    @classmethod
    def of(cls, kernel: Kernel, client_id: str = "sojourn") -> "Connection":
        """As the settings say."""
        password, ca_file = kernel.kafka_password, kernel.kafka_ca_file
        return cls(
            kernel.kafka_bootstrap,
            client_id,
            protocol=kernel.kafka_security_protocol,
            mechanism=kernel.kafka_sasl_mechanism or "SCRAM-SHA-512",
            username=kernel.kafka_username,
            password=password.get_secret_value() if password else None,
            ca_file=str(ca_file) if ca_file else None,
        )

    def arguments(self) -> dict[str, Any]:
        """What every aiokafka client takes."""
        found: dict[str, Any] = {
            "bootstrap_servers": self.bootstrap,
            "client_id": self.client_id,
            "security_protocol": self.protocol,
            "retry_backoff_ms": 100,
        }
        if self.protocol.endswith("SSL"):
            found["ssl_context"] = self._tls()
        if self.protocol.startswith("SASL"):
            found |= {
                "sasl_mechanism": self.mechanism,
                "sasl_plain_username": self.username,
                "sasl_plain_password": self.password,
            }
        return found

    def _tls(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self.ca_file)
        if self.cert_file:
            context.load_cert_chain(self.cert_file, self.key_file)
        return context


@asynccontextmanager
async def deadline(seconds: float, doing: str) -> AsyncIterator[None]:
    """aiokafka's own timeouts don't hold while brokers are away: each call is bounded here, and says what it was."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except AWAY as error:
        raise BusUnavailable(f"{doing}: {type(error).__name__} {error}".rstrip()) from error


async def close(stopping: Awaitable[None], seconds: float, what: str) -> None:
    """Stop a client, or leave it behind: `stop()` can hang without bound while the broker is away."""
    task = asyncio.ensure_future(stopping)
    done, _ = await asyncio.wait([task], timeout=seconds)
    if done:
        if not task.cancelled() and (error := task.exception()):
            log.info("kafka client stopped badly", client=what, error=repr(error))
        return
    log.warning("kafka client abandoned", client=what, after_s=seconds)
    task.cancel()
    with suppress(asyncio.CancelledError, Exception):
        await asyncio.wait([task], timeout=1)
