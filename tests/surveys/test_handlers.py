"""Asking, answering and closing the loop on a real database: what is kept, what is said, and what is not."""

import asyncio
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.surveys import commands, handlers, schemas, views
from services.surveys.policy.cases import CaseState, Outcome
from services.surveys.policy.invitations import AnsweredAlready, State, SurveyOver
from services.surveys.policy.slices import Slice
from shared import links
from shared.contracts import applications as facts
from shared.contracts import surveys as said
from shared.contracts.surveys import Metric
from shared.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from shared.ids import new_id
from shared.links import LinkRefused
from shared.storage.migrate import differences
from shared.storage.paging import Page, Paging
from shared.testing import builders, callers
from shared.testing.rooms import Room
from tests.surveys.world import AFTER, World


async def invitation(world: World, invitation_id: UUID) -> schemas.InvitationDetail:
    return await world.room.read(views.get_invitation, invitation_id, caller=world.he)


async def only_case(world: World) -> schemas.CaseOut:
    (opened,) = await world.room.said(said.QualityCaseOpened)
    return await world.room.read(views.get_case, opened.case_id, caller=world.he)


def by_metric(answered: Any) -> dict[Metric, int]:
    return {given.metric: given.score for given in answered.scores}


async def acknowledge(world: World, case_id: UUID, by: object) -> schemas.CaseOut:
    return await world.room.do(handlers.acknowledge_case, commands.AcknowledgeCase(case_id), by)


async def test_the_migrations_make_what_the_models_say(room: Room) -> None:
    assert await differences(room.runtime.database, room.service.tables) == []


# --- asking


async def test_a_completed_experience_is_asked_about_once(world: World) -> None:
    await world.complete()
    await world.room.hear(facts.ExperienceCompleted(**world.stay))
    (invited,) = await world.room.said(said.SurveyInvited)
    assert invited.application_id == world.stay["application_id"]
    assert (invited.questionnaire, invited.language) == ("after-completion", "ro")
    assert invited.expires_at == AFTER + timedelta(days=60)


async def test_nobody_is_asked_before_the_experience_is_completed(world: World) -> None:
    await world.room.hear(builders.person(world.stay["person_id"]))
    await world.room.hear(builders.approved(world.stay))
    await world.room.hear(facts.ExperienceRealized(**world.stay))
    await world.room.hear(facts.ExperienceDatesChanged(**world.stay, move="extended"))
    assert await world.room.said() == []


async def test_the_person_may_be_heard_of_after_the_experience(world: World) -> None:
    world.room.clock.set(AFTER)
    await world.room.hear(facts.ExperienceCompleted(**world.stay))
    assert await world.room.said() == []
    await world.room.hear(builders.person(world.stay["person_id"], language="sv"))
    (invited,) = await world.room.said(said.SurveyInvited)
    assert invited.language == "sv"


async def test_two_workers_that_each_hear_one_half_ask_once(world: World) -> None:
    world.room.clock.set(AFTER)
    await asyncio.gather(
        world.room.hear(facts.ExperienceCompleted(**world.stay)),
        world.room.hear(builders.person(world.stay["person_id"])),
    )
    assert len(await world.room.said(said.SurveyInvited)) == 1


async def test_the_newest_language_of_a_person_counts(world: World) -> None:
    await world.room.hear(builders.person_details(world.stay["person_id"], language="sv"))
    await world.complete()  # hears the language of the sign-up, ro, afterwards
    (invited,) = await world.room.said(said.SurveyInvited)
    assert invited.language == "sv"


async def test_the_mail_that_went_out_is_the_proof_of_delivery(world: World) -> None:
    invited = await world.complete()
    await world.sent(new_id())
    assert (await invitation(world, invited)).state is State.invited
    await world.sent(invited)
    seen = await invitation(world, invited)
    assert (seen.state, seen.delivered_at) == (State.delivered, AFTER)


async def test_only_the_digest_of_a_link_is_kept(world: World) -> None:
    invited = await world.complete()
    token = links.survey_token(invited)
    async with world.room.runtime.database.engine.connect() as connection:
        stored = (await connection.execute(text("SELECT row_to_json(i)::text FROM invitation i"))).scalar_one()
        outbox = (await connection.execute(text("SELECT string_agg(payload, '') FROM outbox"))).scalar_one()
    assert token not in stored + outbox
    assert links.digest(token) in stored


