"""Plans as data: their versions, which of them each application follows, what a publish would do, and letters."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from services.notifications.model.table import Table
from shared.storage.columns import changed_moment, code, document, moment


class VersionState(StrEnum):
    """The life of a version: written, in use, replaced. A retired one may be published again."""

    draft = "draft"
    published = "published"
    retired = "retired"


class PlanVersion(Table, table=True):
    """One version of a plan. Its `content` changes while it is a draft only; `digest` is the SHA-256 of it.

    A plan belongs to one scope: everybody (no entity), or a committee and those below it. The shipped one is `default`.
    """

    __tablename__ = "plan_version"
    __table_args__ = (
        UniqueConstraint("plan", "number", name="plan_version_once"),
        Index("plan_version_published", "state", postgresql_where=text("state = 'published'")),
    )
    id: UUID = Field(primary_key=True)
    plan: str
    number: int
    entity_id: UUID | None = None
    state: VersionState = code(VersionState)
    content: dict[str, Any] = document()
    digest: str
    author: str
    created_at: datetime = moment()
    published_at: datetime | None = moment(default=None)
    retired_at: datetime | None = moment(default=None)
    version: int = 1
    changed_at: datetime = changed_moment()


class PlanPin(Table, table=True):
    """The versions that an application follows, from the widest scope to the nearest."""

    __tablename__ = "plan_pin"
    application_id: UUID = Field(primary_key=True)
    versions: list[UUID] = Field(sa_type=ARRAY(Uuid))  # type: ignore[call-overload]
    pinned_at: datetime = moment()


class RadiusState(StrEnum):
    """How far a measurement is; `outdated`: the draft was written anew meanwhile."""

    measuring = "measuring"
    ready = "ready"
    outdated = "outdated"


class PlanRadius(Table, table=True):
    """What publishing a version would do to running applications, as somebody saw it; `digest` is of the figures.

    It is measured in portions: `done` of about `total` applications, up to and with `reached`. `content` is the digest
    of the version's content that is measured. `made_at` is when the last portion was.
    """

    __tablename__ = "plan_radius"
    id: UUID = Field(primary_key=True)
    version_id: UUID = Field(foreign_key="plan_version.id", index=True)
    state: RadiusState = code(RadiusState)
    content: str
    digest: str | None = None
    figures: dict[str, Any] = document()
    done: int = 0
    total: int
    reached: UUID | None = None
    made_at: datetime = moment()


class LetterVersion(Table, table=True):
    """An operator's words for a letter in one language, for a scope; as versioned as a plan."""

    __tablename__ = "letter_version"
    __table_args__ = (
        UniqueConstraint(
            "letter", "language", "entity_id", "number", name="letter_version_once", postgresql_nulls_not_distinct=True
        ),
    )
    id: UUID = Field(primary_key=True)
    letter: str
    language: str
    entity_id: UUID | None = None
    number: int
    state: VersionState = code(VersionState)
    content: dict[str, Any] = document()
    author: str
    created_at: datetime = moment()
    published_at: datetime | None = moment(default=None)
    version: int = 1
    changed_at: datetime = changed_moment()
