"""Reports about mail of ours: delivery status (RFC 3464), abuse (RFC 5965), and bounces that keep to no standard."""

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

from services.notifications.post.letters import LONGEST_HEADER, Letter, ids_in

_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<![\d.-])([45]\d\d)[ -](?!\d)")
_DAEMON = re.compile(r"^(?:mailer-daemon|postmaster|mdaemon)@", re.IGNORECASE)
_LOOKED_AT = 20_000
_ORIGINAL = ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global-headers")


@dataclass(frozen=True, slots=True)
class Report:
    """What a report tells. `status` is an enhanced status code (RFC 3463) such as 5.1.1; `traces` are the texts in
    which a token of ours may stand, most telling first."""

    complaint: bool
    action: str
    status: str
    recipient: str
    message_ids: tuple[str, ...]
    traces: tuple[str, ...]


def report_of(letter: Letter) -> Report | None:
    """The report in this letter, or None when it is none."""
    for part in letter.parts:
        match part.get_content_type():
            case "message/feedback-report":
                return _complaint(letter, part)
            case "message/delivery-status" | "message/global-delivery-status":
                return _bounce(letter, part)
    return _by_look(letter)


def _bounce(letter: Letter, part: Message) -> Report | None:
    """The worst of what a delivery report says: `failed` before `delayed`; what was delivered or relayed is none."""
    found = [block for block in _blocks(part) if block.get("action")]
    failed = [block for block in found if _field(block, "action").startswith("failed")]
    delayed = [block for block in found if _field(block, "action").startswith("delayed")]
    if not (chosen := failed or delayed):
        return None
    block = chosen[0]
    status = _STATUS.search(_field(block, "status"))
    said = _STATUS.search(_field(block, "diagnostic-code"))
    # Many servers say 5.0.0 in one field and what is the matter in the other.
    if said and (status is None or status.group(2) == "0"):
        status = said
    code = status.group(0) if status else ("5.0.0" if failed else "4.0.0")
    recipient = _field(block, "final-recipient") or _field(block, "original-recipient")
    address = recipient.rpartition(";")[2].strip()
    return Report(False, "failed" if failed else "delayed", code, address[:254], *_original(letter))


def _complaint(letter: Letter, part: Message) -> Report | None:
    """A feedback report; one that says "not spam" is no complaint."""
    fields = next(iter(_blocks(part)), email.message_from_string(""))
    if _field(fields, "feedback-type") == "not-spam":
        return None
    recipient = _field(fields, "original-rcpt-to") or _field(fields, "removal-recipient")
    kind = re.sub(r"[^a-z0-9-]", "", _field(fields, "feedback-type"))[:40] or "abuse"
    return Report(True, kind, "", recipient.strip("<>")[:254], *_original(letter))


def _by_look(letter: Letter) -> Report | None:
    """A bounce without a report: an empty return path or a mail daemon, and a status in its words."""
    empty = letter.header("return-path").strip() == "<>"
    failed = letter.header("x-failed-recipients")
    if not (empty or failed or _DAEMON.match(letter.sender)):
        return None
    text = letter.text[:_LOOKED_AT]
    status = _STATUS.search(text)
    reply = _REPLY.search(text)
    code = status.group(0) if status else f"{reply.group(1)[0]}.0.0" if reply else "5.0.0" if failed else ""
    if not code or code.startswith("2"):
        return None
    ids, traces = _original(letter)
    action = "failed" if code.startswith("5") else "delayed"
    return Report(False, action, code, failed.split(",")[0].strip()[:254], ids, (*traces, text))


def _original(letter: Letter) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Message-IDs of what came back, and where a token may stand: our own addresses first, then the headers of it."""
    ids: list[str] = []
    traces = list(letter.recipients)
    for part in letter.parts:
        if part.get_content_type() in _ORIGINAL:
            inner = _enclosed(part)
            ids += ids_in(str(inner.get("Message-ID", ""))[:LONGEST_HEADER])
            names = ("Return-Path", "Reply-To", "List-Unsubscribe")
            traces += [str(inner.get(name, ""))[:LONGEST_HEADER] for name in names]
    return tuple(ids[:5]), tuple(trace for trace in traces if trace)


def _enclosed(part: Message) -> Message:
    payload = part.get_payload()
    if isinstance(payload, list):
        return payload[0] if payload and isinstance(payload[0], Message) else Message()
    found = part.get_payload(decode=True)
    raw = found if isinstance(found, bytes) else b""
    return email.message_from_bytes(raw[: LONGEST_HEADER * 8], policy=email.policy.compat32)


def _blocks(part: Message) -> Iterator[Message]:
    """The groups of fields of a report: the parser makes a message of each, or leaves them as text."""
    payload = part.get_payload()
    if isinstance(payload, list):
        yield from (block for block in payload[:50] if isinstance(block, Message))
        return
    found = part.get_payload(decode=True)
    text = found.decode("utf-8", "replace") if isinstance(found, bytes) else ""
    for block in re.split(r"\r?\n\r?\n", text[: LONGEST_HEADER * 8])[:50]:
        yield email.message_from_string(block.lstrip())


def _field(block: Message, name: str) -> str:
    return " ".join(str(block.get(name, ""))[:LONGEST_HEADER].split()).lower()
