"""Who speaks for a transition: a challenger that proved better takes over, a refit follows its like, one goes back."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import select

from services.scoring.commands import JudgeModels, RollBack
from services.scoring.model import ModelVersion, Reigned, Watched
from services.scoring.policy import life
from services.scoring.policy.life import Calibration, Contest, Drift, ModelState, Pair, Reign, Ruling, Spread
from services.scoring.policy.transitions import WAYS, Transition, Way
from services.scoring.schemas import ReignOut
from services.scoring.settings import Limits, limits
from services.scoring.views.maturing import EARLIEST, MATURED, MOST
from shared import telemetry
from shared.contracts.models import ChampionChanged, ModelDrifted, champion_id
from shared.errors import Conflict
from shared.storage.tx import Uow

DRIFTED = telemetry.gauge(
    "model_drift", "How far numbers or outcomes have drifted, as a share of the limit", "transition", "measure"
)
LATELY = """
SELECT DISTINCT ON (subject_id) features FROM chance_change
WHERE transition = $1 AND state = 'open' AND at > $2 AND at <= $3 ORDER BY subject_id, at DESC, id DESC LIMIT $4
"""


async def follow(uow: Uow, version: ModelVersion) -> None:
    """A refit of the champion's own kind (same code, same numbers) takes its place at once, so that it doesn't age.

    Provided that on its later slice it is no worse than rules. Anything else has to win on live outcomes, and so has
    everything after a roll back.
    """
    rows = await reigns_of(uow, version.transition)
    champion = await uow.find(ModelVersion, transition=version.transition, state=ModelState.champion)
    if (
        champion is None
        or rows[-1].back
        or (champion.code_version, champion.features) != (version.code_version, version.features)
    ):
        return
    if holds(version.metrics, limits().promote_auc_slack):
        await _crown(uow, version, "refit of the champion's kind")


def holds(metrics: dict[str, Any], slack: float) -> bool:
    """Whether a model was no worse than rules on its later slice; without a slice nobody knows."""
    ours, rules = metrics.get("model"), metrics.get("rules")
    if not ours or not rules or ours["auc"]["value"] is None or rules["auc"]["value"] is None:
        return False
    ranks = ours["auc"]["value"] >= rules["auc"]["value"] - slack
    return bool(ranks and ours["log_loss"]["value"] <= rules["log_loss"]["value"])


async def _crown(uow: Uow, version: ModelVersion, why: str, found: Contest | None = None) -> None:
    before = await uow.find(ModelVersion, transition=version.transition, state=ModelState.champion, lock=True)
    if before is not None:
        gone = {"retired_at": uow.now, "retired_why": f"followed by {version.transition}-{version.number}"}
        uow.change(before, state=ModelState.retired, **gone)
        await uow.flush()
    uow.change(version, state=ModelState.champion)
    contest = asdict(found) if found else None
    uow.add(Reigned(transition=version.transition, model_id=version.id, at=uow.now, why=why, contest=contest))
    await _changed(uow, version.transition, version.id, before.id if before else None, back=False)


async def _changed(uow: Uow, transition: Transition, now: UUID | None, before: UUID | None, *, back: bool) -> None:
    """Everybody is scored anew, portion by portion, and others hear of it."""
    watched = await watched_of(uow, transition)
    uow.change(watched, rescoring=True, rescored_to=None)
    told = {"transition": transition, "model_id": now, "before_id": before, "back": back}
    uow.say(ChampionChanged(champion_id=champion_id(transition), **told))


async def watched_of(uow: Uow, transition: Transition) -> Watched:
    found = await uow.find(Watched, transition=transition, lock=True)
    return found or uow.add(Watched(transition=transition, judged_at=uow.now - EARLIEST))


async def reigns_of(uow: Uow, transition: Transition) -> Sequence[Reigned]:
    query = select(Reigned).where(Reigned.transition == transition).order_by(Reigned.id)  # type: ignore[arg-type]
    return await uow.rows(query)


async def roll_back(uow: Uow, command: RollBack) -> ReignOut:
    """Who spoke before speaks again; the one who spoke never does any more by itself."""
    transition = command.transition
    rows = await reigns_of(uow, transition)
    try:
        back_to = life.before([Reign(row.model_id, row.at, row.back) for row in rows])
    except LookupError:
        raise Conflict(
            "Rules speak for this transition, and nobody spoke before them.", code="nothing-before"
        ) from None
    now = await uow.find(ModelVersion, transition=transition, state=ModelState.champion, lock=True)
    if now is not None:
        uow.change(now, state=ModelState.retired, retired_at=uow.now, retired_why="rolled back")
        await uow.flush()
    if back_to is not None:
        uow.change(
            await uow.get(ModelVersion, back_to, lock=True),
            state=ModelState.champion,
            retired_at=None,
            retired_why=None,
        )
    reign = uow.add(Reigned(transition=transition, model_id=back_to, at=uow.now, back=True, why="rolled back"))
    await uow.flush()
    await _changed(uow, transition, back_to, now.id if now else None, back=True)
    uow.note("roll_back_model", champion_id(transition), after={"model_id": str(back_to) if back_to else None})
    return ReignOut.model_validate(reign)


# --- the nightly look


async def judge_models(uow: Uow, command: JudgeModels) -> Ruling | None:
    """Once a night: does the challenger take over, and has anything drifted? None when it was done already."""
    way, now = WAYS[command.transition], uow.now
    watched = await watched_of(uow, way.transition)
    if watched.judged_at >= life.last_night(now, limits().train_hour):
        return None
    rows = await reigns_of(uow, way.transition)
    since = rows[-1].at if rows else now - EARLIEST
    found = await _contest(uow, way, since)
    challenger = await uow.find(ModelVersion, transition=way.transition, state=ModelState.challenger, lock=True)
    champion = await uow.find(ModelVersion, transition=way.transition, state=ModelState.champion)
    seen = await _calibration(uow, way, champion)
    drifted = await _drifts(uow, way, champion, seen)
    _alarm(uow, way, champion, drifted, {one["measure"] for one in watched.drift})
    told = {"contest": asdict(found), "calibration": asdict(seen) if seen else None}
    uow.change(watched, judged_at=now, drift=[asdict(one) for one in drifted], **told)
    if challenger is not None and found.ruling is Ruling.promote:
        await _crown(uow, challenger, "better on live outcomes", found)
    return found.ruling


async def _contest(uow: Uow, way: Way, since: datetime) -> Contest:
    """The challengers since this champion came, each by what it said live: refits of one kind are judged as one."""
    found = await uow.fetch(MATURED, str(way.transition), since, uow.now, way.horizon, False, MOST)
    pairs = [Pair(row["probability"], row["challenger"], row["rules"], row["reached"]) for row in found]
    return await asyncio.to_thread(life.contest, pairs, terms(limits()))


def terms(given: Limits) -> life.Terms:
    return life.Terms(given.promote_least, given.promote_z, given.promote_auc_slack, given.promote_gap)


async def _calibration(uow: Uow, way: Way, champion: ModelVersion | None) -> Calibration | None:
    """What was said against what happened, of the cases of the watched days that are settled now."""
    since = uow.now - way.horizon - timedelta(days=limits().drift_days)
    found = await uow.fetch(MATURED, str(way.transition), since, uow.now, way.horizon, True, MOST)
    speaker = champion.id if champion else None
    said = [row for row in found if row["probability"] is not None and row["model_id"] == speaker]
    return life.calibration([row["probability"] for row in said], [row["reached"] for row in said])


async def _drifts(uow: Uow, way: Way, champion: ModelVersion | None, seen: Calibration | None) -> list[Drift]:
    given, since = limits(), uow.now - timedelta(days=limits().drift_days)
    watch = life.Watch(given.drift_least, given.drift_stability, given.drift_z, given.drift_gap)
    if champion is None:
        return life.drifts({}, {}, seen, watch)
    found = [row["features"] for row in await uow.fetch(LATELY, str(way.transition), since, uow.now, MOST)]
    numbers = {name: [row[name] for row in found if row.get(name) is not None] for name in champion.reference}
    reference = {name: Spread(tuple(one["edges"]), tuple(one["shares"])) for name, one in champion.reference.items()}
    return await asyncio.to_thread(life.drifts, reference, numbers, seen, watch)


def _alarm(uow: Uow, way: Way, champion: ModelVersion | None, drifted: Sequence[Drift], known: Collection[str]) -> None:
    """The gauge shows it as long as it lasts; others hear of it once."""
    worst = dict.fromkeys(("stability", "calibration"), 0.0)
    for one in drifted:
        worst[one.measure] = max(worst[one.measure], abs(one.value) / one.limit)
    for measure, value in worst.items():
        DRIFTED.labels(transition=way.transition, measure=measure).set(value)
    for measure in worst.keys() - known:
        if first := next((one for one in drifted if one.measure == measure), None):
            about = {"measure": first.measure, "of": first.of, "value": first.value, "limit": first.limit}
            told = {"transition": way.transition, "model_id": champion.id if champion else None}
            uow.say(ModelDrifted(champion_id=champion_id(way.transition), **told, **about))
