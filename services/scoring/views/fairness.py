"""Selection and calibration of a model's chances by group, with intervals; what is not known here is said to be so."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from services.scoring.model import ModelVersion
from services.scoring.policy.fairness import Case, Group, groups
from services.scoring.policy.transitions import WAYS
from services.scoring.schemas import FairnessOut, GroupOut
from services.scoring.settings import limits
from services.scoring.views.maturing import EARLIEST, SAID_BY
from shared.storage.tx import Uow

MOST = 100_000
UNKNOWN, NOT_HERE = "unknown", "not known here"
SELECTED = """
SELECT c.probability, l.sending_entity_id AS entity, t.country
FROM chance c JOIN lead l ON l.id = c.subject_id LEFT JOIN trait t ON t.subject_id = c.subject_id
WHERE c.transition = $1 AND c.state = 'open' AND c.model_id = $2 AND c.probability IS NOT NULL
ORDER BY c.subject_id LIMIT $3
"""
WHOSE = "JOIN lead ON lead.id = one.subject_id LEFT JOIN trait ON trait.subject_id = one.subject_id"
SETTLED = SAID_BY.replace("SELECT one.at,", "SELECT lead.sending_entity_id AS entity, trait.country, one.at,").replace(
    "FROM one LEFT JOIN LATERAL", f"FROM one {WHOSE} LEFT JOIN LATERAL"
)


async def get_fairness(uow: Uow, model_id: UUID) -> FairnessOut:
    row = await uow.get(ModelVersion, model_id)
    given, horizon = limits(), WAYS[row.transition].horizon
    now = await uow.fetch(SELECTED, str(row.transition), row.id, MOST)
    past = await uow.fetch(SETTLED, str(row.transition), uow.now - EARLIEST, uow.now, horizon, row.id, MOST)

    def by(name: str) -> list[GroupOut]:
        chosen = [Case(_name(one, name), one["probability"]) for one in now]
        settled = [Case(_name(one, name), one["probability"], one["reached"]) for one in past]
        return _out(groups(chosen, settled, given.qualified_from, given.fairness_least), str)

    return FairnessOut(
        model_id=row.id, features=row.features, limit=given.qualified_from, least=given.fairness_least,
        by_country=by("country"), by_entity=by("entity"), by_gender=NOT_HERE,
    )  # fmt: skip


def _name(row: Any, name: str) -> str:
    return str(row[name]) if row[name] else UNKNOWN


def _out(found: Iterable[Group], name: Callable[[str], str]) -> list[GroupOut]:
    return [GroupOut.model_validate(one) for one in found]
