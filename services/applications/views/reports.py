"""Reports of periods: how many applications reached which stage, how many ended, and why."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import Select, SmallInteger, case, cast, func, literal, select, union_all

from services.applications.policy import ORDER, STAGES, Status, share
from services.applications.policy.reports import Question, ours, question_errors
from services.applications.schemas.reports import CountRow, ExitRow, ExitsOut, FunnelOut, ReportOut
from services.applications.views.splits import Split, day_of, period_of, split_of, within
from services.applications.views.tracks import Tracks, tracks_at
from shared.errors import Invalid
from shared.storage.tx import Uow

EXITS = tuple(status for status in Status if status not in ORDER)
STEPS = (*(stage.value for stage in STAGES), *(status.value for status in EXITS))  # in a query: their numbers
Report = TypeVar("Report", bound=ReportOut)


def checked(question: Question) -> Question:
    """The question, or a refusal that says what is wrong with it."""
    if errors := question_errors(question):
        raise Invalid(errors=errors)
    return question


def answer(kind: type[Report], question: Question, rows: Sequence[Any]) -> Report:
    """A report: what was asked, and the rows."""
    asked = {name: getattr(question, name) for name in ReportOut.model_fields if name not in ("as_of", "known_at")}
    moment = {"as_of": question.moment.as_of, "known_at": question.moment.known_at}
    return kind.model_validate(asked | moment | {"rows": rows})


async def funnel_report(uow: Uow, question: Question) -> FunnelOut:
    """What happened in each period, whenever those applications were made."""
    tracks = await tracks_at(uow, checked(question).moment)
    marks = union_all(*_marks(tracks, question, split_of(question))).subquery("marks")
    keys = [marks.c.period, marks.c.step, *([marks.c.grp] if "grp" in marks.c else [])]
    counted = select(
        *keys, func.count().label("applications"), func.count(marks.c.person_id.distinct()).label("people")
    )
    found = (await uow.execute(counted.group_by(*keys))).mappings()
    rows = [CountRow(**dict(row) | {"group": named(row.get("grp")), "step": STEPS[row["step"]]}) for row in found]
    rows.sort(key=lambda row: (row.period, row.group or "", STEPS.index(row.step)))
    return answer(FunnelOut, question, rows)


def _marks(tracks: Tracks, question: Question, split: Split) -> Iterator[Select[Any]]:
    """One row for each stage that an application reached in the period, and one for its exit."""
    for name in (*STAGES, "exit"):
        for source, where in tracks.parts:
            row = source.c
            day = day_of(question, row, name)
            step = _number_of(row.exit) if name == "exit" else cast(literal(STEPS.index(name)), SmallInteger)
            marked = select(step.label("step"), period_of(question, day).label("period"), row.person_id)
            if question.group != "none":
                marked = marked.add_columns(split.group(row))
            yield marked.where(where, tracks.counts(row, name), within(question, day), *split.about(row))


def _number_of(exit_: Any) -> Any:
    return cast(case({status.value: STEPS.index(status) for status in EXITS}, value=exit_), SmallInteger)


async def exits_report(uow: Uow, question: Question) -> ExitsOut:
    """Why applications ended in each period; an exit that was taken back counts no more."""
    tracks = await tracks_at(uow, checked(question).moment)
    exits = union_all(*_exits(tracks, question, split_of(question))).subquery("exits")
    keys = [exits.c.period, exits.c.grp, exits.c.exit, exits.c.reason]
    people = func.count(exits.c.person_id.distinct()).label("people")
    all_of_them = func.sum(func.count()).over(partition_by=[exits.c.period, exits.c.grp]).label("n")
    counted = select(*keys, func.count().label("part"), people, all_of_them).group_by(*keys)
    found = (await uow.execute(counted)).mappings()
    rows = [_exit_row(row) for row in found]
    rows.sort(key=lambda row: (row.period, row.group or "", STEPS.index(row.exit), row.reason or ""))
    return answer(ExitsOut, question, rows)


def _exits(tracks: Tracks, question: Question, split: Split) -> Iterator[Select[Any]]:
    for source, where in tracks.parts:
        row = source.c
        day = day_of(question, row, "exit")
        columns = (period_of(question, day).label("period"), split.group(row), row.exit, row.reason, row.person_id)
        yield select(*columns).where(where, tracks.counts(row, "exit"), within(question, day), *split.about(row))


def _exit_row(row: Any) -> ExitRow:
    exit_, reason = Status(row["exit"]), row["reason"]
    known = share(row["part"], int(row["n"]))
    about = {
        "period": row["period"],
        "group": named(row["grp"]),
        "exit": exit_,
        "reason": reason,
        "people": row["people"],
    }
    cause = ours(reason) if exit_ is Status.rejected else None
    return ExitRow(**about, ours=cause, **shared_out(known))


def named(group: Any) -> str | None:
    return None if group is None else str(group)


def shared_out(found: Any) -> dict[str, Any]:
    """A share's fields, as they are answered."""
    return {name: getattr(found, name) for name in ("part", "n", "enough", "rate", "low", "high")}
