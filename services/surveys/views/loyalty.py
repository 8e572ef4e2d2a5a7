"""Satisfied and yet not loyal: a list that somebody can act on."""

from typing import Any

from sqlalchemy import and_, func
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import select

from services.surveys.model import Answer, Score, answers_of
from services.surveys.policy import figures
from services.surveys.policy.figures import GOOD
from services.surveys.policy.metrics import PROMOTER_FROM
from services.surveys.policy.slices import Narrowing
from services.surveys.schemas.loyalty import SatisfiedOut
from services.surveys.schemas.scores import figure
from services.surveys.settings import limits
from services.surveys.views.raw import conditions
from shared.contracts.surveys import Metric
from shared.storage.paging import Page, Paging, listing
from shared.storage.tx import Uow

SHOWN = (
    Answer.answered_at, Answer.id, Answer.person_id, Answer.enabler_id, Answer.application_id,
    Answer.sending_entity_id, Answer.hosting_entity_id,
)  # fmt: skip


async def satisfied_not_loyal(uow: Uow, wanted: Narrowing, about: str, paging: Paging) -> Page:
    """Who gave 4 or 5 as the last CSAT of a stay, and less than 9 when asked to recommend.

    `about` is what they would recommend. Of the customer's CSATs about the same stay the last one counts.
    """
    csat = _last_csat(uow, wanted).subquery("csat")
    low, high = GOOD[Metric.csat]
    same = and_(csat.c.recipient_id == Answer.recipient_id, csat.c.stay.is_not_distinct_from(Answer.application_id))
    satisfied: Any = select(Answer.id).join(Score, and_(Score.answer_id == Answer.id, Score.metric == Metric.nps))
    satisfied = satisfied.join(csat, same).where(csat.c.score.between(low, high), Score.about == about)
    satisfied = satisfied.where(answers_of(uow.caller), *conditions(wanted, Answer, Answer.answered_at))
    loyal = Score.score >= PROMOTER_FROM
    n, promoters = (await uow.execute(satisfied.with_only_columns(func.count(), func.count().filter(loyal)))).one()
    shown = (*SHOWN, Score.score, csat.c.score.label("csat"), csat.c.about)
    listed = satisfied.with_only_columns(*shown).where(~loyal)

    def shape(row: Any) -> SatisfiedOut:
        moment, answer, *ids, nps, csat, subject = row
        names = ("person_id", "enabler_id", "application_id", "sending_entity_id", "hosting_entity_id")
        given = dict(zip(names, ids, strict=True)) | {"nps": nps, "csat": csat, "satisfied_with": subject}
        return SatisfiedOut(answer_id=answer, answered_at=moment, **given)

    order = (Answer.answered_at.desc(), Answer.id.desc())  # type: ignore[attr-defined]
    page = await listing(uow, listed, order=order, paging=paging, shape=shape)
    share = figures.share(promoters, n) if n >= limits().minimum_answers else None
    return Page(page.items, page.next, {"loyal": figure(share, n)})


def _last_csat(uow: Uow, wanted: Narrowing) -> Any:
    """The last CSAT of each customer about each stay, whenever it was given."""
    stay = (Answer.recipient_id, Answer.application_id.label("stay"))  # type: ignore[union-attr]
    query: Any = select(*stay, Score.score, Score.about).join(Score, Score.answer_id == Answer.id)
    query = query.where(Score.metric == Metric.csat, Answer.party == wanted.party, answers_of(uow.caller))
    one = (Answer.recipient_id, Answer.application_id)
    return query.ext(distinct_on(*one)).order_by(*one, Answer.answered_at.desc())  # type: ignore[attr-defined]
