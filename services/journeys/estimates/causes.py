"""`funnel-causes`, `funnel-outlook`, `channels`: which step, group and channel loses people, and who will convert."""

from datetime import date
from typing import Any

from sqlalchemy import Date, Text, and_, case, cast, func, select, text

from services.journeys.estimates.cohorts import GoalParams, check_goal
from services.journeys.estimates.funnel import Cohort, CohortParams
from services.journeys.estimates.registry import Params, estimator
from services.journeys.model import Application, Contact, Course, EnablerCourse, Milestone, Subject
from services.journeys.model.narrowing import fits, narrowed, scope
from services.journeys.policy import EXITS
from services.journeys.policy.causes import calibration, compared, expected
from services.journeys.policy.funnel import Of, step_of
from services.journeys.policy.incidence import incidence
from services.journeys.policy.quantiles import Z
from services.journeys.policy.questions import Question, View, moments
from services.journeys.policy.shares import FAIR
from shared.proportions import rate_of
from shared.storage.scope import visible
from shared.storage.tx import Uow

DIMENSIONS: dict[Of, dict[str, Any]] = {
    Of.people: {
        "entity": Course.sending_entity_id, "country": Course.country, "language": Course.language,
        "product": Course.product, "field": Course.study_field, "channel": Course.channel,
    },
    Of.applications: {
        "entity": Application.sending_entity_id, "host": Application.hosting_entity_id, "product": Application.product,
    },
    Of.enablers: {
        "host": EnablerCourse.hosting_entity_id, "country": EnablerCourse.country, "kind": EnablerCourse.kind,
        "product": EnablerCourse.product, "field": EnablerCourse.field, "channel": EnablerCourse.channel,
    },
}  # fmt: skip
UNKNOWN = "?"


@estimator("funnel-causes", version=1, params=GoalParams)
class Causes:
    """The step to `goal`: every group held against the rest, and the reasons that were given by those who dropped."""

    async def load(self, uow: Uow, question: Question) -> Any:
        asked = GoalParams(**question.params)
        cohort = Cohort(uow, question, asked)
        check_goal(cohort, asked.goal)
        before = cohort.funnel.before(asked.goal)
        if before not in (cohort.start, *cohort.funnel.from_on(cohort.start)):
            before = cohort.start
        groups: dict[str, dict[str, list[Any]]] = {}
        for name, column in DIMENSIONS[asked.of].items():
            level = func.coalesce(cast(column, Text), UNKNOWN).label("level")
            query = cohort.counts([(str(before), asked.goal)], level)
            for _, day, outcome, count, one in (await uow.execute(query)).all():
                groups.setdefault(name, {}).setdefault(one, []).append((day, outcome, count))
        reasons = await _reasons(uow, question, cohort, str(before)) if asked.of is Of.applications else []
        about = {"of": str(asked.of), "before": before, "goal": asked.goal}
        return {**about, "groups": groups, "reasons": reasons}

    def compute(self, data: Any, seed: int) -> dict[str, Any]:
        n = sum(row[-1] for row in data["reasons"])
        reasons = [_reason(*row, n) for row in sorted(data["reasons"], key=lambda row: (-row[-1], row))]
        said = {name: data[name] for name in ("of", "before", "goal")}
        return {**said, **compared(data["groups"]), "reasons": reasons}


async def _reasons(uow: Uow, question: Question, cohort: Cohort, before: str) -> list[Any]:
    """Exits of applications that had come as far as `before` and no further: what it was, and why."""
    row, chain = Application, cohort.funnel.chain
    after = chain[chain.index(before) + 1]
    mine = [scope(Of.applications, uow.caller), *narrowed(Of.applications, question.rule)]
    mine += [cohort.reached(before).is_not(None), cohort.reached(after).is_(None)]
    exits = [str(status) for status in EXITS]
    query = select(Milestone.status, Milestone.reason, Milestone.side, func.count())  # type: ignore[call-overload]
    query = query.where(Milestone.status.in_(exits), Milestone.at <= cohort.then)
    query = query.where(Milestone.application_id.in_(select(row.id).where(*mine)))  # type: ignore[call-overload]
    found = (await uow.execute(query.group_by(text("1"), text("2"), text("3")))).all()
    return [[str(status), reason or UNKNOWN, side or UNKNOWN, count] for status, reason, side, count in found]


def _reason(status: str, reason: str, side: str, count: int, n: int) -> dict[str, Any]:
    return {"status": status, "reason": reason, "side": side, "count": count, "share": _wilson(count, n)}


class OutlookParams(Params):
    """Within how many days a lead is to be approved for the calibration, and from when on leads are looked at."""

    horizon: int = 365
    since: date | None = None


