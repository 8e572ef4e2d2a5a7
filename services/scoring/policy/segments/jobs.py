"""States of segments and of the work that is asked for and done later."""

from enum import StrEnum


class SegmentState(StrEnum):
    """A retired segment has no members any more; its course and sheets stay."""

    active = "active"
    retired = "retired"


class JobState(StrEnum):
    """`waiting` until a worker has done it; `failed` when the work can't be done: ask again."""

    waiting = "waiting"
    done = "done"
    failed = "failed"
