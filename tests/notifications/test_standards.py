"""The standards board: what an experience owes, what proves it, what the EP says, and the figure at the end."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from services.notifications import plan, views
from services.notifications.handlers import prove
from shared.contracts import applications as facts
from shared.contracts import notifications as said
from shared.contracts.surveys import StandardWord
from shared.ids import new_id
from shared.storage.paging import Paging
from shared.testing import builders, callers
from tests.notifications.world import DEPARTURE, World

OWNERS = {
    "he_information": "hosting", "passport_copy": "ep", "he_papers": "hosting", "visa_filing": "ep",
    "insurance": "sending", "policies_acknowledged": "ep", "contract_signed": "sending",
}  # fmt: skip
AFTER = datetime(2026, 7, 20, 12, tzinfo=UTC)


async def board(world: World, **more: Any) -> Any:
    return await world.room.read(views.get_board, world.application_id, **more)


async def states(world: World) -> dict[str, str]:
    return {row.standard: str(row.state) for row in (await board(world)).standards}


async def one(world: World, standard: str) -> Any:
    return await world.room.read(views.get_standard, world.application_id, standard)


def needed(world: World, event: type[facts.RequirementFact], kind: str, **more: Any) -> facts.RequirementFact:
    ids = {name: world.stay[name] for name in facts.ApplicationFact.model_fields}
    return event(**ids, kind=kind, owner=OWNERS[kind], due_on=more.pop("due_on", None), **more)


async def fulfil(world: World, kind: str, done_on: date, *, late: bool = False, due_on: date | None = None) -> None:
    event = needed(world, facts.RequirementFulfilled, kind, done_on=done_on, late=late, due_on=due_on)
    await world.room.hear(event)


async def answer(world: World, **words: str) -> None:
    standards = {code: StandardWord(word) for code, word in words.items()}
    await world.room.hear(builders.answered(world.stay, standards=standards))


async def attend(world: World, kind: str, **more: Any) -> None:
    await world.room.do(
        lambda uow, keys: prove(uow, world.application_id, keys, new_id(), **more), [f"attended:{kind}"]
    )


async def tick(world: World, *codes: str) -> None:
    for code in codes:
        await world.room.do(lambda uow, keys: prove(uow, world.application_id, keys, new_id()), [f"task:{code}"])


async def change(world: World, side: str, path: str, body: Any = None, version: int | None = None) -> Any:
    """A manager's POST under the version that stands, or another one."""
    made = callers.sending_manager if side == "sending" else callers.hosting_manager
    client = await world.room.client(made(builders.SENDING if side == "sending" else builders.HOSTING))
    place = f"/v1/experiences/{world.application_id}/standards"
    if version is None:
        seen = await client.get(place if path == "evaluation" else f"{place}/{path.partition('/')[0]}")
        version = seen.json().get("version", 1)
    return await client.post(f"{place}/{path}", json=body, headers={"If-Match": f'"{version}"'})


# --- opening


async def test_nothing_is_owed_before_the_approval(world: World) -> None:
    await fulfil(world, "contract_signed", date(2026, 1, 20))
    client = await world.room.client(callers.auditor())
    assert (await client.get(f"/v1/experiences/{world.application_id}/standards")).status_code == 404


async def test_an_approval_opens_sixteen_standards_with_their_due_dates(world: World) -> None:
    await world.approve()
    shown = await board(world)
    assert len(shown.standards) == 16
    assert {str(row.state) for row in shown.standards} == {"open"}
    due = {row.standard: row.due_on.isoformat() for row in shown.standards}
    assert due == {
        "visa_work_permit": "2026-03-09",  # 2 February + 7 + 14 + 14
        "arrival_pickup": "2026-03-01",
        "departure_info": "2026-05-10",
        "job_description": "2026-03-16",
        "duration": "2026-02-02",
        "working_hours": "2026-03-16",
        "first_day_of_work": "2026-03-02",
        "responsibilities_and_goals": "2026-03-09",
        "insurance": "2026-03-01",
        "accommodation": "2026-03-16",
        "living_basics": "2026-03-16",
        "purpose_explained": "2026-03-01",
        "policies_in_writing": "2026-03-01",
        "outgoing_preparation": "2026-03-01",
        "incoming_preparation": "2026-03-02",
        "reintegration": "2026-06-07",
    }
    assert shown.enabler[0].standard == "enabler_timeline"
    assert shown.closes_on == date(2026, 6, 21)  # 14 days after the last due date


