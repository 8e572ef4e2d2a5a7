"""Letters that operators write: templates that can show facts and ask for them, and nothing else.

A template is read into its syntax tree, and every node must be on a list: text, facts by name, if, comparisons, a few
filters. Without loops, calls, arithmetic and assignments its work and its output are bounded by its own length and that
of the facts; Jinja's sandbox stands behind the list. <https://jinja.palletsprojects.com/en/stable/sandbox/>
"""

import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from jinja2 import Template, TemplateError, Undefined, nodes
from jinja2.exceptions import UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from services.notifications.texts.filling import END, ISOLATE, Fill, _environment, _Unknown

if TYPE_CHECKING:
    from services.notifications.texts import Words

LONGEST, LONGEST_OUTPUT, MOST_NODES, DEEPEST = 4_000, 20_000, 300, 16
FILTERS = frozenset(
    {"day", "clock", "moment", "reason", "survey_title", "survey_why", "upper", "lower", "capitalize", "title", "trim"}
)
TESTS = frozenset({"defined", "undefined"})
ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Getitem, nodes.Const, nodes.If,
    nodes.CondExpr, nodes.And, nodes.Or, nodes.Not, nodes.Compare, nodes.Operand, nodes.Filter, nodes.Test,
)  # fmt: skip
_TURNS = frozenset("\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class TooMuch(ValueError):
    """A letter that came out longer than a letter may be."""


def faults(source: str, facts: frozenset[str]) -> list[str]:
    """What is wrong with a template that may show these facts; nothing when it can be used."""
    if len(source) > LONGEST:
        return [f"it is longer than {LONGEST} characters"]
    found = list(_letters(source))
    try:
        tree = _parsing().parse(source)
        compile_ = not (wrong := list(_tree(tree, facts)))
        if compile_:
            _parsing().from_string(source)
    except (TemplateError, RecursionError, SyntaxError, ValueError, MemoryError) as error:
        return [*found, f"it can't be read: {str(error)[:200] or type(error).__name__}"]
    return found + wrong


def _letters(source: str) -> Iterator[str]:
    for letter in source:
        kind = unicodedata.category(letter)
        if letter in _TURNS or (kind in ("Cc", "Cs", "Cn", "Co") and letter not in "\n\t"):
            yield f"the character U+{ord(letter):04X} has no place in a letter"
            return


def _tree(tree: nodes.Template, facts: frozenset[str]) -> Iterator[str]:
    stack: list[tuple[nodes.Node, int]] = [(tree, 0)]
    count = 0
    while stack:
        node, depth = stack.pop()
        count += 1
        if count > MOST_NODES or depth > DEEPEST:
            yield "it is too intricate"
            return
        if (fault := _node(node, facts)) is not None:
            yield fault
            return
        stack += [(child, depth + 1) for child in node.iter_child_nodes()]


def _node(node: nodes.Node, facts: frozenset[str]) -> str | None:
    if not isinstance(node, ALLOWED):
        return f"{type(node).__name__.lower()} is not allowed: only facts, if, comparisons and some filters"
    if isinstance(node, nodes.Name):
        if node.ctx != "load":
            return "nothing may be assigned"
        return None if node.name in facts else f"nobody knows {node.name}"
    if isinstance(node, nodes.Getattr):
        return None if node.attr.isidentifier() and not node.attr.startswith("_") else f"{node.attr} is not a fact"
    if isinstance(node, nodes.Getitem):
        plain = isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str)
        return None if plain and not node.arg.value.startswith("_") else "only parts of facts by name"
    if isinstance(node, nodes.Filter):
        bare = node.node is not None and not (node.args or node.kwargs or node.dyn_args or node.dyn_kwargs)
        return None if node.name in FILTERS and bare else f"there is no filter {node.name}, or it takes no argument"
    if isinstance(node, nodes.Test):
        return None if node.name in TESTS else f"there is no test {node.name}"
    return None


class _Sandbox(ImmutableSandboxedEnvironment):
    """Facts are mappings and plain values: an attribute is a name in a mapping, never one of an object."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, Mapping) and attribute in obj:
            return obj[attribute]
        return self.undefined(obj=obj, name=attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        return self.getattr(obj, argument) if isinstance(argument, str) else self.undefined(obj=obj, name=argument)


@cache
def _parsing() -> _Sandbox:
    made = _Sandbox(undefined=_Unknown, autoescape=False, cache_size=0)
    made.globals.clear()
    made.filters = dict.fromkeys(FILTERS, str)
    made.tests = {name: made.tests[name] for name in TESTS}
    return made


@cache
def _rendering(spoken: "Words") -> _Sandbox:
    def shown(value: Any) -> Any:
        if isinstance(value, Undefined):
            str(value)  # says that it isn't known
        if value is None or isinstance(value, Mapping | list | tuple):
            raise UndefinedError("a fact is known to be nothing, or has parts")
        return f"{ISOLATE}{value}{END}" if spoken.direction == "rtl" else value

    made = _Sandbox(undefined=_Unknown, autoescape=False, cache_size=0, finalize=shown)
    made.globals.clear()
    known = _environment(spoken).filters
    made.filters = {name: known[name] for name in FILTERS}
    made.tests = {name: made.tests[name] for name in TESTS}
    return made


@lru_cache(maxsize=2_000)
def _template(spoken: "Words", source: str) -> Template:
    return _rendering(spoken).from_string(source)


class Bounded(Fill):
    """As Fill, for texts that an operator wrote: they were checked when they came, and are rendered in the sandbox."""

    def text(self, source: str) -> str:
        if len(source) > LONGEST:
            raise TooMuch("a text is too long")
        parts, length = [], 0
        for part in _template(self.spoken, source).generate(self.facts):
            length += len(part)
            if length > LONGEST_OUTPUT:
                raise TooMuch("a text came out too long")
            parts.append(part)
        return "".join(parts).strip()
