"""What a subscription holds of each partition: messages fetched and not handed out, and which batch is out."""

import asyncio
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial

from shared.contracts.message import Message
from shared.messaging.bus import Batch, Partition, Presses, everything

LINGER = 0.5  # seconds that what doesn't press may wait for company


@dataclass(slots=True)
class Lane:
    """One assigned partition; at most one batch of it is out."""

    epoch: int
    waiting: deque[Message] = field(default_factory=deque)
    out: Batch | None = None
    pressing: int = 0  # of those that wait
    lingering: asyncio.TimerHandle | None = None


class Partitions:
    """Hands out batches one at a time per partition, in turn, and forgets all of it when they are revoked.

    A partition's turn comes when a message presses, or when its first has lingered.
    """

    def __init__(self, batch_size: int, presses: Presses = everything) -> None:
        self._size, self._presses = batch_size, presses
        self._lanes: dict[Partition, Lane] = {}
        self._ready: deque[Partition] = deque()
        self._epoch = 0
        self._draining = False
        self._changed = asyncio.Event()

    def assign(self, partitions: Iterable[Partition]) -> None:
        """A new assignment; whatever is still out belongs to an older epoch and counts as revoked."""
        self._epoch += 1
        self._draining = False
        self._forget()
        self._lanes = {partition: Lane(self._epoch) for partition in partitions}
        self._ready.clear()
        self._changed.set()

    async def drain(self, seconds: float) -> bool:
        """Hand out nothing more and wait for what is out; True when all came back in time."""
        self._draining = True
        self._forget()
        try:
            async with asyncio.timeout(seconds):
                while any(lane.out for lane in self._lanes.values()):
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            return False
        return True

    def put(self, partition: Partition, messages: Iterable[Message]) -> None:
        lane = self._lanes.get(partition)
        if lane is None or self._draining:
            return
        for message in messages:
            lane.waiting.append(message)
            lane.pressing += self._presses(message)
        self._offer(partition, lane)

    def _forget(self) -> None:
        """Nothing waits any more."""
        self._ready.clear()
        for lane in self._lanes.values():
            lane.waiting.clear()
            lane.pressing = 0
            if lane.lingering:
                lane.lingering.cancel()

    def waiting(self, partition: Partition) -> int:
        lane = self._lanes.get(partition)
        return len(lane.waiting) if lane else 0

    def assigned(self) -> frozenset[Partition]:
        return frozenset(self._lanes)

    def take(self) -> Batch | None:
        """The next batch, or None when nothing is ready."""
        while self._ready:
            partition = self._ready.popleft()
            lane = self._lanes[partition]
            if lane.out is None and lane.waiting:
                return self._hand_out(partition, lane)
        return None

    def _hand_out(self, partition: Partition, lane: Lane) -> Batch:
        count = min(self._size, len(lane.waiting))
        messages = tuple(lane.waiting.popleft() for _ in range(count))
        lane.pressing -= sum(map(self._presses, messages)) if lane.waiting else lane.pressing
        lane.out = Batch(partition, messages, lane.epoch)
        return lane.out

    async def next(self) -> Batch:
        while (batch := self.take()) is None:
            await self.change()
        return batch

    async def change(self) -> None:
        """Wait until something was put, came back or was assigned."""
        self._changed.clear()
        await self._changed.wait()

    def done(self, batch: Batch) -> None:
        if lane := self._mine(batch):
            lane.out = None
            self._offer(batch.partition, lane)

    def give_back(self, batch: Batch) -> None:
        """The batch was not done: its messages come first again."""
        if lane := self._mine(batch):
            lane.out = None
            if not self._draining:
                lane.waiting.extendleft(reversed(batch.messages))
                lane.pressing += sum(map(self._presses, batch.messages))
            self._offer(batch.partition, lane)

    def held(self, batch: Batch) -> bool:
        """The assignment under which the batch was handed out is still in force, if perhaps about to end."""
        return self._mine(batch) is not None

    def leaving(self, batch: Batch) -> bool:
        return self._draining or not self.held(batch)

    def _mine(self, batch: Batch) -> Lane | None:
        lane = self._lanes.get(batch.partition)
        return lane if lane and lane.epoch == batch.epoch else None

    def _offer(self, partition: Partition, lane: Lane, *, lingered: bool = False) -> None:
        """The partition has its turn when there is something to hand out; what doesn't press is offered again later."""
        self._changed.set()
        if lingered:
            lane.lingering = None
        if not lane.waiting or lane.out is not None or self._draining or self._lanes.get(partition) is not lane:
            return
        if lane.pressing or lingered:
            self._ready.append(partition)
        elif lane.lingering is None:
            offer = partial(self._offer, partition, lane, lingered=True)
            lane.lingering = asyncio.get_running_loop().call_later(LINGER, offer)
