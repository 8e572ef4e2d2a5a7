"""The worker's own loop: takes what is due, typesets, composes, hands over, and records what happened."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from datetime import timedelta
from email.message import EmailMessage
from typing import Any, TypeVar
from uuid import UUID

import aiosmtplib
import structlog
from aiosmtplib.errors import (
    SMTPAuthenticationError,
    SMTPException,
    SMTPHeloError,
    SMTPResponseException,
    SMTPSenderRefused,
)
from prometheus_client import Counter

from services.notifications import commands, handlers, texts
from services.notifications.commands import Outcome, Paper, Work
from services.notifications.mail import Parties, Unaddressable, compose, domain
from services.notifications.press import Order, Press
from services.notifications.settings import NotificationsSettings
from shared import failpoints
from shared.access import Caller
from shared.runtime import Runtime
from shared.storage.tx import Cause, Uow

log = structlog.get_logger()
TRIES = Counter("sojourn_mail_tries_total", "E-mails handed over, by what became of the try", ["touchpoint", "outcome"])
T = TypeVar("T")
Settled = tuple[Outcome, str | None]


async def send_mail(runtime: Runtime) -> None:
    """For ever: send what is due. One of the room's loops."""
    sender = Sender(runtime)
    try:
        while True:
            try:
                pause = 0 if await sender.step() else sender.settings.mail_poll
            except Exception as error:
                log.warning("sender waits", room=runtime.service.name, error=repr(error))
                pause = 1
            await asyncio.sleep(pause)
    finally:
        sender.close()


