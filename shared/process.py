"""The three processes of a room: `api` answers, `worker` relays, hears and keeps the calendar, `migrate` runs once."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import uvicorn
import uvloop

from shared import failpoints, telemetry
from shared.access import Caller
from shared.messaging.consumer import Consumer
from shared.messaging.hint import Hint
from shared.messaging.kafka.bus import KafkaBus
from shared.messaging.kafka.connection import Connection
from shared.messaging.relay import Relay
from shared.runtime import Runtime
from shared.service import Service
from shared.settings import Kernel, kernel
from shared.storage.idempotency import sweep
from shared.storage.migrate import migrate
from shared.storage.tx import Cause
from shared.timers import Timers
from shared.web.app import create_app
from shared.web.health import worker_app

GRACE_SECONDS = 3


def kafka_bus(settings: Kernel, client_id: str = "sojourn") -> KafkaBus:
    """The bus that the settings name."""
    connection = Connection.of(settings, client_id)
    return KafkaBus(connection, replication=settings.kafka_replication, largest=settings.event_size_limit)


async def run_api(runtime: Runtime) -> None:
    """Serve the HTTP door until told to stop; a hint wakes the relay after each commit."""
    hint = Hint(runtime.database.dsn)
    runtime.committed = hint.hint
    await hint.start()
    try:
        await _serve(create_app(runtime.service, runtime), runtime.settings.host, runtime.settings.port)
    finally:
        await hint.stop()


async def run_worker(runtime: Runtime) -> None:
    """Relay, consumer, timers and the room's own loops, with a health page; one that ends takes all down."""
    await runtime.start()
    bus = kafka_bus(runtime.kernel, f"sojourn-{runtime.service.name}")
    relay = Relay(runtime.database, bus, room=runtime.service.name)
    consumer = Consumer(runtime, bus, member=runtime.settings.worker)
    runtime.committed = relay.nudge
    settings = runtime.kernel
    telemetry.start_tracing(runtime.service.name, sample=settings.trace_sample, endpoint=settings.otlp_endpoint)
    ready = {"consumer": _probe(consumer.not_ready), "relay": _probe(relay.not_ready)}
    health = worker_app(runtime, ready=ready, alive={"consumer": _probe(consumer.not_alive)})
    loops = [relay.run(), Timers(runtime).run(), _sweep(runtime), *(loop(runtime) for loop in runtime.service.loops)]
    loops += [consumer.run()] if consumer.topics else []
    server = _serve(health, runtime.settings.host, runtime.settings.worker_port)
    tasks = [asyncio.ensure_future(work) for work in (server, *loops)]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await _end(tasks)
        await bus.stop()
        await runtime.stop()
        telemetry.stop_tracing()


async def run_migrate(runtime: Runtime) -> None:
    """Bring the room's database to its newest revision."""
    revision = await migrate(runtime.database, runtime.service.migrations)
    await runtime.database.close()
    print(f"{runtime.service.name}: database at revision {revision}")


MODES: dict[str, Callable[[Runtime], Awaitable[None]]] = {"api": run_api, "worker": run_worker, "migrate": run_migrate}


def main(service: Service, arguments: list[str] | None = None) -> None:
    """`python -m services.<room> api | worker | migrate`; exit code 2 and one line when it can't be what was asked."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if len(arguments) != 1 or arguments[0] not in MODES:
        sys.exit(f"usage: python -m services.{service.name} api | worker | migrate")
    try:
        settings = kernel()
        room = service.settings()
    except ValueError as error:
        print(f"{service.name}: {_one_line(error)}", file=sys.stderr)
        sys.exit(2)
    telemetry.start_logging(service.name, arguments[0], settings.log_level)
    failpoints.watch(settings.failpoints_dir, service.name, arguments[0])
    runtime_of = lambda: Runtime(service, kernel_settings=settings, settings=room)  # noqa: E731
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_started(MODES[arguments[0]], runtime_of))


async def _started(mode: Callable[[Runtime], Awaitable[None]], runtime_of: Callable[[], Runtime]) -> None:
    await mode(runtime_of())


async def _serve(app: Any, host: str, port: int) -> None:
    """Uvicorn inside our loop: SIGTERM and SIGINT end it, and we clean up afterwards."""
    config = uvicorn.Config(
        app, host=host, port=port, http="httptools", lifespan="auto", log_config=None, access_log=False,
        server_header=False, date_header=False, timeout_graceful_shutdown=GRACE_SECONDS, timeout_keep_alive=30,
    )  # fmt: skip
    server = uvicorn.Server(config)
    server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign]
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, lambda: setattr(server, "should_exit", True))
    await server.serve()


async def _end(tasks: list[asyncio.Future[Any]]) -> None:
    """Cancel what still runs and say what failed."""
    failed = [task for task in tasks if task.done() and not task.cancelled() and task.exception()]
    for task in tasks:
        task.cancel()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(GRACE_SECONDS):
            await asyncio.gather(*tasks, return_exceptions=True)
    for task in failed:
        telemetry.logger().error("loop ended", exc_info=task.exception())
    if failed:
        raise SystemExit(1)


async def _sweep(runtime: Runtime) -> None:
    """Forget kept replies once they are old; a database that is away is asked again in an hour."""
    caller = Caller.system(runtime.service.name)
    while True:
        with contextlib.suppress(Exception):
            async with runtime.database.transaction(caller, Cause.new(), runtime.clock) as uow:
                await sweep(uow)
        await asyncio.sleep(3600)


def _probe(why: Callable[[], str | None]) -> Callable[[], Awaitable[str | None]]:
    async def probe() -> str | None:
        return why()

    return probe


def _one_line(error: ValueError) -> str:
    """What is wrong with the settings, without their values."""
    errors = getattr(error, "errors", None)
    if errors is None:
        return str(error)
    return "; ".join(f"{'.'.join(map(str, e['loc'])) or 'settings'}: {e['msg']}" for e in errors(include_input=False))
