"""An e-mail from its words: headers that nothing can be smuggled into, plain text and HTML, the document attached."""

import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
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
POLICY = SMTP.clone(cte_type="7bit", max_line_length=200)
LONGEST_SUBJECT = 200
INVITE = "invitation.ics"
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


def compose(
    letter: Letter, parties: Parties, message_id: str, at: datetime, paper: Paper | None, link: str,
    footing: Footing | None = None, parts: Sequence[Letter] = (), invite: Mapping[str, str] | None = None,
) -> EmailMessage:  # fmt: skip
    """The whole message; Unaddressable when the recipient's address is none. `parts` are the letters of a digest.

    A message that isn't owed can be stopped with one click (RFC 8058): the signature of the mail server that relays it
    has to cover both headers.
    """
    ascii_only = parties.address.isascii() and parties.answer_to.isascii()
    message = EmailMessage(policy=POLICY if ascii_only else POLICY.clone(utf8=True))
    sender_name, sender = parseaddr(parties.sender)
    message["From"] = _address(sender_name, sender)
    message["To"] = _address(parties.name, parties.address)
    if reply_to := _optional(parties.answer_name, parties.answer_to):
        message["Reply-To"] = reply_to
    message["Subject"] = textwrap.shorten(letter.subject, LONGEST_SUBJECT, placeholder="…")
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{message_id}@{domain(parties.sender)}>"
    message["Auto-Submitted"] = "auto-generated"
    if footing is not None and footing.stop_link:
        message["List-Unsubscribe"] = f"<{footing.stop_link}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    shown = {"letter": letter, "link": link, "footing": footing, "parts": parts}
    message.set_content(_render("letter.txt.j2", shown))
    message.add_alternative(_render("letter.html.j2", shown), subtype="html")
    if invite is not None:
        _invite(message, invite)
    if paper is not None:
        message.add_attachment(paper.content, maintype="application", subtype="pdf", filename=paper.file_name)
    message["Content-Language"] = letter.language  # last: what begins with Content- moves into the parts
    return message


def _invite(message: EmailMessage, invite: Mapping[str, str]) -> None:
    """A calendar file twice: as another way to read the message, which calendars act on (RFC 6047), and to be kept."""
    about = {"method": invite["method"]}
    message.add_alternative(invite["content"], subtype="calendar", params=about, cte="base64")
    message.add_attachment(invite["content"], subtype="calendar", params=about, cte="base64", filename=INVITE)


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


def _optional(name: str, address: str) -> Address | None:
    try:
        return _address(name, address) if address else None
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
