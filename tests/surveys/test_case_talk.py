"""The conversation of a quality case over HTTP: who reads and writes what, and what becomes of files."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from services.surveys import commands, handlers, settings
from services.surveys.files import Clamd, ScannerAway
from services.surveys.scanning import scan_waiting
from shared.access import Caller
from shared.contracts import cases as told
from shared.contracts.applications import ExperienceRealized
from shared.ids import new_id
from shared.testing import builders, callers
from tests.surveys.hostile import EICAR, PDF, SCRIPT, ZIP, bomb, daemon, located, picture
from tests.surveys.world import World


@pytest.fixture
async def case(world: World) -> UUID:
    """The case of an EP in Uppsala."""
    await world.room.hear(builders.person(world.stay["person_id"]))
    await world.room.hear(builders.approved(world.stay))
    await world.room.hear(ExperienceRealized(**world.stay))
    command = commands.ReportCase(application_id=world.stay["application_id"], report="No heating.")
    return (await world.room.do(handlers.report_case, command, world.ep)).id


@pytest.fixture
async def scanned(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A scanner's daemon that the room knows; its port and what it was sent."""
    async with daemon() as (port, seen):
        monkeypatch.setenv("SOJOURN_SURVEYS_SCANNER", f"clamd://127.0.0.1:{port}")
        settings.limits.cache_clear()
        yield Clamd("127.0.0.1", port), seen
    monkeypatch.undo()
    settings.limits.cache_clear()


async def post(world: World, by: Caller, path: str, **more: Any) -> httpx.Response:
    return await (await world.room.client(by)).post(path, **more)


async def attach(world: World, case: UUID, content: bytes, by: Caller | None = None, **query: Any) -> httpx.Response:
    query = {"name": "room.jpg", **query}
    return await post(world, by or world.ep, f"/v1/cases/{case}/attachments", content=content, params=query)


async def shown(world: World, case: UUID, by: Caller) -> Any:
    reply = await (await world.room.client(by)).get(f"/v1/cases/{case}")
    assert reply.status_code == 200
    return reply.json()


async def fetched(world: World, case: UUID, file: str, by: Caller) -> httpx.Response:
    return await (await world.room.client(by)).get(f"/v1/cases/{case}/attachments/{file}")


async def test_everybody_in_the_case_writes_with_role_and_time_and_notes_stay_inside(world: World, case: UUID) -> None:
    for by, words in ((world.ep, "It is cold."), (world.he, "We look."), (world.mc, "Please do.")):
        reply = await post(world, by, f"/v1/cases/{case}/messages", json={"text": words})
        assert reply.status_code == 201
    note = {"text": "The landlord owes us money.", "internal": True}
    assert (await post(world, world.se, f"/v1/cases/{case}/messages", json=note)).status_code == 201
    ours = (await shown(world, case, world.he))["messages"]
    assert [(m["author"], m["internal"]) for m in ours] == [
        ("ep", False), ("hosting", False), ("national", False), ("sending", True),
    ]  # fmt: skip
    theirs = (await shown(world, case, world.ep))["messages"]
    assert [m["text"] for m in theirs] == ["It is cold.", "We look.", "Please do."]
    assert [fact.by for fact in await world.room.said(told.QualityCaseAnswered)] == ["hosting", "national"]


async def test_a_customers_note_is_never_internal(world: World, case: UUID) -> None:
    await post(world, world.ep, f"/v1/cases/{case}/messages", json={"text": "Psst.", "internal": True})
    assert (await shown(world, case, world.ep))["messages"][0]["internal"] is False


async def test_who_is_not_in_the_case_sees_and_says_nothing(world: World, case: UUID) -> None:
    file = (await attach(world, case, picture())).json()["id"]
    strangers = (
        callers.participant(),
        callers.enabler(world.stay["enabler_id"]),
        callers.hosting_manager(world.sending),
    )
    for stranger in strangers:
        client = await world.room.client(stranger)
        assert (await client.get(f"/v1/cases/{case}")).status_code == 404
        assert (await client.get(f"/v1/cases/{case}/attachments/{file}")).status_code == 404
        assert (await client.post(f"/v1/cases/{case}/messages", json={"text": "x"})).status_code == 404
        assert (await attach(world, case, picture(), stranger)).status_code == 404
    auditor = await world.room.client(callers.auditor())
    assert (await auditor.get(f"/v1/cases/{case}")).status_code == 200
    assert (await auditor.post(f"/v1/cases/{case}/messages", json={"text": "x"})).status_code == 403
    nobody = await world.room.client()
    assert (await nobody.get(f"/v1/cases/{case}/attachments/{file}")).status_code == 401


