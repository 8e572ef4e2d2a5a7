"""What the rooms' code can say as a refusal, read from the code itself: every text, with `HOLE` for what is put in."""

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from services.journeys.console.problems import SAID
from shared.web.problems import TITLES

ROOT = Path(__file__).parents[2]
PARTS = ("services/applications", "services/surveys", "services/notifications", "services/scoring", "services/journeys")
ASIDE = re.compile(r"/console/|/migrations/|shared/(embedded|testing|cli|docs)/")
HOLE = "{}"
OTHERS = {"Refused": "services/applications/policy/guards.py", "_wrong": "services/scoring/handlers/sheets.py"}
FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef
SPEAKERS = ("FieldError", *OTHERS, "ValueError", "problem", "CannotEdit")
# Beside `commands` and `schemas`: modules whose ValueErrors are said to whoever sent the value.
TELLING = {
    "shared/web/schemas.py", "shared/zones.py", "shared/working_time.py", "shared/outward/addresses.py",
    "services/journeys/policy/blueprints.py",
}  # fmt: skip
# Modules whose pairs of a place and a text are faults in a document.
FAULTS = {f"services/journeys/policy/{name}.py" for name in ("blueprints", "persona_maps", "kinds")} | {
    "services/notifications/plan/preflight.py"
}
Place = tuple[str, Any]  # a file, and the function (or the module) in it
Said = tuple[ast.AST | None, Place]


@dataclass(frozen=True, slots=True)
class Told:
    """A text of a refusal; None where the code doesn't tell what it will be."""

    file: str
    line: int
    text: str | None


def told() -> Iterator[Told]:
    """Every text that a person may be told."""
    speaks = re.compile(rf"\b({'|'.join((*kinds(), *SPEAKERS))}|__init__)\(")
    for file, source in sources().items():
        for node, inside, place in nodes(file) if speaks.search(source) or file in FAULTS else ():
            for said in _said(node, inside, file):
                found = texts(said, place)
                for one in [None] if found is None else sorted(found):
                    yield Told(file.removeprefix("services/"), said.lineno, one)


def titles() -> set[str]:
    """What the kinds of refusals are called; it is said when a refusal has no detail."""
    known = [(status, code, title) for status, (code, title) in TITLES.items()]
    known += [(kind["status"], kind["code"], kind["title"]) for kind in kinds().values()]
    return {title for status, code, title in known if _is_answered(status, code)}


# --- the code


@cache
def sources() -> dict[str, str]:
    files = [file for part in (*PARTS, "shared") for file in sorted((ROOT / part).rglob("*.py"))]
    named = {str(file.relative_to(ROOT)): file for file in files}
    return {name: file.read_text("utf-8") for name, file in named.items() if not ASIDE.search(name)}


@cache
def tree(file: str) -> ast.Module:
    return ast.parse(sources()[file])


@cache
def nodes(file: str) -> Sequence[tuple[ast.Call | ast.Tuple, ast.ClassDef | None, Place]]:
    """The calls and the tuples of a file, each with the class and the function round it."""
    found: list[tuple[ast.Call | ast.Tuple, ast.ClassDef | None, Place]] = []

    def walk(node: ast.AST, inside: ast.ClassDef | None, place: Place) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Call | ast.Tuple):
                found.append((child, inside, place))
            at = (file, child) if isinstance(child, FUNCTION) else place
            walk(child, child if isinstance(child, ast.ClassDef) else inside, at)

    walk(tree(file), None, (file, tree(file)))
    return found


@cache
def kinds() -> dict[str, dict[str, Any]]:
    """The classes of refusals: status, code and title of each, and whether it makes its words itself."""
    found: dict[str, dict[str, Any]] = {}
    waiting = [one for one in tree("shared/errors.py").body if getattr(one, "name", "") == "Refusal"]
    while waiting:
        for made in waiting:
            assert isinstance(made, ast.ClassDef)
            above = next((found[_name(base)] for base in made.bases if _name(base) in found), {})
            fields = {_name(_target(one)): one.value.value for one in made.body if _is_constant(one)}  # type: ignore[attr-defined]
            own = made.name != "Refusal" and any(getattr(one, "name", "") == "__init__" for one in made.body)
            found[made.name] = above | fields | {"own": own}
        heirs = re.compile(rf"^class \w+\(({'|'.join(found)})\)", re.MULTILINE)
        files = [file for file, source in sources().items() if heirs.search(source)]
        classes = [one for file in files for one in tree(file).body if isinstance(one, ast.ClassDef)]
        waiting = [one for one in classes if one.name not in found and {*map(_name, one.bases)} & found.keys()]
    return found


# --- who refuses


