"""The development mail server: SMTP on loopback into a mailbox, and the inbox's web pages on a port of their own.

`python -m shared.embedded.mail --data FOLDER --smtp-port N --web-port N`; in a container `--host 0.0.0.0 --name mail`.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import warnings
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path

import uvicorn

from shared.embedded.checks import LOOPBACK, CannotStart, free_ports, port_is_free, writable_folder
from shared.embedded.inbox import create_inbox
from shared.embedded.mailbox import Mailbox

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from aiosmtpd.smtp import SMTP, Envelope, Session

SIZE_LIMIT = 25_000_000
Verdict = Callable[[str], str | None]


class _Receiver:
    """What aiosmtpd calls: keeps each message, or answers what the verdict on a recipient says."""

    def __init__(self, mailbox: Mailbox, verdict: Verdict) -> None:
        self._mailbox = mailbox
        self._verdict = verdict

    async def handle_RCPT(  # noqa: N802 – the library's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if refusal := self._verdict(address):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        kept = self._mailbox.keep(envelope.mail_from or "", envelope.rcpt_tos, content)
        return f"250 OK kept as {kept.id}"


class MailServer:
    """SMTP and web inbox in this process's event loop.

    `verdict` gives the SMTP reply that refuses a recipient (`"550 no such mailbox"`), or None to accept.
    """

    def __init__(
        self,
        folder: Path,
        smtp_port: int = 0,
        web_port: int = 0,
        verdict: Verdict = lambda _address: None,
        *,
        host: str = LOOPBACK,
        names: Sequence[str] = (),
    ):
        self.mailbox = Mailbox(writable_folder(folder))
        self.host = host
        self._names = names
        self.smtp_port = smtp_port
        self.web_port = web_port
        self._receiver = _Receiver(self.mailbox, verdict)

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.web_port}"

    async def start(self) -> None:
        for setting, port in (("SOJOURN_SMTP_PORT", self.smtp_port), ("SOJOURN_MAIL_PORT", self.web_port)):
            if port and not port_is_free(port):
                raise CannotStart(f"port {port} is already in use; choose another one for {setting}")
        free = free_ports(2)
        self.smtp_port, self.web_port = self.smtp_port or free[0], self.web_port or free[1]
        loop = asyncio.get_running_loop()
        self._smtp = await loop.create_server(self._session, self.host, self.smtp_port)
        app = create_inbox(self.mailbox, self._names)
        config = uvicorn.Config(app, host=self.host, port=self.web_port, log_level="warning", lifespan="off")
        self._web = _Quiet(config)
        self._serving = asyncio.create_task(self._web.serve())
        while not self._web.started and not self._serving.done():
            await asyncio.sleep(0.01)

    async def stop(self) -> None:
        self._smtp.close()
        self._web.should_exit = True
        self._web.force_exit = True
        await self._serving

    async def __aenter__(self) -> MailServer:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def _session(self) -> SMTP:
        return SMTP(
            self._receiver,
            hostname="localhost",
            ident="Sojourn development mail",
            enable_SMTPUTF8=True,
            data_size_limit=SIZE_LIMIT,
            loop=asyncio.get_running_loop(),
        )


class _Quiet(uvicorn.Server):
    """Leaves the process's signals to its owner."""

    def install_signal_handlers(self) -> None:
        pass

    def capture_signals(self):
        return nullcontext()


async def serve(server: MailServer) -> None:
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    async with server:
        print(f"SMTP {server.host}:{server.smtp_port}, inbox {server.url}", flush=True)
        await stopping.wait()


def main() -> None:
    given = os.environ.get
    parser = argparse.ArgumentParser(description="Development mail server; keeps what it receives.")
    parser.add_argument("--data", type=Path, default=Path(given("SOJOURN_DATA_DIR", ".sojourn")) / "mail")
    parser.add_argument("--smtp-port", type=int, default=int(given("SOJOURN_SMTP_PORT", "1025")))
    parser.add_argument("--web-port", type=int, default=int(given("SOJOURN_MAIL_PORT", "8125")))
    parser.add_argument("--host", default=LOOPBACK, help="address to listen on")
    parser.add_argument("--name", action="append", default=[], help="a host name that the inbox answers to")
    chosen = parser.parse_args()
    try:
        server = MailServer(chosen.data, chosen.smtp_port, chosen.web_port, host=chosen.host, names=chosen.name)
        asyncio.run(serve(server))
    except CannotStart as problem:
        parser.exit(problem.exit_code, f"sojourn: {problem}\n")


if __name__ == "__main__":
    main()
