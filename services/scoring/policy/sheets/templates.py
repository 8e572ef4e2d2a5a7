"""What a sheet asks: groups of criteria, their weights, and from which score on which level is reached.

A + is always good for us. Where less is better (“needs nurture: low”), only the words of + and − say so.
Weights are whole numbers, so that no sum depends on the order in which it is made.
"""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from shared.contracts.fields import Language

Path = tuple[str | int, ...]
Fault = tuple[Path, str]
_STORABLE = "^[^\x00-\x1f\x7f-\x9f]*$"
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300, pattern=_STORABLE)]
Texts = dict[Language, Text]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,59}$")]
Share = Annotated[float, Field(ge=0, le=1)]
Worth = Annotated[float, Field(ge=-1, le=1)]
FALLBACK = "en"
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ps", "ur"})
OURS = "ours"
RIVALS = "abcdef"
NOT_ENOUGH = "not_enough_known"


class SheetAbout(StrEnum):
    """What a sheet is about: somebody who is not a customer yet, an enabler that is known, or an entity's market."""

    prospect = "prospect"
    enabler = "enabler"
    market = "market"


class Piece(BaseModel):
    """A piece of a template: what the format doesn't know is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Criterion(Piece):
    """One question. `must`: a − here bars every level above the lowest, and it has to be known."""

    id: Id
    text: Texts
    plus: Texts
    minus: Texts
    weight: int = Field(1, ge=1, le=100)
    must: bool = False


class Group(Piece):
    """Criteria that are scored together, too."""

    id: Id
    title: Texts
    criteria: list[Criterion] = Field(min_length=1, max_length=20)


class Known(Piece):
    """The share of the weight that has to be answered, of the whole and of each group, before anything is decided."""

    whole: Share
    group: Share = 0.0


class Level(Piece):
    """What a sheet can come to, and what it takes: a score of our column, of each of its groups, and a lead over each
    rival. The lowest level takes nothing."""

    code: Id
    title: Texts
    score: Worth | None = None
    groups: Worth | None = None
    lead: Annotated[float, Field(ge=-2, le=2)] | None = None


class Template(Piece):
    """All that one version of a template says."""

    id: Id
    about: list[SheetAbout] = Field(min_length=1, max_length=2)
    languages: list[Language] = Field(min_length=1, max_length=20)
    title: Texts
    ours: Texts
    rival: Texts | None = None
    rivals: int = Field(0, ge=0, le=len(RIVALS))
    known: Known
    levels: list[Level] = Field(min_length=2, max_length=7)
    groups: list[Group] = Field(min_length=1, max_length=12)

    @model_validator(mode="before")
    @classmethod
    def _kinds(cls, values: object) -> object:
        """Strict validation takes no text for an enum; a template comes from a file or from JSON."""
        if isinstance(values, dict) and isinstance(there := values.get("about"), list):
            kinds = {str(kind): kind for kind in SheetAbout}
            values = values | {"about": [kinds.get(one, one) if isinstance(one, str) else one for one in there]}
        return values

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if faults := list(_faults(self)):
            raise Faulty(faults)
        return self

    @property
    def criteria(self) -> Iterator[Criterion]:
        for group in self.groups:
            yield from group.criteria

    @property
    def numbers(self) -> dict[str, str]:
        """Criterion → its number, such as 2.3: its place, not a name."""
        return {
            one.id: f"{place}.{number}"
            for place, group in enumerate(self.groups, 1)
            for number, one in enumerate(group.criteria, 1)
        }

    def texts(self) -> Iterator[tuple[Path, Mapping[str, str]]]:
        """Every text with the path to it."""
        for name in ("title", "ours", "rival"):
            if texts := getattr(self, name):
                yield (name,), texts
        yield from ((("levels", place, "title"), level.title) for place, level in enumerate(self.levels))
        for place, group in enumerate(self.groups):
            yield ("groups", place, "title"), group.title
            for number, one in enumerate(group.criteria):
                for name in ("text", "plus", "minus"):
                    yield ("groups", place, "criteria", number, name), getattr(one, name)


class Faulty(ValueError):
    """All that is wrong with a template as a whole, each with the path to it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(what for _, what in faults))
        self.faults = list(faults)


def _faults(template: Template) -> Iterator[Fault]:
    yield from _languages(template)
    yield from _ids(template)
    if SheetAbout.market in template.about and len(template.about) > 1:
        yield ("about",), "a template about markets is about nothing else"
    if bool(template.rivals) != bool(template.rival):
        yield ("rival",), "a template with rivals, and no other, says what a rival is called"
    first, *higher = template.levels
    if first.score is not None or first.groups is not None or first.lead is not None:
        yield ("levels", 0), "the lowest level takes nothing"
    for place, level in enumerate(higher, 1):
        below = template.levels[place - 1].score
        if level.score is None:
            yield ("levels", place, "score"), "a level above the lowest begins at a score"
        elif below is not None and level.score <= below:
            yield ("levels", place, "score"), "a higher level begins at a higher score"
        if level.lead is not None and not template.rivals:
            yield ("levels", place, "lead"), "there are no rivals to lead"


def _languages(template: Template) -> Iterator[Fault]:
    wanted = set(template.languages)
    if FALLBACK not in wanted:
        yield ("languages",), f"{FALLBACK} must be among the languages: it is shown where one's own is missing"
    for path, texts in template.texts():
        if missing := sorted(wanted - texts.keys()):
            yield path, f"it has no text in {', '.join(missing)}"
        if foreign := sorted(texts.keys() - wanted):
            yield path, f"it has a text in {', '.join(foreign)}, which is not among the languages"


def _ids(template: Template) -> Iterator[Fault]:
    seen: set[str] = set()
    for place, group in enumerate(template.groups):
        if group.id in {one.id for one in template.groups[:place]}:
            yield ("groups", place, "id"), f"two groups have the id {group.id}"
        for number, one in enumerate(group.criteria):
            if one.id in seen:
                yield ("groups", place, "criteria", number, "id"), f"two criteria have the id {one.id}"
            seen.add(one.id)
    codes = [level.code for level in template.levels]
    for place, code in enumerate(codes):
        if code == NOT_ENOUGH or code in codes[:place]:
            yield ("levels", place, "code"), f"{code} is taken"


def exactly(number: float) -> Fraction:
    """A threshold as it is written: 0.2 is one fifth."""
    return Fraction(str(number))


def direction(language: str) -> str:
    """The `dir` of a text in this language."""
    return "rtl" if language.split("-")[0] in RIGHT_TO_LEFT else "ltr"


def told(texts: Mapping[str, str], language: str) -> str:
    """A text in this language, or else in English, which every template has."""
    return texts.get(language) or texts[FALLBACK]
