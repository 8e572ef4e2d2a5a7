"""`python -m services.notifications.simulation`: an order as JSON comes in, lines of progress and the report go out.

The worker runs it as a process of its own, so that nothing else waits; it opens no file and no connection.
"""

import json
import sys

from services.notifications.simulation import read_order, simulate


def main() -> None:
    """A line `{"done": …, "all": …}` now and then, and `{"report": …}` at the end."""
    order = read_order(sys.stdin.buffer.read())

    def tell(done: int, all_: int) -> None:
        print(json.dumps({"done": done, "all": all_}), flush=True)

    print(json.dumps({"report": simulate(order, tell)}), flush=True)


if __name__ == "__main__":
    main()
