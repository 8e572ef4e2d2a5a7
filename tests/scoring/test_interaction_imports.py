"""Interactions as files: what can be taken is, every refused row is told by its line, and again changes nothing."""

import io
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.scoring import commands, handlers, tools
from services.scoring.handlers import imports
from services.scoring.policy.imports import renamed
from services.scoring.policy.sources import SourceKind
from shared.contracts.contacts import ContactRecorded
from shared.ids import new_id
from shared.testing import callers
from tests.scoring.world import ELSEWHERE, SENDING, World

CSV = {"Content-Type": "text/csv; charset=utf-8"}


async def sent(world: World, text: str | bytes, caller: Any = None, **params: Any) -> httpx.Response:
    client = await world.room.client(caller or world.se)
    given = {"system": "sheet", **params}
    return await client.post("/v1/imports/interactions", content=text, params=given, headers=CSV)


def rows(world: World, *lines: str, head: str = "Date;Person;Channel;Activity") -> str:
    return "\n".join([head, *(line.replace("EP", str(world.person_id)) for line in lines)])


async def test_rows_that_can_be_taken_are_and_the_others_are_told_by_line(world: World) -> None:
    text = rows(
        world,
        "2026-01-30 18:30;EP;Telephone;phone call",
        "2026-01-31;EP;carrier pigeon;call",
        "yesterday;EP;e-mail;abduction",
        f"2026-01-31;{new_id()};phone;call",
        "2026-01-31;;phone;call",
        "2099-01-01;EP;phone;call",
        "2026-01-31;EP",
        '2026-01-31;EP;"in person";class shout',
        "2026-01-31;EP;web;survey_answered",
    )
    reply = await sent(world, text, zone="Europe/Bucharest")
    assert reply.status_code == 200, reply.text
    told = reply.json()
    assert (told["rows"], told["taken"], told["known"], told["refused"], told["whole"]) == (9, 2, 0, 7, True)
    places = [(fault["line"], fault["column"]) for fault in told["faults"]]
    assert places == [
        (3, "channel"), (4, "at"), (4, "kind"), (5, "person_id"), (6, ""), (7, "at"), (8, ""), (10, "kind"),
    ]  # fmt: skip
    kinds = sorted((one.kind, one.imported, one.at.isoformat()) for one in await world.room.said(ContactRecorded))
    assert kinds == [
        ("call", True, "2026-01-30T16:30:00+00:00"),
        ("class_visit", True, "2026-01-31T10:00:00+00:00"),
    ]


async def test_a_file_that_is_sent_again_finds_everything_known_and_new_rows_are_taken(world: World) -> None:
    lines = [f"2026-01-{day} 10:00;EP;phone;call" for day in range(10, 20)]
    first = (await sent(world, rows(world, *lines[:7]))).json()
    again = (await sent(world, rows(world, *reversed(lines), lines[0]))).json()
    assert [(told["taken"], told["known"]) for told in (first, again)] == [(7, 0), (3, 8)]


async def test_a_file_is_taken_in_portions_however_it_is_cut(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "PORTION", 4)
    data = rows(world, *(f"2026-01-{day} 10:00;EP;phone;call" for day in range(10, 20))).encode()

    async def pieces() -> Any:
        for at in range(0, len(data), 7):
            yield data[at : at + 7]

    assert (await sent(world, pieces())).json()["taken"] == 10  # type: ignore[arg-type]


async def test_a_file_of_mistakes_is_not_read_to_its_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "PORTION", 5)
    monkeypatch.setattr(imports, "MOST_REFUSED", 8)
    told = (await sent(world, rows(world, *["x;x;x;x"] * 100))).json()
    assert (told["rows"], told["refused"], told["whole"]) == (10, 10, False)


async def test_headings_can_be_named_and_what_says_nothing_is_not_kept(world: World) -> None:
    text = rows(world, "2026-01-31;EP;phone;call;=HYPERLINK(x)", head="Datum;Wer;Kanal;Was;Notiz")
    assert (await sent(world, text)).status_code == 422
    rename = ["Datum:at", "Wer:person_id", "Kanal:channel", "Was:kind"]
    told = (await sent(world, text, rename=rename)).json()
    assert (told["taken"], told["ignored_columns"]) == (1, ["Notiz"])
    refused = await sent(world, text, rename=["Datum:nothing"])
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "#/rename")


