"""Normal, t and chi-square against scipy's values."""

import pytest

from services.surveys.policy.figures import distributions
from tests.surveys.figures import REFERENCE

KNOWN = REFERENCE["distributions"]


@pytest.mark.parametrize(("statistic", "freedom", "p"), KNOWN["t_p"])
def test_p_of_students_t(statistic: float, freedom: float, p: float) -> None:
    assert distributions.t_p(statistic, freedom) == pytest.approx(p, rel=1e-9)
    assert distributions.t_p(-statistic, freedom) == pytest.approx(p, rel=1e-9)


@pytest.mark.parametrize(("freedom", "quantile"), KNOWN["t_quantile"])
def test_quantile_of_students_t(freedom: float, quantile: float) -> None:
    assert distributions.t_quantile(freedom) == pytest.approx(quantile, rel=1e-9)


@pytest.mark.parametrize(("statistic", "freedom", "p"), KNOWN["chi_square_p"])
def test_p_of_chi_square(statistic: float, freedom: int, p: float) -> None:
    assert distributions.chi_square_p(statistic, freedom) == pytest.approx(p, rel=1e-9)


@pytest.mark.parametrize(("statistic", "p"), KNOWN["z_p"])
def test_p_of_the_normal(statistic: float, p: float) -> None:
    assert distributions.z_p(statistic) == pytest.approx(p, rel=1e-9)
