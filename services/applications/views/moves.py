"""What may be done with an application now, by this caller and not by others, and what each side has agreed to."""

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import select

from services.applications.model import Application, StatedTerms, applications_of
from services.applications.policy import MOVES, SIDES, Move, Situation, Status, differences, why_not
from services.applications.schemas import AgreementOut, MoveOut, MovesOut, TermChange, TermsOut
from shared.access import Role
from shared.contracts.fields import Side
from shared.storage.tx import Uow

AROUND = text("""
SELECT LEAST(o.openings, s.openings) AS openings, o.status = 'open' AND s.close_on >= :today AS offered,
    EXISTS (SELECT FROM application x WHERE x.person_id = a.person_id AND x.id <> a.id
        AND x.status IN ('in_progress', 'approved', 'realized')) AS signed_elsewhere,
    EXISTS (SELECT FROM application x WHERE x.person_id = a.person_id AND x.opportunity_id = a.opportunity_id
        AND x.id <> a.id AND x.status NOT IN
        ('rejected', 'withdrawn', 'declined', 'approval_broken', 'realization_broken')) AS applied_again,
    ARRAY(SELECT r.kind FROM requirement r
        WHERE r.application_id = a.id AND r.before = 'approved' AND r.state = 'open' ORDER BY r.kind) AS unmet
FROM application a JOIN opportunity o ON o.id = a.opportunity_id JOIN slot s ON s.id = a.slot_id
WHERE a.id = :id
""")
WHO = {"participant": "signed_terms", Side.sending: "sending_terms", Side.hosting: "hosting_terms"}


async def situation_of(uow: Uow, row: Application, named: str | None = None, *, around: bool = True) -> Situation:
    """What guards look at; without `around`, only what the row itself tells."""
    today = uow.today(row.zone)
    found: dict[str, Any] = {}
    if around:
        found = dict((await uow.execute(AROUND, {"id": row.id, "today": today})).mappings().one())
        found["unmet"] = tuple(found["unmet"])
    approved = frozenset(side for side in Side if getattr(row, f"{side}_approval"))
    return Situation(
        status=Status(row.status), role=uow.caller.role, today=today, start_on=row.start_on, end_on=row.end_on,
        terms=row.terms, approved=approved, named_terms=named, **found,
    )  # fmt: skip


async def get_moves(uow: Uow, application_id: UUID, terms: str | None) -> MovesOut:
    """Every move, and for each that this caller can't make now, why not."""
    row = await uow.get(Application, application_id, applications_of(uow.caller))
    here = await situation_of(uow, row, terms)
    moves = [_move_out(row, move, here) for move in MOVES.values()]
    return MovesOut(application_id=row.id, status=here.status, moves=moves, version=row.version)


def _move_out(row: Application, move: Move, here: Situation) -> MoveOut:
    refused = why_not(move, here)
    return MoveOut(
        move=move.name,
        to=move.target or here.status,
        href=f"/v1/applications/{row.id}/{move.route}" if move.route else None,
        reasons=[*move.reasons] if move.reasons else [],
        possible=refused is None,
        code=refused and refused.code,
        why_not=refused and refused.detail,
        missing=[*refused.extra.get("missing", ())] if refused else [],
    )


async def get_terms(uow: Uow, application_id: UUID) -> TermsOut:
    """The terms that stand, and for the EP and both sides what changed since they agreed."""
    row = await uow.get(Application, application_id, applications_of(uow.caller))
    agreed = {who: getattr(row, name) for who, name in WHO.items()}
    wanted = {row.terms, *filter(None, agreed.values())}
    kept = await uow.rows(select(StatedTerms).where(StatedTerms.digest.in_(wanted)))  # type: ignore[attr-defined]
    stated = {one.digest: one.stated for one in kept}
    mine = "participant" if uow.caller.role is Role.participant else SIDES.get(uow.caller.role)
    agreements = [_agreement(row, who, digest, who == mine, stated) for who, digest in agreed.items()]
    return TermsOut(
        application_id=row.id, terms=row.terms, stated=stated.get(row.terms, {}), agreements=agreements,
        version=row.version,
    )  # fmt: skip


def _agreement(row: Application, who: str, agreed: str | None, mine: bool, stated: dict[str, Any]) -> AgreementOut:
    changes = []
    if agreed in stated and row.terms in stated:
        changes = differences(stated[agreed], stated[row.terms])
    told = [TermChange(name=name, before=before, after=after) for name, before, after in changes]
    return AgreementOut(who=who, mine=mine, terms=agreed, stands=agreed == row.terms, changes=told)
