"""The questionnaires that ship with the room: one readable file a version, checked when the room starts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from services.surveys.policy.questionnaire import Occasion, Questionnaire
from services.surveys.policy.questionnaire_holes import Hole, Holes
from shared.contracts.surveys import Metric
from shared.strict_yaml import plain

FOLDER = Path(__file__).parent


class QuestionnaireFault(Exception):
    """A questionnaire file that can't be used; says which, where in it, and why."""


class Unsound(Exception):
    """A questionnaire that can't be used: each fault with the path to it."""

    def __init__(self, faults: list[Hole]) -> None:
        super().__init__("; ".join(what for _, what in faults))
        self.faults = faults


def parse(content: Any) -> Questionnaire:
    """A questionnaire from plain values; Unsound with everything that is wrong with it."""
    try:
        return Questionnaire.model_validate(content)
    except ValidationError as error:
        raise Unsound([hole for one in error.errors() for hole in _faults(one)]) from None


def _faults(one: Mapping[str, Any]) -> list[Hole]:
    whole = one.get("ctx", {}).get("error")
    if isinstance(whole, Holes):
        return whole.holes
    return [(_path(one["loc"]), one["msg"].removeprefix("Value error, "))]


def _path(steps: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """The path in the content itself: pydantic puts the kind of a question after its place."""
    return steps[:2] + steps[3:] if steps[:1] == ("questions",) else steps


def read(text: str, name: str) -> Questionnaire:
    """A questionnaire from the text of its file; QuestionnaireFault with the file's name and every place in it."""
    try:
        return parse(plain(text))
    except yaml.YAMLError as error:
        raise QuestionnaireFault(f"{name}: {error}") from error
    except Unsound as unsound:
        lines = [f"  {'/'.join(map(str, path)) or 'the whole'}: {what}" for path, what in unsound.faults]
        raise QuestionnaireFault("\n".join([f"{name}:", *lines])) from None


@dataclass(frozen=True)
class Library:
    """All versions of all questionnaires; people are asked by the newest one, and answer the one they were asked."""

    all: Mapping[tuple[str, int], Questionnaire]
    newest: Mapping[str, Questionnaire] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "newest", {code: self.all[code, version] for code, version in sorted(self.all)})

    def versions(self, code: str) -> list[Questionnaire]:
        """All versions of a questionnaire, the oldest first; empty when there is none of that name."""
        return [self.all[key] for key in sorted(self.all) if key[0] == code]

    def get(self, code: str, version: int) -> Questionnaire:
        """This version; KeyError when its file was taken away, which must never happen to one that was asked."""
        return self.all[code, version]

    def asked_at(self, moment: Occasion) -> list[Questionnaire]:
        return [questionnaire for questionnaire in self.newest.values() if questionnaire.asked_at is moment]

    def by_touchpoint(self, touchpoint: str) -> set[str]:
        """The questionnaires whose invitation this touchpoint carries."""
        return {one.id for one in self.all.values() if one.touchpoint == touchpoint}

    def measuring(self, metric: Metric) -> set[str]:
        """The questionnaires that ask for this metric."""
        return {one.id for one in self.all.values() if metric in {question.metric for question in one.scored}}


def load(folder: Path = FOLDER) -> Library:
    """Every `*.yaml` of a folder, which is named `<id>-<version>.yaml`."""
    found: dict[tuple[str, int], Questionnaire] = {}
    for file in sorted(folder.glob("*.yaml")):
        questionnaire = read(file.read_text("utf-8"), file.name)
        if file.stem != f"{questionnaire.id}-{questionnaire.version}":
            raise QuestionnaireFault(f"{file.name}: it says {questionnaire.id}, version {questionnaire.version}")
        found[questionnaire.id, questionnaire.version] = questionnaire
    return Library(found)


LIBRARY = load()