class Sender:
    """One sender of a worker; several workers may run, each delivery is claimed by one."""

    def __init__(self, runtime: Runtime) -> None:
        assert isinstance(runtime.settings, NotificationsSettings)
        self.runtime, self.settings = runtime, runtime.settings
        self.caller = Caller.system(runtime.service.name)
        self.press = Press()

    def close(self) -> None:
        self.press.close()

    async def step(self) -> int:
        """One round; how many e-mails it took."""
        lease = timedelta(seconds=self.settings.mail_lease)
        deadline = asyncio.get_running_loop().time() + self.settings.mail_lease - self.settings.mail_timeout
        await self._do(handlers.release_leases, commands.ReleaseLeases())
        work = await self._do(handlers.claim_deliveries, commands.ClaimDeliveries(self.settings.mail_batch, lease))
        if work:
            failpoints.passing("mail-claimed")
            await self._send_all(work, deadline)
        return len(work)

    async def _send_all(self, work: list[Work], deadline: float) -> None:
        left = {one.delivery_id: one for one in work}
        try:
            papers = await self._papers(work, left)
            async with self._server() as server:
                for one in list(left.values()):
                    in_time = asyncio.get_running_loop().time() < deadline
                    settled = await self._send(server, one, papers) if in_time else (Outcome.untried, "out_of_time")
                    await self._record(one, settled)
                    del left[one.delivery_id]
        except asyncio.CancelledError:
            await self._give_back(left.values())
            raise

    async def _send(self, server: aiosmtplib.SMTP | None, one: Work, papers: Mapping[UUID, Paper]) -> Settled:
        try:
            return await self._try(server, self._compose(one, papers.get(one.delivery_id)))
        except asyncio.CancelledError:
            await self._record(one, (Outcome.unknown, "sender_stopped"))
            raise
        except Exception as error:  # one e-mail that can't be written must not hold up the others
            log.error("message fails", touchpoint=one.code, error=type(error).__name__)
            return Outcome.later, "message_failed"

    async def _give_back(self, left: Iterable[Work]) -> None:
        """A worker that is told to stop leaves nothing under its lease."""
        async with asyncio.timeout(2):
            for one in left:
                await self._record(one, (Outcome.untried, "sender_stopped"))

    # --- what is sent

    async def _papers(self, work: list[Work], left: dict[UUID, Work]) -> dict[UUID, Paper]:
        """The documents of these e-mails, typeset and filed before anything is sent; what has none can't go now."""
        printed = [paper for one in work if one.document and (paper := await self._paper(one))]
        kept = await self._do(handlers.file_documents, commands.FileDocuments(printed)) if printed else set()
        for one in work:
            if one.document and one.delivery_id not in kept:
                await self._record(one, (Outcome.later, "document_failed"))
                del left[one.delivery_id]
        return {paper.delivery_id: paper for paper in printed if paper.delivery_id in kept}

    async def _paper(self, one: Work) -> Paper | None:
        if one.paper is not None:
            return one.paper
        assert one.document is not None
        try:
            sheet = texts.sheet(one.document, one.language, one.facts)
            return await self.press.print(Order(one.delivery_id, one.document, sheet))
        except Exception as error:
            log.error("document fails", touchpoint=one.code, document=one.document, error=type(error).__name__)
            return None

    def _compose(self, one: Work, paper: Paper | None) -> EmailMessage | None:
        recipient, host = one.facts["recipient"], one.facts.get("hosting_entity", {"name": "", "email": ""})
        sender, answers = self.runtime.kernel.mail_sender, (host["name"] or "", host["email"] or "")
        parties = Parties(sender, recipient["name"], recipient["email"] or "", *answers)
        letter = texts.letter(one.letter, one.language, one.facts, paper.file_name if paper else None)
        try:
            return compose(letter, parties, one.message_id, self.runtime.clock.now(), paper, one.facts.get("link", ""))
        except Unaddressable:
            return None

    # --- how it is sent

    @contextlib.asynccontextmanager
    async def _server(self) -> AsyncIterator[aiosmtplib.SMTP | None]:
        """A session with the mail server, or None while there is none: every e-mail of this round waits then."""
        kernel = self.runtime.kernel
        password = kernel.smtp_password.get_secret_value() if kernel.smtp_password else None
        server = aiosmtplib.SMTP(
            hostname=kernel.smtp_host, port=kernel.smtp_port, start_tls=kernel.smtp_tls,
            timeout=self.settings.mail_timeout,
            username=kernel.smtp_username, password=password, local_hostname=domain(kernel.mail_sender),
        )  # fmt: skip
        try:
            async with asyncio.timeout(self.settings.mail_timeout):
                await server.connect()
                await server.ehlo()
        except (OSError, TimeoutError, SMTPException) as error:
            log.warning("mail server is away", error=type(error).__name__)
            yield None
            return
        try:
            yield server
        finally:
            with contextlib.suppress(OSError, TimeoutError, SMTPException):
                async with asyncio.timeout(2):
                    await server.quit()
            server.close()

    async def _try(self, server: aiosmtplib.SMTP | None, message: EmailMessage | None) -> Settled:
        if message is None:
            return Outcome.refused, "address_unusable"
        if server is None or not server.is_connected:
            return Outcome.later, "mail_server_away"
        if _beyond_ascii(message) and not server.supports_extension("smtputf8"):
            return Outcome.refused, "address_needs_smtputf8"
        handed_over = False
        try:
            async with asyncio.timeout(self.settings.mail_timeout):
                await _envelope(server, message)
                handed_over = True
                await server.data(message.as_bytes())
                failpoints.passing("mail-accepted")
        except SMTPResponseException as error:
            await _reset(server)
            return _refusal(error)
        except (OSError, TimeoutError, SMTPException, ValueError) as error:
            log.warning("mail try failed", error=type(error).__name__, handed_over=handed_over)
            server.close()
            return (Outcome.unknown, "no_answer") if handed_over else (Outcome.later, "mail_server_away")
        return Outcome.sent, None

    async def _record(self, one: Work, settled: Settled) -> None:
        outcome, reason = settled
        TRIES.labels(one.code, outcome).inc()
        command = commands.SettleDelivery(one.delivery_id, outcome, reason)
        cause = Cause(one.correlation_id)
        await self.runtime.execute(handlers.settle_delivery, command, caller=self.caller, cause=cause)

    async def _do(self, handler: Callable[[Uow, Any], Awaitable[T]], command: Any) -> T:
        return await self.runtime.execute(handler, command, caller=self.caller)


async def _envelope(server: aiosmtplib.SMTP, message: EmailMessage) -> None:
    """Say who writes to whom; after this the next thing said is the content."""
    sender, recipient = (message[name].addresses[0].addr_spec for name in ("From", "To"))
    options, encoding = (["SMTPUTF8"], "utf-8") if _beyond_ascii(message) else ([], "ascii")
    await server.mail(sender, options=options, encoding=encoding)
    await server.rcpt(recipient, encoding=encoding)


def _beyond_ascii(message: EmailMessage) -> bool:
    """Whether an address in it needs the server to speak SMTPUTF8."""
    return bool(message.policy.utf8)


async def _reset(server: aiosmtplib.SMTP) -> None:
    with contextlib.suppress(OSError, TimeoutError, SMTPException):
        async with asyncio.timeout(2):
            await server.rset()


def _refusal(error: SMTPResponseException) -> Settled:
    """A permanent answer (5xx) about this e-mail ends it; a temporary one, or one about ourselves, is tried again."""
    if isinstance(error, SMTPSenderRefused | SMTPAuthenticationError | SMTPHeloError):
        return Outcome.later, f"sender_refused_{error.code}"
    if error.code >= 500:
        return Outcome.refused, f"mail_refused_{error.code}"
    return Outcome.later, f"mail_delayed_{error.code}"
