"""E-mails as others write them: replies, bounces, complaints, absence notes."""

from email.message import EmailMessage
from typing import Any

from shared.embedded.mailbox import Letter

IOANA = "Ioana Șerban <ioana@sojourn.example>"


def reply_to(letter: Letter, text: str, sender: str = IOANA, **headers: str) -> EmailMessage:
    """What a mail program makes of "reply" to a letter of ours."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = letter.headers["Reply-To"]
    message["Subject"] = "Re: " + letter.headers["Subject"]
    message["Message-ID"] = headers.pop("message_id", f"<{abs(hash((text, sender)))}@home.example>")
    message["In-Reply-To"] = message["References"] = letter.headers["Message-ID"]
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    quoted = "\n".join(f"> {line}" for line in (letter.text or "").splitlines())
    message.set_content(f"{text}\n\nOn Mon, 2 Feb 2026 at 10:00, Sojourn <no-reply@sojourn.example> wrote:\n{quoted}\n")
    return message


def letter(to: str, text: str, sender: str = IOANA, subject: str = "Hello", **headers: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def bounce(to: str, original: str, status: str = "5.1.1", action: str = "failed", **more: Any) -> bytes:
    """A delivery report (RFC 3464) as Postfix writes it; `original` are the headers of what came back."""
    recipient = more.get("recipient", "ioana@sojourn.example")
    return f"""From: MAILER-DAEMON@mx.example (Mail Delivery System)
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Message-ID: <{more.get("message_id", "bounce-1")}@mx.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} no such user

--B
Content-Type: text/rfc822-headers

{original}

--B--
""".replace("\n", "\r\n").encode()


def complaint(to: str, original: str) -> bytes:
    """A feedback report (RFC 5965) as mailbox providers send it."""
    return f"""From: <abusedesk@example.com>
To: <{to}>
Subject: FW: Earn money
Message-ID: <complaint-1@example.com>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="B"

--B
Content-Type: text/plain

This is an email abuse report.

--B
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: SomeGenerator/1.0
Version: 1
Original-Rcpt-To: <ioana@sojourn.example>

--B
Content-Type: message/rfc822

{original}

Spam?
--B--
""".replace("\n", "\r\n").encode()
