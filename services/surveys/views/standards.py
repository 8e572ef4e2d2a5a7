"""Standards kept, expectation gaps and delivery gaps, read from the answers within the caller's scope."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import and_, func, true
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import select

from services.surveys.model import Answer, Claim, Given, answers_of
from services.surveys.policy import figures
from services.surveys.policy.figures import Correction
from services.surveys.policy.measures import Kind
from services.surveys.policy.questionnaire_parts import RATING
from services.surveys.policy.slices import Dimension, Narrowing
from services.surveys.schemas.scores import DifferenceOut, figure
from services.surveys.schemas.standards import (
    DeliveriesOut,
    DeliveryOut,
    GapOut,
    GapsOut,
    KeptOut,
    StandardsOut,
)
from services.surveys.settings import limits
from services.surveys.views.measured import asks, given, measured
from services.surveys.views.raw import conditions, split
from shared.contracts.surveys import Party, StandardWord
from shared.storage.tx import Uow

UNANSWERED = "unanswered"
Found = TypeVar("Found", GapOut, DeliveryOut)


async def standards_kept(uow: Uow, wanted: Narrowing, by: Dimension | None) -> StandardsOut:
    """Yes among yes and no; what was not needed and what was not answered stand apart."""
    asked = await measured(uow, Kind.standard)
    word = func.coalesce(Given.word, UNANSWERED)
    query: Any = select(asked.c.code, word, func.count()).select_from(Answer).join(asked, asks(asked))
    query = query.outerjoin(Given, given(asked)).where(*_slice(uow, wanted))
    query, key = split(query, by, wanted.entity_id, Answer, Answer.answered_at)
    found: dict[tuple[str, str], dict[str, int]] = {}
    for code, said, n, name in await uow.execute(query.add_columns(key).group_by(asked.c.code, word, key)):
        found.setdefault((name, code), {})[said] = n
    rows = [_kept(name if by else None, code, words) for (name, code), words in found.items()]
    rows.sort(key=lambda row: (row.key or "", row.kept.value if row.kept.value is not None else 2, row.standard))
    return StandardsOut(**_narrowed(wanted), by=by, standards=rows)


def _kept(key: str | None, code: str, words: Mapping[str, int]) -> KeptOut:
    counts = {word.value: words.get(word, 0) for word in StandardWord}
    n = counts["yes"] + counts["no"]
    kept = figures.share(counts["yes"], n) if n >= limits().minimum_answers else None
    return KeptOut(key=key, standard=code, **counts, unanswered=words.get(UNANSWERED, 0), kept=figure(kept, n))


async def expectation_gaps(uow: Uow, wanted: Narrowing, correction: Correction) -> GapsOut:
    """What the same people expected before and found after, about the same stay; of several answers the last.

    An enabler who is asked for expectations once for several stays has those held against each of them.
    """
    found = (await _pairs(uow, wanted)).subquery("pairs")
    keys = (found.c.code, found.c.programme, found.c.expected, found.c.met)
    pairs: dict[tuple[str, str], dict[tuple[int, int], int]] = {}
    for code, touchpoint, expected, met, n in await uow.execute(select(*keys, func.count()).group_by(*keys)):
        pairs.setdefault((code, touchpoint), {})[expected, met] = n
    rows = [_gap(code, touchpoint, counts) for (code, touchpoint), counts in sorted(pairs.items())]
    rows = _corrected(rows, correction)
    rows.sort(key=lambda row: row.gap.value if row.gap else 10)
    return GapsOut(**_narrowed(wanted), correction=correction, gaps=rows)


async def _pairs(uow: Uow, wanted: Narrowing) -> Any:
    """Each perception with the expectation that it is held against."""
    own = [answers_of(uow.caller), Answer.party == wanted.party]
    before = (await _rated(uow, Kind.expectation, own)).subquery("before")
    every = (await _rated(uow, Kind.perception, _slice(uow, wanted))).subquery("every")
    one = (every.c.item, every.c.recipient_id, every.c.application_id, every.c.programme)
    last = select(every).ext(distinct_on(*one)).order_by(*one, every.c.answered_at.desc()).subquery("after")
    same_stay = before.c.application_id.is_not_distinct_from(last.c.application_id)
    held = and_(
        before.c.item == last.c.item,
        before.c.recipient_id == last.c.recipient_id,
        before.c.answered_at <= last.c.answered_at,
        true() if wanted.party is Party.enabler else same_stay,
    )
    told_apart = (last.c.item, last.c.recipient_id, last.c.application_id, last.c.programme)
    query: Any = select(
        last.c.item.label("code"), last.c.programme, before.c.value.label("expected"), last.c.value.label("met")
    ).join(before, held)
    return query.ext(distinct_on(*told_apart)).order_by(*told_apart, same_stay.desc(), before.c.answered_at.desc())


async def _rated(uow: Uow, kind: Kind, conditions: Sequence[Any]) -> Any:
    """Every rating of an item: by whom, about which stay, when, in which programme."""
    asked = await measured(uow, kind)
    about = (Answer.recipient_id, Answer.application_id, Answer.programme, Answer.answered_at, Given.value)
    query: Any = select(asked.c.code.label("item"), *about).select_from(Answer).join(asked, asks(asked))
    return query.join(Given, given(asked)).where(*conditions)


def _gap(code: str, touchpoint: str, pairs: Mapping[tuple[int, int], int]) -> GapOut:
    found = figures.gap(RATING, pairs, limits().minimum_answers)
    return GapOut(
        item=code, touchpoint=touchpoint, n=found.n, enough=found.gap is not None, corrected=None, differs=None,
        expectation=figure(found.expectation, found.n), perception=figure(found.perception, found.n),
        gap=DifferenceOut.model_validate(found.gap) if found.gap else None,
        worse=found.worse, same=found.same, better=found.better,
    )  # fmt: skip


async def delivery_gaps(uow: Uow, wanted: Narrowing, correction: Correction) -> DeliveriesOut:
    """Evidence and the customer's word on the same stays; of several answers about one the last."""
    asked = await measured(uow, Kind.standard)
    told_apart = (asked.c.code, Answer.application_id)
    query: Any = select(*told_apart, Given.word).select_from(Answer).join(asked, asks(asked))
    query = query.join(Given, given(asked)).where(*_slice(uow, wanted), Answer.application_id.is_not(None))  # type: ignore[union-attr]
    said = query.ext(distinct_on(*told_apart)).order_by(*told_apart, Answer.answered_at.desc()).subquery("said")  # type: ignore[attr-defined]
    claimed = Claim.application_id.is_not(None)  # type: ignore[attr-defined]
    keys = (said.c.code, claimed, said.c.word == StandardWord.yes.value)
    query = select(*keys, func.count()).select_from(said)
    query = query.outerjoin(
        Claim, and_(Claim.application_id == said.c.application_id, Claim.standard == said.c.code)
    ).where(said.c.word.in_(["yes", "no"]))
    stays: dict[str, dict[tuple[bool, bool], int]] = {}
    for code, has_claim, yes, n in await uow.execute(query.group_by(*keys)):
        stays.setdefault(code, {})[has_claim, yes] = n
    rows = _corrected([_delivery(code, counts) for code, counts in sorted(stays.items())], correction)
    rows.sort(key=lambda row: -row.gap.value if row.gap else 10)
    return DeliveriesOut(**_narrowed(wanted), correction=correction, standards=rows)


def _delivery(code: str, stays: Mapping[tuple[bool, bool], int]) -> DeliveryOut:
    found = figures.delivery(stays, limits().minimum_answers)
    return DeliveryOut(
        standard=code, n=found.n, enough=found.gap is not None, corrected=None, differs=None,
        claimed=figure(found.claimed, found.n), perceived=figure(found.perceived, found.n),
        gap=DifferenceOut.model_validate(found.gap) if found.gap else None, conflicts=found.conflicts,
    )  # fmt: skip


def _corrected(rows: list[Found], correction: Correction) -> list[Found]:
    tested = [row for row in rows if row.gap and row.gap.p is not None]
    for row, p in zip(tested, figures.corrected([row.gap.p for row in tested], correction), strict=True):  # type: ignore[union-attr, misc]
        row.corrected, row.differs = p, p <= 1 - figures.LEVEL
    return rows


def _slice(uow: Uow, wanted: Narrowing) -> list[Any]:
    return [answers_of(uow.caller), *conditions(wanted, Answer, Answer.answered_at)]


def _narrowed(wanted: Narrowing) -> dict[str, Any]:
    found = {name: getattr(wanted, name) for name in ("party", "entity_id", "since", "until")}
    return found | {"minimum_n": limits().minimum_answers}
