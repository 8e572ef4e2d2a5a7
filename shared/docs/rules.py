"""The rules of the domain with the code and the tests that serve each: `docs/rules.md`, made of `rules.yaml`."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from shared.service import Service

SOURCE = Path(__file__).with_name("rules.yaml")
HEAD = """# The rules, and what serves them

Made by `sojourn docs` from `shared/docs/rules.yaml`: every rule of the texts that say what the system is for, in our
own words. Each has the code that serves it and the tests that show it; a test fails on an empty cell, and on code or a
test that is not there.
"""
HOW = {"full": "served", "part": "in part", "none": "not yet"}
COLUMNS = "| rule | what it says | served | code | tests | what is missing or else to know |\n" + "| --- " * 6 + "|"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Rule(_Strict):
    """One rule; `code` holds `path:symbol`, `tests` holds `path::test`."""

    id: str = Field(min_length=1)
    rule: str = Field(min_length=1)
    code: tuple[str, ...] = Field(min_length=1)
    tests: tuple[str, ...] = Field(min_length=1)
    served: Literal["full", "part", "none"] = "full"
    note: str = ""

    @model_validator(mode="after")
    def _says_what_is_missing(self) -> "Rule":
        if self.served != "full" and not self.note:
            raise ValueError(f"{self.id} is not served in full and says nothing of what is missing")
        return self


class Section(_Strict):
    """The rules of one section of a text."""

    text: str
    section: str
    rules: tuple[Rule, ...] = Field(min_length=1)


def read(source: str) -> list[Section]:
    """The rules as data; ValueError on an empty cell or an unknown field."""
    return TypeAdapter(list[Section]).validate_python(yaml.safe_load(source))


def pages(_: Sequence[Service] = ()) -> dict[str, str]:
    """The page by its path."""
    return {"docs/rules.md": "\n".join(_page(read(SOURCE.read_text(encoding="utf-8"))))}


def _page(sections: Sequence[Section]) -> Iterator[str]:
    every = [rule for section in sections for rule in section.rules]
    counts = [f"{sum(rule.served == how for rule in every)} {words}" for how, words in HOW.items()]
    yield f"{HEAD}\n{len(every)} rules: {', '.join(counts)}. For “not yet” the cells name what it will stand on."
    text = None
    for section in sections:
        if section.text != text:
            text = section.text
            yield f"\n## {text}"
        yield f"\n### {section.section}\n\n{COLUMNS}"
        yield from map(_line, section.rules)
    yield ""


def _line(rule: Rule) -> str:
    cells = (
        rule.id,
        rule.rule,
        HOW[rule.served],
        "<br>".join(_linked(*place.split(":", 1)) for place in rule.code),
        "<br>".join(_linked(*place.split("::", 1)) for place in rule.tests),
        rule.note,
    )
    return "| " + " | ".join(cells) + " |"


def _linked(path: str, name: str) -> str:
    return f"[`{name}`](../{path})"
