"""What comes in through the mail server: bounces, complaints, replies – and what must never count as either."""

import asyncio
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from services.notifications import commands, handlers, texts, views
from services.notifications.policy import Budget, Medium, Plan
from services.notifications.post import Purpose
from services.notifications.postman import Answerer, Reader
from services.notifications.sender import Sender
from services.notifications.texts.countries import spoken_in
from shared.contracts import applications as facts
from shared.contracts import notifications as said
from shared.contracts import questions as heard
from shared.embedded.mailbox import Letter
from shared.ids import new_id
from shared.storage.paging import Paging
from shared.testing import builders, callers
from tests.notifications.letters import bounce, complaint, letter, reply_to
from tests.notifications.plans import care, using
from tests.notifications.world import World

MANAGER = callers.hosting_manager(builders.HOSTING)


class Post:
    """The world's own mailbox is read as well: what is sent to our signed addresses comes back in."""

    def __init__(self, world: World) -> None:
        self.world, self.room = world, world.room
        self.reader, self.answerer = Reader(world.room.runtime), Answerer(world.room.runtime)
        self.addresses = self.reader.addresses
        self.seen: set[UUID] = set()

    async def arrives(self, message: Any, to: str | None = None, return_path: str = "a@home.example") -> list[str]:
        """A message reaches the mail server; what it was taken for."""
        raw = message if isinstance(message, bytes) else message.as_bytes()
        recipient = to or (message["To"] if not isinstance(message, bytes) else "")
        recipient = recipient.rpartition("<")[2].rstrip(">")
        self.world.mail.mailbox.keep(return_path, [recipient], raw)
        return await self.read()

    async def read(self) -> list[str]:
        """What the mailbox brought since the last look."""
        while await self.reader.step():
            pass
        return await self.outcomes()

    async def outcomes(self) -> list[str]:
        page = await self.room.read(views.list_arrivals, None, Paging(limit=200))
        new = [row for row in page.items if row.id not in self.seen]
        self.seen |= {row.id for row in new}
        return [row.outcome for row in new]

    async def questions(self, caller: Any = MANAGER, **filters: Any) -> list[Any]:
        return list((await self.room.read(views.list_questions, filters, None, Paging(limit=200), caller=caller)).items)

    async def conversation(self, caller: Any = MANAGER) -> Any:
        (question,) = await self.questions(caller)
        return await self.room.read(views.get_question, question.id, caller=caller)

    async def delivery(self, touchpoint: str = "pickup-information") -> Any:
        return (await self.world.deliveries(touchpoint))[0]

    def address(self, purpose: Purpose, id_: UUID) -> str:
        return str(self.addresses.of(purpose, id_))

    def pickup(self) -> Letter:
        return next(one for one in self.world.inbox() if one.headers["Subject"].startswith("Sosirea"))


@pytest.fixture
async def post(world: World, tmp_path: Path) -> Post:
    settings = world.room.runtime.settings
    world.room.runtime.settings = settings.model_copy(
        update={"inbound_mailbox": SecretStr(f"folder:{tmp_path}"), "inbound_addresses": ["hello@sojourn.example"]}
    )
    world.sender.close()
    world.sender = Sender(world.room.runtime)
    await world.known()
    await world.run()
    return Post(world)


# --- bounces and complaints


async def test_a_hard_bounce_closes_the_delivery_and_the_address(post: Post) -> None:
    delivery = await post.delivery()
    to = post.address(Purpose.bounces, delivery.id)
    assert await post.arrives(bounce(to, "Message-ID: <x@y>"), to, "") == ["bounce_hard"]
    row = await post.delivery()
    assert (row.state, row.reason) == ("bounced", "bounced_5.1.1")
    (event,) = await post.room.said(heard.DeliveryBounced)
    assert (event.delivery_id, event.code, event.permanent) == (delivery.id, "5.1.1", True)
    (closed,) = await post.room.said(said.ContactSuppressed)
    assert (closed.recipient_id, closed.reason, closed.channel) == (post.world.person_id, "hard_bounce", "email")


