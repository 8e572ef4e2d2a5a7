"""Reports of cohorts – how far those came who applied together – and of openings, offered and taken."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from sqlalchemy import Float, Select, and_, cast, func, select, union_all

from services.applications.model import Application, Opportunity, Slot
from services.applications.policy import LEAST, STAGES, Stage, share
from services.applications.policy.reports import Question
from services.applications.schemas.reports import CohortRow, CohortsOut, OpeningsOut, OpeningsRow
from services.applications.views.reports import answer, checked, named, shared_out
from services.applications.views.splits import Split, day_of, period_of, split_of, within
from services.applications.views.tracks import Tracks, tracks_at
from shared.storage.scope import visible
from shared.storage.tx import Uow

STEPS = tuple(pairwise(STAGES))


async def cohorts_report(uow: Uow, question: Question) -> CohortsOut:
    """Those who applied in one period: how many came from stage to stage, how many left, how many still wait."""
    tracks = await tracks_at(uow, checked(question).moment)
    cohort = union_all(*_cohort(tracks, question, split_of(question))).subquery("cohort")
    keys = [cohort.c.period, cohort.c.grp]
    counted = select(*keys, *(column for before, stage in STEPS for column in _counts(cohort.c, before, stage)))
    found = (await uow.execute(counted.group_by(*keys))).mappings()
    rows = [_cohort_row(row, stage) for row in found for stage in STAGES[1:]]
    rows.sort(key=lambda row: (row.period, row.group or "", STAGES.index(row.stage)))
    return answer(CohortsOut, question, rows)


def _cohort(tracks: Tracks, question: Question, split: Split) -> Iterator[Select[Any]]:
    """One row an application: the period in which it was made, and the days of its stages and its exit."""
    for source, where in tracks.parts:
        row = source.c
        entered = day_of(question, row, "submitted")
        days = [tracks.when_counts(row, stage, day_of(question, row, stage)).label(stage) for stage in STAGES]
        ended = tracks.counts(row, "exit").label("ended")
        columns = (period_of(question, entered).label("period"), split.group(row), row.person_id, *days, ended)
        conditions = (tracks.counts(row, "submitted"), within(question, entered), *split.about(row))
        yield select(*columns).where(where, *conditions)


def _counts(row: Any, before: Stage, stage: Stage) -> Iterator[Any]:
    there, came = row[before].is_not(None), row[stage].is_not(None)
    yield func.count(row[before]).label(f"{stage}_n")
    yield func.count(row[stage]).label(f"{stage}_part")
    yield func.count(row.person_id.distinct()).filter(came).label(f"{stage}_people")
    yield func.count().filter(and_(there, row[stage].is_(None), row.ended)).label(f"{stage}_left")
    days = cast(func.greatest(row[stage] - row[before], 0), Float)
    yield func.percentile_cont(0.5).within_group(days).filter(came).label(f"{stage}_days")


def _cohort_row(row: Any, stage: Stage) -> CohortRow:
    told = {name: row[f"{stage}_{name}"] for name in ("n", "part", "people", "left", "days")}
    known = share(told["part"], told["n"])
    median = told["days"] if told["part"] >= LEAST else None
    return CohortRow(
        period=row["period"], group=named(row["grp"]), stage=stage, people=told["people"], left=told["left"],
        waiting=told["n"] - told["part"] - told["left"], median_days=median, **shared_out(known),
    )  # fmt: skip


async def openings_report(uow: Uow, question: Question) -> OpeningsOut:
    """Openings of the slots that begin in one period. An opening is taken at approval and given back by a break."""
    tracks = await tracks_at(uow, checked(question).moment)
    split = split_of(question)
    taken = union_all(*_taken(tracks)).subquery("taken")
    by_slot = select(taken.c.slot_id, func.count().label("part")).group_by(taken.c.slot_id).subquery("by_slot")
    keys = [period_of(question, Slot.start_on).label("period"), split.group(Opportunity.__table__.c)]  # type: ignore[arg-type]
    scope = visible(uow.caller, enabler=Opportunity.enabler_id, hosting=Opportunity.hosting_entity_id)
    counted = (
        select(*keys, func.sum(Slot.capacity).label("n"), func.coalesce(func.sum(by_slot.c.part), 0).label("part"))
        .select_from(Slot.__table__.join(Opportunity).outerjoin(by_slot, by_slot.c.slot_id == Slot.id))  # type: ignore[attr-defined]
        .where(scope, Opportunity.status != "draft", within(question, Slot.start_on))  # type: ignore[arg-type]
        .where(*split.about(Opportunity.__table__.c))  # type: ignore[attr-defined]
        .group_by(*keys)
    )
    found = (await uow.execute(counted)).mappings()
    rows = [OpeningsRow(period=row["period"], group=named(row["grp"]), **_taken_share(row)) for row in found]
    rows.sort(key=lambda row: (row.period, row.group or ""))
    return answer(OpeningsOut, question, rows)


def _taken(tracks: Tracks) -> Iterator[Select[Any]]:
    for source, where in tracks.parts:
        row = source.c
        there = and_(tracks.counts(row, "approved"), ~tracks.counts(row, "exit"))
        joined = Application.__table__.c.id == row.application_id  # type: ignore[attr-defined]
        yield select(Application.slot_id).where(joined, where, there)  # type: ignore[call-overload]


def _taken_share(row: Any) -> dict[str, Any]:
    part, offered = int(row["part"]), int(row["n"])
    return shared_out(share(min(part, offered), offered)) | {"part": part}
