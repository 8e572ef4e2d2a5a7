"""When and over which channel a message reaches somebody: fallbacks, quiet hours, budget, digest, and every reason."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.notifications.policy import (
    Budget,
    LatePolicy,
    Medium,
    Plan,
    Priority,
    Quiet,
    budget_until,
    end_of_day,
    is_digestible,
    quiet_until,
)
from services.notifications.policy import Late as LateRule
from services.notifications.sender import Sender
from shared.contracts import notifications as said
from shared.testing import callers
from tests.notifications.plans import care, using
from tests.notifications.world import World

NIGHT = Quiet.read("22:00-07:00")


def at(text: str, zone: str = "UTC") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


# --- rules


@pytest.mark.parametrize(
    ("now", "zone", "until"),
    [
        ("2026-02-02T21:59:59", "Europe/Bucharest", None),
        ("2026-02-02T22:00:00", "Europe/Bucharest", "2026-02-03T07:00:00"),
        ("2026-02-03T06:59:59", "Europe/Bucharest", "2026-02-03T07:00:00"),
        ("2026-02-03T07:00:00", "Europe/Bucharest", None),
        ("2026-02-03T12:00:00", "Europe/Bucharest", None),  # a night is no day: the window isn't swapped
        ("2026-03-28T23:30:00", "Europe/Stockholm", "2026-03-29T07:00:00"),  # an hour shorter
        ("2026-10-24T23:30:00", "Europe/Stockholm", "2026-10-25T07:00:00"),  # an hour longer
        ("2026-12-31T23:00:00", "Pacific/Kiritimati", "2027-01-01T07:00:00"),
        ("2028-02-28T23:00:00", "Asia/Kathmandu", "2028-02-29T07:00:00"),
    ],
)
def test_a_night_ends_on_the_recipients_clock(now: str, zone: str, until: str | None) -> None:
    assert quiet_until(NIGHT, at(now, zone), zone) == (at(until, zone) if until else None)


def test_hours_of_one_day_and_none_at_all() -> None:
    noon = Quiet.read("12:00-14:00")
    assert quiet_until(noon, at("2026-02-02T13:00:00"), "UTC") == at("2026-02-02T14:00:00")
    assert quiet_until(noon, at("2026-02-02T15:00:00"), "UTC") is None
    assert quiet_until(noon, at("2026-02-02T23:00:00"), "UTC") is None
    assert quiet_until(Quiet.read(""), at("2026-02-02T23:00:00"), "UTC") is None
    for bad in ("22", "25:00-07:00", "x-y"):
        with pytest.raises(ValueError, match=r"."):
            Quiet.read(bad)


@given(
    some.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=some.just(UTC)),
    some.sampled_from(["Europe/Stockholm", "America/St_Johns", "Pacific/Apia", "Asia/Tehran", "Australia/Lord_Howe"]),
    some.times(), some.times(),
)  # fmt: skip
def test_what_is_held_comes_out_within_a_day_and_outside_the_window(
    now: datetime, zone: str, begins: time, ends: time
) -> None:
    until = quiet_until(Quiet(begins, ends), now, zone)
    if until is not None:
        assert timedelta() < until - now <= timedelta(hours=25)
        again = quiet_until(Quiet(begins, ends), until, zone)
        assert again is None or again - until <= timedelta(hours=3)  # an end in an hour that comes twice


def test_a_budget_frees_up_when_the_oldest_are_a_week_old() -> None:
    now = at("2026-02-10T09:00:00")
    sent = [now - timedelta(days=days) for days in (8, 6, 5, 1)]
    assert budget_until(sent, 4, now) is None
    assert budget_until(sent, 3, now) == now + timedelta(days=1)
    assert budget_until(sent, 2, now) == now + timedelta(days=2)
    assert budget_until([], 0, now) == now + timedelta(days=7)


def test_only_nudges_that_are_not_owed_not_urgent_and_carry_no_document_are_digested() -> None:
    plain = care("a", priority=Priority.normal)
    assert is_digestible(plain)
    assert not is_digestible(care("b"))  # urgent
    assert not is_digestible(care("c", Budget.owed))
    assert not is_digestible(care("d", priority=Priority.normal, document="pickup-sheet"))
    assert end_of_day(at("2026-03-29T00:30:00", "Europe/Stockholm"), "Europe/Stockholm") == at(
        "2026-03-30T00:00:00", "Europe/Stockholm"
    )


# --- the room


def send_with(world: World, **settings: Any) -> None:
    """The sender with other settings."""
    runtime = world.room.runtime
    runtime.settings = runtime.settings.model_copy(update=settings)
    world.sender.close()
    world.sender = Sender(runtime)


async def one(world: World, code: str) -> Any:
    return (await world.calendar())[code]


async def test_a_bounce_goes_to_the_next_channel_with_a_delivery_of_its_own(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    using(monkeypatch, Plan("test", 1, (care("notice", Budget.owed, Medium.email, Medium.sms, Medium.feed),)))
    world.verdicts["ioana@sojourn.example"] = "550 5.1.1 no such mailbox"
    await world.known()
    await world.run()
    rows = {row.channel: row for row in await world.deliveries("notice")}
    assert (rows["email"].state, rows["email"].reason) == ("failed", "mail_refused_550")
    assert (rows["sms"].state, rows["sms"].reason) == ("cancelled", "channel_not_set_up")
    assert (rows["feed"].state, rows["feed"].reason) == ("sent", None)
    assert len({row.touchpoint_id for row in rows.values()}) == 1
    assert len({row.message_id for row in rows.values()}) == 3
    touchpoint = await one(world, "notice")
    assert (touchpoint.state, touchpoint.reason) == ("sent", None)
    (sent,) = await world.room.said(said.TouchpointSent)
    assert sent.channel == "feed"
    (suppressed,) = await world.room.said(said.ContactSuppressed)
    assert (suppressed.reason, suppressed.channel, suppressed.budget) == ("hard_bounce", "email", None)


async def test_a_bounced_address_is_left_alone_and_a_new_one_is_free(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = (care("first", Budget.owed), care("second", Budget.owed), care("third", Budget.owed))
    using(monkeypatch, Plan("test", 1, entries[:1]))
    world.verdicts["ioana@sojourn.example"] = "550 5.1.1 no such mailbox"
    await world.known()
    await world.run()
    using(monkeypatch, Plan("test", 1, entries[:2]))
    await world.approve()
    await world.run()
    assert ((await one(world, "second")).state, (await one(world, "second")).reason) == (
        "skipped",
        "suppressed_hard_bounce",
    )
    await world.hear_people(email="ioana.new@sojourn.example")
    using(monkeypatch, Plan("test", 1, entries))
    await world.approve()
    await world.run()
    assert (await one(world, "third")).state == "sent"


@pytest.mark.parametrize(
    ("reply", "bounced"), [("550 no such user", True), ("551 5.1.6 moved", True), ("550 5.7.1 looks like spam", False),
                           ("554 5.7.1 policy", False), ("552 5.2.2 full", False)],
)  # fmt: skip
async def test_only_a_refusal_of_the_mailbox_is_a_bounce(
    world: World, monkeypatch: pytest.MonkeyPatch, reply: str, bounced: bool
) -> None:
    using(monkeypatch, Plan("test", 1, (care("notice", Budget.owed),)))
    world.verdicts["ioana@sojourn.example"] = reply
    await world.known()
    await world.run()
    assert (await one(world, "notice")).reason == f"mail_refused_{reply[:3]}"
    assert bool(await world.room.said(said.ContactSuppressed)) is bounced


async def test_at_night_a_message_waits_for_the_morning_and_an_urgent_one_does_not(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    calm = care("calm", Budget.owed)
    urgent = care("urgent", Budget.owed, priority=Priority.urgent)
    using(monkeypatch, Plan("test", 1, (calm, urgent)))
    send_with(world, quiet_hours="22:00-07:00")
    world.room.clock.set(at("2026-02-02T23:15:00", "Europe/Bucharest"))
    await world.known()
    await world.run()
    assert ((await one(world, "urgent")).state, (await one(world, "calm")).state) == ("sent", "due")
    (row,) = await world.deliveries("calm")
    ends = row.hold_until
    assert (row.state, row.reason) == ("pending", "quiet_hours")
    assert (await one(world, "calm")).reason == "quiet_hours"
    await world.at(ends - timedelta(seconds=1))
    assert (await one(world, "calm")).state == "due"
    await world.at(ends)
    assert (await one(world, "calm")).state == "sent"


async def test_what_is_held_at_night_is_judged_anew_in_the_morning(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    fleeting = care("fleeting", Budget.care, priority=Priority.normal, late=LateRule(LatePolicy.skip, 3))
    using(monkeypatch, Plan("test", 1, (fleeting,)))
    send_with(world, quiet_hours="22:00-07:00")
    world.room.clock.set(at("2026-02-02T23:15:00", "Europe/Bucharest"))
    await world.known()
    await world.run()
    (row,) = await world.deliveries("fleeting")
    await world.at(row.hold_until)
    assert ((await one(world, "fleeting")).state, (await one(world, "fleeting")).reason) == ("skipped", "late")


async def test_a_budget_holds_back_what_can_wait_and_skips_what_cannot(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = [care(f"waits-{n}", Budget.care) for n in range(3)]
    fleeting = care("fleeting", Budget.care, late=LateRule(LatePolicy.skip, 3))
    owed = [care(f"owed-{n}", Budget.owed) for n in range(4)]
    using(monkeypatch, Plan("test", 1, (*waits, fleeting, *owed)))
    send_with(world, budget_care=2)
    await world.known()
    await world.run()
    calendar = await world.calendar()
    assert {calendar[entry.code].state for entry in owed} == {"sent"}
    states = sorted(str(calendar[code].state) for code in ("waits-0", "waits-1", "waits-2", "fleeting"))
    assert states.count("sent") == 2
    held = [row for row in calendar.values() if row.state != "sent"]
    assert {row.reason for row in held} == {"contact_budget"}
    assert {str(row.state) for row in held} <= {"due", "skipped"}
    await world.at(world.room.clock.now() + timedelta(days=7, seconds=1))
    assert {(await one(world, entry.code)).state for entry in waits} == {"sent"}


async def test_nudges_of_one_day_become_one_message(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    several = [care(f"nudge-{n}", Budget.care, priority=Priority.normal) for n in range(3)]
    using(monkeypatch, Plan("test", 1, (*several, care("notice", Budget.owed))))
    send_with(world, budget_care=1)
    await world.known(language="en")
    await world.run()
    assert len(world.inbox()) == 2
    digest = next(letter for letter in world.inbox() if "3 things" in letter.headers["Subject"])
    assert (digest.html or "").count("<h2") == 3
    assert (digest.text or "").count("\n* ") == 3
    assert {(await one(world, entry.code)).state for entry in several} == {"sent"}
    rows = [row for entry in several for row in await world.deliveries(entry.code)]
    leaders = [row for row in rows if row.folded_into is None]
    assert len(leaders) == 1
    assert {row.folded_into for row in rows} == {None, leaders[0].id}
    assert len(await world.room.said(said.TouchpointSent)) == 4
    assert (leaders[0].message_id in digest.headers["Message-ID"]) is True


async def test_a_digest_that_bounces_takes_all_of_it_to_the_next_channel(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    several = [care(f"nudge-{n}", Budget.care, Medium.email, Medium.feed, priority=Priority.normal) for n in range(2)]
    using(monkeypatch, Plan("test", 1, tuple(several)))
    world.verdicts["ioana@sojourn.example"] = "550 5.1.1 no such mailbox"
    await world.known()
    await world.run()
    assert {(await one(world, entry.code)).state for entry in several} == {"sent"}
    assert {row.channel for row in await world.deliveries("nudge-1") if row.state == "sent"} == {"feed"}


async def test_a_digest_in_doubt_goes_out_again_as_it_was(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    several = [care(f"nudge-{n}", Budget.care, priority=Priority.normal) for n in range(2)]
    using(monkeypatch, Plan("test", 1, tuple(several)))
    await world.known()
    await world.run()
    await world.sql(
        "UPDATE delivery SET state = 'unknown', uncertain = true, not_before = clock_timestamp() "
        "WHERE folded_into IS NULL"
    )
    await world.sql("UPDATE delivery SET state = 'folded' WHERE folded_into IS NOT NULL")
    await world.run()
    first, second = world.inbox()
    assert first.headers["Message-ID"] == second.headers["Message-ID"]
    assert first.headers["Subject"] == second.headers["Subject"]
    assert {row.state for entry in several for row in await world.deliveries(entry.code)} == {"sent"}


async def test_a_person_who_may_not_be_written_to_is_skipped_with_the_reason(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    using(monkeypatch, Plan("test", 1, (care("notice", Budget.owed, Medium.sms, Medium.email),)))
    await world.known()
    client = await world.room.client(callers.global_manager())
    assert (await client.post("/v1/suppressions", json={"recipient_id": str(world.person_id)})).status_code == 201
    await world.run()
    touchpoint = await one(world, "notice")
    assert (touchpoint.state, touchpoint.reason) == ("skipped", "suppressed_by_hand")
    shown = (await client.get("/v1/touchpoints", params={"person_id": str(world.person_id)})).json()["items"]
    assert [item["reason"] for item in shown] == ["suppressed_by_hand"]
