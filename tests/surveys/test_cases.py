"""Quality cases: what opens them, whose clock runs, who decides, how they rise, end and go on."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.surveys import commands, handlers, settings, views
from services.surveys.handlers.case_opening import open_for_answer
from services.surveys.model import Invitation
from services.surveys.policy.cases import CaseRule, CaseState, Outcome, Rules, age_class, trouble_in
from services.surveys.policy.refunds import Ground
from services.surveys.schemas import CaseDetail, CaseOut
from shared.access import Caller
from shared.contracts import cases as told
from shared.contracts import surveys as said
from shared.contracts.applications import ExperienceCompleted, ExperienceRealized
from shared.contracts.fields import Side
from shared.contracts.notifications import StandardConflicted
from shared.contracts.surveys import CaseCause, GivenScore, Metric, Party, StandardWord
from shared.errors import Conflict, Forbidden, Invalid, NotFound
from shared.ids import new_id
from shared.testing import builders, callers
from tests.surveys.hostile import picture
from tests.surveys.world import World

START = datetime(2026, 4, 1, 8, tzinfo=UTC)  # a Wednesday in the middle of the stay


@pytest.fixture
async def staying(world: World) -> World:
    """An EP who is in Uppsala; the world's clock stands on a Wednesday morning."""
    await world.room.hear(builders.person(world.stay["person_id"]))
    await world.room.hear(builders.approved(world.stay))
    await world.room.hear(ExperienceRealized(**world.stay))
    world.room.clock.set(START)
    return world


