"""How long to wait before the next try: capped back-off with jitter."""

import random


class Backoff:
    """Waiting times: the first is short, each next doubles up to the cap, all with jitter (full above half)."""

    def __init__(self, first: float = 0.05, cap: float = 10.0) -> None:
        self._first, self._cap = first, cap
        self._tries = 0

    @property
    def tries(self) -> int:
        return self._tries

    def next(self) -> float:
        delay = min(self._cap, self._first * 2 ** min(self._tries, 30))
        self._tries += 1
        return delay * (0.5 + random.random() / 2)

    def reset(self) -> None:
        self._tries = 0