async def test_codes_in_a_file_must_hold_and_be_ones_own(world: World) -> None:
    today = world.room.clock.now().date()
    given = {"kind": SourceKind.booth, "place": "Fair", "starts_on": today, "zone": "UTC"}
    source = await world.room.do(handlers.make_source, commands.MakeSource(entity_id=SENDING, **given), world.se)
    at = world.room.clock.now().isoformat()
    text = rows(world, f"{at};EP;in_person;booth;{source.code}", f"{at};EP;in_person;booth;AAAAAA", head=HEAD_WITH_CODE)
    told = (await sent(world, text)).json()
    assert (told["taken"], [(fault["line"], fault["column"]) for fault in told["faults"]]) == (1, [(3, "code")])


HEAD_WITH_CODE = "at;person_id;channel;kind;code"


@pytest.mark.parametrize("text", [b"", b"\n\n", b"nothing;of;use\n", b"\xff\xfe\x00", b'"at;person_id'])
async def test_a_file_that_is_none_is_a_problem_and_never_a_crash(world: World, text: bytes) -> None:
    reply = await sent(world, text)
    assert (reply.status_code, reply.headers["Content-Type"]) == (422, "application/problem+json")


async def test_who_may_bring_files_and_of_which_kind(world: World) -> None:
    text = rows(world, "2026-01-31;EP;phone;call")
    for caller, status in ((world.ep, 403), (callers.auditor(), 403)):
        assert (await sent(world, text, caller)).status_code == status
    told = (await sent(world, text, callers.sending_manager(ELSEWHERE))).json()
    assert (told["taken"], told["faults"][0]["column"]) == (0, "person_id")
    client = await world.room.client(world.se)
    path = "/v1/imports/interactions?system=sheet"
    assert (await client.post(path, json={})).status_code == 415
    assert (await client.post("/v1/imports/interactions", content=text, headers=CSV)).status_code == 422


async def test_the_same_key_gets_the_same_reply(world: World) -> None:
    client, text = await world.room.client(world.se), rows(world, "2026-01-31;EP;phone;call")
    replies = [
        await client.post(
            "/v1/imports/interactions?system=sheet", content=text, headers=CSV | {"Idempotency-Key": "import-1"}
        )
        for _ in range(2)
    ]
    assert [reply.json()["taken"] for reply in replies] == [1, 1]
    assert replies[1].headers["Idempotency-Replayed"] == "true"
    assert len(await world.room.said(ContactRecorded)) == 1


async def test_a_file_is_brought_in_from_the_command_line_and_its_report_runs_no_formula(
    world: World, tmp_path: Path
) -> None:
    file, sheet = tmp_path / "calls.csv", io.StringIO()
    lines = [f"2026-01-{day} 10:00;EP;phone;call" for day in range(10, 20)]
    file.write_text(rows(world, *lines, "=1+1;EP;phone;call", head="Wann;Person;Channel;Activity"), encoding="utf-8")
    given = {"system": "sheet", "zone": "UTC", "given": {"Wann": "at"}}
    first = await tools.import_file(world.room.runtime, file, **given)
    again = await tools.import_file(world.room.runtime, file, **given)
    assert [(done.taken, done.known, done.refused) for done in (first, again)] == [(10, 0, 1), (0, 10, 1)]
    tools._write(first, sheet)
    head, fault = sheet.getvalue().splitlines()
    assert (head, fault.split(",")[:2]) == ("line,column,reason", ["12", "at"])
    assert "'=1+1' is no moment" in fault


def test_a_heading_is_renamed_to_a_field_that_is_there() -> None:
    assert renamed(["Wann: genau:at"]) == {"Wann: genau": "at"}
    for wrong in ("at", ":at", "x:nothing"):
        with pytest.raises(ValueError, match="is not a heading"):
            renamed([wrong])
