"""Stays that may go wrong, their course, and how good the risks were that were said."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlalchemy import select as plain
from sqlmodel import select

from services.scoring.model import RiskModel, RiskPoint, StayRisk, stays_of
from services.scoring.policy.learning import measures
from services.scoring.policy.learning.measures import Measure
from services.scoring.policy.risk import MARKS, RULES, End, Level, in_words
from services.scoring.schemas import BinOut, FigureOut, ReasonOut, RiskOut, RiskPointOut, RiskReportOut
from shared.errors import NotFound
from shared.storage.paging import Page, Paging, listing
from shared.storage.tx import Uow

HALF = MARKS.index(0.5)
FEWEST, FEWEST_OF_KIND = 30, 5


def _reasons(reasons: Iterable[dict[str, Any]], numbers: dict[str, Any]) -> list[ReasonOut]:
    return [ReasonOut(**one, text=in_words(one["code"], one["log_odds"], numbers)) for one in reasons]


def risk_out(stay: StayRisk) -> RiskOut:
    return RiskOut.model_validate(stay.model_dump() | {"reasons": _reasons(stay.reasons, stay.numbers)})


def point_out(point: RiskPoint) -> RiskPointOut:
    return RiskPointOut.model_validate(point.model_dump() | {"reasons": _reasons(point.reasons, point.numbers)})


async def list_risks(uow: Uow, level: Level | None, paging: Paging) -> Page:
    """Running stays, the riskiest first."""
    query = select(StayRisk).where(stays_of(uow.caller), StayRisk.running, StayRisk.risk.is_not(None))  # type: ignore[union-attr, arg-type]
    if level is not None:
        query = query.where(StayRisk.level == level)
    order = (StayRisk.risk.desc(), StayRisk.id.desc())  # type: ignore[union-attr, attr-defined]
    return await listing(uow, query, order=order, paging=paging, changed=StayRisk.changed_at, shape=risk_out)


async def _stay(uow: Uow, application_id: UUID) -> StayRisk:
    if (stay := await uow.find(StayRisk, stays_of(uow.caller), id=application_id)) is None:
        raise NotFound(f"There is no stay of application {application_id}, or it is not yours to see.")
    return stay


async def get_risk(uow: Uow, application_id: UUID) -> RiskOut:
    return risk_out(await _stay(uow, application_id))


async def get_risk_course(uow: Uow, application_id: UUID, as_of: datetime | None, paging: Paging) -> Page:
    """Oldest first; with `as_of` only what was known then."""
    await _stay(uow, application_id)
    query = select(RiskPoint).where(RiskPoint.application_id == application_id)
    if as_of:
        query = query.where(RiskPoint.at <= as_of)
    order = (RiskPoint.at, RiskPoint.id)
    return await listing(uow, query, order=order, paging=paging, changed=RiskPoint.changed_at, shape=point_out)


async def risk_report(uow: Uow) -> RiskReportOut:
    """Over the ended stays that the caller may see."""
    alarmed = (
        plain(func.count()).select_from(RiskPoint)
        .where(RiskPoint.application_id == StayRisk.id, RiskPoint.level == Level.alarm).correlate(StayRisk)
        .scalar_subquery()
    )  # fmt: skip
    query = (
        plain(RiskPoint.risk, StayRisk.ended, alarmed)  # type: ignore[call-overload]
        .join(StayRisk, StayRisk.id == RiskPoint.application_id)
        .where(stays_of(uow.caller), StayRisk.ended.is_not(None), RiskPoint.mark == HALF)  # type: ignore[union-attr]
        .order_by(RiskPoint.at, RiskPoint.id)
    )
    rows = list((await uow.execute(query)).all())
    newest = await uow.rows(select(RiskModel).where(RiskModel.in_use).order_by(RiskModel.number.desc()).limit(1))  # type: ignore[arg-type, attr-defined]
    model = next(iter(newest), None)
    said, wrong = [row[0] for row in rows], [row[1] is not End.well for row in rows]
    n, bad = len(rows), sum(wrong)
    enough = n >= FEWEST and min(bad, n - bad) >= FEWEST_OF_KIND
    alarms = [outcome for (_, _, count), outcome in zip(rows, wrong, strict=True) if count]
    return RiskReportOut(
        n=n, wrong=bad, enough=enough, base_rate=bad / n if n else None, mean_said=sum(said) / n if n else None,
        brier=_figure(measures.brier(said, wrong) if enough else Measure(None, n)),
        auc=_figure(measures.auc(said, wrong) if enough else Measure(None, n)),
        bins=[_bin(one) for one in measures.calibration(said, wrong, 5)] if enough else [],
        alarms=len(alarms), alarms_wrong=sum(alarms), model=f"risk-{model.number}" if model else RULES,
        trained_at=model.trained_at if model else None,
    )  # fmt: skip


def _figure(found: Measure) -> FigureOut:
    return FigureOut.model_validate(found, from_attributes=True)


def _bin(found: Any) -> BinOut:
    return BinOut(n=found.n, said=found.mean_probability, wrong=found.rate, low=found.low, high=found.high)