@pytest.mark.parametrize(("status", "action", "outcome", "state"), [
    ("4.4.1", "delayed", "bounce_soft", "sent"),
    ("4.2.2", "failed", "bounce_rejected", "bounced"),
    ("5.2.2", "failed", "bounce_rejected", "bounced"),
    ("5.7.1", "failed", "bounce_rejected", "bounced"),
])  # fmt: skip
async def test_a_delay_counts_only_and_a_refusal_spares_the_address(
    post: Post, status: str, action: str, outcome: str, state: str
) -> None:
    to = post.address(Purpose.bounces, (await post.delivery()).id)
    assert await post.arrives(bounce(to, "", status, action), to, "") == [outcome]
    assert (await post.delivery()).state == state
    assert await post.room.said(said.ContactSuppressed) == []


async def test_a_forged_bounce_suppresses_nobody(post: Post) -> None:
    delivery = await post.delivery()
    true = post.address(Purpose.bounces, delivery.id)
    forged = [
        true[:-30] + ("aaaa" if true[-30:-26] != "aaaa" else "bbbb") + true[-26:],  # a signature that is not ours
        true.replace("bounces+", "ticket+"),
        f"bounces+{'a' * 42}@sojourn.example",
        f"bounces+{delivery.id}@sojourn.example",
    ]
    for number, address in enumerate(forged):
        raw = bounce(address, f"Message-ID: <{delivery.message_id}@sojourn.example>", message_id=f"forged-{number}")
        post.world.mail.mailbox.keep("", [address], raw)
    assert set(await post.read()) <= {"unproven"}
    assert (await post.delivery()).state == "sent"
    assert await post.room.said(said.ContactSuppressed) == []
    assert await post.room.said(heard.DeliveryBounced) == []


async def test_a_complaint_is_known_by_the_headers_that_it_encloses(post: Post) -> None:
    reply = post.address(Purpose.reply, (await post.delivery()).id)
    assert await post.arrives(
        complaint("hello@sojourn.example", f"Reply-To: Uppsala <{reply}>"), "hello@sojourn.example"
    )
    (closed,) = await post.room.said(said.ContactSuppressed)
    assert (closed.recipient_id, closed.reason) == (post.world.person_id, "complaint")
    assert (await post.delivery()).state == "sent"


async def test_a_complaint_about_nothing_of_ours_does_nothing(post: Post) -> None:
    raw = complaint("hello@sojourn.example", "Reply-To: x@y.example")
    assert await post.arrives(raw, "hello@sojourn.example") == ["unproven"]
    assert await post.room.said(said.ContactSuppressed) == []


# --- replies


async def test_a_reply_becomes_a_question_of_that_person_and_application(post: Post) -> None:
    assert await post.arrives(reply_to(post.pickup(), "Where do I get the keys?")) == ["question"]
    shown = await post.conversation()
    assert (shown.person_id, shown.application_id) == (post.world.person_id, post.world.application_id)
    assert (shown.touchpoint, shown.side, shown.entity_id) == ("pickup-information", "hosting", builders.HOSTING)
    assert (shown.state, shown.proven, shown.overdue) == ("open", True, False)
    (message,) = shown.messages
    assert message.shown == "Where do I get the keys?"
    assert "> " in message.whole
    (event,) = await post.room.said(heard.QuestionAsked)
    assert (event.question_id, event.person_id, event.side) == (shown.id, post.world.person_id, "hosting")


async def test_an_answer_goes_out_in_the_same_thread_from_the_committee(post: Post) -> None:
    await post.arrives(reply_to(post.pickup(), "Where do I get the keys?"))
    question = await post.conversation()
    client = await post.room.client(MANAGER)
    path = f"/v1/questions/{question.id}/answers"
    assert (await client.post(path, json={"text": "At the desk."})).status_code == 428
    headers = {"If-Match": f'"{question.version}"', "Idempotency-Key": "once"}
    first = await client.post(path, json={"text": "At the desk."}, headers=headers)
    assert (first.status_code, first.json()["state"]) == (201, "answered")
    again = await client.post(path, json={"text": "At the desk."}, headers=headers)
    assert again.headers["Idempotency-Replayed"] == "true"
    await post.answerer.step()
    sent = post.world.inbox()[-1]
    assert sent.summary.to == ("ioana@sojourn.example",)
    asked = next(one for one in post.world.inbox() if one.headers["From"].startswith("Ioana"))
    assert sent.headers["In-Reply-To"] == asked.headers["Message-ID"]
    assert sent.headers["References"].split() == [post.pickup().headers["Message-ID"], asked.headers["Message-ID"]]
    assert sent.headers["From"] == "Uppsala Committee <no-reply@sojourn.example>"
    assert sent.headers["Subject"].endswith(f"[{question.ticket}]")
    assert (sent.text or "").strip() == "At the desk."
    (event,) = await post.room.said(heard.QuestionAnswered)
    assert (event.first, event.late) == (True, False)
    # the person goes on: the same conversation, open again
    await post.arrives(reply_to(sent, "Thank you, and the deposit?"))
    more = await post.conversation()
    assert (more.id, more.state, more.rounds, len(more.messages)) == (question.id, "open", 2, 3)


