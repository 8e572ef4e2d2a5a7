"""An enabler's word on its candidates: kept, told to the host, moving nothing by itself."""

from typing import Any

import pytest

from services.applications import commands, handlers, views
from services.applications.policy import Status
from services.applications.policy.inbox import Waiting
from services.applications.views.inbox import list_inbox
from shared.access import Caller
from shared.contracts import applications as facts
from shared.contracts.applications import RejectionReason, Verdict
from shared.errors import Conflict, Invalid, NotFound, Stale
from shared.ids import new_id
from shared.storage.paging import Paging
from shared.testing import callers
from tests.applications.world import World


async def judge(
    world: World, application: Any, verdict: Verdict | None, reason: RejectionReason | None = None,
    by: Caller | None = None, expected: int | None = None,
) -> Any:  # fmt: skip
    command = commands.JudgeCandidate(application.id, verdict, reason)
    return await world.room.do(handlers.judge_candidate, command, by or callers.enabler(world.enabler_id), expected)


async def waiting(world: World) -> list[Any]:
    page = await world.room.read(list_inbox, Waiting.answer, False, Paging(), caller=world.he)
    return [(row.verdict, row.verdict_reason) for row in page.items]


async def test_an_enabler_says_whom_it_wants_and_the_host_decides_with_it(world: World) -> None:
    application = await world.apply()
    assert await waiting(world) == [(None, None)]
    await judge(world, application, Verdict.shortlisted)
    judged = await judge(world, application, Verdict.wanted)
    assert (judged.status, judged.verdict, judged.verdict_reason) == (Status.open, Verdict.wanted, None)
    assert judged.judged_at is not None
    assert await waiting(world) == [(Verdict.wanted, None)]
    told = await world.room.said(facts.CandidateJudged)
    assert [fact.verdict for fact in told] == [Verdict.shortlisted, Verdict.wanted]
    accepted = await world.accept(judged)
    assert (accepted.status, accepted.verdict) == (Status.accepted, Verdict.wanted)


async def test_a_no_has_a_reason_and_is_taken_back(world: World) -> None:
    application = await world.apply()
    for verdict, reason in (
        (Verdict.refused, None), (Verdict.refused, RejectionReason.ep_unresponsive),
        (Verdict.wanted, RejectionReason.skills), (None, RejectionReason.skills),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refusal:
            await judge(world, application, verdict, reason)
        assert [error.pointer for error in refusal.value.errors] == ["#/reason"]
    await judge(world, application, Verdict.refused, RejectionReason.skills)
    assert await waiting(world) == [(Verdict.refused, RejectionReason.skills)]
    undone = await judge(world, application, None)
    assert (undone.verdict, undone.verdict_reason, undone.judged_at) == (None, None, None)
    assert [fact.verdict for fact in await world.room.said(facts.CandidateJudged)] == [Verdict.refused, None]


async def test_the_same_word_once_more_says_nothing_new(world: World) -> None:
    application = await world.apply()
    first = await judge(world, application, Verdict.wanted)
    again = await judge(world, application, Verdict.wanted)
    assert again.version == first.version
    assert len(await world.room.said(facts.CandidateJudged)) == 1


async def test_a_word_after_the_approval_or_on_an_older_version_is_refused(world: World) -> None:
    application = await world.apply()
    await judge(world, application, Verdict.wanted, expected=application.version)
    with pytest.raises(Stale):
        await judge(world, application, None, expected=application.version)
    approved = await world.approved()
    with pytest.raises(Conflict) as refusal:
        await judge(world, approved, Verdict.refused, RejectionReason.skills)
    assert refusal.value.code == "too-late"


async def test_the_ep_is_not_told_and_somebody_elses_candidate_is_not_there(world: World) -> None:
    application = await world.apply()
    await judge(world, application, Verdict.refused, RejectionReason.skills, by=world.he)
    with pytest.raises(NotFound):
        await judge(world, application, Verdict.wanted, by=callers.enabler(new_id()))
    own = await world.room.read(views.get_application, application.id, caller=world.ep)
    assert (own.verdict, own.verdict_reason, own.judged_at) == (None, None, None)
    for caller, told in ((world.ep, False), (world.se, True)):
        history = await world.room.read(views.get_history, application.id, caller=caller)
        assert ("judge_candidate" in [line["action"] for line in history]) is told
