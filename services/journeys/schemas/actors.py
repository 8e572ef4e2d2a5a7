"""Whose part can be played in development."""

from uuid import UUID

from shared.web.schemas import Out


class ActorOut(Out):
    """Somebody whose part can be played on the development sign-in page."""

    id: UUID
    kind: str
    name: str
    country: str | None


class ActorsOut(Out):
    """Committees, people and enablers to act as."""

    entities: list[ActorOut]
    people: list[ActorOut]
    enablers: list[ActorOut]
