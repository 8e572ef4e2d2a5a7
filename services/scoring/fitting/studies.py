"""`python -m services.scoring.fitting.studies`: a table and a plan come in as JSON, what was found out goes out.

A process of its own, so that neither consumer nor timers wait.
"""

import json
import os
import sys

from services.scoring.policy.studies import Plan, Unfit, judge, read

POLITE = 10  # of `nice`


def main() -> None:
    os.nice(POLITE)
    order = json.loads(sys.stdin.buffer.read())
    given = order["plan"]
    plan = Plan(**{**given, "ignored": frozenset(given["ignored"])})
    try:
        print(json.dumps(judge(read(order["text"], plan), plan)), flush=True)
    except Unfit as unfit:
        print(json.dumps({"reason": str(unfit)}), flush=True)


if __name__ == "__main__":
    main()
