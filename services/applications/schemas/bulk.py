"""What is answered about many applications at once."""

from uuid import UUID

from services.applications.policy import Status
from shared.web.schemas import Out


class BulkProblem(Out):
    """Why one was refused, in the words of the problem that the single move would have got."""

    type: str
    title: str
    status: int
    detail: str | None


class BulkItemOut(Out):
    """One application: where it is now and at which version, or why nothing happened to it."""

    id: UUID
    done: bool
    application_status: Status | None = None
    version_now: int | None = None
    problem: BulkProblem | None = None


class BulkOut(Out):
    """How many were moved, how many refused, and each in the order in which it was asked for."""

    done: int
    refused: int
    items: list[BulkItemOut]
