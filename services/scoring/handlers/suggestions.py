"""What becomes of a suggestion: taken, declined or done by somebody, carried out by notifications, or forgotten."""

from uuid import UUID

from sqlalchemy import update

from services.scoring import actions
from services.scoring.commands.actions import AcceptSuggestion, DeclineSuggestion, FinishSuggestion, SetShare
from services.scoring.handlers.dealings import forget_dealings
from services.scoring.handlers.outcomes import reckon_outcomes
from services.scoring.handlers.suggesting import OPEN, live_of, settle
from services.scoring.model import ActionSetting, Suggestion, suggestions_of
from services.scoring.policy.suggesting import LIVE, State
from services.scoring.schemas.actions import ActionShareOut, SuggestionOut
from services.scoring.views.actions import newest_setting
from services.scoring.views.suggestions import suggestion_out
from shared.contracts.envelope import Envelope
from shared.contracts.notifications import SuggestionHandled
from shared.errors import Conflict, NotFound
from shared.storage.scope import entity_seen
from shared.storage.tx import Uow

ERASED = "erased"
OF = {"sent": State.sent, "done": State.done, "skipped": State.skipped}


async def accept_suggestion(uow: Uow, command: AcceptSuggestion) -> SuggestionOut:
    """Somebody is at it. 409 when it doesn't wait any more."""
    row = await _waiting(uow, command.suggestion_id, (State.open,))
    uow.change(row, state=State.accepted, settled_by=uow.caller.subject)
    uow.note("accept_suggestion", row.id)
    return suggestion_out(row)


async def decline_suggestion(uow: Uow, command: DeclineSuggestion) -> SuggestionOut:
    """It is not followed. What was drawn stays drawn: in the figures it counts as treated."""
    row = await _waiting(uow, command.suggestion_id, OPEN)
    row.note = command.body.note
    settle(uow, row, State.declined, command.body.reason, uow.caller.subject)
    uow.note("decline_suggestion", row.id, reason=command.body.reason)
    return suggestion_out(row)


async def finish_suggestion(uow: Uow, command: FinishSuggestion) -> SuggestionOut:
    """It was done."""
    row = await _waiting(uow, command.suggestion_id, OPEN)
    settle(uow, row, State.done, by=uow.caller.subject)
    uow.note("finish_suggestion", row.id)
    return suggestion_out(row)


async def _waiting(uow: Uow, id_: UUID, states: tuple[State, ...]) -> Suggestion:
    row = await uow.get(Suggestion, id_, suggestions_of(uow.caller), lock=True)
    uow.expect(row.version)
    if row.state not in states:
        raise Conflict(f"It is {row.state}.", code="suggestion-over")
    return row


async def hear_handled(uow: Uow, envelope: Envelope) -> None:
    """Notifications carried it out, or says why not. What was settled before stays as it was."""
    told = envelope.data
    assert isinstance(told, SuggestionHandled)
    row = await uow.find(Suggestion, id=told.suggestion_id, lock=True)
    if row is not None and row.state in OPEN and told.outcome in OF:
        settle(uow, row, OF[told.outcome], told.reason)


async def forget_party(uow: Uow, envelope: Envelope) -> None:
    """A tombstone of either side: what waits ends, outcomes are worked out for the last time, no line names anybody."""
    if envelope.data is not None:
        return
    party_id = envelope.key
    await forget_dealings(uow, party_id)
    await reckon_outcomes(uow, party_id=party_id)
    for row in await live_of(uow, [party_id], LIVE):
        settle(uow, row, State.erased, ERASED)
    gone = {"party_id": None, "application_id": None, "reasons": [], "note": None}
    mine = Suggestion.party_id == party_id
    await uow.execute(update(Suggestion).where(mine).values(**gone, changed_at=uow.clock.machine()))  # type: ignore[arg-type]


async def set_share(uow: Uow, command: SetShare) -> ActionShareOut:
    """A new version of the share, from now on: who was drawn keeps what was drawn."""
    action = actions.current().get(command.action)
    if action is None:
        raise NotFound(f"There is no action {command.action}.")
    await entity_seen(uow, command.entity_id)
    before = await newest_setting(uow, command.entity_id, command.action, lock=True)
    version = before.version if before else 0
    uow.expect(version)
    row = uow.add(
        ActionSetting(
            entity_id=command.entity_id, action=command.action, version=version + 1, share=command.share,
            author=uow.caller.subject, at=uow.now,
        )
    )  # fmt: skip
    former = {"share": before.share} if before else None
    uow.note("set_action_share", command.entity_id, reason=action.code, before=former, after={"share": command.share})
    await uow.flush()
    return ActionShareOut.model_validate(row)
