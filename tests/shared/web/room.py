"""A room of the tests' own: notes that are written, changed and listed, and a few ways to go wrong."""

import asyncio
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field
from sqlalchemy import text
from sqlalchemy.orm import registry
from sqlmodel import Field as Column
from sqlmodel import select
from starlette.responses import Response

from shared.access import Role
from shared.errors import Conflict, FieldError, Invalid
from shared.ids import new_id
from shared.runtime import Runtime
from shared.service import Service
from shared.settings import Kernel, RoomSettings
from shared.storage.columns import changed_moment
from shared.storage.paging import Page, listing
from shared.storage.paging import Paging as Rows
from shared.storage.rows import Stored
from shared.storage.tx import Uow
from shared.web.door import Door, allow, public
from shared.web.paging import PageOf, Paging
from shared.web.schemas import Body, Count, Day, Email, LanguageCode, LongText, Name, Out, Phone, ZoneName


class Table(Stored, registry=registry()):
    pass


class Note(Table, table=True):
    id: UUID = Column(default_factory=new_id, primary_key=True)
    text: str
    stars: int
    written_on: date
    version: int = 1
    changed_at: datetime = changed_moment()


class WriteNote(Body):
    text: Name
    stars: Count = 0
    written_on: Day = date(2026, 3, 1)


class ChangeNote(Body):
    id: UUID
    text: Name


class NewText(Body):
    text: Name


class EveryKind(Body):
    """One field of each kind."""

    zone: ZoneName | None = None
    email: Email | None = None
    phone: Phone | None = None
    language: LanguageCode | None = None
    story: LongText | None = None
    ratio: float | None = None
    tags: list[Name] = Field([], max_length=20)
    free: dict[str, Any] = Field(default_factory=dict)


class NoteOut(Out):
    id: UUID
    text: str
    stars: int
    written_on: date
    version: int


# --- handlers and views

handled: list[str] = []
going_on = asyncio.Event()
waiting = asyncio.Event()


async def write_note(uow: Uow, command: WriteNote) -> NoteOut:
    handled.append(command.text)
    if command.text == "refused":
        raise Conflict("There are notes enough.", code="enough-notes")
    if command.text.startswith("wait"):
        waiting.set()
        await going_on.wait()
    note = uow.add(Note(**command.model_dump()))
    return NoteOut.model_validate(note)


async def write_unique(uow: Uow, command: WriteNote) -> NoteOut:
    """A rule that sees what others have committed: one note of a text."""
    if await uow.rows(select(Note).where(Note.text == command.text)):
        raise Conflict("There is one already.", code="twice")
    return await write_note(uow, command)


async def change_note(uow: Uow, command: ChangeNote) -> NoteOut:
    note = await uow.get(Note, command.id, lock=True)
    uow.expect(note.version)
    uow.change(note, text=command.text)
    return NoteOut.model_validate(note)


async def write_badly(uow: Uow, command: str) -> NoteOut:
    match command:
        case "bug":
            raise KeyError("secret-internal-text")
        case "nul":
            await uow.execute(text("SELECT CAST(:x AS text)"), {"x": "a\x00b"})
        case "range":
            uow.add(Note(text="x", stars=2**40, written_on=date(2026, 1, 1)))
        case "clash":
            same = new_id()
            uow.add(Note(id=same, text="x", stars=1, written_on=date(2026, 1, 1)))
            await uow.flush()
            await uow.execute(text("INSERT INTO note SELECT * FROM note WHERE id = :id"), {"id": same})
        case "sql":
            await uow.execute(text("SELECT secret_internal_text"))
        case "invalid":
            raise Invalid("No.", errors=[FieldError("#/end_on", "It lies before the start.")], extra={"limit": 3})
        case "overflow":
            await uow.execute(text("SELECT CAST(:x AS bigint)"), {"x": 2**80})
        case "year":
            await uow.execute(text("SELECT CAST('294277-01-01' AS timestamptz)"))
        case "slow":
            await uow.execute(text("SET LOCAL statement_timeout = 50"))
            await uow.execute(text("SELECT pg_sleep(5)"))
    return NoteOut(id=new_id(), text="x", stars=1, written_on=date(2026, 1, 1), version=1)


