"""What is learned of stays: the examples that ended stays are, and the model that a training made of them."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from services.scoring.model import RiskModel
from services.scoring.policy.risk import End
from services.scoring.settings import limits
from shared.storage.tx import Uow

ONE_AT_A_TIME = "SELECT pg_try_advisory_xact_lock(7303082)"
ENDED = text("""
SELECT count(*) AS stays, count(*) FILTER (WHERE ended <> 'well') AS wrong FROM stay_risk
WHERE ended IS NOT NULL AND marked > 0
""")
LEARNED = text("SELECT coalesce(max(number), 0) AS number, coalesce(max(stays), 0) AS stays FROM risk_model")
# Only looks before it went wrong: what was seen afterwards would be no forecast.
EXAMPLES = """
SELECT p.numbers, s.ended, p.at FROM risk_point p JOIN stay_risk s ON s.id = p.application_id
WHERE s.ended IS NOT NULL AND p.mark IS NOT NULL AND (s.ended = 'well' OR p.at < s.ended_at)
ORDER BY p.at DESC LIMIT $1
"""


@dataclass(frozen=True, slots=True)
class Fitted:
    """What a training made of so many examples."""

    made: dict[str, Any]
    examples: int
    seed: int


async def examples_of_stays(uow: Uow, _command: None) -> list[dict[str, Any]] | None:
    """The newest examples, when enough more stays have ended than the last model knew; else None."""
    if not (await uow.fetch(ONE_AT_A_TIME))[0][0]:
        return None
    ended, learned = (await uow.execute(ENDED)).one(), (await uow.execute(LEARNED)).one()
    few = min(ended.wrong, ended.stays - ended.wrong) < limits().risk_least_of_kind
    if few or ended.stays < max(limits().risk_least, learned.stays * (1 + limits().risk_more)):
        return None
    rows = await uow.fetch(EXAMPLES, limits().risk_most)
    return [{"row": row["numbers"], "label": row["ended"] != End.well, "at": row["at"].isoformat()} for row in rows]


async def keep_risk_model(uow: Uow, command: Fitted) -> None:
    """Kept with its figures; in use unless it told later stays worse than the rules did."""
    ended, learned = (await uow.execute(ENDED)).one(), (await uow.execute(LEARNED)).one()
    figures = command.made["figures"]
    row = RiskModel(
        number=learned.number + 1, digest=command.made["digest"], content=command.made["document"], figures=figures,
        stays=ended.stays, wrong=ended.wrong, seed=command.seed, trained_at=uow.now,
        in_use=figures["model"]["log_loss"] <= figures["rules"]["log_loss"],
    )  # fmt: skip
    uow.add(row)
