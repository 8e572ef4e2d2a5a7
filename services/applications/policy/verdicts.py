"""An enabler's word on a candidate: kept beside the status, which stays the opportunity manager's to move."""

from services.applications.policy.moves import BEFORE_APPROVAL, Status
from shared.contracts.applications import RejectionReason, Verdict
from shared.errors import Conflict, FieldError, Invalid

# The others are what a committee knows of its EPs and partners.
REFUSALS = frozenset(
    {
        RejectionReason.profile, RejectionReason.background, RejectionReason.skills, RejectionReason.experience,
        RejectionReason.language, RejectionReason.citizenship, RejectionReason.timeline,
        RejectionReason.position_filled, RejectionReason.project_cancelled,
    }
)  # fmt: skip


def check_verdict(status: Status, verdict: Verdict | None, reason: RejectionReason | None) -> None:
    """Refuse a word that comes too late, a no without its reason, and a reason without a no."""
    if status not in BEFORE_APPROVAL:
        words = status.value.replace("_", " ")
        raise Conflict(f"It is {words}: an enabler says whom it wants before the approval.", code="too-late")
    if verdict is Verdict.refused:
        if reason not in REFUSALS:
            known = ", ".join(sorted(REFUSALS))
            raise Invalid(errors=[FieldError("#/reason", f"a no has one of these reasons: {known}")])
    elif reason is not None:
        raise Invalid(errors=[FieldError("#/reason", "only a no has a reason")])
