"""Say what one agrees to, or take it back."""

from dataclasses import dataclass
from uuid import UUID

from pydantic import ConfigDict

from services.scoring.commands.interactions import VISITOR, Allowing


class SayConsent(Allowing):
    """A visitor's word; the id is the proof, because nobody else knows it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"visitor_id": VISITOR, "analytics": False}]})
    visitor_id: UUID


@dataclass(frozen=True, slots=True)
class SayConsentOf:
    """A person's word, said by the person, or written down by who looks after them."""

    person_id: UUID
    what: Allowing
