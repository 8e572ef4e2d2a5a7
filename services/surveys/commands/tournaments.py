"""What can be asked of the contest of metrics."""

from pydantic import Field

from services.surveys.policy.tournament import Deed
from shared.web.schemas import Body


class AskTournament(Body):
    """Which score foretells best that a customer does this within so many days of answering?"""

    deed: Deed
    horizon_days: int = Field(365, ge=30, le=1_825)
    seed: int = Field(1, ge=0, le=2**31 - 1, description="The same seed on the same data gives the same report")
