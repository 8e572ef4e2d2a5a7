"""YAML that is read strictly: safe types, and no key twice."""

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any


@cache
def _loader(base: str) -> Any:
    yaml = import_module("yaml")  # not every room has it

    class OnceLoader(getattr(yaml, base, yaml.SafeLoader)):  # type: ignore[misc]
        """A key that stands twice is an error, where YAML would take the last one silently."""

        def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
            keys = [self.construct_object(key, deep=True) for key, _ in node.value]
            for key in keys:
                if keys.count(key) > 1:
                    raise yaml.MarkedYAMLError(problem=f"{key!r} stands twice", problem_mark=node.start_mark)
            return super().construct_mapping(node, deep)  # type: ignore[no-any-return]

    return OnceLoader


def plain(text: str) -> Any:
    """The values of a YAML text; yaml.YAMLError says where it can't be read."""
    return import_module("yaml").load(text, _loader("SafeLoader"))


def shipped(file: Path) -> Any:
    """The same of a file of ours, by libyaml where it is there: fifteen times as fast. Never for anybody else's text:
    brackets nested some thousands deep end the process."""
    return import_module("yaml").load(file.read_text("utf-8"), _loader("CSafeLoader"))
