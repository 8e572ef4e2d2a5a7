"""Reading what comes in, without a database: broken, lying and hostile mail; quotes; codes; addresses; IMAP."""

import asyncio
import re
import time
from datetime import UTC, date, datetime
from datetime import time as wall
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications import post
from services.notifications.policy import Audience, Returned, answer_due, returned, side_for
from services.notifications.post import Addresses, Kind, Purpose
from services.notifications.post.boxes import Imap
from shared.ids import new_id
from tests.notifications.letters import bounce, letter

HEAD = b"From: a@b.example\r\nSubject: x\r\n"
ADDRESSES = Addresses("secret", "Sojourn <no-reply@sojourn.example>", mailbox="x")


def _nested(levels: int) -> bytes:
    return b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(levels))


BOMBS = {
    "two million parts": HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 2_000_000,
    "nested without an end": HEAD + _nested(3_000),
    "messages in messages": HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 3_000,
    "50 MB": HEAD + b"\r\nhello\r\n" + b"a" * 50_000_000,
    "three million headers": HEAD + b"X: y\r\n" * 3_000_000,
    "a header without end": b"From: " + b"<" * 3_000_000 + b"\r\nSubject: " + b"=?utf-8?q?a?= " * 300_000 + b"\r\n\r\n",
    "open comments": HEAD + b"Content-Type: text/html\r\n\r\n" + b"<!--" * 200_000 + b"<a" * 200_000,
    "open scripts": HEAD + b"Content-Type: text/html\r\n\r\n" + b"<script>" * 100_000,
    "many parameters": HEAD + b"Content-Type: text/plain; " + b"; ".join(b"a*%d*=x" % n for n in range(20_000)),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_mail_bomb_is_read_within_bounds(name: str) -> None:
    began = time.process_time()
    read = post.read(BOMBS[name])
    post.kind_of(read)
    post.shown(read.text)
    assert time.process_time() - began < 5
    assert len(read.parts) <= 200
    assert len(read.text) <= 200_000


def test_of_a_letter_that_is_too_large_the_beginning_is_kept() -> None:
    read = post.read(BOMBS["50 MB"])
    assert (read.cut, read.size, read.sender) == (True, len(BOMBS["50 MB"]), "a@b.example")
    assert read.text.startswith("hello")


@given(st.binary(max_size=2_000))
def test_no_bytes_stop_the_reader(raw: bytes) -> None:
    for prefix in (b"", HEAD, HEAD + b"Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: "):
        read = post.read(prefix + raw)
        post.kind_of(read)
        (read.text + read.subject + read.sender + read.sender_name).encode()
        assert all((file.name + file.content_type).encode() for file in read.files)
        assert "\0" not in read.text + read.subject + read.sender


@pytest.mark.parametrize(("charset", "raw", "text"), [
    ("utf-8", "Åsa hälsar".encode(), "Åsa hälsar"),
    ("utf-8", "Åsa hälsar".encode("cp1252"), "Åsa hälsar"),
    ("us-ascii", "Åsa hälsar".encode(), "Åsa hälsar"),
    ("no-such-charset", "Åsa hälsar".encode(), "Åsa hälsar"),
    ("iso-8859-2", "Ștefan și Șerban".replace("Ș", "Ş").replace("ș", "ş").encode("iso-8859-2"), "Ştefan şi Şerban"),
])  # fmt: skip
def test_a_charset_that_lies_costs_no_letter(charset: str, raw: bytes, text: str) -> None:
    assert post.read(HEAD + f"Content-Type: text/plain; charset={charset}\r\n\r\n".encode() + raw).text == text


def test_html_is_text_and_never_more() -> None:
    page = b"<html><head><title>t</title><style>p{}</style></head><body><p>Hi &amp; <b>hello</b> 3 &lt; 4</p>"
    page += b"<script>alert(1)</script><div>Two<br>three</div><blockquote>old</blockquote></body></html>"
    read = post.read(HEAD + b"Content-Type: text/html\r\n\r\n" + page)
    assert post.shown(read.text) == "Hi & hello 3 < 4\n\nTwo\nthree"
    assert "old" in read.text
    assert "alert" not in read.text


@pytest.mark.parametrize("quoted", [
    "On Mon, 2 Feb 2026 at 10:00, Sojourn <a@b.example> wrote:\n> Old",
    "On Mon, 2 Feb 2026 at 10:00, Sojourn Committee of Uppsala\n<no-reply@sojourn.example> wrote:\n> Old",
    "Pe lun., 2 feb. 2026 la 10:00, Sojourn <a@b.example> a scris:\n> Old",
    "Den mån 2 feb. 2026 kl 10:00 skrev Sojourn <a@b.example> skrev:\n> Old",
    "Am 02.02.2026 um 10:00 schrieb:\n> Old",
    "-----Original Message-----\nFrom: Sojourn\nOld",
    "________________________________\nFrom: Sojourn <a@b.example>\nOld",
    "From: Sojourn <a@b.example>\nSent: Monday\nOld",
    "-- \nIoana\nOld",
])  # fmt: skip
def test_what_is_quoted_is_cut_off(quoted: str) -> None:
    assert post.shown(f"Where do I get the keys?\nHe wrote a note.\n\n{quoted}") == (
        "Where do I get the keys?\nHe wrote a note."
    )


def test_a_letter_of_quotes_alone_is_shown_whole() -> None:
    assert post.shown("> yes\n> no") == "> yes\n> no"


@pytest.mark.parametrize(("name", "safe"), [
    ("../../etc/passwd", "passwd"),
    ("C:\\Windows\\evil.pdf", "evil.pdf"),
    ("..", "attachment-1"),
    ("", "attachment-1"),
    ("a\r\nX: y.pdf", "a__X_ y.pdf"),
    ("viză ș.pdf", "viză ș.pdf"),
    ("x" * 500 + ".pdf", "x" * 80 + ".pdf"),
    ("invoice\u202efdp.exe", "invoice_fdp.exe"),
])  # fmt: skip
def test_names_of_attachments_are_tamed(name: str, safe: str) -> None:
    assert post.safe_name(name) == safe


@pytest.mark.parametrize(("status", "action", "meaning"), [
    ("5.1.1", "failed", Returned.hard),
    ("5.1.10", "failed", Returned.hard),
    ("5.2.1", "failed", Returned.hard),
    ("5.0.0", "failed", Returned.hard),
    ("5.1.8", "failed", Returned.rejected),
    ("5.2.2", "failed", Returned.rejected),
    ("5.3.4", "failed", Returned.rejected),
    ("5.7.26", "failed", Returned.rejected),
    ("4.4.7", "failed", Returned.rejected),
    ("4.4.1", "delayed", Returned.soft),
    ("5.1.1", "delayed", Returned.soft),
    ("nonsense", "failed", Returned.rejected),
    ("", "delayed", Returned.soft),
])  # fmt: skip
def test_a_status_closes_an_address_only_when_it_is_about_the_address(
    status: str, action: str, meaning: Returned
) -> None:
    assert returned(action, status) is meaning


def test_a_bounce_without_a_report_is_known_by_its_look() -> None:
    note = letter(
        "bounces+x@sojourn.example", "<i@x.example>: host mx said: 550 5.1.1 User unknown", "MAILER-DAEMON@mx"
    )
    kind, report = post.kind_of(post.read(note.as_bytes()))
    assert (kind, report and report.status) == (Kind.bounce, "5.1.1")


def test_of_several_recipients_the_failed_one_counts_and_a_good_delivery_is_no_bounce() -> None:
    good = bounce("x@y.example", "").replace(b"Action: failed", b"Action: delivered")
    assert post.kind_of(post.read(good))[0] is Kind.receipt


def test_a_read_receipt_is_neither_bounce_nor_question() -> None:
    raw = HEAD + b"Content-Type: multipart/report; report-type=disposition-notification; boundary=b\r\n\r\n--b\r\n"
    raw += b"Content-Type: text/plain\r\n\r\nIt was displayed.\r\n--b\r\n"
    raw += b"Content-Type: message/disposition-notification\r\n\r\nDisposition: manual-action; displayed\r\n--b--\r\n"
    assert post.kind_of(post.read(raw))[0] is Kind.receipt


@pytest.mark.parametrize("word", ["STOP", "stop.", " Stopp ", "oprește", "ARRÊT", "стоп", "停止", "توقف"])
def test_stop_is_understood_in_many_languages(word: str) -> None:
    assert post.is_stop(word)


def test_a_sentence_with_stop_in_it_is_no_stop() -> None:
    assert not post.is_stop("Which bus stop is it?")


# --- our own addresses


@given(st.uuids(), st.sampled_from(Purpose))
def test_an_address_of_ours_is_read_in_any_case_and_fits_a_mailbox(id_: UUID, purpose: Purpose) -> None:
    address = str(ADDRESSES.of(purpose, id_))
    assert len(address.partition("@")[0]) <= 64
    assert ADDRESSES.read(f"Uppsala <{address.upper()}>") == (purpose, id_)
    assert ADDRESSES.ours(address)


def test_a_changed_letter_or_another_key_makes_it_worthless() -> None:
    address = str(ADDRESSES.of(Purpose.bounces, new_id()))
    for at in range(len("bounces+"), address.index("@")):
        other = "a" if address[at] != "a" else "b"
        changed = address[:at] + other + address[at + 1 :]
        found = ADDRESSES.read(changed)
        assert found is None, changed
    assert Addresses("another", "a@b.example", mailbox="x").read(address) is None
    assert ADDRESSES.read(address.replace("bounces+", "reply+")) is None


def test_without_a_mailbox_there_are_no_such_addresses() -> None:
    assert Addresses("secret", "a@b.example").of(Purpose.reply, new_id()) is None


# --- rules


@pytest.mark.parametrize(("asked", "zone", "due"), [
    (datetime(2026, 2, 2, 8, tzinfo=UTC), "Europe/Stockholm", datetime(2026, 2, 3, 17)),
    (datetime(2026, 2, 6, 20, tzinfo=UTC), "Europe/Stockholm", datetime(2026, 2, 10, 17)),
    (datetime(2026, 3, 27, 15, tzinfo=UTC), "Europe/Stockholm", datetime(2026, 3, 31, 16)),  # over the change of clocks
    (datetime(2026, 2, 6, 2, tzinfo=UTC), "Pacific/Kiritimati", datetime(2026, 2, 9, 16)),  # Friday 16:00 there
    (datetime(2026, 2, 7, 12, tzinfo=UTC), "UTC", datetime(2026, 2, 10, 17)),
])  # fmt: skip
def test_working_hours_are_counted_in_the_committees_zone(asked: datetime, zone: str, due: datetime) -> None:
    hours = 16 if zone != "Pacific/Kiritimati" else 8
    assert answer_due(asked, hours, zone, wall(9), wall(17), range(5)) == due


def test_the_side_that_answers_follows_from_what_was_replied_to_and_from_the_dates() -> None:
    start, end = date(2026, 3, 2), date(2026, 5, 24)
    ep = Audience.ep
    assert side_for(ep, None, start, end, date(2026, 3, 1)) == "sending"
    assert side_for(ep, None, start, end, date(2026, 3, 2)) == "hosting"
    assert side_for(ep, None, start, end, date(2026, 5, 25)) == "sending"
    assert side_for(ep, "pickup-information", start, end, date(2026, 2, 1)) == "hosting"
    assert side_for(ep, "insurance-papers", start, end, date(2026, 4, 1)) == "sending"
    assert side_for(Audience.enabler, None, start, end, date(2026, 2, 1)) == "hosting"


# --- mailboxes


def test_a_maildir_gives_each_letter_until_it_is_marked(tmp_path: Path) -> None:
    for name in ("new", "cur", "tmp"):
        (tmp_path / name).mkdir()
    (tmp_path / "new" / "1.a").write_bytes(HEAD + b"\r\none")
    (tmp_path / "new" / "2.b").write_bytes(HEAD + b"\r\ntwo")
    box = post.open_box(f"maildir:{tmp_path}", lambda _: True)
    assert [item.uid for item in box.fetch(None, 10).items] == ["1.a", "2.b"]
    box.done(box.fetch(None, 1).items[0])
    assert [item.uid for item in box.fetch(None, 10).items] == ["2.b"]
    assert [file.name for file in (tmp_path / "cur").iterdir()] == ["1.a:2,S"]


def test_a_folder_passes_over_what_is_for_others_and_goes_on_behind_it(tmp_path: Path) -> None:
    for number, to in enumerate(("x@y.example", "bounces+abc@s", str(ADDRESSES.of(Purpose.reply, new_id())), "x@y")):
        (tmp_path / f"{number}.eml").write_bytes(f"Return-Path: <>\r\nX-Envelope-To: {to}\r\n".encode() + HEAD)
    box = post.open_box(f"folder:{tmp_path}", ADDRESSES.ours)
    batch = box.fetch(None, 10)
    assert [item.uid for item in batch.items] == ["2"]
    assert batch.cursor == "3.eml"
    assert box.fetch(batch.cursor, 10).items == []


@pytest.mark.parametrize("address", ["pop3:host", "imaps://host/INBOX", "folder:/no/such/folder", "maildir:/no/such"])
def test_a_mailbox_that_is_none_says_so(address: str) -> None:
    with pytest.raises(post.NoBox):
        post.open_box(address, lambda _: True).fetch(None, 1)


class Imapd:
    """As much of an IMAP server (RFC 9051) as a reader needs: letters by UID, flags."""

    def __init__(self, letters: dict[int, bytes], validity: int = 7) -> None:
        self.letters, self.validity = letters, validity
        self.seen: set[int] = set()
        self.asked: list[str] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK ready\r\n")
        while line := (await reader.readline()).decode().strip():
            self.asked.append(line)
            tag, _, command = line.partition(" ")
            writer.write(self.answer(command.encode()) + f"{tag} OK done\r\n".encode())
            await writer.drain()
            if command.upper() == "LOGOUT":
                break
        writer.close()

    def answer(self, command: bytes) -> bytes:
        words = command.upper().split()
        if words[0] == b"CAPABILITY":
            return b"* CAPABILITY IMAP4rev1\r\n"
        if words[0] == b"SELECT":
            return b"* %d EXISTS\r\n* OK [UIDVALIDITY %d] x\r\n" % (len(self.letters), self.validity)
        if words[:2] == [b"UID", b"SEARCH"]:
            first = int(words[3].partition(b":")[0])
            last = max(self.letters)
            found = [uid for uid in self.letters if uid >= first] or [last]  # n:* always has the last one in it
            return b"* SEARCH " + b" ".join(b"%d" % uid for uid in found) + b"\r\n"
        if words[:2] == [b"UID", b"FETCH"]:
            return self.fetch(int(words[2]), command)
        if words[:2] == [b"UID", b"STORE"]:
            self.seen.add(int(words[2]))
        return b""

    def fetch(self, uid: int, command: bytes) -> bytes:
        raw = self.letters[uid]
        if b"RFC822.SIZE" in command.upper():
            return b"* 1 FETCH (UID %d RFC822.SIZE %d)\r\n" % (uid, len(raw))
        part = re.search(rb"<0\.(\d+)>", command)
        piece = raw[: int(part.group(1))] if part else raw
        return b"* 1 FETCH (UID %d BODY[] {%d}\r\n" % (uid, len(piece)) + piece + b")\r\n"


async def test_an_imap_mailbox_is_read_by_uid_in_portions_and_marked() -> None:
    large = HEAD + b"\r\n" + b"a" * 26_000_000
    imapd = Imapd({3: HEAD + b"\r\none", 5: large, 9: HEAD + b"\r\nthree"})
    server = await asyncio.start_server(imapd.serve, "127.0.0.1", 0, limit=1 << 20)
    port = server.sockets[0].getsockname()[1]
    async with server:
        box = Imap(f"imap://sojourn%40x:p%40ss@127.0.0.1:{port}/INBOX")
        first = await asyncio.to_thread(box.fetch, None, 2)
        assert [(item.uid, item.size) for item in first.items] == [("7:3", len(imapd.letters[3])), ("7:5", len(large))]
        assert len(first.items[1].raw) == 1_000_000
        for item in first.items:
            await asyncio.to_thread(box.done, item)
        rest = await asyncio.to_thread(box.fetch, first.cursor, 10)
        assert [item.uid for item in rest.items] == ["7:9"]
        assert (await asyncio.to_thread(box.fetch, rest.cursor, 10)).items == []
        assert imapd.seen == {3, 5}
        imapd.validity = 8  # the mailbox was made anew: read from its beginning
        box.close()
        again = await asyncio.to_thread(box.fetch, rest.cursor, 10)
        assert [item.uid for item in again.items] == ["8:3", "8:5", "8:9"]
        box.close()
    assert any(line.endswith('LOGIN sojourn@x "p@ss"') for line in imapd.asked)
    assert box.name == "imap:sojourn@x@127.0.0.1/INBOX"
