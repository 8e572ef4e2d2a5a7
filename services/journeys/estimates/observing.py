"""What happened in the steps and cells of a blueprint, counted by the database: the reads behind its figures."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, DateTime, and_, case, cast, func, literal, null, or_, select, true
from sqlalchemy import Float as Real

from services.journeys.model import Answer, Application, Course, EnablerCourse, Entry, Judgement, Occasion, Proof
from services.journeys.model.narrowing import fits, narrowed, scope, view_of
from services.journeys.policy import EXITS
from services.journeys.policy.blueprints import MOMENTS, Passage, Unit
from services.journeys.policy.funnel import Of
from services.journeys.policy.questions import Question, View
from shared.contracts.surveys import Party
from shared.storage.scope import visible
from shared.storage.tx import Uow

ROWS: Mapping[Unit, tuple[Of, Any]] = {
    Unit.person: (Of.people, Course),
    Unit.application: (Of.applications, Application),
    Unit.enabler: (Of.enablers, EnablerCourse),
}
NPS = "nps:experience"
FIRST = {"known": "first_contact_at"}
# Why a touchpoint that was owed reached nobody; what was skipped for another reason wasn't owed any more.
FAILED = ("late", "no_address", "failed", "hard_bounce", "complaint", "nobody", "unreachable")
DAY = 86_400.0


def days(later: Any, earlier: Any) -> ColumnElement[float]:
    return cast(func.extract("epoch", later - earlier), Real) / DAY


def moment_of(unit: Unit, name: str) -> ColumnElement[Any]:
    """When a moment was first reached: with a later one at the latest; the side branches for themselves."""
    row, moments = ROWS[unit][1], MOMENTS[unit]
    after = moments[moments.index(name) :]
    if "completed" in after:
        after = after[: after.index("completed") + 1]
    names = [name] if name in moments[moments.index("completed") + 1 :] else after
    columns = [getattr(row, FIRST.get(one, f"{one}_at")) for one in names]
    return func.least(*columns) if len(columns) > 1 else columns[0]  # type: ignore[no-any-return]


def exit_of(unit: Unit) -> ColumnElement[Any]:
    """When it ended otherwise; null: it didn't."""
    if unit is Unit.application:
        return case((Application.status.in_([str(one) for one in EXITS]), Application.status_at))  # type: ignore[attr-defined]
    row = ROWS[unit][1]
    return case((or_(row.won_back_at.is_(None), row.lapsed_at > row.won_back_at), row.lapsed_at))


