"""What the scoring room says of its models: who speaks for a transition, and what has drifted."""

from uuid import NAMESPACE_URL, uuid5

from shared.contracts.envelope import Event, event
from shared.contracts.fields import UUID, Code


def champion_id(transition: str) -> UUID:
    """The id under which the models of one transition are told of."""
    return uuid5(NAMESPACE_URL, f"sojourn/scoring/champion/{transition}")


@event("scoring.champion-changed.v1", key="champion_id")
class ChampionChanged(Event):
    """Another model speaks for a transition (None: rules), because it was better or, `back`, because of a roll back.

    Listen to know from when on chances come from which model.
    """

    champion_id: UUID
    transition: Code
    model_id: UUID | None
    before_id: UUID | None
    back: bool


@event("scoring.model-drifted.v1", key="champion_id")
class ModelDrifted(Event):
    """Numbers are spread otherwise than in training (`stability`), or outcomes differ from what was foretold
    (`calibration`); `of` names the worst one. Said once, until it is over. Listen to look into it, or to train anew.
    """

    champion_id: UUID
    transition: Code
    model_id: UUID | None
    measure: Code
    of: Code
    value: float
    limit: float


SAID = (ChampionChanged, ModelDrifted)
