"""Kinds of estimates: each says what can be asked, what it reads, and what it makes of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict

from services.journeys.policy.questions import Question
from shared.storage.tx import Uow


class Params(BaseModel):
    """What a question of one kind may say besides segment and scope. Kinds derive theirs; each field has a default."""

    model_config = ConfigDict(extra="forbid")


class Estimator(Protocol):
    """A kind of estimate. `load` reads in one read-only transaction, whose caller is the scope of the question;
    `compute` is pure and draws lots from `seed` alone. Its result is JSON values."""

    async def load(self, uow: Uow, question: Question) -> Any: ...

    def compute(self, data: Any, seed: int) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Kind:
    """A registered kind. Another `version` of its way of counting makes earlier estimates void."""

    name: str
    version: int
    params: type[Params]
    made: Callable[[], Estimator]


KINDS: dict[str, Kind] = {}
E = TypeVar("E", bound=type)


def estimator(name: str, *, version: int = 1, params: type[Params] = Params) -> Callable[[E], E]:
    """Register a class as a kind of estimate."""

    def register(made: E) -> E:
        if name in KINDS:
            raise ValueError(f"{name} is registered twice")
        KINDS[name] = Kind(name, version, params, made)
        return made

    return register
