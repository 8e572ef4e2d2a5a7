"""`python -m drills [NAME …] [--full]`: break it, look, tell."""

from pathlib import Path

from drills import clocks, failpoints, fuzz, idempotency, kills, mail_kills, partition, rebalance, replay
from shared.testing.trials import Trial, main

DRILLS: tuple[Trial, ...] = (
    kills.DRILL,
    kills.THREE_BROKERS,
    failpoints.DRILL,
    mail_kills.DRILL,
    partition.DRILL,
    rebalance.DRILL,
    idempotency.DRILL,
    replay.DRILL,
    fuzz.DRILL,
    clocks.DRILL,
)
LATEST = Path(__file__).with_name("latest.json")

if __name__ == "__main__":
    main("Drills", DRILLS, LATEST)
