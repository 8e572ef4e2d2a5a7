"""What the ladder makes of a bank's telephone campaign: on a random 30 %, and on the last 30 % in time."""

import random
from collections.abc import Sequence
from dataclasses import replace

from examples.scoring.campaign import BANK, BEGAN
from services.scoring.policy.learning import Example, Ladder, train
from services.scoring.policy.learning.baselines import NaiveBayes
from services.scoring.policy.learning.evaluation import Report, in_time, report
from services.scoring.policy.learning.reasons import top

SEED = 2026
Split = tuple[list[Example], list[Example]]


def splits(examples: Sequence[Example]) -> dict[str, Split]:
    shuffled = [replace(one, at=BEGAN) for one in examples]  # drawn at random they have no order
    random.Random(SEED).shuffle(shuffled)
    cut = round(0.7 * len(shuffled))
    return {"a random 30 %": (shuffled[:cut], shuffled[cut:]), "the last 30 % in time": in_time(examples)}


def told_by(split: Split) -> dict[str, Sequence[float]]:
    """The probabilities of the rules, of naive Bayes, of the ladder, and of a ladder that learns on as it goes."""
    known, judged = split
    rows = [one.row for one in judged]
    bayes = NaiveBayes.learned(known)
    return {
        "rules": train([], BANK.prior, SEED).probabilities(rows).tolist(),
        "naive Bayes": [bayes.probability(row) or 0.5 for row in rows],
        "ladder": train(known, BANK.prior, SEED).probabilities(rows).tolist(),
    }


def learning_on(split: Split) -> Sequence[float]:
    """A model that has learned the earlier part and hears each label before the next call."""
    known, judged = split
    ladder = train(known, BANK.prior, SEED)
    found = []
    for one in judged:
        found.append(ladder.chance(one.row).probability)
        ladder.learn(one.row, one.label)
    return found


def line(name: str, found: Report) -> str:
    auc = found.auc
    return (
        f"  {name:<24} AUC {auc.value:.3f} ({auc.low:.3f} … {auc.high:.3f})  log loss {found.log_loss.value:.3f}"
        f"  ECE {found.ece.value:.3f}  lift {found.lift.value:.2f}  told / true {found.mean_ratio.value:.2f}"
    )


def reasons(ladder: Ladder, example: Example) -> list[str]:
    chance = ladder.chance(example.row)
    pro, con = top(chance)
    low, high = chance.interval
    lines = [f"one of them: {chance.probability:.3f} ({low:.3f} … {high:.3f}), from {chance.evidence:,} labels"]
    return lines + [f"  {term.code:<24} {term.log_odds:+.2f}" for term in (*pro, *con)]


def told() -> list[str]:
    """What the example prints."""
    examples, lines = BANK.examples(), []
    for name, split in splits(examples).items():
        labels = [one.label for one in split[1]]
        lines.append(
            f"{name}: {len(split[0]):,} to learn from, {len(labels):,} to judge by, {sum(labels):,} subscribed"
        )
        lines += [line(model, report(given, labels)) for model, given in told_by(split).items()]
        if "time" in name:
            lines.append(line("ladder, learning on", report(learning_on(split), labels)))
    known, judged = splits(examples)["a random 30 %"]
    return [*lines, "", *reasons(train(known, BANK.prior, SEED), judged[0])]


if __name__ == "__main__":
    print("\n".join(told()))
