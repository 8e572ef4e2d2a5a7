"""The ledger's other half: whether the aim was reached within the horizon, worked out of what was heard, any time anew;
and what that says of each action."""

from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from services.scoring.policy.actions import Aim
from services.scoring.policy.enablers import EnablerStep
from services.scoring.policy.features import Step
from shared.ids import derived_id
from shared.storage.due import Due
from shared.storage.tx import Uow

MEASURE = "measure-actions"
ALL = derived_id("measure-actions")  # one row of the calendar for the whole room
AT = time(1, 15)  # UTC
LATE = timedelta(days=40)  # news that come so late after a horizon still count
KEPT = timedelta(days=30)  # contacts that are out
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)

STEPS_OF: dict[Aim, tuple[Step | EnablerStep, ...]] = {
    Aim.applied: (Step.submitted,),
    Aim.accepted: (Step.accepted,),
    Aim.signed: (Step.signed,),
    Aim.approved: (Step.approved,),
    Aim.answered: (EnablerStep.accepted, EnablerStep.rejected),
    Aim.raised: (EnablerStep.posted,),
}
# The first time that the aim was reached after the suggestion and before its horizon ended; nothing else is asked, so
# that the same facts give the same outcome, whoever was treated or held back and whatever was done.
REACHED = """
WITH asked AS (
    SELECT id, side, party_id, application_id, aim, suggested_at, until FROM suggestion
    WHERE party_id IS NOT NULL AND until > $1 AND ($2::uuid IS NULL OR party_id = $2)
), told AS (
    SELECT s.id, h.at FROM asked s
    JOIN unnest($3::text[], $4::text[]) AS k (aim, kind) ON k.aim = s.aim
    JOIN heard_fact h ON h.person_id = s.party_id AND h.kind = k.kind
    WHERE s.side = 'ep' AND h.at > s.suggested_at AND h.at <= s.until
    UNION ALL
    SELECT s.id, e.at FROM asked s
    JOIN unnest($3::text[], $4::text[]) AS k (aim, kind) ON k.aim = s.aim
    JOIN enabler_fact e ON e.enabler_id = s.party_id AND e.kind = k.kind
    WHERE s.side = 'enabler' AND e.at > s.suggested_at AND e.at <= s.until
        AND (s.application_id IS NULL OR e.application_id = s.application_id)
), firsts AS (
    SELECT a.id, min(t.at) AS at FROM asked a LEFT JOIN told t ON t.id = a.id GROUP BY a.id
)
UPDATE suggestion s SET reached_at = firsts.at FROM firsts
WHERE firsts.id = s.id AND s.reached_at IS DISTINCT FROM firsts.at RETURNING s.id
"""
COUNT = """
INSERT INTO action_evidence (action, trial, rows, measured_at)
SELECT action, trial, jsonb_agg(jsonb_build_array(segment, share, treated, treated_reached, held, held_reached)
    ORDER BY segment, share), $1
FROM (
    SELECT action, trial, segment, share,
        count(*) FILTER (WHERE arm = 'treat') AS treated,
        count(reached_at) FILTER (WHERE arm = 'treat') AS treated_reached,
        count(*) FILTER (WHERE arm = 'hold') AS held,
        count(reached_at) FILTER (WHERE arm = 'hold') AS held_reached
    FROM suggestion WHERE first AND until <= $1 GROUP BY action, trial, segment, share
) AS cell GROUP BY action, trial
ON CONFLICT (action, trial) DO UPDATE SET rows = excluded.rows, measured_at = excluded.measured_at
"""
TIDY = "DELETE FROM contact WHERE sent AND at < $1"


async def reckon_outcomes(uow: Uow, since: datetime = LONG_AGO, party_id: UUID | None = None) -> list[UUID]:
    """Work out of the facts whether aims were reached; the lines that changed. Without `since`: the whole ledger."""
    pairs = [(aim, step) for aim, steps in STEPS_OF.items() for step in steps]
    aims, steps = [str(aim) for aim, _ in pairs], [str(step) for _, step in pairs]
    return [row[0] for row in await uow.fetch(REACHED, since, party_id, aims, steps)]


async def count_outcomes(uow: Uow) -> None:
    """What is known of each action: only of those whose horizon has ended, in both arms alike."""
    await uow.fetch(COUNT, uow.now)


async def measure_actions(uow: Uow, due: Due) -> None:
    """Once a day: outcomes, then figures."""
    await reckon_outcomes(uow, uow.now - LATE)
    await count_outcomes(uow)
    await uow.fetch(TIDY, uow.now - KEPT)
    await measure_next(uow)


async def measure_next(uow: Uow) -> None:
    """The next time that the figures are made."""
    tomorrow = uow.now.astimezone(UTC).date() + timedelta(days=1)
    await uow.schedule(MEASURE, ALL, tomorrow.isoformat(), datetime.combine(tomorrow, AT), "UTC")
