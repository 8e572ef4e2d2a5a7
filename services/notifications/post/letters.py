"""An e-mail that came in, read within bounds: whatever it is made of, the work and the result are limited."""

import email
import email.message
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.errors import MessageError
from email.header import decode_header
from email.utils import getaddresses

from services.notifications.post.bodies import from_html, plain, readable

LARGEST = 25_000_000  # bytes that are read whole; of a larger one only the beginning
BEGINNING = 1_000_000
MOST_PARTS = 200
DEEPEST = 20
LONGEST_HEADER = 8_000
LONGEST_TEXT = 200_000
MOST_FILES = 20
LARGEST_FILE = 10_000_000
_NESTED = re.compile(rb"(?i)^content-type:\s*(?:multipart|message)/", re.MULTILINE)
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_HEAD = 256_000
Message = email.message.Message


@dataclass(frozen=True, slots=True)
class File:
    """An attachment. `content` is None when it was not kept, `refused` says why."""

    name: str
    content_type: str
    size: int
    content: bytes | None = field(repr=False)
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """What is known of an e-mail. Headers by lower-case name; `cut` tells that not all of it was read."""

    headers: dict[str, list[str]]
    sender: str
    sender_name: str
    recipients: list[str]
    subject: str
    message_id: str
    references: list[str]
    text: str = field(repr=False)
    files: list[File] = field(repr=False)
    parts: list[Message] = field(repr=False)
    size: int
    cut: bool

    def header(self, name: str) -> str:
        """The first header of this name, or nothing."""
        return next(iter(self.headers.get(name, ())), "")


def read(raw: bytes, size: int | None = None) -> Letter:
    """The letter in these bytes; never fails. `size` is the true one when only the beginning was fetched."""
    whole = len(raw) if size is None else size
    kept, cut = _bounded(raw)
    try:
        message = email.message_from_bytes(kept, policy=email.policy.compat32)
        parts = list(_parts(message))
    except (MessageError, RecursionError, ValueError, LookupError, IndexError, TypeError, AttributeError):
        head = _HEAD_END.split(kept, 1)[0]
        message, cut = email.message_from_bytes(head + b"\r\n\r\n", policy=email.policy.compat32), True
        parts = [message]
    headers = _headers(message)
    text, files = _contents(parts)
    name, address = _first_address(headers.get("from", [""])[0])
    names = ("to", "cc", "delivered-to", "x-original-to", "x-envelope-to", "envelope-to")
    lists = [value for header in names for value in headers.get(header, ())]
    return Letter(
        headers=headers, sender=address, sender_name=name,
        recipients=[found for _, found in getaddresses(lists[:20])][:100],
        subject=_decoded(headers.get("subject", [""])[0])[:500],
        message_id=next(iter(ids_in(headers.get("message-id", [""])[0])), ""),
        references=_references(headers), text=text, files=files, parts=parts, size=whole,
        cut=cut or whole > len(raw),
    )  # fmt: skip


def ids_in(text: str) -> list[str]:
    """Message-IDs in a header, without their brackets; what is longer than 250 characters is none."""
    return re.findall(r"<([^<>\s]{1,250})>", text)[:50]


def _bounded(raw: bytes) -> tuple[bytes, bool]:
    """What the parser gets: no more than so many bytes, lines that could part it, and levels."""
    end = BEGINNING if len(raw) > LARGEST else len(raw)
    if (head := _HEAD_END.search(raw, 0, end)) is None or head.start() > _HEAD:
        end = min(end, _HEAD)
    for finds, most in ((re.finditer(rb"\n--", raw[:end]), MOST_PARTS * 2), (_NESTED.finditer(raw[:end]), DEEPEST)):
        for count, found in enumerate(finds):
            if count >= most:
                end = min(end, found.start())
                break
    return raw[:end], end < len(raw)


def _parts(message: Message) -> Iterator[Message]:
    for count, part in enumerate(message.walk()):
        if count >= MOST_PARTS:
            return
        yield part


def _headers(message: Message) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in message.items()[:500]:
        found.setdefault(name.lower(), []).append(" ".join(plain(str(value)[:LONGEST_HEADER]).split()))
    return found


def _references(headers: dict[str, list[str]]) -> list[str]:
    """What it answers, nearest first."""
    nearest = ids_in(" ".join(headers.get("in-reply-to", [])))
    return list(dict.fromkeys([*nearest, *reversed(ids_in(" ".join(headers.get("references", []))))]))


