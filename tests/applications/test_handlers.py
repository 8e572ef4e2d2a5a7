"""The life of an application on a real database: what each step changes, says, and refuses."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from services.applications import commands, handlers, views
from shared.contracts import applications as facts
from shared.contracts.cases import QualityCaseReopened
from shared.contracts.scoring import LeadScored, Reason
from shared.contracts.surveys import QualityCaseClosed, QualityCaseOpened
from shared.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from shared.storage.migrate import differences
from shared.testing import builders, callers
from shared.testing.rooms import Room
from tests.applications.world import END, START, World


async def test_the_migrations_make_what_the_models_say(room: Room) -> None:
    assert await differences(room.runtime.database, room.service.tables) == []


async def test_the_whole_way_says_each_fact_once_and_in_order(world: World) -> None:
    room = world.room
    room.clock.set(datetime(2026, 3, 2, 8, 0, tzinfo=UTC))
    application = await world.realized()
    room.clock.set(datetime(2026, 5, 25, 0, 0, tzinfo=UTC))
    assert await room.due() == 1
    own = [type(fact).__name__ for fact in await room.said() if getattr(fact, "application_id", None) == application.id]
    assert own == [
        "ApplicationSubmitted",
        "ApplicationAccepted",
        "AcceptanceNoteSigned",
        "RequirementFulfilled",
        "RequirementFulfilled",
        "ApprovalGiven",
        "ApprovalGiven",
        "ApplicationApproved",
        "ExperienceRealized",
        "ExperienceCompleted",
    ]


async def test_completion_is_one_day_after_the_end_in_the_hosts_zone_and_happens_once(world: World) -> None:
    room = world.room
    room.clock.set(datetime(2026, 3, 2, 8, 0, tzinfo=UTC))
    application = await world.realized()
    room.clock.set(datetime(2026, 5, 24, 21, 59, 59, tzinfo=UTC))  # 23:59:59 on the last day in Stockholm
    assert await room.due() == 0
    room.clock.set(datetime(2026, 5, 24, 22, 0, tzinfo=UTC))
    assert await room.due() == 1
    room.clock.advance(timedelta(days=7))
    assert await room.due() == 0
    assert (await room.read(views.get_application, application.id)).status == "completed"
    assert len(await room.said(facts.ExperienceCompleted)) == 1


async def test_completion_catches_up_after_a_week_of_downtime(world: World) -> None:
    world.room.clock.set(datetime(2026, 3, 2, 8, 0, tzinfo=UTC))
    await world.realized()
    world.room.clock.set(datetime(2026, 6, 1, 0, 0, tzinfo=UTC))
    assert await world.room.due() == 1


async def test_an_extension_moves_the_completion(world: World) -> None:
    room = world.room
    room.clock.set(datetime(2026, 3, 2, 8, 0, tzinfo=UTC))
    application = await world.realized()
    command = commands.ChangeExperienceDates(application.id, START, END + timedelta(days=14))
    await room.do(handlers.change_experience_dates, command, world.he)
    room.clock.set(datetime(2026, 5, 30, tzinfo=UTC))
    assert await room.due() == 0
    room.clock.set(datetime(2026, 6, 8, tzinfo=UTC))
    assert await room.due() == 1
    (moved,) = await room.said(facts.ExperienceDatesChanged)
    assert (moved.move, moved.end_on) == ("extended", END + timedelta(days=14))


async def test_an_illegal_move_is_refused_with_the_moves_that_are_possible(world: World) -> None:
    application = await world.apply()
    with pytest.raises(Conflict) as refusal:
        await world.approve(application, world.he)
    assert refusal.value.code == "illegal-move"
    assert refusal.value.extra == {"status": "open", "possible_moves": ["accept", "reject"]}


async def test_each_side_approves_once_and_in_any_order(world: World) -> None:
    application = await world.apply()
    await world.accept(application)
    await world.sign(application)
    await world.pay(application)
    first = await world.approve(application, world.he)
    assert (first.status, first.hosting_approved, first.sending_approved) == ("in_progress", True, False)
    with pytest.raises(Conflict, match="approved these terms already"):
        await world.approve(application, world.he)
    assert (await world.approve(application, world.se)).status == "approved"


async def test_an_approval_names_the_terms_that_stand(world: World) -> None:
    application = await world.apply()
    await world.accept(application)
    command = commands.SignAcceptanceNote(application.id, "0" * 64)
    with pytest.raises(Conflict) as refusal:
        await world.room.do(handlers.sign_acceptance_note, command, world.ep)
    assert refusal.value.code == "stale-terms"


async def test_one_signed_acceptance_note_at_a_time(world: World) -> None:
    first, second = await world.apply(), await world.apply()
    await world.accept(first)
    await world.accept(second)
    await world.sign(first)
    with pytest.raises(Conflict) as refusal:
        await world.sign(second)
    assert refusal.value.code == "an-signed"


async def test_an_approval_closes_the_persons_other_applications(world: World) -> None:
    other = await world.apply()
    await world.approved()
    (withdrawn,) = await world.room.said(facts.ApplicationWithdrawn)
    assert (withdrawn.application_id, withdrawn.reason) == (other.id, "approved_elsewhere")


async def test_the_last_opening_is_taken_by_exactly_one(world: World) -> None:
    room, opportunity = world.room, await world.opportunity(openings=1)
    ready = []
    for number in range(6):
        ep = callers.participant()
        await world.sign_up(ep, f"ep{number}@sojourn.example")
        application = await world.apply(opportunity, ep)
        await world.accept(application)
        await world.sign(application, ep)
        await world.pay(application)
        ready.append(await world.approve(application, world.se))
    outcomes = await asyncio.gather(*(world.approve(row, world.he) for row in ready), return_exceptions=True)
    won = [outcome for outcome in outcomes if not isinstance(outcome, Exception)]
    lost = [outcome for outcome in outcomes if isinstance(outcome, Conflict) and outcome.code == "no-openings"]
    assert (len(won), len(lost)) == (1, 5)
    assert (await room.read(views.get_opportunity, opportunity.id)).openings == 0


async def test_a_rejection_tells_whose_cause_it_was(world: World) -> None:
    application = await world.apply()
    reason = facts.RejectionReason.position_filled
    await world.room.do(handlers.reject_application, commands.RejectApplication(application.id, reason), world.he)
    (rejected,) = await world.room.said(facts.ApplicationRejected)
    assert (rejected.reason, rejected.ours) == ("position_filled", True)


async def test_realized_waits_for_the_first_day_and_counts_on_it(world: World) -> None:
    room = world.room
    application = await world.approved()
    command = commands.RealizeExperience(application.id)
    with pytest.raises(Conflict, match="first day of work is 2026-03-02"):
        await room.do(handlers.realize_experience, command, world.he)
    room.clock.set(datetime(2026, 3, 10, tzinfo=UTC))
    await room.do(handlers.realize_experience, command, world.he)
    query = "SELECT headers->>'ce_effectiveon' FROM outbox WHERE type LIKE '%experience-realized%'"
    async with room.runtime.database.engine.connect() as connection:
        assert (await connection.exec_driver_sql(query)).scalar_one() == "2026-03-02"


async def test_somebody_elses_application_does_not_exist(world: World) -> None:
    application = await world.apply()
    for stranger in (callers.participant(), callers.hosting_manager(world.sending), callers.enabler()):
        with pytest.raises(NotFound):
            await world.room.read(views.get_application, application.id, caller=stranger)
    for friend in (world.ep, world.se, world.he, callers.enabler(world.enabler_id), callers.auditor()):
        assert (await world.room.read(views.get_application, application.id, caller=friend)).id == application.id


async def test_the_wrong_side_may_not_accept(world: World) -> None:
    application = await world.apply()
    with pytest.raises(Forbidden):
        await world.room.do(handlers.accept_application, commands.AcceptApplication(application.id), world.se)


async def test_a_change_of_an_old_version_is_refused(world: World) -> None:
    application = await world.apply()
    await world.accept(application)
    command = commands.WithdrawApplication(application.id)
    with pytest.raises(Stale):
        await world.room.do(handlers.withdraw_application, command, world.ep, expected=application.version)


async def test_every_step_is_noted_with_who_when_and_from_what_to_what(world: World) -> None:
    application = await world.approved()
    history = await world.room.read(views.get_history, application.id, caller=world.se)
    assert [line["action"] for line in history] == [
        "submit_application",
        "accept_application",
        "sign_acceptance_note",
        "record_requirement",
        "record_requirement",
        "approve_application",
        "approve_application",
        "application_approved",
    ]
    assert history[1]["before"] == {"status": "open"}
    assert history[1]["after"] == {"status": "accepted"}
    assert history[1]["actor"] == world.he.subject


async def test_a_posting_is_refused_with_all_reasons_at_once(world: World) -> None:
    with pytest.raises(Invalid) as refusal:
        await world.opportunity(weekly_hours=20, end_on=date(2026, 3, 20))
    assert [error.pointer for error in refusal.value.errors] == ["#/weekly_hours", "#/end_on"]


async def test_an_erased_person_leaves_a_tombstone_and_no_name(world: World) -> None:
    room, application = world.room, await world.apply()
    await room.do(handlers.erase_person, commands.ErasePerson(world.ep.party), world.ep)
    tombstones = [said for said in await room.said() if isinstance(said, tuple)]
    assert tombstones == [
        (facts.PersonDetails.TYPE, world.ep.party),
        (facts.ExperienceDossier.TYPE, application.id),
    ]
    person = await room.read(views.get_person, world.ep.party)
    assert (person.given_name, person.family_name, person.phone) == ("", "", None)


async def test_the_dossier_tells_what_is_missing(world: World) -> None:
    application = await world.approved()
    command = commands.RecordDossier(application.id, commands.Dossier(pickup_place="Arlanda, exit 5"))
    dossier = await world.room.do(handlers.record_dossier, command, world.he)
    assert "pickup_place" not in dossier.missing
    assert "pickup_phone" in dossier.missing


async def test_quality_cases_and_scores_show_in_lists(world: World) -> None:
    room, application = world.room, await world.apply()
    stay = {"person_id": world.ep.party, "application_id": application.id}
    stay |= {"sending_entity_id": world.sending, "hosting_entity_id": world.hosting}
    await room.hear(builders.case(QualityCaseOpened, stay, owner="hosting", acknowledge_by=room.clock.now()))
    assert (await room.read(views.get_application, application.id)).open_cases == 1
    await room.hear(builders.case(QualityCaseClosed, stay, outcome="solved"))
    assert (await room.read(views.get_application, application.id)).open_cases == 0
    again = {"owner": "hosting", "level": "local", "acknowledge_by": room.clock.now()}
    await room.hear(builders.case(QualityCaseReopened, stay, **again))
    assert (await room.read(views.get_application, application.id)).open_cases == 1
    reasons = [Reason(code="applied", log_odds=0.4)]
    await room.hear(
        LeadScored(person_id=world.ep.party, score=0.31, base_log_odds=-1.2, reasons=reasons, model="rules-1")
    )
    assert (await room.read(views.get_person, world.ep.party)).score == 0.31
