"""What came from another system: under which id it is known there, and how far a file was read."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field

from services.applications.model.table import Table
from shared.storage.columns import changed_moment, code, moment


class ExternalId(Table, table=True):
    """A thing of ours under its id in another system.

    `reserved` is for slots: openings that the other system has given away to applications which have not come yet.
    """

    __tablename__ = "external_id"
    __table_args__ = (Index("external_id_of_slots", "id", postgresql_where=text("kind = 'slots'")),)
    source: str = Field(primary_key=True)
    kind: str = code(primary_key=True)
    external: str = Field(primary_key=True)
    id: UUID
    reserved: int = 0


class ImportRun(Table, table=True):
    """A file that is or was read: `position` rows of it are done, in the same transactions as their consequences."""

    __tablename__ = "import_run"
    id: UUID = Field(primary_key=True)
    kind: str = code()
    source: str
    file: str
    position: int = 0
    taken: int = 0
    known: int = 0
    refused: int = 0
    warned: int = 0
    started_at: datetime = moment()
    finished_at: datetime | None = moment(default=None)
    version: int = 1
    changed_at: datetime = changed_moment()


class ImportRemark(Table, table=True):
    """Why a row was refused, or what was strange about one that was taken; `line` is where it begins in the file."""

    __tablename__ = "import_remark"
    id: int | None = Field(default=None, primary_key=True, sa_type=BigInteger)
    run_id: UUID = Field(foreign_key="import_run.id", index=True)
    line: int
    external: str
    refused: bool
    field: str
    reason: str
