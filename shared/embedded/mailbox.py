"""The development mailbox: every e-mail received, one .eml file each, with an index in memory."""

from __future__ import annotations

import asyncio
import email
import email.message
import email.policy
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.parser import BytesHeaderParser, BytesParser
from email.utils import parseaddr
from functools import cached_property
from pathlib import Path

ENVELOPE_TO = "X-Envelope-To"
POLICY = email.policy.default


@dataclass(frozen=True, slots=True)
class Summary:
    """What a list shows of an e-mail; `to` are the envelope's recipients, not the header's."""

    id: str
    received_at: datetime
    sender: str
    to: tuple[str, ...]
    subject: str
    message_id: str


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    content_type: str
    content_id: str | None
    content: bytes


class Mailbox:
    """Ids rise with the order of receipt."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._index: dict[str, Summary] = {}
        self._last = 0
        for file in sorted(folder.glob("*.eml")):
            with open(file, "rb") as stream:
                self._index[file.stem] = _summary(file.stem, BytesHeaderParser(policy=POLICY).parse(stream))

    def __len__(self) -> int:
        return len(self._index)

    def keep(self, sender: str, recipients: Sequence[str], content: bytes) -> Summary:
        """On disk when it returns: the sender may then be told that it was received."""
        identity = self._next_id()
        trace = f"Return-Path: <{sender}>\r\n{ENVELOPE_TO}: {', '.join(recipients)}\r\n"
        draft = self.folder / f".{identity}"
        draft.write_bytes(trace.encode() + content)
        draft.replace(self.folder / f"{identity}.eml")
        headers = BytesHeaderParser(policy=POLICY).parsebytes(trace.encode() + content)
        self._index[identity] = _summary(identity, headers)
        return self._index[identity]

    def listed(self, to: str | None = None, after: str | None = None) -> Iterator[Summary]:
        """Oldest first; `after` is the id of the last one already seen."""
        wanted = to.casefold() if to else None
        for summary in list(self._index.values()):
            if after and summary.id <= after:
                continue
            if wanted is None or any(wanted == address.casefold() for address in summary.to):
                yield summary

    def open(self, identity: str) -> Letter | None:
        if identity not in self._index:
            return None
        raw = (self.folder / f"{identity}.eml").read_bytes()
        return Letter(self._index[identity], raw, BytesParser(policy=POLICY).parsebytes(raw))

    def _next_id(self) -> str:
        self._last = max(time.time_ns() // 1000, self._last + 1)
        return f"{self._last:016d}-{uuid.uuid4().hex[:8]}"


@dataclass(frozen=True)
class Letter:
    """One e-mail, opened."""

    summary: Summary
    raw: bytes
    message: email.message.EmailMessage

    @cached_property
    def text(self) -> str | None:
        return self._body("plain")

    @cached_property
    def html(self) -> str | None:
        return self._body("html")

    @cached_property
    def headers(self) -> dict[str, str]:
        return {name: str(value) for name, value in self.message.items()}

    @cached_property
    def attachments(self) -> list[Attachment]:
        """All parts but the bodies: attached files and the pictures that the HTML part shows."""
        bodies = [self.message.get_body((kind,)) for kind in ("plain", "html")]
        parts = [part for part in self.message.walk() if not part.is_multipart() and part not in bodies]
        return [_attachment(number, part) for number, part in enumerate(parts)]

    def _body(self, kind: str) -> str | None:
        part = self.message.get_body((kind,))
        return None if part is None else _text(part)


def _text(part: email.message.EmailMessage) -> str:
    try:
        return part.get_content()
    except (LookupError, UnicodeError):
        return (part.get_payload(decode=True) or b"").decode("utf-8", "replace")


def _attachment(number: int, part: email.message.EmailMessage) -> Attachment:
    name = Path((part.get_filename() or "").replace("\\", "/")).name
    content_id = (part.get("Content-ID") or "").strip().strip("<>") or None
    content = part.get_payload(decode=True)
    return Attachment(name or f"part-{number}", part.get_content_type(), content_id, content or b"")


def _summary(identity: str, headers: email.message.EmailMessage) -> Summary:
    micros = int(identity.partition("-")[0])
    return Summary(
        id=identity,
        received_at=datetime.fromtimestamp(micros / 1e6, UTC),
        sender=str(headers.get("From", "")) or parseaddr(str(headers.get("Return-Path", "")))[1],
        to=tuple(str(headers.get(ENVELOPE_TO, "")).replace(" ", "").split(",")),
        subject=str(headers.get("Subject", "")),
        message_id=str(headers.get("Message-ID", "")),
    )


async def arrival(mailbox: Mailbox, to: str, after: str | None = None, seconds: float = 10.0) -> Summary:
    """The next e-mail to that address; TimeoutError when none comes."""
    async with asyncio.timeout(seconds):
        while not (found := next(mailbox.listed(to, after), None)):
            await asyncio.sleep(0.02)
        return found
