"""E-mails leave through a real SMTP server: once, with their document, and with a reason when they don't."""

import asyncio
import email
import email.policy
import hashlib
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.notifications import commands, handlers, views
from services.notifications.channels.smtp import _Open
from services.notifications.commands import Outcome
from services.notifications.sender import Sender, send_mail
from services.notifications.sender.loop import _Round
from shared.contracts import applications as facts
from shared.contracts import notifications as said
from shared.links import survey_link
from tests.notifications.world import DEPARTURE, World


async def test_the_departure_document_goes_out_exactly_two_weeks_before_the_end(world: World) -> None:
    await world.known()
    await world.run()
    await world.at(DEPARTURE - timedelta(seconds=1))
    assert (await world.states())["departure-document"] == "waiting"
    before = len(world.inbox())
    await world.at(DEPARTURE)
    assert (await world.states())["departure-document"] == "sent"
    letter = world.inbox()[before]
    assert letter.headers["Subject"] == "Plecarea ta din Uppsala, pas cu pas"
    assert letter.headers["Content-Language"] == "ro"
    assert letter.summary.to == ("ioana@sojourn.example",)
    assert "duminică, 24 mai 2026" in (letter.text or "")
    assert "Bus 801 to Arlanda" in (letter.html or "")
    attached = letter.attachments[0]
    assert (attached.name, attached.content_type) == ("document-plecare.pdf", "application/pdf")
    sent = (await world.room.said(said.TouchpointSent))[-1]
    assert sent.document == hashlib.sha256(attached.content).hexdigest()
    assert (sent.channel, sent.language, sent.proves) == ("email", "ro", "departure_info")


async def test_a_sent_message_proves_its_standard_in_time(world: World) -> None:
    await world.known()
    await world.at(DEPARTURE)
    evidence = {event.standard: event for event in await world.room.said(said.StandardEvidenced)}
    assert evidence["departure_info"].due_on == date(2026, 5, 10)
    assert not evidence["departure_info"].late
    assert evidence["arrival_pickup"].late  # the pick-up information came after the start here


async def test_a_message_that_comes_too_late_is_late_evidence(world: World) -> None:
    await world.known()
    await world.run()
    await world.at(DEPARTURE + timedelta(days=1))
    listed = await world.room.read(views.list_evidence, world.application_id)
    assert [(item.standard, item.late) for item in listed.items if item.touchpoint_id] == [
        ("arrival_pickup", False),
        ("departure_info", True),
    ]


async def test_an_email_waits_for_the_facts_it_needs_and_says_which(world: World) -> None:
    await world.approve()
    await world.run()
    pickup = (await world.calendar())["pickup-information"]
    assert (pickup.state, pickup.reason) == ("due", "waits_for_facts")
    assert pickup.waiting_for == ["person", "hosting_entity", "opportunity", "pickup_place", "pickup_on"]
    await world.hear_people()
    await world.hear_places()
    await world.run()
    assert (await world.calendar())["pickup-information"].waiting_for == ["pickup_place", "pickup_on"]
    assert (await world.states())["preparation-booklet"] == "sent"
    await world.hear_dossier()
    await world.run()
    assert (await world.calendar())["pickup-information"].state == "sent"
    assert (await world.calendar())["pickup-information"].waiting_for == []


async def test_a_fact_that_arrives_wakes_the_email_that_backs_off(world: World) -> None:
    await world.approve()
    await world.room.due()
    for _ in range(3):
        await world.hurry()
        await world.sender.step()
    waiting = (await world.deliveries("pickup-information"))[0]
    assert waiting.attempts == 0
    assert await world.sender.step() == 0
    await world.hear_people()
    await world.hear_places()
    await world.hear_dossier()
    assert await world.sender.step() == 2


async def test_a_blank_fact_is_no_fact(world: World) -> None:
    await world.known()
    await world.hear_dossier(pickup_place="  ")
    await world.run()
    assert (await world.calendar())["pickup-information"].waiting_for == ["pickup_place"]


@pytest.mark.parametrize(("language", "subject"), [
    ("sv-FI", "Din ankomst till Uppsala: vem som möter dig, var och när"),
    ("ro", "Sosirea ta în Uppsala: cine te așteaptă, unde și când"),
    ("en-GB", "Your arrival in Uppsala: who meets you, where and when"),
    ("ja", "Your arrival in Uppsala: who meets you, where and when"),
])  # fmt: skip
async def test_each_person_is_written_to_in_their_language_or_in_english(
    world: World, language: str, subject: str
) -> None:
    await world.known(language=language)
    await world.run()
    assert subject in [letter.headers["Subject"] for letter in world.inbox()]


