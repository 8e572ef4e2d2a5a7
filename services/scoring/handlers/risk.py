"""Look at a running stay: its risk by what is known now, what is kept of it, and the alarm that follows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, time
from functools import cache
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import text
from sqlmodel import select

from services.scoring.model import RiskModel, RiskPoint, StayRisk, StaySign
from services.scoring.policy import risk as policy
from services.scoring.policy.learning import Chance, Ladder, train
from services.scoring.policy.risk import LOOK_EVERY, PRIOR, RULES, Level, Seen, level_of, row_of
from services.scoring.settings import limits
from shared.contracts.risks import StayAtRisk, StayCalmed
from shared.contracts.scoring import Reason
from shared.storage.due import Due
from shared.storage.tx import Uow

LOOK, SETTLE = "look-at-stay", "settle-stay"
TIME_PASSED = "scoring.time-passed"
LEAST_MOVE = 0.01
NEWEST = text("SELECT max(number) FROM risk_model WHERE in_use")
IDS = ("person_id", "sending_entity_id", "hosting_entity_id")


def at_night(day: date) -> datetime:
    """When looks are due: wall time at the host."""
    return datetime.combine(day, time(3))


class InUse:
    """A model that looks at stays, and its name."""

    def __init__(self, name: str, ladder: Ladder) -> None:
        self.name, self.ladder = name, ladder


@cache
def _rules() -> InUse:
    return InUse(RULES, train((), PRIOR, seed=0))


_KNOWN: WeakKeyDictionary[Any, tuple[int, InUse]] = WeakKeyDictionary()  # what each database's newest model was


async def models_of(uow: Uow) -> InUse:
    """The newest model in use; the rules as long as there is none, or while it was made round other rules."""
    number = await uow.scalar(NEWEST)
    if number is None:
        return _rules()
    known = _KNOWN.get(uow.link.database)
    if known is None or known[0] != number:
        row = await uow.find(RiskModel, number=number)
        assert row is not None
        try:
            model = InUse(f"risk-{number}", Ladder.of_document(row.content, PRIOR))
        except ValueError:
            model = _rules()
        known = _KNOWN[uow.link.database] = (number, model)
    return known[1]


async def signs_of(uow: Uow, stays: Collection[StayRisk]) -> Mapping[UUID, list[Seen]]:
    """The signs of each of these stays."""
    found: dict[UUID, list[Seen]] = {stay.id: [] for stay in stays}
    if found:
        for row in await uow.rows(select(StaySign).where(StaySign.application_id.in_(found))):  # type: ignore[attr-defined]
            found[row.application_id].append(Seen(row.sign, row.subject, row.at, row.known_at, row.value))
    return found


async def look(uow: Uow, stay: StayRisk, signs: Sequence[Seen], model: InUse, cause: str) -> None:
    """The risk of a running stay by what is known now."""
    moment = max(filter(None, (uow.now, stay.looked_at, *(seen.known_at for seen in signs))))
    today = uow.today(stay.zone)
    numbers = row_of(stay.dates, signs, moment, today)
    chance = model.ladder.chance(numbers)
    before, settings = stay.level, limits()
    level = level_of(chance.probability, chance.abstains, before, settings.risk_watch_from, settings.risk_alarm_from)
    mark = stay.marked if stay.marked < len(policy.MARKS) and today >= policy.marks(stay.dates)[stay.marked] else None
    moved = _moved(stay, chance, level, model.name)
    stay.looked_at = moment
    if moved:
        _keep(uow, stay, chance, numbers, model.name, level)
    if moved or mark is not None:
        _point(uow, stay, moment, cause, mark)
    if mark is not None:
        stay.marked += 1
    _alarm(uow, stay, today)
    await _look_again(uow, stay, today)


def _moved(stay: StayRisk, chance: Chance, level: Level, model: str) -> bool:
    """Whether it is worth keeping: the first look, a visible move, other reasons, another level or model."""
    if stay.risk is None or stay.model != model or stay.level is not level:
        return True
    reasons = {(reason["code"], reason["log_odds"] > 0) for reason in stay.reasons}
    now = {(term.code, term.log_odds > 0) for term in chance.terms}
    return abs(stay.risk - chance.probability) >= LEAST_MOVE or reasons != now


def _keep(uow: Uow, stay: StayRisk, chance: Chance, numbers: policy.Row, model: str, level: Level) -> None:
    low, high = chance.interval
    uow.change(
        stay, risk=chance.probability, low=low, high=high, base_log_odds=chance.base_log_odds,
        reasons=[asdict(term) for term in chance.terms], numbers=dict(numbers), abstains=chance.abstains, model=model,
        evidence=chance.evidence, level=level,
    )  # fmt: skip


def _point(uow: Uow, stay: StayRisk, moment: Any, cause: str, mark: int | None) -> None:
    copied = ("risk", "low", "high", "base_log_odds", "reasons", "numbers", "abstains", "level", "model")
    stands = {name: getattr(stay, name) for name in copied}
    uow.add(RiskPoint(application_id=stay.id, at=moment, cause=cause, mark=mark, **stands))


def _alarm(uow: Uow, stay: StayRisk, today: date) -> None:
    """Said once when a stay gets there and once when it is calm again; not after its last day: it is too late then."""
    ids = {"application_id": stay.id} | {name: getattr(stay, name) for name in IDS}
    if stay.level is Level.alarm and stay.alarmed_at is None and today <= stay.end_on:
        stay.alarmed_at = uow.now
        reasons = [Reason(code=reason["code"], log_odds=reason["log_odds"]) for reason in stay.reasons]
        figures = {name: getattr(stay, name) for name in ("risk", "low", "high", "base_log_odds", "model")}
        uow.say(StayAtRisk(**ids, **figures, reasons=reasons))
    elif stay.level in (Level.calm, Level.watch) and stay.alarmed_at is not None:
        stay.alarmed_at = None
        uow.say(StayCalmed(**ids, risk=stay.risk, why="calmed"))


async def _look_again(uow: Uow, stay: StayRisk, today: date) -> None:
    """Lateness and silence grow without any event: every three days, and at each mark."""
    if stay.look_on is not None and stay.look_on > today:
        return
    ahead = [day for day in policy.marks(stay.dates) if day > today]
    day = min([today + LOOK_EVERY, *ahead])
    put = await uow.schedule(LOOK, stay.id, day.isoformat(), at_night(day), stay.zone)
    stay.look_on = None if put.settled else day


async def look_at_stay(uow: Uow, due: Due) -> None:
    """Days went by."""
    stay = await uow.find(StayRisk, id=due.subject, lock=True)
    if stay is None or not stay.running:
        due.skip("it doesn't run any more")
        return
    stay.look_on = None
    signs = await signs_of(uow, [stay])
    await look(uow, stay, signs[stay.id], await models_of(uow), TIME_PASSED)
