"""Studies and what their models say."""

from uuid import UUID

from sqlmodel import select

from services.scoring.commands.studies import TellChances
from services.scoring.model import Study, StudyTable, studies_of
from services.scoring.policy.studies import StudyState, speaker
from services.scoring.schemas import ReasonOut, RowChanceOut, RowChancesOut, StudyOut
from shared.errors import Conflict
from shared.storage.paging import Page, Paging, listing
from shared.storage.tx import Uow


async def list_studies(uow: Uow, paging: Paging) -> Page:
    """The newest first."""
    query = select(Study).where(studies_of(uow.caller))
    order = (Study.asked_at.desc(), Study.id.desc())  # type: ignore[attr-defined]
    return await listing(
        uow, query, order=order, paging=paging, changed=Study.changed_at, shape=StudyOut.model_validate
    )


async def get_study(uow: Uow, study_id: UUID) -> StudyOut:
    return StudyOut.model_validate(await uow.get(Study, study_id, studies_of(uow.caller)))


async def tell_chances(uow: Uow, command: TellChances) -> RowChancesOut:
    """What the model of all rows says of these; 409 until it is ready, or when it was made by other code."""
    study = await uow.get(Study, command.study_id, studies_of(uow.caller))
    table = await uow.find(StudyTable, study_id=study.id)
    if study.state is not StudyState.ready or table is None or table.ladder is None or table.base is None:
        raise Conflict("There is no model of this study yet.", code="not-ready")
    try:
        model = speaker(table.ladder, table.base, study.points)
    except ValueError:
        raise Conflict("The model was made by an earlier version: ask for the study anew.", code="outdated") from None
    return RowChancesOut(chances=[_chance(model.chance(row)) for row in command.body.rows])


def _chance(said) -> RowChanceOut:  # type: ignore[no-untyped-def]
    reasons = [
        ReasonOut(code=term.code, log_odds=term.log_odds, text=f"{term.code} ({term.log_odds:+.2f})")
        for term in said.terms
    ]
    low, high = said.interval
    return RowChanceOut(
        probability=None if said.abstains else said.probability, low=low, high=high, base_log_odds=said.base_log_odds,
        reasons=reasons, evidence=said.evidence, abstains=said.abstains,
    )  # fmt: skip
