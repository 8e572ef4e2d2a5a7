"""Read by schemathesis in the short form of the fuzz drill: all that a document allows, and a part of what it forbids.

The first of every `EACH` forbidden cases of an operation is put, so that each operation gets some.
"""

from collections import Counter

import schemathesis
from schemathesis.generation import GenerationMode
from schemathesis.generation.meta import TestPhase

EACH = 8
_seen: Counter[str] = Counter()


@schemathesis.hook
def filter_case(_context: schemathesis.HookContext, case: schemathesis.Case) -> bool:
    """Whether a case is put; only those that walk through a schema's borders are many enough to leave some out."""
    meta = case.meta
    if meta is None or meta.phase.name is not TestPhase.COVERAGE or meta.generation.mode is GenerationMode.POSITIVE:
        return True
    _seen[case.operation.label] += 1
    return _seen[case.operation.label] % EACH == 1