async def test_the_chain_of_papers_counts_from_what_was_done(world: World) -> None:
    await world.approve()
    await fulfil(world, "passport_copy", date(2026, 2, 4), due_on=date(2026, 2, 9))
    parts = {part.code: part for part in (await one(world, "visa_work_permit")).parts}
    assert parts["passport_copy"].by == "requirement:passport_copy"
    assert (parts["papers"].due_on, parts["filing"].due_on) == (date(2026, 2, 18), date(2026, 3, 4))


async def test_type_and_place_of_the_accommodation_count_from_the_contract(world: World) -> None:
    await fulfil(world, "contract_signed", date(2026, 1, 20))
    await world.approve()
    parts = {part.code: part.due_on for part in (await one(world, "accommodation")).parts}
    assert parts["place"] == date(2026, 2, 3)


async def test_before_departure_is_the_day_before_the_arrival_once_that_is_known(world: World) -> None:
    await world.approve()
    await world.hear_dossier(arrival_on=date(2026, 2, 26))
    assert (await one(world, "insurance")).due_on == date(2026, 2, 25)


async def test_due_dates_move_with_the_stay(world: World) -> None:
    await world.approve()
    await world.move(start_on=date(2026, 3, 9), end_on=date(2026, 6, 21))
    found = {row.standard: row.due_on for row in (await board(world)).standards}
    assert found["departure_info"] == date(2026, 6, 7)
    assert found["first_day_of_work"] == date(2026, 3, 9)
    assert found["reintegration"] == date(2026, 7, 5)


# --- evidence


async def test_a_posting_proves_what_it_states_whichever_is_heard_first(world: World) -> None:
    await world.approve()
    assert (await states(world))["duration"] == "open"
    await world.room.hear(builders.opportunity(world.stay["opportunity_id"], enabler_id=world.stay["enabler_id"]))
    assert (await states(world))["duration"] == "done"
    parts = {part.code: part.by for part in (await one(world, "living_basics")).parts}
    assert parts == {"stated": "posting", "checked": None}
    assert (await states(world))["living_basics"] == "open"


async def test_each_kind_of_event_proves_its_standard(world: World) -> None:
    await world.known()
    await world.run()
    for kind in ("he_information", "passport_copy", "he_papers", "visa_filing", "insurance", "policies_acknowledged"):
        await fulfil(world, kind, date(2026, 2, 5))
    await attend(world, "ops")
    await tick(world, "first-day-company", "check-4-6-10-11")
    proved = {event.standard: event for event in await world.room.said(said.StandardEvidenced)}
    assert {code: event.source for code, event in proved.items()} == {
        "duration": "posting",
        "arrival_pickup": "message:pickup-information",
        "visa_work_permit": "requirement:visa_filing",
        "insurance": "requirement:insurance",
        "policies_in_writing": "requirement:policies_acknowledged",
        "outgoing_preparation": "attended:ops",
        "first_day_of_work": "task:first-day-company",
        "job_description": "task:check-4-6-10-11",
        "working_hours": "task:check-4-6-10-11",
        "accommodation": "task:check-4-6-10-11",
        "living_basics": "task:check-4-6-10-11",
    }
    assert not any(event.late for event in proved.values())
    listed = await world.room.read(views.list_evidence, world.application_id)
    assert {item.part for item in listed.items if item.standard == "accommodation"} == {"stated", "place", "checked"}


async def test_a_seminar_that_was_not_attended_after_all_proves_nothing(world: World) -> None:
    await world.approve()
    await attend(world, "ops")
    await attend(world, "ops", void=True)
    assert (await states(world))["outgoing_preparation"] == "open"
    listed = await world.room.read(views.list_evidence, world.application_id)
    assert listed.items == []
    await attend(world, "ops")
    assert (await states(world))["outgoing_preparation"] == "done"