def _first_address(value: str) -> tuple[str, str]:
    found = getaddresses([value[:2_000]])
    name, address = found[0] if found else ("", "")
    return _decoded(name)[:200], plain(address)[:254]


def _decoded(value: str) -> str:
    """A header in words: encoded words decoded, on one line, without control characters."""
    try:
        pieces = decode_header(value[:LONGEST_HEADER])
    except (MessageError, ValueError, LookupError):
        pieces = [(value, None)]
    words = "".join(piece if isinstance(piece, str) else readable(piece, charset) for piece, charset in pieces)
    return " ".join(plain(words).split())


# --- bodies and files


def _contents(parts: list[Message]) -> tuple[str, list[File]]:
    """The text for reading (HTML counts only where there is no plain text), and the attachments."""
    texts: list[str] = []
    pages: list[str] = []
    files: list[File] = []
    inner = _inside_reports(parts)
    for part in parts:
        if part.is_multipart() or id(part) in inner:
            continue
        kind = part.get_content_type()
        attached = part.get_content_disposition() == "attachment" or part.get_filename() is not None
        if kind in ("text/plain", "text/html") and not attached:
            words = readable(_payload(part)[: LONGEST_TEXT * 4], _charset(part))
            (texts if kind == "text/plain" else pages).append(words)
        elif len(files) < MOST_FILES and not kind.startswith(("message/delivery", "message/feedback")):
            files.append(_file(part, kind, len(files) + 1))
    text = "\n\n".join(texts) if any(words.strip() for words in texts) else "\n\n".join(map(from_html, pages))
    return plain(text.replace("\r\n", "\n").replace("\r", "\n"))[:LONGEST_TEXT].strip(), files


def _inside_reports(parts: list[Message]) -> set[int]:
    """Parts of a message that is enclosed: they are not what this sender says."""
    return {
        id(inner)
        for part in parts
        if part.get_content_type() == "message/rfc822" and part.is_multipart()
        for inner in part.walk()
        if inner is not part
    }


def _payload(part: Message) -> bytes:
    try:
        found = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        found = None
    return found if isinstance(found, bytes) else b""


def _charset(part: Message) -> str | None:
    try:
        return part.get_content_charset()
    except (LookupError, ValueError, UnicodeError):
        return None


def _file(part: Message, kind: str, number: int) -> File:
    content, kind = _payload(part), plain(kind)[:100]
    name = safe_name(_decoded(str(part.get_filename() or "")), number)
    if len(content) > LARGEST_FILE:
        return File(name, kind, len(content), None, "too_large")
    if refused(name, kind, content):
        return File(name, kind, len(content), None, "type_refused")
    return File(name, kind, len(content), content)


_DANGEROUS_IN_A_ROW = """
ade adp app apk bat chm cmd com cpl dll dmg exe gadget hta html htm iso jar js jse lnk mht mhtml msc msi msp mst
pif ps1 reg scf scr sct sh shtml svg svgz swf vb vbe vbs wsf wsh xht xhtml xml xsl
"""
DANGEROUS = frozenset(_DANGEROUS_IN_A_ROW.split())
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")
_MARKUP = re.compile(rb"(?i)^\s*<(?:!doctype html|html|script|svg|\?xml)")


def refused(name: str, kind: str, content: bytes) -> bool:
    """Whether an attachment could run where it is opened, by its name, its declared type or its first bytes."""
    endings = name.lower().split(".")[1:]
    active = kind in ("text/html", "image/svg+xml", "application/x-msdownload", "application/xhtml+xml")
    runs = content.startswith(_PROGRAMS) or _MARKUP.match(content[:200]) is not None
    return active or runs or any(ending.strip() in DANGEROUS for ending in endings)


def safe_name(name: str, number: int = 1) -> str:
    """A file name for a download: its last path element, letters, digits and a few signs, at most 100 characters."""
    last = re.split(r"[\\/]", name)[-1]
    clean = re.sub(r"[^\w .()+-]", "_", last).strip(" .")
    stem, dot, ending = clean.rpartition(".")
    clean = f"{stem[:80]}{dot}{ending[:16]}" if dot else clean[:100]
    return clean.strip(" .") or f"attachment-{number}"
