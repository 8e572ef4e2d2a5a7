"""The shapes of what is written: lines, letters, sections, sheets."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it is shown; `missing` marks one that only says who will provide the fact."""

    text: str
    label: str = ""
    missing: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """An e-mail in words, before any layout."""

    language: str
    subject: str
    preview: str
    greeting: str
    body: list[Line]
    facts: list[Line]
    after: list[Line]
    action: str
    closing: list[Line]
    footer: str
    attached: str = ""
    direction: str = "ltr"


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a document: paragraphs, labelled facts, points, steps to tick off, and fields to fill in by hand."""

    title: str
    lines: list[Line] = field(default_factory=list)
    rows: list[Line] = field(default_factory=list)
    points: list[Line] = field(default_factory=list)
    steps: list[Line] = field(default_factory=list)
    fields: list[Line] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        return not (self.lines or self.rows or self.points or self.steps or self.fields)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A document in words, before it is typeset."""

    language: str
    file_name: str
    title: str
    subtitle: str
    issuer: str
    addressee: str
    intro: list[Line]
    glance: list[Line]
    sections: list[Section]
    footer: str
    page: str
    direction: str = "ltr"
