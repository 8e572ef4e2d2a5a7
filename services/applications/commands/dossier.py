"""What can be told about the facts of a stay."""

from dataclasses import dataclass
from datetime import time
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared.web.schemas import Body, Day, Line, LongText, Phone

FlightNumber = Annotated[Line, Field(max_length=12, examples=["SK 1420"])]


class Dossier(Body):
    """The facts of a stay; what is left out is not known yet."""

    flight_number: FlightNumber | None = None
    arrival_airport: Line | None = None
    arrival_on: Day | None = None
    arrival_time: time | None = None
    home_contact: LongText | None = None
    sending_emergency_contact: LongText | None = None
    pickup_place: LongText | None = None
    pickup_on: Day | None = None
    pickup_time: time | None = None
    pickup_person: Line | None = None
    pickup_phone: Phone | None = None
    buddy: Line | None = None
    buddy_phone: Phone | None = None
    host_family: LongText | None = None
    host_family_phone: Phone | None = None
    accommodation: LongText | None = None
    emergency_contact: LongText | None = None
    departure_route: LongText | None = None
    workplace: LongText | None = None
    supervisor: Line | None = None
    supervisor_phone: Phone | None = None


@dataclass(frozen=True, slots=True)
class RecordDossier:
    """All facts that the caller may write, whole."""

    application_id: UUID
    facts: Dossier


@dataclass(frozen=True, slots=True)
class PatchDossier:
    """Only the facts that are named; null takes one back."""

    application_id: UUID
    facts: Dossier
