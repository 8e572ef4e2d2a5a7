"""What ids are called."""

from uuid import UUID

from pydantic import Field

from shared.web.schemas import Out


class NameOut(Out):
    """What one id is called. An application is called after its opportunity."""

    id: UUID
    kind: str = Field(description="person, application, opportunity, enabler or entity", examples=["person"])
    text: str = Field(examples=["Ioana Șerban"])


class NamesOut(Out):
    """Those of the ids asked for that have a name and are the caller's to see."""

    items: list[NameOut]