async def test_a_requirement_that_is_open_again_takes_its_evidence_along(world: World) -> None:
    await world.approve()
    await fulfil(world, "insurance", date(2026, 2, 5))
    assert (await states(world))["insurance"] == "done"
    await world.room.hear(needed(world, facts.RequirementReopened, "insurance"))
    assert (await states(world))["insurance"] == "open"


async def test_what_applications_waived_is_not_needed(world: World) -> None:
    await world.approve()
    for kind in ("he_information", "passport_copy", "he_papers", "visa_filing"):
        await world.room.hear(needed(world, facts.RequirementWaived, kind))
    visa = await one(world, "visa_work_permit")
    assert (visa.state, visa.reason) == ("not_needed", "requirement_waived")


async def test_evidence_after_the_due_date_is_late_and_counted_apart(world: World) -> None:
    await world.approve()
    await fulfil(world, "insurance", date(2026, 3, 2), late=True, due_on=date(2026, 3, 1))
    insurance = await one(world, "insurance")
    assert (insurance.state, insurance.late) == ("done_late", True)
    quality = (await board(world)).quality
    assert (quality.kept, quality.late) == (0, 1)


async def test_what_was_in_time_stays_so_when_the_end_comes_nearer(world: World) -> None:
    await world.known()
    await world.at(DEPARTURE)
    await world.move(end_on=date(2026, 5, 17))
    departure = await one(world, "departure_info")
    assert (departure.state, departure.due_on, departure.done_on) == ("done", date(2026, 5, 3), date(2026, 5, 10))


# --- missed, healed, closed


async def test_a_due_date_that_passes_is_missed_once_and_downtime_catches_up(world: World) -> None:
    await world.approve()
    world.room.clock.set(datetime(2026, 3, 1, 22, 59, tzinfo=UTC))  # 23:59 in Stockholm: still the last day
    await world.room.due()
    assert (await states(world))["insurance"] == "open"
    world.room.clock.set(datetime(2026, 3, 20, 12, tzinfo=UTC))
    await world.room.due()
    await world.room.due()
    missed = [event.standard for event in await world.room.said(said.StandardMissed)]
    assert missed.count("insurance") == 1
    assert (await states(world))["insurance"] == "missed"
    assert (await states(world))["departure_info"] == "open"
    await fulfil(world, "insurance", date(2026, 3, 20), late=True)
    assert (await states(world))["insurance"] == "done_late"


async def test_dates_that_move_heal_what_was_missed(world: World) -> None:
    await world.approve()
    world.room.clock.set(datetime(2026, 3, 4, 12, tzinfo=UTC))
    await world.room.due()
    assert (await states(world))["first_day_of_work"] == "missed"
    await world.move(start_on=date(2026, 3, 16), end_on=date(2026, 6, 7))
    assert (await states(world))["first_day_of_work"] == "open"


async def test_a_broken_approval_owes_nothing_more(world: World) -> None:
    await world.approve()
    await world.step(facts.ApprovalBroken, reason="serious_illness", refund=True, product="talent")
    assert set((await states(world)).values()) == {"lapsed"}
    world.room.clock.set(AFTER)
    await world.room.due()
    assert await world.room.said(said.StandardMissed) == []
    assert await world.room.said(said.StandardsClosed) == []


async def everything(world: World) -> None:
    """All sixteen are kept in time but the pick-up and the departure information."""
    await world.room.hear(builders.opportunity(world.stay["opportunity_id"], enabler_id=world.stay["enabler_id"]))
    await world.approve()
    await world.hear_dossier()
    for kind in ("he_information", "passport_copy", "he_papers", "visa_filing", "insurance", "policies_acknowledged"):
        await fulfil(world, kind, date(2026, 2, 5))
    for kind in ("ops", "ips", "reintegration"):
        await attend(world, kind)
    await tick(world, "first-day-company", "check-4-6-10-11")
    for code in ("responsibilities-and-goals", "purpose-papers"):
        await world.room.do(lambda uow, keys: prove(uow, world.application_id, keys, new_id()), [f"message:{code}"])


