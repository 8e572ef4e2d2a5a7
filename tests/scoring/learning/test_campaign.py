"""The worked example: the data are what they are said to be, leave out what tells the outcome, and can be drawn."""

from xml.etree import ElementTree

from examples.scoring import pictures
from examples.scoring.bank import line, reasons, splits, told_by
from examples.scoring.campaign import BANK
from services.scoring.policy.learning import measures, train
from services.scoring.policy.learning.evaluation import report
from tests.house.documents import ROOT

EXAMPLES = BANK.examples()


def test_the_campaign_is_whole_and_holds_nothing_that_tells_the_outcome() -> None:
    assert len(EXAMPLES) == 31_647
    assert sum(example.label for example in EXAMPLES) == 3_702
    names = {name for example in EXAMPLES for name in example.row}
    assert names.isdisjoint({"duration", "subscribed", "seq", "year"})
    assert len(names) == 15
    assert [example.at for example in EXAMPLES] == sorted(example.at for example in EXAMPLES)


def test_points_set_by_hand_rank_the_campaign_before_any_label() -> None:
    rules = train([], BANK.prior, 1).probabilities([example.row for example in EXAMPLES])
    assert (measures.auc(rules, [example.label for example in EXAMPLES]).low or 0) > 0.735


def test_the_later_slice_begins_where_the_earlier_one_ends() -> None:
    later = splits(EXAMPLES)["the last 30 % in time"]
    assert later[0][-1].at < later[1][0].at
    assert len(later[0]) + len(later[1]) == len(EXAMPLES)


def test_a_small_part_is_learned_told_and_drawn() -> None:
    split = (EXAMPLES[20_000:20_600], EXAMPLES[20_600:21_600])
    told, labels = told_by(split), [example.label for example in split[1]]
    for chart in (pictures.calibration(told, labels), pictures.gains(told, labels)):
        picture = ElementTree.fromstring(chart.svg())
        assert [child.tag.rpartition("}")[2] for child in picture][:2] == ["title", "desc"]
        assert chart.svg() == chart.svg()
    assert "AUC 0." in line("ladder", report(told["ladder"], labels))
    assert "labels" in reasons(train(split[0], BANK.prior, 1), split[1][0])[0]


def test_the_pictures_of_the_page_are_there() -> None:
    page = (ROOT / "docs/scoring.md").read_text(encoding="utf-8")
    for name in ("calibration", "gains", "curve"):
        assert f"pictures/scoring-{name}.svg" in page
        ElementTree.parse(ROOT / "docs" / "pictures" / f"scoring-{name}.svg")
