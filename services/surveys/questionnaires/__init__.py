"""The questionnaires that ship with the room: one readable file a version, checked when the room starts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from services.surveys.policy.questionnaire import Occasion, Questionnaire
from shared.contracts.surveys import Metric

FOLDER = Path(__file__).parent


class QuestionnaireFault(Exception):
    """A questionnaire file that can't be used; says which, where in it, and why."""


class _OnceLoader(yaml.SafeLoader):
    """YAML's safe types; a key that stands twice is an error, where YAML would take the last one silently."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]  # type: ignore[no-untyped-call]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.MarkedYAMLError(problem=f"{key!r} stands twice", problem_mark=node.start_mark)
        return super().construct_mapping(node, deep)


def read(text: str, name: str) -> Questionnaire:
    """A questionnaire from the text of its file; QuestionnaireFault with the file's name and every place in it."""
    try:
        return Questionnaire.model_validate(yaml.load(text, _OnceLoader))  # noqa: S506 (a SafeLoader)
    except yaml.YAMLError as error:
        raise QuestionnaireFault(f"{name}: {error}") from error
    except ValidationError as error:
        lines = [f"  {_place(fault['loc'])}: {fault['msg'].removeprefix('Value error, ')}" for fault in error.errors()]
        raise QuestionnaireFault("\n".join([f"{name}:", *lines])) from None


def _place(steps: Iterable[str | int]) -> str:
    return "/".join(map(str, steps)) or "the whole"


@dataclass(frozen=True)
class Library:
    """All versions of all questionnaires; people are asked by the newest one, and answer the one they were asked."""

    all: Mapping[tuple[str, int], Questionnaire]
    newest: Mapping[str, Questionnaire] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "newest", {code: self.all[code, version] for code, version in sorted(self.all)})

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
