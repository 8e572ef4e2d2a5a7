"""What the story leaves behind: documents with this internship's facts, one of each e-mail, no loose ends."""

import re
import shutil
import subprocess
import tempfile
from datetime import timedelta
from pathlib import Path

import asyncpg
import httpx
import pytest
from rich.console import Console

from shared.contracts.topics import ROOMS
from shared.embedded.stack import EmbeddedStack
from shared.embedded.wiring import in_database
from story.steps import STEPS
from story.tale import read_tale
from story.telling import tell
from story.walk import mails_of
from tests.e2e.conftest import Told, kernel_of

pytestmark = pytest.mark.timeout(300)
ROMANIAN = re.compile("[ăâîșț]")


async def test_every_step_of_the_story_is_seen(told: Told) -> None:
    assert len(told.seen) == len(STEPS)


async def test_the_departure_document_holds_this_internships_facts_in_the_eps_language(told: Told) -> None:
    walk = told.walk
    (mail,) = await mails_of(walk, "departure-document")
    text = _text_of(await walk.world.attachment(mail))
    assert walk.tale.ep.given_name in text
    assert walk.tale.committees.hosting.local.name in text
    assert walk.tale.dossier["departure_route"].partition(";")[0][:30] in text
    assert str(walk.end.year) in text
    assert ROMANIAN.search(text)
    assert ROMANIAN.search(mail["text"])


def _text_of(pdf: bytes) -> str:
    program = shutil.which("pdftotext")
    if program is None:
        pytest.skip("pdftotext is not installed: apt-get install poppler-utils")
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        done = subprocess.run([program, "-layout", file.name, "-"], capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


async def test_each_touchpoint_reached_the_inbox_once(told: Told) -> None:
    walk = told.walk
    mails = await walk.world.mails(walk.email)
    assert len({mail["message_id"] for mail in mails}) == len(mails)
    expected = dict.fromkeys(
        ("pickup-information", "preparation-booklet", "first-day-reminder", "departure-document"), 1
    )
    expected["survey-invitation"] = (
        2  # at the approval and after the stay; the one between was over when time had moved
    )
    for code, count in expected.items():
        assert len(await mails_of(walk, code)) == count, code


async def test_the_departure_document_was_sent_on_the_day_and_proves_its_standard(told: Told) -> None:
    walk = told.walk
    application = walk.applications["accepted"]["id"]
    found = await walk.people["he"].get("notifications", "/v1/standards", application_id=application)
    evidence = {item["standard"]: item for item in found["items"]}
    departure = evidence["departure_info"]
    assert departure["due_on"] == (walk.end - timedelta(days=14)).isoformat()
    assert departure["late"] is False


async def test_no_room_has_anything_parked_missing_or_unsent(system: EmbeddedStack, told: Told) -> None:
    for room in ROOMS:
        connection = await asyncpg.connect(in_database(system.server_url, f"sojourn_{room}"))
        try:
            for table in ("parked", "inbox_gap", "outbox"):
                assert await connection.fetchval(f"SELECT count(*) FROM {table}") == 0, f"{room}.{table}"
        finally:
            await connection.close()


async def test_all_that_is_open_is_on_loopback(system: EmbeddedStack, told: Told) -> None:
    listening = subprocess.run(["ss", "-tlnH"], capture_output=True, text=True, check=False).stdout
    ports = {address.rpartition(":")[2] for address in system.addresses.values()}
    ours = [line.split()[3] for line in listening.splitlines() if line.split()[3].rpartition(":")[2] in ports]
    assert all(address.startswith("127.0.0.1:") for address in ours)


async def test_a_step_that_is_not_seen_ends_the_story_with_its_reason(system: EmbeddedStack, console: Console) -> None:
    tale = read_tale()
    tale.opportunities.both["weekly_hours"] = 1
    assert await tell(tale, kernel_of(system), console) is False
    assert "#/weekly_hours" in console.file.getvalue()  # type: ignore[attr-defined]


async def test_a_story_with_a_mistake_says_where(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("committees: []\n")
    with pytest.raises(ValueError, match=r"mine\.yaml: committees"):
        read_tale(file)


async def test_every_room_documents_itself_and_is_well(system: EmbeddedStack) -> None:
    async with httpx.AsyncClient(timeout=60) as client:
        for room in ROOMS:
            for path in ("/readyz", "/livez", "/docs", "/openapi.json", "/metrics"):
                assert (await client.get(system.addresses[room] + path)).status_code == 200, f"{room}{path}"
