"""E-mail over SMTP: one session serves many messages; what a refusal means is read from its code."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator

import aiosmtplib
import structlog
from aiosmtplib.errors import (
    SMTPAuthenticationError,
    SMTPException,
    SMTPHeloError,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from services.notifications.channels.port import Closed, Parcel, Session, Settled
from services.notifications.commands import Outcome
from services.notifications.mail import Mail, domain
from shared import failpoints
from shared.runtime import Runtime

log = structlog.get_logger()
AWAY = "mail_server_away"
# RFC 3463: the mailbox or its domain doesn't exist, can't be written to, or has moved. 550 and 551 say so without it.
_GONE = re.compile(r"\b5\.(1\.[1236]|1\.10|2\.1)\b")
_OTHER = re.compile(r"\b5\.\d{1,3}\.\d{1,3}\b")


class Smtp:
    """A mail server, as the settings name it. `lanes` is how many sessions one sender holds side by side: also how many
    e-mails may arrive twice when it is killed between the server's yes and its own note of it."""

    def __init__(self, runtime: Runtime, timeout: float, lanes: int) -> None:
        self._runtime, self._timeout, self.lanes = runtime, timeout, lanes

    @contextlib.asynccontextmanager
    async def session(self) -> AsyncIterator[Session]:
        """A session with the mail server, or a closed one while there is none: every e-mail of this round waits."""
        kernel = self._runtime.kernel
        password = kernel.smtp_password.get_secret_value() if kernel.smtp_password else None
        server = aiosmtplib.SMTP(
            hostname=kernel.smtp_host, port=kernel.smtp_port, start_tls=kernel.smtp_tls, timeout=self._timeout,
            username=kernel.smtp_username, password=password, local_hostname=domain(kernel.mail_sender),
        )  # fmt: skip
        try:
            async with asyncio.timeout(self._timeout):
                await server.connect()
                await server.ehlo()
        except (OSError, TimeoutError, SMTPException) as error:
            log.warning("mail server is away", error=type(error).__name__)
            yield Closed(AWAY)
            return
        try:
            yield _Open(server, self._timeout)
        finally:
            with contextlib.suppress(OSError, TimeoutError, SMTPException):
                async with asyncio.timeout(2):
                    await server.quit()
            server.close()

    async def close(self) -> None:
        """Sessions close by themselves."""


class _Open:
    """A session that is open."""

    def __init__(self, server: aiosmtplib.SMTP, timeout: float) -> None:
        self._server, self._timeout = server, timeout

    async def send(self, parcel: Parcel) -> Settled:
        server, message = self._server, parcel.mail
        if message is None:
            return Outcome.refused, "address_unusable"
        if not server.is_connected:
            return Outcome.later, AWAY
        if message.beyond_ascii and not server.supports_extension("smtputf8"):
            return Outcome.refused, "address_needs_smtputf8"
        handed_over = False
        try:
            async with asyncio.timeout(self._timeout):
                await _envelope(server, message, parcel.back)
                handed_over = True
                await server.data(message.content)
                failpoints.passing("mail-accepted")
        except SMTPResponseException as error:
            await _reset(server)
            return _refusal(error)
        except (OSError, TimeoutError, SMTPException, ValueError) as error:
            log.warning("mail try failed", error=type(error).__name__, handed_over=handed_over)
            server.close()
            return (Outcome.unknown, "no_answer") if handed_over else (Outcome.later, AWAY)
        return Outcome.sent, None


async def _envelope(server: aiosmtplib.SMTP, message: Mail, back: str | None) -> None:
    """Say who writes to whom; after this the next thing said is the content."""
    options, encoding = (["SMTPUTF8"], "utf-8") if message.beyond_ascii else ([], "ascii")
    await server.mail(back or message.sender, options=options, encoding=encoding)
    await server.rcpt(message.recipient, encoding=encoding)


async def _reset(server: aiosmtplib.SMTP) -> None:
    with contextlib.suppress(OSError, TimeoutError, SMTPException):
        async with asyncio.timeout(2):
            await server.rset()


def _refusal(error: SMTPResponseException) -> Settled:
    """A permanent answer (5xx) about this e-mail ends it; a temporary one, or one about ourselves, is tried again.

    One about the mailbox itself is a bounce: the address is written to no more.
    """
    if isinstance(error, SMTPSenderRefused | SMTPAuthenticationError | SMTPHeloError):
        return Outcome.later, f"sender_refused_{error.code}"
    if error.code < 500:
        return Outcome.later, f"mail_delayed_{error.code}"
    bounced = isinstance(error, SMTPRecipientRefused) and _is_gone(error)
    return Outcome.bounced if bounced else Outcome.refused, f"mail_refused_{error.code}"


def _is_gone(error: SMTPRecipientRefused) -> bool:
    if _GONE.search(error.message):
        return True
    return error.code in (550, 551) and not _OTHER.search(error.message)
