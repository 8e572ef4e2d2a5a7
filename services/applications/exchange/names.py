"""The border: what the exchange system calls things, and what they are called here. Used both ways, nowhere else."""

from services.applications.exchange.given import slug
from services.applications.policy import OpportunityStatus, Status
from shared.contracts.applications import EntityKind, Product, RejectionReason

PRODUCTS = {"gv": Product.volunteer, "gta": Product.talent, "gte": Product.teacher}
PRODUCTS |= {"global volunteer": Product.volunteer, "global talent": Product.talent, "global teacher": Product.teacher}
PRODUCTS |= {product.value: product for product in Product}
PRODUCT_OUT = {Product.volunteer: "GV", Product.talent: "GTa", Product.teacher: "GTe"}

ENTITIES = {"ai": EntityKind.world, "mc": EntityKind.national, "lc": EntityKind.local}
ENTITIES |= {kind.value: kind for kind in EntityKind}
ENTITY_OUT = {EntityKind.world: "AI", EntityKind.national: "MC", EntityKind.local: "LC"}

# Their `matched` is our ACCEPTED, their `accepted` our IN PROGRESS: the words cross.
STATUSES = {
    "open": Status.open,
    "matched": Status.accepted,
    "accepted": Status.in_progress,
    "approved_ep_manager": Status.in_progress,
    "approved_tn_manager": Status.in_progress,
    "approved": Status.approved,
    "realized": Status.realized,
    "remote_realized": Status.realized,
    "finished": Status.completed,
    "completed": Status.completed,
    "rejected": Status.rejected,
    "withdrawn": Status.withdrawn,
    "declined": Status.declined,
    "acceptance_broken": Status.withdrawn,
    "approval_broken": Status.approval_broken,
    "realization_broken": Status.realization_broken,
}
STATUS_OUT = {status: word for word, status in STATUSES.items() if word == status}
STATUS_OUT |= {Status.accepted: "matched", Status.in_progress: "accepted", Status.completed: "finished"}
HALF_SENDING, HALF_HOSTING = "approved_ep_manager", "approved_tn_manager"
ACCEPTANCE_BROKEN = "acceptance_broken"

OPPORTUNITIES = {status.value: status for status in OpportunityStatus}
OPPORTUNITIES |= {"live": OpportunityStatus.open, "expired": OpportunityStatus.closed}

REASONS = {reason.value: reason for reason in RejectionReason} | {
    "incomplete_or_weak_profile_cv": RejectionReason.profile,
    "incomplete_profile": RejectionReason.profile,
    "weak_profile": RejectionReason.profile,
    "too_little_experience": RejectionReason.experience,
    "not_enough_experience": RejectionReason.experience,
    "ep_not_responsive": RejectionReason.ep_unresponsive,
    "position_already_filled": RejectionReason.position_filled,
    "partner_not_responsive": RejectionReason.partner_unresponsive,
    "organization_unresponsive": RejectionReason.organisation_unresponsive,
    "project_canceled": RejectionReason.project_cancelled,
}


def reason_of(word: str) -> RejectionReason | None:
    """A rejection reason by its code or its words; None for one that is not on the list."""
    return REASONS.get(slug(word))
