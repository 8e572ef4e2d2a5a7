"""Questions that are answered by estimates: what they ask, whose view it is, and how one is told from another."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from services.journeys.policy.segments import Rule

QUIET, LONGEST_QUIET = timedelta(minutes=2), timedelta(hours=6)
PATIENCE = 20  # an estimate that takes a second is not made again for twenty
UNASKED_QUIET = timedelta(minutes=10)  # of those that nobody asked for
UNASKED_PATIENCE = 10  # they are not made again for ten times as long as all of them take
LARGE = 50_000  # people; more than that are not counted while a page is waited for
KEPT = timedelta(days=30)  # after its last question an estimate is not made again by itself


class View(StrEnum):
    """Whose rows count: everybody's, those of one side at an entity and below, or those of both."""

    everything = "everything"
    sending = "sending"
    hosting = "hosting"
    both = "both"


class EstimateState(StrEnum):
    """How far an estimate is; `absent`: nobody has asked for it."""

    absent = "absent"
    waiting = "waiting"
    computing = "computing"
    ready = "ready"
    failed = "failed"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: `params` are the kind's own, `rule` narrows it to a segment, view and entity are the scope."""

    kind: str
    version: int
    view: View
    entity_id: UUID | None
    params: dict[str, Any] = field(default_factory=dict)
    rule: Rule | None = None

    def as_json(self) -> dict[str, Any]:
        """JSON values, from which `question_of` makes it again."""
        whose = {"view": str(self.view), "entity_id": str(self.entity_id) if self.entity_id else None}
        rule = self.rule.as_json() if self.rule else None
        return {"kind": self.kind, "version": self.version, **whose, "params": self.params, "rule": rule}

    @property
    def key(self) -> str:
        """The same for the same question, and for no other."""
        return hashlib.sha256(json.dumps(self.as_json(), sort_keys=True).encode()).hexdigest()

    @property
    def seed(self) -> int:
        """Whatever is drawn by lot follows from the question, so that the same data give the same figures."""
        return int(self.key[:12], 16)


def question_of(said: dict[str, Any]) -> Question:
    """A question from its JSON."""
    entity = UUID(said["entity_id"]) if said["entity_id"] else None
    rule = Rule(**said["rule"]) if said["rule"] else None
    return Question(said["kind"], said["version"], View(said["view"]), entity, said["params"], rule)


def quiet(seconds: float) -> timedelta:
    """For how long an estimate that took so many seconds is left alone, whatever happens meanwhile."""
    return min(max(QUIET, timedelta(seconds=PATIENCE * seconds)), LONGEST_QUIET)


def moments(since: date | None, until: date | None) -> tuple[datetime | None, datetime | None]:
    """The moments (UTC) between which days lie: the first day's midnight, and the one that ends the last."""
    first = datetime.combine(since, time(), UTC) if since else None
    return first, datetime.combine(until + timedelta(days=1), time(), UTC) if until else None