async def test_the_ticket_code_leads_back_for_the_same_sender_only(post: Post) -> None:
    await post.arrives(reply_to(post.pickup(), "Where do I get the keys?"))
    question = await post.conversation()
    same = letter("hello@sojourn.example", "Any news?", subject=f"keys [{question.ticket}]", Message_ID="<1@h>")
    assert (await post.arrives(same))[-1] == "reply"
    eve = letter(
        "hello@sojourn.example", "I am Ioana", "eve@evil.example", f"keys [{question.ticket}]", Message_ID="<2@h>"
    )
    assert (await post.arrives(eve))[-1] == "question"
    assert len((await post.conversation()).messages) == 2


async def test_before_the_start_the_sending_side_answers_and_during_the_stay_the_host(post: Post) -> None:
    ask = letter("hello@sojourn.example", "Do I need a visa?", Message_ID="<1@h>")
    await post.arrives(ask)
    (before,) = await post.questions(callers.sending_manager(builders.SENDING))
    assert (before.side, before.proven, before.application_id) == ("sending", False, post.world.application_id)
    post.room.clock.set(datetime(2026, 4, 1, 9, tzinfo=UTC))
    await post.arrives(letter("hello@sojourn.example", "The heating is broken", Message_ID="<2@h>"))
    sides = {row.side for row in await post.questions(callers.global_manager())}
    assert sides == {"sending", "hosting"}


async def test_a_stranger_is_kept_for_the_managers_of_the_committee_that_was_written_to(post: Post) -> None:
    message = letter("hello@sojourn.example", "Do you have room for me?", "anna@new.example", Message_ID="<1@new>")
    message["Cc"] = "Uppsala <uppsala@sojourn.example>"
    await post.room.hear(builders.entity_details(builders.SENDING, name="Cluj", email="cluj@sojourn.example"))
    await post.arrives(message)
    (mine,) = await post.questions()
    assert (mine.author_id, mine.person_id, mine.entity_id) == (None, None, builders.HOSTING)
    assert await post.questions(callers.hosting_manager(builders.SENDING)) == []
    assert await post.questions(callers.participant(post.world.person_id)) == []
    client = await post.room.client(MANAGER)
    body = {"application_id": str(post.world.application_id), "side": "sending"}
    done = await client.post(
        f"/v1/questions/{mine.id}/assignment", json=body, headers={"If-Match": f'"{mine.version}"'}
    )
    assert (done.status_code, done.json()["application_id"]) == (200, str(post.world.application_id))
    assert done.json()["person_id"] is None  # the address is not the EP's: it stays a stranger's


async def test_somebody_elses_question_is_not_there(post: Post) -> None:
    await post.arrives(reply_to(post.pickup(), "Where do I get the keys?", message_id="<1@h>"))
    question = await post.conversation()
    for caller in (callers.participant(), callers.enabler(), callers.hosting_manager(builders.SENDING)):
        client = await post.room.client(caller)
        assert (await client.get(f"/v1/questions/{question.id}")).status_code == 404
        assert (await client.get("/v1/questions")).json()["items"] == []
    stranger = await post.room.client(callers.hosting_manager(builders.SENDING))
    for step, body in (("answers", {"text": "x"}), ("closure", None), ("reopening", None), ("assignment", {})):
        reply = await stranger.post(f"/v1/questions/{question.id}/{step}", json=body, headers={"If-Match": '"1"'})
        assert reply.status_code == 404, step
    own = await post.room.client(callers.participant(post.world.person_id))
    assert (await own.get(f"/v1/questions/{question.id}")).json()["messages"][0]["shown"] == "Where do I get the keys?"
    assert (await own.post(f"/v1/questions/{question.id}/answers", json={"text": "x"})).status_code == 403


