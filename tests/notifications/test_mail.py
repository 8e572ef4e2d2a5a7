"""An e-mail as it is put together: whatever a name or a subject contains, no header comes of it."""

from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.notifications.commands import Paper
from services.notifications.mail import Footing, Mail, Parties, Unaddressable, write
from services.notifications.texts import Letter, Line
from shared.ids import derived_id

AT = datetime(2026, 2, 2, 9, tzinfo=UTC)
ID = str(derived_id("mail", 1))
STOP = Footing("Choose", "https://sojourn.example/preferences/x", "Stop", "https://sojourn.example/unsubscribe/y")
HEADERS = [
    "Auto-Submitted", "Content-Language", "Content-Type", "Date", "From", "List-Unsubscribe", "List-Unsubscribe-Post",
    "MIME-Version", "Message-ID", "Reply-To", "Subject", "To",
]  # fmt: skip
NASTY = some.text(max_size=120) | some.sampled_from([
    "x\r\nBcc: evil@example.org", "x\nSubject: other", "=?utf-8?q?=0D=0ABcc:_x?=", "\u2028Bcc: a@b.c",
    "\x00\x85Cc: a@b",
    '" <evil@example.org>, "', "a" * 500, "‏ליל‏", "\ud83d\ude00 smile", "\r", "(comment) <x@y>", "\\",
])  # fmt: skip


def letter(subject: str, text: str = "Text") -> Letter:
    return Letter("en", subject, "preview", "Dear", [Line(text)], [], [], "", [Line("Bye")], "footer")


def made(subject: str, name: str, answers: str = "Uppsala", text: str = "Text", paper: Paper | None = None) -> Mail:
    parties = Parties(
        "Sojourn <no-reply@sojourn.example>", name, "ep@sojourn.example", answers, "uppsala@sojourn.example"
    )
    return write(letter(subject, text), parties, ID, AT, paper, "", STOP)


@given(NASTY, NASTY, NASTY, NASTY)
def test_no_text_becomes_a_header(subject: str, name: str, answers: str, text: str) -> None:
    mail = made(subject, name, answers, text)
    read = message_from_bytes(mail.content, policy=policy.default)
    assert sorted(read.keys()) == HEADERS
    assert [address.addr_spec for address in read["To"].addresses] == ["ep@sojourn.example"]
    assert [address.addr_spec for address in read["Reply-To"].addresses] == ["uppsala@sojourn.example"]
    assert all(len(line) <= 998 for line in mail.content.split(b"\r\n"))
    assert b"\n" not in mail.content.replace(b"\r\n", b"")


@pytest.mark.parametrize("name", ["Ioana Șerban", "O'Neil, Jr.", 'A "quoted" name', "محمد علي", "Ana-Maria", "=?x?="])
def test_names_and_subjects_arrive_as_they_were(name: str) -> None:
    read = message_from_bytes(made(name, name).content, policy=policy.default)
    assert read["To"].addresses[0].display_name == name
    assert read["Subject"] == name


@pytest.mark.parametrize("text", ["plain", "ăîșț " * 40, "مرحبا " * 60, "a" * 5000, ".\n..\nFrom me", "=3D =_x--"])
def test_texts_and_documents_arrive_as_they_were(text: str) -> None:
    content = bytes(range(256)) * 30
    paper = Paper(derived_id("d"), "sheet", "en", "sheet.pdf", "", content)
    read = message_from_bytes(made("S", "N", text=text, paper=paper).content, policy=policy.default)
    body = read.get_body(("plain",))
    assert body is not None
    assert "".join(text.split()) in "".join(body.get_content().split())
    (attached,) = read.iter_attachments()
    assert attached.get_content() == content
    assert attached.get_filename() == "sheet.pdf"


@pytest.mark.parametrize("address", ["", "a", "a@", "@b", "a@b\r\nBcc: c@d", "a b@c", "a@b,c@d", "<a@b>", "a..b@c d"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(Unaddressable):
        write(letter("S"), Parties("Sojourn <no-reply@sojourn.example>", "N", address), ID, AT, None, "")
