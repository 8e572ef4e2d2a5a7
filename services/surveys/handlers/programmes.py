"""Makes the askings equal to the wanted ones, and decides each when its time has come: asked once, or not and why.

The due row wakes an asking. Whoever decides holds the recipient's row, so that two halves of what is known about one
can't miss each other, and so that two programmes see each other's invitations.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import select

from services.surveys.handlers.asking import hold_recipient, invite
from services.surveys.model import Ask, QuotaUse
from services.surveys.policy.decisions import SETTLED, AskState, Verdict, Why, judge
from services.surveys.policy.planning import Wanted
from services.surveys.policy.programmes import Programme
from services.surveys.programmes import current
from services.surveys.views.situations import owner_of, situation_of
from shared.contracts.surveys import Party
from shared.ids import derived_id
from shared.storage.tx import Uow

ASK = "survey-asking"
OPEN = (AskState.waiting, AskState.held)


# --- what is wanted


async def settle_asks(uow: Uow, wanted: Sequence[Wanted], about: dict[str, Any]) -> None:
    """Make the askings of one subject equal to these, `about` being its ids; what is decided stays. Those whose time
    has come are decided at once."""
    due: list[Ask] = []
    for one in wanted:
        key = {"programme": one.programme, "recipient_id": one.recipient_id, "occasion": one.occasion}
        held = await uow.find(Ask, lock=True, **key)
        row = held or uow.add(_new(one, key, about))
        if row.state in SETTLED:
            continue
        await _follow(uow, row, one, about, new=held is None)
        if row.state is AskState.waiting and row.due_at <= uow.now:
            due.append(row)
    await uow.flush()
    for row in due:
        await decide(uow, row)


def _new(one: Wanted, key: dict[str, Any], about: dict[str, Any]) -> Ask:
    id_ = derived_id("survey-asking", *key.values())
    when = {"local_at": one.local_at, "zone": one.zone, "due_at": one.due_at, "until": one.until}
    return Ask(id=id_, party=one.party, state=AskState.waiting, **key, **about, **when)


async def _follow(uow: Uow, row: Ask, one: Wanted, about: dict[str, Any], *, new: bool) -> None:
    """Bring a row up to date: its time, whom it concerns, and what holds it back."""
    before = (row.local_at, row.zone, row.state, row.reason)
    state = AskState.held if one.stop else AskState.waiting
    values = {"local_at": one.local_at, "zone": one.zone, "due_at": one.due_at, "until": one.until, **about}
    values |= {"state": state, "reason": one.stop, "numbers": {}}
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)
    changed = before != (row.local_at, row.zone, row.state, row.reason)
    if not new and changed:
        uow.change(row)
    if state is AskState.held:
        await uow.cancel(ASK, row.id, why=one.stop or "held")
    elif new or changed:
        await _schedule(uow, row)


async def _schedule(uow: Uow, row: Ask) -> None:
    """A waiting due row at the asking's time; what is due already is decided without one."""
    if row.due_at <= uow.now:
        await uow.cancel(ASK, row.id, why="due")
        return
    put = await uow.schedule(ASK, row.id, str(row.turn), row.local_at, row.zone)
    if put.settled:
        row.turn += 1
        await uow.schedule(ASK, row.id, str(row.turn), row.local_at, row.zone)


# --- deciding


async def decide(uow: Uow, row: Ask) -> None:
    """Ask now, or not and why; the numbers that decided are kept."""
    programme = current().get(row.programme)
    if programme is None:
        _settle(uow, row, Verdict(AskState.declined, Why.programme_off))
        return
    recipient = await hold_recipient(uow, row.party, row.recipient_id)
    verdict = judge(programme, await situation_of(uow, programme, row, uow.now))
    if verdict.state is AskState.asked:
        verdict = await _take_place(uow, programme, row, verdict)
    if verdict.state is AskState.asked:
        assert recipient.language is not None
        row.invitation_id = (await invite(uow, programme, row, recipient.language)).id
    _settle(uow, row, verdict)
    await uow.flush()


def _settle(uow: Uow, row: Ask, verdict: Verdict) -> None:
    decided = uow.now if verdict.state in SETTLED else None
    values = {"state": verdict.state, "reason": verdict.reason, "numbers": dict(verdict.numbers)}
    uow.change(row, decided_at=decided, **values)
    if verdict.state is AskState.declined:
        uow.note("not_asked", row.id, reason=verdict.reason, after=dict(verdict.numbers))


async def _take_place(uow: Uow, programme: Programme, row: Ask, verdict: Verdict) -> Verdict:
    """Count this one into the quota of its entity and period; two at once can't both take the last place."""
    entity = owner_of(row)
    if programme.quota is None or entity is None:
        return verdict
    period = programme.quota.per.of(uow.now.date())
    put = insert(QuotaUse).values(programme=row.programme, entity_id=entity, period=period, used=1)
    counted = put.on_conflict_do_update(
        index_elements=["programme", "entity_id", "period"], set_={"used": QuotaUse.used + 1},
        where=QuotaUse.used < programme.quota.most,
    ).returning(QuotaUse.used)  # fmt: skip
    if await uow.scalar(counted) is None:
        used = {"quota": programme.quota.most, "used": programme.quota.most, "period": period}
        return Verdict(AskState.declined, Why.quota, used)
    return verdict


async def look_again(uow: Uow, party: Party, recipient_id: UUID) -> None:
    """Something became known of a recipient who is held: what waited for it and is due is decided."""
    waiting = select(Ask).where(
        Ask.recipient_id == recipient_id, Ask.party == party, Ask.state == AskState.waiting, Ask.due_at <= uow.now
    )
    for row in await uow.rows(waiting.order_by(Ask.due_at, Ask.id).with_for_update()):  # type: ignore[arg-type]
        await decide(uow, row)


async def hold_back(uow: Uow, party: Party, recipient_id: UUID, why: str, occasion: str | None = None) -> None:
    """Nothing that waits for this recipient, or only on this occasion, comes before something changes."""
    mine = select(Ask).where(Ask.recipient_id == recipient_id, Ask.party == party, Ask.state.in_(OPEN))  # type: ignore[attr-defined]
    if occasion is not None:
        mine = mine.where(Ask.occasion == occasion)
    for row in await uow.rows(mine.with_for_update()):
        await uow.cancel(ASK, row.id, why=why)
        uow.change(row, state=AskState.held, reason=why, numbers={})
