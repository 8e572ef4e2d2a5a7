"""A process for tests: says its own number, then waits as long as its order says."""

import json
import os
import sys
import time

if __name__ == "__main__":
    seconds = json.load(sys.stdin)
    print(os.getpid(), flush=True)
    time.sleep(seconds)
