"""What is answered about how good shown lists were."""

from datetime import datetime

from pydantic import Field

from services.scoring.policy.matching.ranking import Order
from shared.web.schemas import Out


class ListFigureOut(Out):
    """A mean over lists with its 95 % interval; null and `not enough data` while there are too few lists."""

    n: int
    value: float | None
    interval: tuple[float, float] | None
    note: str | None = Field(None, examples=["not enough data: 12 lists, 30 are needed"])


class PlaceShareOut(Out):
    """A share of places with Wilson's 95 % interval."""

    count: int
    n: int
    share: float | None
    interval: tuple[float, float] | None


class OrderOut(Out):
    """What came of the lists of one order."""

    order: Order
    lists: int = Field(description="Judged: drawn, the first of an EP's week, and old enough")
    viewed: PlaceShareOut
    applied: PlaceShareOut
    accepted: PlaceShareOut
    approved: PlaceShareOut
    precision: ListFigureOut = Field(description="Of the first k places, the share that was accepted")
    recall: ListFigureOut = Field(
        description="Of all that the EP was accepted for in time, the share in the first k places"
    )
    ndcg: ListFigureOut = Field(description="Gains: 1 applied, 2 accepted, 3 approved")


class AgainstOut(Out):
    """Fit against another order: accepted per list, and NDCG."""

    order: Order
    accepted_per_list: ListFigureOut
    ndcg: ListFigureOut


class MatchingReportOut(Out):
    """Shown lists and what came of them within the horizon."""

    k: int
    horizon_days: int
    as_of: datetime
    pending: int = Field(description="Drawn lists whose horizon is not over yet")
    not_drawn: int = Field(description="Lists whose order was not drawn: fallbacks and weekly ones, not compared")
    orders: list[OrderOut]
    against: list[AgainstOut]
    evidence: str = Field(examples=["fit is better than recency: 0.31 (0.12 to 0.50) more accepted per list"])