async def one_note(uow: Uow, id_: UUID) -> NoteOut:
    return NoteOut.model_validate(await uow.get(Note, id_))


async def all_notes(uow: Uow, paging: Rows) -> Page:
    order = (Note.changed_at, Note.id)
    return await listing(
        uow, select(Note), order=order, paging=paging, changed=Note.changed_at, shape=NoteOut.model_validate
    )


async def best_notes(uow: Uow, paging: Rows) -> Page:
    order = (Note.stars.desc(), Note.id.desc())  # type: ignore[attr-defined]
    return await listing(uow, select(Note), order=order, paging=paging, shape=NoteOut.model_validate)


# --- routes

router = APIRouter(prefix="/v1", tags=["notes"])
Writer = Annotated[Door, allow(Role.participant, Role.sending_manager)]
Changer = Annotated[Door, allow(Role.participant, changes=True)]


@router.post("/notes", response_model=NoteOut, status_code=201, operation_id="write_note")
async def post_note(body: WriteNote, door: Writer) -> Response:
    return await door.execute(write_note, body, location=lambda note: f"/v1/notes/{note.id}")


@router.post("/unique-notes", response_model=NoteOut, status_code=201, operation_id="write_unique")
async def post_unique(body: WriteNote, door: Writer) -> Response:
    return await door.execute(write_unique, body)


@router.post("/bad/{way}", response_model=NoteOut, status_code=201, operation_id="write_badly")
async def post_bad(way: str, door: Writer) -> Response:
    return await door.execute(write_badly, way)


@router.post("/kinds", response_model=EveryKind, operation_id="echo_kinds")
async def post_kinds(body: EveryKind, door: Writer) -> Response:
    return await door.execute(_echo, body)


@router.post("/open-notes", response_model=NoteOut, status_code=201, operation_id="write_open_note")
async def post_open(body: WriteNote, door: Annotated[Door, public("the tests want it")]) -> Response:
    return await door.execute(write_note, body)


@router.put("/notes/{note_id}", response_model=NoteOut, operation_id="change_note")
async def put_note(note_id: UUID, body: NewText, door: Changer) -> Response:
    return await door.execute(change_note, ChangeNote(id=note_id, text=body.text))


@router.get("/notes/{note_id}", response_model=NoteOut, operation_id="read_note")
async def get_note(note_id: UUID, door: Annotated[Door, allow(*Role)]) -> Response:
    return await door.read(one_note, note_id)


@router.get("/notes", response_model=PageOf[NoteOut], operation_id="list_notes")
async def get_notes(paging: Paging, door: Annotated[Door, allow(*Role)], text: Name | None = None) -> Response:
    return await door.page(all_notes, paging=paging)


@router.get("/best-notes", response_model=PageOf[NoteOut], operation_id="list_best_notes")
async def get_best(paging: Paging, door: Annotated[Door, allow(*Role)]) -> Response:
    return await door.page(best_notes, paging=paging)


class CauseOut(Out):
    correlation_id: UUID
    traceparent: str | None


async def _cause(uow: Uow, command: None) -> CauseOut:
    return CauseOut.model_validate(uow.cause)


@router.post("/cause", response_model=CauseOut, operation_id="tell_cause")
async def post_cause(door: Writer) -> Response:
    return await door.execute(_cause, None)


async def _echo(uow: Uow, command: EveryKind) -> EveryKind:
    return command


class NotesSettings(RoomSettings):
    pass


class NotesService(Service):
    """A service outside `services/`, so its migrations are elsewhere."""

    @property
    def migrations(self) -> Path:
        return Path(__file__).parent / "migrations"


def service_of(*routers: APIRouter, **more: Any) -> Service:
    """The room with these routes."""
    title, summary = "Notes <of the tests>", "A room that only the tests know."
    return NotesService("notes", title, summary, Table.metadata, NotesSettings, routers, **more)


def runtime(url: str, kernel: Kernel, of: Service | None = None) -> Runtime:
    settings = NotesSettings(_env_file=None, database_url=url, port=0)
    return Runtime(of or service, kernel_settings=kernel, settings=settings)


service = service_of(router)