@pytest.mark.parametrize("headers", [
    {"Auto-Submitted": "auto-replied"},
    {"Auto-Submitted": "auto-generated (vacation)"},
    {"X-Autoreply": "yes"},
    {"Precedence": "bulk"},
    {"Precedence": "auto_reply"},
    {"List-Id": "<ep.lists.example>"},
    {"Subject": "Automatic reply: Your arrival"},
    {"Subject": "Răspuns automat: Sosirea ta"},
    {"Subject": "Autosvar: semester"},
    {"Subject": "自动回复: 您好"},
    {"Subject": "رد تلقائي: مرحبا"},
    {"From": "MAILER-DAEMON@mx.example"},
    {"From": "no-reply@shop.example"},
])  # fmt: skip
async def test_what_a_program_wrote_is_never_a_question(post: Post, headers: dict[str, str]) -> None:
    message = reply_to(post.pickup(), "I am away until 9 March.")
    for name, value in headers.items():
        del message[name]
        message[name] = value
    assert (await post.arrives(message))[0] in {"automatic", "list_copy"}
    assert await post.questions() == []


async def test_an_absence_note_to_the_bounce_address_is_neither_bounce_nor_question(post: Post) -> None:
    to = post.address(Purpose.bounces, (await post.delivery()).id)
    note = letter(to, "I am away.", subject="Away", Auto_Submitted="auto-replied", Message_ID="<1@h>")
    assert await post.arrives(note, to, "") == ["automatic"]
    assert (await post.delivery()).state == "sent"


async def test_auto_submitted_no_is_a_person(post: Post) -> None:
    message = reply_to(post.pickup(), "Where?", Auto_Submitted="no")
    assert await post.arrives(message) == ["question"]


# --- the clock


@pytest.mark.parametrize(
    ("country", "language"), [("SE", "sv"), ("RO", "ro"), ("eg", "ar"), ("DE", "en"), (None, "en")]
)
def test_a_committee_is_written_to_in_the_language_of_its_country(country: str | None, language: str) -> None:
    assert spoken_in(country) == language


@pytest.mark.parametrize("language", texts.languages())
def test_a_reminder_says_whether_the_answer_is_late(language: str) -> None:
    at = datetime(2026, 2, 10, 16, tzinfo=ZoneInfo("Europe/Stockholm"))
    told = [
        texts.letter(
            "question-reminder", language, {"question": {"ticket": "Q-1234ABCD", "answer_by": at, "overdue": late}}
        )
        for late in (None, True)
    ]
    bodies = [" ".join(line.text for line in one.body) for one in told]
    assert bodies[0] != bodies[1]
    assert all("Q-1234ABCD" in body and "16" in body for body in bodies)
    assert told[0].subject == told[1].subject


async def test_the_answer_is_due_in_working_hours_and_the_committee_is_reminded(post: Post) -> None:
    post.room.clock.set(datetime(2026, 2, 6, 15, tzinfo=UTC))  # Friday, 16:00 in Uppsala: an hour is left of the day
    await post.arrives(reply_to(post.pickup(), "Where do I get the keys?"))
    question = await post.conversation()
    assert question.due_at == datetime(2026, 2, 10, 15, tzinfo=UTC)  # 1 h on Friday, 8 h on Monday, 7 h on Tuesday
    post.room.clock.set(datetime(2026, 2, 9, 15, tzinfo=UTC))
    await post.room.due()
    await post.answerer.step()
    reminder = post.world.inbox()[-1]
    assert reminder.summary.to == ("uppsala@sojourn.example",)
    assert question.ticket in reminder.headers["Subject"]
    assert "keys" not in (reminder.text or "")
    assert reminder.headers["Subject"] == f"Fråga {question.ticket} väntar på svar"  # Uppsala is in Sweden
    assert "svara senast tisdag 10 februari 2026" in " ".join((reminder.text or "").split())
    post.room.clock.set(datetime(2026, 2, 10, 15, tzinfo=UTC))
    await post.room.due()
    assert [row.id for row in await post.questions(overdue=True)] == [question.id]
    (event,) = await post.room.said(heard.QuestionOverdue)
    assert (event.question_id, event.entity_id) == (question.id, builders.HOSTING)
    own = await post.conversation(callers.participant(post.world.person_id))
    assert [message.kind for message in own.messages] == ["asked"]


