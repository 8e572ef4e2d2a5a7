"""A fork server: imports what all Python programs share once, then gives birth to them in milliseconds.

Ten programs that each import FastAPI, SQLAlchemy and the rest need 15 s of processor time; forked ones share it. It
reads requests and writes births and deaths as JSON lines, never has a second thread, and ends its children with itself.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import os
import runpy
import selectors
import signal
import sys
from typing import Any

PR_SET_PDEATHSIG = 1
PRELOADED = (
    "aiokafka",
    "alembic.autogenerate",
    "asyncpg",
    "fastapi",
    "httpx",
    "joserfc.jwt",
    "opentelemetry.exporter.otlp.proto.http.trace_exporter",
    "opentelemetry.sdk.trace",
    "prometheus_client",
    "sqlalchemy.dialects.postgresql.asyncpg",
    "sqlalchemy.ext.asyncio",
    "sqlmodel",
    "structlog",
    "uvicorn.main",
    "uvicorn.loops.uvloop",
    "uvicorn.protocols.http.httptools_impl",
    "shared.process",
    "shared.runtime",
    "shared.web.app",
    "shared.messaging.kafka",
    "shared.storage.migrate",
)

Request = dict[str, Any]


class Nursery:
    """The loop of the fork server; `serve` returns a request in each newborn child, and None in the parent's end."""

    def __init__(self) -> None:
        self._prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None
        self._pid = os.getpid()
        self._orders = b""
        self._wake, notify = os.pipe()
        for end in (self._wake, notify):
            os.set_blocking(end, False)
        self._pipes = (self._wake, notify)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # ctrl-C is for the supervisor
        signal.set_wakeup_fd(notify)
        self._children: set[int] = set()

    def serve(self) -> Request | None:
        with selectors.DefaultSelector() as selector:
            selector.register(0, selectors.EVENT_READ)
            selector.register(self._wake, selectors.EVENT_READ)
            while True:
                for key, _ in selector.select():
                    if key.fd == self._wake:
                        self._bury()
                    elif not (orders := os.read(0, 65536)):
                        return self._end()
                    elif request := self._obey(orders):
                        return request

    def _obey(self, orders: bytes) -> Request | None:
        *lines, self._orders = (self._orders + orders).split(b"\n")
        for line in lines:
            request = json.loads(line)
            pid = os.fork()
            if pid == 0:
                return request
            self._children.add(pid)
            self._tell({"name": request["name"], "born": pid})
        return None

    def _bury(self) -> None:
        with contextlib.suppress(BlockingIOError):
            os.read(self._wake, 4096)
        with contextlib.suppress(ChildProcessError):
            while (dead := os.waitpid(-1, os.WNOHANG))[0]:
                self._children.discard(dead[0])
                self._tell({"died": dead[0], "code": os.waitstatus_to_exitcode(dead[1])})

    def _tell(self, news: dict[str, Any]) -> None:
        os.write(1, json.dumps(news).encode() + b"\n")

    def _end(self) -> None:
        for pid in self._children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def become(self, request: Request) -> None:
        """In the child: leave the nursery's pipes and signals behind and run the module as `python -m` would."""
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL if number == signal.SIGCHLD else signal.default_int_handler)
        for end in self._pipes:
            os.close(end)
        os.setsid()
        if self._prctl:
            self._prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            if os.getppid() != self._pid:
                os._exit(1)
        self._redirect(request["log"])
        os.environ.clear()
        os.environ.update(request["env"])
        sys.argv = [request["module"], *request["args"]]
        with contextlib.suppress(KeyboardInterrupt):
            runpy.run_module(request["module"], run_name="__main__", alter_sys=True)

    @staticmethod
    def _redirect(log: str) -> None:
        nothing, out = os.open(os.devnull, os.O_RDONLY), os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        os.dup2(nothing, 0)
        os.dup2(out, 1)
        os.dup2(out, 2)


def preload() -> None:
    for name in PRELOADED:
        with contextlib.suppress(ModuleNotFoundError):
            importlib.import_module(name)
    gc.collect()
    gc.freeze()  # the children don't touch, and so don't copy, what is here already


def main() -> None:
    preload()
    nursery = Nursery()
    if request := nursery.serve():
        nursery.become(request)


if __name__ == "__main__":
    main()