async def test_a_picture_comes_back_as_a_download_that_can_do_nothing(world: World, case: UUID) -> None:
    kept = (await attach(world, case, located(), name="../Zimmer „3“\r\nX: y.svg")).json()
    assert (kept["media_type"], kept["author"], kept["state"]) == ("image/jpeg", "ep", "unscanned")
    for reader in (world.ep, world.se, world.he, world.mc):
        reply = await fetched(world, case, kept["id"], reader)
        assert reply.status_code == 200
        assert b"CAMERA-OF-IOANA" not in reply.content
        assert reply.headers["content-type"] == "image/jpeg"
        assert reply.headers["content-disposition"].startswith('attachment; filename="')
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["content-security-policy"] == "default-src 'none'; sandbox"
        assert reply.headers["cache-control"] == "no-store"
        assert "x" not in {name.lower() for name in reply.headers}
        assert len(reply.content) == kept["size"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file-empty"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "file-wrong-type"),
        (PDF + ZIP, "file-wrong-type"),
        (b"%PDF-1.4\n" + SCRIPT + PDF, "file-wrong-type"),
        (PDF.replace(b"/Pages 2", b"/AA<</O<</S/JavaScript>>>>/Pages 2"), "file-active-pdf"),
        (b"GIF89a/*" + SCRIPT, "file-wrong-type"),
        (b"PK\x03\x04" + bytes(50), "file-wrong-type"),
        (picture()[:100], "file-broken-picture"),
        (b"x" * 10_000_001, "file-too-large"),
    ],
)
async def test_what_the_guard_refuses_is_told_with_its_reason_and_leaves_nothing(
    world: World, case: UUID, content: bytes, code: str
) -> None:
    reply = await attach(world, case, content)
    assert (reply.status_code, reply.json()["type"]) == (422, f"/problems/{code}")
    assert (await shown(world, case, world.ep))["files"] == []


async def test_a_bomb_is_refused_over_http_too(world: World, case: UUID) -> None:
    reply = await attach(world, case, bomb())
    assert reply.json()["type"] == "/problems/file-huge-picture"


async def test_a_body_that_is_far_too_large_is_not_even_read(world: World, case: UUID) -> None:
    reply = await attach(world, case, bytes(21_000_001))
    assert reply.status_code == 413
    letter = await post(world, world.ep, f"/v1/cases/{case}/messages", content=b" " * 1_100_000)
    assert letter.status_code == 413  # only files may be larger than a body