def _said(node: ast.Call | ast.Tuple, inside: ast.ClassDef | None, file: str) -> Iterator[Any]:
    """The expressions in it that are texts of refusals."""
    if isinstance(node, ast.Tuple):
        if file in FAULTS and len(node.elts) == 2 and " " in "".join(texts(node.elts[1], (file, tree(file))) or ()):
            yield node.elts[1]
        return
    name = _name(node.func)
    own = inside.name if name == "__init__" and inside and kinds().get(inside.name, {}).get("own") else None
    if own or (name in kinds() and not kinds()[name]["own"]):
        if _is_shown(own or name, node):
            yield from filter(None, (_argument(node, 0, "detail"), _argument(node, None, "title")))
    elif name == "FieldError" or OTHERS.get(name) == file:
        if node.args and not ast.unparse(node.args[0]).strip("f'").startswith("query:"):  # what is asked of a list
            yield from filter(None, [_argument(node, 1, "detail")])
    elif name == "ValueError" and (file in TELLING or {"commands", "schemas"} & set(file.split("/"))):
        yield node.args[0]
    elif name in ("problem", "CannotEdit"):
        yield from (one.value for one in node.keywords if one.arg in ("title", "detail", "why"))


def _is_shown(name: str, call: ast.Call) -> bool:
    kind, given = kinds()[name], _argument(call, None, "code")
    code = getattr(given, "value", None) if given else kind["code"]
    return code == "invalid" or _is_answered(kind["status"], code)


def _is_answered(status: int, code: str | None) -> bool:
    """Whether the console says such a refusal in the room's words: of others it knows itself what to say or to do."""
    return status != 401 and status < 500 and code not in SAID


# --- what an expression may say


def texts(node: Any, place: Place, depth: int = 6) -> set[str] | None:
    """All texts that this may be; None when that can't be told, nothing when it only passes one on."""
    match node:
        case ast.Constant(value=value):
            return {value} if isinstance(value, str) else set()
        case ast.JoinedStr(values=values):
            return {"".join(one) for one in product(*(_part(one, place, depth) for one in values))}
        case ast.IfExp(body=one, orelse=other):
            return _all([(one, place), (other, place)], depth)
        case ast.BoolOp(values=values):
            return _all([(one, place) for one in values], depth)
        case ast.Attribute(attr="detail" | "title"):
            return set()
        case ast.Name(id=name) if depth:
            return _named(name, place, depth - 1)
        case ast.Subscript(value=ast.Name(id=name)):
            table = getattr(_found(name, place[0])[1], "value", None)
            return _all([(one, place) for one in table.values], depth) if isinstance(table, ast.Dict) else None
        case ast.Call(func=ast.Name(id=name)) if depth:
            at = _found(name, place[0])
            returned = [(one.value, at) for one in ast.walk(at[1]) if isinstance(one, ast.Return)] if at[1] else []
            return _all(returned, depth - 1) if returned else None
    return None


def _part(node: Any, place: Place, depth: int) -> Sequence[str]:
    """A part of an f-string: a hole, unless it is known to be one of some phrases."""
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    found = texts(node.value, place, depth)
    return sorted(found) if found and all(" " in one for one in found) else [HOLE]


def _all(said: Iterable[Said], depth: int) -> set[str] | None:
    found = [texts(one, place, depth) for one, place in said]
    return None if None in found else {text for one in found for text in one or ()}


def _named(name: str, place: Place, depth: int) -> set[str] | None:
    """What a name stands for: what it was given in its function, or by those who call that, or in its module."""
    file, function = place
    if isinstance(function, FUNCTION):
        if values := list(_given(name, function)):
            return _all([(one, place) for one in values], depth)
        names = [one.arg for one in function.args.args]
        if name in names:
            said = [(_argument(call, names.index(name), name), at) for call, at in _calls(function.name, file)]
            return _all(said, depth) if said else None
    value = getattr(_found(name, file)[1], "value", None)
    return None if value is None else texts(value, (file, tree(file)), depth)


@cache
def _calls(name: str, file: str) -> Sequence[tuple[ast.Call, Place]]:
    """The calls of a function in the files of its room."""
    room = file.split("/")[:2]
    files = [one for one, source in sources().items() if one.split("/")[:2] == room and f"{name}(" in source]
    every = [node for one in files for node in nodes(one)]
    return [(node, at) for node, _, at in every if isinstance(node, ast.Call) and _name(node.func) == name]


def _found(name: str, file: str) -> Place:
    """What a module calls by this name, here or where it is imported from."""
    for node in tree(file).body:
        if isinstance(node, FUNCTION) and node.name == name:
            return file, node
        if isinstance(node, ast.Assign | ast.AnnAssign) and _name(_target(node)) == name:
            return file, node
        if isinstance(node, ast.ImportFrom) and any(one.name == name for one in node.names):
            base = (node.module or "").replace(".", "/")
            other = f"{base}.py" if f"{base}.py" in sources() else f"{base}/__init__.py"
            return _found(name, other) if other in sources() and other != file else (file, None)
    return file, None


def _given(name: str, function: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(function):
        if isinstance(node, ast.Assign | ast.NamedExpr) and _name(_target(node)) == name:
            yield node.value


def _name(node: ast.AST) -> str:
    return getattr(node, "id", None) or getattr(node, "attr", None) or ""


def _target(node: Any) -> ast.AST:
    return node.targets[0] if isinstance(node, ast.Assign) else node.target


def _is_constant(node: Any) -> bool:
    return isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant)


def _argument(call: ast.Call, place: int | None, name: str) -> Any:
    named = next((one.value for one in call.keywords if one.arg == name), None)
    return named or (call.args[place] if place is not None and place < len(call.args) else None)
