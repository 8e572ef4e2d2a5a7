"""An e-mail from its words: headers that nothing can be smuggled into, plain text and HTML, the document attached."""

import re
import textwrap
from base64 import encodebytes
from binascii import b2a_qp
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from services.notifications.commands import Paper
from services.notifications.texts import Letter

FOLDER = Path(__file__).parent / "templates"
INVITE = "invitation.ics"
LONGEST_SUBJECT, LONGEST_ADDRESS, LONGEST_LINE = 200, 254, 900
_PLAIN = re.compile(r"[A-Za-z0-9_%+-]+(?:\.[A-Za-z0-9_%+-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_ASCII = bytes(range(128))
_VISIBLE = re.compile(r"[!#-;=?-~]+")
_BEYOND_ASCII = re.compile(r"""[^\s@<>(),;:\\"\[\]]{1,64}@[^\s@<>(),;:\\"\[\]]{1,180}""")


class Unaddressable(ValueError):
    """The address can't stand in an e-mail."""


@dataclass(frozen=True, slots=True)
class Parties:
    """Who writes to whom; `answer_to` is the local committee that reads the answers."""

    sender: str
    name: str
    address: str
    answer_name: str = ""
    answer_to: str = ""


@dataclass(frozen=True, slots=True)
class Footing:
    """What stands under an e-mail: the words and links of the page of choices, and of the stop (None: it is owed)."""

    choose: str
    choose_link: str
    stop: str
    stop_link: str | None


@dataclass(frozen=True, slots=True)
class Mail:
    """A message as it travels. `beyond_ascii`: an address in it needs a server that speaks SMTPUTF8."""

    sender: str
    recipient: str
    content: bytes
    beyond_ascii: bool


def compose(
    letter: Letter, parties: Parties, message_id: str, at: datetime, paper: Paper | None, link: str,
    footing: Footing | None = None, parts: Sequence[tuple[Letter, str]] = (), invite: Mapping[str, str] | None = None,
) -> EmailMessage:  # fmt: skip
    """The same as `write`, to be looked into."""
    mail = write(letter, parties, message_id, at, paper, link, footing, parts, invite)
    return message_from_bytes(mail.content, policy=SMTP.clone(utf8=mail.beyond_ascii))  # type: ignore[return-value]


def write(
    letter: Letter, parties: Parties, message_id: str, at: datetime, paper: Paper | None, link: str,
    footing: Footing | None = None, parts: Sequence[tuple[Letter, str]] = (), invite: Mapping[str, str] | None = None,
) -> Mail:  # fmt: skip
    """The whole message; Unaddressable when the recipient's address is none. `parts` are the letters of a digest, each
    with its link.

    It is put together by hand, because Python's own way takes several times as long: each header passes one of three
    functions that leave no line break in it. A message that isn't owed can be stopped with one click (RFC 8058): the
    signature of the mail server that relays it has to cover both headers.
    """
    name, sender = parseaddr(parties.sender)
    head = [f"From: {_mailbox(name, sender)}", f"To: {_mailbox(parties.name, parties.address)}"]
    answers = _optional(parties.answer_name, parties.answer_to)
    head += [f"Reply-To: {answers}"] if answers else []
    head.append(f"Subject: {_words(textwrap.shorten(letter.subject, LONGEST_SUBJECT, placeholder='…'))}")
    head += [f"Date: {format_datetime(at)}", f"Message-ID: <{_token(message_id)}@{domain(parties.sender)}>"]
    head += ["Auto-Submitted: auto-generated", f"Content-Language: {_token(letter.language)}", "MIME-Version: 1.0"]
    if footing is not None and footing.stop_link:
        head.append(f"List-Unsubscribe: <{_token(footing.stop_link)}>")
        head.append("List-Unsubscribe-Post: List-Unsubscribe=One-Click")
    shown = {"letter": letter, "link": link, "footing": footing, "parts": parts}
    ways = [
        _text_part("plain", _render("letter.txt.j2", shown)),
        _text_part("html", _render("letter.html.j2", shown)),
        *([_calendar(invite)] if invite else []),
    ]
    content = _multipart("alternative", message_id, ways)
    files = [_file("application/pdf", paper.file_name, paper.content)] if paper is not None else []
    files += [_calendar(invite, INVITE)] if invite else []
    if files:
        content = _multipart("mixed", message_id, [content, *files])
    whole = "\r\n".join(head).encode() + b"\r\n" + content
    return Mail(sender, parties.address, whole, not (parties.address + (answers or "")).isascii())


# --- headers: nothing that comes from outside gets past these with a line break in it


def _mailbox(name: str, address: str) -> str:
    """A name and an address as they stand in a header; Unaddressable when the address is none."""
    clean = " ".join("".join(letter if letter.isprintable() else " " for letter in name).split())
    if not (_PLAIN.fullmatch(address) and len(address) <= LONGEST_ADDRESS):
        address = _address(clean, address).addr_spec
    if not clean:
        return address
    if clean.isascii() and "=?" not in clean:
        quoted = clean.replace("\\", "\\\\").replace('"', '\\"')
        return f"{clean} <{address}>" if _ATOMS.fullmatch(clean) else f'"{quoted}" <{address}>'
    return f"{_encoded(clean)} <{address}>"


def _words(text: str) -> str:
    """A text of one line."""
    clean = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return clean if clean.isascii() and "=?" not in clean else _encoded(clean)


def _token(text: str) -> str:
    """A value of ours, or a ValueError: an id, a language, an address of a page."""
    if not _VISIBLE.fullmatch(text):
        raise ValueError("this can't stand in a header")
    return text


def _encoded(text: str) -> str:
    return Header(text, "utf-8", maxlinelen=70).encode(linesep="\r\n")


# --- parts


def _text_part(kind: str, text: str) -> bytes:
    raw = re.sub(r"\r\n|\r|\n", "\r\n", text).encode("utf-8", "replace")
    if raw.isascii() and max(map(len, raw.split(b"\r\n"))) <= LONGEST_LINE:
        how, body = "7bit", raw
    elif len(raw.translate(None, _ASCII)) * 6 > len(raw):  # quoted, it would be longer than as base64
        how, body = "base64", _base64(raw)
    else:
        how, body = "quoted-printable", b2a_qp(raw, istext=True)
    head = f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: {how}\r\n\r\n'
    return head.encode() + body


def _file(kind: str, name: str, content: bytes) -> bytes:
    head = f'Content-Type: {kind}; name="{_token(name)}"\r\nContent-Disposition: attachment; filename="{_token(name)}"'
    return f"{head}\r\nContent-Transfer-Encoding: base64\r\n\r\n".encode() + _base64(content)


def _calendar(invite: Mapping[str, str], name: str | None = None) -> bytes:
    """A calendar file: another way to read the message, which calendars act on (RFC 6047), or by name, to be kept."""
    kind = f'text/calendar; method={_token(invite["method"])}; charset="utf-8"'
    if name is not None:
        return _file(kind, name, invite["content"].encode())
    head = f"Content-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return head.encode() + _base64(invite["content"].encode())


def _base64(content: bytes) -> bytes:
    return encodebytes(content).replace(b"\n", b"\r\n")


def _multipart(kind: str, message_id: str, parts: Sequence[bytes]) -> bytes:
    """Parts between lines that stand in none of them: `=_` is never left as it is by quoting or base64."""
    line = f"=_{kind}-{_token(message_id)}"
    between = f"\r\n--{line}\r\n".encode()
    head = f'Content-Type: multipart/{kind}; boundary="{line}"\r\n'.encode()
    return head + between + between.join(parts) + f"\r\n--{line}--\r\n".encode()


def domain(sender: str) -> str:
    """The domain that our Message-IDs live under."""
    return parseaddr(sender)[1].rpartition("@")[2] or "localhost"


def _address(name: str, address: str) -> Address:
    clean = " ".join("".join(letter if letter.isprintable() else " " for letter in name).split())
    try:
        if _BEYOND_ASCII.fullmatch(address) and not address.isascii():  # the parser knows ASCII only
            return Address(clean, *address.split("@"))
        return Address(clean, addr_spec=address)
    except (MessageError, ValueError, IndexError, AttributeError) as error:  # its parser leaks what it stumbles over
        raise Unaddressable("this is no e-mail address") from error


def _optional(name: str, address: str) -> str | None:
    try:
        return _mailbox(name, address) if address else None
    except Unaddressable:
        return None


def _render(template: str, shown: Mapping[str, Any]) -> str:
    return _environment().get_template(template).render(shown)


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=select_autoescape(("html.j2",), default=False),
        undefined=StrictUndefined,
    )
    made.filters.update(breaks=_breaks, folded=_folded, hanging=_hanging)
    return made


def _breaks(text: str) -> Markup:
    return Markup("<br>").join(escape(line) for line in text.splitlines())


def _folded(text: str) -> str:
    whole = {"break_long_words": False, "break_on_hyphens": False}
    return "\n".join(textwrap.fill(line, 76, **whole) for line in text.splitlines())


def _hanging(text: str) -> str:
    return "\n    ".join(text.splitlines())
