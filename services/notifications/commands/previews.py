"""What a preview is asked for."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from shared.web.schemas import Body


class PreviewWish(Body):
    """A touchpoint of the plan, written for a real application."""

    touchpoint: Annotated[str, StringConstraints(max_length=60), Field(examples=["departure-document"])]
    application_id: UUID
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")] | None = Field(
        None, description="Else the recipient's", examples=["en"]
    )
    letter_id: UUID | None = Field(None, description="With these words of an operator, a draft's too")


@dataclass(frozen=True, slots=True)
class Preview:
    """`version_id` None: as the application's own plan has it."""

    version_id: UUID | None
    wish: PreviewWish
