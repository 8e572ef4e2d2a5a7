"""Both customers of one experience side by side, within the caller's scope."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_
from sqlmodel import select

from services.journeys.model import (
    Application,
    BothSides,
    Label,
    PersonName,
    both_of,
    values_of,
)
from services.journeys.policy import dual
from services.journeys.policy.dual import Asymmetry, Group
from services.journeys.schemas import AsymmetryOut, CellOut, DualOut, GapOut, RateOut, TwoSidesOut
from services.journeys.views.parts import Part, narrowing, parts_of
from shared.contracts.fields import Product
from shared.proportions import Rate
from shared.storage.paging import Page, Paging, listing
from shared.storage.scope import within
from shared.storage.tx import Uow
from shared.web.schemas import Day


@dataclass(frozen=True, slots=True)
class DualFilter:
    """Which experiences: of an entity and those below it (either side), of a product, answered by the EP when."""

    entity_id: UUID | None = None
    product: Product | None = None
    since: Day | None = None
    until: Day | None = None


async def get_dual(uow: Uow, asked: DualFilter) -> DualOut:
    """The matrix of both NPS groups, who is glad alone, and the gaps of NPS and of effort."""
    asked = replace(asked, entity_id=await narrowing(uow, asked.entity_id))
    found = [line for part in await _parts(uow, asked) for line in (await uow.execute(_counted(part))).all()]
    counts: Counter[dual.Pair] = Counter()
    for ep, enabler, n, *_ in found:
        if ep and enabler:
            counts[Group(ep), Group(enabler)] += int(n)
    n, *sums = (sum(float(line[place] or 0) for line in found) for place in range(3, 7))
    matrix = [CellOut(ep=ep, enabler=enabler, share=_rate(rate)) for ep, enabler, rate in dual.cells(counts)]
    alone = [AsymmetryOut(which=which, share=_rate(rate)) for which, rate in dual.asymmetric(counts).items()]
    nps = GapOut.model_validate(dual.nps_gap(counts), from_attributes=True)
    effort = GapOut.model_validate(dual.gap_of(int(n), *sums), from_attributes=True)
    return DualOut(
        n=nps.n, nps=nps, effort=effort, matrix=matrix, asymmetric=alone, note=None if nps.enough else "not enough data"
    )


def _counted(part: Part) -> Any:
    """How often each pair of groups; and of experiences whose effort both have told how many, both sums, and the sum of
    the squared differences. Equal answers are counted first: they are few, however many experiences there are."""
    row: Any = BothSides
    said = (row.ep_nps, row.enabler_nps, row.ep_ces, row.enabler_ces)
    alike = select(*said, func.count().label("n")).where(*part).group_by(*said).subquery().c
    groups = (_group(alike.ep_nps).label("ep"), _group(alike.enabler_nps).label("enabler"))
    both, between = alike.ep_ces.is_not(None) & alike.enabler_ces.is_not(None), alike.ep_ces - alike.enabler_ces
    effort = [func.sum(one * alike.n).filter(both) for one in (1, alike.ep_ces, alike.enabler_ces, between * between)]
    return select(*groups, func.sum(alike.n), *effort).group_by(*groups)


def _rate(rate: Rate | None) -> RateOut | None:
    return None if rate is None else RateOut.model_validate(rate, from_attributes=True)


def _both(*columns: Any) -> list[ColumnElement[bool]]:
    return [column.is_not(None) for column in columns]


def _group(score: Any) -> Any:
    """As `dual.group_of` does it; null where there is no score."""
    return case((score >= 9, Group.promoter), (score >= 7, Group.passive), (score >= 0, Group.detractor))


async def _parts(uow: Uow, asked: DualFilter) -> list[Part]:
    """The same as `_answered` with the scope, in parts that don't overlap."""
    row: Any = BothSides
    sides = {"sending": row.sending_entity_id, "hosting": row.hosting_entity_id}
    return [[*_answered(asked), *part] for part in await parts_of(uow, asked.entity_id, **sides)]


def _seen(uow: Uow, asked: DualFilter) -> list[ColumnElement[bool]]:
    """Experiences that the caller may see, of the entity that is asked for."""
    row: Any = BothSides
    sides = (row.sending_entity_id, row.hosting_entity_id)
    about = [] if asked.entity_id is None else [or_(*(within(side, asked.entity_id) for side in sides))]
    return [both_of(uow.caller), *about]


def _answered(asked: DualFilter) -> list[ColumnElement[bool]]:
    """Experiences on which both have answered, of the days and the product that are asked for."""
    row: Any = BothSides
    found = _both(row.ep_at, row.enabler_at)
    if asked.since is not None:
        found.append(row.ep_at >= _begin(asked.since))
    if asked.until is not None:
        found.append(row.ep_at < _begin(asked.until) + timedelta(days=1))
    if asked.product is not None:
        of_product = select(Application.id).where(
            Application.id == row.application_id, Application.product == asked.product
        )
        found.append(of_product.correlate(BothSides).exists())
    return found


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


async def list_dual(uow: Uow, asked: DualFilter, which: Asymmetry | None, paging: Paging) -> Page:
    """Experiences with both answers, the EP's newest first; `which` keeps those where one side alone is glad."""
    row: Any = BothSides
    asked = replace(asked, entity_id=await narrowing(uow, asked.entity_id))
    query = _named().where(*_answered(asked), *_seen(uow, asked), *_both(row.ep_nps, row.enabler_nps))
    if which is not None:
        query = query.where(and_(*(_group(score) == group for score, group in _scored(row, which))))
    page = await listing(uow, query, order=(row.ep_at.desc(), row.application_id.desc()), paging=paging)
    return Page([_line(found) for found in page.items], page.next)


def _scored(row: Any, which: Asymmetry) -> list[tuple[Any, Group]]:
    return list(zip((row.ep_nps, row.enabler_nps), dual.GLAD[which], strict=True))


def _named() -> Any:
    """Rows with what people and things are called, and what pages are ordered by."""
    row: Any = BothSides
    labels = {
        name: select(Label.text).where(Label.id == key).scalar_subquery().label(name)
        for name, key in (
            ("enabler", row.enabler_id),
            ("opportunity", Application.opportunity_id),
            ("sending_entity", row.sending_entity_id),
            ("hosting_entity", row.hosting_entity_id),
        )
    }
    names = (PersonName.given_name, PersonName.family_name)
    about = (Application.product, Application.start_on, Application.end_on)
    query = select(BothSides, *names, *about, *labels.values(), row.ep_at, row.application_id)  # type: ignore[call-overload]
    query = query.outerjoin(PersonName, PersonName.person_id == row.person_id)
    return query.outerjoin(Application, Application.id == row.application_id)


def _line(found: Sequence[Any]) -> TwoSidesOut:
    row: Any = found
    both = row[0]
    groups = {"ep_group": dual.group_of(both.ep_nps), "enabler_group": dual.group_of(both.enabler_nps)}
    names = ("given_name", "family_name", "product", "start_on", "end_on", "enabler", "opportunity")
    more = {name: getattr(row, name) for name in (*names, "sending_entity", "hosting_entity")}
    return TwoSidesOut.model_validate(values_of(both) | groups | more | {"gap": both.ep_nps - both.enabler_nps})