async def test_the_figure_is_final_after_the_closing_and_bears_two_of_four(world: World) -> None:
    await everything(world)
    before = (await board(world)).quality
    assert (before.kept, before.of, before.final, before.flag, before.reachable) == (14, 16, False, None, True)
    world.room.clock.set(datetime(2026, 6, 21, 20, tzinfo=UTC))
    await world.room.due()
    assert await world.room.said(said.StandardsClosed) == []
    world.room.clock.set(datetime(2026, 6, 21, 22, tzinfo=UTC))  # midnight in Stockholm
    await world.room.due()
    (closed,) = await world.room.said(said.StandardsClosed)
    assert (closed.kept, closed.asked, closed.missed, closed.flag) == (14, 16, 2, True)
    assert closed.unkept == ["arrival_pickup", "departure_info"]
    shown = await board(world)
    assert (shown.quality.final, shown.quality.flag) == (True, True)
    await world.room.due()
    assert len(await world.room.said(said.StandardsClosed)) == 1


@pytest.mark.parametrize(
    ("code", "flag"), [("first_day_of_work", False), ("insurance", False)], ids=["a third one", "one that may not lack"]
)
async def test_no_flag_for_a_third_or_for_what_may_not_lack(world: World, code: str, flag: bool) -> None:
    await everything(world)
    await answer(world, **{code: "no"})
    world.room.clock.set(AFTER)
    await world.room.due()
    (closed,) = await world.room.said(said.StandardsClosed)
    assert (closed.kept, closed.denied, closed.flag) == (13, 1, flag)


async def test_what_is_not_needed_is_out_of_the_count(world: World) -> None:
    await everything(world)
    await world.hear_places()
    answered = await change(world, "hosting", "arrival_pickup/not-needed", {"why": "The EP lives in Uppsala already."})
    assert answered.status_code == 200
    quality = (await board(world)).quality
    assert (quality.of, quality.least, quality.kept, quality.not_needed) == (15, 13, 14, 1)
    assert quality.explanation == "At least 13 of 15 are to be kept: 1 of 16 not needed. Only 2, 3, 6, 7 may lack."


# --- the EP's word


async def test_the_eps_yes_confirms_and_no_answer_is_never_a_no(world: World) -> None:
    await world.approve()
    await answer(world)
    await answer(world, first_day_of_work="yes", visa_work_permit="not_needed")
    found = await states(world)
    assert (found["first_day_of_work"], found["visa_work_permit"]) == ("confirmed", "not_needed")
    assert found["insurance"] == "open"
    assert [row.word for row in (await board(world)).standards if row.word] == ["not_needed", "yes"]


async def test_done_and_denied_is_a_conflict_until_one_side_changes(world: World) -> None:
    await world.hear_places()
    await world.approve()
    await attend(world, "ips")
    await answer(world, incoming_preparation="no")
    ips = await one(world, "incoming_preparation")
    assert (ips.state, ips.conflict) == ("denied", True)
    (told,) = await world.room.said(said.StandardConflicted)
    assert (told.standard, told.person_id) == ("incoming_preparation", world.person_id)
    changed = await change(
        world, "hosting", "incoming_preparation/statement", {"kept": False, "why": "She was ill that day."}
    )
    assert (changed.status_code, changed.json()["conflict"], changed.json()["state"]) == (200, False, "denied")
    (settled,) = await world.room.said(said.StandardSettled)
    assert settled.state == "denied"


async def test_an_ep_who_changes_the_word_ends_the_conflict(world: World) -> None:
    await world.approve()
    await attend(world, "ips")
    await answer(world, incoming_preparation="no")
    world.room.clock.set(world.room.clock.now() + timedelta(hours=1))
    await answer(world, incoming_preparation="yes")
    assert (await states(world))["incoming_preparation"] == "confirmed"
    assert [event.state for event in await world.room.said(said.StandardSettled)] == ["confirmed"]


