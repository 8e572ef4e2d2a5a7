"""Learning from outcomes: rules at first, a Bayesian model round them, trees beside it; with reasons and intervals."""

from services.scoring.policy.learning import measures
from services.scoring.policy.learning.examples import Abstain, Chance, Example, Prior, Row
from services.scoring.policy.learning.ladder import Ladder
from services.scoring.policy.learning.training import train
from services.scoring.policy.rules import Term

__all__ = ["Abstain", "Chance", "Example", "Ladder", "Prior", "Row", "Term", "measures", "train"]
