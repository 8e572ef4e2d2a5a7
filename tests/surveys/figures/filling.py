"""Answers put into the tables at once, for figures that need many."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from services.surveys.model import Answer, Asked, Experience, Invitation, Score
from services.surveys.policy.invitations import State
from shared.contracts.fields import Product
from shared.contracts.surveys import Metric
from shared.ids import new_id
from shared.storage.tx import Uow
from tests.surveys.world import World


@dataclass(frozen=True)
class People:
    """So many who were asked alike; `scores` are those of the ones who answered, a day after they were asked."""

    sending: UUID
    hosting: UUID
    asked: int
    scores: list[int] = field(default_factory=list)
    on: date = date(2026, 3, 10)
    metric: Metric = Metric.nps
    about: str = "experience"
    product: Product = Product.talent
    country: str = "SE"
    language: str = "en"
    programme: str = "after-completion"
    occasion: str | None = None
    weeks: int = 12


async def fill(world: World, *people: People) -> None:
    await world.room.do(_fill, people)


async def _fill(uow: Uow, people: Iterable[People]) -> None:
    for group in people:
        for place in range(group.asked):
            row = _asked(group)
            moment = datetime.combine(group.on, datetime.min.time(), UTC) + timedelta(hours=12)
            answered = moment + timedelta(days=1) if place < len(group.scores) else None
            state = State.answered if answered else State.invited
            invitation = uow.add(
                Invitation(
                    id=new_id(), state=state, token_digest="", invited_at=moment, answered_at=answered,
                    expires_at=moment + timedelta(days=60), **row,
                )
            )  # fmt: skip
            start = group.on - timedelta(weeks=group.weeks)
            names = ("person_id", "enabler_id", "sending_entity_id", "hosting_entity_id", "product", "country")
            stay = {name: row[name] for name in names} | {"zone": "Europe/Stockholm", "opportunity_id": new_id()}
            uow.add(Experience(id=row["application_id"], start_on=start, end_on=group.on - timedelta(days=1), **stay))
            await uow.flush()
            if answered:
                answer = uow.add(Answer(id=new_id(), invitation_id=invitation.id, answered_at=answered, **row))
                await uow.flush()
                score = group.scores[place]
                uow.add(Score(answer_id=answer.id, metric=group.metric, about=group.about, score=score))


def _asked(group: People) -> dict[str, Any]:
    person, application = new_id(), new_id()
    row = {
        "recipient_id": person, "person_id": person, "application_id": application, "enabler_id": new_id(),
        "programme": group.programme, "occasion": group.occasion or str(application),
        "questionnaire": "after-completion", "questionnaire_version": 1,
        "sending_entity_id": group.sending, "hosting_entity_id": group.hosting,
        "product": group.product, "country": group.country, "language": group.language,
    }  # fmt: skip
    assert row.keys() == Asked.model_fields.keys() - {"party", "imported"}
    return row