async def test_a_question_that_was_answered_in_time_is_never_overdue(post: Post) -> None:
    await post.arrives(reply_to(post.pickup(), "Where do I get the keys?"))
    question = await post.conversation()
    client = await post.room.client(MANAGER)
    headers = {"If-Match": f'"{question.version}"'}
    await client.post(f"/v1/questions/{question.id}/answers", json={"text": "Here.", "close": True}, headers=headers)
    post.room.clock.advance(timedelta(days=10))
    await post.room.due()
    assert await post.room.said(heard.QuestionOverdue) == []
    closed = await post.conversation()
    assert (closed.state, closed.overdue) == ("closed", False)
    reopened = await client.post(f"/v1/questions/{question.id}/reopening", headers={"If-Match": f'"{closed.version}"'})
    assert (reopened.json()["state"], reopened.json()["rounds"]) == ("open", 2)


async def test_an_answer_that_bounces_opens_the_question_again(post: Post) -> None:
    await post.arrives(reply_to(post.pickup(), "Where do I get the keys?"))
    question = await post.conversation()
    client = await post.room.client(MANAGER)
    headers = {"If-Match": f'"{question.version}"'}
    await client.post(f"/v1/questions/{question.id}/answers", json={"text": "Here."}, headers=headers)
    await post.answerer.step()
    back = post.world.inbox()[-1].headers["Return-Path"].strip("<>")
    assert (await post.arrives(bounce(back, ""), back, ""))[-1] == "bounce_hard"
    again = await post.conversation()
    assert again.state == "open"
    assert [(one.state, one.reason) for one in again.messages if one.kind == "answer"] == [("failed", "bounced_5.1.1")]


# --- attachments, attacks, erasure


async def test_attachments_are_downloads_and_dangerous_ones_are_refused(post: Post) -> None:
    message = reply_to(post.pickup(), "My papers")
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="../../etc/visa ș.pdf")
    message.add_attachment(b"MZ\x90", maintype="image", subtype="png", filename="photo.png")
    message.add_attachment("<script>alert(1)</script>", subtype="html", filename="page.html")
    message.add_attachment(b"<svg onload=x>", maintype="text", subtype="plain", filename="note.txt")
    await post.arrives(message)
    question = await post.conversation()
    files = {one.name: one for one in question.messages[0].files}
    kept = files["visa ș.pdf"]
    assert [one.reason for one in files.values()] == [None, "type_refused", "type_refused", "type_refused"]
    client = await post.room.client(MANAGER)
    got = await client.get(f"/v1/questions/{question.id}/files/{kept.id}")
    assert got.content == b"%PDF-1.7"
    assert got.headers["Content-Type"] == "application/octet-stream"
    assert got.headers["Content-Disposition"].startswith('attachment; filename="visa__.pdf"')
    assert "sandbox" in got.headers["Content-Security-Policy"]
    refused = files["photo.png"]
    assert (await client.get(f"/v1/questions/{question.id}/files/{refused.id}")).status_code == 404


async def test_a_header_cannot_be_smuggled_into_an_answer(post: Post) -> None:
    raw = reply_to(post.pickup(), "Hello", message_id="<a@h>").as_bytes()
    evil = raw.replace(b"Subject: ", b"Subject: =?utf-8?q?x=0D=0ABcc=3A_all=40evil=2Eexample=0D=0A=0D=0Abody?= ", 1)
    evil = evil.replace(b"Message-ID: <a@h>", b"Message-ID: <a@h\xff\x00\r\n\tBcc:x>", 1)
    to = post.pickup().headers["Reply-To"].rpartition("<")[2].rstrip(">")
    await post.arrives(evil, to)
    question = await post.conversation()
    client = await post.room.client(MANAGER)
    headers = {"If-Match": f'"{question.version}"'}
    words = "Line\r\nBcc: me@evil.example\r\n.\r\nRSET"
    await client.post(f"/v1/questions/{question.id}/answers", json={"text": words}, headers=headers)
    await post.answerer.step()
    sent = post.world.inbox()[-1]
    assert sent.message["Bcc"] is None
    assert sent.summary.to == ("ioana@sojourn.example",)
    assert "Bcc: me@evil.example" in (sent.text or "")