async def test_a_no_without_evidence_is_no_conflict(world: World) -> None:
    await world.approve()
    await answer(world, incoming_preparation="no")
    assert (await states(world))["incoming_preparation"] == "denied"
    assert await world.room.said(said.StandardConflicted) == []


async def test_an_answer_counts_until_fourteen_days_after_the_due_date_and_the_end(world: World) -> None:
    await world.approve()
    world.room.clock.set(datetime(2026, 6, 7, 12, tzinfo=UTC))  # end + 14
    await answer(world, first_day_of_work="yes")
    world.room.clock.set(datetime(2026, 6, 8, 12, tzinfo=UTC))
    await answer(world, incoming_preparation="yes", reintegration="yes")
    found = await states(world)
    assert found["first_day_of_work"] == "confirmed"
    assert found["incoming_preparation"] == "missed"
    assert found["reintegration"] == "confirmed"  # due 14 days after the end: answered until 28


async def test_what_happened_in_time_and_is_heard_late_corrects_the_figure(world: World) -> None:
    await everything(world)
    world.room.clock.set(AFTER)
    await world.room.due()
    await fulfil(world, "insurance", date(2026, 2, 5))
    assert len(await world.room.said(said.StandardsClosed)) == 1
    await world.room.hear(needed(world, facts.RequirementReopened, "insurance"))
    closed = await world.room.said(said.StandardsClosed)
    assert [event.flag for event in closed] == [True, False]


# --- what managers say


async def test_the_delivering_side_waives_with_who_and_why_and_takes_it_back(world: World) -> None:
    await world.hear_places()
    await world.approve()
    path = "outgoing_preparation/not-needed"
    waived = (await change(world, "sending", path, {"why": "Second exchange."})).json()
    assert (waived["state"], waived["reason"]) == ("not_needed", "manager_said")
    assert (waived["waiver"]["by"], waived["waiver"]["why"]) == (f"se-{builders.SENDING}", "Second exchange.")
    (told,) = await world.room.said(said.StandardWaived)
    assert told.side == "sending"
    again = await change(world, "sending", path, {"why": "Second exchange."})
    assert (again.status_code, again.json()["type"]) == (409, "/problems/standard-state")
    back = await change(world, "sending", "outgoing_preparation/needed")
    assert (back.status_code, back.json()["state"], back.json()["waiver"]) == (200, "open", None)
    assert len(await world.room.said(said.StandardDemanded)) == 1


async def test_the_other_side_a_stale_version_and_no_version_are_refused(world: World) -> None:
    await world.hear_places()
    await world.approve()
    body = {"why": "It is not ours."}
    assert (await change(world, "hosting", "outgoing_preparation/not-needed", body)).status_code == 403
    assert (await change(world, "sending", "outgoing_preparation/not-needed", body, version=9)).status_code == 412
    client = await world.room.client(callers.sending_manager(builders.SENDING))
    place = f"/v1/experiences/{world.application_id}/standards/outgoing_preparation"
    assert (await client.post(f"{place}/not-needed", json=body)).status_code == 428
    assert (await client.get(f"{place}_of_nothing")).status_code == 404
    stranger = await world.room.client(callers.sending_manager(new_id()))
    answered = await stranger.post(f"{place}/not-needed", json=body, headers={"If-Match": '"1"'})
    assert answered.status_code == 404


async def test_an_evaluation_says_which_were_kept_in_one_go(world: World) -> None:
    await world.hear_places()
    await world.approve()
    await attend(world, "ips")
    found = {"first_day_of_work": "kept", "incoming_preparation": "not_kept", "arrival_pickup": "not_needed"}
    answered = await change(
        world, "hosting", "evaluation", {"standards": found, "why": "With the company.", "on": "2026-02-02"}
    )
    assert answered.status_code == 200, answered.text
    after = {row["standard"]: row for row in answered.json()["board"]["standards"]}
    assert {code: after[code]["state"] for code in found} == {
        "first_day_of_work": "done", "incoming_preparation": "open", "arrival_pickup": "not_needed"
    }  # fmt: skip
    assert after["first_day_of_work"]["parts"][0]["by"] == "statement"
    wrong = await change(world, "hosting", "evaluation", {"standards": {"insurance": "kept"}, "why": "Seen."})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (403, "#/standards/insurance")
    unknown = await change(world, "hosting", "evaluation", {"standards": {"lunch": "kept"}, "why": "Seen."})
    assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (422, "#/standards/lunch")