async def test_files_are_counted(world: World, case: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOJOURN_SURVEYS_ATTACHMENTS", "2")
    settings.limits.cache_clear()
    replies = [await attach(world, case, b"note %d" % n, name="n.txt") for n in range(3)]
    assert [reply.status_code for reply in replies] == [201, 201, 422]
    assert replies[-1].json()["type"] == "/problems/file-too-many"
    settings.limits.cache_clear()


async def test_an_attachment_sent_twice_with_one_key_is_one(world: World, case: UUID) -> None:
    client = await world.room.client(world.ep)
    head = {"Idempotency-Key": "once"}
    path = f"/v1/cases/{case}/attachments?name=a.jpg"
    replies = [await client.post(path, content=picture(), headers=head) for _ in range(2)]
    assert replies[0].json() == replies[1].json()
    assert len((await shown(world, case, world.ep))["files"]) == 1


async def test_internal_files_are_not_the_customers(world: World, case: UUID) -> None:
    file = (await attach(world, case, b"the landlord's letter", world.he, internal=True, name="a.txt")).json()["id"]
    assert (await fetched(world, case, file, world.se)).headers["content-type"] == "text/plain; charset=utf-8"
    assert (await fetched(world, case, file, world.ep)).status_code == 404
    assert (await shown(world, case, world.ep))["files"] == []


async def test_a_file_waits_for_the_scanner_and_is_given_out_when_nothing_was_found(
    world: World, case: UUID, scanned: Any
) -> None:
    scanner, seen = scanned
    file = (await attach(world, case, picture())).json()
    assert file["state"] == "waiting"
    waits = await fetched(world, case, file["id"], world.he)
    assert (waits.status_code, waits.json()["type"]) == (404, "/problems/not-scanned")
    assert await scan_waiting(world.room.runtime, scanner) == 1
    reply = await fetched(world, case, file["id"], world.he)
    assert (reply.status_code, [reply.content]) == (200, seen)
    assert await scan_waiting(world.room.runtime, scanner) == 0


async def test_a_file_with_a_threat_is_put_aside_with_the_reason(world: World, case: UUID, scanned: Any) -> None:
    scanner, _ = scanned
    file = (await attach(world, case, EICAR, name="eicar.txt")).json()["id"]
    await scan_waiting(world.room.runtime, scanner)
    (kept,) = (await shown(world, case, world.he))["files"]
    assert (kept["state"], kept["reason"]) == ("quarantined", "Eicar-Test-Signature")
    for reader in (world.ep, world.he, callers.global_manager()):
        assert (await fetched(world, case, file, reader)).status_code == 404


async def test_while_the_scanner_is_away_nothing_is_given_out_and_nothing_is_lost(
    world: World, case: UUID, scanned: Any
) -> None:
    scanner, _ = scanned
    file = (await attach(world, case, picture())).json()["id"]
    async with daemon(say=b"") as (port, _):
        with pytest.raises(ScannerAway):
            await scan_waiting(world.room.runtime, Clamd("127.0.0.1", port))
    assert (await fetched(world, case, file, world.ep)).status_code == 404
    await scan_waiting(world.room.runtime, scanner)
    assert (await fetched(world, case, file, world.ep)).status_code == 200


async def test_what_came_before_the_scanner_is_looked_into_once_there_is_one(
    world: World, case: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = (await attach(world, case, EICAR, name="a.txt")).json()["id"]
    assert (await fetched(world, case, file, world.he)).status_code == 200
    async with daemon() as (port, _):
        monkeypatch.setenv("SOJOURN_SURVEYS_SCANNER", f"clamd://127.0.0.1:{port}")
        settings.limits.cache_clear()
        assert (await fetched(world, case, file, world.he)).status_code == 404
        await scan_waiting(world.room.runtime, Clamd("127.0.0.1", port))
    assert (await shown(world, case, world.he))["files"][0]["state"] == "quarantined"
    settings.limits.cache_clear()


async def test_changes_of_a_case_need_its_version(world: World, case: UUID) -> None:
    client = await world.room.client(world.he)
    for step, body in (
        ("acknowledgement", None), ("solution", {"text": "x"}), ("hand-over", {"to": "sending", "reason": "x"}),
        ("escalation", {"reason": "x"}), ("closure", {"outcome": "solved", "note": "x"}),
        ("reopening", {"reason": "x"}),
    ):  # fmt: skip
        assert (await client.post(f"/v1/cases/{case}/{step}", json=body)).status_code == 428
        stale = await client.post(f"/v1/cases/{case}/{step}", json=body, headers={"If-Match": '"99"'})
        assert stale.status_code == 412
    done = await client.post(f"/v1/cases/{case}/acknowledgement", headers={"If-Match": '"1"'})
    assert (done.status_code, done.headers["etag"]) == (200, '"2"')


async def test_working_time_over_http(world: World) -> None:
    client = await world.room.client(world.he)
    path = f"/v1/entities/{world.hosting}/working-time"
    before = await client.get(path)
    assert (before.json()["weekdays"], before.json()["zone"]) == ([1, 2, 3, 4, 5], "Europe/Stockholm")
    week = {"weekdays": [7, 1, 2], "opens": "08:00", "closes": "14:00", "holidays": ["2026-12-25"]}
    after = await client.put(path, json=week, headers={"If-Match": before.headers["etag"]})
    assert (after.status_code, after.json()["weekdays"], after.json()["opens"]) == (200, [1, 2, 7], "08:00:00")
    assert (await client.get(f"/v1/entities/{world.sending}/working-time")).status_code == 404
    assert (await client.get(f"/v1/entities/{new_id()}/working-time")).status_code == 404


async def test_due_list_and_ageing_over_http(world: World, case: UUID) -> None:
    client = await world.room.client(world.he)
    (due,) = (await client.get("/v1/case-due-list")).json()
    assert (due["case"]["id"], due["waits_for"]) == (str(case), "acknowledgement")
    assert (await client.get("/v1/case-ageing")).json()["open"] == 1
    assert (await (await world.room.client(world.ep)).get("/v1/case-due-list")).status_code == 403