async def test_a_person_gets_the_address_of_the_own_invitation_again(world: World) -> None:
    invited = await world.complete()
    link = await world.room.do(handlers.renew_link, commands.RenewLink(invited), world.ep)
    assert link.address == links.survey_link(invited)
    for stranger in (callers.participant(), callers.enabler()):
        with pytest.raises(NotFound):
            await world.room.do(handlers.renew_link, commands.RenewLink(invited), stranger)


# --- answering


async def test_an_answer_is_kept_and_said_without_its_words(world: World) -> None:
    invited = await world.complete()
    await world.answer(invited, nps=9, ces2=6, comment="Marta was great.")
    seen = await invitation(world, invited)
    assert seen.state is State.answered
    assert seen.answer is not None
    assert (by_metric(seen.answer), seen.answer.comment) == ({Metric.nps: 9, Metric.ces2: 6}, "Marta was great.")
    _, answered, comment = await world.room.said()
    assert by_metric(answered) == {Metric.nps: 9, Metric.ces2: 6}
    assert "Marta" not in answered.model_dump_json()
    assert (comment.TOPIC, comment.comment) == ("surveys.personal", "Marta was great.")


async def test_a_happy_answer_without_words_says_nothing_else(world: World) -> None:
    await world.answer(await world.complete(), nps=7, ces2=4)
    assert [type(event).__name__ for event in await world.room.said()] == ["SurveyInvited", "SurveyAnswered"]
    assert await world.room.read(views.list_cases, None, None, None, Paging()) == Page([], None)


async def test_an_invitation_takes_one_answer(world: World) -> None:
    invited = await world.complete()
    outcomes = await asyncio.gather(*(world.answer(invited, nps=score) for score in (9, 3, 5)), return_exceptions=True)
    assert len([outcome for outcome in outcomes if isinstance(outcome, AnsweredAlready)]) == 2
    assert len(await world.room.said(said.SurveyAnswered)) == 1


async def test_the_database_itself_refuses_a_second_answer(world: World) -> None:
    await world.answer(await world.complete())
    copy = """INSERT INTO answer SELECT copy.* FROM answer, jsonb_populate_record(
        answer, jsonb_build_object('id', gen_random_uuid())) copy"""
    async with world.room.runtime.database.engine.connect() as connection:
        with pytest.raises(IntegrityError, match="answer_invitation_id_key"):
            await connection.execute(text(copy))


async def test_the_database_itself_refuses_a_score_off_its_scale(world: World) -> None:
    await world.answer(await world.complete())
    async with world.room.runtime.database.engine.connect() as connection:
        with pytest.raises(IntegrityError, match="score_on_its_scale"):
            await connection.execute(text("UPDATE score SET score = 8 WHERE metric = 'ces2'"))


async def test_an_answer_that_cant_be_taken_changes_nothing(world: World) -> None:
    invited = await world.complete()
    command = commands.AnswerSurvey(links.survey_token(invited), {"nps": 11})
    with pytest.raises(Invalid) as refusal:
        await world.room.do(handlers.answer_survey, command)
    assert [error.pointer for error in refusal.value.errors] == ["#/answers/nps", "#/answers/ces2"]
    assert (await invitation(world, invited)).state is State.invited


async def test_the_time_to_answer_is_business_time(world: World) -> None:
    invited = await world.complete()
    world.room.clock.set(AFTER + timedelta(days=60))
    with pytest.raises(SurveyOver):
        await world.answer(invited)
    world.room.clock.set(AFTER + timedelta(days=60, seconds=-1))
    await world.answer(invited)


async def test_a_link_of_another_purpose_or_an_older_key_opens_nothing(world: World) -> None:
    invited = await world.complete()
    far = AFTER + timedelta(days=36500)
    foreign = links.links().sign("unsubscribe", invited, far)
    old = links.Links("an older key").sign("survey", invited, far)
    earlier = links.links().sign("survey", invited, far)  # ours, but not the one that was given out
    for token in (foreign, old, earlier, links.survey_token(world.sending), "", "x" * 72, "ș" * 72):
        with pytest.raises(LinkRefused):
            await world.room.do(handlers.answer_survey, commands.AnswerSurvey(token, {"nps": 9, "ces2": 6}))


# --- quality cases


async def test_a_detractor_opens_a_case_that_the_host_owns(world: World) -> None:
    await world.answer(await world.complete(), nps=6, ces2=2)
    (found,) = await world.room.said(said.DetractorFound)
    (opened,) = await world.room.said(said.QualityCaseOpened)
    assert found.score == 6
    assert (opened.cause, opened.owner) == ("detractor", "hosting")
    assert opened.acknowledge_by == AFTER + timedelta(hours=24)