async def test_an_evaluation_ends_the_task_to_evaluate(world: World) -> None:
    with plan.using(plan.parse(plan.DEFAULT.read_text("utf-8"))):
        await world.hear_places()
        await world.approve()
        world.room.clock.set(datetime(2026, 5, 27, 12, tzinfo=UTC))
        await world.room.due()
        assert (await world.states())["evaluate-standards"] == "due"
        body = {"standards": {"departure_info": "kept"}, "why": "With the company.", "on": "2026-05-09"}
        answered = await change(world, "hosting", "evaluation", body)
        assert answered.status_code == 200, answered.text
        assert (await world.states())["evaluate-standards"] == "done"


async def test_a_final_figure_is_not_ruled_upon_any_more(world: World) -> None:
    await world.hear_places()
    await world.approve()
    world.room.clock.set(AFTER)
    await world.room.due()
    late = await change(world, "sending", "reintegration/statement", {"kept": True, "why": "By phone."})
    assert (late.status_code, late.json()["type"]) == (409, "/problems/board-closed")


async def test_reasons_are_forgotten_with_the_person(world: World) -> None:
    await world.hear_places()
    await world.approve()
    await change(world, "sending", "outgoing_preparation/not-needed", {"why": "Ioana has been there before."})
    await world.room.hear_erased(facts.PersonDetails, world.person_id)
    async with world.room.runtime.database.engine.connect() as connection:
        kept = await connection.scalar(text("SELECT count(*) FROM obligation WHERE waived_why IS NOT NULL"))
    assert kept == 0
    assert (await one(world, "outgoing_preparation")).state == "not_needed"


# --- who sees what, and the matrix


async def test_each_party_sees_the_list_that_concerns_it(world: World) -> None:
    await world.hear_places()
    await world.approve()
    ep = await board(world, caller=callers.participant(world.person_id))
    company = await board(world, caller=callers.enabler(world.stay["enabler_id"]))
    both = await board(world, caller=callers.hosting_manager(builders.HOSTING))
    assert (len(ep.standards), len(ep.enabler)) == (16, 0)
    assert (len(company.standards), len(company.enabler), company.quality) == (0, 8, None)
    assert (len(both.standards), len(both.enabler)) == (16, 8)
    for stranger in (callers.participant(), callers.hosting_manager(new_id()), callers.enabler()):
        client = await world.room.client(stranger)
        assert (await client.get(f"/v1/experiences/{world.application_id}/standards")).status_code == 404


async def test_the_matrix_narrows_by_state_entity_and_conflict(world: World) -> None:
    await world.hear_places()
    for _ in range(3):
        world.stay = builders.experience()
        await world.approve()
    await attend(world, "ips")
    await answer(world, incoming_preparation="no")
    client = await world.room.client(callers.hosting_manager(builders.HOSTING))

    async def found(**query: Any) -> list[str]:
        page = (await client.get("/v1/standards/board", params=query)).json()
        return [item["application_id"] for item in page["items"]]

    assert len(await found()) == 3
    assert await found(conflict=True) == [str(world.application_id)]
    assert await found(standard="incoming_preparation", state="denied") == [str(world.application_id)]
    assert len(await found(overdue=False)) == 3
    assert await found(entity_id=str(new_id())) == []
    assert len(await found(entity_id=str(builders.WORLD))) == 3
    assert len(await found(entity_id=str(builders.SENDING), closed=False)) == 3
    page = (await client.get("/v1/standards/board", params={"limit": 2})).json()
    rest = (await client.get("/v1/standards/board", params={"limit": 2, "cursor": page["next"]})).json()
    assert (len(page["items"]), len(rest["items"])) == (2, 1)
    assert len(await found(product="talent")) == 3
    assert await found(product="teacher") == []
    summary = (await client.get("/v1/standards/summary", params={"product": "teacher"})).json()
    assert summary["lines"] == []
    cell = page["items"][0]["cells"]["departure_info"]
    assert (cell["state"], cell["due_on"], cell["by"]) == ("open", "2026-05-10", [])
    ep = await world.room.client(callers.participant(world.person_id))
    assert (await ep.get("/v1/standards/board")).status_code == 403