async def test_a_forgotten_persons_words_are_gone_and_later_ones_are_not_kept(post: Post) -> None:
    message = reply_to(post.pickup(), "My passport number is ZX-77-QP")
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="passport.pdf")
    await post.arrives(message)
    stranger = letter("hello@sojourn.example", "I also write here", "IOANA@sojourn.example", Message_ID="<2@h>")
    await post.arrives(stranger)
    await post.room.hear_erased(facts.PersonDetails, post.world.person_id)
    for table in ("question", "question_message", "question_file"):
        async with post.room.runtime.database.engine.connect() as connection:
            found = str((await connection.execute(text(f"SELECT * FROM {table}"))).all()).lower()
        for word in ("passport", "zx-77", "ioana", "pdf-1.7", "also write"):
            assert word not in found, (table, word)
    assert (await post.arrives(reply_to(post.pickup(), "One more thing")))[-1] == "person_erased"


async def test_a_stranger_cannot_fill_the_database(post: Post) -> None:
    settings = post.room.runtime.settings
    post.reader.settings = settings.model_copy(update={"questions_per_sender": 3})
    for number in range(6):
        message = letter("hello@sojourn.example", f"{number}", "eve@evil.example", Message_ID=f"<{number}@evil>")
        post.world.mail.mailbox.keep("eve@evil.example", ["hello@sojourn.example"], message.as_bytes())
    outcomes = await post.read()
    assert (outcomes.count("question"), outcomes.count("reply"), outcomes.count("too_many")) == (1, 2, 3)


# --- exactly once


async def test_the_same_message_twice_is_taken_once(post: Post) -> None:
    message = reply_to(post.pickup(), "Where do I get the keys?")
    await post.arrives(message)
    assert await post.arrives(message) == ["duplicate"]
    other = Reader(post.room.runtime)
    assert await other.step() == 0  # the mailbox is held by the first one
    await post.world.sql("UPDATE postbox SET lease_until = clock_timestamp() - interval '1 second', cursor = NULL")
    await other.step()
    assert await post.outcomes() == []
    assert len((await post.conversation()).messages) == 1


KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from pydantic import SecretStr
from services.notifications.main import service
from services.notifications.postman import Reader
from shared.runtime import Runtime

url, folder, where = sys.argv[1:]
settings = service.settings(
    database_url=SecretStr(url), port=0, inbound_mailbox=SecretStr("maildir:" + folder), _env_file=None
)
reader = Reader(Runtime(service, settings=settings))

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

if where == "before":
    real = reader.runtime.execute
    async def execute(handler, command, **more):
        if handler.__name__ == "take_letter":
            async def handled(uow, command):
                await handler(uow, command)
                await uow.flush()
                die()
            return await real(handled, command, **more)
        return await real(handler, command, **more)
    reader.runtime.execute = execute
elif where == "after":
    reader.box.done = die
