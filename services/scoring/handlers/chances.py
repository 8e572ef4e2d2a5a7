"""Chances are worked out in the transaction of whatever moved them: one read and one write for all subjects at hand."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from services.scoring.policy.chances import Chance, Said, worth_keeping
from services.scoring.policy.enablers import EnablerFact
from services.scoring.policy.features import Fact, known
from services.scoring.policy.rules import Row, Term
from services.scoring.policy.spells import Spell, State, newest
from services.scoring.policy.transitions import Side, Transition, Way, ways_of
from services.scoring.views.champions import Models
from shared.storage.tx import Uow

STANDING = """
SELECT subject_id, transition, since, state, ended_at, probability, base_log_odds, terms, low, high, evidence, abstains,
    model, model_id, rules FROM chance WHERE subject_id = ANY($1::uuid[])
"""
SAID = (
    "since, state, ended_at, probability, base_log_odds, terms, features, low, high, evidence, abstains, model,"
    " model_id, rules, shadow"
)
KEEP = f"""
WITH said AS (SELECT * FROM jsonb_populate_recordset(NULL::chance, $1::text::jsonb) WITH ORDINALITY),
caused AS (SELECT * FROM unnest($2::text[]) WITH ORDINALITY AS c (cause, ordinality)),
standing AS (
    INSERT INTO chance (subject_id, transition, {SAID}, scored_at, version, changed_at)
    SELECT subject_id, transition, {SAID}, scored_at, 1, changed_at FROM said ORDER BY subject_id, transition
    ON CONFLICT (subject_id, transition) DO UPDATE SET
        ({SAID}, scored_at, version, changed_at) = ROW (
            {", ".join(f"excluded.{name.strip()}" for name in SAID.split(","))},
            excluded.scored_at, chance.version + 1, excluded.changed_at)
)
INSERT INTO chance_change (subject_id, transition, at, {SAID}, cause, changed_at)
SELECT subject_id, transition, scored_at, {SAID}, cause, changed_at
FROM said JOIN caused USING (ordinality) ORDER BY ordinality
"""  # noqa: S608 (words of ours)
TRAITS = """
INSERT INTO trait (subject_id, country) SELECT * FROM unnest($1::uuid[], $2::text[])
ON CONFLICT (subject_id) DO UPDATE SET country = excluded.country
"""
FORGET = """
WITH gone AS (DELETE FROM chance WHERE subject_id = $1), nowhere AS (DELETE FROM trait WHERE subject_id = $1)
DELETE FROM chance_change WHERE subject_id = $1
"""


@dataclass(frozen=True, slots=True)
class Subject:
    """Somebody whose chances are to be worked out: all facts, the row that models take, the moment, and why."""

    id: UUID
    facts: Sequence[Fact] | Sequence[EnablerFact]
    row: Row
    moment: datetime
    cause: str


async def move_chances(uow: Uow, subjects: Sequence[Subject], models: Models, side: Side = Side.ep) -> None:
    """Keep what moved; what didn't costs no write. The subjects are locked, so nobody else moves them meanwhile."""
    if not subjects:
        return
    before = await _standing(uow, subjects)
    moved = [
        (subject, way, said)
        for subject in subjects
        for way, said in said_of(subject, side, models)
        if worth_keeping(before.get((subject.id, way.transition)), said)
    ]
    if moved:
        rows = [_row(subject, way, said, uow.clock.machine()) for subject, way, said in moved]
        causes = [subject.cause for subject, _, _ in moved]
        await uow.fetch(KEEP, orjson.dumps(rows, default=str).decode(), causes)  # the driver has UUIDs of its own


def said_of(subject: Subject, side: Side, models: Models) -> Iterable[tuple[Way, Said]]:
    """What is to be said of each transition that this subject has begun, by what was known at the moment."""
    then = known(subject.facts, subject.moment)  # type: ignore[arg-type]
    for way in ways_of(side):
        if (spell := newest(then, way)) is not None:
            yield way, _said(way, spell, subject.row, models)


def _said(way: Way, spell: Spell, row: Row, models: Models) -> Said:
    """Once the spell is over there is nothing to foretell: the chance is kept as its state alone."""
    champion = models.champion(way)
    if spell.state is not State.open:
        over = Chance(None, way.base, (), champion.name, champion.id)
        return Said(spell.began_at, spell.state, over, spell.ended_at)
    rules = models.rules(way)(row).probability
    return Said(spell.began_at, spell.state, champion.chance(row), None, rules, models.shadow(way, row))


async def _standing(uow: Uow, subjects: Iterable[Subject]) -> Mapping[tuple[UUID, Transition], Said]:
    found = await uow.fetch(STANDING, list({subject.id for subject in subjects}))
    return {(row["subject_id"], Transition(row["transition"])): said_in(row) for row in found}


def said_in(row: Any) -> Said:
    """What a row says, as the driver gives it."""
    terms = tuple(Term(**term) for term in row["terms"])
    chance = Chance(
        row["probability"], row["base_log_odds"], terms, row["model"], row["model_id"], row["evidence"], row["low"],
        row["high"], row["abstains"],
    )  # fmt: skip
    return Said(row["since"], State(row["state"]), chance, row["ended_at"], row["rules"])


def _row(subject: Subject, way: Way, said: Said, now: datetime) -> dict[str, Any]:
    chance = asdict(said.chance)
    return {
        **chance,
        "subject_id": subject.id,
        "transition": way.transition,
        "since": said.since,
        "state": said.state,
        "ended_at": said.ended_at,
        "features": dict(subject.row),
        "rules": said.rules,
        "shadow": dict(said.shadow),
        "scored_at": subject.moment,
        "changed_at": now,
    }


async def know_countries(uow: Uow, countries: Mapping[UUID, str]) -> None:
    """Where people live: for reports of fairness, no model looks at it. The subjects are locked."""
    if countries:
        await uow.fetch(TRAITS, list(countries), list(countries.values()))


async def forget_chances(uow: Uow, subject_id: UUID) -> None:
    """Nothing is said of this subject any more, and what was said is gone: its numbers could tell who it was."""
    await uow.fetch(FORGET, subject_id)
