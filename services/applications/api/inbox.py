"""The route of both sides' inbox."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.applications.api.doors import R
from services.applications.policy.inbox import Waiting
from services.applications.schemas.inbox import InboxPage
from services.applications.views.inbox import list_inbox
from shared.web.door import Door, allow
from shared.web.paging import Paging

router = APIRouter(prefix="/v1")
Someone = Annotated[
    Door,
    allow(
        R.participant, R.enabler, R.sending_manager, R.hosting_manager, R.national_manager, R.global_manager
    ),
]  # fmt: skip


@router.get("/inbox", response_model=InboxPage, operation_id="read_inbox", tags=["inbox"])
async def read_inbox(
    door: Someone,
    paging: Paging,
    kind: Annotated[Waiting | None, Query(description="Only this kind")] = None,
    overdue: Annotated[bool, Query(description="Only what is late")] = False,
) -> Response:
    """What waits for the caller: applications to answer, notes to sign, approvals, realizations, requirements.

    The most urgent first; with days waiting, and since when it is overdue. The first page has counts per kind.
    """
    return await door.page(list_inbox, kind, overdue, paging=paging)