asyncio.run(reader.step())
"""


@pytest.mark.parametrize("where", ["before", "after"])
async def test_a_reader_killed_between_reading_and_marking_loses_nothing_and_takes_nothing_twice(
    post: Post, tmp_path: Path, where: str
) -> None:
    new = tmp_path / "Maildir" / "new"
    new.mkdir(parents=True)
    message = reply_to(post.pickup(), "Where do I get the keys?")
    (new / "1.mail").write_bytes(message.as_bytes())
    url = post.room.runtime.settings.database_url.get_secret_value()
    environment = os.environ | {"SOJOURN_LINK_KEY": post.room.runtime.kernel.link_key.get_secret_value()}
    command = [sys.executable, "-c", KILLED, url, str(new.parent)]
    root = Path(__file__).parents[2]
    first = await asyncio.to_thread(
        subprocess.run, [*command, where], cwd=root, env=environment, capture_output=True, check=False
    )
    assert first.returncode == -signal.SIGKILL, first.stderr.decode()[-2000:]
    assert list(new.iterdir()) != []
    await post.world.sql("UPDATE postbox SET lease_until = clock_timestamp() - interval '1 second'")
    second = await asyncio.to_thread(
        subprocess.run, [*command, "not"], cwd=root, env=environment, capture_output=True, check=False
    )
    assert second.returncode == 0, second.stderr.decode()[-2000:]
    assert list(new.iterdir()) == []
    assert await post.outcomes() == ["question"]
    assert len((await post.conversation()).messages) == 1
    assert len(await post.room.said(heard.QuestionAsked)) == 1


async def test_an_enabler_is_known_by_its_address_and_sees_its_own_question_only(post: Post) -> None:
    enabler_id = post.world.stay["enabler_id"]
    await post.arrives(
        letter("hello@sojourn.example", "When does she come?", "maja@norrsken.example", Message_ID="<1@n>")
    )
    (question,) = await post.questions(callers.enabler(enabler_id))
    assert (question.audience, question.author_id, question.person_id) == ("enabler", enabler_id, None)
    (told,) = await post.room.said(heard.QuestionAsked)
    assert (told.enabler_id, told.person_id) == (enabler_id, None)
    assert await post.questions(callers.participant(post.world.person_id)) == []
    await post.room.hear_erased(facts.EnablerDetails, enabler_id)
    shown = await post.room.read(views.get_question, question.id, caller=callers.global_manager())
    assert (shown.state, shown.subject) == ("closed", None)
    assert [message.whole for message in shown.messages] == [None]


async def test_a_message_that_cannot_be_taken_in_is_set_aside_and_the_next_one_goes_on(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = handlers.take_letter

    async def stumbles(uow: Any, command: Any) -> str:
        outcome = await taken(uow, command)
        if "poison" in command.letter.text:
            raise ZeroDivisionError
        return outcome

    monkeypatch.setattr(handlers, "take_letter", stumbles)
    first = letter("hello@sojourn.example", "poison", Message_ID="<1@h>")
    second = letter("hello@sojourn.example", "Where are the keys?", Message_ID="<2@h>")
    for message in (first, second):
        post.world.mail.mailbox.keep("a@h", ["hello@sojourn.example"], message.as_bytes())
    assert sorted(await post.read()) == ["failed", "question"]


async def test_a_reader_that_lost_its_lease_writes_nothing(post: Post) -> None:
    message = letter("hello@sojourn.example", "Where are the keys?", Message_ID="<1@h>")
    post.world.mail.mailbox.keep("a@h", ["hello@sojourn.example"], message.as_bytes())
    await post.reader.step()  # nothing is left to do for the second one
    other = Reader(post.room.runtime)
    post.world.mail.mailbox.keep("a@h", ["hello@sojourn.example"], message.as_bytes().replace(b"keys", b"towels"))
    held = await post.room.do(_hold, (post.reader.box.name, other.id))
    assert held is True
    item = post.reader.box.fetch(None, 10).items[-1]
    assert await post.reader._take(item) is False
    assert await post.outcomes() == ["question"]


async def _hold(uow: Any, who: tuple[str, UUID]) -> bool:
    await uow.execute(text("UPDATE postbox SET lease_until = NULL"))
    held, _ = await handlers.hold_postbox(uow, commands.HoldPostbox(*who, timedelta(seconds=60)))
    return held


async def test_a_question_by_sms_is_answered_by_sms(post: Post, tmp_path: Path) -> None:
    runtime = post.room.runtime
    runtime.settings = runtime.settings.model_copy(update={"sms_provider": "file"})
    runtime.kernel = runtime.kernel.model_copy(update={"data_dir": tmp_path})
    answerer = Answerer(runtime)
    report = commands.TakeReport(
        provider="x", uid="1", kind="message", channel="sms", addresses=post.addresses,
        rules=runtime.settings.answer_rules(), sender="+40721000000", text="Where do you wait?",
    )  # fmt: skip
    assert await post.room.do(handlers.take_report, report) == "question"
    (question,) = await post.questions(callers.global_manager())
    client = await post.room.client(callers.sending_manager(builders.SENDING))
    headers = {"If-Match": f'"{question.version}"'}
    reply = await client.post(
        f"/v1/questions/{question.id}/answers", json={"text": "Under the clock."}, headers=headers
    )
    assert reply.status_code == 201, reply.text
    await answerer.step()
    (file,) = (tmp_path / "messages" / "sms").iterdir()
    said_ = file.read_text()
    assert "Under the clock." in said_
    assert "+40721000000" in said_


async def test_a_bounced_email_goes_out_over_the_next_channel_of_the_plan(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    using(monkeypatch, Plan("test", 1, (care("notice", Budget.owed, Medium.email, Medium.feed),)))
    post.world.stay = builders.experience()
    await post.world.known()
    await post.world.run()
    to = post.address(Purpose.bounces, (await post.delivery("notice")).id)
    assert await post.arrives(bounce(to, ""), to, "") == ["bounce_hard"]
    assert (await post.world.states())["notice"] == "due"
    await post.world.run()
    rows = {row.channel: (row.state, row.reason) for row in await post.world.deliveries("notice")}
    assert rows == {"email": ("bounced", "bounced_5.1.1"), "feed": ("sent", None)}
    assert (await post.world.states())["notice"] == "sent"


async def test_without_another_channel_what_bounced_counts_as_not_delivered(post: Post) -> None:
    to = post.address(Purpose.bounces, (await post.delivery()).id)
    await post.arrives(bounce(to, ""), to, "")
    await post.arrives(bounce(to, "", message_id="bounce-2"), to, "")  # the same again, from another server
    pickup = (await post.world.calendar())["pickup-information"]
    assert (pickup.state, pickup.reason) == ("failed", "bounced_5.1.1")
    assert len(await post.room.said(heard.DeliveryBounced)) == 1


async def test_what_bounced_proves_no_standard_any_more(post: Post) -> None:
    async def proved() -> bool:
        claims = "SELECT standing FROM claim WHERE key = 'message:pickup-information'"
        async with post.room.runtime.database.engine.connect() as connection:
            return str((await connection.execute(text(claims))).scalar()) == "done"

    assert await proved()
    to = post.address(Purpose.bounces, (await post.delivery()).id)
    await post.arrives(bounce(to, "", "4.4.1", "delayed"), to, "")
    assert await proved()
    await post.arrives(bounce(to, "", message_id="bounce-2"), to, "")
    assert not await proved()


async def test_a_question_asked_in_the_product_goes_on_by_email(post: Post) -> None:
    ep = await post.room.client(callers.participant(post.world.person_id))
    body = {"subject": "Keys", "text": "Where are they?", "application_id": str(post.world.application_id)}
    asked = await ep.post("/v1/questions", json=body, headers={"Idempotency-Key": "1"})
    assert (asked.status_code, asked.json()["side"]) == (201, "sending")
    assert asked.headers["Location"] == f"/v1/questions/{asked.json()['id']}"
    foreign = await ep.post("/v1/questions", json=body | {"application_id": str(post.world.person_id)})
    assert foreign.json()["errors"][0]["pointer"] == "#/application_id"
    stranger = await post.room.client(callers.participant())
    assert (await stranger.post("/v1/questions", json=body)).json()["type"] == "/problems/no-address"
    manager = await post.room.client(callers.sending_manager(builders.SENDING))
    path = f"/v1/questions/{asked.json()['id']}/answers"
    done = await manager.post(path, json={"text": "At the desk."}, headers={"If-Match": asked.headers["ETag"]})
    assert done.status_code == 201
    await post.answerer.step()
    sent = post.world.inbox()[-1]
    assert (sent.summary.to, sent.headers.get("In-Reply-To")) == (("ioana@sojourn.example",), None)
    await post.arrives(reply_to(sent, "Which desk?"))
    shown = (await ep.get(f"/v1/questions/{asked.json()['id']}")).json()
    assert [message["shown"] for message in shown["messages"]] == ["Where are they?", "At the desk.", "Which desk?"]
    assert {message["author"] for message in shown["messages"]} == {None}


async def test_a_question_waits_until_the_asker_s_committee_is_known(post: Post) -> None:
    """The name travels apart from the sign-up and may be here first; a question of no committee, nobody would see."""
    newcomer = new_id()
    await post.room.hear(builders.person_details(newcomer, email="new@sojourn.example"))
    ep = await post.room.client(callers.participant(newcomer))
    manager = await post.room.client(callers.sending_manager(builders.SENDING))
    body = {"subject": "Vaccination", "text": "Do I need any?"}
    refused = await ep.post("/v1/questions", json=body)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/no-committee")
    await post.room.hear(builders.person(newcomer))
    asked = await ep.post("/v1/questions", json=body)
    assert (asked.status_code, asked.json()["side"]) == (201, "sending")
    assert asked.json()["id"] in {one["id"] for one in (await manager.get("/v1/questions")).json()["items"]}
