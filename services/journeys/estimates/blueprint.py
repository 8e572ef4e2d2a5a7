"""`blueprint`: what is observed in each step and cell of a design, and which touchpoints move loyalty and going on."""

from typing import Any
from uuid import UUID

from sqlalchemy import or_
from sqlmodel import select

from services.journeys.designs import LIBRARY
from services.journeys.estimates.observing import NPS, Observing
from services.journeys.estimates.registry import Params, estimator
from services.journeys.estimates.samples import Sampling
from services.journeys.model import Design, designs_of
from services.journeys.policy.blueprints import KIND, Blueprint, Unit
from services.journeys.policy.designs import DesignState
from services.journeys.policy.questions import Question
from shared.contracts.surveys import Party
from shared.errors import NotFound
from shared.storage.tx import Uow


class BlueprintParams(Params):
    """The design by which it is read: steps, cells, graces and watch times are its own."""

    design: UUID


@estimator("blueprint", version=2, params=BlueprintParams)
class ObservedBlueprint:
    """Counts are made by the database; regressions run over about 30,000 units an outcome at most."""

    async def load(self, uow: Uow, question: Question) -> Any:
        document = await design_document(uow, BlueprintParams(**question.params).design)
        blueprint = Blueprint.model_validate(document)
        party = party_of(blueprint)
        look, items = Observing(uow, question, party), [item for step in blueprint.steps for item in step.items]
        graces = {code: item.grace_days for item in items for code in item.measured.touchpoints}
        scores = sorted({code for item in items for code in item.measured.scores})
        types = sorted({code for item in items for code in item.measured.events})
        passages = {
            step.id: step.passes for step in blueprint.steps if step.passes and step.passes.of is not Unit.member
        }
        draw, told = Sampling(uow, question, party), await look.scores(scores)
        passed = {id_: await look.passage(one) for id_, one in passages.items()}
        answers = sum(count for _, count in told.get(NPS, ()))
        begun = [(step, passed[step.id]["watched"]) for step in blueprint.steps if step.id in passed]
        return {
            "document": document, "passages": passed, "scores": told, "occasions": await look.occasions(graces),
            "standards": await look.standards(), "events": await look.events(types), "line": await look.line(),
            "samples": [await draw.nps(blueprint, answers), *[await draw.conversion(*one) for one in begun]],
        }  # fmt: skip

    def compute(self, data: Any, seed: int) -> dict[str, Any]:
        from services.journeys.policy.observed import observed  # scipy is for the process that counts

        return observed(Blueprint.model_validate(data["document"]), data, seed)


def party_of(blueprint: Blueprint) -> Party:
    """Whose answers are told of; those of members are pulses, and of no journey here."""
    return Party.enabler if blueprint.customer == Party.enabler else Party.ep


async def design_document(uow: Uow, design_id: UUID) -> dict[str, Any]:
    """The document of a blueprint that ships or that the scope may see; NotFound."""
    if (shipped := LIBRARY.by_id.get(design_id)) is not None and shipped.kind == KIND:
        return shipped.document
    row = await uow.find(Design, designs_of(uow.caller), id=design_id, kind=KIND)
    if row is None:
        raise NotFound(f"There is no blueprint {design_id}, or it is not yours to see.")
    return row.document


async def blueprint_in_use(uow: Uow, journey: str, entity_id: UUID | None) -> Blueprint:
    """The blueprint that holds for a committee: its own, else the one for everybody, else the one that ships."""
    query = select(Design).where(
        Design.kind == KIND, Design.journey == journey, Design.state == DesignState.published, designs_of(uow.caller),
        Design.persona.is_(None), or_(Design.entity_id.is_(None), Design.entity_id == entity_id),  # type: ignore[union-attr]
    )  # fmt: skip
    rows = await uow.rows(query.order_by(Design.entity_id.is_(None), Design.id).limit(1))  # type: ignore[union-attr]
    shipped = LIBRARY.newest(KIND, journey)
    if not rows and shipped is None:
        raise NotFound(f"There is no blueprint of a journey {journey}.")
    return Blueprint.model_validate(rows[0].document if rows else shipped.document)  # type: ignore[union-attr]
