"""How a model is judged: on a later time slice, along a learning curve, and in a stream where labels come in late."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np

from services.scoring.policy.learning import measures
from services.scoring.policy.learning.examples import Example, Prior
from services.scoring.policy.learning.ladder import Ladder
from services.scoring.policy.learning.measures import Bin, Measure
from services.scoring.policy.learning.training import train

Model = Callable[[Sequence[Example]], Sequence[float]]
Maker = Callable[[list[Example]], Model]


@dataclass(frozen=True, slots=True)
class Report:
    """All measures of one model on one set of rows."""

    auc: Measure
    log_loss: Measure
    brier: Measure
    ece: Measure
    lift: Measure
    mean_ratio: Measure
    bins: tuple[Bin, ...]


def report(probabilities: Sequence[float], labels: Sequence[bool]) -> Report:
    return Report(
        measures.auc(probabilities, labels),
        measures.log_loss(probabilities, labels),
        measures.brier(probabilities, labels),
        measures.ece(probabilities, labels),
        measures.lift(probabilities, labels),
        measures.mean_ratio(probabilities, labels),
        measures.calibration(probabilities, labels),
    )


def in_time(examples: Sequence[Example], share: float = 0.7) -> tuple[list[Example], list[Example]]:
    """The earlier part to learn from and the later one to judge by; what happened at one moment stays together."""
    ordered = sorted(examples, key=lambda example: example.at)
    cut = round(share * len(ordered))
    while 0 < cut < len(ordered) and ordered[cut - 1].at == ordered[cut].at:
        cut += 1
    return ordered[:cut], ordered[cut:]


def learning_curve(
    examples: Sequence[Example],
    judged: Sequence[Example],
    sizes: Sequence[int],
    make: Maker,
    seed: int,
    draws: int = 1,
) -> dict[int, list[Report]]:
    """For each size so many random draws without putting back, each judged by the same rows."""
    labels, found = [example.label for example in judged], {}
    for size in sizes:
        reports = []
        for draw in range(draws):
            chosen = np.random.default_rng([seed, size, draw]).permutation(len(examples))[:size]
            model = make([examples[place] for place in np.sort(chosen)])
            reports.append(report(model(judged), labels))
        found[size] = reports
    return found


def stream(
    examples: Sequence[Example], prior: Prior, seed: int, late: int = 0, refits: Collection[int] = ()
) -> list[float]:
    """What a ladder that learns as it goes tells of each example before it hears its label, `late` examples later.

    It begins with the rules. After as many labels as in `refits` it is trained anew on all that it has heard.
    """
    ladder, told, heard = train([], prior, seed), [], 0
    for number, example in enumerate(examples):
        while heard < number - late:
            known = examples[heard]
            ladder.learn(known.row, known.label, known.weight)
            heard += 1
            if heard in refits:
                ladder = train(examples[:heard], prior, seed)
        told.append(ladder.chance(example.row).probability)
    return told


def doubling(first: int, most: int) -> list[int]:
    """When to train anew: after so many labels, and each time that they have doubled."""
    sizes = [first]
    while sizes[-1] * 2 <= most:
        sizes.append(sizes[-1] * 2)
    return sizes


def ladder_model(ladder: Ladder) -> Model:
    return lambda judged: ladder.probabilities([example.row for example in judged]).tolist()
