"""What is answered about an import."""

from pydantic import Field

from shared.web.schemas import Out


class FaultOut(Out):
    """What keeps a row from being taken."""

    line: int = Field(description="Where the row begins in the file; the headings are line 1")
    column: str = Field(examples=["channel"])
    reason: str = Field(examples=["'carrier pigeon' is no channel"])


class ImportOut(Out):
    """What became of the rows of a file."""

    rows: int
    taken: int
    known: int = Field(description="There already: nothing was done")
    refused: int
    faults: list[FaultOut] = Field(description="Everything that is wrong, by line; the other rows were taken")
    ignored_columns: list[str] = Field(description="Headings that say nothing here; their cells were not kept")
    whole: bool = Field(description="False: so many rows were wrong that the rest was not read")
