"""Why an application ends: one fixed list for each move that needs a reason."""

from datetime import date
from enum import StrEnum

from shared.contracts.applications import RejectionReason
from shared.errors import Conflict, FieldError, Invalid


class WithdrawalReason(StrEnum):
    """Why an application is taken back; `approved_elsewhere` is the system's own."""

    own_wish = "own_wish"
    other_offer = "other_offer"
    no_answer = "no_answer"
    studies = "studies"
    health = "health"
    family = "family"
    costs = "costs"
    approved_elsewhere = "approved_elsewhere"


class DeclineReason(StrEnum):
    """Why an EP refuses an application that was accepted."""

    other_offer = "other_offer"
    terms = "terms"
    dates = "dates"
    costs = "costs"
    health = "health"
    family = "family"
    own_wish = "own_wish"


class NoteBreakReason(StrEnum):
    """Why a signed acceptance note is broken before the approval."""

    an_broken = "an_broken"
    ep_unresponsive = "ep_unresponsive"
    fee_unpaid = "fee_unpaid"
    contract_not_signed = "contract_not_signed"
    papers_incomplete = "papers_incomplete"
    partner_cancelled = "partner_cancelled"
    project_cancelled = "project_cancelled"


class BreakReason(StrEnum):
    """Why an approval is broken; the first four pay the fee back."""

    papers_late = "papers_late"
    death_in_family = "death_in_family"
    serious_illness = "serious_illness"
    official_emergency = "official_emergency"
    own_wish = "own_wish"
    other_offer = "other_offer"
    visa_refused = "visa_refused"
    ep_unresponsive = "ep_unresponsive"
    not_arrived = "not_arrived"
    partner_cancelled = "partner_cancelled"
    project_cancelled = "project_cancelled"


class RealizationBreakReason(StrEnum):
    """Why an internship ends before its time, without counting as done."""

    working_conditions = "working_conditions"
    job_description = "job_description"
    accommodation = "accommodation"
    safety = "safety"
    health = "health"
    family = "family"
    conduct = "conduct"
    papers = "papers"
    official_emergency = "official_emergency"
    own_wish = "own_wish"
    partner_cancelled = "partner_cancelled"


REFUNDED = frozenset(
    {
        BreakReason.papers_late,
        BreakReason.death_in_family,
        BreakReason.serious_illness,
        BreakReason.official_emergency,
    }
)
OURS = frozenset(
    {
        RejectionReason.position_filled,
        RejectionReason.partner_unresponsive,
        RejectionReason.organisation_unresponsive,
        RejectionReason.project_cancelled,
    }
)


def rejected_by_us(reason: RejectionReason) -> bool:
    """Whether a rejection is our side's cause and says nothing about the candidate."""
    return reason in OURS


def refunded(reason: BreakReason, proof: str | None, today: date, start_on: date) -> bool:
    """Whether a broken approval pays the fee back; a reason that would is refused without proof or after the start."""
    if reason not in REFUNDED:
        return False
    if today > start_on:
        raise Conflict(
            f"After the start date ({start_on}) nothing is paid back: give a reason without refund.", code="no-refund"
        )
    if proof is None:
        raise Invalid(errors=[FieldError("#/proof", "this reason pays the fee back and needs its proof")])
    return True
