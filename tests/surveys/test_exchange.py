"""Answers in and out: what goes out comes in again, faults are told by line, nothing is asked of the past."""

import csv
import io
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow.parquet as pq

from services.surveys.exchange.importing import TakeAnswers, import_file, take_answers
from services.surveys.policy.measures import Kind, measures
from services.surveys.policy.slices import Slice
from services.surveys.questionnaires import LIBRARY
from services.surveys.rollups.folding import fold_all
from services.surveys.rollups.rebuilding import differences
from services.surveys.views.slices import slice_counts, slice_responses
from shared.contracts.applications import PersonDetails
from shared.contracts.surveys import Metric
from shared.ids import new_id
from shared.storage.tx import Uow
from shared.testing import callers
from shared.testing.rooms import Room
from shared.web.parquet import PARQUET
from tests.surveys.questionnaires import EVERY_KIND
from tests.surveys.world import World

ASKED = next(one for one in LIBRARY.all.values() if measures(Kind.standard, [one]))
STANDARD = measures(Kind.standard, [ASKED])[0].code


def past(number: int, **more: Any) -> dict[str, Any]:
    return {"id": str(number), "answered_at": "2024-03-05", "nps:experience": "9", "programme": "old"} | more


async def take(room: Room, *rows: dict[str, Any], **more: Any) -> Any:
    return await room.do(take_answers, TakeAnswers("tool", [*enumerate(rows, 1)], **more))


async def counted(uow: Uow, table: str) -> int:
    return int((await uow.fetch(f"SELECT count(*) FROM {table}"))[0][0])


async def test_a_row_is_taken_once_and_says_nothing_to_anybody(room: Room) -> None:
    first = await take(room, past(1), past(2), past(2))
    again = await take(room, past(1), past(3))
    assert (first.taken, first.known, again.taken, again.known) == (2, 1, 1, 1)
    assert await room.said() == []
    assert await room.read(counted, "quality_case") == 0
    assert (await room.read(slice_counts, Slice(Metric.nps)))[""] == (0,) * 9 + (3, 0)
    assert await room.read(slice_responses, Slice(Metric.nps), ["past"]) == {}


async def test_past_answers_to_a_questionnaire_that_was_published_by_api_are_measured_too(room: Room) -> None:
    row = past(1, questionnaire="every-kind", questionnaire_version="1") | {"standard:arrival_pickup": "no"}
    assert [fault.column for fault in (await take(room, row)).faults] == ["standard:arrival_pickup"]
    client = await room.client(callers.global_manager())
    assert (await client.post("/v1/questionnaires", json={"yaml": EVERY_KIND})).status_code == 201
    assert (await take(room, row)).taken == 1


async def test_all_that_is_wrong_with_a_file_is_told_by_line_and_a_dry_run_keeps_nothing(
    room: Room, tmp_path: Path
) -> None:
    file = tmp_path / "past.csv"
    file.write_text(
        "id,answered_at,nps:experience,standard:13,country,person_id,mood\n"
        "1,2024-03-05,9,,SE,,\n"
        "2,2999-01-01,11,yes,Sweden,me,good\n"
        ",soon,,,,,\n"
    )
    done = await import_file(room.runtime, file, source="tool", dry=True)
    assert (done.rows, done.taken, done.refused) == (3, 1, 2)
    wrong = Counter((fault.line, fault.column) for fault in done.faults)
    assert wrong == Counter(
        [(3, "answered_at"), (3, "nps:experience"), (3, "standard:13"), (3, "country"), (3, "person_id"), (3, "mood"),
         (4, "id"), (4, "answered_at")]
    )  # fmt: skip
    assert await room.read(counted, "answer") == 0
    assert (await import_file(room.runtime, file, source="tool")).taken == 1


async def test_a_programme_asks_once_a_wave(room: Room) -> None:
    person = str(new_id())
    done = await take(room, past(1, wave="2024-q1", person_id=person), past(2, wave="2024-q1", person_id=person))
    assert (done.taken, done.refused, done.faults[0].column) == (1, 1, "wave")


async def test_what_is_imported_is_in_the_figures(world: World) -> None:
    room, sides = world.room, {"sending_entity_id": str(world.sending), "hosting_entity_id": str(world.hosting)}
    await take(room, *(past(n, **sides) for n in range(40)))
    await fold_all(room.runtime)
    assert sum((await room.read(slice_counts, Slice(Metric.nps), caller=world.mc))[""]) == 40
    assert await differences(room.runtime) == []


async def test_what_goes_out_as_csv_comes_in_again(world: World) -> None:
    room = world.room
    sides = {"sending_entity_id": str(world.sending), "hosting_entity_id": str(world.hosting)}
    mine = past(
        1, **sides, **{f"standard:{STANDARD}": "no", "ces2:experience": "3", "comment": "=1+1", "wave": "w1"},
        questionnaire=ASKED.id, questionnaire_version=str(ASKED.version), country="SE", product="talent",
    )  # fmt: skip
    await take(room, mine, past(2))
    client = await room.client(world.he)
    reply = await client.get("/v1/answer-exports", params={"format": "csv"})
    assert reply.status_code == 200, reply.text
    (row,) = csv.DictReader(io.StringIO(reply.text))
    said = {
        name: row[name] for name in ("nps:experience", "ces2:experience", f"standard:{STANDARD}", "wave", "comment")
    }
    assert [*said.values()] == ["9", "3", "no", "w1", "'=1+1"]
    again = await room.do(take_answers, TakeAnswers("back", [(2, {**row, "programme": "again"})]))
    assert (again.taken, again.faults) == (1, [])


async def test_parquet_has_the_same_and_the_words_are_for_managers(world: World) -> None:
    await take(world.room, past(1, comment="I met Ana."))
    for caller, words in ((callers.global_manager(), True), (callers.auditor(), False)):
        client = await world.room.client(caller)
        reply = await client.get("/v1/answer-exports", headers={"Accept": PARQUET})
        assert reply.status_code == 200, reply.text
        table = pq.read_table(io.BytesIO(reply.content))
        assert table["nps:experience"].to_pylist() == [9]
        assert ("comment" in table.column_names) is words


async def test_rows_come_by_api_too(room: Room) -> None:
    client = await room.client(callers.global_manager())
    body = {"source": "tool", "rows": [past(1), past(2, **{"nps:experience": "ten"})]}
    reply = await client.post("/v1/answer-imports", json=body)
    assert reply.status_code == 200, reply.text
    assert (reply.json()["taken"], reply.json()["faults"][0]["line"]) == (1, 2)
    denied = await (await room.client(callers.sending_manager(UUID(int=1)))).post("/v1/answer-imports", json=body)
    assert denied.status_code == 403


async def test_the_words_of_somebody_who_is_erased_neither_come_in_nor_go_out(world: World) -> None:
    room, person = world.room, world.stay["person_id"]
    await take(room, past(1, person_id=str(person), comment="I met Ana."))
    await room.hear_erased(PersonDetails, person)
    await take(room, past(2, person_id=str(person), comment="And Ion."))
    client = await room.client(callers.global_manager())
    rows = list(csv.DictReader(io.StringIO((await client.get("/v1/answer-exports?format=csv")).text)))
    assert [(row["comment"], row["nps:experience"]) for row in rows] == [("", "9"), ("", "9")]
