"""The drawing of a score: one step a change, inside its frame."""

from services.journeys.console.charts import HEIGHT, LEFT, WIDTH, score_course
from tests.journeys.others import change


def test_nothing_is_drawn_of_nothing() -> None:
    assert score_course([], "Europe/Bucharest") is None


def test_each_change_has_a_step_and_repetitions_have_none() -> None:
    scores = (0.24, 0.24, 0.31, 0.88, 0.88)
    history = [change(f"2026-01-0{1 + day}T09:00:00Z", score, "x") for day, score in enumerate(scores)]
    course = score_course(history, "Europe/Bucharest")
    assert course is not None
    assert [point.score for point in course.points] == [0.24, 0.31, 0.88]
    assert [tick.label for tick in course.ticks_x] == ["1 Jan", "3 Jan", "4 Jan"]
    assert course.line.count("V") == 2


def test_the_drawing_stays_in_its_frame() -> None:
    history = [change("2026-01-01T09:00:00Z", score, "x") for score in (-1, 0, 0.5, 1, 7)]
    course = score_course(history, None)
    assert course is not None
    assert all(LEFT <= point.x <= WIDTH and 0 <= point.y <= HEIGHT for point in course.points)