@pytest.fixture
def limited(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Settings for one test."""

    def change(**values: Any) -> None:
        for name, value in values.items():
            monkeypatch.setenv(f"SOJOURN_SURVEYS_{name.upper()}", str(value))
        settings.limits.cache_clear()

    yield change
    monkeypatch.undo()
    settings.limits.cache_clear()


async def reported(world: World, by: Caller | None = None, **more: Any) -> CaseOut:
    command = commands.ReportCase(application_id=world.stay["application_id"], report="No heating.", **more)
    return await world.room.do(handlers.report_case, command, by or world.ep)


async def case_of(world: World, case_id: UUID, by: Caller | None = None) -> CaseDetail:
    return await world.room.read(views.get_case, case_id, caller=by or callers.global_manager())


async def do(world: World, handler: Any, command: Any, by: Caller, expected: int | None = None) -> Any:
    return await world.room.do(handler, command, by, expected)


async def acknowledge(world: World, case_id: UUID) -> None:
    for by in (world.he, world.se):
        await do(world, handlers.acknowledge_case, commands.AcknowledgeCase(case_id), by)


async def pass_time(world: World, **span: float) -> None:
    world.room.clock.advance(timedelta(**span))
    await world.room.due()


def denied(*codes: str) -> dict[str, StandardWord]:
    return dict.fromkeys(codes, StandardWord.no)


def given(**scores: int) -> list[GivenScore]:
    return [GivenScore(metric=Metric(name), about="experience", score=score) for name, score in scores.items()]


# --- what opens a case


@pytest.mark.parametrize(
    ("scores", "standards", "cause", "listed"),
    [
        ({"nps": 6}, {}, CaseCause.detractor, ()),
        ({"nps": 7}, {}, None, ()),
        ({"ces1": 4}, {}, CaseCause.high_effort, ()),
        ({"ces1": 3}, {}, None, ()),
        ({"ces2": 3}, {}, CaseCause.high_effort, ()),
        ({"ces2": 4}, {}, None, ()),
        ({"nps": 9}, denied("insurance", "arrival_pickup"), CaseCause.standard_denied, ("arrival_pickup", "insurance")),
        ({"nps": 3, "ces2": 1}, denied("insurance"), CaseCause.detractor, ("insurance",)),
        ({"nps": 9}, {"insurance": StandardWord.not_needed, "duration": StandardWord.yes}, None, ()),
        ({}, {}, None, ()),
    ],
)
def test_one_answer_opens_one_case_by_the_first_rule_that_holds(
    scores: dict[str, int], standards: dict[str, StandardWord], cause: CaseCause | None, listed: tuple[str, ...]
) -> None:
    found = trouble_in(given(**scores), standards, (), Rules())
    assert (found.cause if found else None, found.standards if found else ()) == (cause, listed)


def test_each_rule_can_be_switched_off() -> None:
    hard = (given(nps=0, ces2=1), denied("insurance"), ())
    without = Rules(frozenset(CaseRule) - {CaseRule.detractor})
    assert trouble_in(*hard, without).cause is CaseCause.high_effort  # type: ignore[union-attr]
    assert trouble_in(*hard, Rules(frozenset())) is None
    only = Rules(frozenset({CaseRule.standard_denied}))
    assert trouble_in(*hard, only).cause is CaseCause.standard_denied  # type: ignore[union-attr]


def test_a_standard_that_has_a_case_opens_no_second_one() -> None:
    assert trouble_in([], denied("insurance"), {"insurance"}, Rules()) is None
    assert trouble_in([], denied("insurance", "duration"), {"insurance"}, Rules()).standards == ("duration",)  # type: ignore[union-attr]


def conflict(world: World, standard: str = "accommodation") -> StandardConflicted:
    ids = {name: world.stay[name] for name in ("application_id", "person_id", "sending_entity_id", "hosting_entity_id")}
    return StandardConflicted(standard_id=new_id(), standard=standard, due_on=date(2026, 3, 16), **ids)


async def answered(world: World, **standards: StandardWord) -> None:
    """An answer with words on standards, by the door that an answer uses."""

    async def answer(uow: Any, invitation_id: UUID) -> None:
        invitation = await uow.get(Invitation, invitation_id)
        await open_for_answer(uow, invitation, [], standards)

    await world.room.hear(ExperienceCompleted(**world.stay))
    (invited,) = [e for e in await world.room.said(said.SurveyInvited) if e.application_id][:1]
    await world.room.do(answer, invited.invitation_id)


async def test_a_standard_in_conflict_has_a_case_of_its_own_cause_once(staying: World) -> None:
    await staying.room.hear(conflict(staying))
    await staying.room.hear(conflict(staying))
    (opened,) = await staying.room.said(said.QualityCaseOpened)
    assert (opened.cause, opened.standard) == ("conflict", "accommodation")
    await answered(staying, accommodation=StandardWord.no)
    assert len(await staying.room.said(said.QualityCaseOpened)) == 1
    assert (await case_of(staying, opened.case_id)).standards == ["accommodation"]


async def test_a_denied_standard_that_turns_into_a_conflict_keeps_its_case(staying: World) -> None:
    await answered(staying, accommodation=StandardWord.no, insurance=StandardWord.no)
    (opened,) = await staying.room.said(said.QualityCaseOpened)
    assert (opened.cause, opened.standard) == ("standard_denied", None)
    await staying.room.hear(conflict(staying))
    assert len(await staying.room.said(said.QualityCaseOpened)) == 1
    assert (await case_of(staying, opened.case_id)).standards == ["accommodation", "insurance"]


async def test_a_conflict_opens_nothing_when_its_rule_is_off(staying: World, limited: Any) -> None:
    limited(case_rules='["detractor"]')
    await staying.room.hear(conflict(staying))
    assert await staying.room.said(said.QualityCaseOpened) == []


async def test_both_customers_report_and_see_their_own_case_only(staying: World) -> None:
    company = callers.enabler(staying.stay["enabler_id"])
    mine = await reported(staying)
    theirs = await reported(staying, company)
    assert (mine.party, theirs.party, theirs.cause) == ("ep", "enabler", "reported")
    for reader, own, other in ((staying.ep, mine, theirs), (company, theirs, mine)):
        assert (await case_of(staying, own.id, reader)).id == own.id
        with pytest.raises(NotFound):
            await case_of(staying, other.id, reader)


async def test_a_manager_opens_a_case_by_hand_and_names_the_standard(staying: World) -> None:
    case = await reported(staying, staying.se, standard="insurance")
    assert (case.standard, case.cause) == ("insurance", "reported")
    with pytest.raises(Conflict, match="has a case already"):
        await reported(staying, staying.he, standard="insurance")


async def test_an_enablers_case_about_no_single_stay_has_the_host_alone(staying: World) -> None:
    company = new_id()

    async def answer(uow: Any, _: None) -> CaseOut:
        asked = {
            "party": Party.enabler, "recipient_id": company, "programme": "enabler-partnership", "occasion": "2026",
            "questionnaire": "enabler-feedback", "questionnaire_version": 1, "language": "sv", "enabler_id": company,
            "hosting_entity_id": staying.hosting,
        }  # fmt: skip
        moments = {"invited_at": uow.now, "expires_at": uow.now + timedelta(days=9)}
        invitation = uow.add(Invitation(id=new_id(), state="answered", token_digest="", **moments, **asked))
        await uow.flush()
        return CaseOut.model_validate(await open_for_answer(uow, invitation, given(nps=2), {}))

    case = await staying.room.do(answer, None)
    assert (case.party, case.application_id, case.sending_acknowledge_by) == ("enabler", None, None)
    seen = await do(staying, handlers.acknowledge_case, commands.AcknowledgeCase(case.id), staying.he)
    assert seen.state is CaseState.acknowledged
    over = commands.HandOverCase(case.id, Side.sending, "Yours?")
    with pytest.raises(Conflict, match="no sending side"):
        await do(staying, handlers.hand_over_case, over, staying.he)
    with pytest.raises(NotFound):
        await case_of(staying, case.id, staying.se)
    assert (await case_of(staying, case.id, callers.enabler(company))).cause == "detractor"
    await pass_time(staying, days=7)
    (rose,) = await staying.room.said(told.QualityCaseEscalated)
    assert len(rose.deciders) == 1


# --- clocks


async def test_each_entity_has_its_own_clock_in_its_own_working_time(staying: World, limited: Any) -> None:
    limited(acknowledge_counts="working", acknowledge_hours=8)
    week = commands.WorkingTimeBody(weekdays=[1, 2, 3, 4], opens=time(10), closes=time(16), holidays=["2026-04-02"])
    body = commands.SetWorkingTime(staying.hosting, week)
    await do(staying, handlers.set_working_time, body, staying.he)
    case = await reported(staying)
    # Cluj (its zone in this world is Stockholm's too): 10:00 on Wednesday, seven hours to 17:00, one on Thursday.
    assert case.sending_acknowledge_by == datetime(2026, 4, 2, 8, tzinfo=UTC)
    # Uppsala: six hours of Wednesday, Thursday is a holiday, Friday to Sunday are free, two hours of Monday.
    assert case.hosting_acknowledge_by == datetime(2026, 4, 6, 10, tzinfo=UTC)
    assert case.acknowledge_by == case.hosting_acknowledge_by


async def test_24_hours_are_clock_hours_unless_told_otherwise(staying: World) -> None:
    case = await reported(staying)
    assert case.acknowledge_by == case.sending_acknowledge_by == START + timedelta(hours=24)
    assert case.next_due_at == case.acknowledge_by


async def test_working_time_belongs_to_its_own_managers(staying: World) -> None:
    week = commands.WorkingTimeBody(weekdays=[1], opens=time(9), closes=time(9))
    with pytest.raises(NotFound):
        await do(staying, handlers.set_working_time, commands.SetWorkingTime(staying.sending, week), staying.he)
    with pytest.raises(Invalid):
        await do(staying, handlers.set_working_time, commands.SetWorkingTime(staying.hosting, week), staying.he)


async def test_a_case_that_nobody_sees_goes_up_to_both_countries(staying: World) -> None:
    case = await reported(staying)
    await pass_time(staying, hours=24)
    (rose,) = await staying.room.said(told.QualityCaseEscalated)
    shown = await case_of(staying, case.id)
    assert (rose.level, rose.why, shown.level, shown.overdue) == ("national", "unacknowledged", "national", True)
    assert rose.deciders == shown.deciders
    assert len(rose.deciders) == 2
    assert not set(rose.deciders) & {staying.sending, staying.hosting}
    assert rose.decide_by == START + timedelta(hours=24, days=7)


async def test_silence_alone_does_not_escalate_when_switched_off(staying: World, limited: Any) -> None:
    limited(acknowledge_escalates="false")
    case = await reported(staying)
    await pass_time(staying, hours=25)
    assert await staying.room.said(told.QualityCaseEscalated) == []
    assert (await case_of(staying, case.id)).overdue


async def test_a_case_climbs_to_the_international_board_and_no_further(staying: World) -> None:
    case = await reported(staying)
    await acknowledge(staying, case.id)
    (seen,) = await staying.room.said(told.QualityCaseAcknowledged)
    assert seen.in_time
    for days in (7, 7, 14, 14, 30):
        await pass_time(staying, days=days)
    rose = await staying.room.said(told.QualityCaseEscalated)
    assert [(fact.level, fact.why) for fact in rose] == [
        ("national", "unsolved"), ("control_boards", "unsolved"), ("international", "undecided"),
    ]  # fmt: skip
    boards = rose[1]
    assert boards.answer_by == START + timedelta(days=21)
    assert boards.decide_by == START + timedelta(days=28)
    shown = await case_of(staying, case.id)
    assert (shown.level, shown.late, shown.state) == ("international", True, "acknowledged")
    assert len(shown.deciders) == 1
    assert [(step.level, step.rose) for step in shown.steps][-1] == ("international", None)


async def test_a_boards_answer_begins_its_time_to_decide(staying: World) -> None:
    case = await reported(staying)
    await acknowledge(staying, case.id)
    for _ in range(2):
        await pass_time(staying, days=7)
    await pass_time(staying, days=2)
    words = commands.SolveCase(case.id, "We ask the landlord.")
    with pytest.raises(Forbidden):
        await do(staying, handlers.answer_as_board, words, staying.he)
    shown = await do(staying, handlers.answer_as_board, words, staying.mc)
    assert shown.decide_by == START + timedelta(days=14 + 2 + 7)
    with pytest.raises(Conflict, match="owes an answer"):
        await do(staying, handlers.answer_as_board, words, staying.mc)
    await pass_time(staying, days=7)
    assert (await case_of(staying, case.id)).level == "international"
    assert not any(fact.why == "contested" for fact in await staying.room.said(told.QualityCaseEscalated))


@pytest.mark.parametrize("end", ["solved", "closed"])
async def test_clocks_stop_when_the_case_is_solved_or_closed(staying: World, end: str) -> None:
    case = await reported(staying)
    await acknowledge(staying, case.id)
    if end == "solved":
        await do(staying, handlers.solve_case, commands.SolveCase(case.id, "Another room."), staying.he)
    else:
        await do(staying, handlers.close_case, commands.CloseCase(case.id, Outcome.solved, "Done."), staying.he)
    await pass_time(staying, days=100)
    shown = await case_of(staying, case.id)
    assert (shown.level, shown.next_due_at, shown.late) == ("local", None, False)
    assert await staying.room.said(told.QualityCaseEscalated) == []


# --- solving, contesting, handing over, opening again


async def test_a_solution_is_written_by_who_decides_and_read_by_all(staying: World) -> None:
    case = await reported(staying)
    words = commands.SolveCase(case.id, "You move on Friday.")
    for stranger in (staying.se, callers.hosting_manager(new_id())):
        with pytest.raises((Forbidden, NotFound)):
            await do(staying, handlers.solve_case, words, stranger)
    solved = await do(staying, handlers.solve_case, words, staying.he)
    assert (solved.state, solved.solution) == ("answered", "You move on Friday.")
    (fact,) = await staying.room.said(told.QualityCaseAnswered)
    assert (fact.by, fact.solution) == ("hosting", True)
    assert "Friday" not in fact.model_dump_json()
    (message,) = (await case_of(staying, case.id, staying.ep)).messages
    assert (message.kind, message.author, message.text) == ("solution", "hosting", "You move on Friday.")


async def test_a_customer_contests_a_solution_but_not_before_there_is_one(staying: World) -> None:
    case = await reported(staying)
    contest = commands.ContestCase(case.id, "The new room is cold too.")
    with pytest.raises(Conflict, match="still have time"):
        await do(staying, handlers.contest_case, contest, staying.ep)
    await do(staying, handlers.solve_case, commands.SolveCase(case.id, "Another room."), staying.he)
    rose = await do(staying, handlers.contest_case, contest, staying.ep)
    assert (rose.level, rose.state) == ("national", "open")
    with pytest.raises(Forbidden):
        await do(staying, handlers.solve_case, commands.SolveCase(case.id, "Again."), staying.he)
    await do(staying, handlers.solve_case, commands.SolveCase(case.id, "A hotel."), staying.mc)


async def test_nobody_stands_above_the_international_board(staying: World) -> None:
    case = await reported(staying)
    boss = callers.global_manager()
    for _ in range(3):
        await do(staying, handlers.contest_case, commands.ContestCase(case.id, "Up."), boss)
    with pytest.raises(Conflict, match="Nobody stands above"):
        await do(staying, handlers.contest_case, commands.ContestCase(case.id, "Up."), boss)
    with pytest.raises(Forbidden):
        await do(staying, handlers.close_case, commands.CloseCase(case.id, Outcome.solved, "x"), staying.mc)
    await do(staying, handlers.close_case, commands.CloseCase(case.id, Outcome.explained, "x"), boss)


async def test_the_owner_hands_the_case_to_the_other_side_and_the_clocks_run_on(staying: World) -> None:
    case = await reported(staying)
    over = commands.HandOverCase(case.id, Side.sending, "It is the insurance.")
    with pytest.raises(Forbidden):
        await do(staying, handlers.hand_over_case, over, staying.se)
    handed = await do(staying, handlers.hand_over_case, over, staying.he)
    assert (handed.owner, handed.decide_by) == ("sending", case.decide_by)
    with pytest.raises(Conflict, match="owns the case already"):
        await do(staying, handlers.hand_over_case, over, staying.se)
    await do(staying, handlers.solve_case, commands.SolveCase(case.id, "Insured."), staying.se)
    assert all(m.kind == "solution" for m in (await case_of(staying, case.id, staying.ep)).messages)


async def test_a_closed_case_is_opened_again_with_new_clocks_and_a_reason(staying: World) -> None:
    case = await reported(staying)
    await acknowledge(staying, case.id)
    closing = commands.CloseCase(case.id, Outcome.solved, "Done.")
    await do(staying, handlers.close_case, closing, staying.he)
    await pass_time(staying, days=29)
    again = await do(staying, handlers.reopen_case, commands.ReopenCase(case.id, "It broke again."), staying.ep)
    assert (again.state, again.outcome, again.sending_acknowledged_at) == (CaseState.open, None, None)
    (fact,) = await staying.room.said(told.QualityCaseReopened)
    assert fact.acknowledge_by == START + timedelta(days=30)
    await pass_time(staying, hours=24)
    assert (await case_of(staying, case.id)).overdue
    await do(staying, handlers.close_case, closing, staying.mc)
    assert len(await staying.room.said(said.QualityCaseClosed)) == 2
    await pass_time(staying, days=31)
    with pytest.raises(Conflict, match="30 days"):
        await do(staying, handlers.reopen_case, commands.ReopenCase(case.id, "Once more."), staying.ep)


async def test_an_open_case_is_not_opened_again(staying: World) -> None:
    case = await reported(staying)
    with pytest.raises(Conflict, match="The case is open"):
        await do(staying, handlers.reopen_case, commands.ReopenCase(case.id, "?"), staying.ep)


# --- the list of what is due, and age


async def test_the_due_list_has_the_most_urgent_first_and_says_what_it_waits_for(staying: World) -> None:
    first = await reported(staying)
    await acknowledge(staying, first.id)
    second = await reported(staying)
    due = await staying.room.read(views.list_due, 30, caller=staying.he)
    assert [(one.case.id, one.waits_for, one.hours) for one in due] == [
        (second.id, "acknowledgement", 24.0), (first.id, "decision", 168.0),
    ]  # fmt: skip
    assert await staying.room.read(views.list_due, 30, caller=callers.hosting_manager(new_id())) == []


async def test_ageing_counts_open_cases_by_level_and_age(staying: World) -> None:
    first = await reported(staying)
    await acknowledge(staying, first.id)
    await pass_time(staying, days=3)
    await reported(staying)
    table = await staying.room.read(views.ageing, caller=staying.he)
    assert (table.open, table.oldest_opened_at) == (2, START)
    assert [(row.level, row.age, row.cases, row.overdue) for row in table.classes] == [
        ("local", "0-1", 1, 0), ("local", "1-7", 1, 0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("days", "age"), [(0, "0-1"), (1, "0-1"), (1.01, "1-7"), (14, "7-14"), (30, "14-30"), (31, "30+")]
)
def test_ages_leave_no_gap(days: float, age: str) -> None:
    assert age_class(START - timedelta(days=days), START) == age


# --- refunds


async def before_the_start(world: World) -> CaseOut:
    await world.room.hear(builders.person(world.stay["person_id"]))
    await world.room.hear(builders.approved(world.stay))
    world.room.clock.set(datetime(2026, 2, 20, 12, tzinfo=UTC))
    return await reported(world)


async def proof(world: World, case_id: UUID) -> UUID:
    from services.surveys.files import Limits, guard

    file = guard("letter.jpg", picture(), Limits())
    return (await do(world, handlers.attach_file, commands.AttachFile(case_id, file), world.ep)).id


def refund(files: list[UUID], **values: Any) -> commands.Refund:
    plain = {"ground": Ground.serious_illness, "amount_minor": 45_000, "currency": "RON", "broken_on": "2026-02-20"}
    return commands.Refund(**{**plain, "proof": files, **values})


async def test_a_refund_is_a_fact_with_its_ground_and_proof(world: World) -> None:
    case = await before_the_start(world)
    file = await proof(world, case.id)
    body = commands.RecordRefund(case.id, refund([file]))
    kept = await do(world, handlers.record_refund, body, world.se)
    assert (kept.amount_minor, kept.currency, kept.ground, kept.recorded_by) == (
        45_000,
        "RON",
        "serious_illness",
        "sending",
    )
    assert (await case_of(world, case.id, world.ep)).refunds == [kept]


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"currency": "XXX"}, Invalid),
        ({"broken_on": "2026-02-21"}, Invalid),
        ({"ground": "late_papers"}, Invalid),
        ({"ground": "late_papers", "papers_due_on": "2026-02-06"}, Conflict),
        ({"proof": [new_id()]}, Invalid),
    ],
)
async def test_a_refund_without_ground_or_proof_is_refused(world: World, values: Any, refusal: type[Exception]) -> None:
    case = await before_the_start(world)
    body = refund([await proof(world, case.id)], **values)
    with pytest.raises(refusal):
        await do(world, handlers.record_refund, commands.RecordRefund(case.id, body), world.se)


async def test_papers_more_than_14_days_late_are_a_ground(world: World) -> None:
    case = await before_the_start(world)
    body = refund([await proof(world, case.id)], ground="late_papers", papers_due_on="2026-02-05")
    await do(world, handlers.record_refund, commands.RecordRefund(case.id, body), world.se)


async def test_there_is_no_refund_after_the_start(staying: World) -> None:
    case = await reported(staying)
    file = await proof(staying, case.id)
    for day in ("2026-03-03", "2026-02-20"):  # after the start; before it, of a stay that has begun
        body = commands.RecordRefund(case.id, refund([file], broken_on=day))
        with pytest.raises(Conflict, match="no refund after the start"):
            await do(staying, handlers.record_refund, body, staying.se)


# --- being forgotten


async def test_an_erased_persons_case_has_no_words_and_no_files(staying: World) -> None:
    case = await reported(staying)
    await proof(staying, case.id)
    await do(staying, handlers.write_message, commands.WriteMessage(case.id, "Ioana is cold."), staying.he)
    await do(staying, handlers.solve_case, commands.SolveCase(case.id, "Ioana moves."), staying.he)
    await staying.room.hear_erased(type(builders.person_details(new_id())), staying.stay["person_id"])
    shown = (await case_of(staying, case.id)).model_dump_json()
    for word in ("Ioana", "heating", "letter"):
        assert word not in shown
    assert [file.state for file in (await case_of(staying, case.id)).files] == ["erased"]
