"""Requirements: what opens when, who may record or waive it, what it holds up, and how due dates move."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.applications import commands, handlers, settings
from services.applications.handlers.requirements import open_requirements
from services.applications.model import Application, Opportunity
from services.applications.policy import Status
from services.applications.policy.requirements import (
    JUDGES,
    KINDS,
    RECORDERS,
    TABLE,
    VERSION,
    Anchor,
    cover_errors,
    due_dates,
    opening,
)
from services.applications.views.requirements import list_requirements
from shared.access import Caller, Role
from shared.contracts import applications as facts
from shared.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from shared.ids import new_id
from shared.storage.tx import Uow
from shared.testing import callers
from tests.applications.world import END, START, World

FEE = {"amount": "450.00", "currency": "EUR", "reference": "2026-0117"}
WHY = "The fee is borne by a scholarship."


async def needs(world: World, application: Any, caller: Caller | None = None) -> dict[str, Any]:
    rows = await world.room.read(list_requirements, application.id, caller=caller or world.se)
    return {row.kind: row for row in rows}


async def record(
    world: World, application: Any, kind: str, by: Caller, expected: int | None = None, **told: Any
) -> Any:
    command = commands.RecordRequirement(application.id, kind, commands.Facts(**told))
    return await world.room.do(handlers.record_requirement, command, by, expected)


async def signed(world: World) -> Any:
    application = await world.apply()
    await world.accept(application)
    return await world.sign(application)


async def test_each_status_opens_its_requirements_with_owner_and_due_date(world: World) -> None:
    world.room.clock.set(datetime(2026, 1, 10, 23, 30, tzinfo=UTC))  # already the 11th in Stockholm
    application = await signed(world)
    before = {kind: (row.owner, row.due_on, row.before) for kind, row in (await needs(world, application)).items()}
    assert before == {
        "se_interview": ("sending", date(2026, 1, 18), None),
        "fee_paid": ("sending", date(2026, 1, 18), "approved"),
        "contract_signed": ("sending", date(2026, 1, 18), "approved"),
    }
    await world.pay(application)
    await world.approve(application, world.he)
    await world.approve(application, world.se)
    after = {kind: (row.owner, row.due_on) for kind, row in (await needs(world, application)).items()}
    assert {kind: after[kind] for kind in after.keys() - before.keys()} == {
        "he_information": ("hosting", date(2026, 1, 18)),
        "passport_copy": ("ep", date(2026, 1, 18)),
        "he_papers": ("hosting", date(2026, 2, 1)),
        "visa_filing": ("ep", date(2026, 2, 15)),
        "insurance": ("sending", START - timedelta(days=1)),
        "policies_acknowledged": ("ep", START - timedelta(days=1)),
    }


async def test_nothing_is_approved_while_fee_or_contract_is_open(world: World) -> None:
    application = await signed(world)
    await world.approve(application, world.se)
    with pytest.raises(Conflict) as refusal:
        await world.approve(application, world.he)
    assert refusal.value.code == "requirements-open"
    assert refusal.value.extra == {"missing": ["contract_signed", "fee_paid"]}
    await record(world, application, "contract_signed", world.se)
    with pytest.raises(Conflict) as refusal:
        await world.approve(application, world.he)
    assert refusal.value.extra == {"missing": ["fee_paid"]}
    assert await world.room.said(facts.ApplicationApproved) == []
    await record(world, application, "fee_paid", world.se, **FEE)
    assert (await world.approve(application, world.he)).status == "approved"


async def test_which_requirements_hold_up_an_approval_is_a_setting(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOJOURN_APPLICATIONS_NEEDED_BEFORE_APPROVAL", '["se_interview"]')
    settings.limits.cache_clear()
    try:
        application = await signed(world)
        await world.approve(application, world.se)
        with pytest.raises(Conflict) as refusal:
            await world.approve(application, world.he)
        assert refusal.value.extra == {"missing": ["se_interview"]}
        await record(world, application, "se_interview", world.se)
        assert (await world.approve(application, world.he)).status == "approved"
    finally:
        settings.limits.cache_clear()


async def test_a_fee_is_recorded_with_amount_currency_and_reference(world: World) -> None:
    application = await signed(world)
    with pytest.raises(Invalid) as refusal:
        await record(world, application, "fee_paid", world.se, amount="450.00", covers_to=END, done_on="2199-01-01")
    assert [error.pointer for error in refusal.value.errors] == [
        "#/currency",
        "#/reference",
        "#/covers_to",
        "#/done_on",
    ]
    done = await record(world, application, "fee_paid", world.se, **FEE)
    assert (done.state, done.facts, done.possible) == ("done", FEE, ["reopen"])
    (told,) = await world.room.said(facts.RequirementFulfilled)
    assert (told.kind, told.owner, told.late) == ("fee_paid", "sending", False)
    assert "2026-0117" not in told.model_dump_json()


async def test_amounts_are_between_the_ep_and_the_sending_side(world: World) -> None:
    application = await signed(world)
    await record(world, application, "fee_paid", world.se, **FEE)
    assert (await needs(world, application, world.ep))["fee_paid"].facts == FEE
    for host in (world.he, callers.enabler(world.enabler_id)):
        seen = (await needs(world, application, host))["fee_paid"]
        assert (seen.state, seen.facts) == ("done", {})


async def test_what_is_done_is_not_done_again_and_an_old_version_is_refused(world: World) -> None:
    application = await signed(world)
    done = await record(world, application, "contract_signed", world.se, expected=1)
    with pytest.raises(Conflict) as refusal:
        await record(world, application, "contract_signed", world.se)
    assert (refusal.value.code, refusal.value.extra) == ("requirement-state", {"state": "done"})
    with pytest.raises(Stale):
        await record(world, application, "contract_signed", world.se, expected=done.version - 1)
    assert len(await world.room.said(facts.RequirementFulfilled)) == 1


async def test_two_who_record_the_same_at_once_record_it_once(world: World) -> None:
    application = await signed(world)
    both = (record(world, application, "contract_signed", world.se) for _ in range(4))
    outcomes = await asyncio.gather(*both, return_exceptions=True)
    refused = [outcome for outcome in outcomes if isinstance(outcome, Conflict)]
    assert (len(refused), {refusal.code for refusal in refused}) == (3, {"requirement-state"})
    assert len(await world.room.said(facts.RequirementFulfilled)) == 1


async def test_an_approval_and_a_reopening_at_once_never_both_win(world: World) -> None:
    application = await signed(world)
    await world.pay(application)
    await world.approve(application, world.se)
    reopen = commands.ReopenRequirement(application.id, "fee_paid", "The payment bounced.")
    outcomes = await asyncio.gather(
        world.approve(application, world.he),
        world.room.do(handlers.reopen_requirement, reopen, world.se),
        return_exceptions=True,
    )
    (refusal,) = [outcome for outcome in outcomes if isinstance(outcome, Conflict)]
    approved = await world.room.said(facts.ApplicationApproved)
    reopened = await world.room.said(facts.RequirementReopened)
    assert (len(approved), len(reopened), refusal.code) in [(1, 0, "relied-upon"), (0, 1, "requirements-open")]


async def test_done_after_the_due_date_counts_as_late(world: World) -> None:
    world.room.clock.set(datetime(2026, 1, 10, 12, tzinfo=UTC))
    application = await signed(world)
    world.room.clock.set(datetime(2026, 1, 20, 12, tzinfo=UTC))
    on_time = await record(world, application, "contract_signed", world.se, done_on="2026-01-17")
    late = await record(world, application, "se_interview", world.se)
    assert (on_time.late, late.late, late.done_on) == (False, True, date(2026, 1, 20))


@pytest.mark.parametrize("kind", [kind.name for kind in TABLE if kind.opens_at is Status.approved])
async def test_only_its_owners_side_records_a_requirement(world: World, kind: str) -> None:
    application = await world.approved()
    told = {
        "insurance": {"covers_from": START, "covers_to": END},
        "policies_acknowledged": {"policy_version": "xpp-2026"},
    }.get(kind, {})
    people = {Role.participant: world.ep, Role.sending_manager: world.se, Role.hosting_manager: world.he}
    people[Role.enabler] = callers.enabler(world.enabler_id)
    for role, caller in people.items():
        if role not in KINDS[kind].recorders:
            with pytest.raises(Forbidden, match=kind):
                await record(world, application, kind, caller, **told)
    (first, *_) = [people[role] for role in sorted(KINDS[kind].recorders)]
    assert (await record(world, application, kind, first, **told)).state == "done"


async def test_the_manager_of_the_owners_side_waives_and_opens_again(world: World) -> None:
    application = await signed(world)
    waive = commands.WaiveRequirement(application.id, "fee_paid", WHY)
    for nobody in (world.ep, world.he):
        with pytest.raises(Forbidden):
            await world.room.do(handlers.waive_requirement, waive, nobody)
    waived = await world.room.do(handlers.waive_requirement, waive, world.se)
    assert (waived.state, waived.reason) == ("waived", WHY)
    reopen = commands.ReopenRequirement(application.id, "fee_paid", "The scholarship fell through.")
    opened = await world.room.do(handlers.reopen_requirement, reopen, world.se)
    assert (opened.state, opened.possible) == ("open", ["record", "waive"])
    own = [type(fact).__name__ for fact in await world.room.said() if "Requirement" in type(fact).__name__]
    assert own == ["RequirementWaived", "RequirementReopened"]
    assert "scholarship" not in str([fact.model_dump() for fact in await world.room.said(facts.RequirementWaived)])


async def test_what_an_approval_relied_upon_stays(world: World) -> None:
    application = await world.approved()
    reopen = commands.ReopenRequirement(application.id, "fee_paid", "The payment bounced.")
    with pytest.raises(Conflict) as refusal:
        await world.room.do(handlers.reopen_requirement, reopen, world.se)
    assert refusal.value.code == "relied-upon"


async def test_papers_are_due_from_the_day_of_what_they_wait_for(world: World) -> None:
    world.room.clock.set(datetime(2026, 1, 10, 12, tzinfo=UTC))
    application = await world.approved()
    world.room.clock.set(datetime(2026, 1, 20, 12, tzinfo=UTC))
    await record(world, application, "passport_copy", world.ep, done_on="2026-01-12")
    found = await needs(world, application)
    assert (found["he_papers"].due_on, found["visa_filing"].due_on) == (date(2026, 1, 26), date(2026, 2, 9))
    await record(world, application, "he_papers", world.he)
    assert (await needs(world, application))["visa_filing"].due_on == date(2026, 2, 3)


async def test_new_dates_move_what_hangs_on_them_and_reopen_an_insurance_that_falls_short(world: World) -> None:
    application = await world.approved()
    with pytest.raises(Invalid) as refusal:
        await record(world, application, "insurance", world.se, covers_from=START, covers_to=END - timedelta(days=1))
    assert [error.pointer for error in refusal.value.errors] == ["#/covers_to"]
    await record(world, application, "insurance", world.se, covers_from=START, covers_to=END)
    later = timedelta(days=14)
    command = commands.ChangeExperienceDates(application.id, START + later, END + later)
    await world.room.do(handlers.change_experience_dates, command, world.he)
    found = await needs(world, application)
    assert found["policies_acknowledged"].due_on == START + later - timedelta(days=1)
    assert (found["insurance"].state, found["insurance"].due_on) == ("open", START + later - timedelta(days=1))
    (told,) = await world.room.said(facts.RequirementReopened)
    assert (told.kind, told.due_on) == ("insurance", START + later - timedelta(days=1))
    assert found["passport_copy"].version == 1


async def test_an_exit_lets_the_open_ones_lapse(world: World) -> None:
    application = await world.apply()
    await world.room.do(handlers.withdraw_application, commands.WithdrawApplication(application.id), world.ep)
    (row,) = (await needs(world, application)).values()
    assert (row.kind, row.state, row.possible) == ("se_interview", "lapsed", [])


@pytest.mark.parametrize(
    ("status", "states"),
    [
        (Status.open, {"se_interview": "open", "fee_paid": "lapsed", "contract_signed": "done"}),
        (Status.in_progress, {"se_interview": "open", "fee_paid": "open", "contract_signed": "done"}),
    ],
)
async def test_an_application_that_comes_back_finds_what_it_left(
    world: World, status: Status, states: dict[str, str]
) -> None:
    world.room.clock.set(datetime(2026, 1, 10, 12, tzinfo=UTC))
    application = await signed(world)
    await record(world, application, "contract_signed", world.se)
    await world.room.do(handlers.withdraw_application, commands.WithdrawApplication(application.id), world.ep)
    assert (await needs(world, application))["fee_paid"].state == "lapsed"
    world.room.clock.set(datetime(2026, 1, 20, 12, tzinfo=UTC))

    async def come_back(uow: Uow, _: None) -> None:
        row = await uow.get(Application, application.id, lock=True)
        await open_requirements(uow, row, status, Status.withdrawn)

    await world.room.do(come_back, None)
    found = await needs(world, application)
    assert {kind: row.state for kind, row in found.items()} == states
    assert found["se_interview"].opened_on == date(2026, 1, 20)


async def test_an_opportunitys_selection_process_opens_its_steps(world: World) -> None:
    opportunity = await world.opportunity()

    async def name_steps(uow: Uow, _: None) -> None:
        row = await uow.get(Opportunity, opportunity.id, lock=True)
        uow.change(row, selection_process=["company_interview", "test", "case_study"])

    await world.room.do(name_steps, None)
    application = await world.apply(opportunity)
    owners = {kind: row.owner for kind, row in (await needs(world, application)).items()}
    assert owners == {"se_interview": "sending", "company_interview": "enabler", "test": "ep", "case_study": "enabler"}
    done = await record(world, application, "case_study", callers.enabler(world.enabler_id))
    assert done.state == "done"


async def test_somebody_elses_requirements_are_not_there(world: World) -> None:
    application = await signed(world)
    for stranger in (callers.participant(), callers.sending_manager(new_id()), callers.enabler()):
        with pytest.raises(NotFound):
            await needs(world, application, stranger)
        with pytest.raises(NotFound):
            await record(world, application, "contract_signed", stranger)


async def test_over_http_a_requirement_has_a_version_and_an_unknown_one_is_not_there(world: World) -> None:
    application = await signed(world)
    se, path = await world.room.client(world.se), f"/v1/applications/{application.id}/requirements"
    seen = await se.get(f"{path}/fee_paid")
    assert (seen.status_code, seen.headers["ETag"]) == (200, '"1"')
    assert (await se.post(f"{path}/fee_paid/record", json=FEE)).status_code == 428
    tag = {"If-Match": seen.headers["ETag"]}
    bad = await se.post(f"{path}/fee_paid/record", json=FEE | {"amount": "-3", "currency": "euro"}, headers=tag)
    assert [error["pointer"] for error in bad.json()["errors"]] == ["#/amount", "#/currency"]
    done = await se.post(f"{path}/fee_paid/record", json=FEE, headers=tag)
    assert (done.status_code, done.json()["facts"]) == (200, FEE)
    assert (await se.post(f"{path}/fee_paid/waiver", json={"reason": "x"}, headers=tag)).status_code == 412
    assert (await se.get(f"{path}/dowry")).status_code == 404
    assert [row["kind"] for row in (await se.get(path)).json()] == ["contract_signed", "fee_paid", "se_interview"]


async def test_requirements_of_all_ones_applications_can_be_pulled_since_a_moment(world: World) -> None:
    application, _ = await signed(world), await world.apply()
    se, stranger = await world.room.client(world.se), await world.room.client(callers.enabler())
    page = (await se.get("/v1/requirements")).json()
    assert sorted(row["kind"] for row in page["items"]) == [
        "contract_signed",
        "fee_paid",
        "se_interview",
        "se_interview",
    ]
    assert (await stranger.get("/v1/requirements")).json()["items"] == []
    done = await record(world, application, "fee_paid", world.se, **FEE)
    asked = {"changed_since": page["as_of"], "state": "done"}
    assert [row["id"] for row in (await se.get("/v1/requirements", params=asked)).json()["items"]] == [str(done.id)]
    assert (await se.get("/v1/requirements", params={"kind": "test"})).json()["items"] == []


async def test_the_table_can_be_read(world: World) -> None:
    table = (await (await world.room.client(world.ep)).get("/v1/requirement-kinds")).json()
    lines = {line["name"]: line for line in table["kinds"]}
    assert (table["table"], lines.keys()) == (VERSION, KINDS.keys())
    assert lines["he_papers"] == {
        "name": "he_papers", "opens_at": "approved", "owner": "hosting", "days": 14, "anchor": None,
        "after": "passport_copy", "before": None, "facts": [], "recorded_by": ["hosting_manager"],
        "waived_by": "hosting_manager", "step": False,
    }  # fmt: skip
    assert [name for name, line in lines.items() if line["before"]] == ["fee_paid", "contract_signed"]


async def test_an_erased_persons_references_and_reasons_are_gone(world: World) -> None:
    application = await signed(world)
    await record(world, application, "fee_paid", world.se, **FEE)
    await world.room.do(handlers.erase_person, commands.ErasePerson(world.ep.party), world.ep)
    kept = (await needs(world, application, callers.auditor()))["fee_paid"]
    assert (kept.state, kept.facts) == ("done", {"amount": "450.00", "currency": "EUR"})


# --- the table, pure

ZONES = st.sampled_from(
    ["Europe/Stockholm", "Pacific/Kiritimati", "Pacific/Pago_Pago", "America/New_York", "Asia/Kolkata"]
)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))


@given(MOMENTS, ZONES, st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(6 * 7, 78 * 7))
def test_due_dates_are_calendar_days_of_the_host(moment: datetime, zone: str, start: date, days: int) -> None:
    local = moment.astimezone(ZoneInfo(zone)).date()
    anchors = dict.fromkeys(Anchor, local) | {Anchor.start: start, Anchor.end: start + timedelta(days=days)}
    due = due_dates(TABLE, anchors, {})
    assert due.keys() == KINDS.keys()
    assert (due["fee_paid"] - local).days == 7
    assert (due["visa_filing"] - local).days == 7 + 14 + 14
    assert (start - due["insurance"]).days == 1


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(-30, 90))
def test_what_was_done_moves_the_rest_of_the_chain_by_as_much(approved: date, late: int) -> None:
    anchors = dict.fromkeys(Anchor, approved)
    chain = [KINDS["he_papers"], KINDS["visa_filing"]]
    planned = due_dates([KINDS["passport_copy"], *chain], anchors, {})
    done = {"passport_copy": planned["passport_copy"] + timedelta(days=late)}
    moved = due_dates(chain, anchors, done)
    assert {(moved[kind.name] - planned[kind.name]).days for kind in chain} == {late}


@given(*[st.dates(date(2020, 1, 1), date(2030, 1, 1))] * 4)
def test_an_insurance_covers_every_day_or_is_refused(a: date, b: date, c: date, d: date) -> None:
    (start, end), (first, last) = sorted((a, b)), sorted((c, d))
    covered = first <= start and end <= last
    assert (cover_errors({"covers_from": first.isoformat(), "covers_to": last}, start, end) == []) is covered


def test_every_line_of_the_table_has_an_owner_a_recorder_and_a_due_rule_that_resolves() -> None:
    assert set(RECORDERS) == set(JUDGES)
    for kind in TABLE:
        assert kind.recorders
        assert (kind.due.anchor is None) is (kind.due.after is not None)
        assert kind.due.after is None or kind.due.after in KINDS
    assert [kind.name for kind in opening(Status.open)] == ["se_interview"]
    assert opening(Status.realized) == []
