"""The made-up year: the published funnel, the season, the same bytes for the same seed, and rows that all come in."""

from collections import Counter
from datetime import UTC, datetime
from math import sqrt
from pathlib import Path
from typing import Any

import orjson
import pytest

from services.applications.exchange.importing import KINDS, import_year
from services.applications.policy.year import DATES, RATES, REASONS, Year
from services.applications.tools import Kind, _write_files
from shared.contracts.envelope import CATALOGUE
from shared.testing.rooms import Room
from tests.applications.files import remarks, rows

SIZE = 20_000


@pytest.fixture(scope="module")
def applications() -> list[dict[str, Any]]:
    return list(Year(SIZE).application_rows())


def test_the_funnel_is_the_published_one(applications: list[dict[str, Any]]) -> None:
    """Each rate lies within three and a half standard errors of the year 2019."""
    reached = [len(applications), *(sum(name in row for row in applications) for name in DATES)]
    reached.append(sum(row["status"] == "finished" for row in applications))
    assert reached[0] == SIZE
    for before, after, rate in zip(reached[:-1], reached[1:], RATES, strict=True):
        assert abs(after / before - rate) < 3.5 * sqrt(rate * (1 - rate) / before), (after, before, rate)


def test_people_apply_in_april_and_may_and_leave_in_june_and_july(applications: list[dict[str, Any]]) -> None:
    applied = Counter(row["created_at"][5:7] for row in applications)
    assert {month for month, _ in applied.most_common(2)} == {"04", "05"}
    realized = Counter(row["experience_start_date"][5:7] for row in applications if "date_realized" in row)
    assert {month for month, _ in realized.most_common(2)} == {"06", "07"}


def test_rejections_have_reasons_of_both_sides(applications: list[dict[str, Any]]) -> None:
    found = Counter(row["rejection_reason"] for row in applications if row["status"] == "rejected")
    assert found.keys() == REASONS.keys()
    for reason, share in REASONS.items():
        assert abs(found[reason] / found.total() - share / 100) < 0.02


def test_people_apply_several_times_and_sign_once(applications: list[dict[str, Any]]) -> None:
    people = Counter(row["person"]["id"] for row in applications)
    assert 2 < SIZE / len(people) < 4
    signed = Counter(row["person"]["id"] for row in applications if "an_signed_at" in row)
    assert signed.most_common(1)[0][1] == 1
    pairs = {(row["person"]["id"], row["opportunity"]["id"]) for row in applications}
    assert len(pairs) == SIZE


def test_a_seed_makes_the_same_bytes_and_another_one_others(tmp_path: Path) -> None:
    written = []
    for folder, seed in (("a", 7), ("b", 7), ("c", 8)):
        _write_files(Year(300, seed), tmp_path / folder)
        written.append(b"".join(file.read_bytes() for file in sorted((tmp_path / folder).iterdir())))
    assert written[0] == written[1] != written[2]


def test_what_lies_ahead_has_not_happened(applications: list[dict[str, Any]]) -> None:
    """The middle of the year: fewer applications, and none of them knows more than that day."""
    until = datetime(2019, 6, 15, tzinfo=UTC)
    early = list(Year(SIZE, until=until).application_rows())
    assert [row["id"] for row in early] == [row["id"] for row in applications[: len(early)]]
    assert 0.6 * SIZE < len(early) < 0.8 * SIZE
    moments = [row[name] for row in early for name in ("created_at", "date_ended", *DATES) if name in row]
    assert max(moments) <= "2019-06-15T00:00:00Z"
    live = Counter(row["status"] for row in early)
    assert all(live[status] for status in ("open", "matched", "accepted", "approved", "realized", "finished"))


@pytest.mark.parametrize("until", [None, datetime(2019, 6, 15, tzinfo=UTC)])
async def test_a_whole_year_comes_in_without_a_refusal(room: Room, until: datetime | None) -> None:
    year = Year(400, 3, until=until)
    for kind in Kind:
        progress = await import_year(room.runtime, year, kind)
        assert (progress.refused, progress.warned) == (0, 0), await remarks(room, progress)
        assert progress.taken == progress.position == sum(1 for _ in year.rows(kind))
        again = await import_year(room.runtime, year, kind)
        assert again == progress
    outbox = await rows(room, "SELECT type, payload, headers, aggregateid, sequence FROM outbox ORDER BY position")
    seen: Counter[Any] = Counter()
    for row in outbox:
        event = CATALOGUE[row.type]
        data = event.model_validate_json(row.payload, strict=False)
        assert data.key == row.aggregateid
        assert orjson.loads(data.model_dump_json()).keys() >= orjson.loads(row.payload).keys()
        seen[event.TOPIC, row.aggregateid] += 1
        assert row.sequence == seen[event.TOPIC, row.aggregateid] == int(row.headers["ce_sequence"])
    versions = {(row.topic, row.key): row.version for row in await rows(room, "SELECT * FROM stream")}
    assert versions == seen
    left = await rows(
        room,
        "SELECT o.openings - sum(s.openings) FROM opportunity o JOIN slot s ON s.opportunity_id = o.id"
        " GROUP BY o.id HAVING o.openings <> sum(s.openings)",
    )
    assert left == []


def test_every_kind_can_be_read_and_seeded() -> None:
    assert [kind.value for kind in Kind] == list(KINDS)
