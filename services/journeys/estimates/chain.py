"""`service-chain`: the pulse of teams against the scores of the customers whom they served, with a lag."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import case, func, or_, select

from services.journeys.estimates.registry import Params, estimator
from services.journeys.model import Answer, Entity, PulseResult, pulse_of
from services.journeys.model.narrowing import fits
from services.journeys.policy.chain import chain
from services.journeys.policy.questions import Question
from shared.contracts.surveys import Party
from shared.storage.scope import visible
from shared.storage.tx import Uow

EXPERIENCE, LOCAL, ROUND = "experience", "local", timedelta(days=92)
LOWEST = 0  # of the eNPS scale; a list of counts begins with it


class Said(StrEnum):
    """What customers say: NPS −100…100, or the mean of effort (CES 1–7, high is easy)."""

    nps = "nps"
    ces = "ces"


class Asks(StrEnum):
    """What the team says: eNPS −100…100, or the mean of its own effort."""

    enps = "enps"
    effort = "effort"


class ChainParams(Params):
    """`party`: whose customers; an EP's team is the one that sent or the one that hosted, an enabler's the one that
    hosted. A cell counts from `floor` answers of customers on."""

    party: Party = Party.ep
    served: str = Field("both", pattern="^(sending|hosting|both)$")
    customers: Said = Said.nps
    team: Asks = Asks.enps
    floor: int = Field(5, ge=5, le=1000)


@estimator("service-chain", version=1, params=ChainParams)
class ServiceChain:
    """Cells are local committees × rounds of the pulse, of those results alone that were published."""

    async def load(self, uow: Uow, question: Question) -> Any:
        asked = ChainParams(**question.params)
        results = await self._pulse(uow)
        rounds = sorted({(row.closed_on, row.round) for row in results})
        closed = {name: day for day, name in rounds}
        names = sorted(closed, key=lambda name: (closed[name], name))
        cells: dict[tuple[str, str], dict[str, Any]] = {}
        for row in results:
            value, n = _team(row.counts, asked.team)
            if value is not None:
                cells[str(row.entity_id), row.round] = {"team": value, "team_n": n}
        served = await self._served(uow, question, asked, {row.entity_id for row in results}, names, closed)
        for (entity, name), (value, n) in served.items():
            if n >= asked.floor:
                cells.setdefault((entity, name), {}).update(customers=value, customers_n=n)
        found = [{"entity": entity, "round": name, **cell} for (entity, name), cell in sorted(cells.items())]
        return {"rounds": names, "cells": found}

    def compute(self, data: Any, seed: int) -> dict[str, Any]:
        """The answer of the policy, with the cells that have both, for the drawing."""
        both = [cell for cell in data["cells"] if "team" in cell and "customers" in cell]
        return {**chain(data, seed), "rounds": data["rounds"], "cells": both}

    async def _pulse(self, uow: Uow) -> Sequence[Any]:
        """Published results of local committees: those above them hold the same answers once more."""
        row: Any = PulseResult
        query = select(PulseResult).join(Entity, Entity.id == row.entity_id)  # type: ignore[arg-type]
        return await uow.rows(query.where(Entity.kind == LOCAL, pulse_of(uow.caller)))  # type: ignore[arg-type]

    async def _served(
        self, uow: Uow, question: Question, asked: ChainParams, teams: set[UUID], names: list[str],
        closed: dict[str, date],
    ) -> dict[tuple[str, str], tuple[float, int]]:  # fmt: skip
        """(team, round) → what its customers said from the end of the round to the end of the next one."""
        if not names:
            return {}
        row: Any = Answer
        bounds = [_moment(closed[name]) for name in names]
        bounds.append(bounds[-1] + ROUND)
        which = case(
            *(
                ((row.at >= first) & (row.at < last), name)
                for name, (first, last) in zip(names, pairwise(bounds), strict=True)
            )
        )
        found: dict[tuple[str, str], tuple[float, int]] = {}
        sums: dict[tuple[str, str], list[float]] = {}
        for side in _sides(asked):
            where = [row.at >= bounds[0], row.at < bounds[-1], side.in_(teams), row.party == asked.party]
            where += [row.measure == ("nps" if asked.customers is Said.nps else "ces2"), row.about == EXPERIENCE]
            where += [or_(*_scope(uow)), *fits(row.person_id, question.rule)]
            totals = (func.count(), func.sum(_worth(row.score, asked.customers)))
            query = select(side, which, *totals).where(*where).group_by(side, which)
            for team, name, n, total in (await uow.execute(query)).all():
                held = sums.setdefault((str(team), name), [0.0, 0])
                held[0] += float(total)
                held[1] += n
        for key, (total, n) in sums.items():
            found[key] = (total / n, int(n))
        return found


def _scope(uow: Uow) -> list[Any]:
    row: Any = Answer
    return [visible(uow.caller, sending=row.sending_entity_id, hosting=row.hosting_entity_id)]


def _sides(asked: ChainParams) -> list[Any]:
    row: Any = Answer
    sides = {"sending": row.sending_entity_id, "hosting": row.hosting_entity_id}
    served = "hosting" if asked.party is Party.enabler else asked.served
    return [sides[name] for name in sides if served in (name, "both")]


def _worth(score: Any, said: Said) -> Any:
    return case((score >= 9, 100), (score <= 6, -100), else_=0) if said is Said.nps else score


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _team(counts: dict[str, Any], asked: Asks) -> tuple[float | None, int]:
    """What a team said, and of how many; None where the question wasn't asked."""
    given = counts.get("enps" if asked is Asks.enps else "effort")
    n = sum(given or ())
    if not given or n == 0:
        return None, 0
    if asked is Asks.enps:
        return 100.0 * (sum(given[9:]) - sum(given[:7])) / n, n
    return sum((place + 1) * count for place, count in enumerate(given)) / n, n