async def test_the_survey_invitation_carries_the_link_that_surveys_opens(world: World) -> None:
    await world.hear_people(language="sv")
    invited = await world.invite()
    await world.run()
    letter = world.inbox()[0]
    link = survey_link(invited.invitation_id)
    assert f'href="{link}"' in (letter.html or "")
    assert link in (letter.text or "")
    assert letter.attachments == []
    sent = (await world.room.said(said.TouchpointSent))[0]
    assert (sent.touchpoint, sent.application_id, sent.document) == ("survey-invitation", world.application_id, None)


async def test_an_invitation_that_has_expired_is_not_sent_any_more(world: World) -> None:
    await world.invite()
    await world.room.due()
    world.room.clock.advance(timedelta(days=61))
    await world.hear_people()
    await world.run()
    assert world.inbox() == []
    assert [event.reason for event in await world.room.said(said.TouchpointSkipped)] == ["invitation_expired"]


async def test_a_permanent_no_fails_and_is_shown(world: World) -> None:
    world.verdicts["ioana@sojourn.example"] = "550 no such mailbox"
    await world.known()
    await world.run()
    assert (await world.calendar())["pickup-information"].state == "failed"
    assert (await world.calendar())["pickup-information"].reason == "mail_refused_550"
    assert {event.reason for event in await world.room.said(said.TouchpointSkipped)} == {"mail_refused_550"}
    assert await world.room.said(said.TouchpointSent) == []
    proved = {event.standard for event in await world.room.said(said.StandardEvidenced)}
    assert proved == {"duration"}  # by the posting alone


async def test_a_temporary_no_is_tried_again_under_the_same_message_id(world: World) -> None:
    world.verdicts["ioana@sojourn.example"] = "451 greylisted, come back"
    await world.known()
    await world.room.due()
    began = datetime.now(UTC)
    await world.sender.step()
    delayed = (await world.deliveries("preparation-booklet"))[0]
    assert (delayed.state, delayed.reason, delayed.attempts) == ("pending", "mail_delayed_451", 1)
    assert (await world.calendar())["preparation-booklet"].reason == "mail_delayed_451"
    assert delayed.not_before > began + timedelta(seconds=1)  # it backs off
    world.verdicts.clear()
    await world.hurry()
    await world.sender.step()
    sent = (await world.deliveries("preparation-booklet"))[0]
    assert (sent.state, sent.attempts, sent.message_id) == ("sent", 2, delayed.message_id)
    assert len(world.inbox()) == 2


async def test_one_bad_address_does_not_hold_up_the_others(world: World) -> None:
    world.verdicts["ioana@sojourn.example"] = "550 no such mailbox"
    await world.known()
    await world.room.due()
    first = world.stay
    world.stay = {**first, "application_id": first["opportunity_id"], "person_id": first["enabler_id"]}
    await world.known(email="other@sojourn.example")
    await world.run()
    assert {letter.summary.to for letter in world.inbox()} == {("other@sojourn.example",)}
    assert len(world.inbox()) == 2


async def test_while_the_mail_server_is_away_everything_waits(world: World) -> None:
    kernel = world.room.runtime.kernel
    world.room.runtime.kernel = kernel.model_copy(update={"smtp_port": 1})
    await world.known()
    await world.run()
    assert {row.reason for row in await world.deliveries("pickup-information")} == {"mail_server_away"}
    world.room.runtime.kernel = kernel
    await world.hurry()
    await world.run()
    assert (await world.states())["pickup-information"] == "sent"


class Killed(BaseException):
    """As `kill -9` would end it."""


async def killed(*_: object) -> None:
    raise Killed


async def test_a_crash_after_the_acceptance_was_noted_sends_nothing_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.known()
    await world.room.due()
    with monkeypatch.context() as patch:
        patch.setattr(handlers, "settle_deliveries", killed)
        with pytest.raises(Killed):
            await world.sender.step()
    before = len(world.inbox())
    await world.sql("UPDATE delivery SET lease_until = clock_timestamp() - interval '1 second'")
    await world.run()
    assert len(world.inbox()) == before == 2
    assert {row.state for row in await world.deliveries("pickup-information")} == {"sent"}
    assert len(await world.room.said(said.TouchpointSent)) == 2