async def test_high_effort_opens_a_case_without_a_detractor(world: World) -> None:
    await world.answer(await world.complete(), nps=8, ces2=3)
    assert await world.room.said(said.DetractorFound) == []
    assert (await only_case(world)).cause == "high_effort"


async def test_both_sides_acknowledge_once_and_the_clock_stops(world: World) -> None:
    await world.answer(await world.complete(), nps=2)
    case = await only_case(world)
    assert (await acknowledge(world, case.id, world.he)).state is CaseState.open
    with pytest.raises(Conflict, match="hosting side has acknowledged"):
        await acknowledge(world, case.id, world.he)
    with pytest.raises(Forbidden):
        await acknowledge(world, case.id, callers.global_manager())
    assert (await acknowledge(world, case.id, world.se)).state is CaseState.acknowledged
    world.room.clock.advance(timedelta(days=3))
    assert await world.room.due() == 0
    assert not (await only_case(world)).overdue


async def test_a_case_that_one_side_ignores_is_overdue_after_24_hours(world: World) -> None:
    await world.answer(await world.complete(), nps=2)
    case = await only_case(world)
    await acknowledge(world, case.id, world.he)
    world.room.clock.advance(timedelta(hours=24, seconds=-1))
    assert await world.room.due() == 0
    world.room.clock.advance(timedelta(seconds=1))
    assert await world.room.due() == 1
    assert (await only_case(world)).overdue
    async with world.room.runtime.database.engine.connect() as connection:
        query = text("SELECT after FROM audit WHERE action = 'case_overdue' AND subject = :case")
        assert (await connection.execute(query, {"case": case.id})).scalar_one() == {"missing": ["sending"]}
    assert (await acknowledge(world, case.id, world.se)).overdue


async def test_the_owner_closes_a_case_and_only_the_code_is_said(world: World) -> None:
    await world.answer(await world.complete(), nps=2)
    case = await only_case(world)
    closing = commands.CloseCase(case.id, Outcome.solved, "Moved Ioana to another room.")
    with pytest.raises(Forbidden):
        await world.room.do(handlers.close_case, closing, world.se)
    closed = await world.room.do(handlers.close_case, closing, world.he)
    assert (closed.state, closed.outcome, closed.note) == (CaseState.closed, "solved", "Moved Ioana to another room.")
    (event,) = await world.room.said(said.QualityCaseClosed)
    assert event.outcome == "solved"
    assert "Ioana" not in event.model_dump_json()
    world.room.clock.advance(timedelta(days=3))
    assert await world.room.due() == 0
    with pytest.raises(Conflict, match="The case is closed"):
        await acknowledge(world, case.id, world.he)
    with pytest.raises(Conflict, match="The case is closed"):
        await world.room.do(handlers.close_case, closing, world.he)


async def test_a_case_changed_meanwhile_is_not_closed_blindly(world: World) -> None:
    await world.answer(await world.complete(), nps=2)
    case = await only_case(world)
    await acknowledge(world, case.id, world.se)
    closing = commands.CloseCase(case.id, Outcome.solved, "Done.")
    with pytest.raises(Stale):
        await world.room.do(handlers.close_case, closing, world.he, expected=case.version)


async def test_an_ep_reports_the_own_experience_and_nobody_elses(world: World) -> None:
    await world.room.hear(builders.approved(world.stay))
    command = commands.ReportCase(application_id=world.stay["application_id"], report="The room has no heating.")
    case = await world.room.do(handlers.report_case, command, world.ep)
    assert (case.cause, case.owner, case.report) == ("reported", "hosting", "The room has no heating.")
    (opened,) = await world.room.said(said.QualityCaseOpened)
    assert "heating" not in opened.model_dump_json()
    with pytest.raises(Invalid) as refusal:
        await world.room.do(handlers.report_case, command, callers.participant())
    assert refusal.value.errors[0].pointer == "#/application_id"


# --- erasure


async def test_the_words_of_an_erased_person_are_gone_and_the_scores_stay(world: World) -> None:
    invited = await world.complete()
    await world.answer(invited, nps=2, comment="Call Marta on 0700.")
    case = await only_case(world)
    await world.room.do(handlers.close_case, commands.CloseCase(case.id, Outcome.solved, "Ioana is fine."), world.he)
    await world.room.hear_erased(facts.PersonDetails, world.stay["person_id"])
    seen = await invitation(world, invited)
    assert seen.answer is not None
    assert (seen.answer.comment, by_metric(seen.answer)[Metric.nps]) == (None, 2)
    assert (await only_case(world)).note is None
    assert (await world.room.said())[-1] == (said.SurveyComment.TYPE, invited)


