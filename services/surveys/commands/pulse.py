"""What can be done with the team pulse."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import Field

from shared.web.schemas import Body


class OpenRound(Body):
    """Ask all teams now; the round closes, and is published, on a day to come (UTC)."""

    closes_on: date = Field(examples=["2026-12-15"])


@dataclass(frozen=True, slots=True)
class AnswerPulse:
    """`answers` by question id, as they came in."""

    token: str = field(repr=False)
    answers: dict[str, Any] = field(repr=False)
