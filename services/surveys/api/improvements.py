"""Product improvement over HTTP: which standards fail, where, how often, and whether it gets worse."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from services.surveys import views
from services.surveys.api.doors import Staff
from services.surveys.policy.improvements import Where
from services.surveys.schemas.improvements import FailureTrendOut, ImprovementsOut
from services.surveys.views import Failing
from shared.contracts.surveys import Party
from shared.errors import FieldError, Invalid
from shared.web.schemas import Day, Slug

router = APIRouter(prefix="/v1", tags=["cases"])


def _failing(
    party: Annotated[Party, Query(description="Which of the two customers")] = Party.ep,
    standard: Annotated[Slug | None, Query(description="Only this standard", examples=["accommodation"])] = None,
    entity_id: Annotated[UUID | None, Query(description="Only of this entity and those below, on either side")] = None,
    since: Annotated[Day | None, Query(description="First day (UTC)")] = None,
    until: Annotated[Day | None, Query(description="Last day (UTC), included")] = None,
) -> Failing:
    if since and until and until < since:
        raise Invalid(errors=[FieldError("query:until", "It lies before the first day.")])
    return Failing(party, standard, entity_id, since, until)


Wanted = Annotated[Failing, Depends(_failing)]


@router.get("/improvements", response_model=ImprovementsOut, operation_id="get_improvements")
async def get_improvements(
    door: Staff, wanted: Wanted, by: Annotated[Where, Query(description="Which standard, or where")] = Where.standard
) -> Response:
    """What fails, the surest first: customers' no among yes and no, conflicts, and the cases behind them."""
    return await door.read(views.where_to_improve, by, wanted)


@router.get("/improvements/trend", response_model=FailureTrendOut, operation_id="get_failure_trend")
async def get_failure_trend(door: Staff, wanted: Wanted) -> Response:
    """The same month by month, with a test of whether it grows."""
    return await door.read(views.failure_trend, wanted)
