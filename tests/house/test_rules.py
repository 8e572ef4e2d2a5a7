"""The page of rules is true: no rule is left out, none without code and a test, and both are really there."""

import ast
from functools import cache

import pytest

from services.notifications.plan import STANDARDS
from shared.docs import rules
from tests.house.documents import ROOT

SECTIONS = rules.read(rules.SOURCE.read_text(encoding="utf-8"))
RULES = [rule for section in SECTIONS for rule in section.rules]
GOOD = """
- text: a.md
  section: Parties
  rules:
    - id: one
      rule: Everybody is somebody.
      code: [a.py:A]
      tests: [b.py::test_b]
"""


@cache
def _names(path: str) -> frozenset[str]:
    """What a file defines: names, members of its classes, codes of a plan."""
    file = ROOT / path
    if not file.exists():
        return frozenset()
    text = file.read_text(encoding="utf-8")
    if file.suffix != ".py":
        return frozenset(line.partition("code: ")[2].strip() for line in text.splitlines() if "code: " in line)
    body = ast.parse(text).body
    classes = [node for node in body if isinstance(node, ast.ClassDef)]
    members = {f"{node.name}.{name}" for node in classes for inner in node.body for name in _defined(inner)}
    return frozenset(name for node in body for name in _defined(node)) | members


def _defined(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", node)]
    return [name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)]


def test_every_rule_has_its_own_name() -> None:
    names = [rule.id for rule in RULES]
    assert len(names) == len(set(names))


def test_no_standard_and_no_feature_is_left_out() -> None:
    names = [rule.id for rule in RULES]
    numbers = [name.split("-")[1] for name in names if name.startswith("standard-")]
    assert numbers == [f"{number:02}" for number in range(1, len(STANDARDS) + 1)]
    assert len(numbers) == 16
    assert [name for name in names if name[0] == "A"] == [f"A{number}" for number in range(1, 17)]
    assert {section.text for section in SECTIONS} == {"customer-flow.md", "standards.md", "features.md"}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_code_and_tests_of_a_rule_are_there(rule: rules.Rule) -> None:
    places = [place.split(":", 1) for place in rule.code]
    tests = [place.split("::", 1) for place in rule.tests]
    missing = [f"{path}: {name}" for path, name in places + tests if name not in _names(path)]
    assert not missing
    assert all(path.startswith(("services/", "shared/")) for path, _ in places)
    assert all(path.startswith("tests/") and name.startswith("test_") for path, name in tests)
    assert "|" not in rule.rule + rule.note


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("code: [a.py:A]", "code: []"),
        ("tests: [b.py::test_b]", "tests: []"),
        ("      code: [a.py:A]\n", ""),
        ("rule: Everybody is somebody.", "rule: ''"),
        ("[b.py::test_b]", "[b.py::test_b]\n      served: part"),
        ("[b.py::test_b]", "[b.py::test_b]\n      owner: me"),
    ],
)
def test_an_empty_cell_is_refused(right: str, wrong: str) -> None:
    assert rules.read(GOOD)[0].rules[0].served == "full"
    with pytest.raises(ValueError, match=r"validation error"):
        rules.read(GOOD.replace(right, wrong))


def test_what_is_not_there_is_noticed() -> None:
    assert "TABLE" in _names("services/applications/policy/moves.py")
    assert "Uow.note" in _names("shared/storage/tx.py")
    assert "departure-document" in _names("services/notifications/plan/default.yaml")
    assert "fly" not in _names("services/applications/policy/moves.py")
    assert not _names("services/applications/policy/nowhere.py")