@estimator("funnel-outlook", version=1, params=OutlookParams)
class Outlook:
    """What the scores of open leads foretell, and whether first scores of earlier ones came true."""

    async def load(self, uow: Uow, question: Question) -> Any:
        asked = OutlookParams(**question.params)
        where = [scope(Of.people, uow.caller), *narrowed(Of.people, question.rule)]
        tenth = func.least(func.floor(Subject.score * 10), 9)
        query = select(tenth, func.round(Subject.score * 100) / 100, func.count())
        query = query.join(Course, and_(Course.person_id == Subject.person_id, Course.approved_at.is_(None)))  # type: ignore[union-attr, arg-type]
        query = query.where(*where, Subject.score.is_not(None)).group_by(text("1"), text("2"))  # type: ignore[union-attr]
        open_ = [[int(one), float(score), n] for one, score, n in (await uow.execute(query)).all()]
        return {"open": open_, "bins": await self._bins(uow, question, asked), "horizon": asked.horizon}

    async def _bins(self, uow: Uow, question: Question, asked: OutlookParams) -> list[Any]:
        cohort = Cohort(uow, question, CohortParams(since=asked.since))
        cohort.where.append(Course.first_score.is_not(None))  # type: ignore[union-attr]
        tenth = cast(func.least(func.floor(Course.first_score * 10), 9), Text).label("tenth")
        score = func.round(Course.first_score * 100).label("score")
        query = cohort.counts([(cohort.start, "approved")], tenth, score)
        rows = (await uow.execute(query)).all()
        return [[day, outcome, count, int(float(one)), float(cent) / 100] for _, day, outcome, count, one, cent in rows]

    def compute(self, data: Any, seed: int) -> dict[str, Any]:
        spread: dict[int, int] = {}
        for tenth, _, count in data["open"]:
            spread[tenth] = spread.get(tenth, 0) + count
        bins: dict[int, tuple[float, list[Any]]] = {}
        sums: dict[int, tuple[float, int]] = {}
        for day, outcome, count, tenth, score in data["bins"]:
            total, n = sums.get(tenth, (0.0, 0))
            sums[tenth] = (total + score * count, n + count)
            bins.setdefault(tenth, (0.0, []))[1].append((day, outcome, count))
        means = {tenth: (sums[tenth][0] / sums[tenth][1], rows) for tenth, (_, rows) in bins.items()}
        shown = [{"tenth": tenth, "leads": spread.get(tenth, 0)} for tenth in range(10)]
        expect = expected([(score, count) for _, score, count in data["open"]])
        return {"leads": sum(spread.values()), "expected": expect, "spread": shown, "horizon": data["horizon"],
                "calibration": calibration(means, data["horizon"]), "least": FAIR}  # fmt: skip


class ChannelParams(Params):
    """Between which days (UTC): people who became known, contacts that took place."""

    since: date | None = None
    until: date | None = None


@estimator("channels", version=1, params=ChannelParams)
class Channels:
    """Conversion of each desired action by the channel of the first contact, and contacts by channel over time."""

    async def load(self, uow: Uow, question: Question) -> Any:
        asked = ChannelParams(**question.params)
        cohort = Cohort(uow, question, CohortParams(start="known", since=asked.since, until=asked.until))
        after = cohort.funnel.from_on("known")
        steps = [(str(cohort.funnel.before(stage)), stage) for stage in after]
        level = func.coalesce(Course.channel, UNKNOWN).label("level")
        found: dict[str, dict[str, list[Any]]] = {}
        for pair, day, outcome, count, one in (await uow.execute(cohort.counts(steps, level))).all():
            found.setdefault(one, {}).setdefault(pair, []).append((day, outcome, count))
        return {"channels": found, "contacts": await self._contacts(uow, question, asked)}

    async def _contacts(self, uow: Uow, question: Question, asked: ChannelParams) -> list[list[Any]]:
        row = Contact
        since, until = moments(asked.since, asked.until)
        where = [*([row.at >= since] if since else []), *([row.at < until] if until else [])]
        if question.view is not View.everything:
            where.append(visible(uow.caller, sending=row.entity_id, hosting=row.entity_id))
        where += fits(row.person_id, question.rule)
        month = cast(func.date_trunc("month", row.at), Date)
        alone, ours = (func.sum(case((one, 1), else_=0)) for one in (row.self_service, row.direction == "out"))
        query = select(month, row.channel, func.count(), alone, ours).where(*where).group_by(text("1"), text("2"))  # type: ignore[call-overload]
        return [[one.isoformat(), *rest] for one, *rest in (await uow.execute(query)).all()]

    def compute(self, data: Any, seed: int) -> dict[str, Any]:
        channels = [{"channel": channel, "actions": [_action(pair, rows) for pair, rows in sorted(pairs.items())]}
                    for channel, pairs in sorted(data["channels"].items())]  # fmt: skip
        names = ("month", "channel", "contacts", "self_service", "ours")
        contacts = [dict(zip(names, row, strict=True)) for row in sorted(data["contacts"])]
        totals: dict[str, int] = {}
        for one in contacts:
            totals[one["month"]] = totals.get(one["month"], 0) + one["contacts"]
        for one in contacts:
            one["n"] = totals[one["month"]]
            one["share"] = _wilson(one["contacts"], one["n"])
        return {"channels": channels, "contacts": contacts, "least": FAIR}


def _action(pair: str, rows: list[Any]) -> dict[str, Any]:
    return {"action": pair.partition(">")[2], **(step_of(incidence(rows)) or {})}


def _wilson(part: int, n: int) -> dict[str, float] | None:
    rate = rate_of(part, n, Z)
    if rate is None or n < FAIR:
        return None
    return {"value": round(rate.rate, 4), "low": round(rate.low, 4), "high": round(rate.high, 4)}