async def test_open_standards_are_told_by_the_day_on_which_they_are_due_to_whom_they_concern(world: World) -> None:
    await world.hear_places()
    for _ in range(3):
        world.stay = builders.experience()
        await world.approve()
    client = await world.room.client(callers.hosting_manager(builders.HOSTING))
    asked = {"since": "2026-05-01", "until": "2026-05-31", "first": "2"}
    found = {day["on"]: day for day in (await client.get("/v1/standards/due", params=asked)).json()["days"]}
    assert len(found) == 31
    about = [one for one in found["2026-05-10"]["first"] if one["standard"] == "departure_info"]
    assert (found["2026-05-10"]["n"], len(about), len(found["2026-05-09"]["first"])) == (3, 2, 0)
    page = (await client.get("/v1/standards/due/2026-05-10", params={"limit": 2})).json()
    rest = (await client.get("/v1/standards/due/2026-05-10", params={"limit": 2, "cursor": page["next"]})).json()
    assert len({one["application_id"] for one in page["items"] + rest["items"]}) == 3
    ep = await world.room.client(callers.participant(world.person_id))
    (own,) = (await ep.get("/v1/standards/due/2026-05-10")).json()["items"]
    assert (own["application_id"], own["title"]) == (str(world.application_id), "3 Departure information")
    other = await world.room.client(callers.hosting_manager(new_id()))
    assert (await other.get("/v1/standards/due/2026-05-10")).json()["items"] == []
    refused = await client.get("/v1/standards/due", params={"since": "2026-05-01", "until": "2026-12-31"})
    assert refused.json()["errors"][0]["pointer"] == "#/until"


async def test_the_summary_counts_by_standard_and_by_who_delivers(world: World) -> None:
    await world.hear_places()
    await everything(world)
    await answer(world, incoming_preparation="no")
    world.stay = builders.experience()
    await world.approve()
    await world.step(facts.ApprovalBroken, reason="serious_illness", refund=True, product="talent")
    client = await world.room.client(callers.global_manager())
    by_standard = {line["key"]: line for line in (await client.get("/v1/standards/summary")).json()["lines"]}
    ips = by_standard["incoming_preparation"]
    assert (ips["experiences"], ips["n"], ips["denied"], ips["conflicts"], ips["conflict_rate"]) == (1, 1, 1, 1, 1.0)
    assert (by_standard["departure_info"]["n"], by_standard["departure_info"]["kept_rate"]) == (0, None)
    answered = await client.get("/v1/standards/summary", params={"by": "sending_entity"})
    (line,) = answered.json()["lines"]
    assert (line["key"], line["n"], line["kept"]) == (str(builders.SENDING), 6, 6)


async def test_the_catalogue_is_there_to_read(world: World) -> None:
    client = await world.room.client(callers.participant())
    shown = (await client.get("/v1/standards/catalogue")).json()
    assert (len(shown["standards"]), shown["quality"]["least"]) == (16, 14)
    assert [one["number"] for one in shown["standards"] if one["may_be_missed"]] == ["2", "3", "6", "7"]


async def test_a_page_of_boards_is_told_by_what_changed(world: World) -> None:
    await world.approve()
    moment = world.room.clock.machine()
    page = await world.room.read(
        views.list_boards, None, None, None, None, None, None, None, Paging(changed_since=moment)
    )  # fmt: skip
    assert page.items == []
    await attend(world, "ops")
    page = await world.room.read(
        views.list_boards, None, None, None, None, None, None, None, Paging(changed_since=moment)
    )  # fmt: skip
    assert [str(line.application_id) for line in page.items] == [str(world.application_id)]
