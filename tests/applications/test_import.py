"""Files of another system become rows, events and a history; what can't is refused with line and reason."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import pytest

from services.applications.exchange.importing import AnotherOne, import_file
from services.applications.exchange.reading import Unreadable
from services.applications.exchange.searching import keep_searching
from shared.contracts import applications as facts
from shared.contracts.parties import ProfileChanged
from shared.testing.loops import running
from shared.testing.rooms import Room
from tests.applications.files import (
    ENTITIES,
    application,
    counts,
    lines,
    opportunity,
    person,
    remarks,
    rows,
    settled,
    take,
)

STAY = {"date_matched": "2019-03-10T08:00:00Z", "an_signed_at": "2019-03-12T08:00:00Z"}
STAY |= {"date_approved": "2019-03-20T23:30:00Z", "date_realized": "2019-06-05T08:00:00Z"}


@pytest.fixture
async def ready(room: Room, tmp_path: Path) -> Room:
    return await settled(room, tmp_path)


async def test_a_whole_exchange_comes_in_with_its_history(ready: Room, tmp_path: Path) -> None:
    progress = await take(ready, "applications", lines(tmp_path, "a", [application(900, status="finished", **STAY)]))
    assert (progress.taken, progress.refused, progress.warned) == (1, 0, 0)
    states = await rows(
        ready, "SELECT status, effective_on::text, recorded_at::text FROM application_state ORDER BY id"
    )
    assert [tuple(state) for state in states] == [
        ("open", "2019-03-01", "2019-03-01 10:00:00+00"),
        ("accepted", "2019-03-10", "2019-03-10 08:00:00+00"),
        ("in_progress", "2019-03-12", "2019-03-12 08:00:00+00"),
        ("approved", "2019-03-21", "2019-03-20 23:30:00+00"),
        ("realized", "2019-06-03", "2019-06-05 08:00:00+00"),
        ("completed", "2019-08-26", "2019-08-25 22:00:00+00"),
    ]
    (row,) = await rows(ready, "SELECT status, openings, a.terms = sending_approval AS both FROM application a, slot")
    assert tuple(row) == ("completed", 1, True)
    said = [event for event in await ready.said() if isinstance(event, facts.ApplicationFact)]
    assert [type(event).__name__ for event in said] == [
        "ApplicationSubmitted", "ApplicationAccepted", "AcceptanceNoteSigned", "ApprovalGiven", "ApprovalGiven",
        "ApplicationApproved", "ExperienceRealized", "ExperienceCompleted",
    ]  # fmt: skip
    outbox = await rows(
        ready,
        "SELECT sequence, headers->>'ce_sequence', headers->>'ce_effectiveon' FROM outbox"
        " WHERE type LIKE '%experience%' OR type LIKE '%application%' ORDER BY position",
    )
    assert [tuple(row) for row in outbox][-2:] == [(7, "7", "2019-06-03"), (8, "8", "2019-08-26")]
    (note,) = await rows(ready, "SELECT actor, action FROM audit WHERE action = 'import_application'")
    assert tuple(note) == ("import:expa", "import_application")


async def test_profiles_and_what_is_asked_for_are_told_in_codes(ready: Room, tmp_path: Path) -> None:
    spoken = [{"name": "en", "level": "c1"}, {"name": "old norse", "level": "a1"}]
    profile = {"languages": spoken, "skills": ["python"], "programmes": ["gta"], "wanted_countries": ["se"]}
    assert (await take(ready, "people", lines(tmp_path, "p", [person(101, **profile)]))).taken == 1
    (told,) = await ready.said(ProfileChanged)  # the other EP's is blank
    assert (told.languages, told.levels, told.skills) == (["en"], {"en": "c1"}, ["python"])
    assert (told.wanted_products, told.wanted_countries, told.looking) == (["talent"], ["SE"], True)
    asked = {"languages": ["en"], "skills": ["python"], "field": "it"}
    closed = opportunity(501, status="closed", **asked)
    assert (await take(ready, "opportunities", lines(tmp_path, "o", [opportunity(502, **asked), closed]))).taken == 2
    _, offered, over = await ready.said(facts.OpportunityPosted)
    assert (offered.field, offered.languages, offered.study_fields) == ("it", ["en"], [])
    assert [slot.openings for slot in (*offered.slots, *over.slots)] == [2, 0]


async def test_what_is_imported_can_be_worked_with(ready: Room, tmp_path: Path) -> None:
    """An imported running experience completes by the calendar, and the next event follows without a gap."""
    stay = {**STAY, "status": "realized", "experience_end_date": "2026-12-01", "experience_start_date": "2025-12-01"}
    stay |= {"date_realized": "2025-12-02T08:00:00Z"}
    assert (await take(ready, "applications", lines(tmp_path, "a", [application(900, **stay)]))).taken == 1
    assert await ready.due() == 0
    ready.clock.advance(timedelta(days=303))
    assert await ready.due() == 1
    (last,) = await rows(ready, "SELECT type, sequence FROM outbox ORDER BY position DESC LIMIT 1")
    assert tuple(last) == ("applications.experience-completed.v1", 8)


async def test_every_refused_row_is_told_with_its_line_and_all_reasons(ready: Room, tmp_path: Path) -> None:
    people = [
        person(1),
        person(2, email="ana1@sojourn.example"),
        person(3, home_lc={"id": 999}),
        person(4, created_at="yesterday", email="no address", first_name=" "),
        person(5, phone="call me", unknown_field={"a": 1}),
        person(6, created_at="2100-01-01T00:00:00Z"),
        person(7, first_name="Bobby\x00"),
        person(1, email="other@sojourn.example"),
        person(8, id="a\x00b"),
    ]
    file = lines(tmp_path, "p", people)
    file.write_text(file.read_text() + "{broken\n[]\n")
    progress = await take(ready, "people", file)
    assert (progress.taken, progress.known, progress.refused, progress.warned) == (2, 1, 8, 1)
    assert await remarks(ready, progress) == [
        ("2", "2", "refused", "email", "somebody else has this address"),
        ("3", "3", "refused", "home_lc_id", "there is no such entity"),
        ("4", "4", "refused", "first_name", "is missing"),
        ("4", "4", "refused", "email", "is no e-mail address"),
        ("4", "4", "refused", "created_at", "'yesterday' is no moment such as 2026-03-01T09:30:00Z"),
        ("5", "5", "warning", "phone", "is no phone number such as +40721000000: left out"),
        ("6", "6", "refused", "created_at", "lies in the future"),
        ("7", "7", "refused", "first_name", "holds control characters or broken letters"),
        ("9", "'a\\x00b'", "refused", "id", "holds control characters or broken letters"),
        ("10", "", "refused", "", "no JSON, or no UTF-8"),
        ("11", "", "refused", "", "not an object"),
    ]
    emails = await rows(ready, "SELECT email FROM person WHERE email <> 'ana100@sojourn.example' ORDER BY email")
    assert [row.email for row in emails] == ["ana1@sojourn.example", "ana5@sojourn.example"]


async def test_applications_are_judged_by_the_rules_of_the_room(ready: Room, tmp_path: Path) -> None:
    too_long = {"experience_start_date": "2019-06-03", "experience_end_date": "2020-12-31"}
    given = [
        application(1, status="no_such_status"),
        application(2, person={"id": 555}),
        application(3, opportunity={"id": 555}),
        application(4, status="rejected", rejection_reason="just because"),
        application(5, **too_long),
        application(6, status="rejected", rejection_reason="position_filled", **too_long),
        application(7, experience_start_date="2019-06-03", experience_end_date="2019-06-01"),
        application(8, created_at=None),
        application(9, status="matched", date_matched="2019-02-28T10:00:00Z"),
        application(10),
    ]
    progress = await take(ready, "applications", lines(tmp_path, "a", given))
    assert (progress.taken, progress.refused, progress.warned) == (2, 8, 2)
    assert await remarks(ready, progress) == [
        ("1", "1", "refused", "status", "'no_such_status' is unknown here"),
        ("2", "2", "refused", "person_id", "there is no such person"),
        ("3", "3", "refused", "opportunity_id", "there is no such opportunity"),
        ("4", "4", "refused", "rejection_reason", "'just because' is not on the list"),
        ("5", "5", "refused", "experience_end_date", "a talent internship lasts 6 to 78 weeks"),
        ("6", "6", "warning", "experience_end_date", "a talent internship lasts 6 to 78 weeks"),
        ("6", "6", "warning", "status", "rejected has no date"),
        ("7", "7", "refused", "experience_end_date", "is before experience_start_date"),
        ("8", "8", "refused", "created_at", "is missing"),
        ("9", "9", "warning", "status", "accepted is dated before what led to it"),
        ("10", "10", "refused", "opportunity_id", "the person has an application for it that hasn't ended"),
    ]
    (rejected,) = [event for event in await ready.said() if isinstance(event, facts.ApplicationRejected)]
    assert (rejected.reason, rejected.ours) == ("position_filled", True)


async def test_a_person_has_one_signed_acceptance_note(ready: Room, tmp_path: Path) -> None:
    await take(ready, "opportunities", lines(tmp_path, "o", [opportunity(501), opportunity(502)]))
    given = [
        application(1, status="accepted", **dict(list(STAY.items())[:2])),
        application(2, opportunity_id=501, status="approved_ep_manager", **dict(list(STAY.items())[:2])),
        application(3, opportunity_id=502),
    ]
    progress = await take(ready, "applications", lines(tmp_path, "a", given))
    assert (progress.taken, await remarks(ready, progress)) == (
        2, [("2", "2", "refused", "status", "another acceptance note of the person is signed already")],
    )  # fmt: skip


async def test_a_half_approval_is_one_approval(ready: Room, tmp_path: Path) -> None:
    given = [application(1, status="approved_tn_manager", **dict(list(STAY.items())[:2]))]
    await take(ready, "applications", lines(tmp_path, "a", given))
    (row,) = await rows(ready, "SELECT status, sending_approval, hosting_approval = terms FROM application")
    assert tuple(row) == ("in_progress", None, True)
    assert [event.side for event in await ready.said(facts.ApprovalGiven)] == ["hosting"]


async def test_openings_are_taken_once_and_never_below_none(ready: Room, tmp_path: Path) -> None:
    """Of three openings the other system has given one away: its application takes that one, later ones free ones."""
    slots = [{"id": 77, "start_date": "2019-06-03", "end_date": "2019-08-25", "openings": 3, "available_openings": 2}]
    await take(ready, "opportunities", lines(tmp_path, "o", [opportunity(600, slots=slots)]))
    await take(ready, "people", lines(tmp_path, "p", [person(n) for n in range(1, 7)]))
    left = "SELECT s.openings, o.openings, reserved FROM slot s JOIN opportunity o ON o.id = opportunity_id"
    left += " JOIN external_id x ON x.id = s.id WHERE x.external = '77'"
    approved = dict(list(STAY.items())[:3])
    for number, expected in enumerate(((2, 2, 0), (1, 1, 0), (0, 0, 0)), 1):
        about = application(number, person_id=number, opportunity_id=600, status="approved", **approved)
        assert (await take(ready, "applications", lines(tmp_path, "a", [about]))).taken == 1
        assert [tuple(row) for row in await rows(ready, left)] == [expected]
    given = [
        application(4, person_id=4, opportunity_id=600, status="approved", **approved),
        application(5, person_id=5, opportunity_id=600, status="finished", **STAY),
        application(6, person_id=6, opportunity_id=600, status="approval_broken", **approved),
    ]
    progress = await take(ready, "applications", lines(tmp_path, "a", given))
    assert (progress.taken, await remarks(ready, progress)) == (
        2,
        [
            ("1", "4", "refused", "slot_id", "all openings of these dates are taken"),
            ("2", "5", "warning", "slot_id", "there was no opening left"),
            ("3", "6", "warning", "status", "approval_broken has no date"),
        ],
    )
    assert [tuple(row) for row in await rows(ready, left)] == [(0, 0, 0)]


async def test_an_open_opportunity_keeps_the_standards_and_an_old_one_is_told(ready: Room, tmp_path: Path) -> None:
    ahead = [{"start_date": "2026-06-01", "end_date": "2028-08-31", "openings": 1}]
    given = [
        opportunity(1, pay="", working_hours=20, slots=ahead),
        opportunity(2, pay="", working_hours=20),
        opportunity(3, status="live?", programme="GX"),
        opportunity(4, slots=[]),
        opportunity(5, organisation_id=99),
    ]
    progress = await take(ready, "opportunities", lines(tmp_path, "o", given))
    assert (progress.taken, progress.refused) == (1, 4)
    assert await remarks(ready, progress) == [
        ("1", "1", "refused", "pay", "must be stated before posting"),
        ("1", "1", "refused", "working_hours", "a talent internship has at least 35 hours a week"),
        ("1", "1", "refused", "slots", "a talent internship lasts 6 to 78 weeks"),
        ("2", "2", "warning", "pay", "must be stated before posting"),
        ("2", "2", "warning", "working_hours", "a talent internship has at least 35 hours a week"),
        ("3", "3", "refused", "status", "'live?' is unknown here"),
        ("3", "3", "refused", "programme", "'GX' is unknown here"),
        ("4", "4", "refused", "slots", "there is none: start_date and end_date are missing"),
        ("5", "5", "refused", "organisation_id", "there is no such enabler"),
    ]


async def test_an_import_goes_on_where_it_broke_off(ready: Room, tmp_path: Path) -> None:
    file = lines(tmp_path, "p", [person(n, email="x" if n == 4 else f"p{n}@sojourn.example") for n in range(1, 11)])

    def breaks(progress: object) -> None:
        if progress.position == 6:  # type: ignore[attr-defined]
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await take(ready, "people", file, portion=3, tell=breaks)
    half = await counts(ready)
    assert (half["person"], half["import_remark"]) == (1 + 5, 1)
    progress = await take(ready, "people", file, portion=4)
    assert (progress.position, progress.taken, progress.known, progress.refused) == (10, 9, 0, 1)
    whole = await counts(ready)
    assert (whole["person"], whole["outbox"] - half["outbox"], whole["import_remark"]) == (1 + 9, 2 * 4, 1)
    assert await remarks(ready, progress) == [("4", "4", "refused", "email", "is no e-mail address")]


async def test_a_file_that_is_done_changes_nothing_and_a_longer_one_adds_what_is_new(
    ready: Room, tmp_path: Path
) -> None:
    people = [person(n) for n in range(1, 4)]
    await take(ready, "people", lines(tmp_path, "p", people))
    before = await counts(ready)
    again = await take(ready, "people", lines(tmp_path, "other-name", people))
    assert (again.finished, again.taken) == (True, 3)
    assert await counts(ready) == before
    longer = await take(ready, "people", lines(tmp_path, "p", [*people, person(4)]))
    assert (longer.taken, longer.known, longer.refused) == (1, 3, 0)


async def test_two_processes_do_not_read_one_file_twice(ready: Room, tmp_path: Path) -> None:
    file = lines(tmp_path, "p", [person(n) for n in range(1, 60)])
    found = await asyncio.gather(*(take(ready, "people", file, portion=5) for _ in range(2)), return_exceptions=True)
    assert sum(isinstance(one, AnotherOne) for one in found) <= 1
    assert (await counts(ready))["person"] == 1 + 59


async def test_two_files_that_fight_for_an_address_both_end(ready: Room, tmp_path: Path) -> None:
    files = [
        lines(tmp_path, f"p{n}", [person(n * 1000 + i, email=f"p{i}@sojourn.example") for i in range(40)])
        for n in (1, 2)
    ]
    found = await asyncio.gather(*(take(ready, "people", file, portion=5) for file in files))
    assert sum(progress.taken for progress in found) == 40
    assert sum(progress.refused for progress in found) == 40
    assert (await counts(ready))["person"] == 1 + 40


async def test_a_file_that_ends_in_the_middle_says_so_and_keeps_what_it_had(ready: Room, tmp_path: Path) -> None:
    file = tmp_path / "p.json"
    page = json.dumps({"data": {"people": {"data": [person(1), person(2), person(3)]}}})
    file.write_text(page[:-60])
    with pytest.raises(Unreadable, match="no JSON"):
        await take(ready, "people", file, portion=1)
    assert (await counts(ready))["person"] == 1 + 2


async def test_rows_may_name_what_was_made_here(ready: Room, tmp_path: Path) -> None:
    (entity,) = await rows(ready, "SELECT id FROM entity WHERE name = 'Cluj'")
    progress = await take(ready, "people", lines(tmp_path, "p", [person(1, home_lc={"id": str(entity.id)})]))
    assert progress.taken == 1


async def test_the_same_id_of_another_source_is_another_thing(ready: Room, tmp_path: Path) -> None:
    progress = await import_file(ready.runtime, "entities", lines(tmp_path, "entities", ENTITIES), source="other")
    assert (progress.taken, progress.known) == (5, 0)


async def test_an_imported_application_needs_what_one_of_ours_needs_and_can_be_approved(
    ready: Room, tmp_path: Path
) -> None:
    """What held up a status that it has reached was done elsewhere; the rest is open, and the terms can be read."""
    given = [application(1, status="approved_tn_manager", **dict(list(STAY.items())[:2]))]
    assert (await take(ready, "applications", lines(tmp_path, "a", given))).taken == 1
    (row,) = await rows(ready, "SELECT id, terms, signed_terms, hosting_terms, sending_entity_id FROM application")
    assert row.terms == row.signed_terms == row.hosting_terms
    (stated,) = await rows(ready, "SELECT digest, stated FROM stated_terms")
    assert (stated.digest, stated.stated["start_on"]) == (row.terms, "2019-06-03")
    open_ = await rows(ready, "SELECT kind, before FROM requirement WHERE state = 'open'")
    assert open_
    assert {one.before for one in open_} <= {"approved", "realized", None}


async def test_imported_people_can_be_found_when_the_import_ends(room: Room, tmp_path: Path) -> None:
    await settled(room, tmp_path)
    assert await rows(room, "SELECT count(*) FROM person_search") == [(1,)]
    assert await rows(room, "SELECT count(*) FROM search_waiting") == [(0,)]


async def test_whom_a_broken_import_left_out_of_the_search_the_worker_puts_there(room: Room, tmp_path: Path) -> None:
    await settled(room, tmp_path)
    many = lines(tmp_path, "many", [person(number) for number in range(200, 203)])
    await take(room, "people", many, found_later=True)
    assert await rows(room, "SELECT count(*) FROM person_search") == [(1,)]
    async with asyncio.timeout(10), running(keep_searching(room.runtime)):
        while await rows(room, "SELECT count(*) FROM person_search") != [(4,)]:
            await asyncio.sleep(0.02)