async def test_an_erased_person_is_asked_no_more(world: World) -> None:
    invited = await world.complete()
    await world.room.hear_erased(facts.PersonDetails, world.stay["person_id"])
    assert (await invitation(world, invited)).state is State.cancelled
    with pytest.raises(SurveyOver):
        await world.answer(invited)
    again = world.another_stay(person_id=world.stay["person_id"])
    await world.room.hear(facts.ExperienceCompleted(**again))
    assert len(await world.room.said(said.SurveyInvited)) == 1


# --- scores and scope


async def answered(world: World, scores: list[tuple[int, int]], **stay: object) -> None:
    for nps, ces2 in scores:
        await world.answer(await world.complete(world.another_stay(**stay)), nps, ces2)


async def score(world: World, metric: Metric, by: object = None, **limits: object) -> schemas.ScoreOut:
    return await world.room.read(views.get_score, Slice(metric, **limits), caller=by or world.he)


async def test_a_score_comes_with_its_n_its_interval_and_the_response_rate(world: World) -> None:
    await answered(world, [(10, 7), (9, 6), (9, 6), (7, 5), (3, 4), (10, 7)])
    await world.complete()  # asked, and silent
    nps = await score(world, Metric.nps)
    assert (nps.n, nps.enough, round(nps.score or 0, 2)) == (6, True, 50.0)
    assert nps.buckets == {"promoter": 4, "passive": 1, "detractor": 1}
    assert nps.interval is not None
    assert nps.interval.low < 50 < nps.interval.high
    assert (nps.response.asked, nps.response.answered, nps.response.rate) == (7, 6, pytest.approx(6 / 7))
    ces = await score(world, Metric.ces2)
    assert (ces.score, ces.buckets) == (pytest.approx(35 / 6), None)
    assert ces.interval is not None
    assert (round(ces.interval.low, 4), ces.interval.high) == (4.6065, 7.0)


async def test_too_few_answers_give_no_score(world: World) -> None:
    await answered(world, [(10, 7)] * 4)
    nps = await score(world, Metric.nps)
    assert (nps.n, nps.minimum_n, nps.enough) == (4, 5, False)
    assert (nps.score, nps.interval, nps.buckets) == (None, None, None)


async def test_an_empty_slice_has_no_score_and_no_rate(world: World) -> None:
    csat = await score(world, Metric.csat)
    assert (csat.n, csat.enough, csat.score, csat.response.rate) == (0, False, None, None)


async def test_a_score_is_of_the_callers_answers_and_of_the_asked_slice(world: World) -> None:
    elsewhere = callers.hosting_manager(world.sending)
    await answered(world, [(10, 7)] * 5)
    await answered(world, [(0, 1)] * 5, hosting_entity_id=world.sending)
    assert (await score(world, Metric.nps)).score == 100.0
    assert (await score(world, Metric.nps, elsewhere)).score == -100.0
    assert (await score(world, Metric.nps, world.se)).score == 0.0
    assert (await score(world, Metric.nps, callers.auditor(), entity_id=world.hosting)).n == 5
    assert (await score(world, Metric.nps, since=AFTER.date(), until=AFTER.date())).n == 5
    assert (await score(world, Metric.nps, since=AFTER.date() + timedelta(days=1))).n == 0
    assert (await score(world, Metric.nps, until=AFTER.date() - timedelta(days=1))).n == 0


async def test_both_sides_see_an_invitation_and_strangers_do_not(world: World) -> None:
    invited = await world.complete()
    for friend in (world.ep, world.se, world.he, world.mc, callers.auditor()):
        assert (await world.room.read(views.get_invitation, invited, caller=friend)).id == invited
    for stranger in (callers.participant(), callers.hosting_manager(world.sending), callers.enabler()):
        with pytest.raises(NotFound):
            await world.room.read(views.get_invitation, invited, caller=stranger)


@pytest.mark.parametrize(("days", "asked"), [(60, 1), (61, 0)])
async def test_who_is_back_for_longer_than_an_invitation_lasts_is_not_asked(
    world: World, days: int, asked: int
) -> None:
    stay = world.stay
    await world.room.hear(builders.person(stay["person_id"], language="ro"))
    await world.room.hear(builders.approved(stay))
    ended = datetime.combine(stay["end_on"], time(12), ZoneInfo(stay["zone"]))
    world.room.clock.set(ended + timedelta(days=days))
    await world.room.hear(facts.ExperienceCompleted(**stay))
    assert len(await world.room.said(said.SurveyInvited)) == asked
