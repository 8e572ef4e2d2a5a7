"""The e-mail of an answer: in the thread that it answers, in the committee's name, its headers free of smuggling."""

import re
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Protocol
from uuid import UUID

from services.notifications.post.bodies import plain
from services.notifications.post.tokens import Addresses, Purpose

POLICY = SMTP.clone(cte_type="7bit", max_line_length=500)
LONGEST_SUBJECT = 180
_ID = re.compile(r"[!-;=?-~]{1,250}")
_AGAIN = re.compile(r"^(?:(?:re|aw|sv|vs|antw|odp|rif|res|ynt|回复|r)\s*[::]\s*)+", re.IGNORECASE)
_TICKET = re.compile(r"\[Q-[0-9A-Z]{8}\]")
_BEYOND_ASCII = re.compile(r"""[^\s@<>(),;:\\"\[\]]{1,64}@[^\s@<>(),;:\\"\[\]]{1,180}""")


class Unwritable(ValueError):
    """The address can't stand in an e-mail."""


class Outgoing(Protocol):
    """What an answer or a reminder is made of."""

    question_id: UUID
    ticket: str
    kind: str
    message_id: str
    references: list[str]
    subject: str
    text: str
    name: str
    address: str
    committee: str


def compose_answer(one: Outgoing, sender: str, addresses: Addresses, at: datetime) -> EmailMessage:
    """The whole message; Unwritable when the address is none."""
    message = EmailMessage(policy=POLICY if one.address.isascii() else POLICY.clone(utf8=True))
    name, own = parseaddr(sender)
    message["From"] = _address(one.committee or name, own)
    message["To"] = _address(one.name, one.address)
    if one.kind == "answer" and (back := addresses.of(Purpose.ticket, one.question_id)):
        message["Reply-To"] = _address(one.committee or name, back)
    message["Subject"] = _subject(one)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{one.message_id}@{own.rpartition('@')[2] or 'localhost'}>"
    references = [f"<{id_}>" for id_ in one.references if _ID.fullmatch(id_)][-10:]
    if references:
        message["In-Reply-To"] = references[-1]
        message["References"] = " ".join(references)
    if one.kind == "reminder":
        message["Auto-Submitted"] = "auto-generated"
    message.set_content(plain(one.text) + "\n")
    return message


def _subject(one: Outgoing) -> str:
    if one.kind == "reminder":
        return " ".join(plain(one.subject).split())
    old = _TICKET.sub("", _AGAIN.sub("", " ".join(plain(one.subject).split()))).strip()
    return f"Re: {old[:LONGEST_SUBJECT]} [{one.ticket}]" if old else f"Re: [{one.ticket}]"


def _address(name: str, address: str) -> Address:
    clean = " ".join("".join(letter if letter.isprintable() else " " for letter in name).split())
    try:
        if _BEYOND_ASCII.fullmatch(address) and not address.isascii():  # the parser knows ASCII only
            return Address(clean, *address.split("@"))
        return Address(clean, addr_spec=address)
    except (MessageError, ValueError, IndexError, AttributeError) as error:
        raise Unwritable("this is no e-mail address") from error
