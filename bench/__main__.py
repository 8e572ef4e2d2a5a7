"""`python -m bench [NAME …] [--full] [--strict]`: measure, look, tell."""

from pathlib import Path

from bench import (
    answers,
    calendars,
    consume,
    imports,
    latency,
    learning,
    mails,
    pages,
    pdfs,
    projecting,
    relay,
    reports,
    score_latency,
    search,
    simulate,
    slices,
    write_path,
)
from shared.testing.trials import Trial, main

MEASUREMENTS: tuple[Trial, ...] = (
    write_path.MEASUREMENT,
    relay.MEASUREMENT,
    consume.MEASUREMENT,
    latency.MEASUREMENT,
    search.OPPORTUNITIES,
    search.PEOPLE,
    reports.MEASUREMENT,
    imports.MEASUREMENT,
    mails.MEASUREMENT,
    simulate.MEASUREMENT,
    pdfs.MEASUREMENT,
    calendars.PLAN_ROWS,
    calendars.DUE_LATENCY,
    answers.MEASUREMENT,
    slices.SLICES,
    slices.REBUILD,
    learning.QUALITY,
    learning.SCORE_US,
    learning.BATCH,
    learning.TRAIN_S,
    score_latency.MEASUREMENT,
    pages.MEASUREMENT,
    projecting.PROJECTING,
    projecting.REBUILD,
)
LATEST = Path(__file__).with_name("latest.json")

if __name__ == "__main__":
    main("Speed", MEASUREMENTS, LATEST)
