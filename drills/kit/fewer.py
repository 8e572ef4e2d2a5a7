"""Read by schemathesis in the short form of the fuzz drill: a part of the cases that walk along a schema's borders.

Of each operation every third one that its document allows is put, and every tenth that it forbids, the first of each
among them. Examples, random cases and chains of calls are few, and all are put.
"""

from collections import Counter

import schemathesis
from schemathesis.generation import GenerationMode
from schemathesis.generation.meta import TestPhase

EACH = {GenerationMode.POSITIVE: 3, GenerationMode.NEGATIVE: 10}
_seen: Counter[tuple[str, GenerationMode]] = Counter()


@schemathesis.hook
def filter_case(_context: schemathesis.HookContext, case: schemathesis.Case) -> bool:
    """Whether a case is put."""
    meta = case.meta
    if meta is None or meta.phase.name is not TestPhase.COVERAGE:
        return True
    key = (case.operation.label, meta.generation.mode)
    _seen[key] += 1
    return _seen[key] % EACH[meta.generation.mode] == 1
