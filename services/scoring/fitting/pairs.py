"""`python -m services.scoring.fitting.pairs`: examples of a side's decision as JSON come in, a model goes out.

The worker runs it as a process of its own, so that neither consumer nor timers wait.
"""

import json
import os
import sys
from datetime import datetime
from typing import Any

from services.scoring.policy.learning import Example
from services.scoring.policy.matching.training import learn

POLITE = 10  # of `nice`


def main() -> None:
    """An order `{"side", "seed", "examples": [[row, label, at, weight] …]}`; a model with its figures, or null."""
    os.nice(POLITE)
    print(json.dumps(fitted(json.loads(sys.stdin.buffer.read()))), flush=True)


def fitted(order: dict[str, Any]) -> dict[str, Any] | None:
    """The model as a document with its figures. The same order gives the same, bit for bit."""
    told = order["examples"]
    examples = [Example(row, label, datetime.fromisoformat(at), weight) for row, label, at, weight in told]
    made = learn(order["side"], examples, order["seed"])
    if made is None:
        return None
    low, high = made.interval or (None, None)
    return {
        "speaks": made.speaks, "labels": made.labels, "yes": made.yes, "late": made.late, "gain": made.gain,
        "gain_low": low, "gain_high": high, "bins": made.bins.as_document(), "document": made.ladder.document(),
    }  # fmt: skip


if __name__ == "__main__":
    main()