class Observing:
    """The reads of one question: the caller's scope and the segment narrow each of them."""

    def __init__(self, uow: Uow, question: Question, party: str = Party.ep) -> None:
        self.uow, self.rule, self.caller, self.party = uow, question.rule, uow.caller, party

    def of(self, unit: Unit) -> list[ColumnElement[bool]]:
        kind = ROWS[unit][0]
        return [scope(kind, self.caller), *narrowed(kind, self.rule)]

    def seen(self, row: Any) -> ColumnElement[bool]:
        """A fact that names whom it concerns: in scope, and of the segment, by the customer whose journey it is."""
        enabler = getattr(row, "enabler_id", null())
        whose = {"sending": row.sending_entity_id, "hosting": row.hosting_entity_id}
        mine = visible(self.caller, person=row.person_id, enabler=enabler, **whose)
        if self.rule is None or self.rule.empty:
            return mine
        enablers = select(EnablerCourse.enabler_id).where(*narrowed(Of.enablers, self.rule))
        person, theirs = and_(true(), *fits(row.person_id, self.rule)), enabler.in_(enablers)
        if self.party == Party.enabler:
            return and_(mine, or_(theirs, and_(enabler.is_(None), person)))
        return and_(mine, or_(person, and_(row.person_id.is_(None), theirs)))

    async def _rows(self, query: Any) -> list[list[Any]]:
        return [list(row) for row in (await self.uow.execute(query)).all()]

    async def passage(self, passage: Passage) -> dict[str, Any]:
        """(days, outcome, how many) in the step, to a tenth of a day; and of those watched long enough, who went on."""
        unit, now = passage.of, literal(self.uow.now)
        begun, ended, gone = moment_of(unit, passage.begins), moment_of(unit, passage.ends), exit_of(unit)
        on = case((ended >= begun, ended))
        out = case((and_(on.is_(None), gone >= begun), gone))
        base = select(begun.label("begun"), on.label("went"), out.label("out"))
        rows = base.where(*self.of(unit), begun.is_not(None), begun <= now).subquery()
        c = rows.c
        lasted = func.round(cast(days(func.coalesce(c.went, c.out, now), c.begun) * 10, Real)) / 10
        outcome = case((c.went.is_not(None), "on"), (c.out.is_not(None), "out"), else_="open")
        watched = days(now, c.begun) >= passage.watch_days
        through = and_(watched, c.went.is_not(None), days(c.went, c.begun) <= passage.watch_days)
        counts = (func.count(), func.count().filter(watched), func.count().filter(through))
        found = await self._rows(select(lasted, outcome, *counts).group_by(lasted, outcome))
        return {
            "lasted": [row[:3] for row in found], "watched": sum(row[3] for row in found),
            "went": sum(row[4] for row in found), "reasons": await self._reasons(passage),
        }  # fmt: skip

    async def _reasons(self, passage: Passage) -> list[list[Any]]:
        """Why applications ended in this step, the most frequent first."""
        if passage.of is not Unit.application:
            return []
        begun, ended = moment_of(passage.of, passage.begins), moment_of(passage.of, passage.ends)
        what = func.coalesce(Application.reason, Application.status)
        query = select(what, func.count()).where(*self.of(passage.of), begun.is_not(None), ended.is_(None))
        query = query.where(exit_of(passage.of).is_not(None)).group_by(what).order_by(func.count().desc(), what)
        return await self._rows(query.limit(5))

    async def occasions(self, graces: Mapping[str, int]) -> dict[str, Any]:
        """Per touchpoint of the plan: how many, done, ripe, in time, late, failed, not owed any more, came back; and
        how many were done how long after they were due, in days to a tenth."""
        if not graces:
            return {}
        row, now = Occasion, literal(self.uow.now)
        due, fault = due_of(), failed()
        grace = case(*((row.touchpoint == code, days_) for code, days_ in graces.items()), else_=1)
        last = due + func.make_interval(0, 0, 0, grace)
        owed = or_(row.state.is_distinct_from("skipped"), fault)
        late = and_(owed, ~fault, or_(row.late.is_(True), func.coalesce(row.done_at, now) > last))
        ripe = and_(owed, or_(row.done_at.is_not(None), last <= now, fault))
        well = and_(ripe, ~late, ~fault)
        behind = func.round(cast(days(row.done_at, due) * 10, Real)) / 10
        columns = [
            func.count(), func.count(row.done_at), func.count().filter(ripe), func.count().filter(well),
            func.count().filter(and_(ripe, late)), func.count().filter(and_(ripe, fault)), func.count().filter(~owed),
            func.sum(row.bounced),
        ]  # fmt: skip
        query = select(row.touchpoint, behind, *columns).where(row.touchpoint.in_(list(graces)), self.seen(row))
        found: dict[str, Any] = {}
        for code, days_, *counts in await self._rows(query.group_by(row.touchpoint, behind)):
            sums, heap = found.setdefault(code, ([0] * len(counts), []))
            sums[:] = [one + more for one, more in zip(sums, counts, strict=True)]
            heap += [] if days_ is None else [[days_, counts[0]]]
        return {code: [*sums, heap] for code, (sums, heap) in found.items()}

    def entries(self) -> ColumnElement[bool]:
        """Entries of stays, people or enablers in scope."""
        if (self.rule is None or self.rule.empty) and view_of(self.caller)[0] is View.everything:
            return true()
        people = select(Course.person_id).where(*self.of(Unit.person))
        stays = select(Application.id).where(*self.of(Unit.application))
        enablers = select(EnablerCourse.enabler_id).where(*self.of(Unit.enabler))
        row: Any = Entry
        alone = row.application_id.is_(None)
        theirs = and_(alone, row.person_id.is_(None), row.enabler_id.in_(enablers))
        return or_(row.application_id.in_(stays), and_(alone, row.person_id.in_(people)), theirs)

    async def scores(self, wanted: Sequence[str]) -> dict[str, Any]:
        """Histograms by `metric:about`, of this customer; NPS of the experience is always among them."""
        name = func.concat(Answer.measure, ":", Answer.about)
        query = select(name, Answer.score, func.count()).where(
            Answer.party == self.party, name.in_([*wanted, NPS]), self.seen(Answer)
        )
        found: dict[str, Any] = {}
        for key, score, count in await self._rows(query.group_by(name, Answer.score).order_by(name, Answer.score)):
            found.setdefault(key, []).append([score, count])
        return found

    async def standards(self) -> dict[str, Any]:
        """Per standard: the customer's yes and no, and what the provider has evidence of: in time, late, missed."""
        word = func.jsonb_each_text(Judgement.standards).table_valued("key", "value").alias("word")
        said = select(word.c.key, word.c.value, func.count()).select_from(Judgement).join(word, true())
        said = said.where(Judgement.party == self.party, self.seen(Judgement)).group_by(word.c.key, word.c.value)
        told = select(Proof.standard, Proof.state, func.count()).where(self.seen(Proof))
        found: dict[str, dict[str, int]] = {}
        for query in (said, told.group_by(Proof.standard, Proof.state)):
            for key, value, count in await self._rows(query):
                found.setdefault(key, {})[value] = count
        return found

    async def events(self, types: Sequence[str]) -> dict[str, int]:
        if not types:
            return {}
        query = select(Entry.type, func.count()).where(Entry.type.in_(list(types)), self.entries())  # type: ignore[attr-defined]
        return dict(await self._rows(query.group_by(Entry.type)))

    async def line(self) -> dict[str, Any]:
        """Per item: pairs of what the same stay's customer expected and found: n, means, and the spread of the gap."""
        before, after = self._items(Judgement.expected), self._items(Judgement.found)
        both = and_(before.c.stay == after.c.stay, before.c.item == after.c.item)
        gap = after.c.value - before.c.value
        columns = [func.count(), func.avg(before.c.value), func.avg(after.c.value), func.var_samp(gap)]
        query = select(before.c.item, *columns).join(after, both).group_by(before.c.item)
        return {row[0]: [None if one is None else float(one) for one in row[1:]] for row in await self._rows(query)}

    def _items(self, column: Any) -> Any:
        item, stay = (
            func.jsonb_each_text(column).table_valued("key", "value").alias(f"of_{column.key}"),
            Judgement.application_id,
        )
        value = func.avg(cast(item.c.value, Real)).label("value")
        query = select(stay.label("stay"), item.c.key.label("item"), value).select_from(Judgement).join(item, true())  # type: ignore[union-attr]
        query = query.where(Judgement.party == self.party, stay.is_not(None), self.seen(Judgement))  # type: ignore[union-attr]
        return query.group_by(stay, item.c.key).subquery()


def due_of() -> ColumnElement[Any]:
    """When an occasion was to be done: a task by the end of its day (UTC), else when it was due."""
    end = func.timezone("UTC", cast(Occasion.task_due_on, DateTime()) + func.make_interval(0, 0, 0, 1))
    return case((Occasion.task_due_on.is_not(None), end), else_=Occasion.due_at)  # type: ignore[union-attr]


def failed() -> ColumnElement[bool]:
    return and_(Occasion.state == "skipped", func.coalesce(Occasion.reason, "").in_(FAILED))