async def test_a_crash_after_the_mail_was_accepted_sends_it_again_under_the_same_message_id(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.known()
    await world.room.due()
    await world.sql("DELETE FROM delivery WHERE touchpoint <> 'pickup-information'")

    with monkeypatch.context() as patch:
        patch.setattr(handlers, "note_acceptance", killed)
        with pytest.raises(Killed):
            await world.sender.step()
    assert len(world.inbox()) == 1
    assert (await world.deliveries("pickup-information"))[0].state == "sending"
    assert await world.sender.step() == 0  # nobody touches what is under a lease
    await world.room.do(handlers.release_leases, commands.ReleaseLeases())
    await world.sql("UPDATE delivery SET lease_until = clock_timestamp() - interval '1 second'")
    await world.room.do(handlers.release_leases, commands.ReleaseLeases())
    unknown = (await world.deliveries("pickup-information"))[0]
    assert (unknown.state, unknown.reason, unknown.uncertain) == ("unknown", "sender_died", True)
    await world.hear_dossier(pickup_person="Somebody Else")
    await world.run()
    first, second = world.inbox()
    assert first.headers["Message-ID"] == second.headers["Message-ID"]
    assert first.attachments[0].content == second.attachments[0].content
    sent = (await world.deliveries("pickup-information"))[0]
    assert (sent.state, sent.attempts, sent.uncertain) == ("sent", 2, True)
    assert len(await world.room.said(said.TouchpointSent)) == 1


async def test_no_answer_after_the_content_is_unknown_and_tried_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from shared.embedded import mail

    async def stuck(*_: object) -> str:
        await asyncio.sleep(30)
        return "250 OK"

    world.room.runtime.settings.mail_timeout = 0.5
    await world.hear_people()
    await world.invite()
    await world.room.due()
    with monkeypatch.context() as patch:
        patch.setattr(mail._Receiver, "handle_DATA", stuck)
        await world.sender.step()
    row = (await world.deliveries("survey-invitation"))[0]
    assert (row.state, row.reason, row.uncertain) == ("unknown", "no_answer", True)
    await world.hurry()
    await world.run()
    assert (await world.states())["survey-invitation"] == "sent"


async def test_the_message_id_is_a_function_of_touchpoint_subject_and_occurrence(world: World) -> None:
    from shared.ids import derived_id

    await world.known()
    await world.run()
    expected = derived_id("message", "pickup-information", world.application_id, 1)
    assert f"<{expected}@sojourn.example>" in {letter.headers["Message-ID"] for letter in world.inbox()}


async def test_two_senders_send_each_email_once(world: World) -> None:
    for _ in range(6):
        world.stay = {**world.stay, "application_id": derive(), "person_id": derive()}
        await world.known()
    await world.room.due()
    other = Sender(world.room.runtime)
    await asyncio.gather(world.sender.step(), other.step())
    await asyncio.gather(world.sender.step(), other.step())
    other.close()
    ids = [letter.headers["Message-ID"] for letter in world.inbox()]
    assert len(ids) == 12
    assert len(set(ids)) == 12


def derive() -> Any:
    from shared.ids import new_id

    return new_id()


async def test_a_name_cannot_smuggle_headers_or_markup(world: World) -> None:
    name = 'Eve\r\nBcc: all@example.org\r\n\r\n<script>alert(1)</script> {{ 7*7 }} #panic() "x" <a@b.c>,'
    await world.known(given_name=name, family_name="\x1b[2J")
    await world.run()
    for letter in world.inbox():
        raw = email.message_from_bytes(letter.raw, policy=email.policy.default)
        assert raw["Bcc"] is None
        assert letter.summary.to == ("ioana@sojourn.example",)
        assert "<script>" not in (letter.html or "")
        assert "{{ 7*7 }}" in (letter.text or "")
        assert letter.attachments[0].content.startswith(b"%PDF")
    assert len(world.inbox()) == 2


@pytest.mark.parametrize(
    "address", ["", "nobody", "a b@c", "a@b\r\nBcc: x@y", "a@b, c@d", "<a@b", "@", "a@", "ă" * 300]
)
async def test_an_address_that_is_none_fails_with_its_reason(world: World, address: str) -> None:
    await world.known(email=address)
    await world.run()
    pickup = (await world.calendar())["pickup-information"]
    assert pickup.state == "failed"
    assert pickup.reason in {"address_unusable", "mail_refused_553", "mail_refused_501", "mail_refused_555"}
    assert world.inbox() == []


async def test_an_address_beyond_ascii_is_written_to(world: World) -> None:
    await world.known(email="ștefan@exemplu.example")
    await world.run()
    assert {letter.summary.to for letter in world.inbox()} == {("ștefan@exemplu.example",)}


async def test_answers_go_to_the_local_committee(world: World) -> None:
    await world.known()
    await world.run()
    assert {letter.headers["Reply-To"] for letter in world.inbox()} == {"Uppsala Committee <uppsala@sojourn.example>"}


async def test_erasing_a_person_takes_the_documents_with_it(world: World) -> None:
    await world.known()
    await world.run()
    document = (await world.calendar())["pickup-information"].document_id
    await world.room.hear_erased(facts.PersonDetails, world.person_id)
    shown = await world.room.read(views.get_document, document)
    assert shown.erased
    assert len(shown.sha256) == 64


async def test_a_document_is_not_filed_for_somebody_who_was_just_forgotten(world: World) -> None:
    await world.known()
    await world.room.due()
    work = await world.room.do(handlers.claim_deliveries, commands.ClaimDeliveries(10, timedelta(seconds=60)))
    await world.room.hear_erased(facts.PersonDetails, world.person_id)
    round_ = _Round(world.sender, work, float("inf"))
    assert await round_._papers() == {}
    assert round_._left == {}
    await round_._record()
    await world.hurry()
    await world.run()
    assert world.inbox() == []
    assert {row.reason for row in (await world.calendar()).values()} == {"person_erased"}


async def test_dates_that_move_while_an_email_fails_are_followed_afterwards(world: World) -> None:
    await world.known()
    await world.run()
    world.room.clock.set(DEPARTURE)
    await world.room.due()
    work = await world.room.do(handlers.claim_deliveries, commands.ClaimDeliveries(10, timedelta(seconds=60)))
    departure = next(one for one in work if one.code == "departure-document")
    await world.move(end_on=date(2026, 6, 21))
    assert (await world.states())["departure-document"] == "due"  # it is being sent: too late to move it
    command = commands.SettleDelivery(departure.delivery_id, Outcome.later, "mail_delayed_451")
    await world.room.do(handlers.settle_delivery, command)
    row = (await world.calendar())["departure-document"]
    assert (row.state, row.due_at) == ("waiting", DEPARTURE + timedelta(days=28))


async def test_the_loop_sends_by_itself_and_stops_when_told(world: World) -> None:
    await world.known()
    await world.room.due()
    loop = asyncio.create_task(send_mail(world.room.runtime))
    async with asyncio.timeout(20):
        while len(world.inbox()) < 2:
            await asyncio.sleep(0.02)
        while await world.deliveries("pickup-information") and (await world.states())["pickup-information"] != "sent":
            await asyncio.sleep(0.02)
    loop.cancel()
    with pytest.raises(asyncio.CancelledError):
        await loop


async def test_a_worker_that_is_told_to_stop_leaves_nothing_under_its_lease(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.known()
    await world.room.due()
    entered = asyncio.Event()

    async def stuck(*_: object) -> None:
        entered.set()
        await asyncio.sleep(30)

    with monkeypatch.context() as patch:
        patch.setattr(_Open, "send", stuck)
        step = asyncio.create_task(world.sender.step())
        await entered.wait()
        step.cancel()
        with pytest.raises(asyncio.CancelledError):
            await step
    rows = [*await world.deliveries("pickup-information"), *await world.deliveries("preparation-booklet")]
    assert sorted((row.state, row.reason) for row in rows) == [
        ("pending", "sender_stopped"),
        ("unknown", "sender_stopped"),
    ]


async def test_an_email_whose_turn_never_came_goes_with_the_next_round(world: World) -> None:
    await world.known()
    await world.room.due()
    settings, world.sender.settings = world.sender.settings, world.sender.settings.model_copy(update={"mail_lease": 0})
    assert await world.sender.step() == 2
    (row,) = await world.deliveries("pickup-information")
    assert (row.state, row.reason, row.attempts) == ("pending", "out_of_time", 0)
    world.sender.settings = settings
    assert await world.sender.step() == 2
    (row,) = await world.deliveries("pickup-information")
    assert (row.state, row.attempts) == ("sent", 1)


async def test_a_nudge_that_waited_too_long_is_dropped(world: World) -> None:
    await world.approve()
    await world.at(datetime(2026, 2, 27, 8, tzinfo=UTC))
    assert (await world.states())["first-day-reminder"] == "due"
    world.room.clock.advance(timedelta(days=2))
    await world.hear_people()
    await world.hear_places()
    await world.run()
    assert (await world.calendar())["first-day-reminder"].reason == "late"


async def test_moves_timers_and_two_senders_at_once_send_each_message_once(world: World) -> None:
    room, other = world.room, Sender(world.room.runtime)
    stays = []
    for _ in range(8):
        world.stay = {**world.stay, "application_id": derive(), "person_id": derive()}
        await world.known()
        stays.append(world.stay)
    room.clock.set(DEPARTURE)

    async def move(stay: dict[str, Any]) -> None:
        for end_on in (date(2026, 5, 25), date(2026, 5, 23), date(2026, 5, 24)):
            await room.hear(facts.ExperienceDatesChanged(**{**stay, "end_on": end_on}, move="extended"))

    async def send(sender: Sender) -> None:
        for _ in range(30):
            await sender.step()
            await asyncio.sleep(0.01)

    await asyncio.gather(room.due(), room.due(), send(world.sender), send(other), *(move(stay) for stay in stays))
    await world.hurry()
    await world.run()
    other.close()
    ids = [letter.headers["Message-ID"] for letter in world.inbox()]
    departures = [letter for letter in world.inbox() if letter.headers["Subject"].startswith("Plecarea")]
    assert len(ids) == len(set(ids))
    assert len(departures) == len(stays)
    for world.stay in stays:
        assert (await world.states())["departure-document"] == "sent"
